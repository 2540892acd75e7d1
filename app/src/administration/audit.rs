//! The audit log of an organisation: what is looked for, what was found, and one event with all that is known of it.
mod chain;
mod drawer;
mod filters;
mod list;
mod words;

use crate::administration::rooms::administration;
use crate::shell::work::WorkShell;
use crate::ui::fault::PageFault;
use crate::ui::form::state::FormOf;
use crate::ui::page_head::PageHead;
use crate::web::api::ApiError;
use crate::web::load::{Loaded, load};
use chain::{Broken, Chain, VerifyNow};
use drawer::Drawer;
use filters::Filters;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use list::found;
use portvakt_model::audit::reading::{Asked, Check, Detail, Log};
use portvakt_model::page::Page;
use words::TEXTS;

/// A part of the audit log of the organisation in which the caller acts.
///
/// # Errors
/// As [`portvakt_core::audit_log::reading::read`].
#[server(prefix = "/rpc", endpoint = "read_audit")]
pub async fn read_audit(asked: Asked, before: Option<i64>) -> Result<Log, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::audit_log::reading::read(&core, &person, &asked, before).await?)
}

/// One event of it.
///
/// # Errors
/// As [`portvakt_core::audit_log::reading::event`].
#[server(prefix = "/rpc", endpoint = "audit_event")]
pub async fn audit_event(seq: i64) -> Result<Detail, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::audit_log::reading::event(&core, &person, seq).await?)
}

/// What is known of its chain.
///
/// # Errors
/// As [`portvakt_core::audit_log::checking::check`].
#[server(prefix = "/rpc", endpoint = "audit_check")]
pub async fn audit_check() -> Result<Check, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::audit_log::checking::check(&core, &person).await?)
}

/// Has it verified.
///
/// # Errors
/// As [`portvakt_core::audit_log::checking::start`].
#[server(prefix = "/rpc", endpoint = "verify_audit")]
pub async fn verify_audit() -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    portvakt_core::audit_log::checking::start(&core, &person).await?;
    Ok(())
}

/// The page's address: what is looked for, and the event that is open. Each part of it is in the address alone, so that it
/// can be kept, sent and gone back to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Address {
    asked: Asked,
    /// Below which event.
    before: Option<i64>,
    event: Option<i64>,
}

impl Address {
    /// Reads the page's own.
    fn here() -> Memo<Self> {
        let query = use_query_map();
        Memo::new(move |_| {
            query.with(|query| {
                let number = |name| query.get(name)?.parse().ok();
                Self { asked: Asked::read(|name| query.get(name)), before: number("before"), event: number("event") }
            })
        })
    }

    fn text(&self) -> String {
        let numbers = [("before", self.before), ("event", self.event)];
        let numbers = numbers.into_iter().filter_map(|(name, number)| Some((name, number?.to_string())));
        let fields = self.asked.fields().into_iter().filter(|(_, value)| !value.is_empty());
        let all = fields.map(|(name, value)| (name, escaped(value))).chain(numbers);
        let query = all.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
        if query.is_empty() { Page::Audit.path().to_owned() } else { format!("{}?{query}", Page::Audit.path()) }
    }

    /// The same list with another event open, or none.
    fn with_event(&self, event: Option<i64>) -> Self {
        Self { event, ..self.clone() }
    }

    /// The newest of something else.
    fn asking(&self, change: impl FnOnce(&mut Asked)) -> Self {
        let mut asked = self.asked.clone();
        change(&mut asked);
        Self { asked, ..Self::default() }
    }
}

/// A value as it stands in a query, byte by byte.
fn escaped(value: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'@' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    value.bytes().map(escape).collect()
}

/// The audit log.
#[derive(Clone, Copy)]
pub(crate) struct AuditPage {
    at: Memo<Address>,
    log: Loaded<Result<Log, ApiError>>,
    detail: Loaded<Option<Result<Detail, ApiError>>>,
    check: Loaded<Result<Check, ApiError>>,
    verify: FormOf<VerifyAudit>,
}

impl AuditPage {
    pub(crate) fn new() -> Self {
        let (at, verify) = (Address::here(), FormOf::new());
        let verified = verify.changes();
        // The list stays as it is while one of its events is opened and closed.
        let list = move || at.with(|at| (at.asked.clone(), at.before));
        let event = move || at.with(|at| at.event);
        Self {
            at,
            log: load(list, |(asked, before)| read_audit(asked, before)),
            detail: load(event, |event| async move { Some(audit_event(event?).await) }),
            check: load(move || verified.get(), |_| audit_check()),
            verify,
        }
    }

    pub(crate) fn view(self) -> AnyView {
        let AuditPage { at, log, detail, check, verify } = self;
        let about = view! { <Chain check/> }.into_any();
        let actions = view! { <VerifyNow of=verify/> }.into_any();
        view! {
            <WorkShell area=administration()>
                <PageHead title=TEXTS.here().title about actions/>
                <Broken check/>
                <Filters at/>
                <Drawer at detail>
                    <Transition>
                        {move || Suspend::new(async move {
                            match log.await {
                                Ok(log) => found(at, log),
                                Err(ApiError(fault)) => view! { <PageFault fault/> }.into_any(),
                            }
                        })}
                    </Transition>
                </Drawer>
            </WorkShell>
        }
        .into_any()
    }
}

#[test]
fn an_address_says_what_is_looked_for_and_nothing_else() {
    let mut at = Address::default();
    assert_eq!(at.text(), Page::Audit.path());
    at.asked.who = "Åsa & <co>".to_owned();
    at.before = Some(51);
    assert_eq!(at.text(), "/admin/audit?who=%C3%85sa%20%26%20%3Cco%3E&before=51");
    assert_eq!(at.with_event(Some(7)).text(), "/admin/audit?who=%C3%85sa%20%26%20%3Cco%3E&before=51&event=7");
    let other = at.with_event(Some(7)).asking(|asked| asked.outcome = "refused".to_owned());
    assert_eq!(other.text(), "/admin/audit?who=%C3%85sa%20%26%20%3Cco%3E&outcome=refused");
}
