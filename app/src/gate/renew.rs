//! The last step of a sign-in whose password breaks today's rules: a new password.
use crate::credential::account::AccountLine;
use crate::credential::password::NewPasswordField;
use crate::shell::gate::Gate;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::web::address::use_query;
use crate::web::api::ApiError;
use crate::web::load::{of_request, shared};
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::page::Page;
use portvakt_model::stage::Holder;

struct Texts {
    title: &'static str,
    intro: &'static str,
    password: &'static str,
    save: &'static str,
    other: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Välj ett nytt lösenord",
        intro: "Din organisation kräver nu ett nytt lösenord. Du loggas ut på alla andra enheter.",
        password: "Nytt lösenord",
        save: "Spara och fortsätt",
        other: "Logga in som någon annan",
    },
    english: Texts {
        title: "Choose a new password",
        intro: "Your organisation now requires a new password. You are signed out on all your other devices.",
        password: "New password",
        save: "Save and continue",
        other: "Sign in as someone else",
    },
};

/// Sets the new password of the waiting sign-in's account, begins a session and leads to `next`.
///
/// # Errors
/// As [`portvakt_core::sign_in::choose_password`].
#[server(prefix = "/rpc", endpoint = "renew_password")]
pub async fn renew_password(password: String, #[server(default)] next: String) -> Result<(), ApiError> {
    use crate::web::request::{RequestContext, core};
    use portvakt_model::fault::Refusal;
    use portvakt_model::local_path::LocalPath;
    let request = RequestContext::current();
    let waiting = request.waiting.ok_or(Refusal::SignedOut)?;
    let (origin, browser) = (&request.origin, &request.browser);
    let step = portvakt_core::sign_in::choose_password(&core(), origin, browser, &waiting, &password).await?;
    crate::gate::sign_in::go_on(&step, &LocalPath::parse(&next).unwrap_or_default());
    Ok(())
}

/// Asks for a new password. The server shows this page only to a sign-in that waits for one.
#[derive(Clone)]
pub(crate) struct RenewPage {
    form: FormOf<RenewPassword>,
    holder: Option<Holder>,
}

impl RenewPage {
    pub(crate) fn new() -> Self {
        Self { form: FormOf::new(), holder: shared(of_request::<Holder>) }
    }

    pub(crate) fn view(self) -> AnyView {
        let form = self.form;
        let texts = TEXTS.here();
        let next = use_query().get_untracked().text("next");
        view! {
            <Gate title=texts.title intro=texts.intro wide=true>
                <Form of=form>
                    <input type="hidden" name="next" value=next/>
                    {self.holder.map(|holder| view! { <AccountLine holder/> })}
                    <NewPasswordField of=form label=texts.password/>
                    <Submit of=form>{texts.save}</Submit>
                </Form>
                <a class="button" data-kind="quiet" data-fill="" href=Page::SignIn.path() rel="external">{texts.other}</a>
            </Gate>
        }
        .into_any()
    }
}
