//! Who is signed in: a row for each session, found by the SHA-256 of the token in the browser's cookie.
pub(crate) mod store;

use crate::Core;
use crate::account::{Proven, store as accounts};
use crate::audit::Event;
use crate::caller::{Caller, Origin, Person};
use crate::error::CoreError;
use crate::store::Tx;
use crate::token::Token;
use portvakt_model::fault::Refusal;
use portvakt_model::language::Language;

/// Seconds between two notes of when a session was last seen: a write for every request would be too many.
const SEEN_EVERY_SECS: i64 = 60;

/// Somebody who is signed in, and what the frame of every page says of them.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub person: Person,
    /// Their name.
    pub name: String,
    /// The language of their account.
    pub language: Language,
    /// The name of the organisation in which they act.
    pub organisation: String,
}

/// A session that has just begun.
pub struct Started {
    /// For the browser's cookie; the database has only its hash.
    pub token: Token,
    /// Who it is.
    pub person: Person,
}

/// Finds who a cookie's token belongs to. `None` if the session has ended, by whatever end.
///
/// # Errors
/// If the database fails.
pub async fn authenticate(core: &Core, token: &Token, origin: Origin) -> Result<Option<SignedIn>, CoreError> {
    let now = core.clock.now();
    let Some(found) = store::find(core, token, now).await? else { return Ok(None) };
    let person = found.person(origin)?;
    if now >= found.seen_at().plus_secs(SEEN_EVERY_SECS) {
        core.store
            .tidy(async |mut tx| {
                store::note_seen(&mut tx, person.home, person.session).await?;
                Ok(((), tx.commit_housekeeping("last seen").await?))
            })
            .await?;
    }
    Ok(Some(SignedIn {
        person,
        language: Language::of_tag(&found.language).unwrap_or_default(),
        name: found.name,
        organisation: found.organisation,
    }))
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
        Ok(((), tx.commit(&caller, Event::SessionEnded).await?))
    });
    match ended.await {
        // The other tab was faster.
        Err(CoreError::Refused(Refusal::SignedOut)) => Ok(()),
        done => done,
    }
}

/// Begins a session of an account that has just proven itself and notes the sign-in, in place of the session that this
/// person had in this browser; what has ended of theirs goes with it.
///
/// # Errors
/// [`Refusal::WrongCredentials`] if a credential was changed after it was proven.
pub(crate) async fn start(
    tx: &mut Tx,
    proven: Proven,
    token: &Token,
    earlier: Option<&Token>,
    origin: &Origin,
) -> Result<Person, CoreError> {
    let Proven { home, account, version } = proven;
    store::delete_ended(tx, home, account, earlier).await?;
    let session = tx.random().id(tx.now());
    // It remembers the sign-in before this one, so that is noted afterwards.
    store::insert(tx, home, account, session, token, origin).await?;
    if !accounts::note_sign_in(tx, home, account, version, &origin.device).await? {
        return Err(Refusal::WrongCredentials.into());
    }
    Ok(Person { account, home, tenant: home, session, origin: origin.clone() })
}

/// Signs whoever else was signed in in this browser out, with evidence in their own log.
pub(crate) async fn end_others(core: &Core, earlier: Option<&Token>, person: &Person) -> Result<(), CoreError> {
    let Some(earlier) = earlier else { return Ok(()) };
    let Some(found) = store::find(core, earlier, core.clock.now()).await? else { return Ok(()) };
    let other = found.person(person.origin.clone())?;
    if (other.home, other.account) != (person.home, person.account) {
        sign_out(core, &other).await?;
    }
    Ok(())
}
