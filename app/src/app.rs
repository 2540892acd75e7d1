//! The document, and which page stands at which address.
use crate::home::HomePage;
use crate::parts::{Administration, Gate, Operator, Profile};
use crate::web::load::shared;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{ParamSegment, SsrMode, StaticSegment};
use portvakt_model::frame::Frame;
use portvakt_model::link::LinkKind;
use portvakt_model::stage::Stage;

/// Who may see a page. The pages that need nobody to be signed in stand in the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody, though whoever is signed in already has no use for it.
    SignedOut,
    /// Everybody.
    Anyone,
    /// Everybody: a page of text, which does not stand in the gate.
    Public,
    /// Somebody whose sign-in waits for this.
    Waiting(Stage),
    /// The holder of an open link.
    Link(LinkKind),
    /// Whoever is signed in.
    SignedIn,
}

/// Who may see a page, by its route. Whatever is not named here is for those who are signed in.
#[must_use]
pub fn access(route: &str) -> Access {
    match route {
        "/sign-in" | "/forgot" => Access::SignedOut,
        "/sign-in/code" => Access::Waiting(Stage::SecondFactor),
        "/sign-in/second-factor" => Access::Waiting(Stage::EnrolSecondFactor),
        "/sign-in/password" => Access::Waiting(Stage::ChoosePassword),
        "/sign-out" | "/confirmed" => Access::Anyone,
        "/help" | "/accessibility" | "/privacy" => Access::Public,
        "/setup" => Access::Link(LinkKind::Setup),
        "/reset" => Access::Link(LinkKind::Reset),
        "/invitation" => Access::Link(LinkKind::Invitation),
        "/email" => Access::Link(LinkKind::Email),
        "/email-stop" => Access::Link(LinkKind::EmailStop),
        "/notification" => Access::Link(LinkKind::Notification),
        _ => Access::SignedIn,
    }
}

#[test]
fn a_page_that_nobody_thought_of_is_for_those_who_are_signed_in() {
    for route in ["/", "", "/sign-in/anything", "/setup/x"] {
        assert_eq!(access(route), Access::SignedIn, "{route}");
    }
}

/// The document around every page. The gate's pages, which have a small stylesheet of their own, and the others never lead to one another without a full load, so the
/// stylesheet and the body's class are the server's to decide.
#[cfg(feature = "ssr")]
pub fn shell(options: LeptosOptions) -> impl IntoView + use<> {
    use http::header::CONTENT_SECURITY_POLICY;
    use http::request::Parts;
    use leptos_meta::MetaTags;
    if let (Some(nonce), Some(answer)) = (leptos::nonce::use_nonce(), use_context::<leptos_axum::ResponseOptions>()) {
        let csp = format!(
            "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
             script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
             connect-src 'self'; manifest-src 'self'"
        );
        if let Ok(csp) = http::HeaderValue::from_str(&csp) {
            answer.insert_header(CONTENT_SECURITY_POLICY, csp);
        }
    }
    let gate = use_context::<Parts>()
        .is_some_and(|parts| !matches!(access(parts.uri.path()), Access::SignedIn | Access::Public));
    let stylesheet = format!("/{}/{}.css", options.site_pkg_dir, if gate { "gate" } else { &options.output_name });
    let context = crate::web::request::RequestContext::current();
    let language = context.language;
    let theme = context.branding().and_then(portvakt_model::branding::Branding::stylesheet);
    view! {
        <!DOCTYPE html>
        <html lang=language.tag()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=stylesheet/>
                {theme.map(|theme| view! { <link rel="stylesheet" href=theme/> })}
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body class=gate.then_some("gate-page")>
                <App/>
            </body>
        </html>
    }
}

/// Every page.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    // Written into the page by the server and read from there by the browser: it holds for as long as the page is open.
    let frame = shared(frame);
    let organisation = frame.organisation.clone().unwrap_or_else(|| "Portvakt".to_owned());
    #[cfg(feature = "hydrate")]
    if let Some(tenant) = frame.tenant {
        crate::web::fetch::say_where(tenant);
    }
    provide_context(frame);
    view! {
        <Title formatter=move |title: String| document_title(&title, &organisation)/>
        <Router>
            // Whole pages (`Async`): without a script a streamed part would never be shown.
            <Routes fallback=AskTheServer>
                <Route path=StaticSegment("") view=HomePage ssr=SsrMode::Async/>
                <SignInRoutes/>
                <Route path=StaticSegment("forgot") view=Gate::Forgot ssr=SsrMode::Async/>
                <Route path=StaticSegment("sign-out") view=Gate::SignOut ssr=SsrMode::Async/>
                <Route path=StaticSegment("help") view=Gate::Help ssr=SsrMode::Async/>
                <Route path=StaticSegment("accessibility") view=Gate::Accessibility ssr=SsrMode::Async/>
                <Route path=StaticSegment("privacy") view=Gate::Privacy ssr=SsrMode::Async/>
                <Route path=StaticSegment("setup") view=Gate::SetUp ssr=SsrMode::Async/>
                <Route path=StaticSegment("reset") view=Gate::Reset ssr=SsrMode::Async/>
                <Route path=StaticSegment("invitation") view=Gate::Invitation ssr=SsrMode::Async/>
                <Route path=StaticSegment("email") view=Gate::Email ssr=SsrMode::Async/>
                <Route path=StaticSegment("email-stop") view=Gate::EmailStop ssr=SsrMode::Async/>
                <Route path=StaticSegment("notification") view=Gate::Notification ssr=SsrMode::Async/>
                <Route path=StaticSegment("confirmed") view=Gate::Confirmed ssr=SsrMode::Async/>
                <Route path=StaticSegment("profile") view=Profile::Profile ssr=SsrMode::Async/>
                <Route
                    path=(StaticSegment("profile"), StaticSegment("security"))
                    view=Profile::Security
                    ssr=SsrMode::Async
                />
                <Route
                    path=(StaticSegment("profile"), StaticSegment("data"))
                    view=Profile::MyData
                    ssr=SsrMode::Async
                />
                <Route
                    path=(StaticSegment("admin"), StaticSegment("invitations"))
                    view=Administration::Invitations
                    ssr=SsrMode::Async
                />
                <Route
                    path=(StaticSegment("admin"), StaticSegment("users"))
                    view=Administration::Users
                    ssr=SsrMode::Async
                />
                <Route
                    path=(StaticSegment("admin"), StaticSegment("users"), ParamSegment("id"))
                    view=Administration::User
                    ssr=SsrMode::Async
                />
                <Route
                    path=(StaticSegment("admin"), StaticSegment("audit"))
                    view=Administration::Audit
                    ssr=SsrMode::Async
                />
                <Route
                    path=(StaticSegment("profile"), StaticSegment("activity"))
                    view=Profile::Activity
                    ssr=SsrMode::Async
                />
                <Route
                    path=(StaticSegment("profile"), StaticSegment("sessions"))
                    view=Profile::Sessions
                    ssr=SsrMode::Async
                />
                <Route
                    path=(StaticSegment("admin"), StaticSegment("invitations"), StaticSegment("list"))
                    view=Administration::InvitationList
                    ssr=SsrMode::Async
                />
                <Route
                    path=(StaticSegment("admin"), StaticSegment("policy"))
                    view=Administration::Policy
                    ssr=SsrMode::Async
                />
                <Route
                    path=(StaticSegment("admin"), StaticSegment("policy"), StaticSegment("versions"))
                    view=Administration::PolicyVersions
                    ssr=SsrMode::Async
                />
                <Route
                    path=(StaticSegment("admin"), StaticSegment("organisation"))
                    view=Administration::Organisation
                    ssr=SsrMode::Async
                />
                <OperatorRoutes/>
                <GalleryRoutes/>
            </Routes>
        </Router>
    }
}

/// How somebody comes in.
#[component(transparent)]
fn SignInRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    use leptos_router::any_nested_route::IntoAnyNestedRoute;
    view! {
        <Route path=StaticSegment("sign-in") view=Gate::SignIn ssr=SsrMode::Async/>
        <Route
            path=(StaticSegment("sign-in"), StaticSegment("code"))
            view=Gate::Code
            ssr=SsrMode::Async
        />
        <Route
            path=(StaticSegment("sign-in"), StaticSegment("second-factor"))
            view=Gate::Enrol
            ssr=SsrMode::Async
        />
        <Route
            path=(StaticSegment("sign-in"), StaticSegment("password"))
            view=Gate::Renew
            ssr=SsrMode::Async
        />
    }
    .into_inner()
    .into_any_nested_route()
}

/// The operator's rooms.
#[component(transparent)]
fn OperatorRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    use leptos_router::any_nested_route::IntoAnyNestedRoute;
    let tenants = || (StaticSegment("operator"), StaticSegment("tenants"));
    let mail = (StaticSegment("operator"), StaticSegment("mail"));
    view! {
        <Route path=tenants() view=Operator::Tenants ssr=SsrMode::Async/>
        <Route path=(tenants(), StaticSegment("new")) view=Operator::NewTenant ssr=SsrMode::Async/>
        <Route path=(tenants(), ParamSegment("id")) view=Operator::Tenant ssr=SsrMode::Async/>
        <Route path=mail view=Operator::Outbox ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}

/// A page's title beside whose page it is. The server writes it into the document as it stands (`leptos_meta` 0.8 escapes
/// nothing there), the browser sets it as text: an organisation or a person may be called `</title><script>`.
fn document_title(title: &str, organisation: &str) -> String {
    let title = format!("{title} – {organisation}");
    if cfg!(feature = "ssr") { title.replace('&', "&amp;").replace('<', "&lt;") } else { title }
}

#[cfg(feature = "ssr")]
#[test]
fn nobodys_name_ends_the_documents_title() {
    assert_eq!(document_title("Åsa & <b>", "</title><script>"), "Åsa &amp; &lt;b> – &lt;/title>&lt;script>");
}

/// What only a build for tests has.
#[cfg(feature = "qa")]
#[component(transparent)]
fn GalleryRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    use crate::parts::Gallery;
    use leptos_router::any_nested_route::IntoAnyNestedRoute;
    let path = || (StaticSegment("dev"), StaticSegment("gallery"));
    view! {
        <Route path=path() view=Gallery::Gallery ssr=SsrMode::Async/>
        <Route path=(path(), StaticSegment("staff")) view=Gallery::Gallery ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
#[cfg(not(feature = "qa"))]
#[component(transparent)]
fn GalleryRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    use leptos_router::any_nested_route::IntoAnyNestedRoute;
    ().into_any_nested_route()
}

#[cfg(feature = "ssr")]
fn frame() -> Frame {
    crate::web::request::RequestContext::current().frame()
}
#[cfg(not(feature = "ssr"))]
fn frame() -> Frame {
    // The server has written it; a page without it is none of ours.
    Frame {
        language: portvakt_model::language::Language::English,
        organisation: None,
        logo: None,
        worn: String::new(),
        operator: None,
        person: None,
        email: None,
        role: None,
        is_staff: false,
        passkeys: false,
        support: None,
        tenant: None,
        elsewhere: Vec::new(),
    }
}

/// An address that no page here has: the server knows what to say.
#[component]
fn AskTheServer() -> impl IntoView {
    Effect::new(|| {
        let _ = window().location().reload();
    });
}
