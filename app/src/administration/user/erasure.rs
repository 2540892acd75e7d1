//! The erasure of a member's account, on the member's page. Only for members whose home is the organisation.
use crate::ui::form::field::Field;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::ui::notice::Notice;
use crate::ui::panel::Panel;
use crate::ui::time::TIME;
use crate::ui::tone::Tone;
use crate::web::api::ApiError;
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::erasure::WAIT_DAYS;
use portvakt_model::user::User;

struct Texts {
    title: &'static str,
    about: fn(i64) -> String,
    reason: &'static str,
    reason_hint: &'static str,
    erased_on: fn(&str) -> String,
    they_asked: &'static str,
    you_asked: &'static str,
    stop: &'static str,
    stopped: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Radera kontot",
        about: |days| {
            format!(
                "Om {days} dagar raderas kontot med allt som portalen har om personen. Till dess fungerar det som \
                 vanligt, och både personen och ni kan stoppa raderingen. Personen får ett mejl nu."
            )
        },
        reason: "Skäl till raderingen",
        reason_hint: "Syns i granskningsloggen tills kontot är raderat.",
        erased_on: |day| format!("Kontot raderas {day}"),
        they_asked: "Personen har själv bett om det.",
        you_asked: "En administratör i organisationen har bett om det.",
        stop: "Stoppa raderingen",
        stopped: "Raderingen är stoppad",
    },
    english: Texts {
        title: "Delete account",
        about: |days| {
            format!(
                "In {days} days the account is deleted, with everything the portal has about the person. Until then \
                 it works as usual, and both they and you can stop the deletion. They get an email now."
            )
        },
        reason: "Reason for the deletion",
        reason_hint: "Shown in the audit log until the account is deleted.",
        erased_on: |day| format!("The account will be deleted on {day}"),
        they_asked: "They asked for it themselves.",
        you_asked: "An administrator in the organisation asked for it.",
        stop: "Stop the deletion",
        stopped: "Deletion stopped",
    },
};

/// Asks for the erasure of a person's account, if the caller's current organisation is its home.
///
/// # Errors
/// As [`portvakt_core::erasure::ask`].
#[server(prefix = "/rpc", endpoint = "erase_user")]
pub async fn erase_user(id: String, erasure_reason: String) -> Result<(), ApiError> {
    use portvakt_core::caller::Caller;
    use portvakt_model::fault::Refusal;
    use portvakt_model::id::AccountId;
    let (core, person) = crate::web::request::signed_in()?;
    let (tenant, id) = (person.tenant, AccountId::parse(&id).ok_or(Refusal::NotFound)?);
    portvakt_core::erasure::ask(&core, &Caller::from(person), tenant, id, &erasure_reason).await?;
    Ok(())
}

/// Stops the erasure of a person's account, if the caller's current organisation is its home.
///
/// # Errors
/// As [`portvakt_core::erasure::stop`].
#[server(prefix = "/rpc", endpoint = "keep_user")]
pub async fn keep_user(id: String) -> Result<(), ApiError> {
    use portvakt_core::caller::Caller;
    use portvakt_model::fault::Refusal;
    use portvakt_model::id::AccountId;
    let (core, person) = crate::web::request::signed_in()?;
    let (tenant, id) = (person.tenant, AccountId::parse(&id).ok_or(Refusal::NotFound)?);
    portvakt_core::erasure::stop(&core, &Caller::from(person), tenant, id).await?;
    Ok(())
}

/// The form that asks for an erasure, or the erasure that was asked for with the form that stops it.
#[must_use]
pub fn erasure(user: &User, erase: FormOf<EraseUser>, keep: FormOf<KeepUser>) -> AnyView {
    let texts = TEXTS.here();
    let id = user.listed.id.to_string();
    let inside = if let Some(standing) = &user.erasure {
        let who = if standing.by_organisation { texts.you_asked } else { texts.they_asked };
        view! {
            <Notice tone=Tone::Warn title=(texts.erased_on)(&(TIME.here().day)(&standing.due_at))><p>{who}</p></Notice>
            <Form of=keep>
                <input type="hidden" name="id" value=id/>
                <div class="form-actions"><Submit of=keep fill=false kind=None>{texts.stop}</Submit></div>
            </Form>
        }
        .into_any()
    } else {
        view! {
            <Form of=erase keep="erasure_reason">
                <input type="hidden" name="id" value=id/>
                <Field of=erase name="erasure_reason" label=texts.reason hint=texts.reason_hint autocomplete="off"/>
                <div class="form-actions">
                    <Submit of=erase fill=false kind=Some("danger-quiet")>{texts.title}</Submit>
                </div>
            </Form>
        }
        .into_any()
    };
    view! {
        <Panel id="erase" title=texts.title about=(texts.about)(WAIT_DAYS).into_any()>
            <div class="body stack measure">
                {move || keep.is_done().then(|| view! { <Notice tone=Tone::Ok title=texts.stopped alert=true/> })}
                {inside}
            </div>
        </Panel>
    }
    .into_any()
}
