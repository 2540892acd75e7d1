//! Sessions of signed-in people. Each session is a row, found by the SHA-256 of the token in the browser's cookie.
pub(crate) mod recent;
pub(crate) mod store;

use crate::Core;
use crate::account::{Proven, store as accounts, zone};
use crate::audit::Event;
use crate::caller::{Caller, Origin, Person};
use crate::civil::local;
use crate::error::{CoreError, Failure};
use crate::known_device::KnownDevices;
use crate::store::Tx;
use crate::token::Token;
use portvakt_model::branding::Branding;
use portvakt_model::device::Device;
use portvakt_model::fault::Refusal;
use portvakt_model::id::{SessionId, TenantId};
use portvakt_model::language::Language;
use portvakt_model::policy::SessionPolicy;
use portvakt_model::role::Role;
use portvakt_model::session::Session;
use portvakt_model::tenant::Place;
use portvakt_model::time::Timestamp;

/// The most sessions of one account; one more ends the oldest. OWASP ASVS 5.0, 7.1.2, asks for a limit: this one is
/// above the number of devices of one person.
pub const MAX_SESSIONS: i64 = 20;

/// A signed-in person, with the facts that the frame of every page shows.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The signed-in person.
    pub person: Person,
    /// The person's name.
    pub name: String,
    /// The person's sign-in address.
    pub email: String,
    /// The language of the person's account.
    pub language: Language,
    /// The organisation in which the person acts.
    pub branding: Branding,
    /// The person's role there.
    pub role: Role,
    /// Whether that organisation is the operator.
    pub in_operator: bool,
    /// The other organisations in which the person may act.
    pub elsewhere: Vec<Place>,
}

/// The cookies that a browser brought to a sign-in.
#[derive(Clone, Default)]
pub struct Browser {
    /// The token of the browser's present session, which the new one replaces.
    pub session: Option<Token>,
    /// The accounts that have signed in in the browser before.
    pub devices: KnownDevices,
}

/// The time limits of a new session.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    pub policy: SessionPolicy,
    /// The latest end of the session: the deadline for the second factor that the person has to set up. `None` if none
    /// is due.
    pub until: Option<Timestamp>,
}

impl From<SessionPolicy> for Bounds {
    fn from(policy: SessionPolicy) -> Self {
        Self { policy, until: None }
    }
}

/// A session that has just begun.
pub struct Started {
    /// The token for the browser's cookie. The database stores only its hash.
    pub token: Token,
    /// The signed-in person.
    pub person: Person,
    /// The browser's new cookie of known devices.
    pub devices: String,
}

/// Finds the signed-in person of a cookie's token. `None` if the session has ended or expired, or if its holder may no
/// longer act there. A found session is remembered for a second, unless this process ends a session of the account.
///
/// # Errors
/// If the database fails.
pub async fn authenticate(core: &Core, token: &Token, origin: Origin) -> Result<Option<SignedIn>, CoreError> {
    let now = core.clock.now();
    let found = if let Some(found) = core.sessions.find(token, now) {
        found
    } else {
        let asked = core.sessions.ask();
        let Some(found) = store::find(core, token).await? else { return Ok(None) };
        core.sessions.keep(&asked, token, now, found)
    };
    let person = found.person(origin)?;
    let role = Role::parse(&found.role).ok_or(Failure::Unreadable("a role"))?;
    let seen_at = core.sessions.seen_at(person.session).unwrap_or(found.seen_at()).max(found.seen_at());
    if now >= found.ends_at() || now >= seen_at.plus_secs(found.idle_secs) {
        return Ok(None);
    }
    core.sessions.see(person.home, person.session, now);
    Ok(Some(SignedIn {
        person,
        language: Language::of_tag(&found.language).unwrap_or_default(),
        name: found.name.clone(),
        email: found.email.clone(),
        branding: found.branding(),
        role,
        in_operator: found.in_operator(),
        elsewhere: found.elsewhere.clone(),
    }))
}

/// The caller's sessions, the one last used first.
///
/// # Errors
/// If the database fails.
pub async fn list(core: &Core, person: &Person) -> Result<Vec<Session>, CoreError> {
    flush(core).await?;
    let (zone, now) = (zone(core, person).await?, core.clock.now());
    let session = |row: store::ListedSession| {
        Ok(Session {
            id: row.id,
            device: Device::of_user_agent(&row.device),
            network: row.network,
            since: local(row.auth_time, &zone, now)?,
            seen_at: local(row.seen_at, &zone, now)?,
            is_this: row.id == person.session,
        })
    };
    store::list(core, person).await?.into_iter().map(session).collect()
}

/// Ends the caller's session.
///
/// # Errors
/// If the database fails. A session that has ended already is no error.
pub async fn sign_out(core: &Core, person: &Person) -> Result<(), CoreError> {
    let caller = Caller::from(person.clone());
    let ended = core.store.write(async |mut tx| {
        if !store::delete(&mut tx, person.home, person.session).await? {
            return Err(Refusal::SignedOut.into());
        }
        Ok(((), tx.commit(&caller, Event::session_ended(person)).await?))
    });
    let ended = ended.await;
    core.sessions.forget(person.account);
    match ended {
        // Another request has ended the session, for example from another tab.
        Err(CoreError::Refused(Refusal::SignedOut)) => Ok(()),
        done => done,
    }
}

/// Ends another session of the caller.
///
/// # Errors
/// [`Refusal::NotFound`] if the session has ended, is not the caller's, or is the caller's present one, which
/// [`sign_out`] ends.
#[tracing::instrument(name = "session.end", skip_all)]
pub async fn end(core: &Core, person: &Person, session: SessionId) -> Result<(), CoreError> {
    let (home, account) = (person.home, person.account);
    let caller = Caller::from(person.clone());
    core.store
        .write(async |mut tx| {
            if session == person.session || !store::delete_of(&mut tx, home, account, session).await? {
                return Err(Refusal::NotFound.into());
            }
            Ok(((), tx.commit(&caller, Event::sessions_ended(home, account, 1)).await?))
        })
        .await?;
    core.sessions.forget(account);
    Ok(())
}

/// Ends every other session of the caller and returns their number.
///
/// # Errors
/// If the database fails. No other sessions are no error.
#[tracing::instrument(name = "session.end_others", skip_all)]
pub async fn end_others(core: &Core, person: &Person) -> Result<u64, CoreError> {
    // Stores the times last seen first, so that a session in use does not look expired.
    flush(core).await?;
    let (home, account) = (person.home, person.account);
    let caller = Caller::from(person.clone());
    let ended = core.store.write(async |mut tx| {
        // Expired sessions do not count as ended by the caller.
        store::delete_ended(&mut tx, home, account, None).await?;
        let ended = store::delete_others(&mut tx, home, account, person.session).await?;
        if ended == 0 {
            return Err(Refusal::NotFound.into());
        }
        Ok((ended, tx.commit(&caller, Event::sessions_ended(home, account, ended)).await?))
    });
    let ended = ended.await;
    core.sessions.forget(account);
    match ended {
        // No session was ended, so no event is written.
        Err(CoreError::Refused(Refusal::NotFound)) => Ok(0),
        done => done,
    }
}

/// Moves the caller's session to another organisation to which the caller belongs.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller may not act there.
#[tracing::instrument(name = "session.switch_organisation", skip_all)]
pub async fn switch_organisation(core: &Core, person: &Person, to: TenantId) -> Result<(), CoreError> {
    // The person pressed the button twice, or in another tab.
    if to == person.tenant {
        return Ok(());
    }
    let caller = Caller::from(person.clone());
    core.store
        .write(async |mut tx| {
            if !store::switch(&mut tx, person, to).await? {
                return Err(Refusal::NotFound.into());
            }
            Ok(((), tx.commit(&caller, Event::organisation_switched(person, person.tenant, to)).await?))
        })
        .await?;
    core.sessions.forget(person.account);
    Ok(())
}

/// Begins a session of an account that has just proven its credentials, and notes the sign-in. Deletes the account's
/// session in this browser, its expired sessions, and its oldest ones above [`MAX_SESSIONS`]; returns the person and
/// the number of the last. `None` if a credential was changed after its proof, or if the home is suspended or has
/// suspended the account.
pub(crate) async fn start(
    tx: &mut Tx,
    proven: Proven,
    bounds: Bounds,
    token: &Token,
    browser: &Browser,
    origin: &Origin,
) -> Result<Option<(Person, u64)>, CoreError> {
    let Proven { home, account, version } = proven;
    store::delete_ended(tx, home, account, browser.session.as_ref()).await?;
    let session = tx.random().id(tx.now());
    // The row copies the time of the sign-in before this one, so this sign-in is noted afterwards.
    if !store::insert(tx, home, account, session, bounds, token, origin).await?
        || !accounts::note_sign_in(tx, home, account, version, &origin.device).await?
    {
        return Ok(None);
    }
    let ended = store::delete_oldest(tx, home, account, MAX_SESSIONS).await?;
    let person = Person { account, home, tenant: home, session, origin: origin.clone() };
    Ok(Some((person, ended)))
}

/// Finishes a sign-in after its transaction. Forgets the account's remembered sessions. If another person was signed in
/// in this browser, signs that person out, with an event in the log. The browser becomes a known device until the
/// credentials of this version are changed.
pub(crate) async fn begun(
    core: &Core,
    browser: &Browser,
    token: Token,
    person: Person,
    version: i64,
) -> Result<Started, CoreError> {
    core.sessions.forget(person.account);
    if let Some(earlier) = &browser.session
        && let Some(found) = store::find(core, earlier).await?
        && core.clock.now() < found.ends_at()
    {
        let other = found.person(person.origin.clone())?;
        if (other.home, other.account) != (person.home, person.account) {
            sign_out(core, &other).await?;
        }
    }
    let devices = browser.devices.remember(core, person.account, version);
    Ok(Started { token, person, devices })
}

/// Ends the caller's other sessions. This one continues under a new token.
///
/// # Errors
/// [`Refusal::SignedOut`] if this session has ended.
pub(crate) async fn renew_alone(tx: &mut Tx, person: &Person, token: &Token) -> Result<(), CoreError> {
    if store::renew_alone(tx, person.home, person.account, person.session, token).await? {
        Ok(())
    } else {
        Err(Refusal::SignedOut.into())
    }
}

/// Finishes after the transaction of [`renew_alone`]: forgets the remembered sessions, and returns the caller's session
/// under its new token. The browser stays a known device at the credentials' new version.
pub(crate) fn renewed(core: &Core, person: &Person, browser: &Browser, token: Token, version: i64) -> Started {
    core.sessions.forget(person.account);
    let devices = browser.devices.remember(core, person.account, version);
    Started { token, person: person.clone(), devices }
}

/// Writes the times at which sessions were last seen, in one transaction: a write with each request would be too much.
/// A killed process loses only the times that it has not written.
///
/// # Errors
/// If the database fails. The times are kept for the next call.
pub(crate) async fn flush(core: &Core) -> Result<(), CoreError> {
    let seen = core.sessions.take_seen();
    if seen.is_empty() {
        return Ok(());
    }
    let written = core
        .store
        .tidy(async |mut tx| {
            for (session, seen) in &seen {
                store::note_seen(&mut tx, *session, seen).await?;
            }
            Ok(((), tx.commit_housekeeping("last seen").await?))
        })
        .await;
    if written.is_err() {
        core.sessions.put_back(seen);
    }
    written
}

/// Deletes expired sessions of every account.
///
/// # Errors
/// If the database fails.
pub(crate) async fn purge(core: &Core) -> Result<(), CoreError> {
    loop {
        let ended = store::list_ended(core).await?;
        if ended.is_empty() {
            return Ok(());
        }
        core.store
            .tidy(async |mut tx| {
                for (home, session) in &ended {
                    store::delete_if_ended(&mut tx, *home, *session).await?;
                }
                Ok(((), tx.commit_housekeeping("sessions that have ended").await?))
            })
            .await?;
    }
}
