//! The last part of a sign-in whose password falls short of the rules of today: another one.
use super::{store, waiting};
use crate::Core;
use crate::account::{Proven, store as accounts};
use crate::audit::Event;
use crate::caller::{Caller, Origin};
use crate::error::CoreError;
use crate::link::store as links;
use crate::mail::{self, Letter};
use crate::password::{Context, Password};
use crate::policy;
use crate::session::{self, Browser, Started, store as sessions};
use crate::token::Token;
use portvakt_model::fault::Refusal;

/// Gives whoever waits under this token another password, ends their sessions everywhere and signs them in here.
///
/// # Errors
/// [`Refusal::SignedOut`] if nobody waits there for that, or it no longer may; [`Refusal::Fields`], also for the password that
/// they have now.
#[tracing::instrument(name = "sign_in.choose_password", skip_all)]
pub async fn choose_password(
    core: &Core,
    origin: &Origin,
    browser: &Browser,
    token: &Token,
    typed: &str,
) -> Result<Started, CoreError> {
    let (home, account) = waiting::choosing(core, token).await?.ok_or(Refusal::SignedOut)?;
    let policy = policy::of(core, home, account).await?;
    let (name, email, organisation) = accounts::known(core, home, account).await?;
    let context = Context::new(&[&name, &email, &organisation]);
    let password = Password::chosen(core, &policy.password, &context, typed, "password")?;
    // The one that they have now is why they are asked.
    let history = policy.password.history.max(1);
    password.refuse_earlier(core, home, account, history, "password").await?;
    let new = password.hashed(core, &policy.password).await?;
    let session_token = Token::new(&core.random);
    let (person, version) = core
        .store
        .write(async |mut tx| {
            let found = store::consume_choosing(&mut tx, token).await?.ok_or(Refusal::SignedOut)?;
            let Proven { home, account, .. } = found.proven;
            let version = accounts::set_password(&mut tx, home, account, &new).await?;
            sessions::delete_all(&mut tx, home, account).await?;
            links::delete_all(&mut tx, home, account).await?;
            let proven = Proven { home, account, version };
            let started = session::start(&mut tx, proven, policy.session, &session_token, browser, origin).await?;
            let (person, _) = started.ok_or(Refusal::SignedOut)?;
            if !found.known_device {
                mail::tell(&mut tx, home, account, Letter::NewDevice, origin).await?;
            }
            mail::tell(&mut tx, home, account, Letter::PasswordChanged, origin).await?;
            let event = Event::PasswordRenewed { factor: found.factor };
            Ok(((person.clone(), version), tx.commit(&Caller::from(person), event).await?))
        })
        .await?;
    super::count("signed_in");
    session::begun(core, browser, session_token, person, version).await
}
