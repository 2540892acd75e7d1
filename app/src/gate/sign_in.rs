//! The sign-in page.
use crate::gate::forgot::take_along;
use crate::shell::gate::Gate;
use crate::ui::form::field::Field;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, FormFault, Submit};
use crate::ui::notice::Notice;
use crate::ui::passkey::{How, PasskeyButton, Wanted, answer, can_offer};
use crate::ui::password_field::PasswordField;
use crate::ui::tone::Tone;
use crate::web::address::use_query;
#[cfg(feature = "ssr")]
use crate::web::address::with_query;
use crate::web::api::ApiError;
use crate::web::ceremony::ask_passkey;
use crate::web::load::{of_request, shared};
use crate::words::language::Translated;
use leptos::prelude::*;
use leptos::task::spawn_local;
#[cfg(feature = "ssr")]
use portvakt_model::flash::OF;
use portvakt_model::flash::TypedWaits;
use portvakt_model::frame::Frame;
#[cfg(feature = "ssr")]
use portvakt_model::local_path::LocalPath;
use portvakt_model::page::Page;
use portvakt_model::passkey::Purpose;
#[cfg(feature = "ssr")]
use portvakt_model::stage::Stage;

struct Texts {
    title: &'static str,
    email: &'static str,
    password: &'static str,
    sign_in: &'static str,
    forgotten: &'static str,
    or: &'static str,
    with_passkey: &'static str,
    passkey_is: &'static str,
    needs_script: &'static str,
    ended: &'static str,
    typed_waits: &'static str,
    not_set_up: &'static str,
    how_to_set_up: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Logga in",
        email: "E-post",
        password: "Lösenord",
        sign_in: "Logga in",
        forgotten: "Glömt lösenordet?",
        or: "eller",
        with_passkey: "Logga in med nyckel",
        passkey_is: "Med en nyckel loggar du in med fingeravtryck, ansikte eller skärmlås. De lämnar aldrig din enhet.",
        needs_script: "Nyckeln kräver JavaScript i webbläsaren.",
        ended: "Du har loggats ut",
        typed_waits: "Inget har sparats än. Logga in igen inom tio minuter, så finns det du skrev kvar.",
        not_set_up: "Portalen är inte igång än",
        how_to_set_up: "Öppna länken som Portvakt skrev ut vid start. Den gör dig till portalens ägare.",
    },
    english: Texts {
        title: "Sign in",
        email: "Email",
        password: "Password",
        sign_in: "Sign in",
        forgotten: "Forgot password?",
        or: "or",
        with_passkey: "Sign in with a passkey",
        passkey_is: "With a passkey you sign in with your fingerprint, face or screen lock. They never leave your device.",
        needs_script: "Signing in with a passkey requires JavaScript in the browser.",
        ended: "You have been signed out",
        typed_waits: "Nothing has been saved yet. Sign in again within ten minutes, and what you typed will still be there.",
        not_set_up: "The portal isn’t set up yet",
        how_to_set_up: "Open the link that Portvakt printed when it started. It makes you the portal’s owner.",
    },
};

/// Checks an address and a password. Then begins a session and leads to `next`, or leads to the page of the next step.
///
/// # Errors
/// As [`portvakt_core::sign_in::sign_in`].
#[server(prefix = "/rpc", endpoint = "sign_in")]
pub async fn sign_in(email: String, password: String, #[server(default)] next: String) -> Result<(), ApiError> {
    use crate::web::request::{RequestContext, core};
    let request = RequestContext::current();
    let step = portvakt_core::sign_in::sign_in(&core(), &request.origin, &request.browser, &email, &password).await?;
    go_on(&step, &LocalPath::parse(&next).unwrap_or_default());
    Ok(())
}

/// Checks a passkey. Then begins a session of its account and leads to `next`, or leads to the page of the next step.
///
/// # Errors
/// As [`portvakt_core::sign_in::with_passkey`].
#[server(prefix = "/rpc", endpoint = "sign_in_with_passkey")]
pub async fn sign_in_with_passkey(credential: String, #[server(default)] next: String) -> Result<(), ApiError> {
    use crate::web::request::{RequestContext, core};
    let request = RequestContext::current();
    let step = portvakt_core::sign_in::with_passkey(&core(), &request.origin, &request.browser, &credential).await?;
    go_on(&step, &LocalPath::parse(&next).unwrap_or_default());
    Ok(())
}

/// Sets the cookies for a step's result, and leads to the next page.
#[cfg(feature = "ssr")]
pub(crate) fn go_on(step: &portvakt_core::sign_in::Step, next: &LocalPath) {
    crate::web::api::redirect(&arrived(step, next));
}

/// Sets the cookies for a step's result, and returns the next page.
#[cfg(feature = "ssr")]
pub(crate) fn arrived(step: &portvakt_core::sign_in::Step, next: &LocalPath) -> LocalPath {
    use portvakt_core::sign_in::Step;
    crate::web::cookies::drop_held();
    match step {
        Step::SignedIn(started) => {
            crate::web::cookies::begin_session(started);
            next.clone()
        }
        Step::Waiting(stage, token) => {
            crate::web::cookies::wait(token);
            leading_to(page_of(*stage), Some(&token.handle()), next)
        }
    }
}

/// The page for the stage at which a sign-in waits.
#[cfg(feature = "ssr")]
#[must_use]
pub fn page_of(stage: Stage) -> &'static str {
    match stage {
        Stage::SecondFactor => Page::Code.path(),
        Stage::EnrolSecondFactor => Page::Enrol.path(),
        Stage::ChoosePassword => Page::Renew.path(),
        Stage::Password | Stage::SignedIn => Page::SignIn.path(),
    }
}

/// The address of a page, with the handle of the waiting sign-in that it is about, and the page that follows it.
#[cfg(feature = "ssr")]
#[must_use]
pub fn leading_to(page: &'static str, of: Option<&str>, next: &LocalPath) -> LocalPath {
    let carried = *next != LocalPath::default() && next.as_str().len() <= LocalPath::MAX_CARRIED;
    let next = if carried { next.as_str() } else { "" };
    let address = with_query(page, [(OF, of.unwrap_or_default()), ("next", next)]);
    LocalPath::parse(&address).unwrap_or_default()
}

/// Asks for the address and the password.
#[derive(Clone, Copy)]
pub(crate) struct SignInPage {
    form: FormOf<SignIn>,
    passkey: FormOf<SignInWithPasskey>,
    /// Whether the person was signed out while they filled in a form.
    typed_waits: bool,
}

impl SignInPage {
    pub(crate) fn new() -> Self {
        let typed_waits = shared(|| of_request::<TypedWaits>().is_some());
        Self { form: FormOf::new(), passkey: FormOf::new(), typed_waits }
    }

    /// Lets the browser offer passkeys in the address field. Offers them again after the button brought none.
    fn offer(self, next: String) -> Callback<Option<String>> {
        let passkey = self.passkey;
        let rounds = RwSignal::new(0_u32);
        let send = move |credential| passkey.send(SignInWithPasskey { credential, next: next.clone() });
        let go_on = {
            let send = send.clone();
            Callback::new(move |credential: Option<String>| match credential {
                Some(credential) => send(credential),
                None => rounds.update(|rounds| *rounds += 1),
            })
        };
        Effect::new(move || {
            rounds.track();
            // After a sign-in the page only waits for the redirect: a second sign-in would replace the new session. A
            // passkey that was refused is not asked for again, because some browsers answer without the person.
            if passkey.answers() > 0 {
                return;
            }
            let send = send.clone();
            spawn_local(async move {
                if !can_offer().await {
                    return;
                }
                let Ok(ceremony) = ask_passkey(Purpose::SignIn).await else { return };
                if let Ok(credential) = answer(&ceremony, How::Offer).await {
                    send(credential);
                }
            });
        });
        go_on
    }

    pub(crate) fn view(self) -> AnyView {
        let form = self.form;
        let texts = TEXTS.here();
        let Frame { operator, worn, passkeys, .. } = expect_context::<Frame>();
        let forgot = format!("{}{worn}", Page::Forgot.path());
        let next = use_query().get_untracked().text("next");
        let by_passkey = (passkeys && operator.is_some()).then(|| {
            let on_answer = self.offer(next.clone());
            view! {
                <p class="or needs-script">{texts.or}</p>
                <div class="stack" data-gap="2">
                    <FormFault of=self.passkey/>
                    <PasskeyButton wants=Wanted::Shown(Purpose::SignIn) on_answer>{texts.with_passkey}</PasskeyButton>
                    <p class="soft small needs-script">{texts.passkey_is}</p>
                    <p class="soft small needs-no-script">{texts.needs_script}</p>
                </div>
            }
        });
        view! {
            <Gate title=texts.title>
                {if operator.is_some() {
                    view! {
                        <div class="stack">
                            {self.typed_waits.then(|| view! {
                                <Notice tone=Tone::Info title=texts.ended><p>{texts.typed_waits}</p></Notice>
                            })}
                            <Form of=form keep="email">
                                <input type="hidden" name="next" value=next/>
                                <Field of=form name="email" label=texts.email kind="email" autocomplete="username webauthn"/>
                                <PasswordField
                                    of=form
                                    name="password"
                                    label=texts.password
                                    aside=view! { <a href=forgot rel="external" on:click=|_| take_along()>{texts.forgotten}</a> }.into_any()
                                    autocomplete="current-password"
                                />
                                <Submit of=form>{texts.sign_in}</Submit>
                            </Form>
                            {by_passkey}
                        </div>
                    }
                    .into_any()
                } else {
                    view! {
                        <Notice tone=Tone::Info title=texts.not_set_up><p>{texts.how_to_set_up}</p></Notice>
                    }
                    .into_any()
                }}
            </Gate>
        }
        .into_any()
    }
}
