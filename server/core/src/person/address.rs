//! The addresses of an account. A link that is mailed to the new address changes the sign-in address. The old address
//! gets a link that stops the change. Until the new address is confirmed, it belongs to no account. A second address
//! gets only notices, once it is confirmed.
pub(crate) mod store;

use crate::Core;
use crate::account::{Proven, Recipient, store as accounts, zone};
use crate::audit::Event;
use crate::caller::{Caller, Origin, Person};
use crate::civil::local;
use crate::error::{CoreError, Failure, Faults};
use crate::hasher::Turn;
use crate::identifier::Identifier;
use crate::known_device::KnownDevices;
use crate::link::store as links;
use crate::lockout::{self, Attempt};
use crate::mail::{self, AddressLetter, Letter, LetterOrigin};
use crate::password::{NewPassword, Password, store as passwords};
use crate::password_try;
use crate::policy;
use crate::session::store as sessions;
use crate::step_up;
use crate::store::Tx;
use crate::token::Token;
use crate::vault::store as keys;
use portvakt_model::address::{AddressAsked, Addresses};
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::{FieldFault, FieldRule, Refusal};
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::link::LinkKind;
use portvakt_model::time::Timestamp;
use tokio::time::Instant;
use tracing::Instrument;

/// The caller's addresses, and the addresses that wait for their confirmation.
///
/// # Errors
/// If the database fails.
pub async fn list(core: &Core, person: &Person) -> Result<Addresses, CoreError> {
    let (email, notification) = store::find(core, person.home, person.account).await?;
    let (zone, now) = (zone(core, person).await?, core.clock.now());
    let mut asked = store::list_asked(core, person.home, person.account).await?;
    let mut take = |kind: LinkKind| -> Result<Option<AddressAsked>, CoreError> {
        let Some(at) = asked.iter().position(|asked| asked.kind == kind.name()) else { return Ok(None) };
        let store::AskedRow { email, ends_at, .. } = asked.swap_remove(at);
        Ok(Some(AddressAsked { email, ends_at: local(Timestamp::from_micros(ends_at), &zone, now)? }))
    };
    let (email_asked, notification_asked) = (take(LinkKind::Email)?, take(LinkKind::Notification)?);
    let has_password = passwords::has_password(core.store.reader(), person.home, person.account).await?;
    Ok(Addresses { email, email_asked, notification, notification_asked, has_password })
}

/// Mails a link to the caller's new address, and a link that stops the change to the old address. The caller proves
/// their identity by the password, or has proven it recently if the account has none. If another account has the new
/// address, that account's owner is told instead; the answer and its time are the same.
///
/// # Errors
/// [`Refusal::Fields`]; [`Refusal::WrongPassword`] and [`Refusal::Locked`], counted as at a sign-in;
/// [`Refusal::TooMany`] if one of the addresses has reached its limit of such mails; [`Refusal::ToBeProven`].
#[tracing::instrument(name = "address.ask", skip_all)]
pub async fn ask(
    core: &Core,
    person: &Person,
    devices: &KnownDevices,
    email: &str,
    password: &str,
) -> Result<(), CoreError> {
    let (now, _) = store::find(core, person.home, person.account).await?;
    let mut faults = Faults::default();
    let email = faults.take(
        parse(email, "email")
            .and_then(|email| if email.as_str() == now { Err(FieldRule::Unchanged.of("email")) } else { Ok(email) }),
    );
    let has_password = passwords::has_password(core.store.reader(), person.home, person.account).await?;
    let filled =
        if has_password && password.is_empty() { Err(FieldRule::Empty.of("current_password")) } else { Ok(()) };
    let (Some(email), Some(())) = (email, faults.take(filled)) else { return Err(faults.refuse()) };
    if !has_password {
        step_up::require(core, person).await?;
    }
    let turn = has_password.then(|| core.hasher.turn()).transpose()?;
    let begun = Instant::now();
    let done = {
        // In a task of its own, so that a try whose client hangs up is counted and logged all the same.
        let (core, person, devices, password) =
            (core.clone(), person.clone(), devices.clone(), Password::typed(password));
        let asking = async move {
            match turn {
                Some(turn) => prove_and_mail(&core, &turn, &person, &devices, &email, password).await,
                None => mail_links(&core, &person, None, &email).await.map(|_| ()),
            }
        };
        tokio::spawn(asking.in_current_span()).await.map_err(Failure::from)?
    };
    core.keep_pace(begun).await;
    done
}

async fn prove_and_mail(
    core: &Core,
    turn: &Turn,
    person: &Person,
    devices: &KnownDevices,
    email: &EmailAddress,
    password: Option<Password>,
) -> Result<(), CoreError> {
    let tried = password_try::of_person(core, turn, person, devices, password).await?;
    let done = match &tried.right {
        Some(right) => mail_links(core, person, Some((&tried.attempt, right.proven())), email).await,
        None => Ok(None),
    };
    tried.end_of_person(core, &person.origin, done).await
}

/// Mails both links. `None` if the password was changed after it was verified.
async fn mail_links(
    core: &Core,
    person: &Person,
    verified: Option<(&Attempt, Proven)>,
    email: &EmailAddress,
) -> Result<Option<()>, CoreError> {
    let (home, account) = (person.home, person.account);
    let (confirm, stop) = (Token::new(&core.random), Token::new(&core.random));
    let identifier = Identifier::of(email.as_str());
    let caller = Caller::from(person.clone());
    let mailed = core.store.write(async |mut tx| {
        if let Some((attempt, proven)) = verified {
            if !accounts::is_current(&mut tx, proven).await? {
                return Err(Refusal::Conflict.into());
            }
            lockout::succeed(&mut tx, attempt, home, account).await?;
        }
        let (first, second) = accounts::recipients(&mut tx, home, account).await?;
        links::issue_to(&mut tx, LinkKind::Email, home, account, Some(email), &confirm).await?;
        store::insert_stop(&mut tx, home, account, &first.email, &stop).await?;
        match store::find_owner(&mut tx, &identifier, account).await? {
            None => {
                let to = Recipient { email: email.as_str().to_owned(), ..first.clone() };
                say(&mut tx, &to, AddressLetter::Confirm { token: confirm.reveal() }).await?;
            }
            // The new address is taken, so no mail holds the confirmation link.
            Some(owner) => say(&mut tx, &owner, AddressLetter::Taken { email: owner.email.clone() }).await?,
        }
        let announced = |token, seen| AddressLetter::Asked { seen, email: email.as_str().to_owned(), token };
        let seen = |tx: &Tx| LetterOrigin::of(tx, &person.origin);
        let letter = announced(Some(stop.reveal()), seen(&tx));
        say(&mut tx, &first, letter).await?;
        if let Some(second) = &second {
            let letter = announced(None, seen(&tx));
            mail::queue(&mut tx, second, Letter::Address(letter)).await?;
        }
        let event = Event::address_change_asked(person, email.as_str());
        Ok(((), tx.commit(&caller, event).await?))
    });
    match mailed.await {
        Ok(()) => Ok(Some(())),
        Err(CoreError::Refused(Refusal::Conflict)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Puts a letter into the outbox. Refuses if that fails, because the recipient must get it.
async fn say(tx: &mut Tx, to: &Recipient, letter: AddressLetter) -> Result<(), CoreError> {
    mail::queue(tx, to, Letter::Address(letter)).await?.or_refuse()
}

/// The address of an open link: the one that it confirms, or the one that it restores.
///
/// # Errors
/// [`Refusal::NotFound`] if the link cannot be used, or has no address.
pub async fn of_link(core: &Core, kind: LinkKind, token: &Token) -> Result<String, CoreError> {
    let found = match kind {
        LinkKind::EmailStop => store::find_stop(core, token).await?,
        kind => links::find_address(core, kind, token).await?,
    };
    Ok(found.ok_or(Refusal::NotFound)?)
}

/// Whether a link that stops a change can be used now. Does not use it.
pub(crate) async fn is_stoppable(core: &Core, token: &Token) -> Result<bool, CoreError> {
    Ok(store::find_stop(core, token).await?.is_some())
}

/// Makes the new address, to which the link was mailed, the account's sign-in address. Every other link of the account
/// becomes void, except the links that stop a change.
///
/// # Errors
/// [`Refusal::NotFound`] if the link cannot be used, was used in the meantime, if another account has got the address
/// since, or if the account's home has ended.
#[tracing::instrument(name = "address.confirm", skip_all)]
pub async fn confirm(core: &Core, origin: &Origin, token: &Token) -> Result<(), CoreError> {
    let account = core
        .store
        .write(async |mut tx| {
            let (home, account, email) = consume(&mut tx, LinkKind::Email, token).await?;
            let (first, second) = accounts::recipients(&mut tx, home, account).await?;
            let identifier = Identifier::of(email.as_str());
            let is_taken = store::find_owner(&mut tx, &identifier, account).await?.is_some();
            if is_taken || !store::change(&mut tx, home, account, &identifier, email.as_str()).await? {
                return Err(Refusal::NotFound.into());
            }
            if second.is_some_and(|second| Identifier::of(&second.email) == identifier) {
                store::set_notification(&mut tx, home, account, None).await?;
            }
            links::delete_all(&mut tx, home, account).await?;
            let (before, after) = (first.email, email.as_str().to_owned());
            let letter =
                |seen| Letter::Address(AddressLetter::Changed { seen, before: before.clone(), after: after.clone() });
            mail::tell_also(&mut tx, home, account, Some(&before), letter, origin).await?;
            let event = Event::address_changed(home, account, &before, &after, origin);
            Ok((account, tx.commit(&Caller::Claimant(origin.reference), event).await?))
        })
        .await?;
    core.sessions.forget(account);
    Ok(())
}

/// Stops a change of address for the owner of the old address. The owner would not stop their own change, so another
/// person knew the password. Therefore the account gets the old address back, whatever its address is now. Its password
/// becomes one that nobody knows. All its sessions end, and every other link is void. The returned token leads the
/// owner of the old address to a new password.
///
/// # Errors
/// [`Refusal::NotFound`] if the link cannot be used, was used in the meantime, or if the account's home has ended.
#[tracing::instrument(name = "address.stop", skip_all)]
pub async fn stop(core: &Core, origin: &Origin, token: &Token) -> Result<Token, CoreError> {
    let (reset, lifetimes) = (Token::new(&core.random), policy::platform(core).await?.links);
    let account = core
        .store
        .write(async |mut tx| {
            let stopped = store::consume_stop(&mut tx, token).await?.ok_or(Refusal::NotFound)?;
            let store::Stop { home, account, identifier, email: after, .. } = &stopped;
            let (home, account) = (*home, *account);
            let before = accounts::recipient(&mut tx, home, account).await?.email;
            if !store::change(&mut tx, home, account, identifier, after).await? {
                return Err(Refusal::NotFound.into());
            }
            // The hashes of the account's earlier passwords are kept.
            let history = policy::of_in(tx.conn(), home, account).await?.password.history;
            let nobodys = NewPassword::nobodys(core.nobody.as_ref().clone(), history);
            passwords::set_password(&mut tx, home, account, &nobodys).await?;
            sessions::delete_all(&mut tx, home, account).await?;
            links::delete_all(&mut tx, home, account).await?;
            store::delete_later_stops(&mut tx, &stopped).await?;
            links::issue(&mut tx, LinkKind::Reset, home, account, &reset, lifetimes).await?;
            let letter = |seen| Letter::Address(AddressLetter::Stopped { seen, email: after.clone() });
            let former = (Identifier::of(&before) != *identifier).then_some(before.as_str());
            mail::tell_also(&mut tx, home, account, former, letter, origin).await?;
            let caller = Caller::Claimant(origin.reference);
            let event = Event::address_change_stopped(home, account, &before, after, origin);
            Ok((account, tx.commit(&caller, event).await?))
        })
        .await?;
    core.sessions.forget(account);
    Ok(reset)
}

/// Mails a link to the second address at which the caller wants notices.
///
/// # Errors
/// [`Refusal::Fields`]; [`Refusal::TooMany`] if the address has reached its limit of such mails.
#[tracing::instrument(name = "address.ask_notification", skip_all)]
pub async fn ask_notification(core: &Core, person: &Person, email: &str) -> Result<(), CoreError> {
    const FIELD: &str = "notification_email";
    let email = parse(email, FIELD).map_err(|fault| vec![fault])?;
    let Person { home, account, .. } = *person;
    let (first, second) = store::find(core, home, account).await?;
    let identifier = Identifier::of(email.as_str());
    if [Some(first), second].into_iter().flatten().any(|theirs| Identifier::of(&theirs) == identifier) {
        return Err(vec![FieldRule::Unchanged.of(FIELD)].into());
    }
    let token = Token::new(&core.random);
    let caller = Caller::from(person.clone());
    core.store
        .write(async |mut tx| {
            require_home(&mut tx, home).await?;
            links::issue_to(&mut tx, LinkKind::Notification, home, account, Some(&email), &token).await?;
            let first = accounts::recipient(&mut tx, home, account).await?;
            let to = Recipient { email: email.as_str().to_owned(), ..first };
            say(&mut tx, &to, AddressLetter::ConfirmNotification { token: token.reveal() }).await?;
            let event = Event::notification_address_asked(person, email.as_str());
            Ok(((), tx.commit(&caller, event).await?))
        })
        .await
}

/// Confirms the second address, to which the link was mailed: the account's notices are also sent there.
///
/// # Errors
/// [`Refusal::NotFound`] if the link cannot be used, was used in the meantime, or if the account's home has ended.
#[tracing::instrument(name = "address.confirm_notification", skip_all)]
pub async fn confirm_notification(core: &Core, origin: &Origin, token: &Token) -> Result<(), CoreError> {
    core.store
        .write(async |mut tx| {
            let (home, account, email) = consume(&mut tx, LinkKind::Notification, token).await?;
            let before = store::set_notification(&mut tx, home, account, Some(email.as_str())).await?;
            let letter =
                |seen| Letter::Address(AddressLetter::NotificationAdded { seen, email: email.as_str().to_owned() });
            mail::tell_also(&mut tx, home, account, before.as_deref(), letter, origin).await?;
            let caller = Caller::Claimant(origin.reference);
            let (before, after) = (before.as_deref(), Some(email.as_str()));
            let event = Event::notification_address_changed(home, account, before, after, origin);
            Ok(((), tx.commit(&caller, event).await?))
        })
        .await
}

/// Removes the caller's second address, and tells both addresses.
///
/// # Errors
/// If the database fails. A missing second address is no error.
#[tracing::instrument(name = "address.remove_notification", skip_all)]
pub async fn remove_notification(core: &Core, person: &Person) -> Result<(), CoreError> {
    let Person { home, account, .. } = *person;
    let caller = Caller::from(person.clone());
    let removed = core.store.write(async |mut tx| {
        let before = store::set_notification(&mut tx, home, account, None).await?.ok_or(Refusal::NotFound)?;
        let letter = |seen| Letter::Address(AddressLetter::NotificationRemoved { seen, email: before.clone() });
        mail::tell_also(&mut tx, home, account, Some(&before), letter, &person.origin).await?;
        let event = Event::notification_address_changed(home, account, Some(&before), None, &person.origin);
        Ok(((), tx.commit(&caller, event).await?))
    });
    match removed.await {
        // Another request, for example from another tab, has removed the address.
        Err(CoreError::Refused(Refusal::NotFound)) => Ok(()),
        done => done,
    }
}

fn parse(email: &str, field: &str) -> Result<EmailAddress, FieldFault> {
    EmailAddress::parse(email).map_err(|rule| rule.of(field))
}

/// Deletes a link that proves an address. Returns its account and the address.
async fn consume(tx: &mut Tx, kind: LinkKind, token: &Token) -> Result<(TenantId, AccountId, EmailAddress), CoreError> {
    let found = links::consume_address(tx, kind, token).await?.ok_or(Refusal::NotFound)?;
    require_home(tx, found.0).await?;
    Ok(found)
}

/// Refuses a person whose home has ended: its key is gone.
async fn require_home(tx: &mut Tx, home: TenantId) -> Result<(), CoreError> {
    let vault = tx.vault();
    keys::tenant_key(tx.conn(), &vault, home).await?.map(drop).ok_or_else(|| Refusal::NotFound.into())
}

/// Deletes links that no longer stop a change, because they are too old.
pub(crate) async fn purge(core: &Core) -> Result<(), CoreError> {
    core.store
        .tidy(async |mut tx| {
            store::delete_old_stops(&mut tx).await?;
            Ok(((), tx.commit_housekeeping("changes of address that nobody stopped").await?))
        })
        .await
}
