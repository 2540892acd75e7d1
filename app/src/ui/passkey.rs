//! Asks the browser to show or make a passkey. The request and the answer are the JSON of WebAuthn Level 3, which
//! browsers parse and write themselves.
use crate::ui::icon::Icon;
use crate::ui::notice::Notice;
use crate::ui::tone::Tone;
use crate::ui::words::WORDS;
use crate::web::api::ApiError;
use crate::web::ceremony::{ask_passkey, begin_passkey_at_sign_in};
use crate::words::language::Translated;
use js_sys::{Function, JSON, Object, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::{JsCast, JsValue};
use portvakt_model::fault::{Fault, Refusal};
use portvakt_model::passkey::{Ceremony, Purpose};
use std::cell::RefCell;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

/// The reason why there is no passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// The person cancelled, was too slow, or has no passkey for this site. Browsers do not tell which.
    Dismissed,
    /// The person did not make a passkey.
    NotMade,
    /// The device already has a passkey of this account.
    There,
    /// The browser does not support passkeys.
    Unsupported,
    /// The server refused to begin the ceremony.
    Refused(Fault),
}

struct Texts {
    /// Why no passkey came, and what to do.
    missing: fn(&Missing) -> (&'static str, &'static str),
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        missing: |why| match why {
            Missing::Dismissed | Missing::Refused(_) => (
                "Ingen nyckel användes",
                "Försök igen, eller använd ett annat sätt. Nyckeln finns på den enhet eller i den lösenordshanterare där du skapade den.",
            ),
            Missing::NotMade => ("Ingen nyckel lades till", "Försök igen, eller välj ett annat sätt."),
            Missing::There => ("Enheten har redan en nyckel", "Den fungerar här. Du behöver bara en nyckel per enhet."),
            Missing::Unsupported => {
                ("Webbläsaren kan inte använda nycklar", "Uppdatera den, eller använd ett annat sätt.")
            }
        },
    },
    english: Texts {
        missing: |why| match why {
            Missing::Dismissed | Missing::Refused(_) => (
                "No passkey was used",
                "Try again, or use another method. The passkey is on the device or in the password manager where you \
                 created it.",
            ),
            Missing::NotMade => ("No passkey was added", "Try again, or choose another method."),
            Missing::There => {
                ("This device already has a passkey", "It works here. You only need one passkey per device.")
            }
            Missing::Unsupported => ("This browser can’t use passkeys", "Update it, or use another method."),
        },
    },
};

thread_local! {
    /// The browser's open request. A browser accepts one at a time, so the next request ends this one.
    static WAITING: RefCell<Option<AbortController>> = const { RefCell::new(None) };
}

/// The kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// To show a passkey, in the browser's own window.
    Show,
    /// To offer passkeys in the address field, without a time limit.
    Offer,
    /// To make a passkey.
    Make,
}

/// Runs a ceremony and returns the browser's answer, as the text of a form field.
///
/// # Errors
/// The reason why there is no answer.
pub async fn answer(ceremony: &Ceremony, how: How) -> Result<String, Missing> {
    let credential = asked(&ceremony.options, how).await.map_err(|error| {
        let name = Reflect::get(&error, &"name".into()).ok().and_then(|name| name.as_string());
        match name.as_deref() {
            Some("NotAllowedError" | "AbortError") if how == How::Make => Missing::NotMade,
            Some("NotAllowedError" | "AbortError") => Missing::Dismissed,
            Some("InvalidStateError") => Missing::There,
            _ => Missing::Unsupported,
        }
    })?;
    Ok(format!("{{\"sealed\":\"{}\",\"credential\":{credential}}}", ceremony.sealed))
}

async fn asked(options: &str, how: How) -> Result<String, JsValue> {
    let (call, parse) = match how {
        How::Show | How::Offer => ("get", "parseRequestOptionsFromJSON"),
        How::Make => ("create", "parseCreationOptionsFromJSON"),
    };
    let api = Reflect::get(&window(), &"PublicKeyCredential".into())?;
    let parse: Function = Reflect::get(&api, &parse.into())?.dyn_into()?;
    let request = Object::new();
    Reflect::set(&request, &"publicKey".into(), &parse.call1(&api, &JSON::parse(options)?)?)?;
    let abort = AbortController::new()?;
    if let Some(earlier) = WAITING.replace(Some(abort.clone())) {
        earlier.abort();
    }
    Reflect::set(&request, &"signal".into(), &abort.signal())?;
    if how == How::Offer {
        Reflect::set(&request, &"mediation".into(), &"conditional".into())?;
    }
    let credentials = Reflect::get(&window().navigator(), &"credentials".into())?;
    let call: Function = Reflect::get(&credentials, &call.into())?.dyn_into()?;
    let promise: Promise = call.call1(&credentials, &request)?.dyn_into()?;
    // The browser writes the JSON: a credential has `toJSON`.
    let text = JSON::stringify(&JsFuture::from(promise).await?)?;
    Ok(text.into())
}

/// Whether the browser offers passkeys in a field.
pub async fn can_offer() -> bool {
    async fn told() -> Result<bool, JsValue> {
        let api = Reflect::get(&window(), &"PublicKeyCredential".into())?;
        let can: Function = Reflect::get(&api, &"isConditionalMediationAvailable".into())?.dyn_into()?;
        let promise: Promise = can.call0(&api)?.dyn_into()?;
        Ok(JsFuture::from(promise).await?.is_truthy())
    }
    told().await.unwrap_or(false)
}

/// The request of a [`PasskeyButton`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A passkey, for this purpose.
    Shown(Purpose),
    /// A new passkey, for a waiting sign-in that demands one.
    Made,
}

async fn wanted(wanted: Wanted) -> Result<String, Missing> {
    let (ceremony, how) = match wanted {
        Wanted::Shown(purpose) => (ask_passkey(purpose).await, How::Show),
        Wanted::Made => (begin_passkey_at_sign_in().await, How::Make),
    };
    answer(&ceremony.map_err(|ApiError(fault)| Missing::Refused(fault))?, how).await
}

/// A button that asks the browser for a passkey. If none came, the reason stands below it.
#[component]
pub fn PasskeyButton(
    /// The request.
    wants: Wanted,
    /// The button's `data-kind`.
    #[prop(optional_no_strip)]
    kind: Option<&'static str>,
    /// Called with the text for the form field, or with `None` if no passkey came.
    #[prop(into)]
    on_answer: Callback<Option<String>>,
    /// The words.
    children: Children,
) -> impl IntoView {
    let asking = RwSignal::new(false);
    let missing = RwSignal::new(None);
    let press = move |_| {
        if asking.get_untracked() {
            return;
        }
        asking.set(true);
        missing.set(None);
        spawn_local(async move {
            let answer = wanted(wants).await;
            asking.set(false);
            on_answer.run(match answer {
                Ok(text) => Some(text),
                Err(why) => {
                    missing.set(Some(why));
                    None
                }
            });
        });
    };
    view! {
        <button
            class="button needs-script"
            data-kind=kind
            data-fill=""
            type="button"
            aria-busy=move || asking.get().then_some("true")
            on:click=press
        >
            {move || if asking.get() {
                view! { <span class="spinner" aria-hidden="true"></span> }.into_any()
            } else {
                view! { <Icon name="passkey"/> }.into_any()
            }}
            {children()}
        </button>
        {move || missing.get().map(|why| no_passkey(&why))}
    }
    .into_any()
}

/// The notice for a missing passkey.
pub fn no_passkey(why: &Missing) -> AnyView {
    let words = WORDS.here();
    let (title, advice) = match why {
        // An account without a passkey gets the same text as a cancelled request, so that the text tells nothing about
        // the account.
        Missing::Refused(fault) if *fault != Fault::Refused(Refusal::NotFound) => {
            ((words.title)(fault), (words.advice)(fault))
        }
        why => {
            let (title, advice) = (TEXTS.here().missing)(why);
            (title, advice.to_owned())
        }
    };
    view! { <Notice tone=Tone::Warn title alert=true><p>{advice}</p></Notice> }.into_any()
}
