//! `portvakt doctor` on healthy and on faulty portals.
use crate::process::{Running, old_portal, portvakt};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// The exit code, and the state and words of each check.
fn doctor(data: &Path, more: &[&str]) -> (i32, BTreeMap<String, (String, String)>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portvakt"));
    command.args(["doctor", "--json", "--data"]).arg(data).args(more).current_dir(data.parent().unwrap());
    // Not the default port, where a developer may run another portal.
    let output = command.env("PORTVAKT_SERVER_LISTEN", "localhost:1").output().unwrap();
    let found: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let of = |finding: &Value| (text(finding, "check"), (text(finding, "state"), text(finding, "said")));
    (output.status.code().unwrap(), found.iter().map(of).collect())
}

#[test]
fn doctor_finds_a_served_portal_well_and_its_client_address_right() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    let running = Running::start(portvakt(&data));
    running.set_up();
    let (code, found) = doctor(&data, &["--listen", &format!("localhost:{}", running.port)]);
    let states: BTreeMap<_, _> = found.iter().map(|(check, (state, _))| (check.as_str(), state.as_str())).collect();
    for check in ["data folder", "database", "schema", "master key", "clock", "origin", "open files"] {
        assert_eq!(states.get(check), Some(&"ok"), "{check}: {found:#?}");
    }
    assert_eq!(states["key copy"], "warning");
    assert!(found["origin"].1.ends_with("sees this machine as 127.0.0.1"), "{found:#?}");
    assert_eq!(code, 0);
    // A caller without the key learns nothing.
    let strange = running.ask("GET", "/healthz", "", "");
    assert!(strange.ends_with("\r\n\r\nok\n"), "{strange}");
    // The portal refuses the keys of another portal.
    let other = old_portal();
    let (_, found) = doctor(&other.path().join("data"), &["--listen", &format!("localhost:{}", running.port)]);
    assert_eq!(found["origin"].0, "fault", "{found:#?}");
}

#[test]
fn each_fault_is_named_and_ends_with_1() {
    let dir = old_portal();
    let data = dir.path().join("data");
    let (file, key) = (data.join("portvakt.db"), data.join("master.key"));
    assert_eq!(doctor(&data, &[]).0, 0, "its only fault is that it is not served");
    let (good, good_key) = (fs::read(&file).unwrap(), fs::read(&key).unwrap());
    let mode = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    let faulty = |check: &str, words: &str| {
        let (code, found) = doctor(&data, &[]);
        let (state, said) = &found[check];
        assert!(code == 1 && state == "fault" && said.contains(words), "{check}: {found:#?}");
    };
    mode(&data, 0o755);
    faulty("data folder", "other users can open");
    mode(&data, 0o700);
    mode(&key, 0o644);
    faulty("master key", "can be read by others");
    mode(&key, 0o600);
    fs::remove_file(&key).unwrap();
    faulty("master key", "is missing");
    assert!(!key.exists(), "it makes none");
    fs::write(&key, good_key).unwrap();
    mode(&key, 0o600);
    fs::write(&file, b"something else than a database").unwrap();
    faulty("database", "put a backup in its place");
    fs::write(&file, good).unwrap();
    let (code, found) = doctor(&data, &["--origin", "https://localhost:9", "--behind-proxy", "0.0.0.0/0"]);
    assert_eq!((code, found["proxy"].0.as_str(), found["origin"].0.as_str()), (1, "fault", "warning"));
    assert_eq!(doctor(&data, &[]).0, 0, "all is put back");
}

#[test]
fn nothing_is_made_where_there_is_no_portal() {
    let dir = TempDir::new().unwrap();
    let (code, found) = doctor(&dir.path().join("none"), &[]);
    assert_eq!((code, found["database"].0.as_str()), (0, "warning"));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}
