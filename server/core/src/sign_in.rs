//! Signing in with a password.
use crate::Core;
use crate::account::{Proven, store as accounts};
use crate::audit::Event;
use crate::caller::{Caller, Origin};
use crate::error::CoreError;
use crate::identifier::Identifier;
use crate::password::Password;
use crate::session::{self, Started};
use crate::token::Token;
use portvakt_model::fault::{FieldRule, Refusal};

/// Verifies an address and a password and begins a session, in place of the `earlier` one of the same browser.
///
/// # Errors
/// [`Refusal::WrongCredentials`] for an unknown address, a wrong password and an account that cannot sign in alike; a
/// password is verified for each. [`Refusal::Busy`] if too many passwords are being checked.
#[tracing::instrument(name = "sign_in", skip_all)]
pub async fn sign_in(
    core: &Core,
    origin: &Origin,
    earlier: Option<&Token>,
    email: &str,
    password: &str,
) -> Result<Started, CoreError> {
    // Space is a character of a password like any other.
    let empty: Vec<_> = [("email", email.trim()), ("password", password)]
        .into_iter()
        .filter(|(_, text)| text.is_empty())
        .map(|(field, _)| FieldRule::Empty.of(field))
        .collect();
    if !empty.is_empty() {
        return Err(empty.into());
    }
    // Whatever is longer than any password is wrong for every account, so it gives none away.
    let password = Password::typed(password).ok_or(Refusal::WrongCredentials)?;
    let found = accounts::find_credential(core, &Identifier::of(email)).await?;
    let hash = found.as_ref().map_or(&*core.nobody, |credential| &credential.password);
    let right = core.hasher.verify(&password, hash).await?;
    let Some(credential) = found.filter(|_| right) else { return Err(Refusal::WrongCredentials.into()) };

    // A busy moment is no reason to turn somebody away who has shown the right password: next time, then.
    let stronger = if core.hasher.is_outdated(&credential.password) {
        match core.hasher.hash(&password).await {
            Ok(hash) => Some(hash),
            Err(CoreError::Refused(_)) => None,
            Err(failed) => return Err(failed),
        }
    } else {
        None
    };
    let token = Token::new(&core.random);
    let (home, account) = (credential.home, credential.account);
    let proven = Proven { home, account, version: credential.version };
    let started = core
        .store
        .write(async |mut tx| {
            let person = session::start(&mut tx, proven, &token, earlier, origin).await?;
            if let Some(stronger) = &stronger {
                accounts::rehash_password(&mut tx, home, account, stronger).await?;
            }
            let caller = Caller::from(person.clone());
            let started = Started { token: token.clone(), person };
            Ok((started, tx.commit(&caller, Event::SessionStarted).await?))
        })
        .await?;
    session::end_others(core, earlier, &started.person).await?;
    Ok(started)
}
