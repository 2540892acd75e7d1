//! `portvakt account import`: imports the people in another program's file.
use super::place::PortalFlags;
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use csv::{ByteRecord, ReaderBuilder};
use indicatif::{ProgressBar, ProgressStyle};
use portvakt_core::caller::Caller;
use portvakt_core::error::CoreError;
use portvakt_core::import::{Checked, Faulty, Fields, ImportLine, LineFault, Ready, check, write};
use portvakt_core::{Core, tenant};
use portvakt_model::fault::Refusal;
use portvakt_model::id::TenantId;
use serde_json::json;
use std::cell::Cell;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Options of `account import`.
#[derive(Args)]
pub struct Import {
    /// The file: CSV in UTF-8 whose first line names the columns email, name, role, language and `password_hash`.
    #[arg(value_name = "FILE.csv")]
    pub file: PathBuf,
    /// The organisation that the people join, by its name. Not needed if there is only one.
    #[arg(long, value_name = "ORGANISATION")]
    pub tenant: Option<String>,
    /// Imports the good lines even if other lines are faulty. Without it, one faulty line stops the whole import.
    #[arg(long)]
    pub skip_faulty: bool,
    /// Prints the result as a JSON object.
    #[arg(long)]
    pub json: bool,
    /// The portal to open.
    #[command(flatten)]
    pub place: PortalFlags,
}

/// The columns of a file, in the order of [`Fields`].
const COLUMNS: [&str; 5] = ["email", "name", "role", "language", "password_hash"];
/// The most bytes of a file: a few hundred for each person.
const MAX_BYTES: u64 = 64 << 20;
/// The most people in a file.
const MAX_PEOPLE: usize = 200_000;
/// The most faulty lines that are shown.
const SHOWN: usize = 50;
/// The smallest similarity (Jaro-Winkler) at which a column's name is suggested.
const CLOSE: f64 = 0.7;

/// Imports the people in a file.
///
/// # Errors
/// If there is no such file, organisation or portal, or a line is faulty.
pub async fn import(options: &Import) -> Result<()> {
    let lines = read(&options.file)?;
    let (core, _) = options.place.open().await?;
    let done = into(&core, options, lines).await;
    core.store.close().await;
    done
}

async fn into(core: &Core, options: &Import, lines: Vec<ImportLine>) -> Result<()> {
    let (tenant, organisation) = whose(core, options.tenant.as_deref()).await?;
    let all = lines.len();
    let Checked { people, faults } = check(core, lines).await.map_err(failed)?;
    let may = faults.is_empty() || options.skip_faulty;
    let people = if may { people } else { Vec::new() };
    let written = write_all(core, tenant, &people).await;
    if options.json {
        say_json(&organisation, written.done, &faults);
    } else {
        say_faults(&faults);
    }
    if let Err(error) = written.ended {
        return Err(error.context(format!(
            "{} of {} people were imported: run it again with --skip-faulty for the others",
            written.done,
            people.len()
        )));
    }
    if !may {
        bail!(
            "nothing was imported, {} of {all} lines are faulty: correct them, or skip them with --skip-faulty",
            faults.len()
        );
    }
    if !options.json {
        println!("{} people were imported into {organisation}.", written.done);
    }
    Ok(())
}

struct Written {
    done: usize,
    ended: Result<()>,
}

async fn write_all(core: &Core, tenant: TenantId, people: &[Ready]) -> Written {
    // The bar is drawn only at a terminal.
    let bar = ProgressBar::new(u64::try_from(people.len()).unwrap_or_default());
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos} of {len} people, {eta} left") {
        bar.set_style(style);
    }
    let done = Cell::new(0);
    let progress = |written: usize| {
        done.set(written);
        bar.set_position(u64::try_from(written).unwrap_or_default());
    };
    let ended = write(core, &Caller::Command, tenant, people, progress).await.map_err(failed);
    bar.finish_and_clear();
    Written { done: done.get(), ended }
}

async fn whose(core: &Core, name: Option<&str>) -> Result<(TenantId, String)> {
    tenant::named(core, name).await.map_err(|error| match (error, name) {
        (CoreError::Refused(Refusal::NotFound), Some(name)) => {
            anyhow!("no organisation is called {name}: check the spelling of --tenant")
        }
        (CoreError::Refused(Refusal::NotFound), None) => {
            anyhow!("the portal is not set up yet: start it with `portvakt serve`")
        }
        (CoreError::Refused(Refusal::Conflict), Some(name)) => anyhow!("several organisations are called {name}"),
        (CoreError::Refused(Refusal::Conflict), None) => {
            anyhow!("there are several organisations: name one with --tenant")
        }
        (error, _) => failed(error),
    })
}

fn failed(error: CoreError) -> anyhow::Error {
    match error {
        CoreError::Failed(failure) => failure.into(),
        CoreError::Refused(Refusal::Fields(_)) => anyhow!("one of the addresses got an account during the import"),
        other => other.into(),
    }
}

fn say_faults(faults: &[Faulty]) {
    for Faulty { line, fault } in faults.iter().take(SHOWN) {
        eprintln!("line {line}: {fault}");
    }
    if let Some(more) = faults.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        eprintln!("and {more} more");
    }
}

fn say_json(organisation: &str, imported: usize, faults: &[Faulty]) {
    let told = |Faulty { line, fault }: &Faulty| json!({ "line": line, "fault": fault.to_string() });
    let told: Vec<_> = faults.iter().map(told).collect();
    println!("{:#}", json!({ "organisation": organisation, "imported": imported, "faulty": told }));
}

fn read(path: &Path) -> Result<Vec<ImportLine>> {
    let shown = path.display();
    let mut bytes = Vec::new();
    let file = File::open(path).with_context(|| format!("{shown} cannot be read"))?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).with_context(|| format!("{shown} cannot be read"))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_BYTES {
        bail!("{shown} is larger than {} MiB: split it", MAX_BYTES >> 20);
    }
    let lines = parse(&bytes).with_context(|| format!("{shown} cannot be imported"))?;
    if lines.is_empty() {
        bail!("{shown} has no people in it");
    }
    Ok(lines)
}

/// The lines of a file after the first.
fn parse(bytes: &[u8]) -> Result<Vec<ImportLine>> {
    // Spreadsheet programs begin UTF-8 with a byte order mark.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let first = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let count = |separator| first.split(|b| *b == separator).count();
    let separator = if count(b';') > count(b',') { b';' } else { b',' };
    let mut reader = ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(true).from_reader(bytes);
    let header = reader.byte_headers()?.clone();
    let order = columns(&header)?;
    let (mut lines, mut counted) = (Vec::new(), (0, 1));
    for record in reader.byte_records() {
        let record = record?;
        if lines.len() == MAX_PEOPLE {
            bail!("it has more than {MAX_PEOPLE} people: split it");
        }
        let begins = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or_default();
        counted = line_at(bytes, counted, begins);
        lines.push(ImportLine { number: counted.1, fields: fields(&record, &header, &order) });
    }
    Ok(lines)
}

/// The first byte at or after `from` that ends no line, and the number of its line. The reader's own number may be
/// that of the previous line's end, where it began to look for the record. `counted` is the result for an earlier
/// byte.
fn line_at(bytes: &[u8], counted: (usize, u64), from: usize) -> (usize, u64) {
    let ends = bytes[from..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    let at = from + ends;
    let ended = bytes[counted.0..at].split(|b| *b == b'\n').count() - 1;
    (at, counted.1 + u64::try_from(ended).unwrap_or_default())
}

/// The position of each column.
fn columns(header: &ByteRecord) -> Result<[usize; 5]> {
    let names: Vec<_> = header.iter().map(|name| String::from_utf8_lossy(name).trim().to_lowercase()).collect();
    if let Some(unknown) = names.iter().find(|name| !COLUMNS.contains(&name.as_str())) {
        let likeness = |known: &&str| strsim::jaro_winkler(known, unknown);
        let meant = COLUMNS.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
        match meant.filter(|meant| likeness(meant) >= CLOSE) {
            Some(meant) => bail!("no column is called {unknown:?}: did you mean {meant}?"),
            None => bail!("no column is called {unknown:?}: there are {}", COLUMNS.join(", ")),
        }
    }
    let mut order = [0; 5];
    for (place, column) in order.iter_mut().zip(COLUMNS) {
        let mut found = names.iter().enumerate().filter(|(_, name)| *name == column).map(|(at, _)| at);
        *place = found.next().with_context(|| format!("the column {column} is missing"))?;
        if found.next().is_some() {
            bail!("the column {column} appears twice");
        }
    }
    Ok(order)
}

fn fields(record: &ByteRecord, header: &ByteRecord, order: &[usize; 5]) -> Result<Fields, LineFault> {
    if record.len() != header.len() {
        return Err(LineFault::Columns(record.len(), header.len()));
    }
    let field = |at: usize| {
        let bytes = record.get(order[at]).unwrap_or_default();
        String::from_utf8(bytes.to_vec()).map_err(|_| LineFault::NotText)
    };
    Ok(Fields { email: field(0)?, name: field(1)?, role: field(2)?, language: field(3)?, password_hash: field(4)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(text: &str) -> Vec<(u64, Result<[String; 5], LineFault>)> {
        let people = |ImportLine { number, fields }| {
            (
                number,
                fields.map(|Fields { email, name, role, language, password_hash: hash }| {
                    [email, name, role, language, hash]
                }),
            )
        };
        parse(text.as_bytes()).expect("read").into_iter().map(people).collect()
    }

    fn texts(fields: [&str; 5]) -> [String; 5] {
        fields.map(str::to_owned)
    }

    #[test]
    fn commas_and_semicolons_quotes_marks_and_any_order_are_read() {
        let karim = texts(["karim@b.example", "Bensaid, Karim \"K\"", "member", "sv", ""]);
        for text in [
            "email,name,role,language,password_hash\nkarim@b.example,\"Bensaid, Karim \"\"K\"\"\",member,sv,\n",
            "\u{FEFF}email,name,role,language,password_hash\r\nkarim@b.example,\"Bensaid, Karim \"\"K\"\"\",member,sv,",
            "Name; Email;password_hash;LANGUAGE;role\n\"Bensaid, Karim \"\"K\"\"\";karim@b.example;;sv;member\n",
        ] {
            assert_eq!(people(text), [(2, Ok(karim.clone()))], "{text}");
        }
    }

    #[test]
    fn a_line_keeps_its_number_whatever_stands_before_it() {
        let text = "email,name,role,language,password_hash\n\na@b.example,\"A\nB\",member,sv,\nc@b.example,C,member,sv,$argon2id$v=19$m=64,t=1,p=1$x$y\n\
                    d@b.example,D,member,sv,\"$argon2id$v=19$m=64,t=1,p=1$x$y\"\n";
        let read = people(text);
        let numbers: Vec<_> = read.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [3, 5, 6]);
        assert_eq!(read[1].1, Err(LineFault::Columns(7, 5)));
        assert!(read[2].1.is_ok());
        let bytes =
            [b"email,name,role,language,password_hash\na@b.example,".as_slice(), &[0xE5], b"sa,member,sv,\n"].concat();
        assert_eq!(parse(&bytes).expect("read")[0].fields.as_ref().err(), Some(&LineFault::NotText));
    }

    #[test]
    fn a_wrong_first_line_is_refused_with_a_suggestion() {
        for (first, told) in [
            ("e-mail,name,role,language,password_hash", "did you mean email?"),
            ("email,name,role,language,password-hash", "did you mean password_hash?"),
            (
                "email,name,role,language,password_hash,shoe_size",
                "there are email, name, role, language, password_hash",
            ),
            ("email,name,role,password_hash", "the column language is missing"),
            ("email,email,name,role,language,password_hash", "the column email appears twice"),
            ("", "the column email is missing"),
        ] {
            let error = parse(format!("{first}\n").as_bytes()).map(drop).expect_err(first);
            assert!(error.to_string().contains(told), "{first}: {error}");
        }
    }
}
