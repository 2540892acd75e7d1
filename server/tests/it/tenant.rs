//! `portvakt tenant`, with and without a running server.
use crate::process::{Running, old_portal, portvakt};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// The exit code, standard output and standard error.
fn tenant(data: &Path, options: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portvakt"));
    command.arg("tenant").args(options).arg("--data").arg(data).current_dir(data.parent().unwrap());
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn create<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let owner = ["--owner-name", "Karim Bensaid", "--owner-email", "karim@nordhamn.example"];
    [&["create", "Nordhamn kommun"], &owner[..], more].concat()
}

/// Opens a link and returns its cookie.
fn opened(running: &Running, link: &str) -> String {
    let answer = running.ask("GET", link, "", "");
    let cookie =
        answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap_or_else(|| panic!("{answer}"));
    cookie.split(';').next().unwrap().to_owned()
}

#[test]
fn a_customer_is_made_suspended_restored_and_ended_while_the_portal_is_served() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    let running = Running::start(portvakt(&data));
    running.set_up();
    let listen = format!("localhost:{}", running.port);
    let (code, out, err) = tenant(&data, &create(&["--listen", &listen]));
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("Created the organisation Nordhamn kommun with the short name nordhamn-kommun.\nNo mail server is configured."), "{out}");
    let link = out.trim_end().split(&format!(":{}", running.port)).nth(1).unwrap();
    let cookie = opened(&running, link);
    let answer = running.post("/rpc/register", &cookie, "name=Karim+Bensaid&password=en+helt+annan+mening");
    assert!(answer.starts_with("HTTP/1.1 302") || answer.starts_with("HTTP/1.1 200"), "{answer}");

    let (_, list, _) = tenant(&data, &["list"]);
    let rows: Vec<Vec<_>> = list.lines().map(|line| line.split_whitespace().take(3).collect()).collect();
    assert_eq!(rows, [["mardby", "active", "1"], ["nordhamn-kommun", "active", "1"]], "{list}");

    let sign_in = || {
        let body = "email=karim%40nordhamn.example&password=en+helt+annan+mening";
        running.post("/rpc/sign_in", "__Host-cookies=on", body).split(' ').nth(1).unwrap().to_owned()
    };
    assert_ne!(sign_in(), "401");
    let (code, out, _) = tenant(&data, &["suspend", "nordhamn-kommun", "--reason", "Obetald faktura"]);
    assert!(code == 0 && out.starts_with("nordhamn-kommun is suspended"), "{out}");
    assert_eq!(sign_in(), "403", "the right password is told");
    assert_eq!(tenant(&data, &["restore", "nordhamn-kommun"]).0, 0);
    assert_ne!(sign_in(), "401");
    let (code, out, _) = tenant(&data, &["end", "nordhamn-kommun", "--confirm", "nordhamn-kommun"]);
    assert!(code == 0 && out.contains("in 30 days"), "{out}");
    assert_eq!(sign_in(), "403", "the right password is told");
    assert!(tenant(&data, &["list"]).1.contains("  ending "));
}

#[test]
fn a_refused_command_is_told_in_one_line() {
    let dir = TempDir::new().unwrap();
    let nowhere = dir.path().join("data");
    let refused = |data: &Path, options: &[&str], words: &str| {
        let (code, out, err) = tenant(data, options);
        let lines: Vec<_> = err.lines().filter(|line| !line.starts_with('{')).collect();
        assert!(code == 1 && out.is_empty() && lines.len() == 1 && lines[0].contains(words), "{options:?}: {out}{err}");
    };
    refused(&nowhere, &["list"], "there is no portal in");
    assert!(!nowhere.exists());
    drop(Running::start(portvakt(&nowhere)));
    refused(&nowhere, &create(&[]), "not set up yet");

    let dir = old_portal();
    let data = dir.path().join("data");
    refused(&data, &create(&["--slug", "Nordhamn"]), "--slug takes 2 to 40");
    assert_eq!(tenant(&data, &create(&[])).0, 0);
    refused(&data, &create(&[]), "--slug: taken");
    for options in [
        &["suspend", "nowhere", "--reason", "x"][..],
        &["restore", "nowhere"],
        &["end", "nowhere", "--confirm", "nowhere"],
        // The operator itself.
        &["suspend", "mardby", "--reason", "x"],
        &["end", "mardby", "--confirm", "mardby"],
    ] {
        refused(&data, options, "no customer has the short name");
    }
    refused(&data, &["suspend", "nordhamn-kommun", "--reason", " "], "--reason is missing");
    refused(&data, &["restore", "nordhamn-kommun"], "is in a state in which this is not possible");
    refused(&data, &["end", "nordhamn-kommun", "--confirm", "nordhamn"], "--confirm is not the short name");
}
