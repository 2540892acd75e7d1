//! A new password for somebody who cannot sign in with the old one.
use crate::Core;
use crate::account::{Proven, store as accounts};
use crate::audit::Event;
use crate::caller::{Caller, Origin};
use crate::error::CoreError;
use crate::identifier::Identifier;
use crate::link::store as links;
use crate::password::{Context, Password};
use crate::policy;
use crate::session::{self, Browser, Started, store as sessions};
use crate::token::Token;
use portvakt_model::fault::Refusal;
use portvakt_model::link::LinkKind;
use portvakt_model::role::Role;

/// A reset link for an owner who is locked out, from the server's own command line.
///
/// # Errors
/// [`Refusal::NotFound`] if the address has no account, or one that does not own its organisation: for everybody else
/// the organisation's administrators do it.
pub async fn recover(core: &Core, email: &str) -> Result<Token, CoreError> {
    let (home, account) = accounts::find(core, &Identifier::of(email)).await?.ok_or(Refusal::NotFound)?;
    if accounts::find_role(core.store.reader(), home, account).await? != Some(Role::Owner) {
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

/// Gives the link's owner a new password, ends their sessions everywhere and signs them in here, in place of whoever
/// was signed in in this browser.
///
/// # Errors
/// [`Refusal::NotFound`] if the link cannot be used, or was used in the meantime; [`Refusal::Fields`].
#[tracing::instrument(name = "reset.choose_password", skip_all)]
pub async fn choose_password(
    core: &Core,
    origin: &Origin,
    token: &Token,
    browser: &Browser,
    password: &str,
) -> Result<Started, CoreError> {
    let owner = links::find(core, LinkKind::Reset, token).await?.flatten();
    let (home, account) = owner.ok_or(Refusal::NotFound)?;
    let policy = policy::platform(core).await?;
    let (name, email, organisation) = accounts::known(core, home, account).await?;
    let context = Context::new(&[&name, &email, &organisation]);
    let password = Password::chosen(core, &policy.password, &context, password, "password")?;
    let hash = core.hasher.hash(&password).await?;
    let session_token = Token::new(&core.random);
    let (person, version) = core
        .store
        .write(async |mut tx| {
            links::consume(&mut tx, LinkKind::Reset, token).await?.ok_or(Refusal::NotFound)?;
            let version = accounts::set_password(&mut tx, home, account, &hash).await?;
            sessions::delete_all(&mut tx, home, account).await?;
            let proven = Proven { home, account, version };
            let started = session::start(&mut tx, proven, policy.session, &session_token, browser, origin).await?;
            let (person, _) = started.ok_or(Refusal::NotFound)?;
            Ok(((person.clone(), version), tx.commit(&Caller::from(person), Event::PasswordChanged).await?))
        })
        .await?;
    session::begun(core, browser, session_token, person, version).await
}

/// The name, the address and the organisation of whoever a reset link belongs to. `None` if it cannot be used.
pub(crate) async fn known(core: &Core, token: &Token) -> Result<Option<[String; 3]>, CoreError> {
    let owner = links::find(core, LinkKind::Reset, token).await?.flatten();
    let Some((home, account)) = owner else { return Ok(None) };
    let (name, email, organisation) = accounts::known(core, home, account).await?;
    Ok(Some([name, email, organisation]))
}
