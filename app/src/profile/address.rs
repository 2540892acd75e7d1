//! A person's addresses: the sign-in address, and a second address for notices.
use crate::ui::form::field::Field;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::ui::icon::Icon;
use crate::ui::notice::Notice;
use crate::ui::panel::Panel;
use crate::ui::password_field::PasswordField;
use crate::ui::time::TIME;
use crate::ui::tone::Tone;
use crate::web::api::ApiError;
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::address::{AddressAsked, Addresses as Listed};

struct Texts {
    title: &'static str,
    about: fn(&str) -> String,
    email: &'static str,
    password: &'static str,
    ask: &'static str,
    ask_second: &'static str,
    asked: &'static str,
    look: &'static str,
    waiting: &'static str,
    until: fn(&str, &str) -> String,
    second: &'static str,
    second_about: &'static str,
    second_email: &'static str,
    is_confirmed: &'static str,
    remove: fn(&str) -> String,
    remove_short: &'static str,
    removed: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "E-post",
        about: |email| format!("Du loggar in med {email}, och mejl till dig skickas dit."),
        email: "Ny e-postadress",
        password: "Ditt lösenord",
        ask: "Byt adress",
        ask_second: "Lägg till adress",
        asked: "Titta i din inkorg",
        look: "Ett mejl med en länk är på väg till den nya adressen. Öppna länken för att bekräfta adressen.",
        waiting: "Väntar på bekräftelse",
        until: |email, when| format!("Länken till {email} gäller till {when}. Inget ändras förrän den har använts."),
        second: "En andra adress för meddelanden",
        second_about: "Meddelanden om ditt kontos säkerhet skickas även hit, till exempel när någon loggar in på en \
                       ny enhet. Välj en adress som du kommer åt utan den första.",
        second_email: "E-postadress för meddelanden",
        is_confirmed: "Bekräftad",
        remove: |email| format!("Ta bort {email}"),
        remove_short: "Ta bort",
        removed: "Adressen är borttagen",
    },
    english: Texts {
        title: "Email",
        about: |email| format!("You sign in with {email}, and email to you is sent there."),
        email: "New email address",
        password: "Your password",
        ask: "Change address",
        ask_second: "Add address",
        asked: "Check your email",
        look: "An email with a link is on its way to the new address. Open the link to confirm the address.",
        waiting: "Waiting for confirmation",
        until: |email, when| format!("The link to {email} expires {when}. Nothing changes until it has been used."),
        second: "A second address for notices",
        second_about: "Notices about your account’s security are sent here too, such as when someone signs in on a \
                       new device. Choose an address you can reach without the first one.",
        second_email: "Email address for notices",
        is_confirmed: "Confirmed",
        remove: |email| format!("Remove {email}"),
        remove_short: "Remove",
        removed: "Address removed",
    },
};

/// The caller's addresses.
///
/// # Errors
/// As [`portvakt_core::address::list`].
#[server(prefix = "/rpc", endpoint = "list_addresses")]
pub async fn list_addresses() -> Result<Listed, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::address::list(&core, &person).await?)
}

/// Mails a link to the new sign-in address that the caller asks for.
///
/// # Errors
/// As [`portvakt_core::address::ask`].
#[server(prefix = "/rpc", endpoint = "ask_address")]
pub async fn ask_address(email: String, #[server(default)] current_password: String) -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    let browser = crate::web::request::RequestContext::current().browser;
    portvakt_core::address::ask(&core, &person, &browser.devices, &email, &current_password).await?;
    Ok(())
}

/// Mails a link to the second address that the caller asks for.
///
/// # Errors
/// As [`portvakt_core::address::ask_notification`].
#[server(prefix = "/rpc", endpoint = "ask_notification")]
pub async fn ask_notification(notification_email: String) -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    portvakt_core::address::ask_notification(&core, &person, &notification_email).await?;
    Ok(())
}

/// Removes the caller's second address.
///
/// # Errors
/// As [`portvakt_core::address::remove_notification`].
#[server(prefix = "/rpc", endpoint = "remove_notification")]
pub async fn remove_notification() -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    portvakt_core::address::remove_notification(&core, &person).await?;
    Ok(())
}

/// The panels of a person's addresses.
#[component]
pub fn Addresses(
    /// The current addresses.
    addresses: Listed,
    /// The form that asks for another sign-in address.
    ask: FormOf<AskAddress>,
    /// The form that asks for a second address.
    ask_notification: FormOf<AskNotification>,
    /// The form that removes the second address.
    remove_notification: FormOf<RemoveNotification>,
) -> impl IntoView {
    let texts = TEXTS.here();
    let Listed { email, email_asked, notification, notification_asked, has_password } = addresses;
    ask.clear_when_done(&["email", "current_password"]);
    ask_notification.clear_when_done(&["notification_email"]);
    let sent = move |is_done: bool| {
        is_done.then(move || view! { <Notice tone=Tone::Ok icon="mail" title=texts.asked alert=true><p>{texts.look}</p></Notice> })
    };
    let second = match notification {
        Some(second) => view! {
            <ul class="rows" role="list">
                <li>
                    <Icon name="mail"/>
                    <div class="text"><b class="wrap-any">{second.clone()}</b><small>{texts.is_confirmed}</small></div>
                    <div class="side">
                        <Form of=remove_notification>
                            <button class="button" data-size="small" data-kind="danger-quiet" aria-label=(texts.remove)(&second)>
                                {texts.remove_short}
                            </button>
                        </Form>
                    </div>
                </li>
            </ul>
        }
        .into_any(),
        None => view! {
            <div class="body measure stack">
                {move || (remove_notification.is_done() && !ask_notification.is_done()).then(|| view! {
                    <Notice tone=Tone::Ok title=texts.removed alert=true/>
                })}
                {waiting(notification_asked)}
                <Form of=ask_notification keep="notification_email">
                    {move || sent(ask_notification.is_done())}
                    <Field of=ask_notification name="notification_email" label=texts.second_email kind="email" autocomplete="off"/>
                    <div class="form-actions"><Submit of=ask_notification fill=false kind=None>{texts.ask_second}</Submit></div>
                </Form>
            </div>
        }
        .into_any(),
    };
    view! {
        <Panel id="address" title=texts.title about=(texts.about)(&email).into_any()>
            <div class="body measure stack">
                {waiting(email_asked)}
                <Form of=ask keep="email">
                    {move || sent(ask.is_done())}
                    <Field of=ask name="email" label=texts.email kind="email" autocomplete="off"/>
                    {has_password.then(|| view! {
                        <PasswordField of=ask name="current_password" label=texts.password autocomplete="current-password"/>
                    })}
                    <div class="form-actions"><Submit of=ask fill=false kind=None>{texts.ask}</Submit></div>
                </Form>
            </div>
        </Panel>
        <Panel id="notification" title=texts.second about=texts.second_about.into_any()>{second}</Panel>
    }
    .into_any()
}

/// An address whose link is not used yet.
fn waiting(asked: Option<AddressAsked>) -> AnyView {
    let texts = TEXTS.here();
    let shown = |AddressAsked { email, ends_at }| {
        let words = (texts.until)(&email, &(TIME.here().moment)(&ends_at));
        view! { <Notice tone=Tone::Info icon="clock" title=texts.waiting><p class="wrap-any">{words}</p></Notice> }
    };
    asked.map(shown).into_any()
}
