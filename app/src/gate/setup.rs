//! The page where the first person sets up the portal.
use crate::credential::password::NewPasswordField;
use crate::shell::gate::Gate;
use crate::ui::form::field::Field;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::web::api::ApiError;
use crate::words::language::Translated;
use leptos::prelude::*;

struct Texts {
    title: &'static str,
    intro: &'static str,
    name: &'static str,
    organisation: &'static str,
    organisation_hint: &'static str,
    email: &'static str,
    email_hint: &'static str,
    email_again: &'static str,
    password: &'static str,
    set_up: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Sätt igång portalen",
        intro: "Du blir portalens ägare. Länken hit fungerar bara en gång.",
        name: "Ditt namn",
        organisation: "Organisation",
        organisation_hint: "Organisationen som driver portalen. Namnet visas på alla sidor.",
        email: "E-post",
        email_hint: "Du loggar in med den.",
        email_again: "E-post en gång till",
        password: "Lösenord",
        set_up: "Spara och logga in",
    },
    english: Texts {
        title: "Set up the portal",
        intro: "You become its owner. The link here works only once.",
        name: "Your name",
        organisation: "Organisation",
        organisation_hint: "The organisation that runs the portal. Its name is shown on every page.",
        email: "Email",
        email_hint: "You sign in with it.",
        email_again: "Email again",
        password: "Password",
        set_up: "Save and sign in",
    },
};

/// Makes the operator and its owner, and signs the owner in.
///
/// # Errors
/// As [`portvakt_core::setup::set_up`].
#[server(prefix = "/rpc", endpoint = "set_up")]
pub async fn set_up(
    name: String,
    organisation: String,
    email: String,
    email_again: String,
    password: String,
) -> Result<(), ApiError> {
    use crate::web::request::{RequestContext, core, dead, link};
    use portvakt_model::link::LinkKind;
    use portvakt_model::local_path::LocalPath;
    let request = RequestContext::current();
    let form = portvakt_core::setup::SetUp {
        name: &name,
        organisation: &organisation,
        email: &email,
        email_again: &email_again,
        password: &password,
        language: request.language,
    };
    let started =
        portvakt_core::setup::set_up(&core(), &request.origin, &link(LinkKind::Setup)?, &request.browser, form)
            .await
            .map_err(dead(LinkKind::Setup))?;
    crate::web::cookies::begin_session(&started);
    crate::web::api::redirect(&LocalPath::default());
    Ok(())
}

/// Asks for the first person's details. The server shows this page only to the holder of an open set-up link.
#[derive(Clone, Copy)]
pub(crate) struct SetUpPage {
    form: FormOf<SetUp>,
}

impl SetUpPage {
    pub(crate) fn new() -> Self {
        Self { form: FormOf::new() }
    }

    pub(crate) fn view(self) -> AnyView {
        let form = self.form;
        let texts = TEXTS.here();
        view! {
            <Gate title=texts.title intro=texts.intro wide=true>
                <Form of=form keep="name organisation email email_again">
                    <Field of=form name="name" label=texts.name autocomplete="name"/>
                    <Field of=form name="organisation" label=texts.organisation hint=texts.organisation_hint autocomplete="organization"/>
                    <Field of=form name="email" label=texts.email hint=texts.email_hint kind="email" autocomplete="username"/>
                    <Field of=form name="email_again" label=texts.email_again kind="email" autocomplete="off"/>
                    <NewPasswordField of=form label=texts.password known=&["name", "organisation", "email"]/>
                    <Submit of=form>{texts.set_up}</Submit>
                </Form>
            </Gate>
        }
        .into_any()
    }
}
