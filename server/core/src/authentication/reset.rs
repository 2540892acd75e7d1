//! A new password for a person who cannot sign in with the old one.
use crate::Core;
use crate::account::{Proven, store as accounts};
use crate::audit::Event;
use crate::caller::{Caller, Origin};
use crate::error::{CoreError, Failure, Faults};
use crate::identifier::Identifier;
use crate::link::store as links;
use crate::mail::{self, Letter, Queued};
use crate::passkey::{Purpose, store as passkeys};
use crate::password::{Context, Password, had, store as passwords};
use crate::policy;
use crate::second_factor::{self, Second, store as second_factors};
use crate::session::{Browser, store as sessions};
use crate::sign_in::advance::{Arrival, Onward, advance};
use crate::sign_in::{Step, step};
use crate::store::Tx;
use crate::tenant::store as tenants;
use crate::token::Token;
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::link::LinkKind;
use portvakt_model::policy::LinkPolicy;
use portvakt_model::role::Role;
use portvakt_model::second_factor::Accepts;
use tokio::time::Instant;
use tracing::Instrument;

/// Makes a reset link for an owner who is locked out, from the server's command line.
///
/// # Errors
/// [`Refusal::NotFound`] if the address has no account, or if the account does not own its organisation: the
/// organisation's administrators help all other people.
pub async fn recover(core: &Core, email: &str) -> Result<Token, CoreError> {
    let (home, account) = accounts::find(core, &Identifier::of(email)).await?.ok_or(Refusal::NotFound)?;
    if accounts::find_role(core.store.reader(), home, account).await? != Some(Role::Owner) {
        return Err(Refusal::NotFound.into());
    }
    let (token, lifetimes) = (Token::new(&core.random), policy::of(core, home, account).await?.links);
    core.store
        .write(async |mut tx| {
            links::issue(&mut tx, LinkKind::Reset, home, account, &token, lifetimes).await?;
            Ok(((), tx.commit(&Caller::Command, Event::reset_link_issued(home, account, None)).await?))
        })
        .await?;
    Ok(token)
}

/// Mails a reset link to an address, if it has an account. The answer and its time are the same for every address.
///
/// # Errors
/// [`Refusal::Fields`] if the text is no address.
#[tracing::instrument(name = "reset.forgot", skip_all)]
pub async fn forgot(core: &Core, origin: &Origin, email: &str) -> Result<(), CoreError> {
    let email = EmailAddress::parse(email).map_err(|rule| vec![rule.of("email")])?;
    let begun = Instant::now();
    let done = {
        // In a task of its own, so that the link is mailed even if the client does not wait for the answer.
        let (core, origin) = (core.clone(), origin.clone());
        let mailing = async move { mail_link(&core, &origin, &Identifier::of(email.as_str())).await };
        tokio::spawn(mailing.in_current_span()).await.map_err(Failure::from)?
    };
    core.keep_pace(begun).await;
    done
}

async fn mail_link(core: &Core, origin: &Origin, identifier: &Identifier) -> Result<(), CoreError> {
    let Some((home, account)) = accounts::find(core, identifier).await? else { return Ok(()) };
    let (token, lifetimes) = (Token::new(&core.random), policy::of(core, home, account).await?.links);
    let mailed = core.store.write(async |mut tx| {
        let may_sign_in = accounts::find_role(tx.conn(), home, account).await?.is_some();
        // A new password does not give access to a suspended organisation.
        let is_open = tenants::find(tx.conn(), home).await?.is_some_and(|found| found.suspended.is_none());
        if !may_sign_in || !is_open || queue_link(&mut tx, home, account, &token, lifetimes).await? != Queued::Waiting {
            // The transaction is rolled back, so an earlier link stays valid.
            return Err(Refusal::NotFound.into());
        }
        let event = Event::reset_link_issued(home, account, Some(origin));
        Ok(((), tx.commit(&Caller::Claimant(origin.reference), event).await?))
    });
    match mailed.await {
        Err(CoreError::Refused(Refusal::NotFound)) => Ok(()),
        done => done,
    }
}

/// Makes a reset link in place of an older one, and puts the mail with it into the outbox. If the result is not
/// [`Queued::Waiting`], the calling function rolls back, and the older link stays valid.
pub(crate) async fn queue_link(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    token: &Token,
    lifetimes: LinkPolicy,
) -> Result<Queued, CoreError> {
    // The link is stored first: its row makes concurrent requests wait for each other.
    links::issue(tx, LinkKind::Reset, home, account, token, lifetimes).await?;
    let to = accounts::recipient(tx, home, account).await?;
    let lifetime_secs = lifetimes.reset_secs;
    mail::queue(tx, &to, Letter::Reset { token: token.reveal(), lifetime_secs }).await
}

/// Sets the new password of the link's account, ends the account's sessions everywhere, and signs the browser in, in
/// place of its earlier session, or asks for the next stage. An account with a second factor has to show a code or a
/// passkey too: access to the mail is not enough.
///
/// # Errors
/// [`Refusal::NotFound`] if the link cannot be used, or was used meanwhile; [`Refusal::Fields`], in `code` for a wrong
/// code; [`Refusal::WrongPasskey`]; [`Refusal::CodesLocked`] and [`Refusal::CodesStopped`] if no code is checked. A
/// wrong code or passkey does not use the link up.
#[tracing::instrument(name = "reset.choose_password", skip_all)]
pub async fn choose_password(
    core: &Core,
    origin: &Origin,
    token: &Token,
    browser: &Browser,
    password: &str,
    second: &str,
) -> Result<Step, CoreError> {
    let (home, account) = account_of(core, token).await?.ok_or(Refusal::NotFound)?;
    let policy = policy::of(core, home, account).await?;
    let (name, email, organisation) = accounts::known(core, home, account).await?;
    let context = Context::new(&[&name, &email, &organisation]);
    let wrong = |rule: FieldRule| rule.of("code");
    let mut faults = Faults::default();
    let password = faults.take_all(Password::chosen(core, &policy.password, &context, password, "password"));
    let second = if second_factors::is_enrolled(core.store.reader(), home, account).await? {
        let brought = Second::of(core, &Purpose::of_token(token), (home, account), second).await?;
        faults.take(brought.map(Some).map_err(wrong))
    } else {
        Some(None)
    };
    let (Some(password), Some(second)) = (password, second) else { return Err(faults.refuse()) };
    // An earlier password is refused only after the code was verified: a person who can only read the mail must not
    // find out an earlier password by trying.
    let is_earlier = password.is_earlier(core, home, account, policy.password.remembered()).await?;
    let new = password.hashed(core, &policy.password).await?;
    let session_token = Token::new(&core.random);
    let chosen = core
        .store
        .write(async |mut tx| {
            let mut with = None;
            if second_factors::is_enrolled(tx.conn(), home, account).await? {
                let second = second.as_ref().ok_or_else(|| vec![wrong(FieldRule::Empty)])?;
                let Some(shown) = second_factor::try_second(&mut tx, home, account, second, origin).await? else {
                    let event = second.refused(home, account, origin);
                    return Ok((None, tx.commit(&Caller::Claimant(origin.reference), event).await?));
                };
                second_factor::tell_of_recovery_code(&mut tx, home, account, shown, origin).await?;
                with = Some(shown);
            }
            if is_earlier {
                return Err(had("password"));
            }
            links::consume(&mut tx, LinkKind::Reset, token).await?.ok_or(Refusal::NotFound)?;
            let version = passwords::set_password(&mut tx, home, account, &new).await?;
            sessions::delete_all(&mut tx, home, account).await?;
            links::delete_all(&mut tx, home, account).await?;
            // The person has just read the mail, and needs no further mail about a new device.
            let proven = Proven { home, account, version };
            let arrival = Arrival { proven, known_device: true, falls_short: false, shown: with };
            let account_policy =
                policy::account_policy_in(tx.conn(), arrival.proven.home, arrival.proven.account).await?;
            let onward = advance(&mut tx, &arrival, &account_policy, &session_token, browser, origin).await?;
            let onward = onward.and_then(Onward::unless_suspended).ok_or(Refusal::NotFound)?;
            mail::tell(&mut tx, home, account, Letter::PasswordChanged, origin).await?;
            let event = Event::password_changed(home, account, origin);
            let ended = tx.commit(&onward.caller(origin), event).await?;
            Ok((Some((onward, version)), ended))
        })
        .await?;
    let Some((onward, version)) = chosen else {
        return Err(match second {
            Some(Second::Passkey(_)) => Refusal::WrongPasskey.into(),
            _ => vec![wrong(FieldRule::WrongCode)].into(),
        });
    };
    core.sessions.forget(account);
    step(core, browser, session_token, onward, version).await
}

/// The account of a reset link and its home. `None` if the link cannot be used.
pub(crate) async fn account_of(core: &Core, token: &Token) -> Result<Option<(TenantId, AccountId)>, CoreError> {
    Ok(links::find(core, LinkKind::Reset, token).await?.flatten())
}

/// The second factors that are accepted with this reset link, recovery codes included. `None` if the account has no
/// second factor, or if the link cannot be used.
///
/// # Errors
/// If the database fails.
pub async fn accepts(core: &Core, token: &Token) -> Result<Option<Accepts>, CoreError> {
    let Some((home, account)) = account_of(core, token).await? else { return Ok(None) };
    let mut conn = core.store.reader().acquire().await?;
    let code_app = second_factors::has_code_app(&mut *conn, home, account).await?;
    let passkey = passkeys::count(&mut *conn, home, account).await? > 0;
    Ok((code_app || passkey).then_some(Accepts { passkey, code_app }))
}

/// The name, address and organisation of the reset link's account. `None` if the link cannot be used.
pub(crate) async fn known(core: &Core, token: &Token) -> Result<Option<[String; 3]>, CoreError> {
    let Some((home, account)) = account_of(core, token).await? else { return Ok(None) };
    let (name, email, organisation) = accounts::known(core, home, account).await?;
    Ok(Some([name, email, organisation]))
}
