//! The page that asks for a reset link.
use crate::shell::gate::Gate;
use crate::ui::form::field::Field;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::ui::notice::Notice;
use crate::ui::tone::Tone;
use crate::web::api::ApiError;
use crate::web::load::{of_request, shared};
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::duration::in_words;
use portvakt_model::frame::Frame;
use portvakt_model::page::Page;
use portvakt_model::policy::{LinkPolicy, Policy};
use web_sys::{HtmlInputElement, Storage};

struct Texts {
    title: &'static str,
    intro: &'static str,
    email: &'static str,
    send: &'static str,
    sent: &'static str,
    look: fn(&str) -> String,
    back: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Glömt lösenordet?",
        intro: "Skriv adressen som du loggar in med, så får du ett mejl med en länk för nytt lösenord.",
        email: "E-post",
        send: "Skicka länken",
        sent: "Titta i din inkorg",
        look: |lifetime| {
            format!(
                "Om adressen har ett konto här är ett mejl på väg dit. Länken i det gäller i {lifetime}. Kommer inget \
                 mejl, titta i skräpposten och kontrollera att adressen är rätt."
            )
        },
        back: "Till inloggningen",
    },
    english: Texts {
        title: "Forgot your password?",
        intro: "Enter the address you sign in with, and we’ll email you a password reset link.",
        email: "Email",
        send: "Send link",
        sent: "Check your email",
        look: |lifetime| {
            format!(
                "If the address has an account here, an email is on its way to it. The link in it is valid for \
                 {lifetime}. If nothing arrives, check your spam folder and make sure the address is right."
            )
        },
        back: "Back to sign-in",
    },
};

/// Mails a reset link, if the address has an account. The answer is the same if it has none.
///
/// # Errors
/// As [`portvakt_core::reset::forgot`].
#[server(prefix = "/rpc", endpoint = "forgot")]
pub async fn forgot(email: String) -> Result<(), ApiError> {
    use crate::web::request::{RequestContext, core};
    portvakt_core::reset::forgot(&core(), &RequestContext::current().origin, &email).await?;
    Ok(())
}

/// The name under which the sign-in page leaves the typed address. It is in no page's address, which histories and logs
/// keep.
const TYPED: &str = "typed-email";

fn field() -> Option<HtmlInputElement> {
    use leptos::wasm_bindgen::JsCast;
    document().get_element_by_id("email")?.dyn_into().ok()
}

fn storage() -> Option<Storage> {
    window().session_storage().ok()?
}

/// Leaves the address that was typed at the sign-in for this page.
pub(crate) fn take_along() {
    if let Some((storage, field)) = storage().zip(field()) {
        let _ = storage.set_item(TYPED, &field.value());
    }
}

/// Fills in the address that was typed at the sign-in, once.
fn fill_in() {
    let Some((storage, field)) = storage().zip(field()) else { return };
    let typed = storage.get_item(TYPED).ok().flatten().unwrap_or_default();
    let _ = storage.remove_item(TYPED);
    if field.value().is_empty() {
        field.set_value(&typed);
    }
}

/// Asks for the address.
#[derive(Clone, Copy)]
pub(crate) struct ForgotPage {
    form: FormOf<Forgot>,
}

impl ForgotPage {
    pub(crate) fn new() -> Self {
        Self { form: FormOf::new() }
    }

    pub(crate) fn view(self) -> AnyView {
        let form = self.form;
        let texts = TEXTS.here();
        let Frame { language, worn, .. } = expect_context::<Frame>();
        let back = format!("{}{worn}", Page::SignIn.path());
        let links = shared(|| of_request::<LinkPolicy>().unwrap_or(Policy::FLOOR.links));
        Effect::new(fill_in);
        let look = (texts.look)(&in_words(links.reset_secs, language));
        view! {
            <Gate title=texts.title intro=texts.intro>
                <Form of=form keep="email">
                    {move || form.is_done().then(|| {
                        let look = look.clone();
                        view! {
                            <Notice tone=Tone::Info icon="mail" title=texts.sent alert=true><p>{look}</p></Notice>
                        }
                    })}
                    <Field of=form name="email" label=texts.email kind="email" autocomplete="username"/>
                    <Submit of=form>{texts.send}</Submit>
                    <a href=back>{texts.back}</a>
                </Form>
            </Gate>
        }
        .into_any()
    }
}
