//! The HTML document around every page.
use crate::routes::PageRoutes;
use crate::web::load::shared;
use leptos::children::ToChildren;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{Router, Routes};
use portvakt_model::frame::Frame;
#[cfg(feature = "ssr")]
use portvakt_model::page::{Access, Page};

/// Marks the document as one without the portal's script if that does not come: it is blocked, the fetch failed, or the
/// browser runs no WASM. Then the page shows what it shows without JavaScript.
#[cfg(feature = "ssr")]
const SAYS_PLAIN: &str = "{const r=document.documentElement,p=()=>{'hydrated' in r.dataset||(r.dataset.plain='')};\
    addEventListener('unhandledrejection',p);addEventListener('error',p,true);setTimeout(p,20000)}";

/// The HTML document around every page. The server chooses the stylesheet and the body's class: the gate's pages have a
/// small stylesheet of their own, and a link between a gate page and another page is always a full load.
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
        .and_then(|parts| Page::of_route(parts.uri.path()))
        .is_some_and(|page| !page.access().needs_session() && page.access() != Access::Public);
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
                <script nonce=leptos::nonce::use_nonce() inner_html=SAYS_PLAIN></script>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body class=gate.then_some("gate-page")>
                <App/>
            </body>
        </html>
    }
}

/// The root component: the title and the routes.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    // The server writes the frame into the page and the browser reads it there. It stays the same while the page is
    // open.
    let frame = shared(frame);
    let organisation = frame.organisation.clone().unwrap_or_else(|| "Portvakt".to_owned());
    #[cfg(feature = "hydrate")]
    crate::web::fetch::add_headers(frame.made_for.clone());
    provide_context(frame);
    view! {
        <Title formatter=move |title: String| document_title(&title, &organisation)/>
        <Router>
            <Routes fallback=AskTheServer children=ToChildren::to_children(PageRoutes::new)/>
        </Router>
    }
}

/// The page's title, followed by the organisation's name. The server writes it into the document as it is
/// (`leptos_meta` 0.8 escapes nothing there), so it is escaped here: the name of an organisation or a person may be
/// `</title><script>`. The browser sets it as text.
fn document_title(title: &str, organisation: &str) -> String {
    let title = format!("{title} – {organisation}");
    if cfg!(feature = "ssr") { title.replace('&', "&amp;").replace('<', "&lt;") } else { title }
}

#[cfg(feature = "ssr")]
#[test]
fn no_name_ends_the_documents_title() {
    assert_eq!(document_title("Åsa & <b>", "</title><script>"), "Åsa &amp; &lt;b> – &lt;/title>&lt;script>");
}

#[cfg(feature = "ssr")]
fn frame() -> Frame {
    crate::web::request::RequestContext::current().frame()
}
#[cfg(not(feature = "ssr"))]
fn frame() -> Frame {
    // Only a page that the server did not render lacks the written frame.
    Frame {
        language: portvakt_model::language::Language::English,
        organisation: None,
        logo: None,
        worn: String::new(),
        operator: None,
        person: None,
        email: None,
        role: None,
        in_operator: false,
        passkeys: false,
        support: None,
        made_for: None,
        elsewhere: Vec::new(),
    }
}

/// The view of an address without a page. It reloads the address, because the server knows how to answer.
#[component]
fn AskTheServer() -> impl IntoView {
    Effect::new(|| {
        let _ = window().location().reload();
    });
}
