//! Mail. What is to be told waits in the database, written in the transaction that caused it and sealed, until a mail server
//! has taken it: at least once, also if this process is killed meanwhile, and by one of several processes at a time.
mod letter;
mod message;
pub(crate) mod store;
mod transport;

pub(crate) use letter::{
    AddressLetter, Letter, News, PasskeyLetter, PasskeyNews, SecondFactorLetter, Seen, good_for_secs,
};
pub use transport::{Broken, Mailer, Settings, Undelivered};

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

/// The time between two looks at the outbox.
pub const EVERY: Duration = Duration::from_secs(1);
/// Mails of one kind to one address in a day.
const A_DAY: i64 = 10;
/// Mails that wait at most: some 20 MB of rows. Whatever comes above it is not sent.
pub(crate) const MAX_WAITING: i64 = 10_000;
/// Times that a mail is tried before it is given up.
const TRIES: i64 = 10;
/// Seconds until the second try; twice as many before each further one, up to [`LONGEST_PAUSE_SECS`].
const FIRST_PAUSE_SECS: i64 = 5;
const LONGEST_PAUSE_SECS: i64 = 60 * 60;
/// Seconds after which a mail that a process took, and did not finish, can be taken again. More than [`LONGEST_SENDING`].
const LEASE_SECS: i64 = 120;
/// Longest that a mail server may take over one mail.
pub const LONGEST_SENDING: Duration = Duration::from_mins(1);
/// Seconds that is remembered who was sent what, for the bound of a day.
const SENT_MEMORY_SECS: i64 = 24 * 60 * 60;
/// Seconds that a mail which was given up can be sent again.
const FAILED_MEMORY_SECS: i64 = 30 * 24 * 60 * 60;

/// What waits, sealed, in a row.
#[derive(Serialize, Deserialize)]
struct Outgoing {
    email: String,
    language: Language,
    time_zone: String,
    letter: Letter,
}

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Queued {
    /// It waits to be sent.
    Waiting,
    /// This address got as many of its kind as one gets.
    TooMany,
    /// Too many mails wait.
    Full,
}

impl Queued {
    /// # Errors
    /// [`Refusal::TooMany`] or [`BUSY`] if it does not wait to be sent.
    pub(crate) fn or_refuse(self) -> Result<(), CoreError> {
        match self {
            Self::Waiting => Ok(()),
            Self::TooMany => Err(Refusal::TooMany { retry_after_secs: 60 * 60 }.into()),
            Self::Full => Err(BUSY.into()),
        }
    }
}

/// Puts a letter into the outbox, unless its recipient got too many of its kind, or too much waits there.
pub(crate) async fn queue(tx: &mut Tx, to: &Recipient, letter: Letter) -> Result<Queued, CoreError> {
    let key = recipient_key(&tx.vault(), &Identifier::of(&to.email));
    let (kind, now) = (letter.kind(), tx.now());
    let (hour, day) = store::count_recent(tx, &key, kind.name(), now.plus_secs(-60 * 60)).await?;
    if hour >= letter::an_hour(kind) || day >= A_DAY {
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

/// Tells an account's owner of something that was done to it, at each of their addresses, in the transaction that does it.
pub(crate) async fn tell(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    letter: impl Fn(Seen) -> Letter,
    origin: &Origin,
) -> Result<(), CoreError> {
    tell_also(tx, home, account, None, letter, origin).await
}

/// As [`tell`], for an act that must not be done without its notice.
///
/// # Errors
/// [`Refusal::TooMany`] or [`BUSY`] if one of the mails cannot be queued.
pub(crate) async fn tell_or_refuse(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    letter: impl Fn(Seen) -> Letter,
    origin: &Origin,
) -> Result<(), CoreError> {
    let (first, second) = accounts::recipients(tx, home, account).await?;
    for to in std::iter::once(first).chain(second) {
        let letter = letter(Seen::of(tx, origin));
        queue(tx, &to, letter).await?.or_refuse()?;
    }
    Ok(())
}

/// As [`tell`], and also to the account's former address.
pub(crate) async fn tell_also(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    former: Option<&str>,
    letter: impl Fn(Seen) -> Letter,
    origin: &Origin,
) -> Result<(), CoreError> {
    let (first, second) = accounts::recipients(tx, home, account).await?;
    let former = former.map(|email| Recipient { email: email.to_owned(), ..first.clone() });
    for to in [Some(first), second, former].into_iter().flatten() {
        let letter = letter(Seen::of(tx, origin));
        // A recipient who got too many such mails knows already.
        queue(tx, &to, letter).await?;
    }
    Ok(())
}

/// Takes away whatever was or is to be sent to an address.
pub(crate) async fn forget(tx: &mut Tx, identifier: &Identifier) -> Result<(), CoreError> {
    let key = recipient_key(&tx.vault(), identifier);
    store::delete_of(tx, &key).await
}

/// An HMAC, so that the rows do not show who gets mail.
pub(crate) fn recipient_key(vault: &Vault, identifier: &Identifier) -> Vec<u8> {
    vault.first_platform().mac("mail.recipient", identifier.as_str().as_bytes()).finalize().into_bytes().to_vec()
}

/// Sends the mails that are due, one after the other, and returns the number of tries. A mail that the server refuses for
/// good is given up at once. A mail that it does not take now is tried again, later each time. Starts no other mail after
/// `stopped` is true.
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

/// Seconds to wait after this many tries.
fn pause_secs(tries: i64) -> i64 {
    let doubled = u32::try_from(tries.saturating_sub(1)).unwrap_or(u32::MAX).min(20);
    (FIRST_PAUSE_SECS << doubled).min(LONGEST_PAUSE_SECS)
}

impl Mailer {
    /// Makes a mail and sends it. If the program breaks over that, it is a try like another that failed: the mail must not
    /// hold the others up.
    async fn deliver(&self, taken: &Taken, now: Timestamp) -> Result<(), Undelivered> {
        let delivering = async { self.send(&taken.id, message::compose(self, taken, now)?).await };
        // Sending changes nothing that is borrowed here.
        AssertUnwindSafe(delivering).catch_unwind().await.unwrap_or(Err(Undelivered::Later(Why::Broke)))
    }

    /// Sends a mail that says it is a test, at once and past the outbox.
    ///
    /// # Errors
    /// What the mail server said.
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

/// A mail that this process has taken to send it.
struct Taken {
    id: String,
    tenant: String,
    organisation: String,
    accent: Accent,
    /// In PNG, as the organisation has it now.
    logo: Option<Vec<u8>>,
    /// Which try this is: what another process has taken meanwhile is no longer ours.
    tries: i64,
    /// `None` for what this program did not write.
    outgoing: Option<Outgoing>,
}

/// Mails as they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Waiting to be sent.
    pub waiting: i64,
    /// Given up.
    pub failed: i64,
}

/// How mail stands.
///
/// # Errors
/// If the database fails.
pub(crate) async fn standing(core: &Core) -> Result<Standing, CoreError> {
    store::standing(core).await
}

/// Deletes mails that were sent a day ago or given up a month ago.
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
