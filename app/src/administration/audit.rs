//! The page of an organisation's audit log: the filters, the list, and one event with its details.
mod address;
mod calls;
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
use address::Address;
use calls::{VerifyAudit, audit_check, audit_event, read_audit};
use chain::{Broken, Chain, VerifyNow};
use drawer::Drawer;
use filters::Filters;
use leptos::prelude::*;
use list::found;
use portvakt_model::audit::reading::{Check, Detail, Log};
use words::TEXTS;

/// The audit log's page.
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
        // The list does not load again when an event is opened or closed.
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
