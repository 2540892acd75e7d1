//! Reads a list: an address on each line, `Name <address>`, or the columns of a CSV file with or without a header.
use csv::ReaderBuilder;
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::FieldRule;
use portvakt_model::invitation_list::{Faulty, LineRule, ListLine, MAX_LINES};
use portvakt_model::language::Language;
use portvakt_model::profile::DisplayName;
use portvakt_model::role::Role;
use std::collections::HashMap;

use crate::identifier::Identifier;

/// The most characters of a faulty line that are shown.
const SHOWN: usize = 80;

/// The values for a line that does not name its own, and the roles that a line may name.
pub(super) struct Usual<'a> {
    pub role: Role,
    pub language: Language,
    /// The roles that the caller may give.
    pub roles: &'a [Role],
}

/// The columns of a list, in their usual order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Email,
    Name,
    Role,
    Language,
    GivenName,
    FamilyName,
    /// A column that says nothing about an invitation.
    Other,
}

const USUAL: [Column; 4] = [Column::Email, Column::Name, Column::Role, Column::Language];

impl Column {
    fn of_heading(heading: &str) -> Self {
        match heading.trim().to_lowercase().replace(['-', '_'], " ").as_str() {
            "email" | "e mail" | "mail" | "e post" | "epost" | "mejl" | "address" | "adress" | "email address"
            | "e mail address" | "e postadress" | "epostadress" | "mejladress" => Self::Email,
            "name" | "namn" | "full name" | "display name" | "fullständigt namn" => Self::Name,
            "given name" | "first name" | "firstname" | "förnamn" => Self::GivenName,
            "family name" | "last name" | "lastname" | "surname" | "efternamn" => Self::FamilyName,
            "role" | "roll" => Self::Role,
            "language" | "språk" => Self::Language,
            _ => Self::Other,
        }
    }
}

/// A line as it is read: its number, its text, and its fields or its fault.
struct Row {
    number: u32,
    text: String,
    fields: Result<Vec<(Column, String)>, LineRule>,
}

/// The good lines of a text, and the faulty ones.
///
/// # Errors
/// [`FieldRule::Empty`], [`FieldRule::TooManyLines`].
pub(super) fn read(text: &str, usual: &Usual<'_>) -> Result<(Vec<ListLine>, Vec<Faulty>), FieldRule> {
    // Old programs end lines by a carriage return alone.
    let text = text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n").replace('\r', "\n");
    let first = text.lines().find(|line| !line.trim().is_empty()).ok_or(FieldRule::Empty)?;
    let rows = match heading(first) {
        Some((columns, separator)) => table(&text, &columns, separator),
        None => loose(&text),
    };
    if rows.len() > MAX_LINES as usize {
        return Err(FieldRule::TooManyLines(MAX_LINES));
    }
    let (mut lines, mut faulty, mut seen) = (Vec::new(), Vec::new(), HashMap::new());
    for Row { number, text, fields } in rows {
        let read = fields.and_then(|fields| line(number, fields, usual)).and_then(|line| {
            let known = seen.entry(Identifier::of(&line.email).as_str().to_owned()).or_insert(number);
            if *known == number { Ok(line) } else { Err(LineRule::Twice(*known)) }
        });
        match read {
            Ok(line) => lines.push(line),
            Err(rule) => faulty.push(Faulty { number, text: text.trim().chars().take(SHOWN).collect(), rule }),
        }
    }
    Ok((lines, faulty))
}

/// The rows of a file with a header (RFC 4180). A cell may have several lines, as a note in the portal's own export has.
fn table(text: &str, columns: &[Column], separator: Option<char>) -> Vec<Row> {
    let separator = separator.and_then(|c| u8::try_from(c).ok()).unwrap_or(b';');
    let mut reader =
        ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records().filter_map(Result::ok) {
        let begins = record.position().and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or_default();
        let blank = text.get(begins..).map_or(0, |rest| rest.len() - rest.trim_start_matches('\n').len());
        let before = text.bytes().take(begins + blank).filter(|byte| *byte == b'\n').count();
        let mut cells: Vec<&str> = record.iter().collect();
        while cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            cells.pop();
        }
        if cells.is_empty() {
            continue;
        }
        let fields = if cells.len() > columns.len() {
            Err(LineRule::TooManyColumns)
        } else {
            Ok(columns.iter().copied().zip(cells.iter().map(|cell| (*cell).to_owned())).collect())
        };
        let number = u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1);
        rows.push(Row { number, text: cells.join(&char::from(separator).to_string()), fields });
    }
    rows
}

/// The rows of a text without a header: one person or several on each line.
fn loose(text: &str) -> Vec<Row> {
    let numbered = (1_u32..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let records = numbered.flat_map(|(number, line)| parts(line).map(move |part| (number, part)));
    records.map(|(number, record)| Row { number, text: record.to_owned(), fields: fields(record) }).collect()
}

/// The people on one line. A mail program copies several people to one line: `A <a@x>; B <b@x>`.
fn parts(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    let each = std::iter::from_fn(move || {
        let here = rest?;
        let end =
            here.match_indices('>').map(|(at, _)| at + 1).find(|at| here[*at..].trim_start().starts_with([';', ',']));
        let (part, after) = end.map_or((here, None), |at| (&here[..at], Some(here[at..].trim_start())));
        rest = after.map(|after| &after[1..]);
        Some(part.trim())
    });
    each.filter(|part| !part.is_empty())
}

/// The columns and the character that separates them, if this line is a header: it names a column of addresses, and has
/// no address itself.
fn heading(line: &str) -> Option<(Vec<Column>, Option<char>)> {
    let separator = separator(line);
    let columns: Vec<_> = split(line, separator).ok()?.iter().map(|field| Column::of_heading(field)).collect();
    (columns.contains(&Column::Email) && !line.contains('@')).then_some((columns, separator))
}

/// The fields of a line without a header, each with its column.
fn fields(record: &str) -> Result<Vec<(Column, String)>, LineRule> {
    let record = record.trim();
    if let Some((name, rest)) = record.split_once('<') {
        let email = rest.strip_suffix('>').ok_or(LineRule::NotAnEmail)?;
        let name = name.trim().trim_matches('"').trim();
        return Ok(vec![(Column::Email, email.to_owned()), (Column::Name, name.to_owned())]);
    }
    let mut fields = split(record, separator(record))?;
    while fields.last().is_some_and(|field| field.trim().is_empty()) {
        fields.pop();
    }
    if fields.len() > USUAL.len() {
        return Err(LineRule::TooManyColumns);
    }
    Ok(USUAL.into_iter().zip(fields).collect())
}

/// The first `;`, tab or `,` outside quotation marks: a Swedish Excel writes semicolons.
fn separator(record: &str) -> Option<char> {
    let mut outside = true;
    record.chars().find(|c| {
        outside ^= *c == '"';
        outside && [';', '\t', ','].contains(c)
    })
}

/// The fields of a line of CSV (RFC 4180), except that no field contains a line break.
fn split(record: &str, separator: Option<char>) -> Result<Vec<String>, LineRule> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut rest = record.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => {
                rest.next();
                field.push('"');
            }
            '"' if quoted || field.trim().is_empty() => quoted = !quoted,
            c if !quoted && Some(c) == separator => fields.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    fields.push(field);
    if quoted { Err(LineRule::OpenQuote) } else { Ok(fields) }
}

fn line(number: u32, fields: Vec<(Column, String)>, usual: &Usual<'_>) -> Result<ListLine, LineRule> {
    let mut line = ListLine {
        number,
        email: String::new(),
        name: String::new(),
        role: usual.role,
        language: usual.language,
        outcome: None,
    };
    let (mut given, mut family) = (String::new(), String::new());
    for (column, text) in fields {
        // The portal's own export puts an apostrophe in front of what a spreadsheet takes for a formula.
        let text = text.trim();
        let text = text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(text);
        match column {
            Column::Email => text.clone_into(&mut line.email),
            _ if text.is_empty() => {}
            Column::Name => text.clone_into(&mut line.name),
            Column::GivenName => text.clone_into(&mut given),
            Column::FamilyName => text.clone_into(&mut family),
            Column::Role => line.role = role(text).ok_or(LineRule::UnknownRole)?,
            Column::Language => line.language = language(text).ok_or(LineRule::UnknownLanguage)?,
            Column::Other => {}
        }
    }
    if line.name.is_empty() {
        format!("{given} {family}").trim().clone_into(&mut line.name);
    }
    if !line.name.is_empty() {
        let name = DisplayName::parse(&line.name).map_err(|_| LineRule::Name)?;
        name.as_str().clone_into(&mut line.name);
    }
    let email = EmailAddress::parse(&line.email).map_err(|_| LineRule::NotAnEmail)?;
    email.as_str().clone_into(&mut line.email);
    if usual.roles.contains(&line.role) { Ok(line) } else { Err(LineRule::RoleNotGiven) }
}

fn role(text: &str) -> Option<Role> {
    match text.to_lowercase().as_str() {
        "ägare" => Some(Role::Owner),
        "administratör" | "admin" => Some(Role::Administrator),
        "granskare" => Some(Role::Auditor),
        "medlem" => Some(Role::Member),
        english => Role::parse(english),
    }
}

fn language(text: &str) -> Option<Language> {
    match text.to_lowercase().as_str() {
        "svenska" | "swedish" => Some(Language::Swedish),
        "engelska" | "english" => Some(Language::English),
        tag => Language::of_tag(tag),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (Vec<ListLine>, Vec<(u32, LineRule)>) {
        let roles = [Role::Member, Role::Auditor, Role::Administrator];
        let usual = Usual { role: Role::Member, language: Language::Swedish, roles: &roles };
        let (lines, faulty) = read(text, &usual).unwrap();
        (lines, faulty.into_iter().map(|faulty| (faulty.number, faulty.rule)).collect())
    }

    fn said(text: &str) -> Vec<(u32, String, String)> {
        let (lines, faulty) = of(text);
        assert_eq!(faulty, [], "{text}");
        lines.into_iter().map(|line| (line.number, line.email, line.name)).collect()
    }

    fn row(number: u32, email: &str, name: &str) -> (u32, String, String) {
        (number, email.to_owned(), name.to_owned())
    }

    #[test]
    fn addresses_and_names_are_read_however_they_were_copied() {
        let pasted = "\u{FEFF}a@b.example\r\n\r\n  Karim Bensaid <karim@b.example>\n\"Ström, Clara\" <clara@b.example>;\n\
                      A <x@b.example>; B <y@b.example>, <z@b.example>\nanna@b.example,\n";
        assert_eq!(
            said(pasted),
            [
                row(1, "a@b.example", ""),
                row(3, "karim@b.example", "Karim Bensaid"),
                row(4, "clara@b.example", "Ström, Clara"),
                row(5, "x@b.example", "A"),
                row(5, "y@b.example", "B"),
                row(5, "z@b.example", ""),
                row(6, "anna@b.example", ""),
            ]
        );
    }

    #[test]
    fn a_csv_is_read_with_and_without_a_header_and_whatever_separates_it() {
        for text in [
            "a@b.example,\"Ek, Eva\",auditor,en",
            "a@b.example;Ek, Eva;Granskare;engelska",
            "a@b.example\tEk, Eva\tAUDITOR\tEN\t\t",
            "Namn;E-post;Språk;Roll\nEk, Eva;a@b.example;English;granskare",
            "email,name,role,language\na@b.example,\"Ek, Eva\",auditor,en\n",
        ] {
            let (lines, faulty) = of(text);
            assert_eq!((lines.len(), faulty), (1, vec![]), "{text}");
            let line = &lines[0];
            assert_eq!((line.email.as_str(), line.name.as_str()), ("a@b.example", "Ek, Eva"), "{text}");
            assert_eq!((line.role, line.language), (Role::Auditor, Language::English), "{text}");
        }
        assert_eq!(said("a@b.example,\"Eva \"\"Evis\"\" Ek\""), [row(1, "a@b.example", "Eva \"Evis\" Ek")]);
        assert_eq!(said("email\na@b.example"), [row(2, "a@b.example", "")]);
    }

    #[test]
    fn lists_that_people_have_are_read() {
        // A staff list, one from an old Mac, and the portal's own list of users in both languages.
        assert_eq!(said("Förnamn;Efternamn;E-postadress\nEva;Ek;a@b.example"), [row(2, "a@b.example", "Eva Ek")]);
        assert_eq!(said("a@b.example\rc@b.example"), [row(1, "a@b.example", ""), row(2, "c@b.example", "")]);
        let own = "\u{FEFF}name,email,role,status,guest,last_sign_in,note\r\n'=1+1,a@b.example,auditor,active,no,,\"rad 1\n\
                   rad 2\"\r\n\r\nEva Ek,c@b.example,member,locked,yes,2026-11-30T10:00:00Z,\r\n";
        assert_eq!(said(own), [row(2, "a@b.example", "=1+1"), row(5, "c@b.example", "Eva Ek")]);
        let own = "Namn;E-postadress;Roll;Status;Gäst;Senast inloggad;Anteckning\nEva Ek;a@b.example;Granskare;;;;\n";
        assert_eq!(said(own), [row(2, "a@b.example", "Eva Ek")]);
        assert_eq!(of("Avdelning;E-post\nIT;a@b.example;mer").1, [(2, LineRule::TooManyColumns)]);
    }

    #[test]
    fn each_faulty_line_is_named_with_its_fault() {
        let long = format!("a8@b.example,{}", "x".repeat(65));
        for (text, rule) in [
            ("anna", LineRule::NotAnEmail),
            ("Anna <anna@b.example", LineRule::NotAnEmail),
            ("<>", LineRule::NotAnEmail),
            ("a@b.example c@d.example", LineRule::NotAnEmail),
            (long.as_str(), LineRule::Name),
            ("a@b.example,Anna,chef", LineRule::UnknownRole),
            ("a@b.example,Anna,owner", LineRule::RoleNotGiven),
            ("a@b.example,Anna,member,de", LineRule::UnknownLanguage),
            ("a@b.example,Anna,member,sv,mer", LineRule::TooManyColumns),
            ("a@b.example,\"Anna", LineRule::OpenQuote),
            ("OK@b.example", LineRule::Twice(1)),
        ] {
            let (lines, faulty) = of(&format!("ok@b.example\n\n{text}"));
            assert_eq!((lines.len(), faulty), (1, vec![(3, rule)]), "{text}");
        }
    }

    #[test]
    fn a_list_has_one_to_a_thousand_lines() {
        let usual = Usual { role: Role::Member, language: Language::Swedish, roles: &Role::ALL };
        let many = |count| (0..count).map(|n| format!("a{n}@b.example\n")).collect::<Vec<_>>().concat();
        assert_eq!(read(&many(1000), &usual).unwrap().0.len(), 1000);
        assert_eq!(read(&many(1001), &usual), Err(FieldRule::TooManyLines(1000)));
        assert_eq!(read(" \n\r\n", &usual), Err(FieldRule::Empty));
        let packed = "<a@b.example>,".repeat(1001);
        assert_eq!(read(&packed, &usual), Err(FieldRule::TooManyLines(1000)));
    }
}
