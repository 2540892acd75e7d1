//! Who is signed in: a row for each session, found by the SHA-256 of the token in the browser's cookie.
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
    /// Who.
    pub person: Person,
    /// Their name.
    pub name: String,
    /// The person's sign-in address.
    pub email: String,
    /// The language of their account.
    pub language: Language,
    /// The organisation in which they act.
    pub branding: Branding,
    /// The person's role there.
    pub role: Role,
    /// Whether it is the operator.
    pub in_operator: bool,
    /// The other organisations that they belong to.
    pub elsewhere: Vec<Place>,
}

/// What a browser brought to a sign-in.
#[derive(Clone, Default)]
pub struct Browser {
    /// The session that it has already, which the new one takes the place of.
    pub session: Option<Token>,
    /// Who has signed in on it before.
    pub devices: KnownDevices,
}

/// How long a session lasts that is to begin.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    pub policy: SessionPolicy,
    /// When it ends in any case: its holder has to have done something by then.
    pub until: Option<Timestamp>,
}

impl From<SessionPolicy> for Bounds {
    fn from(policy: SessionPolicy) -> Self {
        Self { policy, until: None }
    }
}

/// A session that has just begun.
pub struct Started {
    /// For the browser's cookie; the database has only its hash.
    pub token: Token,
    /// Who it is.
    pub person: Person,
    /// The browser's new cookie of known devices.
    pub devices: String,
}

/// Finds who a cookie's token belongs to. `None` if the session has ended, by whatever end. What was found is good for
/// a second, unless it is ended in this process.
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
    let session = |row: store::Listed| {
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
        // The other tab was faster.
        Err(CoreError::Refused(Refusal::SignedOut)) => Ok(()),
        done => done,
    }
}

/// Ends another session of the caller.
///
/// # Errors
/// [`Refusal::NotFound`] if the session has ended, is not the caller's, or is the one that asks: that one signs out.
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

/// Ends every other session of the caller's. How many there were.
///
/// # Errors
/// If the database fails. That there are no others is no error.
#[tracing::instrument(name = "session.end_others", skip_all)]
pub async fn end_others(core: &Core, person: &Person) -> Result<u64, CoreError> {
    // A session that was seen since the last write has not expired.
    flush(core).await?;
    let (home, account) = (person.home, person.account);
    let caller = Caller::from(person.clone());
    let ended = core.store.write(async |mut tx| {
        // What has come to an end by itself is nothing to end.
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
        // Nothing happened, so there is no evidence of anything.
        Err(CoreError::Refused(Refusal::NotFound)) => Ok(0),
        done => done,
    }
}

/// Lets the caller go on in another organisation that they belong to.
///
/// # Errors
/// [`Refusal::NotFound`] if they may not act there.
#[tracing::instrument(name = "session.switch_organisation", skip_all)]
pub async fn switch_organisation(core: &Core, person: &Person, to: TenantId) -> Result<(), CoreError> {
    // Pressed twice, or in another tab.
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

/// Begins a session of an account that has just proven its credentials, and notes the sign-in. It replaces the session
/// that the person had in this browser; expired sessions are deleted, and so are the oldest ones above the limit.
/// Returns the number of those. `None` if a credential was changed after its proof, or if the home is suspended.
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
    // It remembers the sign-in before this one, so that is noted afterwards.
    if !store::insert(tx, home, account, session, bounds, token, origin).await?
        || !accounts::note_sign_in(tx, home, account, version, &origin.device).await?
    {
        return Ok(None);
    }
    let ended = store::delete_oldest(tx, home, account, MAX_SESSIONS).await?;
    let person = Person { account, home, tenant: home, session, origin: origin.clone() };
    Ok(Some((person, ended)))
}

/// Finishes after a session has begun: forgets ended sessions, and signs another person out of this browser, with an
/// event in that person's own log. The browser becomes a known device until the credentials of this version are
/// changed.
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

/// The caller's session under its new token, after [`renew_alone`]. The browser stays a known device at the credentials'
/// new version.
pub(crate) fn renewed(core: &Core, person: &Person, browser: &Browser, token: Token, version: i64) -> Started {
    core.sessions.forget(person.account);
    let devices = browser.devices.remember(core, person.account, version);
    Started { token, person: person.clone(), devices }
}

/// Writes the times at which sessions were last seen, all at once: a write with each request would be too much. A
/// killed process loses only the times that it has not written.
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
