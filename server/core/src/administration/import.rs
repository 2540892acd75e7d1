//! Imports many people from another program's file, with their password hashes from there. Checks the whole file before
//! writing any of it.
use crate::Core;
use crate::account::{NewPerson, store as accounts};
use crate::audit::Event;
use crate::caller::Caller;
use crate::error::CoreError;
use crate::hasher::{HashFault, PasswordHash};
use crate::identifier::Identifier;
use crate::member::{self, require_to_give};
use crate::password::{NewPassword, store as passwords};
use crate::vault::store as keys;
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::TenantId;
use portvakt_model::language::Language;
use portvakt_model::profile::DisplayName;
use portvakt_model::role::Role;
use std::collections::HashMap;
use std::fmt;

/// People in one transaction: so many that the commit costs little for each, so few that other writers do not wait
/// long.
const A_TIME: usize = 500;

/// The fields of a line, as they stand in the file.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// The person's address.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The person's role in the organisation.
    pub role: String,
    /// The language of the person's mail and pages.
    pub language: String,
    /// The password's hash; empty without one.
    pub password_hash: String,
}

/// A line of the file.
#[derive(Debug, Clone)]
pub struct ImportLine {
    /// The line's number, from 1.
    pub number: u64,
    /// The line's fields, or the reason why they could not be read.
    pub fields: Result<Fields, LineFault>,
}

/// A person who can be imported.
pub struct Ready {
    person: NewPerson,
    role: Role,
    hash: Option<PasswordHash>,
}

/// A line that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faulty {
    /// The line's number.
    pub line: u64,
    /// The line's fault.
    pub fault: LineFault,
}

/// A fault of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineFault {
    /// The line is not UTF-8.
    NotText,
    /// The number of the line's fields, and the different number of the first line's columns.
    Columns(usize, usize),
    /// A field breaks a rule.
    Field(&'static str, FieldRule),
    /// There is no role of this name.
    Role,
    /// There is no language with this tag.
    Language,
    /// The password's hash cannot be imported.
    Hash(HashFault),
    /// The address is also on this line.
    Twice(u64),
    /// The address has an account already, in any organisation, or an account that gave it up a few days ago may still
    /// get it back.
    Exists,
}

impl fmt::Display for LineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotText => write!(f, "it is not UTF-8"),
            Self::Columns(fields, columns) => {
                write!(
                    f,
                    "it has {fields} fields, the first line {columns}: a field with the separator in it needs quotes"
                )
            }
            Self::Field(field, rule) => write!(f, "{field}: {rule}"),
            Self::Role => write!(f, "role: not one of {}", Role::ALL.map(Role::as_str).join(", ")),
            Self::Language => write!(f, "language: not one of {}", Language::ALL.map(Language::tag).join(", ")),
            Self::Hash(fault) => write!(f, "password_hash: {fault}"),
            Self::Twice(line) => write!(f, "email: the same as in line {line}"),
            Self::Exists => write!(f, "email: has an account already"),
        }
    }
}

/// A checked file.
pub struct Checked {
    /// The people who can be imported, in the order of the file.
    pub people: Vec<Ready>,
    /// The faulty lines, in the same order, each with its first fault.
    pub faults: Vec<Faulty>,
}

/// Checks a file. Writes nothing.
///
/// # Errors
/// If the database fails.
#[tracing::instrument(name = "import.check", skip_all)]
pub async fn check(core: &Core, lines: Vec<ImportLine>) -> Result<Checked, CoreError> {
    let mut seen = HashMap::with_capacity(lines.len());
    let mut checked = Checked { people: Vec::with_capacity(lines.len()), faults: Vec::new() };
    for ImportLine { number, fields } in lines {
        match ready(core, number, fields, &mut seen).await? {
            Ok(person) => checked.people.push(person),
            Err(fault) => checked.faults.push(Faulty { line: number, fault }),
        }
    }
    Ok(checked)
}

async fn ready(
    core: &Core,
    number: u64,
    fields: Result<Fields, LineFault>,
    seen: &mut HashMap<String, u64>,
) -> Result<Result<Ready, LineFault>, CoreError> {
    let ready = match fields.and_then(|fields| parse(&fields)) {
        Ok(ready) => ready,
        Err(fault) => return Ok(Err(fault)),
    };
    let identifier = Identifier::of(ready.person.email.as_str());
    if let Some(earlier) = seen.insert(identifier.as_str().to_owned(), number) {
        return Ok(Err(LineFault::Twice(earlier)));
    }
    let taken = accounts::is_taken(core, &identifier).await?;
    Ok(if taken { Err(LineFault::Exists) } else { Ok(ready) })
}

fn parse(fields: &Fields) -> Result<Ready, LineFault> {
    let email = EmailAddress::parse(&fields.email).map_err(|rule| LineFault::Field("email", rule))?;
    let name = DisplayName::parse(&fields.name).map_err(|rule| LineFault::Field("name", rule))?;
    let role = Role::parse(&fields.role.trim().to_lowercase()).ok_or(LineFault::Role)?;
    let language = Language::of_tag(&fields.language.trim().to_lowercase()).ok_or(LineFault::Language)?;
    let hash = match fields.password_hash.trim() {
        "" => None,
        hash => Some(PasswordHash::import(hash).map_err(LineFault::Hash)?),
    };
    Ok(Ready { person: NewPerson { email, name, language }, role, hash })
}

/// Gives people an account and a role in a tenant, some hundreds at a time. After each time `done` gets the number of
/// people written so far. A person without a password asks for a reset link and chooses one.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller may not give one of the roles. [`Refusal::Fields`] if an address has got an
/// account in the meantime. The people written before stay.
#[tracing::instrument(name = "import.write", skip_all)]
pub async fn write(
    core: &Core,
    caller: &Caller,
    tenant: TenantId,
    people: &[Ready],
    done: impl Fn(usize),
) -> Result<(), CoreError> {
    let mut written = 0;
    for some in people.chunks(A_TIME) {
        core.store
            .write(async |mut tx| {
                for role in Role::ALL.into_iter().filter(|role| some.iter().any(|ready| ready.role == *role)) {
                    require_to_give(&mut tx, caller, tenant, role).await?;
                }
                let vault = tx.vault();
                let key = keys::tenant_key(tx.conn(), &vault, tenant).await?.ok_or(Refusal::NotFound)?;
                for Ready { person, role, hash } in some {
                    let account = member::enter(&mut tx, tenant, person, *role).await?;
                    if let Some(hash) = hash {
                        let new = NewPassword::unknown(hash.clone());
                        passwords::put_password(&mut tx, &key, tenant, account, &new).await?;
                    }
                }
                Ok(((), tx.commit(caller, Event::members_imported(tenant, some.len())).await?))
            })
            .await?;
        written += some.len();
        done(written);
    }
    Ok(())
}
