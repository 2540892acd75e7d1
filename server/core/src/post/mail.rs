//! The outbox. A mail is written, sealed, in the transaction that caused it, and waits in the database until a mail
//! server takes it. It is sent at least once, even if this process is killed, and by one process at a time.
mod letter;
mod message;
pub(crate) mod store;
mod transport;

pub(crate) use letter::{
    AddressLetter, Letter, LetterOrigin, News, PasskeyLetter, PasskeyNews, SecondFactorLetter, good_for_secs,
};
pub use transport::{Broken, Mailer, MailerSettings, Undelivered};

use crate::Core;
use crate::account::{Recipient, store as accounts};
use crate::caller::Origin;
use crate::error::{BUSY, CoreError};
use crate::identifier::Identifier;
use crate::random::Random;
use crate::store::Tx;
use crate::vault::Vault;
use futures_util::FutureExt;
use hmac::Mac;
use portvakt_model::accent::Accent;
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::Refusal;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::language::Language;
use portvakt_model::mail::Why;
use portvakt_model::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

/// The time between two searches for mail that is due.
pub const EVERY: Duration = Duration::from_secs(1);
/// The most mails of one kind to one address in a day.
const A_DAY: i64 = 10;
/// The refusal of a mail above the limit of an hour, or of a day.
pub(crate) const TOO_MANY: Refusal = Refusal::TooManyMails { retry_after_secs: 60 * 60 };
/// The most waiting mails: some 20 MB of rows. Above it, a mail is not stored and so never sent.
pub(crate) const MAX_WAITING: i64 = 10_000;
/// The number of tries before a mail is given up.
const TRIES: i64 = 10;
/// Seconds between the first and the second try. Each pause is twice the one before, up to [`LONGEST_PAUSE_SECS`].
const FIRST_PAUSE_SECS: i64 = 5;
const LONGEST_PAUSE_SECS: i64 = 60 * 60;
/// Seconds for which a process holds a mail to send it. Then any process may take it. More than [`LONGEST_SENDING`].
const LEASE_SECS: i64 = 120;
/// The longest time that a mail server may take over one mail.
pub const LONGEST_SENDING: Duration = Duration::from_mins(1);
/// Seconds for which a sent mail is counted: a day, for [`A_DAY`].
const SENT_MEMORY_SECS: i64 = 24 * 60 * 60;
/// Seconds for which a mail that was given up can be sent again: 30 days.
const FAILED_MEMORY_SECS: i64 = 30 * 24 * 60 * 60;

/// A waiting mail, as it is sealed in its row.
#[derive(Serialize, Deserialize)]
struct Outgoing {
    email: String,
    language: Language,
    time_zone: String,
    letter: Letter,
}

/// The result of [`queue`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Queued {
    /// The letter waits to be sent.
    Waiting,
    /// The address has reached the limit on mails of this kind, of an hour or of a day.
    TooMany,
    /// [`MAX_WAITING`] mails wait already.
    Full,
}

impl Queued {
    /// # Errors
    /// [`Refusal::TooMany`] or [`BUSY`] if the letter does not wait to be sent.
    pub(crate) fn or_refuse(self) -> Result<(), CoreError> {
        match self {
            Self::Waiting => Ok(()),
            Self::TooMany => Err(TOO_MANY.into()),
            Self::Full => Err(BUSY.into()),
        }
    }
}

/// Puts a letter into the outbox, unless its address has got too many of its kind or the outbox is full.
pub(crate) async fn queue(tx: &mut Tx, to: &Recipient, letter: Letter) -> Result<Queued, CoreError> {
    let key = recipient_key(&tx.vault(), &Identifier::of(&to.email));
    let (kind, now) = (letter.kind(), tx.now());
    let (hour, day) = store::count_recent(tx, &key, kind.name(), letter::rate(kind).since(now)).await?;
    if hour >= letter::rate(kind).most || day >= A_DAY {
        return Ok(Queued::TooMany);
    }
    if store::count_waiting(tx, MAX_WAITING).await? >= MAX_WAITING {
        tracing::error!("too many mails wait to be sent: see to the mail server");
        return Ok(Queued::Full);
    }
    let Recipient { tenant, email, language, time_zone } = to.clone();
    store::insert(tx, tenant, &key, kind.name(), &Outgoing { email, language, time_zone, letter }).await?;
    Ok(Queued::Waiting)
}

/// Tells an account's holder of an action on it, at both addresses, in the action's transaction. The action succeeds
/// even if a mail is over a limit.
pub(crate) async fn tell(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    letter: impl Fn(LetterOrigin) -> Letter,
    origin: &Origin,
) -> Result<(), CoreError> {
    tell_also(tx, home, account, None, letter, origin).await
}

/// Like [`tell`], for an action of which the account's holder must be told.
///
/// # Errors
/// [`Refusal::TooMany`] or [`BUSY`] if one of the mails cannot be queued.
pub(crate) async fn tell_or_refuse(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    letter: impl Fn(LetterOrigin) -> Letter,
    origin: &Origin,
) -> Result<(), CoreError> {
    let (first, second) = accounts::recipients(tx, home, account).await?;
    for to in std::iter::once(first).chain(second) {
        let letter = letter(LetterOrigin::of(tx, origin));
        queue(tx, &to, letter).await?.or_refuse()?;
    }
    Ok(())
}

/// Like [`tell`], and also at an address that the account had until now.
pub(crate) async fn tell_also(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    former: Option<&str>,
    letter: impl Fn(LetterOrigin) -> Letter,
    origin: &Origin,
) -> Result<(), CoreError> {
    let (first, second) = accounts::recipients(tx, home, account).await?;
    let former = former.map(|email| Recipient { email: email.to_owned(), ..first.clone() });
    for to in [Some(first), second, former].into_iter().flatten() {
        let letter = letter(LetterOrigin::of(tx, origin));
        // A recipient over the limit has got such mails already. A full outbox is logged.
        queue(tx, &to, letter).await?;
    }
    Ok(())
}

/// Deletes every mail to an address, sent or waiting.
pub(crate) async fn forget(tx: &mut Tx, identifier: &Identifier) -> Result<(), CoreError> {
    let key = recipient_key(&tx.vault(), identifier);
    store::delete_of(tx, &key).await
}

/// The recipient in a mail's row: an HMAC of the address, so that the rows do not show who gets mail.
pub(crate) fn recipient_key(vault: &Vault, identifier: &Identifier) -> Vec<u8> {
    vault.first_platform().mac("mail.recipient", identifier.as_str().as_bytes()).finalize().into_bytes().to_vec()
}

/// Sends the mails that are due, one after the other, and returns the number of tries. If the mail server refuses a
/// mail for good, gives it up at once. If the mail server does not accept it now, tries again after a pause. Begins no
/// mail once `stopped` is true.
///
/// # Errors
/// If the database fails.
pub async fn send_due(core: &Core, mailer: &Mailer, stopped: &impl Fn() -> bool) -> Result<u64, CoreError> {
    let mut tried = 0;
    while !stopped()
        && let Some(taken) = store::take(core).await?
    {
        tried += 1;
        let sent = mailer.deliver(&taken, core.clock.now()).await;
        let outcome = match &sent {
            Ok(()) => "sent",
            Err(Undelivered::Refused(_)) => "refused",
            Err(Undelivered::Later(_)) if taken.tries >= TRIES => "given_up",
            Err(Undelivered::Later(_)) => "postponed",
        };
        metrics::counter!("portvakt_mails_total", "outcome" => outcome).increment(1);
        match sent {
            Ok(()) => store::note_sent(core, &taken).await?,
            Err(Undelivered::Later(why)) if taken.tries < TRIES => {
                tracing::warn!(mail = taken.id, tries = taken.tries, %why, "a mail was not taken; it is tried again");
                store::postpone(core, &taken, pause_secs(taken.tries), why).await?;
            }
            Err(Undelivered::Later(why) | Undelivered::Refused(why)) => {
                tracing::error!(mail = taken.id, tries = taken.tries, %why, "a mail was given up");
                store::note_failed(core, &taken, why).await?;
            }
        }
    }
    Ok(tried)
}

/// The seconds to wait before the next try, after this many tries.
fn pause_secs(tries: i64) -> i64 {
    let doubled = u32::try_from(tries.saturating_sub(1)).unwrap_or(u32::MAX).min(20);
    (FIRST_PAUSE_SECS << doubled).min(LONGEST_PAUSE_SECS)
}

impl Mailer {
    /// Makes a mail and sends it. A panic counts as a failed try, so that the mail does not hold the others up.
    async fn deliver(&self, taken: &Taken, now: Timestamp) -> Result<(), Undelivered> {
        let delivering = async { self.send(&taken.id, message::compose(self, taken, now)?).await };
        // Sending changes none of the borrowed values, so a panic leaves them whole.
        AssertUnwindSafe(delivering).catch_unwind().await.unwrap_or(Err(Undelivered::Later(Why::Broke)))
    }

    /// Sends a test mail at once, past the outbox.
    ///
    /// # Errors
    /// The reason why the mail was not sent.
    pub async fn send_test(
        &self,
        random: &Random,
        now: Timestamp,
        to: &EmailAddress,
        language: Language,
    ) -> Result<(), Undelivered> {
        let id: uuid::Uuid = random.id(now);
        let outgoing = Outgoing {
            email: to.as_str().to_owned(),
            language,
            time_zone: crate::account::DEFAULT_TIME_ZONE.to_owned(),
            letter: Letter::Test,
        };
        let taken = Taken {
            id: id.to_string(),
            tenant: String::new(),
            organisation: "Portvakt".to_owned(),
            accent: Accent::PORTVAKT,
            logo: None,
            tries: 1,
            outgoing: Some(outgoing),
        };
        self.deliver(&taken, now).await
    }
}

/// A mail that this process has taken to send.
struct Taken {
    id: String,
    tenant: String,
    organisation: String,
    accent: Accent,
    /// The organisation's present logo, as PNG.
    logo: Option<Vec<u8>>,
    /// The number of this try, from 1. If the row has another number, another process has taken the mail since.
    tries: i64,
    /// `None` if the row cannot be opened or read.
    outgoing: Option<Outgoing>,
}

/// The numbers of mails in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OutboxCounts {
    /// Mails that wait to be sent.
    pub waiting: i64,
    /// Mails that were given up.
    pub failed: i64,
}

/// The numbers of mails in the outbox now.
///
/// # Errors
/// If the database fails.
pub(crate) async fn outbox_counts(core: &Core) -> Result<OutboxCounts, CoreError> {
    store::outbox_counts(core).await
}

/// Deletes mails that were sent more than a day ago or given up more than 30 days ago.
///
/// # Errors
/// If the database fails.
pub(crate) async fn purge(core: &Core) -> Result<(), CoreError> {
    core.store
        .tidy(async |mut tx| {
            store::delete_old(&mut tx).await?;
            Ok(((), tx.commit_housekeeping("mail that was sent").await?))
        })
        .await
}

#[test]
fn the_pause_doubles_from_five_seconds_to_an_hour() {
    let pauses: Vec<_> = (1..=12).map(pause_secs).collect();
    assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
    assert_eq!(pause_secs(i64::MAX), 3600);
}
