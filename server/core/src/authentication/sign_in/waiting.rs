//! Sign-ins that wait for their next stage. A claimant who has shown the right password, or a passkey, waits here
//! without a session until every stage is passed.
use super::advance::Arrival;
use super::store;
use crate::Core;
use crate::account::Proven;
use crate::error::CoreError;
use crate::passkey::{self, store as passkeys};
use crate::policy;
use crate::second_factor::store as second_factors;
use crate::store::Tx;
use crate::token::Token;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::policy::PasswordPolicy;
use portvakt_model::second_factor::Accepts;
use portvakt_model::stage::Stage;

/// The lifetime of each stage, in seconds.
pub const LIFETIME_SECS: i64 = 10 * 60;
/// The most waiting sign-ins of one account. One more ends the oldest one. A thief of the password can begin sign-ins,
/// and must not keep the owner out.
const MOST: i64 = 20;

/// Lets a sign-in wait for a stage, and ends the account's oldest one above [`MOST`].
pub(super) async fn wait(tx: &mut Tx, arrival: &Arrival, stage: Stage, token: &Token) -> Result<(), CoreError> {
    store::delete_oldest(tx, arrival.proven.home, arrival.proven.account, MOST - 1).await?;
    store::insert(tx, arrival, stage, token, LIFETIME_SECS).await
}

/// The stage of the sign-in that waits under this token. `None` if no sign-in waits.
///
/// # Errors
/// If the database fails.
pub async fn stage(core: &Core, token: &Token) -> Result<Option<Stage>, CoreError> {
    store::stage(core, token).await
}

/// The rules for the password that the sign-in under this token has to choose. `None` if no sign-in waits for a new
/// password.
///
/// # Errors
/// If the database fails.
pub async fn rules(core: &Core, token: &Token) -> Result<Option<PasswordPolicy>, CoreError> {
    match choosing(core, token).await? {
        Some((home, account)) => Ok(Some(policy::of(core, home, account).await?.password)),
        None => Ok(None),
    }
}

/// The account whose sign-in waits under this token for a second factor. `None` if no sign-in waits for one.
pub(crate) async fn proving(core: &Core, token: &Token) -> Result<Option<Proven>, CoreError> {
    store::find(core, token, Stage::SecondFactor).await
}

/// The account whose sign-in waits under this token for an enrolment. `None` if no sign-in waits for one.
pub(crate) async fn enrolling(core: &Core, token: &Token) -> Result<Option<Proven>, CoreError> {
    store::find(core, token, Stage::EnrolSecondFactor).await
}

/// The second factors that the sign-in under this token may show. `None` if no sign-in waits for a second factor.
///
/// # Errors
/// If the database fails.
pub async fn accepts(core: &Core, token: &Token) -> Result<Option<Accepts>, CoreError> {
    let Some(Proven { home, account, .. }) = proving(core, token).await? else { return Ok(None) };
    let mut conn = core.store.reader().acquire().await?;
    let code_app = second_factors::has_code_app(&mut *conn, home, account).await?
        && !passkey::is_wanted(&mut conn, home, account).await?;
    let passkey = passkeys::count(&mut *conn, home, account).await? > 0;
    Ok(Some(Accepts { passkey, code_app }))
}

/// The account whose sign-in waits under this token for a new password. `None` if no sign-in waits for one.
pub(crate) async fn choosing(core: &Core, token: &Token) -> Result<Option<(TenantId, AccountId)>, CoreError> {
    let found = store::find(core, token, Stage::ChoosePassword).await?;
    Ok(found.map(|proven| (proven.home, proven.account)))
}

/// The account whose sign-in waits under this token, for any stage. `None` if no sign-in waits.
pub(crate) async fn account(core: &Core, token: &Token) -> Result<Option<(TenantId, AccountId)>, CoreError> {
    let Some(stage) = stage(core, token).await? else { return Ok(None) };
    Ok(store::find(core, token, stage).await?.map(|proven| (proven.home, proven.account)))
}

/// Deletes expired waiting sign-ins.
///
/// # Errors
/// If the database fails.
pub(crate) async fn purge(core: &Core) -> Result<(), CoreError> {
    core.store
        .tidy(async |mut tx| {
            store::delete_ended(&mut tx).await?;
            Ok(((), tx.commit_housekeeping("sign-ins that were not finished").await?))
        })
        .await
}
