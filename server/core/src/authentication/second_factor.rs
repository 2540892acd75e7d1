//! Second factors: a passkey, a code app or a recovery code. Wrong codes of an app are counted for the account, across
//! sign-ins, in the transaction that checks them: concurrent codes count in full, and neither a new sign-in nor a
//! restart resets the count. A recovery code has 120 random bits and needs no count of its own.
mod code_app;
mod enrolment;
pub(crate) mod store;

pub(crate) use enrolment::{NewCodeApp, begin_for, begun, new_codes, revealed};
pub use enrolment::{begin_code_app, confirm_code_app, forget_code_app, make_recovery_codes, remove_code_app};

use crate::Core;
use crate::account::store as accounts;
use crate::audit::Event;
use crate::caller::{Caller, Origin, Person};
use crate::civil::local;
use crate::error::CoreError;
use crate::identifier::Identifier;
use crate::mail::{self, Letter, News, SecondFactorLetter};
use crate::passkey::{self, Purpose, store as passkeys};
use crate::policy;
use crate::rate::Rate;
use crate::session::store as sessions;
use crate::store::Tx;
use crate::token::Token;
use jiff::tz::TimeZone;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::policy::Demand;
use portvakt_model::second_factor::{Code, CodeApp, FEW_RECOVERY_CODES, SecondFactor};
use portvakt_model::time::Timestamp;

/// The wrong codes of an app that are checked in an hour. Three of a million codes are right at a time, so the hundred
/// tries before [`HARD_STOP`] find one with a chance of 0.03 %.
const CODES: Rate = Rate::an_hour(10);
/// The number of wrong codes in an hour from which on the account's owner gets a mail.
const TOLD_AT: usize = 5;
/// Wrong codes in a row after which no code is right any more: NIST SP 800-63B-4, section 3.2.2.
const HARD_STOP: i64 = 100;
/// Seconds by which the clock that wrote a time may be ahead of this one.
const SKEW_SECS: i64 = 60;

/// The session or the waiting sign-in that sets up a code app. The secret is shown to no other session or sign-in:
/// another person may know the password too.
pub(crate) struct Beginner {
    pub home: TenantId,
    pub account: AccountId,
    by: String,
}

impl Beginner {
    pub(crate) fn of_session(person: &Person) -> Self {
        Self { home: person.home, account: person.account, by: person.session.to_string() }
    }

    pub(crate) fn of_sign_in(home: TenantId, account: AccountId, token: &Token) -> Self {
        let by = token.hash().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        Self { home, account, by }
    }

    /// The id of the session, or the hash of the sign-in's token, as text.
    pub(crate) fn by(&self) -> &str {
        &self.by
    }

    /// The name of the enrolment's row, to which its secret is sealed.
    fn row(&self) -> String {
        format!("{}:{}", self.account, self.by)
    }
}

/// A second factor that was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShownFactor {
    /// A code of the code app.
    CodeApp,
    /// A recovery code.
    RecoveryCode,
    /// A passkey.
    Passkey,
    /// A passkey without a password: it counts as both factors.
    PasskeyAlone,
}

impl ShownFactor {
    const ALL: [Self; 4] = [Self::CodeApp, Self::RecoveryCode, Self::Passkey, Self::PasskeyAlone];

    /// The factor's name in the log.
    pub(crate) const fn factor(self) -> &'static str {
        match self {
            Self::CodeApp => "code_app",
            Self::RecoveryCode => "recovery_code",
            Self::Passkey => "passkey",
            Self::PasskeyAlone => "passkey_alone",
        }
    }

    /// The factor with this name in the log.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shown| shown.factor() == name)
    }

    /// The strictest demand that the factor meets.
    pub(crate) const fn meets(self) -> Demand {
        match self {
            Self::CodeApp | Self::RecoveryCode => Demand::Any,
            Self::Passkey | Self::PasskeyAlone => Demand::PhishingResistant,
        }
    }
}

/// A second factor that was shown, checked as far as possible before the transaction that accepts it.
pub(crate) enum Second {
    /// A code.
    Code(Code),
    /// A browser's answer to a ceremony.
    Passkey(passkey::ShownPasskey),
}

impl Second {
    /// Reads a form's field: a typed code, or a browser's answer to a ceremony with this purpose.
    ///
    /// # Errors
    /// The rule that a code breaks; if the database fails.
    pub(crate) async fn of(
        core: &Core,
        purpose: &Purpose,
        (home, account): (TenantId, AccountId),
        typed: &str,
    ) -> Result<Result<Self, FieldRule>, CoreError> {
        // A browser's answer begins with a brace, and a code never does.
        if typed.starts_with('{') {
            return Ok(Ok(Self::Passkey(passkey::shown(core, purpose, typed, Some((home, account))).await?)));
        }
        Ok(Code::parse(typed).map(Self::Code))
    }

    /// The refusal of a wrong second factor, with the tries that are left.
    pub(crate) const fn refusal(&self, left: Option<u32>) -> Refusal {
        match self {
            Self::Code(code) => Refusal::WrongCode { left, recovery: matches!(code, Code::Recovery(_)) },
            Self::Passkey(_) => Refusal::WrongPasskey,
        }
    }

    /// The event of a wrong second factor.
    pub(crate) fn refused(&self, home: TenantId, account: AccountId, origin: &Origin) -> Event {
        match self {
            Self::Code(_) => Event::code_refused(home, account, origin),
            Self::Passkey(shown) => {
                let is_copy = matches!(shown, passkey::ShownPasskey::Copy(..));
                Event::passkey_refused(home, account, is_copy, origin)
            }
        }
    }
}

/// The caller's code app, enrolment, recovery codes and passkeys.
pub(crate) async fn standing(core: &Core, person: &Person, zone: &TimeZone) -> Result<SecondFactor, CoreError> {
    let now = core.clock.now();
    let found = store::find(core, person.home, person.account).await?;
    let code_app = match found {
        None => None,
        Some((since, used_at)) => Some(CodeApp {
            since: local(since, zone, now)?,
            used_at: used_at.map(|at| local(at, zone, now)).transpose()?,
        }),
    };
    Ok(SecondFactor {
        code_app,
        enrolment: begun(core, &Beginner::of_session(person)).await?,
        recovery_left: store::count_recovery_codes(core.store.reader(), person.home, person.account).await?,
        passkeys: passkey::list(core, person, zone).await?,
    })
}

/// The number of the caller's recovery codes, if at most [`FEW_RECOVERY_CODES`] are left. `None` otherwise, or if the
/// caller has no second factor.
pub(crate) async fn few_recovery_codes(core: &Core, person: &Person) -> Result<Option<u32>, CoreError> {
    let (home, account) = (person.home, person.account);
    if !store::is_enrolled(core.store.reader(), home, account).await? {
        return Ok(None);
    }
    let left = store::count_recovery_codes(core.store.reader(), home, account).await?;
    Ok(Some(left).filter(|left| *left <= FEW_RECOVERY_CODES))
}

/// The second factor that the caller has to set up next, and the deadline. `None` if the policy's demand is met.
pub(crate) async fn due_of(core: &Core, person: &Person) -> Result<Option<(Demand, Timestamp)>, CoreError> {
    let (home, account) = (person.home, person.account);
    let policy = policy::of(core, home, account).await?.second_factor;
    let enrolled = policy::enrolled(core.store.reader(), home, account).await?;
    let asked = accounts::find_asked(core, home, account).await?;
    Ok(policy.next_due(enrolled, asked, core.clock.now()))
}

/// Checks a second factor of an account and uses it up. `None` if the code or passkey is wrong. A wrong code of an app
/// counts if the transaction commits. From the fifth in an hour on, the account's owner gets a mail: the claimant has
/// got past the password or the mail.
///
/// # Errors
/// [`Refusal::CodesLocked`] if no code of an app is checked for now, [`Refusal::CodesStopped`] if none is checked any
/// more.
pub(crate) async fn try_second(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    second: &Second,
    origin: &Origin,
) -> Result<Option<ShownFactor>, CoreError> {
    let code = match second {
        Second::Passkey(shown) => {
            return Ok(shown.take(tx, origin).await?.map(|_| ShownFactor::Passkey));
        }
        Second::Code(code) => code,
    };
    match code {
        Code::Recovery(code) => {
            if !store::use_recovery_code(tx, home, account, code).await? {
                return Ok(None);
            }
            store::forget_tries(tx, home, account).await?;
            Ok(Some(ShownFactor::RecoveryCode))
        }
        Code::App(code) => {
            let tries = count_try(tx, home, account).await?;
            let Some(secret) = store::secret(tx, home, account).await? else { return Ok(None) };
            let step = code_app::step(&secret, code, tx.now(), 1);
            let is_right = match step {
                Some(step) => store::take_step(tx, home, account, step).await?,
                None => false,
            };
            if is_right {
                store::forget_tries(tx, home, account).await?;
                return Ok(Some(ShownFactor::CodeApp));
            }
            if tries >= TOLD_AT {
                tell(tx, home, account, News::CodesRefused, origin).await?;
            }
            Ok(None)
        }
    }
}

/// Mails an account's owner if the shown factor is a recovery code.
pub(crate) async fn tell_of_recovery_code(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    shown: ShownFactor,
    origin: &Origin,
) -> Result<(), CoreError> {
    if shown == ShownFactor::RecoveryCode {
        let left = store::count_recovery_codes(tx.conn(), home, account).await?;
        tell(tx, home, account, News::RecoveryCodeUsed(left), origin).await?;
    }
    Ok(())
}

/// Mails an account's owner about a change or a wrong try of their second factor.
pub(crate) async fn tell(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    news: News,
    origin: &Origin,
) -> Result<(), CoreError> {
    mail::tell(tx, home, account, |seen| Letter::SecondFactor(SecondFactorLetter { news, seen }), origin).await
}

/// Counts a code of an app before it is checked, and returns the number of codes in the last hour, this one included.
async fn count_try(tx: &mut Tx, home: TenantId, account: AccountId) -> Result<usize, CoreError> {
    let now = tx.now();
    let (failures, earlier) = store::count_try(tx, home, account).await?;
    if failures > HARD_STOP {
        return Err(Refusal::CodesStopped.into());
    }
    let mut recent: Vec<_> =
        earlier.into_iter().filter(|at| *at > CODES.since(now) && *at <= now.plus_secs(SKEW_SECS)).collect();
    if let Some(oldest) = recent.first().filter(|_| i64::try_from(recent.len()).is_ok_and(|codes| codes >= CODES.most))
    {
        return Err(Refusal::CodesLocked { retry_after_secs: CODES.opens_in(*oldest, now) }.into());
    }
    recent.push(now);
    store::note_tries(tx, home, account, &recent).await?;
    Ok(recent.len())
}

/// Removes an account's second factor, ends its waiting sign-ins and its sessions, and mails its owner. `false` if the
/// account had no second factor.
pub(crate) async fn take_away(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    origin: &Origin,
) -> Result<bool, CoreError> {
    // The version is raised first: a sign-in that is about to begin a session waits for this transaction, and is then
    // refused.
    accounts::raise_version(tx, home, account).await?;
    let had_code_app = store::delete_all(tx, home, account).await?;
    let had_passkeys = passkeys::delete_all(tx, home, account).await? > 0;
    if !had_code_app && !had_passkeys {
        return Ok(false);
    }
    sessions::delete_all(tx, home, account).await?;
    // The grace period starts again: the owner has lost the second factor and gets the days to set up a new one.
    accounts::ask_no_more(tx, home, account).await?;
    tell(tx, home, account, News::Reset, origin).await?;
    Ok(true)
}

/// Removes an account's second factor from the server's command line: the way back for the only owner of an
/// organisation.
///
/// # Errors
/// [`Refusal::NotFound`] if the address has no account, or if the account has no second factor.
pub async fn reset(core: &Core, email: &str) -> Result<(), CoreError> {
    let (home, account) = accounts::find(core, &Identifier::of(email)).await?.ok_or(Refusal::NotFound)?;
    let origin = Origin { network: "localhost".to_owned(), ..Origin::default() };
    core.store
        .write(async |mut tx| {
            if !take_away(&mut tx, home, account, &origin).await? {
                return Err(Refusal::NotFound.into());
            }
            let event = Event::second_factor_reset(home, account, None);
            Ok(((), tx.commit(&Caller::Command, event).await?))
        })
        .await
}

/// Deletes expired enrolments of code apps.
///
/// # Errors
/// If the database fails.
pub(crate) async fn purge(core: &Core) -> Result<(), CoreError> {
    core.store
        .tidy(async |mut tx| {
            store::delete_ended(&mut tx).await?;
            Ok(((), tx.commit_housekeeping("code apps that were not set up").await?))
        })
        .await
}
