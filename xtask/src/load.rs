//! `cargo xtask load`: tests the release binary's guard against a determined attacker on this machine. The number of
//! requests and the time are limited, and every request goes to the loopback address.
use crate::http::{Answer, ask, post};
use crate::portal::{EMAIL, PASSWORD, Server, accepted, free_port, set_up};
use crate::row::{Row, table};
use crate::step::{run, step};
use anyhow::{Result, anyhow, ensure};
use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The number of tries of each kind whose times are compared.
const TRIES: u32 = 500;
const AT_ONCE: u32 = 500;
const LOAD: Duration = Duration::from_mins(1);
const SLOW: usize = 2000;
const REMEDY: &str = "start it by hand and look: target/release/portvakt serve --data $(mktemp -d)";

/// Runs all tries, measures and prints. Fails if a figure is over its bound.
pub fn load(portvakt: &Path) -> Result<()> {
    rlimit::increase_nofile_limit(16_384)?;
    let folder = tempfile::tempdir()?;
    let port = free_port()?;
    let mut server = Server::start(portvakt, folder.path(), port, None, "warn")?;
    set_up(port, &server.link()?)?;
    let mut rows = step("compare known names with unknown ones", REMEDY, || compare(port, portvakt, folder.path()))?;
    rows.extend(step("compare them where a password was forgotten", REMEDY, || compare_forgot(port))?);
    rows.extend(step("sign in five hundred times at once for a minute", REMEDY, || many(port, &server))?);
    // After the sign-ins: the memory that so many connections leave allocated must not count as the sign-ins' memory.
    rows.extend(step("hold two thousand slow connections", REMEDY, || slow(port, &server))?);
    rows.extend(step("compare a locked known name with an unknown one", REMEDY, || compare_locked(port))?);
    server.stop()?;
    print!("{}", table(&rows));
    ensure!(rows.iter().all(Row::is_kept), "a bound was not kept");
    Ok(())
}

fn sign_in(port: u16) -> Result<Answer> {
    let right = post(port, "/rpc/sign_in", "", &[("email", EMAIL), ("password", PASSWORD), ("next", "")])?;
    accepted("signing in", &right)?;
    Ok(right)
}

fn wrong(port: u16, email: &str) -> Result<(Duration, Answer)> {
    let begun = Instant::now();
    let answer = post(port, "/rpc/sign_in", "", &[("email", email), ("password", "wrong"), ("next", "")])?;
    Ok((begun.elapsed(), answer))
}

/// The parts of an answer that must not differ: everything except the request's id and the time.
fn comparable(answer: &Answer) -> (u16, Vec<String>, Vec<u8>) {
    let own = ["x-request-id:", "date:"];
    let mut head: Vec<_> = answer.head.lines().map(str::to_ascii_lowercase).collect();
    head.retain(|line| !own.iter().any(|name| line.starts_with(name)));
    (answer.status, head, answer.body.clone())
}

/// Compares wrong passwords for a known and for unknown names.
fn compare(port: u16, portvakt: &Path, data: &Path) -> Result<Vec<Row>> {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    let mut names = 0;
    for n in 0..TRIES / 3 {
        let stranger = format!("nobody-{n}@bench.example");
        for _ in 0..3 {
            // The known and the unknown name take turns at being first.
            let order = if names % 2 == 0 { [EMAIL, &stranger] } else { [&stranger, EMAIL] };
            names += 1;
            let mut answers = Vec::new();
            for email in order {
                let (took, answer) = wrong(port, email)?;
                if email == EMAIL {
                    known.push(took);
                } else {
                    unknown.push(took);
                }
                answers.push(comparable(&answer));
            }
            ensure!(answers[0] == answers[1] && answers[0].0 == 401, "the answers differ: {answers:?}");
        }
        // Both start without counted tries: the loop takes another unknown name, and the known one is unlocked from the
        // command line.
        let mut unlock = Command::new(portvakt);
        unlock.args(["account", "unlock", EMAIL, "--data"]).arg(data).env_remove("PORTVAKT_DATABASE_URL");
        run(unlock.stdout(Stdio::null()))?;
    }
    Ok(difference("wrong password: known against unknown", &mut known, &mut unknown))
}

/// Compares a known address with unknown ones at `/forgot`. The known address gets three mails an hour. Further
/// requests mail nothing, and no answer shows that either.
fn compare_forgot(port: u16) -> Result<Vec<Row>> {
    let ask = |email: &str| -> Result<(Duration, Answer)> {
        let begun = Instant::now();
        let answer = post(port, "/rpc/forgot", "", &[("email", email)])?;
        Ok((begun.elapsed(), answer))
    };
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for n in 0..TRIES {
        let stranger = format!("nobody-{n}@bench.example");
        // The known and the unknown address take turns at being first.
        let order = if n % 2 == 0 { [EMAIL, &stranger] } else { [&stranger, EMAIL] };
        let mut answers = Vec::new();
        for email in order {
            let (took, answer) = ask(email)?;
            if email == EMAIL { &mut known } else { &mut unknown }.push(took);
            answers.push(comparable(&answer));
        }
        ensure!(answers[0] == answers[1] && answers[0].0 == 200, "the answers differ: {answers:?}");
    }
    Ok(difference("forgotten password: known against unknown", &mut known, &mut unknown))
}

/// Compares a known name with an unknown one while both are locked.
fn compare_locked(port: u16) -> Result<Vec<Row>> {
    for email in [EMAIL, "nobody@bench.example"] {
        for _ in 0..5 {
            wrong(port, email)?;
        }
    }
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for n in 0..60 {
        // The known and the unknown name take turns at being first.
        let (email, took) = match n % 4 {
            0 | 3 => (EMAIL, &mut known),
            _ => ("nobody@bench.example", &mut unknown),
        };
        let (time, answer) = wrong(port, email)?;
        if answer.status == 429 {
            took.push(time);
        }
    }
    ensure!(known.len() >= 20 && unknown.len() >= 20, "they were locked for too short a while");
    Ok(difference("locked: known against unknown", &mut known, &mut unknown))
}

/// The difference between the medians, beside its bound: the larger of 3 ms and 3 %. And the share of pairs in which
/// the known name took longer, beside its bound: a half, give or take three standard errors of the rank sum for so few
/// tries.
fn difference(what: &str, known: &mut [Duration], unknown: &mut [Duration]) -> Vec<Row> {
    let longer = known.iter().flat_map(|k| unknown.iter().map(move |u| u8::from(k > u))).map(f64::from).sum::<f64>();
    let [n, m] = [known.len(), unknown.len()].map(|count| f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
    let chance = 3.0 * ((n + m + 1.0) / (12.0 * n * m)).sqrt();
    let (known, unknown) = (quantile(known, 0.5), quantile(unknown, 0.5));
    vec![
        Row::new(&format!("{what}, medians apart"), (known - unknown).abs(), Some((unknown * 0.03).max(3.0)), "ms"),
        Row::new(&format!("{what}, known is slower"), longer / (n * m), Some(0.5 + chance), ""),
        Row::at_least(&format!("{what}, known is slower"), longer / (n * m), 0.5 - chance, ""),
    ]
}

/// A quantile of the times, in milliseconds.
fn quantile(times: &mut [Duration], share: f64) -> f64 {
    times.sort();
    let last = f64::from(u32::try_from(times.len().saturating_sub(1)).unwrap_or(u32::MAX));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index of a short list")]
    let at = (last * share).round() as usize;
    times.get(at).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
}

/// Normal requests beside slow connections. Half of those begin with a part of a request, and all of them send one byte
/// after each page.
fn slow(port: u16, server: &Server) -> Result<Vec<Row>> {
    let mut held = Vec::new();
    for n in 0..SLOW {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        if n % 2 == 0 {
            stream.write_all(b"GET /sign-in HTTP/1.1\r\nHost: local")?;
        }
        held.push(stream);
    }
    let mut times = Vec::new();
    for _ in 0..50 {
        let begun = Instant::now();
        accepted("the sign-in page", &ask(port, "GET", "/sign-in", &[("Accept", "text/html")], "")?)?;
        times.push(begun.elapsed());
        for stream in &mut held {
            // The portal may have closed some of the connections.
            let _ = stream.write_all(b"h");
        }
    }
    Ok(vec![
        Row::new("2,000 slow connections: memory", server.resident()?, None, "MiB"),
        Row::new("a page beside 2,000 slow connections, p95", quantile(&mut times, 0.95), Some(1000.0), "ms"),
    ])
}

/// Sends more sign-ins than the portal can check, while a signed-in person loads pages.
fn many(port: u16, server: &Server) -> Result<Vec<Row>> {
    let owner = sign_in(port)?;
    let cookies = &owner.cookies();
    let ended = Arc::new(AtomicBool::new(false));
    let counted: Arc<[AtomicU32; 3]> = Arc::default();
    let clients: Vec<_> = (0..AT_ONCE)
        .map(|client| {
            let (ended, counted) = (Arc::clone(&ended), Arc::clone(&counted));
            thread::spawn(move || -> Result<()> {
                let mut n = 0;
                while !ended.load(Ordering::Relaxed) {
                    n += 1;
                    let (_, answer) = wrong(port, &format!("nobody-{client}-{n}@load.example"))?;
                    let kind = match answer.status {
                        401 => 0,
                        503 if answer.head.to_ascii_lowercase().contains("retry-after:") => 1,
                        _ => 2,
                    };
                    counted[kind].fetch_add(1, Ordering::Relaxed);
                    if kind == 1 {
                        // Shorter than the portal asked the client to wait.
                        thread::sleep(Duration::from_millis(500));
                    }
                }
                Ok(())
            })
        })
        .collect();
    let (begun, mut pages, mut most) = (Instant::now(), Vec::new(), 0_f64);
    while begun.elapsed() < LOAD {
        let asked = Instant::now();
        let page = ask(port, "GET", "/", &[("Accept", "text/html"), ("Cookie", cookies)], "")?;
        ensure!(page.status == 200, "somebody who is signed in got {}", page.status);
        pages.push(asked.elapsed());
        most = most.max(server.resident()?);
        thread::sleep(Duration::from_millis(100));
    }
    ended.store(true, Ordering::Relaxed);
    for client in clients {
        client.join().map_err(|_| anyhow!("a client panicked"))??;
    }
    let back = Instant::now();
    sign_in(port)?;
    let recovered = back.elapsed().as_secs_f64();
    let [checked, busy, other] = [0, 1, 2].map(|kind: usize| f64::from(counted[kind].load(Ordering::Relaxed)));
    let cores = f64::from(u32::try_from(thread::available_parallelism()?.get())?);
    ensure!(busy > 0.0 && checked > 0.0, "the load was none: {checked} were checked, {busy} told to come back");
    Ok(vec![
        Row::new("500 at once: checked", checked, None, ""),
        Row::new("500 at once: told to come back", busy, None, ""),
        Row::new("500 at once: any other answer", other, Some(0.0), ""),
        Row::new("500 at once: most memory", most, Some(cores.mul_add(19.0, 64.0)), "MiB"),
        Row::new("500 at once: a signed-in page, p95", quantile(&mut pages, 0.95), Some(500.0), "ms"),
        Row::new("500 at once: a sign-in afterwards", recovered, Some(5.0), "s"),
    ])
}
