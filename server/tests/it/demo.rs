//! `portvakt serve --demo`, as a visitor starts it.
use portvakt_core::demo::PASSWORD;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The program in an empty folder of its own.
struct Started {
    child: Child,
    said: BufReader<ChildStdout>,
    here: TempDir,
}

impl Started {
    fn new() -> Self {
        let here = TempDir::new().unwrap();
        fs::create_dir(here.path().join("tmp")).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_portvakt"))
            .args(["serve", "--demo", "--listen", "localhost:0"])
            .current_dir(here.path())
            .env("TMPDIR", here.path().join("tmp"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        Self { child, said, here }
    }

    /// The entries of the folder for temporary files.
    fn temporary(&self) -> Vec<PathBuf> {
        fs::read_dir(self.here.path().join("tmp")).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        line
    }

    /// Sends SIGTERM, and returns whether the program ended with success.
    fn stop(&mut self) -> bool {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        self.child.wait().unwrap().success()
    }

    fn is_clean(&self) -> bool {
        let left: Vec<_> = fs::read_dir(self.here.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        self.temporary().is_empty() && left == ["tmp"]
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_demonstration_prints_its_accounts_answers_and_leaves_nothing() {
    let mut started = Started::new();
    let ready = started.line();
    let port = ready.trim().strip_prefix("Portvakt is ready at http://localhost:").unwrap().to_owned();
    assert!(started.line().contains(PASSWORD));
    let table: Vec<String> = (0..9).map(|_| started.line()).collect();
    for (role, organisation) in [
        ("owner", "Mårdby Systems AB"),
        ("owner", "Nordhamn kommun"),
        ("administrator", "Nordhamn kommun"),
        ("auditor", "Nordhamn kommun"),
        ("member", "Nordhamn kommun"),
    ] {
        let is = |line: &&String| line.contains(organisation) && line.trim_end().ends_with(&format!("  {role}"));
        assert_eq!(table.iter().filter(is).count(), 1, "{role} of {organisation} in {table:#?}");
    }
    let columns = |line: &String| {
        let role = line.trim_end().rsplit("  ").next().unwrap().chars().count();
        line.trim_end().chars().count() - role
    };
    assert!(table.iter().all(|line| columns(line) == columns(&table[0])), "not aligned: {table:#?}");

    let folders = started.temporary();
    assert_eq!(folders.len(), 1, "{folders:?}");
    assert_eq!(fs::metadata(&folders[0]).unwrap().permissions().mode() & 0o777, 0o700);

    let mut stream = TcpStream::connect(("127.0.0.1", port.parse().unwrap())).unwrap();
    write!(stream, "GET /sign-in HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("Mårdby Systems AB"), "{answer}");

    assert!(started.stop());
    assert!(started.is_clean(), "{:?}", started.temporary());
}

#[test]
fn a_demonstration_that_is_stopped_while_it_is_made_leaves_nothing() {
    let mut started = Started::new();
    let begun = Instant::now();
    while started.temporary().is_empty() && begun.elapsed() < Duration::from_secs(30) {
        sleep(Duration::from_millis(5));
    }
    assert_eq!(started.temporary().len(), 1);
    started.stop();
    assert!(started.is_clean(), "{:?}", started.temporary());
}
