//! The second step of a sign-in: a passkey or a code.
use crate::credential::account::AccountLine;
use crate::shell::gate::Gate;
use crate::ui::code_field::CodeField;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, FormFault, Submit};
use crate::ui::passkey::{PasskeyButton, Wanted};
use crate::web::address::{use_query, with_query};
use crate::web::api::ApiError;
use crate::web::load::{of_request, shared};
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::flash::OF;
use portvakt_model::page::Page;
use portvakt_model::passkey::Purpose;
use portvakt_model::second_factor::Accepts;
use portvakt_model::stage::Holder;

struct Texts {
    title: &'static str,
    from_app: &'static str,
    by_passkey: &'static str,
    passkey: &'static str,
    needs_script: &'static str,
    with_recovery: &'static str,
    code: &'static str,
    hint: &'static str,
    recovery: &'static str,
    recovery_hint: &'static str,
    go_on: &'static str,
    stuck: &'static str,
    use_recovery: &'static str,
    use_app: &'static str,
    lost: &'static str,
    other: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Bekräfta att det är du",
        from_app: "Öppna din kodapp och skriv de sex siffrorna.",
        by_passkey: "Använd din nyckel: fingeravtryck, ansikte eller skärmlås.",
        passkey: "Använd nyckel",
        needs_script: "Nyckeln kräver JavaScript. Utan JavaScript kan du använda en reservkod.",
        with_recovery: "Skriv en av reservkoderna som du sparade. Varje kod fungerar en gång.",
        code: "Kod",
        hint: "Koden byts var 30:e sekund. Du kan klistra in hela koden.",
        recovery: "Reservkod",
        recovery_hint: "24 tecken i fyra grupper. Små bokstäver går lika bra.",
        go_on: "Fortsätt",
        stuck: "fungerar det inte?",
        use_recovery: "Använd en reservkod",
        use_app: "Använd kodappen eller nyckeln",
        lost: "Har du varken kodappen, nyckeln eller någon reservkod kvar? Be en administratör i din organisation att återställa din tvåfaktorsinloggning.",
        other: "Logga in som någon annan",
    },
    english: Texts {
        title: "Confirm it’s you",
        from_app: "Open your code app and enter the six digits.",
        by_passkey: "Use your passkey: your fingerprint, face or screen lock.",
        passkey: "Use your passkey",
        needs_script: "Passkeys require JavaScript. Without it, you can use a recovery code.",
        with_recovery: "Enter one of the recovery codes you saved. Each code works once.",
        code: "Code",
        hint: "The code changes every 30 seconds. You can paste the whole code.",
        recovery: "Recovery code",
        recovery_hint: "24 characters in four groups. Lower case is fine.",
        go_on: "Continue",
        stuck: "not working?",
        use_recovery: "Use a recovery code",
        use_app: "Use your code app or passkey",
        lost: "Lost your code app, your passkey and your recovery codes? Ask an administrator in your organisation to reset your second factor.",
        other: "Sign in as someone else",
    },
};

/// Checks a code, or the browser's answer with a passkey. Then begins a session and leads to `next`, or leads to the
/// page for a new password.
///
/// # Errors
/// As [`portvakt_core::sign_in::enter_code`].
#[server(prefix = "/rpc", endpoint = "enter_code")]
pub async fn enter_code(code: String, #[server(default)] next: String) -> Result<(), ApiError> {
    use crate::web::request::{RequestContext, core};
    use portvakt_model::fault::Refusal;
    use portvakt_model::local_path::LocalPath;
    let request = RequestContext::current();
    let waiting = request.waiting.ok_or(Refusal::SignedOut)?;
    let step = portvakt_core::sign_in::enter_code(&core(), &request.origin, &request.browser, &waiting, &code).await?;
    crate::gate::sign_in::go_on(&step, &LocalPath::parse(&next).unwrap_or_default());
    Ok(())
}

/// Asks for a passkey or a code. The server shows this page only to a sign-in that waits for its second factor.
#[derive(Clone)]
pub(crate) struct CodePage {
    form: FormOf<EnterCode>,
    accepts: Accepts,
    holder: Option<Holder>,
}

impl CodePage {
    pub(crate) fn new() -> Self {
        // After the last failed try no sign-in waits, and the page only shows the fault.
        let accepts = || of_request::<Accepts>().unwrap_or(Accepts { passkey: false, code_app: true });
        Self { form: FormOf::new(), accepts: shared(accepts), holder: shared(of_request::<Holder>) }
    }

    pub(crate) fn view(self) -> AnyView {
        let form = self.form;
        let texts = TEXTS.here();
        let query = use_query().get_untracked();
        let by_recovery = query.get("with").as_deref() == Some("recovery");
        let next = query.text("next");
        let of = query.text(OF);
        let Accepts { passkey, code_app } = self.accepts;
        let (intro, other_way, words) = match (by_recovery, code_app) {
            (true, _) => (texts.with_recovery, other_way(&of, &next, None), texts.use_app),
            (false, true) => (texts.from_app, other_way(&of, &next, Some("recovery")), texts.use_recovery),
            (false, false) => (texts.by_passkey, other_way(&of, &next, Some("recovery")), texts.use_recovery),
        };
        let by_hand = (by_recovery || code_app).then(|| {
            let next = next.clone();
            view! {
                <Form of=form>
                    <input type="hidden" name="next" value=next/>
                    {if by_recovery {
                        view! { <CodeField of=form name="code" label=texts.recovery hint=texts.recovery_hint long=true autofocus=true/> }
                    } else {
                        view! { <CodeField of=form name="code" label=texts.code hint=texts.hint autofocus=true/> }
                    }}
                    <Submit of=form>{texts.go_on}</Submit>
                </Form>
            }
        });
        let by_passkey = (passkey && !by_recovery).then(|| {
            let go_on = move |code: Option<String>| {
                if let Some(code) = code {
                    form.send(EnterCode { code, next: next.clone() });
                }
            };
            view! {
                <PasskeyButton
                    wants=Wanted::Shown(Purpose::SecondFactor)
                    kind=(!code_app).then_some("primary")
                    on_answer=go_on
                >
                    {texts.passkey}
                </PasskeyButton>
            }
        });
        // Without a code field there is no form to show a fault.
        let alone = by_hand.is_none().then(|| {
            view! {
                <FormFault of=form/>
                <p class="needs-no-script">{texts.needs_script}</p>
            }
        });
        let (first, second) = if code_app { (None, by_passkey) } else { (by_passkey, None) };
        view! {
            <Gate title=texts.title intro>
                <div class="stack">
                    {self.holder.map(|holder| view! { <AccountLine holder/> })}
                    {by_hand}
                    {alone}
                    {first}
                    <p class="or">{texts.stuck}</p>
                    <div class="stack" data-gap="2">
                        {second}
                        <a class="button" data-fill="" href=other_way rel="external">{words}</a>
                        <a class="button" data-kind="quiet" data-fill="" href=Page::SignIn.path() rel="external">{texts.other}</a>
                    </div>
                </div>
                {by_recovery.then(|| view! { <p class="small soft">{texts.lost}</p> })}
            </Gate>
        }
        .into_any()
    }
}

/// The address of this page for the other kind of code, for the same sign-in and with the same next page.
fn other_way(of: &str, next: &str, with: Option<&str>) -> String {
    with_query(Page::Code.path(), [(OF, of), ("next", next), ("with", with.unwrap_or_default())])
}
