//! The list of people as a file.
use super::{Member, list, store};
use crate::Core;
use crate::audit::Event;
use crate::caller::{Caller, Person};
use crate::error::{CoreError, Failure};
use crate::member;
use crate::step_up;
use crate::tenant::store as tenants;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::TenantId;
use portvakt_model::role::Role;
use portvakt_model::time::Timestamp;
use portvakt_model::user::{Query, Where};

/// The most exports of one person in an hour: a person who needs more is copying the list elsewhere.
pub const EXPORTS_AN_HOUR: i64 = 10;
const HOUR_SECS: i64 = 60 * 60;
/// The most people in one file: some 12 MB.
pub const MOST_EXPORTED: usize = 100_000;
/// People read at a time.
const AT_ONCE: usize = 1_000;

/// A file of people.
pub struct Export {
    /// CSV by RFC 4180 in UTF-8, with a byte order mark, by which spreadsheets recognise UTF-8.
    pub csv: String,
    /// The number of people in the file.
    pub people: usize,
}

/// Checks whether the caller may export the people of their organisation.
///
/// # Errors
/// The errors of [`export`], except the ones found only during the export.
pub async fn prepare_export(core: &Core, person: &Person) -> Result<(), CoreError> {
    member::require(core.store.reader(), person, Role::administers).await?;
    step_up::require(core, person).await?;
    let since = core.clock.now().plus_secs(-HOUR_SECS);
    let recent = store::recent_exports(core.store.reader(), person.tenant, person.account, since).await?;
    within_the_hour(recent, core.clock.now())
}

/// Exports the people of the organisation in which the caller acts, as their list shows them, and writes an event.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the organisation. [`Refusal::ToBeProven`].
/// [`Refusal::TooMany`] if the caller has reached the hourly limit. [`Refusal::Fields`] if the file would have too many
/// people.
#[tracing::instrument(name = "user.export", skip_all)]
pub async fn export(core: &Core, person: &Person, query: &Query) -> Result<Export, CoreError> {
    // Checked before the work, and again under the organisation's lock, where no other export can be counted at the
    // same time.
    prepare_export(core, person).await?;
    let tenant = person.tenant;
    let exports = |found: (i64, Timestamp)| within_the_hour(found, core.clock.now());
    let since = core.clock.now().plus_secs(-HOUR_SECS);

    let now = core.clock.now();
    let counts = list::store::counts(core, tenant).await?;
    let mut csv = String::from("\u{FEFF}name,email,role,status,guest,last_sign_in\r\n");
    let (mut page, mut people) = (Where::First, 0);
    loop {
        let found = list::read(core, tenant, query, &page, AT_ONCE, &counts).await?;
        people += found.len();
        if people > MOST_EXPORTED {
            let most = u32::try_from(MOST_EXPORTED).unwrap_or(u32::MAX);
            return Err(vec![FieldRule::TooLong(most).of("people")].into());
        }
        for member in &found {
            put(&mut csv, tenant, member, now)?;
        }
        match found.last() {
            Some(last) if found.len() == AT_ONCE => page = Where::After(list::Cursor::of(last, query.sort).text()),
            _ => break,
        }
    }
    let caller = Caller::from(person.clone());
    core.store
        .write(async |mut tx| {
            tenants::lock(&mut tx, tenant).await?;
            member::require(tx.conn(), person, Role::administers).await?;
            exports(store::recent_exports(tx.conn(), tenant, person.account, since).await?)?;
            store::note_export(&mut tx, tenant, person.account, since).await?;
            Ok(((), tx.commit(&caller, Event::users_exported(tenant, people)).await?))
        })
        .await?;
    Ok(Export { csv, people })
}

fn within_the_hour((count, oldest): (i64, Timestamp), now: Timestamp) -> Result<(), CoreError> {
    if count < EXPORTS_AN_HOUR {
        return Ok(());
    }
    let wait_secs = (oldest.plus_secs(HOUR_SECS).as_micros() - now.as_micros()).div_euclid(1_000_000) + 1;
    Err(Refusal::TooMany { retry_after_secs: u32::try_from(wait_secs.max(1)).unwrap_or(u32::MAX) }.into())
}

/// Writes a person's line.
fn put(csv: &mut String, tenant: TenantId, member: &Member, now: Timestamp) -> Result<(), CoreError> {
    let last_sign_in = match member.signed_in_at.as_micros() {
        0 => String::new(),
        at => jiff::Timestamp::from_microsecond(at)
            .map_err(|_| Failure::Unreadable("a time"))?
            .strftime("%Y-%m-%dT%H:%M:%SZ")
            .to_string(),
    };
    let cells = [
        member.name.as_str(),
        &member.email,
        member.role.as_str(),
        member.state(tenant, now).as_str(),
        if member.is_guest(tenant) { "yes" } else { "no" },
        &last_sign_in,
    ];
    for (n, text) in cells.into_iter().enumerate() {
        if n > 0 {
            csv.push(',');
        }
        cell(csv, text);
    }
    csv.push_str("\r\n");
    Ok(())
}

/// Writes a cell. A spreadsheet takes a cell that begins with certain characters for a formula, even in quotes: an
/// apostrophe in front makes it text.
fn cell(csv: &mut String, text: &str) {
    let guarded = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if !guarded && !text.contains(['"', ',', '\r', '\n']) {
        csv.push_str(text);
        return;
    }
    csv.push('"');
    if guarded {
        csv.push('\'');
    }
    csv.push_str(&text.replace('"', "\"\""));
    csv.push('"');
}

#[test]
fn no_cell_is_a_formula_and_every_cell_is_one() {
    let made = |text| {
        let mut csv = String::new();
        cell(&mut csv, text);
        csv
    };
    assert_eq!(made("Anna Ek"), "Anna Ek");
    assert_eq!(made("Ek, Anna"), "\"Ek, Anna\"");
    assert_eq!(made("Anna \"A\" Ek"), "\"Anna \"\"A\"\" Ek\"");
    assert_eq!(made("a\r\nb"), "\"a\r\nb\"");
    for formula in ["=1+1", "+A", "-A", "@A", "\tA", "\rA", "=HYPERLINK(\"x\",\"y\")"] {
        assert!(made(formula).starts_with("\"'"), "{formula:?}");
        assert_eq!(made(formula), format!("\"'{}\"", formula.replace('"', "\"\"")));
    }
    assert_eq!(made(""), "");
}
