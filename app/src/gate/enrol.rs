//! The step of a sign-in that sets up a second factor, if the organisation demands one and the account has none.
use crate::credential::account::AccountLine;
use crate::credential::second_factor::codes::recovery_codes;
use crate::credential::second_factor::set_up;
use crate::shell::gate::Gate;
use crate::ui::code_field::CodeField;
use crate::ui::fault::PageFault;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, FormFault, Submit};
use crate::ui::passkey::{PasskeyButton, Wanted};
use crate::web::address::use_query;
use crate::web::api::ApiError;
use crate::web::load::{Loaded, load, of_request, shared};
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::flash::Outcome;
use portvakt_model::frame::Frame;
use portvakt_model::page::Page;
use portvakt_model::second_factor::{Demanded, NewRecoveryCodes};
use portvakt_model::stage::Holder;

struct Texts {
    title: &'static str,
    intro: &'static str,
    intro_passkey: &'static str,
    passkey: &'static str,
    passkey_about: &'static str,
    or: &'static str,
    needs_script: &'static str,
    code: &'static str,
    turn_on: &'static str,
    go_on: &'static str,
    done: &'static str,
    other: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Slå på tvåfaktorsinloggning",
        intro: "Din organisation kräver mer än ett lösenord. Lägg till en nyckel eller en kodapp nu, och använd den sedan varje gång du loggar in.",
        intro_passkey: "Din organisation kräver en nyckel. Du loggar in med fingeravtryck, ansikte eller skärmlås. En nyckel kan inte nätfiskas.",
        passkey: "Lägg till en nyckel",
        passkey_about: "Fingeravtryck, ansikte eller skärmlås. Enklast, och kan inte nätfiskas.",
        or: "eller",
        needs_script: "Nyckeln kräver JavaScript.",
        code: "Skriv koden som appen visar",
        turn_on: "Slå på och fortsätt",
        go_on: "Jag har sparat dem, fortsätt",
        done: "Fortsätt",
        other: "Logga in som någon annan",
    },
    english: Texts {
        title: "Turn on two-factor sign-in",
        intro: "Your organisation requires more than a password. Add a passkey or a code app now, then use it each time you sign in.",
        intro_passkey: "Your organisation requires a passkey. You sign in with your fingerprint, face or screen lock. A passkey can’t be phished.",
        passkey: "Add a passkey",
        passkey_about: "Your fingerprint, face or screen lock. The easiest way, and it can’t be phished.",
        or: "or",
        needs_script: "Passkeys require JavaScript.",
        code: "Enter the code shown in the app",
        turn_on: "Turn on and continue",
        go_on: "I have saved them, continue",
        done: "Continue",
        other: "Sign in as someone else",
    },
};

/// The second factors that the waiting sign-in may set up. `None` if no sign-in waits for that.
///
/// # Errors
/// If the database fails.
#[server(prefix = "/rpc", endpoint = "demanded_second_factor")]
pub async fn load_enrolment() -> Result<Option<Demanded>, ApiError> {
    use crate::web::request::{RequestContext, core};
    match RequestContext::current().waiting {
        Some(waiting) => Ok(portvakt_core::sign_in::enrolment(&core(), &waiting).await?),
        None => Ok(None),
    }
}

/// Sets up the code app with its code, or the passkey that the browser made, for the waiting sign-in. Returns the new
/// recovery codes and the address of the next page.
///
/// # Errors
/// As [`portvakt_core::sign_in::enrol`].
#[server(prefix = "/rpc", endpoint = "enrol_second_factor")]
pub async fn enrol_second_factor(code: String, #[server(default)] next: String) -> Result<Outcome, ApiError> {
    use crate::web::request::{RequestContext, core};
    use portvakt_model::fault::Refusal;
    use portvakt_model::local_path::LocalPath;
    let RequestContext { origin, browser, waiting, .. } = RequestContext::current();
    let waiting = waiting.ok_or(Refusal::SignedOut)?;
    let (step, made) = portvakt_core::sign_in::enrol(&core(), &origin, &browser, &waiting, &code).await?;
    let onward = crate::gate::sign_in::arrived(&step, &LocalPath::parse(&next).unwrap_or_default());
    Ok(Outcome::Codes(NewRecoveryCodes { go_on: Some(onward.as_str().to_owned()), ..made }))
}

/// Sets up a second factor. The server shows this page only to a sign-in that waits for it.
#[derive(Clone, Copy)]
pub(crate) struct EnrolPage {
    demanded: Loaded<Result<Option<Demanded>, ApiError>>,
    form: FormOf<EnrolSecondFactor>,
    holder: StoredValue<Option<Holder>>,
}

impl EnrolPage {
    pub(crate) fn new() -> Self {
        Self {
            demanded: load(|| (), |()| load_enrolment()),
            form: FormOf::new(),
            holder: StoredValue::new(shared(of_request::<Holder>)),
        }
    }

    pub(crate) fn view(self) -> AnyView {
        let texts = TEXTS.here();
        view! {
            <Gate title=texts.title wide=true>
                <Suspense>
                    {move || Suspend::new(async move {
                        match self.demanded.await {
                            Ok(demanded) => self.shown(demanded),
                            Err(ApiError(fault)) => view! { <PageFault fault/> }.into_any(),
                        }
                    })}
                </Suspense>
            </Gate>
        }
        .into_any()
    }

    fn shown(self, demanded: Option<Demanded>) -> AnyView {
        let demanded = StoredValue::new(demanded);
        let next = StoredValue::new(use_query().get_untracked().text("next"));
        (move || match (self.form.codes(), demanded.get_value()) {
            (Some(codes), _) => told(codes),
            (None, Some(demanded)) => self.asked(demanded, next.get_value()),
            // The person set it up in another tab.
            (None, None) => onward("/".to_owned(), TEXTS.here().done),
        })
        .into_any()
    }

    fn asked(self, Demanded { code_app }: Demanded, next: String) -> AnyView {
        let (texts, form) = (TEXTS.here(), self.form);
        let is_alone = code_app.is_none();
        let by_passkey = expect_context::<Frame>().passkeys.then(|| {
            let next = next.clone();
            let go_on = move |code: Option<String>| {
                if let Some(code) = code {
                    form.send(EnrolSecondFactor { code, next: next.clone() });
                }
            };
            view! {
                <div class="stack" data-gap="2">
                    <PasskeyButton wants=Wanted::Made kind=is_alone.then_some("primary") on_answer=go_on>
                        {texts.passkey}
                    </PasskeyButton>
                    {(!is_alone).then(|| view! { <p class="soft small needs-script">{texts.passkey_about}</p> })}
                </div>
            }
        });
        let by_code = code_app.map(|enrolment| {
            let confirm = view! {
                <Form of=form>
                    <input type="hidden" name="next" value=next/>
                    <CodeField of=form name="code" label=texts.code/>
                    <Submit of=form>{texts.turn_on}</Submit>
                </Form>
            };
            view! { <p class="or needs-script">{texts.or}</p>{set_up(enrolment, confirm.into_any())} }
        });
        // Without a code field there is no form to show a fault.
        let alone = is_alone.then(|| {
            view! {
                <FormFault of=form/>
                <p class="needs-no-script">{texts.needs_script}</p>
            }
        });
        view! {
            <p>{if is_alone { texts.intro_passkey } else { texts.intro }}</p>
            {self.holder.get_value().map(|holder| view! { <AccountLine holder/> })}
            <div class="stack">
                {alone}
                {by_passkey}
                {by_code}
            </div>
            <a class="button" data-kind="quiet" data-fill="" href=Page::SignIn.path() rel="external">{texts.other}</a>
        }
        .into_any()
    }
}

/// The recovery codes, and the link to the next page.
fn told(NewRecoveryCodes { recovery_codes: codes, go_on }: NewRecoveryCodes) -> AnyView {
    let (texts, href) = (TEXTS.here(), go_on.unwrap_or_else(|| "/".to_owned()));
    if codes.is_empty() {
        // The person keeps their earlier codes.
        return onward(href, texts.done);
    }
    view! {
        <div class="stack" data-gap="3">{recovery_codes(&codes)}</div>
        {onward(href, texts.go_on)}
    }
    .into_any()
}

fn onward(href: String, words: &'static str) -> AnyView {
    view! { <a class="button" data-kind="primary" data-fill="" href=href rel="external">{words}</a> }.into_any()
}
