//! A new password for the holder of a reset link.
use crate::api::ApiError;
use crate::language::Translated;
use crate::ui::form::{Form, FormOf, Submit};
use crate::ui::gate::Gate;
use crate::ui::password_field::PasswordField;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

struct Texts {
    title: &'static str,
    intro: &'static str,
    password: &'static str,
    password_hint: &'static str,
    save: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Välj ett nytt lösenord",
        intro: "Det gamla slutar gälla, och du loggas ut på alla andra enheter.",
        password: "Nytt lösenord",
        password_hint: "Minst 15 tecken. En mening är lätt att minnas och svår att gissa.",
        save: "Spara och logga in",
    },
    english: Texts {
        title: "Choose a new password",
        intro: "The old one stops working, and you are signed out on every other device.",
        password: "New password",
        password_hint: "At least 15 characters. A sentence is easy to remember and hard to guess.",
        save: "Save and sign in",
    },
};

/// Gives the link's owner a new password and signs them in.
///
/// # Errors
/// As [`portvakt_core::reset::choose_password`].
#[server(prefix = "/rpc", endpoint = "choose_password")]
pub async fn choose_password(password: String) -> Result<(), ApiError> {
    use crate::request::{RequestContext, core, link};
    use portvakt_model::local_path::LocalPath;
    let request = RequestContext::current();
    let started =
        portvakt_core::reset::choose_password(&core(), &request.origin, &link()?, request.session.as_ref(), &password)
            .await?;
    crate::cookies::begin_session(&started.token);
    crate::api::redirect(&LocalPath::default());
    Ok(())
}

/// Asks for the new password. The server shows it to the holder of an open reset link only.
#[derive(Clone, Copy)]
pub struct ResetPage {
    form: FormOf<ChoosePassword>,
}

#[lazy_route]
impl LazyRoute for ResetPage {
    fn data() -> Self {
        Self { form: FormOf::new() }
    }

    fn view(this: Self) -> AnyView {
        let form = this.form;
        let texts = TEXTS.here();
        view! {
            <Gate title=texts.title intro=texts.intro>
                <Form of=form>
                    <PasswordField of=form name="password" label=texts.password hint=texts.password_hint autocomplete="new-password"/>
                    <Submit of=form>{texts.save}</Submit>
                </Form>
            </Gate>
        }
        .into_any()
    }
}
