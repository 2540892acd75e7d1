//! The members of an organisation and their roles.
use crate::Core;
use crate::account::{NewAccount, NewPerson, store as accounts};
use crate::audit::Event;
use crate::caller::{Caller, Person};
use crate::error::CoreError;
use crate::store::Tx;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::role::Role;
use sqlx::{Any, Executor};

/// Makes an account without a password, with this tenant as its home, and gives it a role there. Only the demonstration
/// and tests call it: people join by invitation or by import.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller may not give that role there. [`Refusal::Fields`] if the address is taken.
#[tracing::instrument(name = "member.add", skip_all)]
pub async fn add(
    core: &Core,
    caller: &Caller,
    tenant: TenantId,
    person: &NewPerson,
    role: Role,
) -> Result<AccountId, CoreError> {
    core.store
        .write(async |mut tx| {
            require_to_give(&mut tx, caller, tenant, role).await?;
            let account = enter(&mut tx, tenant, person, role).await?;
            let event = Event::member_added(tenant, account, role, person.name.as_str(), person.email.as_str());
            Ok((account, tx.commit(caller, event).await?))
        })
        .await
}

/// Refuses a caller who may not give this role in this tenant, as if the tenant did not exist.
pub(crate) async fn require_to_give(
    tx: &mut Tx,
    caller: &Caller,
    tenant: TenantId,
    role: Role,
) -> Result<(), CoreError> {
    let may = match caller {
        Caller::Command => true,
        Caller::Person(person) if person.tenant == tenant => {
            let own = accounts::find_role(tx.conn(), tenant, person.account).await?;
            own.is_some_and(|own| own.may_give(role))
        }
        Caller::Person(_) | Caller::Claimant(_) | Caller::System => false,
    };
    if may { Ok(()) } else { Err(Refusal::NotFound.into()) }
}

/// The caller's role in the tenant in which they act. If `may` rejects the role, refuses as if the page did not exist.
pub(crate) async fn require<'e>(
    database: impl Executor<'e, Database = Any>,
    person: &Person,
    may: fn(Role) -> bool,
) -> Result<Role, CoreError> {
    let own = accounts::find_role(database, person.tenant, person.account).await?;
    Ok(own.filter(|own| may(*own)).ok_or(Refusal::NotFound)?)
}

/// The roles that the caller may give in the tenant in which they act, the least first. Refuses a caller who does not
/// administer it.
pub(crate) async fn roles_to_give(core: &Core, person: &Person) -> Result<Vec<Role>, CoreError> {
    let own = require(core.store.reader(), person, Role::administers).await?;
    Ok(Role::ALL.into_iter().rev().filter(|role| own.may_give(*role)).collect())
}

/// Makes an account and its membership at home. Refuses a taken address.
pub(crate) async fn enter(tx: &mut Tx, home: TenantId, person: &NewPerson, role: Role) -> Result<AccountId, CoreError> {
    let id = tx.random().id(tx.now());
    let NewPerson { email, name, language } = person;
    if !accounts::insert(tx, &NewAccount { id, home, email, name, language: *language }).await? {
        return Err(vec![FieldRule::Taken.of("email")].into());
    }
    accounts::add_member(tx, home, id, role).await?;
    Ok(id)
}
