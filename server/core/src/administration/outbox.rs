//! The operator's page of the outbox, and its actions on failed mails.
use crate::Core;
use crate::account::{store as accounts, zone};
use crate::audit::Event;
use crate::caller::{Caller, Person};
use crate::civil::local;
use crate::error::CoreError;
use crate::mail::{Letter, good_for_secs, queue, store as mails};
use crate::policy;
use crate::tenant::{require_operator, require_operator_in};
use portvakt_model::fault::Refusal;
use portvakt_model::id::MailId;
use portvakt_model::mail::{FailedMail, MailKind, Outbox, masked};
use portvakt_model::policy::LinkPolicy;
use portvakt_model::time::Timestamp;

/// The most failed mails in the list.
const MOST: i64 = 100;

/// The state of the outbox, and the failed mails.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the operator.
pub async fn outbox(core: &Core, person: &Person) -> Result<Outbox, CoreError> {
    require_operator(core, person).await?;
    let (zone, now) = (zone(core, person).await?, core.clock.now());
    let counts = mails::outbox_counts(core).await?;
    let links = policy::platform(core).await?.links;
    let row = |failed: mails::Failed| {
        Ok(FailedMail {
            is_stale: oldest(failed.kind, links, now).is_some_and(|oldest| failed.created_at <= oldest),
            id: failed.id,
            kind: failed.kind,
            organisation: failed.organisation,
            to: masked(failed.email.as_deref().unwrap_or_default()),
            why: failed.why,
            tries: u32::try_from(failed.tries).unwrap_or_default(),
            ended_at: local(failed.ended_at, &zone, now)?,
        })
    };
    let rows = mails::list_failed(core, MOST).await?.into_iter().map(row).collect::<Result<Vec<_>, CoreError>>()?;
    Ok(Outbox {
        waiting: u64::try_from(counts.waiting).unwrap_or_default(),
        trouble: mails::trouble(core).await?,
        failed: u64::try_from(counts.failed).unwrap_or_default(),
        may_send: rows.iter().any(|row| !row.is_stale),
        rows,
    })
}

/// A mail of this kind has a link that still works if it was made after this time. `None` for a kind without a link.
fn oldest(kind: MailKind, links: LinkPolicy, now: Timestamp) -> Option<Timestamp> {
    good_for_secs(kind, links).map(|secs| now.plus_secs(-secs))
}

/// Tries a failed mail again.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the operator, if there is no such failed mail, or if its
/// link has stopped working.
#[tracing::instrument(name = "mail.send_again", skip_all)]
pub async fn send_again(core: &Core, caller: &Caller, id: MailId) -> Result<(), CoreError> {
    let links = policy::platform(core).await?.links;
    core.store
        .write(async |mut tx| {
            let operator = require_operator_in(&mut tx, caller).await?;
            let (kind, created_at) = mails::revive(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
            if oldest(kind, links, tx.now()).is_some_and(|oldest| created_at <= oldest) {
                return Err(Refusal::NotFound.into());
            }
            Ok(((), tx.commit(caller, Event::mail_sent_again(operator, 1)).await?))
        })
        .await
}

/// Tries every failed mail again whose link, if it has one, still works.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the operator; [`Refusal::Conflict`] if there is no such
/// mail.
#[tracing::instrument(name = "mail.send_all_again", skip_all)]
pub async fn send_all_again(core: &Core, caller: &Caller) -> Result<(), CoreError> {
    let links = policy::platform(core).await?.links;
    core.store
        .write(async |mut tx| {
            let operator = require_operator_in(&mut tx, caller).await?;
            let mut mails = 0;
            for kind in MailKind::ALL {
                let oldest = oldest(kind, links, tx.now()).unwrap_or(Timestamp::from_micros(0));
                mails += mails::revive_all(&mut tx, kind, oldest).await?;
            }
            if mails == 0 {
                return Err(Refusal::Conflict.into());
            }
            Ok(((), tx.commit(caller, Event::mail_sent_again(operator, mails)).await?))
        })
        .await
}

/// Sends the caller a test mail in the same way as every other mail.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the operator. [`Refusal::TooMany`] if the caller's address
/// has reached its limit of test mails.
#[tracing::instrument(name = "mail.test", skip_all)]
pub async fn test(core: &Core, person: &Person) -> Result<(), CoreError> {
    let caller = Caller::from(person.clone());
    core.store
        .write(async |mut tx| {
            let operator = require_operator_in(&mut tx, &caller).await?;
            let to = accounts::recipient(&mut tx, person.home, person.account).await?;
            queue(&mut tx, &to, Letter::Test).await?.or_refuse()?;
            Ok(((), tx.commit(&caller, Event::mail_tested(operator)).await?))
        })
        .await
}
