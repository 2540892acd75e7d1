//! The page of an invitation: its holder joins an organisation.
use crate::credential::account::UserName;
use crate::credential::password::NewPasswordField;
use crate::shell::gate::Gate;
use crate::ui::fault::PageFault;
use crate::ui::form::field::Field;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::ui::notice::Notice;
use crate::ui::tone::Tone;
#[cfg(feature = "ssr")]
use crate::web::address::JOINED;
use crate::web::address::{use_query, with_query};
use crate::web::api::ApiError;
use crate::web::load::{Loaded, load};
use crate::words::language::Translated;
use crate::words::role::ROLE;
use leptos::prelude::*;
use portvakt_model::flash::OF;
use portvakt_model::frame::Frame;
use portvakt_model::invitation::{Offer, Theirs};
#[cfg(feature = "ssr")]
use portvakt_model::link::LinkKind;
use portvakt_model::page::Page;

struct Texts {
    title: &'static str,
    invited: fn(&Offer, &str) -> String,
    name: &'static str,
    password: &'static str,
    register: &'static str,
    has_account: &'static str,
    sign_in: &'static str,
    other: fn(&str) -> String,
    sign_out: &'static str,
    replaces: &'static str,
    guest: &'static str,
    join: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Du är inbjuden",
        invited: |offer, role| format!("{} har bjudit in {} med rollen {role}.", offer.organisation, offer.email),
        name: "Ditt namn",
        password: "Välj ett lösenord",
        register: "Spara och logga in",
        has_account: "Adressen har redan ett konto här. Logga in med det för att tacka ja.",
        sign_in: "Logga in",
        other: |name| format!("Inbjudan är till någon annan än {name}, som är inloggad här."),
        sign_out: "Logga ut",
        replaces: "Om du fortsätter loggas den personen ut här.",
        guest: "Du blir gäst: ditt konto och ditt lösenord finns kvar hos din egen organisation. Den nya kan kräva mer när du \
                loggar in.",
        join: "Tacka ja",
    },
    english: Texts {
        title: "You are invited",
        invited: |offer, role| format!("{} has invited {} with the role {role}.", offer.organisation, offer.email),
        name: "Your name",
        password: "Choose a password",
        register: "Save and sign in",
        has_account: "The address already has an account here. Sign in with it to accept.",
        sign_in: "Sign in",
        other: |name| format!("The invitation is for someone other than {name}, who is signed in here."),
        sign_out: "Sign out",
        replaces: "If you continue, that person is signed out here.",
        guest: "You become a guest: your account and your password stay with your own organisation. The new one may ask \
                for more when you sign in.",
        join: "Accept",
    },
};

/// The offer of the browser's invitation link.
///
/// # Errors
/// As [`portvakt_core::invitation::offer`].
#[server(prefix = "/rpc", endpoint = "invitation_offer")]
pub async fn invitation_offer() -> Result<Offer, ApiError> {
    use crate::web::request::{RequestContext, core, dead, link};
    let person = RequestContext::current().signed_in.map(|signed_in| signed_in.person);
    Ok(portvakt_core::invitation::offer(&core(), &link(LinkKind::Invitation)?, person.as_ref())
        .await
        .map_err(dead(LinkKind::Invitation))?)
}

/// Makes an account for the invited person and signs them in.
///
/// # Errors
/// As [`portvakt_core::invitation::register`].
#[server(prefix = "/rpc", endpoint = "register")]
pub async fn register(name: String, password: String) -> Result<(), ApiError> {
    use crate::web::cookies::chosen_language;
    use crate::web::request::{RequestContext, core, dead, link};
    use portvakt_model::local_path::LocalPath;
    let RequestContext { origin, browser, .. } = RequestContext::current();
    let step = portvakt_core::invitation::register(
        &core(),
        &origin,
        &link(LinkKind::Invitation)?,
        &browser,
        &name,
        &password,
        chosen_language(),
    )
    .await
    .map_err(dead(LinkKind::Invitation))?;
    crate::gate::sign_in::go_on(&step, &LocalPath::default());
    Ok(())
}

/// Makes a signed-in person a guest of the organisation, and leads to the first page, which says so.
///
/// # Errors
/// As [`portvakt_core::invitation::join`].
#[server(prefix = "/rpc", endpoint = "join_organisation")]
pub async fn join_organisation() -> Result<(), ApiError> {
    use crate::web::request::{dead, link, signed_in};
    use portvakt_model::local_path::LocalPath;
    let (core, person) = signed_in()?;
    let token = link(LinkKind::Invitation)?;
    let tenant = portvakt_core::invitation::join(&core, &person, &token).await.map_err(dead(LinkKind::Invitation))?;
    crate::web::cookies::drop_held();
    let home = with_query(Page::Home.path(), [(JOINED, tenant.to_string())]);
    crate::web::api::redirect(&LocalPath::parse(&home).unwrap_or_default());
    Ok(())
}

/// Names the organisation and the role. Then asks for a name and a password, or for the sign-in of an existing account.
#[derive(Clone, Copy)]
pub(crate) struct InvitationPage {
    offer: Loaded<Result<Offer, ApiError>>,
    register: FormOf<Register>,
    join: FormOf<JoinOrganisation>,
}

impl InvitationPage {
    pub(crate) fn new() -> Self {
        Self { offer: load(|| (), |()| invitation_offer()), register: FormOf::new(), join: FormOf::new() }
    }

    pub(crate) fn view(self) -> AnyView {
        let InvitationPage { offer, register, join } = self;
        view! {
            <Gate title=TEXTS.here().title wide=true>
                <Suspense>
                    {move || Suspend::new(async move {
                        match offer.await {
                            Ok(offer) => answer(offer, register, join),
                            Err(ApiError(fault)) => view! { <PageFault fault/> }.into_any(),
                        }
                    })}
                </Suspense>
            </Gate>
        }
        .into_any()
    }
}

fn answer(offer: Offer, register: FormOf<Register>, join: FormOf<JoinOrganisation>) -> AnyView {
    let texts = TEXTS.here();
    let invited = (texts.invited)(&offer, &ROLE.here()(offer.role).to_lowercase());
    let signed_in = expect_context::<Frame>().person;
    let of = use_query().get_untracked().text(OF);
    let here = with_query(Page::Invitation.path(), [(OF, of)]);
    match (offer.account, signed_in) {
        (None, signed_in) => view! {
            <Form of=register keep="name">
                <p>{invited}</p>
                {signed_in.map(|name| view! { <Notice tone=Tone::Info title=(texts.other)(&name)><p>{texts.replaces}</p></Notice> })}
                <UserName email=offer.email/>
                <Field of=register name="name" label=texts.name autocomplete="name" value=offer.name/>
                <NewPasswordField of=register label=texts.password known=&["name"]/>
                <Submit of=register>{texts.register}</Submit>
            </Form>
        }
        .into_any(),
        (Some(Theirs::SignedIn), _) => view! {
            <Form of=join>
                <p>{invited}</p>
                <p>{texts.guest}</p>
                <Submit of=join>{texts.join}</Submit>
            </Form>
        }
        .into_any(),
        (Some(Theirs::SignedOut), None) => view! {
            <div class="stack">
                <p>{invited}</p>
                <p>{texts.has_account}</p>
                <a class="button" data-kind="primary" data-fill="" rel="external" href=with_query(Page::SignIn.path(), [("next", here)])>
                    {texts.sign_in}
                </a>
            </div>
        }
        .into_any(),
        (Some(Theirs::SignedOut), Some(name)) => view! {
            <div class="stack">
                <p>{invited}</p>
                <p>{(texts.other)(&name)}</p>
                <a class="button" data-fill="" rel="external" href=with_query(Page::SignOut.path(), [("next", here)])>{texts.sign_out}</a>
            </div>
        }
        .into_any(),
    }
}
