//! The list of people as a file.
use super::{Member, list, store};
use crate::Core;
use crate::audit::{Event, utc};
use crate::caller::{Caller, Person};
use crate::error::{CoreError, Failure};
use crate::member;
use crate::rate::Rate;
use crate::step_up;
use crate::tenant::store as tenants;
use csv::{Terminator, WriterBuilder};
use portvakt_model::fault::FieldRule;
use portvakt_model::id::TenantId;
use portvakt_model::language::Language;
use portvakt_model::role::Role;
use portvakt_model::time::Timestamp;
use portvakt_model::user::{UserQuery, Where};
use std::borrow::Cow;

/// The most exports of one person in an hour: a person who needs more is copying the list elsewhere.
pub const EXPORTS_AN_HOUR: i64 = 10;
const EXPORTS: Rate = Rate::an_hour(EXPORTS_AN_HOUR);
/// The most people in one file: some 12 MB, and up to 60 MB more if everyone has a note.
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
    let now = core.clock.now();
    let since = EXPORTS.since(now);
    let (times, oldest) = store::recent_exports(core.store.reader(), person.tenant, person.account, since).await?;
    EXPORTS.allow(times, oldest, now)
}

/// Exports the people of the organisation in which the caller acts, as their list shows them, for a spreadsheet in this
/// language, and writes an event.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the organisation. [`Refusal::ToBeProven`].
/// [`Refusal::TooMany`] if the caller has reached the hourly limit. [`Refusal::Fields`] if the file would have too many
/// people.
#[tracing::instrument(name = "user.export", skip_all)]
pub async fn export(core: &Core, person: &Person, query: &UserQuery, language: Language) -> Result<Export, CoreError> {
    // Checked before the work, and again under the organisation's lock, where no other export can be counted at the
    // same time.
    prepare_export(core, person).await?;
    let tenant = person.tenant;
    let now = core.clock.now();
    let since = EXPORTS.since(now);
    let counts = list::store::counts(core, tenant).await?;
    let begun = "\u{FEFF}".as_bytes().to_vec();
    let mut csv = WriterBuilder::new().terminator(Terminator::CRLF).delimiter(separator(language)).from_writer(begun);
    csv.write_record(columns(language)).map_err(unwritten)?;
    let (mut page, mut people) = (Where::First, 0);
    loop {
        let found = list::read(core, tenant, query, &page, AT_ONCE, &counts).await?;
        people += found.len();
        if people > MOST_EXPORTED {
            let most = u32::try_from(MOST_EXPORTED).unwrap_or(u32::MAX);
            return Err(vec![FieldRule::TooLong(most).of("people")].into());
        }
        for member in &found {
            for (.., cell) in COLUMNS {
                csv.write_field(guarded(&cell(member, tenant, now)?).as_bytes()).map_err(unwritten)?;
            }
            csv.write_record(None::<&[u8]>).map_err(unwritten)?;
        }
        match found.last() {
            Some(last) if found.len() == AT_ONCE => page = Where::After(list::Cursor::of(last, query.sort).text()),
            _ => break,
        }
    }
    let csv = csv.into_inner().ok().and_then(|csv| String::from_utf8(csv).ok());
    let csv = csv.ok_or(Failure::Unreadable("the list as a file"))?;
    let caller = Caller::from(person.clone());
    core.store
        .write(async |mut tx| {
            tenants::lock(&mut tx, tenant).await?;
            member::require(tx.conn(), person, Role::administers).await?;
            let (times, oldest) = store::recent_exports(tx.conn(), tenant, person.account, since).await?;
            EXPORTS.allow(times, oldest, tx.now())?;
            store::note_export(&mut tx, tenant, person.account, since).await?;
            Ok(((), tx.commit(&caller, Event::users_exported(tenant, people)).await?))
        })
        .await?;
    Ok(Export { csv, people })
}

fn unwritten(_: csv::Error) -> CoreError {
    Failure::Unreadable("the list as a file").into()
}

/// The character between two cells: the one that a spreadsheet in this language expects.
const fn separator(language: Language) -> u8 {
    match language {
        Language::Swedish => b';',
        Language::English => b',',
    }
}

/// A column: its name in English and in Swedish, and a person's cell in it.
type Column = (&'static str, &'static str, fn(&Member, TenantId, Timestamp) -> Result<Cow<'_, str>, CoreError>);

/// The columns of the file.
const COLUMNS: [Column; 7] = [
    ("name", "Namn", |member, _, _| Ok(Cow::from(&member.name))),
    ("email", "E-postadress", |member, _, _| Ok(Cow::from(&member.email))),
    ("role", "Roll", |member, _, _| Ok(Cow::from(member.role.as_str()))),
    ("status", "Status", |member, tenant, now| Ok(Cow::from(member.state(tenant, now).as_str()))),
    ("guest", "Gäst", |member, tenant, _| Ok(Cow::from(if member.is_guest(tenant) { "yes" } else { "no" }))),
    ("last_sign_in", "Senast inloggad", |member, _, _| match member.signed_in_at.as_micros() {
        0 => Ok(Cow::from("")),
        _ => Ok(Cow::from(utc(member.signed_in_at))),
    }),
    ("note", "Anteckning", |member, _, _| Ok(Cow::from(&member.note))),
];

/// The names of the file's columns.
#[must_use]
pub fn columns(language: Language) -> [&'static str; COLUMNS.len()] {
    COLUMNS.map(|(english, swedish, _)| match language {
        Language::Swedish => swedish,
        Language::English => english,
    })
}

/// A cell in which no spreadsheet finds a formula: an apostrophe in front of certain characters makes the text behind it
/// text. Also behind each character that a spreadsheet may take for the end of a cell.
fn guarded(text: &str) -> Cow<'_, str> {
    const FORMULA: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];
    const END: [char; 5] = [';', ',', '\t', '\r', '\n'];
    let mut at_start = true;
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if at_start && FORMULA.contains(&c) {
            safe.push('\'');
        }
        at_start = END.contains(&c) || (at_start && c == ' ');
        safe.push(c);
    }
    if safe.len() == text.len() { Cow::from(text) } else { Cow::from(safe) }
}

#[test]
fn no_cell_is_a_formula() {
    for formula in ["=1+1", "+A", "-A", "@A", "\tA", "\rA", "=HYPERLINK(\"x\",\"y\")", "＝1+1"] {
        assert_eq!(guarded(formula), format!("'{formula}"));
    }
    // A Swedish spreadsheet begins a cell behind a semicolon, others behind a comma, a tab or a line break.
    assert_eq!(guarded("Ek;=1+1;"), "Ek;'=1+1;");
    assert_eq!(guarded("Ek, =1+1"), "Ek, '=1+1");
    assert_eq!(guarded("en rad\n+46 8 123"), "en rad\n'+46 8 123");
    for text in ["Anna Ek", "Ek, Anna", "a=b", "Ek-Öberg", ""] {
        assert_eq!(guarded(text), text);
    }
}
