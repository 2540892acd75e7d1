//! The page of a reset link: its holder chooses a new password.
use crate::credential::account::AccountLine;
use crate::credential::password::NewPasswordField;
use crate::shell::gate::Gate;
use crate::ui::code_field::CodeField;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::ui::notice::Notice;
use crate::ui::passkey::{PasskeyButton, Wanted};
use crate::ui::tone::Tone;
use crate::web::api::ApiError;
use crate::web::load::{of_request, shared};
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::passkey::Purpose;
use portvakt_model::second_factor::Accepts;
use portvakt_model::stage::Holder;

struct Texts {
    title: &'static str,
    intro: &'static str,
    password: &'static str,
    code: &'static str,
    code_hint: &'static str,
    recovery: &'static str,
    recovery_hint: &'static str,
    passkey: &'static str,
    shown: &'static str,
    shown_about: &'static str,
    save: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Välj ett nytt lösenord",
        intro: "Det gamla slutar gälla, och du loggas ut på alla andra enheter.",
        password: "Nytt lösenord",
        code: "Kod",
        code_hint: "De sex siffrorna i din kodapp, eller en reservkod.",
        recovery: "Reservkod",
        recovery_hint: "Eller använd din nyckel nedan.",
        passkey: "Använd nyckel",
        shown: "Nyckeln är bekräftad",
        shown_about: "Välj ditt lösenord och spara.",
        save: "Spara och logga in",
    },
    english: Texts {
        title: "Choose a new password",
        intro: "The old one stops working, and you are signed out on all your other devices.",
        password: "New password",
        code: "Code",
        code_hint: "The six digits from your code app, or a recovery code.",
        recovery: "Recovery code",
        recovery_hint: "Or use your passkey below.",
        passkey: "Use your passkey",
        shown: "Passkey confirmed",
        shown_about: "Choose your password and save it.",
        save: "Save and sign in",
    },
};

/// Sets the new password of the reset link's account and signs the person in.
///
/// # Errors
/// As [`portvakt_core::reset::choose_password`].
#[server(prefix = "/rpc", endpoint = "choose_password")]
pub async fn choose_password(password: String, #[server(default)] code: String) -> Result<(), ApiError> {
    use crate::web::request::{RequestContext, core, dead, link};
    use portvakt_model::link::LinkKind;
    use portvakt_model::local_path::LocalPath;
    let request = RequestContext::current();
    let step = portvakt_core::reset::choose_password(
        &core(),
        &request.origin,
        &link(LinkKind::Reset)?,
        &request.browser,
        &password,
        &code,
    )
    .await
    .map_err(dead(LinkKind::Reset))?;
    crate::gate::sign_in::go_on(&step, &LocalPath::default());
    Ok(())
}

/// Asks for the new password. The server shows this page only to the holder of an open reset link.
#[derive(Clone)]
pub(crate) struct ResetPage {
    form: FormOf<ChoosePassword>,
    accepts: Option<Accepts>,
    holder: Option<Holder>,
}

impl ResetPage {
    pub(crate) fn new() -> Self {
        Self { form: FormOf::new(), accepts: shared(of_request::<Accepts>), holder: shared(of_request::<Holder>) }
    }

    pub(crate) fn view(self) -> AnyView {
        let form = self.form;
        let texts = TEXTS.here();
        view! {
            <Gate title=texts.title intro=texts.intro wide=true>
                <Form of=form>
                    {self.holder.map(|holder| view! { <AccountLine holder/> })}
                    <NewPasswordField of=form label=texts.password/>
                    {self.accepts.map(|accepts| second(form, accepts))}
                    <Submit of=form>{texts.save}</Submit>
                </Form>
            </Gate>
        }
        .into_any()
    }
}

/// The field for the second factor. A passkey's answer replaces the code.
fn second(form: FormOf<ChoosePassword>, Accepts { passkey, code_app }: Accepts) -> AnyView {
    let texts = TEXTS.here();
    let answer = RwSignal::new(None);
    // An answer works once.
    Effect::new(move || {
        if form.answers() > 0 {
            answer.set(None);
        }
    });
    let (label, hint) = if code_app { (texts.code, texts.code_hint) } else { (texts.recovery, texts.recovery_hint) };
    view! {
        {move || match answer.get() {
            Some(text) => view! {
                <input type="hidden" name="code" value=text/>
                <Notice tone=Tone::Ok title=texts.shown alert=true><p>{texts.shown_about}</p></Notice>
            }
            .into_any(),
            None => view! { <CodeField of=form name="code" label hint long=true/> }.into_any(),
        }}
        {passkey.then(|| {
            let on_answer = move |text: Option<String>| answer.set(text);
            view! {
                <PasskeyButton wants=Wanted::Shown(Purpose::Reset) on_answer>{texts.passkey}</PasskeyButton>
            }
        })}
    }
    .into_any()
}
