//! The program itself: how it starts, what it refuses to start with, how it ends.
use crate::site::{handle, set_up_form};
use portvakt_core::testing::World;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const FREE: &str = "localhost:0";
const OWNER: &str = "&email=a%40b.example&password=granit+fyr+vinterljus+7";

pub fn portvakt(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portvakt"));
    command.args(["serve", "--listen", "localhost:0", "--data"]).arg(data).current_dir(data.parent().unwrap());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub struct Running {
    child: Child,
    pub port: u16,
    link: Option<String>,
}

impl Running {
    pub fn start(command: Command) -> Self {
        Self::served(command, true)
    }

    /// A portal that is set up prints no link.
    pub fn again(command: Command) -> Self {
        Self::served(command, false)
    }

    fn served(mut command: Command, new: bool) -> Self {
        let mut child = command.spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let ready = said.next().expect("it starts");
        let port = ready.rsplit(':').next().unwrap().parse().unwrap();
        let link =
            new.then(|| said.next().unwrap()).map(|line| line.split(&format!(":{port}")).nth(1).unwrap().to_owned());
        Self { child, port, link }
    }

    pub fn ask(&self, method: &str, path: &str, cookies: &str, body: &str) -> String {
        let of = handle(cookies).unwrap_or_default();
        ask(self.port, method, path, &format!("Cookie: {cookies}\r\nPortvakt-Of: {of}\r\n"), body)
    }

    pub fn post(&self, path: &str, cookies: &str, body: &str) -> String {
        self.ask("POST", path, cookies, body)
    }

    /// Sets the portal up.
    pub fn set_up(&self) {
        let opened = self.ask("GET", self.link.as_ref().unwrap(), "", "");
        let cookie = opened.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        let done = self.post("/rpc/set_up", cookie.split(';').next().unwrap(), &set_up_form("", ""));
        assert!(done.starts_with("HTTP/1.1 200"), "{done}");
    }

    pub fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Reads standard error all the while, because a full pipe would block the server.
    pub fn log(&mut self) -> JoinHandle<String> {
        let mut stderr = self.child.stderr.take().unwrap();
        thread::spawn(move || {
            let mut all = Vec::new();
            stderr.read_to_end(&mut all).unwrap();
            String::from_utf8_lossy(&all).into_owned()
        })
    }

    /// Ends the server and returns its standard error, if `log` has not taken it.
    pub fn end(self, signal: &str) -> (Option<i32>, String) {
        self.signal(signal);
        self.ended()
    }

    fn ended(mut self) -> (Option<i32>, String) {
        let mut said = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            stderr.read_to_string(&mut said).unwrap();
        }
        (self.child.wait().unwrap().code(), said)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn ask(port: u16, method: &str, path: &str, headers: &str, body: &str) -> String {
    answer(begin(port, method, path, headers, body), body)
}

/// Sends a request's head. Its body is sent later.
fn begin(port: u16, method: &str, path: &str, headers: &str, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let origin = format!("http://localhost:{port}");
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: {origin}\r\nSec-Fetch-Site: same-origin\r\n{headers}\
         Connection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

fn answer(mut stream: TcpStream, body: &str) -> String {
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// Asserts one line on standard error and none on standard output, so the port was not opened.
fn refused(what: &str, output: &Output, words: &str) {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{what}: {out}{err}");
    let lines: Vec<_> = err.lines().filter(|line| !line.starts_with('{')).collect();
    assert!(lines.len() == 1 && lines[0].starts_with("portvakt: ") && lines[0].contains(words), "{what}: {err}");
    assert_eq!(out, "", "{what}");
}

/// The folder of a portal that was set up and has stopped.
pub fn old_portal() -> TempDir {
    let dir = TempDir::new().unwrap();
    let running = Running::start(portvakt(&dir.path().join("data")));
    running.set_up();
    assert_eq!(running.end("-TERM").0, Some(0));
    dir
}

#[test]
fn a_second_serve_on_the_same_file_is_refused_and_the_first_goes_on() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    let first = Running::start(portvakt(&data));
    refused("a second", &portvakt(&data).output().unwrap(), "is served already");
    assert!(first.ask("GET", "/healthz", "", "").ends_with("\r\n\r\nok\n"));
    drop(first);
    assert_eq!(Running::start(portvakt(&data)).end("-TERM").0, Some(0), "after a kill the lock is free");
}

#[test]
fn an_unusable_database_is_refused_with_a_remedy() {
    let dir = old_portal();
    let data = dir.path().join("data");
    let (file, key) = (data.join("portvakt.db"), data.join("master.key"));
    let (good, good_key) = (fs::read(&file).unwrap(), fs::read(&key).unwrap());

    fs::write(&file, [b"not a database at all".as_slice(), &good[21..]].concat()).unwrap();
    refused("a damaged header", &portvakt(&data).output().unwrap(), "put a backup in its place");
    fs::write(&file, &good).unwrap();

    fs::remove_file(&key).unwrap();
    refused("no master key", &portvakt(&data).output().unwrap(), "master.key");
    let other = old_portal();
    fs::copy(other.path().join("data/master.key"), &key).unwrap();
    refused("another master key", &portvakt(&data).output().unwrap(), "does not fit this database");
    fs::write(&key, &good_key).unwrap();

    assert_eq!(Running::again(portvakt(&data)).end("-TERM").0, Some(0), "what was put back is served");
}

/// The offset of a page that a start does not read: an index without rows.
fn empty_index(file: &[u8]) -> usize {
    let pages = (0..file.len()).step_by(4096).rev();
    pages.into_iter().find(|page| file[*page] == 10 && file[page + 3..page + 5] == [0, 0]).unwrap()
}

#[test]
fn after_a_kill_the_file_is_read_before_the_port_opens() {
    let dir = old_portal();
    let data = dir.path().join("data");
    let file = data.join("portvakt.db");
    let good = fs::read(&file).unwrap();
    let page = empty_index(&good);
    let damaged = [&good[..page], &[0xAA; 4096], &good[page + 4096..]].concat();
    fs::write(&file, damaged).unwrap();
    drop(Running::again(portvakt(&data))); // nothing at a start needs that page; now it was killed
    refused("a damaged page", &portvakt(&data).output().unwrap(), "put a backup in its place");
    fs::write(&file, &good).unwrap();
    let running = Running::again(portvakt(&data));
    assert_eq!(fs::read_to_string(data.join("serve.lock")).unwrap(), "served\n");
    running.end("-TERM");
    assert_eq!(fs::read_to_string(data.join("serve.lock")).unwrap(), "", "an end that is no accident");
}

#[test]
fn what_is_in_the_way_is_named() {
    let dir = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = format!("localhost:{}", taken.local_addr().unwrap().port());
    let cert = dir.path().join("none.pem");
    let none = cert.to_str().unwrap();
    fs::write(dir.path().join("file"), "").unwrap();
    fs::write(dir.path().join("wrong.toml"), "[server]\nlissten = \"localhost:1\"\n").unwrap();
    for (what, args, words) in [
        (
            "a taken port",
            &["--listen", &listen, "--data", "data"][..],
            "choose another in server.listen or with --listen",
        ),
        ("a file in place of the folder", &["--listen", FREE, "--data", "file"], "choose another"),
        (
            "no certificate",
            &["--listen", FREE, "--tls-cert", none, "--tls-key", none],
            "none.pem cannot be read as PEM",
        ),
        ("plain HTTP to others", &["--listen", "0.0.0.0:0"], "would show them passwords"),
        ("a setting that does not exist", &["--config", "wrong.toml"], "did you mean server.listen?"),
        ("no such file of settings", &["--config", "none.toml"], "none.toml cannot be read"),
        ("another database", &["--listen", FREE, "--database", "mysql://x"], "postgres://"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portvakt"));
        refused(what, &command.arg("serve").args(args).current_dir(dir.path()).output().unwrap(), words);
    }
}

#[test]
fn requests_that_run_at_sigterm_are_answered() {
    const GO_ON: &str = "HTTP/1.1 100 Continue\r\n\r\n";
    let dir = TempDir::new().unwrap();
    let running = Running::start(portvakt(&dir.path().join("data")));
    running.set_up();
    let body = format!("next={OWNER}");
    let requests: Vec<_> = (0..4)
        .map(|_| {
            let headers = "Cookie: a=b\r\nExpect: 100-continue\r\n";
            let mut request = begin(running.port, "POST", "/rpc/sign_in", headers, &body);
            // The portal has asked for the body, so the request is running.
            let mut said = [0; GO_ON.len()];
            request.read_exact(&mut said).unwrap();
            assert_eq!(String::from_utf8_lossy(&said), GO_ON);
            request
        })
        .collect();
    running.signal("-TERM");
    for request in requests {
        let answer = answer(request, &body);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert_eq!(running.ended().0, Some(0));
}

#[test]
fn metrics_have_a_listener_of_their_own_and_name_no_account() {
    let dir = TempDir::new().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = portvakt(&dir.path().join("data"));
    command.env("PORTVAKT_METRICS_LISTEN", format!("127.0.0.1:{port}"));
    let running = Running::start(command);
    running.set_up();
    let wrong = running.post("/rpc/sign_in", "a=b", "email=eva%40x.example&password=wrong&next=");
    assert!(wrong.starts_with("HTTP/1.1 401"), "{wrong}");
    running.post("/rpc/sign_in", "a=b", &format!("next={OWNER}"));
    let figures = ask(port, "GET", "/metrics", "", "");
    for figure in [
        "portvakt_sign_ins_total{outcome=\"wrong\"} 1",
        "portvakt_sign_ins_total{outcome=\"signed_in\"} 1",
        "portvakt_requests_total{route=\"/rpc/sign_in\",method=\"POST\",status=\"401\"} 1",
        "portvakt_request_seconds_bucket{route=\"/rpc/sign_in\",le=\"5\"} 2",
        "portvakt_hash_places_taken 0",
        "portvakt_database_connections{state=\"used\"} ",
        "portvakt_database_bytes ",
        "portvakt_housekeeping_total{outcome=\"done\"} 1",
    ] {
        assert!(figures.contains(figure), "{figure} is not in {figures}");
    }
    assert!(!figures.contains("example"), "{figures}");
    running.ask("MADE-UP", "/", "", "");
    ask(running.port, "GET", "/sign-in", "Host: evil.test\r\n", "");
    let figures = ask(port, "GET", "/metrics", "", "");
    assert!(!figures.contains("MADE-UP") && figures.contains("method=\"other\""), "{figures}");
    assert!(figures.contains("route=\"/sign-in\",method=\"GET\",status=\"400\""), "what is refused first: {figures}");
    assert!(ask(port, "GET", "/healthz", "", "").ends_with("\r\n\r\nok\n"));
    assert!(ask(port, "GET", "/readyz", "", "").ends_with("\r\n\r\nready\n"));
    assert!(!running.ask("GET", "/metrics", "", "").contains("portvakt_requests_total"), "not on the portal's own");
}

#[test]
fn health_checks_are_answered_under_any_host_name() {
    let dir = TempDir::new().unwrap();
    let running = Running::start(portvakt(&dir.path().join("data")));
    for (path, said) in [("/healthz", "ok\n"), ("/readyz", "ready\n")] {
        let mut stream = TcpStream::connect(("127.0.0.1", running.port)).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: 10.1.2.3\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(said), "{answer}");
    }
}

#[test]
fn nothing_that_is_typed_is_in_the_log_however_much_it_says() {
    let dir = TempDir::new().unwrap();
    let mut command = portvakt(&dir.path().join("data"));
    command.env("PORTVAKT_LOG_FILTER", "trace");
    let mut running = Running::start(command);
    let log = running.log();
    let link = running.link.clone().unwrap();
    let opened = running.ask("GET", &link, "", "");
    let cookie = opened.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let cookie = cookie.split(';').next().unwrap();
    for form in
        ["name", "organisation", "email", "email_again", "password"].map(|field| format!("{field}=KANARIE-{field}"))
    {
        running.post("/rpc/set_up", cookie, &form);
    }
    running.post("/rpc/set_up", cookie, &set_up_form("password", "KANARIE granit vinterljus"));
    running.post("/rpc/judge_password", cookie, "password=KANARIE-judged&known=KANARIE");
    for body in
        ["email=KANARIE%40x.example&password=KANARIE-password&next=%2FKANARIE", "email=KANARIE&password=KANARIE"]
    {
        running.post(
            "/rpc/sign_in",
            "__Host-portvakt=KANARIE-session; __Host-devices=KANARIE; __Host-flash=KANARIE",
            body,
        );
    }
    running.ask("GET", "/reset/KANARIE-token", "__Host-link-KANARIEN=KANARIE", "");
    running.ask("GET", "/sign-in?next=/KANARIE", "", "");
    running.end("-TERM");
    let log = log.join().unwrap();
    assert!(log.contains("/rpc/sign_in") && log.len() > 10_000, "it says much: {} bytes", log.len());
    let said: Vec<_> = log.lines().filter(|line| line.contains("KANARIE") || line.contains("granit")).collect();
    assert!(said.is_empty(), "{said:#?}");
    let token = link.rsplit('/').next().unwrap();
    assert!(!log.contains(token), "the link's token");
}

#[test]
fn traces_go_to_the_collector_and_hold_no_token() {
    let dir = TempDir::new().unwrap();
    let collector = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = portvakt(&dir.path().join("data"));
    command.env("PORTVAKT_TRACES_ENDPOINT", format!("http://{}", collector.local_addr().unwrap()));
    let running = Running::start(command);
    let link = running.link.clone().unwrap();
    running.set_up();
    // The collector answers nothing, so it sees only HTTP/2's preface and the first call.
    let read = thread::spawn(move || {
        let (mut stream, _) = collector.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(8))).unwrap();
        let (mut all, mut part) = (Vec::new(), [0; 4096]);
        while !all.windows(6).any(|w| w == b"set_up") {
            match stream.read(&mut part) {
                Ok(count) if count > 0 => all.extend_from_slice(&part[..count]),
                _ => break,
            }
        }
        String::from_utf8_lossy(&all).into_owned()
    });
    let sent = read.join().unwrap();
    assert!(sent.starts_with("PRI * HTTP/2.0") && sent.contains("portvakt") && sent.contains("set_up"), "{sent}");
    assert!(!sent.contains(link.rsplit('/').next().unwrap()), "the link's token");
}

#[test]
fn plain_http_is_led_to_the_encrypted_portal_and_nothing_is_taken_from_it() {
    let dir = TempDir::new().unwrap();
    let pair = rcgen::generate_simple_self_signed(["konto.example".to_owned()]).unwrap();
    let [cert, key] = ["cert.pem", "key.pem"].map(|name| dir.path().join(name));
    fs::write(&cert, pair.cert.pem()).unwrap();
    fs::write(&key, pair.signing_key.serialize_pem()).unwrap();
    let redirect = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = portvakt(&dir.path().join("data"));
    command.arg("--tls-cert").arg(&cert).arg("--tls-key").arg(&key).args(["--origin", "https://konto.example"]);
    command.env("PORTVAKT_TLS_REDIRECT", redirect.to_string());
    let mut child = command.spawn().unwrap();
    let mut said = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
    let got = ask(redirect.port(), "GET", "/sign-in?next=%2Fx", "", "");
    let posted = ask(redirect.port(), "POST", "/rpc/sign_in", "", "password=granit");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(said.trim_end(), "Portvakt is ready at https://konto.example");
    assert!(
        got.starts_with("HTTP/1.1 308 ") && got.contains("location: https://konto.example/sign-in?next=%2Fx\r\n"),
        "{got}"
    );
    assert!(posted.starts_with("HTTP/1.1 403 "), "{posted}");
}

#[tokio::test]
async fn two_processes_on_one_database_serve_the_same_sessions() {
    let world = World::postgres().await;
    let dir = TempDir::new().unwrap();
    let of = |name: &str| {
        let data = dir.path().join(name);
        fs::create_dir(&data).unwrap();
        fs::copy(&world.settings.master_key, data.join("master.key")).unwrap();
        let mut command = portvakt(&data);
        command.args(["--database", &world.settings.database]);
        command
    };
    let first = Running::start(of("one"));
    first.set_up();
    let second = Running::again(of("two"));
    let signed_in = first.post("/rpc/sign_in", "__Host-cookies=on", &format!("next={OWNER}"));
    let cookie = signed_in.lines().find_map(|line| line.strip_prefix("set-cookie: __Host-portvakt=")).unwrap();
    let cookie = format!("__Host-portvakt={}", cookie.split(';').next().unwrap());
    let home = |portal: &Running| portal.ask("GET", "/", &cookie, "")[9..12].to_owned();
    assert_eq!([home(&first), home(&second)], ["200", "200"]);
    assert!(second.post("/rpc/sign_out", &cookie, "").starts_with("HTTP/1.1 200 "));
    assert_eq!(home(&second), "303", "in the process that ended it");
    let ended = Instant::now();
    while home(&first) != "303" {
        assert!(ended.elapsed() < Duration::from_secs(3), "in the other process a second later");
        thread::sleep(Duration::from_millis(50));
    }
}
