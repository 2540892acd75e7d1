//! A new password for the holder of a reset link.
use crate::api::ApiError;
use crate::language::Translated;
use crate::password::NewPasswordField;
use crate::ui::code_field::CodeField;
use crate::ui::form::{Form, FormOf, Submit};
use crate::ui::gate::Gate;
use leptos::prelude::*;

struct Texts {
    title: &'static str,
    intro: &'static str,
    password: &'static str,
    code: &'static str,
    code_hint: &'static str,
    save: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Välj ett nytt lösenord",
        intro: "Det gamla slutar gälla, och du loggas ut på alla andra enheter.",
        password: "Nytt lösenord",
        code: "Kod",
        code_hint: "De sex siffrorna i din kodapp, eller en reservkod.",
        save: "Spara och logga in",
    },
    english: Texts {
        title: "Choose a new password",
        intro: "The old one stops working, and you are signed out on every other device.",
        password: "New password",
        code: "Code",
        code_hint: "The six digits of your code app, or a recovery code.",
        save: "Save and sign in",
    },
};

/// Gives the link's owner a new password and signs them in.
///
/// # Errors
/// As [`portvakt_core::reset::choose_password`].
#[server(prefix = "/rpc", endpoint = "choose_password")]
pub async fn choose_password(password: String, #[server(default)] code: String) -> Result<(), ApiError> {
    use crate::request::{RequestContext, core, link};
    use portvakt_model::local_path::LocalPath;
    let request = RequestContext::current();
    let step =
        portvakt_core::reset::choose_password(&core(), &request.origin, &link()?, &request.browser, &password, &code)
            .await?;
    crate::sign_in::go_on(&step, &LocalPath::default());
    Ok(())
}

/// Whether the holder of the link has a second factor.
#[cfg(feature = "ssr")]
fn asks_for_code() -> bool {
    crate::request::RequestContext::current().asks_for_code
}
#[cfg(not(feature = "ssr"))]
fn asks_for_code() -> bool {
    false
}

/// Asks for the new password. The server shows it to the holder of an open reset link only.
#[derive(Clone, Copy)]
pub(crate) struct ResetPage {
    form: FormOf<ChoosePassword>,
    asks_for_code: bool,
}

impl ResetPage {
    pub(crate) fn new() -> Self {
        Self { form: FormOf::new(), asks_for_code: SharedValue::new(asks_for_code).into_inner() }
    }

    pub(crate) fn view(self) -> AnyView {
        let form = self.form;
        let texts = TEXTS.here();
        view! {
            <Gate title=texts.title intro=texts.intro>
                <Form of=form>
                    <NewPasswordField of=form label=texts.password/>
                    {self.asks_for_code.then(|| view! {
                        <CodeField of=form name="code" label=texts.code hint=texts.code_hint long=true/>
                    })}
                    <Submit of=form>{texts.save}</Submit>
                </Form>
            </Gate>
        }
        .into_any()
    }
}
