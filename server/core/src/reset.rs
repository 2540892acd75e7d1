//! A new password for somebody who cannot sign in with the old one.
use crate::account::{OWNER, Proven, store as accounts};
use crate::audit::Event;
use crate::caller::{Caller, Origin};
use crate::error::CoreError;
use crate::identifier::Identifier;
use crate::link::store as links;
use crate::password::Password;
use crate::session::{self, Started, store as sessions};
use crate::token::Token;
use crate::{Core, link};
use portvakt_model::fault::Refusal;
use portvakt_model::link::LinkKind;

/// A reset link for an owner who is locked out, from the server's own command line.
///
/// # Errors
/// [`Refusal::NotFound`] if the address has no account, or one that does not own its organisation: for everybody else
/// the organisation's administrators do it.
pub async fn recover(core: &Core, email: &str) -> Result<Token, CoreError> {
    let (home, account) = accounts::find(core, &Identifier::of(email)).await?.ok_or(Refusal::NotFound)?;
    if accounts::find_role(core, home, account).await?.as_deref() != Some(OWNER) {
        return Err(Refusal::NotFound.into());
    }
    let token = Token::new(&core.random);
    core.store
        .write(async |mut tx| {
            links::issue(&mut tx, LinkKind::Reset, home, account, &token).await?;
            Ok(((), tx.commit(&Caller::Command, Event::ResetLinkIssued { home, account }).await?))
        })
        .await?;
    Ok(token)
}

/// Gives the link's owner a new password, ends their sessions everywhere and signs them in here, in place of whoever had
/// the `earlier` session of this browser.
///
/// # Errors
/// [`Refusal::NotFound`] if the link cannot be used, or was used in the meantime; [`Refusal::Fields`].
#[tracing::instrument(name = "reset.choose_password", skip_all)]
pub async fn choose_password(
    core: &Core,
    origin: &Origin,
    token: &Token,
    earlier: Option<&Token>,
    password: &str,
) -> Result<Started, CoreError> {
    if !link::is_open(core, LinkKind::Reset, token).await? {
        return Err(Refusal::NotFound.into());
    }
    let password = Password::chosen(password, "password").map_err(|fault| vec![fault])?;
    let hash = core.hasher.hash(&password).await?;
    let session_token = Token::new(&core.random);
    let started = core
        .store
        .write(async |mut tx| {
            let owner = links::consume(&mut tx, LinkKind::Reset, token).await?.flatten();
            let (home, account) = owner.ok_or(Refusal::NotFound)?;
            let version = accounts::set_password(&mut tx, home, account, &hash).await?;
            sessions::delete_all(&mut tx, home, account).await?;
            let proven = Proven { home, account, version };
            let person = session::start(&mut tx, proven, &session_token, earlier, origin).await?;
            let started = Started { token: session_token.clone(), person: person.clone() };
            Ok((started, tx.commit(&Caller::from(person), Event::PasswordChanged).await?))
        })
        .await?;
    session::end_others(core, earlier, &started.person).await?;
    Ok(started)
}
