//! The stage of a sign-in whose password is missing or no longer meets the policy: a new password.
use super::advance::{Arrival, Onward, advance};
use super::{Step, store, waiting};
use crate::Core;
use crate::account::{Proven, store as accounts};
use crate::audit::Event;
use crate::caller::Origin;
use crate::error::CoreError;
use crate::link::store as links;
use crate::mail::{self, Letter};
use crate::password::{Context, Password, had, store as passwords};
use crate::policy;
use crate::session::{Browser, store as sessions};
use crate::token::Token;
use portvakt_model::fault::Refusal;
use portvakt_model::stage::Stage;

/// Sets a new password for the sign-in that waits under this token, ends the account's sessions everywhere, and signs
/// in or asks for the next stage.
///
/// # Errors
/// [`Refusal::SignedOut`] if no sign-in waits under this token for a new password, or if the credentials were changed
/// meanwhile; [`Refusal::Fields`], also for the present password.
#[tracing::instrument(name = "sign_in.choose_password", skip_all)]
pub async fn choose_password(
    core: &Core,
    origin: &Origin,
    browser: &Browser,
    token: &Token,
    typed: &str,
) -> Result<Step, CoreError> {
    let (home, account) = waiting::choosing(core, token).await?.ok_or(Refusal::SignedOut)?;
    let policy = policy::of(core, home, account).await?;
    let (name, email, organisation) = accounts::known(core, home, account).await?;
    let context = Context::new(&[&name, &email, &organisation]);
    let password = Password::chosen(core, &policy.password, &context, typed, "password")?;
    // The present password is never accepted again: it is the reason for this stage.
    let history = policy.password.history.max(1);
    if password.is_earlier(core, home, account, history).await? {
        return Err(had("password"));
    }
    let new = password.hashed(core, &policy.password).await?;
    let next = Token::new(&core.random);
    let (onward, version) = core
        .store
        .write(async |mut tx| {
            let found = store::consume(&mut tx, token, Stage::ChoosePassword).await?.ok_or(Refusal::SignedOut)?;
            let Proven { home, account, .. } = found.proven;
            let version = passwords::set_password(&mut tx, home, account, &new).await?;
            sessions::delete_all(&mut tx, home, account).await?;
            links::delete_all(&mut tx, home, account).await?;
            let proven = Proven { home, account, version };
            let arrival = Arrival { proven, falls_short: false, ..found };
            let account_policy =
                policy::account_policy_in(tx.conn(), arrival.proven.home, arrival.proven.account).await?;
            let onward = advance(&mut tx, &arrival, &account_policy, &next, browser, origin).await?;
            mail::tell(&mut tx, home, account, Letter::PasswordChanged, origin).await?;
            let onward = onward.and_then(Onward::unless_suspended).ok_or(Refusal::SignedOut)?;
            let event = match &onward {
                Onward::In(person, _) => Event::password_renewed(person, arrival.factor()),
                // The policy was changed meanwhile and demands a further stage.
                Onward::On(_) | Onward::Suspended { .. } => Event::password_changed(home, account, origin),
            };
            let ended = tx.commit(&onward.caller(origin), event).await?;
            Ok(((onward, version), ended))
        })
        .await?;
    core.sessions.forget(account);
    let step = super::step(core, browser, next, onward, version).await?;
    super::count(super::of_step(&step));
    Ok(step)
}
