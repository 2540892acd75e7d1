//! The pages of mailed links about an address. Each asks for a press of a button, because a mail scanner follows links
//! as well.
use crate::shell::gate::Gate;
use crate::ui::fault::PageFault;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::web::api::ApiError;
use crate::web::load::{Loaded, load};
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::link::LinkKind;
use portvakt_model::page::Page;
use server_fn::ServerFn;

struct Texts {
    confirm: &'static str,
    confirm_intro: &'static str,
    notification: &'static str,
    notification_intro: &'static str,
    confirm_button: &'static str,
    stop: &'static str,
    stop_intro: &'static str,
    stop_button: &'static str,
    confirmed: &'static str,
    confirmed_intro: &'static str,
    onward: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        confirm: "Bekräfta din nya adress",
        confirm_intro: "Därefter loggar du in med den, och den gamla adressen slutar gälla.",
        notification: "Bekräfta adressen",
        notification_intro: "Meddelanden om kontots säkerhet skickas även hit. Det går inte att logga in med adressen.",
        confirm_button: "Bekräfta",
        stop: "Stoppa bytet av din adress",
        stop_intro: "Kontot får tillbaka adressen nedan, alla loggas ut, det gamla lösenordet slutar gälla och du väljer \
                     ett nytt.",
        stop_button: "Stoppa bytet",
        confirmed: "Adressen är bekräftad",
        confirmed_intro: "Ett mejl om ändringen är på väg till kontots alla adresser.",
        onward: "Till portalen",
    },
    english: Texts {
        confirm: "Confirm your new address",
        confirm_intro: "From then on you sign in with it, and the old address stops working.",
        notification: "Confirm the address",
        notification_intro: "Notices about the account’s security are sent here too. The address can’t be used to sign in.",
        confirm_button: "Confirm",
        stop: "Stop the change of address",
        stop_intro: "The account gets the address below back, everyone is signed out, the old password stops working, \
                     and you choose a new one.",
        stop_button: "Stop the change",
        confirmed: "Address confirmed",
        confirmed_intro: "An email about the change is on its way to all the account’s addresses.",
        onward: "Go to the portal",
    },
};

/// The address that the browser's link is about.
///
/// # Errors
/// As [`portvakt_core::address::of_link`].
#[server(prefix = "/rpc", endpoint = "address_of_link")]
pub async fn address_of_link(kind: LinkKind) -> Result<String, ApiError> {
    use crate::web::request::{core, dead, link};
    Ok(portvakt_core::address::of_link(&core(), kind, &link(kind)?).await.map_err(dead(kind))?)
}

/// Makes the link's address the sign-in address of its account.
///
/// # Errors
/// As [`portvakt_core::address::confirm`].
#[server(prefix = "/rpc", endpoint = "confirm_address")]
pub async fn confirm_address() -> Result<(), ApiError> {
    use crate::web::request::{RequestContext, core, dead, link};
    portvakt_core::address::confirm(&core(), &RequestContext::current().origin, &link(LinkKind::Email)?)
        .await
        .map_err(dead(LinkKind::Email))?;
    lead_on();
    Ok(())
}

/// Makes the link's address receive the account's notices.
///
/// # Errors
/// As [`portvakt_core::address::confirm_notification`].
#[server(prefix = "/rpc", endpoint = "confirm_notification")]
pub async fn confirm_notification() -> Result<(), ApiError> {
    use crate::web::request::{RequestContext, core, dead, link};
    portvakt_core::address::confirm_notification(
        &core(),
        &RequestContext::current().origin,
        &link(LinkKind::Notification)?,
    )
    .await
    .map_err(dead(LinkKind::Notification))?;
    lead_on();
    Ok(())
}

/// Removes the used link and leads to the page that says so.
#[cfg(feature = "ssr")]
fn lead_on() {
    crate::web::cookies::drop_held();
    crate::web::api::redirect(&Page::Confirmed.into());
}

/// Stops a change of address, and leads to the page for a new password.
///
/// # Errors
/// As [`portvakt_core::address::stop`].
#[server(prefix = "/rpc", endpoint = "stop_address")]
pub async fn stop_address() -> Result<(), ApiError> {
    use crate::gate::sign_in::leading_to;
    use crate::web::request::{RequestContext, core, dead, link};
    use portvakt_model::local_path::LocalPath;
    let reset = portvakt_core::address::stop(&core(), &RequestContext::current().origin, &link(LinkKind::EmailStop)?)
        .await
        .map_err(dead(LinkKind::EmailStop))?;
    crate::web::cookies::drop_held();
    crate::web::cookies::hold_link(LinkKind::Reset, &reset);
    crate::web::api::redirect(&leading_to(Page::Reset.path(), Some(&reset.handle()), &LocalPath::default()));
    Ok(())
}

/// The page of a link: its address, and the form that confirms or stops the change.
fn asks<S>(
    kind: LinkKind,
    address: Loaded<Result<String, ApiError>>,
    form: FormOf<S>,
    ask: impl Fn(FormOf<S>) -> AnyView + Copy + Send + Sync + 'static,
) -> AnyView
where
    S: ServerFn<Output = (), Error = ApiError> + Send + Sync + 'static,
{
    let texts = TEXTS.here();
    let (title, intro) = match kind {
        LinkKind::EmailStop => (texts.stop, texts.stop_intro),
        LinkKind::Notification => (texts.notification, texts.notification_intro),
        _ => (texts.confirm, texts.confirm_intro),
    };
    view! {
        <Gate title intro>
            <Suspense>
                {move || Suspend::new(async move {
                    match address.await {
                        Ok(address) => view! {
                            <div class="stack"><p class="wrap-any"><b>{address}</b></p>{ask(form)}</div>
                        }
                        .into_any(),
                        Err(ApiError(fault)) => view! { <PageFault fault/> }.into_any(),
                    }
                })}
            </Suspense>
        </Gate>
    }
    .into_any()
}

/// Asks the holder of the new address to confirm it.
#[derive(Clone, Copy)]
pub(crate) struct EmailPage {
    address: Loaded<Result<String, ApiError>>,
    form: FormOf<ConfirmAddress>,
}

impl EmailPage {
    pub(crate) fn new() -> Self {
        Self { address: load(|| (), |()| address_of_link(LinkKind::Email)), form: FormOf::new() }
    }

    pub(crate) fn view(self) -> AnyView {
        asks(LinkKind::Email, self.address, self.form, |form| {
            view! { <Form of=form><Submit of=form>{TEXTS.here().confirm_button}</Submit></Form> }.into_any()
        })
    }
}

/// Asks the holder of the second address to confirm it.
#[derive(Clone, Copy)]
pub(crate) struct NotificationPage {
    address: Loaded<Result<String, ApiError>>,
    form: FormOf<ConfirmNotification>,
}

impl NotificationPage {
    pub(crate) fn new() -> Self {
        Self { address: load(|| (), |()| address_of_link(LinkKind::Notification)), form: FormOf::new() }
    }

    pub(crate) fn view(self) -> AnyView {
        asks(LinkKind::Notification, self.address, self.form, |form| {
            view! { <Form of=form><Submit of=form>{TEXTS.here().confirm_button}</Submit></Form> }.into_any()
        })
    }
}

/// Asks the holder of the old address whether to stop a change.
#[derive(Clone, Copy)]
pub(crate) struct EmailStopPage {
    address: Loaded<Result<String, ApiError>>,
    form: FormOf<StopAddress>,
}

impl EmailStopPage {
    pub(crate) fn new() -> Self {
        Self { address: load(|| (), |()| address_of_link(LinkKind::EmailStop)), form: FormOf::new() }
    }

    pub(crate) fn view(self) -> AnyView {
        asks(LinkKind::EmailStop, self.address, self.form, |form| {
            view! { <Form of=form><Submit of=form>{TEXTS.here().stop_button}</Submit></Form> }.into_any()
        })
    }
}

/// Says that an address is confirmed. A page of its own, because the link's page no longer works.
#[derive(Clone, Copy)]
pub(crate) struct ConfirmedPage;

impl ConfirmedPage {
    pub(crate) const fn new() -> Self {
        Self
    }

    pub(crate) fn view(self) -> AnyView {
        let Self = self;
        let texts = TEXTS.here();
        view! {
            <Gate title=texts.confirmed intro=texts.confirmed_intro>
                <a class="button" data-kind="primary" data-fill="" href=Page::Home.path() rel="external">{texts.onward}</a>
            </Gate>
        }
        .into_any()
    }
}
