//! The part of signing in of somebody whose organisation demands a second factor that they have not: they set it up.
use crate::api::ApiError;
use crate::language::Translated;
use crate::second_factor::{recovery_codes, set_up};
use crate::ui::code_field::CodeField;
use crate::ui::fault::PageFault;
use crate::ui::form::{Form, FormOf, Submit};
use crate::ui::gate::Gate;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use portvakt_model::second_factor::{Enrolment, NewRecoveryCodes};

struct Texts {
    title: &'static str,
    intro: &'static str,
    code: &'static str,
    turn_on: &'static str,
    go_on: &'static str,
    other: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Slå på tvåfaktor",
        intro: "Din organisation kräver mer än ett lösenord. Koppla en kodapp en gång, så frågas du om en kod när du loggar in.",
        code: "Skriv koden som appen visar",
        turn_on: "Slå på och fortsätt",
        go_on: "Jag har sparat dem, fortsätt",
        other: "Logga in som någon annan",
    },
    english: Texts {
        title: "Turn on two-factor",
        intro: "Your organisation requires more than a password. Connect a code app once, and you are asked for a code when you sign in.",
        code: "Enter the code that the app shows",
        turn_on: "Turn on and continue",
        go_on: "I have saved them, continue",
        other: "Sign in as somebody else",
    },
};

/// The code app that whoever is signing in is to set up. `None` for everybody else.
///
/// # Errors
/// If the database fails.
#[server(prefix = "/rpc", endpoint = "demanded_code_app")]
pub async fn load_enrolment() -> Result<Option<Enrolment>, ApiError> {
    use crate::request::{RequestContext, core};
    match RequestContext::current().waiting {
        Some(waiting) => Ok(portvakt_core::sign_in::enrolment(&core(), &waiting).await?),
        None => Ok(None),
    }
}

/// Sets the code app up whose code this is, for whoever is signing in; their recovery codes, and the page that is next.
///
/// # Errors
/// As [`portvakt_core::sign_in::enrol`].
#[server(prefix = "/rpc", endpoint = "enrol_code_app")]
pub async fn enrol_code_app(code: String, #[server(default)] next: String) -> Result<NewRecoveryCodes, ApiError> {
    use crate::request::{RequestContext, core};
    use portvakt_model::fault::Refusal;
    use portvakt_model::local_path::LocalPath;
    let RequestContext { origin, browser, waiting, .. } = RequestContext::current();
    let waiting = waiting.ok_or(Refusal::SignedOut)?;
    let (step, made) = portvakt_core::sign_in::enrol(&core(), &origin, &browser, &waiting, &code).await?;
    let onward = crate::sign_in::arrived(&step, &LocalPath::parse(&next).unwrap_or_default());
    Ok(NewRecoveryCodes { go_on: Some(onward.as_str().to_owned()), ..made })
}

/// Lets somebody set a second factor up. The server shows it to whoever's sign-in waits for that.
#[derive(Clone, Copy)]
pub(crate) struct EnrolPage {
    enrolment: Resource<Result<Option<Enrolment>, ApiError>>,
    form: FormOf<EnrolCodeApp>,
}

impl EnrolPage {
    pub(crate) fn new() -> Self {
        Self { enrolment: Resource::new(|| (), |()| load_enrolment()), form: FormOf::new() }
    }

    pub(crate) fn view(self) -> AnyView {
        let texts = TEXTS.here();
        view! {
            <Gate title=texts.title intro=texts.intro wide=true>
                <Suspense>
                    {move || Suspend::new(async move {
                        match self.enrolment.await {
                            Ok(enrolment) => self.shown(enrolment),
                            Err(ApiError(fault)) => view! { <PageFault fault/> }.into_any(),
                        }
                    })}
                </Suspense>
            </Gate>
        }
        .into_any()
    }

    fn shown(self, enrolment: Option<Enrolment>) -> AnyView {
        let enrolment = StoredValue::new(enrolment);
        let next = StoredValue::new(use_query_map().read_untracked().get("next").unwrap_or_default());
        (move || match (self.form.codes(), enrolment.get_value()) {
            (Some(codes), _) => told(codes),
            (None, Some(enrolment)) => self.asked(enrolment, next.get_value()),
            // Done in another tab.
            (None, None) => onward("/".to_owned()),
        })
        .into_any()
    }

    fn asked(self, enrolment: Enrolment, next: String) -> AnyView {
        let (texts, form) = (TEXTS.here(), self.form);
        let confirm = view! {
            <Form of=form>
                <input type="hidden" name="next" value=next/>
                <CodeField of=form name="code" label=texts.code/>
                <Submit of=form>{texts.turn_on}</Submit>
            </Form>
        };
        view! {
            {set_up(enrolment, confirm.into_any())}
            <a class="button" data-kind="quiet" data-fill="" href="/sign-in" rel="external">{texts.other}</a>
        }
        .into_any()
    }
}

/// The codes, and the way on.
fn told(NewRecoveryCodes { recovery_codes: codes, go_on }: NewRecoveryCodes) -> AnyView {
    view! {
        <div class="stack" data-gap="3">{recovery_codes(&codes)}</div>
        {onward(go_on.unwrap_or_else(|| "/".to_owned()))}
    }
    .into_any()
}

fn onward(href: String) -> AnyView {
    view! {
        <a class="button" data-kind="primary" data-fill="" href=href rel="external">{TEXTS.here().go_on}</a>
    }
    .into_any()
}
