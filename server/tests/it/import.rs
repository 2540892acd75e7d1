//! `portvakt account import`, as an administrator or a script runs it.
use crate::process::{Running, old_portal, portvakt};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const FIRST: &str = "email;name;role;language;password_hash";
/// The hash of `granit fyr vinterljus 7`, by Python's passlib.
const BCRYPT: &str = "$2b$04$abcdefghijklmnopqrstuu73GOz4ocV2pWhsODTNEDFJSVeRa2FgK";

fn import(portal: &TempDir, file: &Path, options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portvakt"));
    command.args(["account", "import"]).arg(file).args(options).arg("--data").arg(portal.path().join("data"));
    command.current_dir(portal.path()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn written(portal: &TempDir, name: &str, lines: &[String]) -> std::path::PathBuf {
    let path = portal.path().join(name);
    fs::write(&path, format!("{FIRST}\n{}\n", lines.join("\n"))).unwrap();
    path
}

#[test]
fn ten_thousand_people_are_imported_in_a_minute_and_keep_their_passwords() {
    let portal = old_portal();
    let people: Vec<_> = (0..10_000).map(|n| format!("p{n}@b.example;Person {n};Member;sv;{BCRYPT}")).collect();
    let file = written(&portal, "people.csv", &people);
    let begun = Instant::now();
    let done = import(&portal, &file, &[]);
    assert_eq!(text(&done.stdout), "10000 people were imported into Mårdby.\n", "{}", text(&done.stderr));
    assert_eq!((done.status.code(), text(&done.stderr)), (Some(0), String::new()));
    assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", begun.elapsed());
    let running = Running::again(portvakt(&portal.path().join("data")));
    let signed_in =
        |password| running.post("/rpc/sign_in", "a=b", &format!("email=P9999%40B.example&password={password}&next="));
    assert!(signed_in("granit").starts_with("HTTP/1.1 401"));
    assert!(signed_in("granit+fyr+vinterljus+7").starts_with("HTTP/1.1 200"));
}

#[test]
fn a_faulty_line_stops_the_import_unless_faulty_lines_are_skipped() {
    let portal = old_portal();
    let good = |n: usize| format!("p{n}@b.example;Person {n};member;en;");
    let mut lines: Vec<_> = (0..3).map(good).collect();
    lines.extend((0..60).map(|n| format!("q{n}@b.example;Person {n};root;en;")));
    let file = written(&portal, "people.csv", &lines);

    let refused = import(&portal, &file, &[]);
    let said = text(&refused.stderr);
    let said: Vec<_> = said.lines().collect();
    assert_eq!((refused.status.code(), refused.stdout.as_slice()), (Some(1), b"".as_slice()));
    assert_eq!(said.len(), 52, "{said:?}");
    assert_eq!(said[0], "line 5: role: not one of owner, administrator, auditor, member");
    assert_eq!(said[50], "and 10 more");
    assert_eq!(
        said[51],
        "portvakt: nothing was imported, 60 of 63 lines are faulty: correct them, or skip them with --skip-faulty"
    );

    let json = import(&portal, &file, &["--skip-faulty", "--json", "--tenant", "Mårdby"]);
    assert_eq!((json.status.code(), text(&json.stderr)), (Some(0), String::new()));
    let said: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((&said["organisation"], &said["imported"]), (&"Mårdby".into(), &3.into()));
    assert_eq!(said["faulty"].as_array().unwrap().len(), 60);

    let again = import(&portal, &file, &["--skip-faulty"]);
    assert!(text(&again.stderr).starts_with("line 2: email: has an account already\n"), "{}", text(&again.stderr));
    assert_eq!(text(&again.stdout), "0 people were imported into Mårdby.\n");
}

#[test]
fn what_is_in_the_way_is_named() {
    let portal = old_portal();
    let good = written(&portal, "good.csv", &["p@b.example;P;member;sv;".to_owned()]);
    let wrong = portal.path().join("wrong.csv");
    fs::write(&wrong, "email;name;role;language;password\np@b.example;P;member;sv;\n").unwrap();
    let empty = written(&portal, "empty.csv", &[]);
    for (what, file, options, words) in [
        ("no file", portal.path().join("none.csv"), &[][..], "none.csv cannot be read"),
        ("a column of another name", wrong, &[], "did you mean password_hash?"),
        ("nobody", empty, &[], "empty.csv has no people in it"),
        ("another organisation", good.clone(), &["--tenant", "Mardby"], "no organisation is called Mardby"),
    ] {
        let refused = import(&portal, &file, options);
        let said = text(&refused.stderr);
        assert_eq!((refused.status.code(), said.lines().count()), (Some(1), 1), "{what}: {said}");
        assert!(said.starts_with("portvakt: ") && said.contains(words), "{what}: {said}");
    }
    assert_eq!(text(&import(&portal, &good, &[]).stdout), "1 people were imported into Mårdby.\n");
}
