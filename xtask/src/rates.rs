//! Rates, each beside its ceiling from the same run: the machines are noisy, so a rate alone says nothing.
use crate::http::post;
use crate::portal::{EMAIL, PASSWORD, Server, accepted, free_port, set_up};
use crate::postgres::Postgres;
use crate::row::Row;
use crate::step::{run, step};
use anyhow::{Context, Result, anyhow, ensure};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// The portal's parameters of Argon2id: `portvakt_core::hasher::Cost::DEFAULT`.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const HASHES: usize = 300;
const SIGN_INS: usize = 300;
/// The time for which each rate of requests is measured.
const A_WHILE: Duration = Duration::from_secs(5);
const REMEDY: &str = "look for what else is running on this machine, and measure again";

/// Compares sign-ins with bare hashes, and session checks with a constant route, on both databases.
pub fn rates(portvakt: &Path) -> Result<Vec<Row>> {
    let bare = step("hash passwords, and nothing else", REMEDY, bare_hashes)?;
    let constant = step("ask for a constant", REMEDY, constant_route)?;
    let mut rows = vec![
        Row::new("bare Argon2id hashes a second", bare, None, "/s"),
        Row::new("a constant axum route a second", constant, None, "/s"),
    ];
    let postgres = Postgres::start()?;
    for (name, database) in [("SQLite", None), ("PostgreSQL", Some(postgres.url()))] {
        let (sign_ins, checks, pages) =
            step(&format!("sign in, check sessions and load pages on {name}"), REMEDY, || {
                of_portal(portvakt, database.as_deref())
            })?;
        rows.push(Row::new(&format!("sign-ins a second, {name}"), sign_ins, None, "/s"));
        rows.push(Row::at_least(&format!("share of bare hashes, {name}"), sign_ins / bare, 0.88, ""));
        rows.push(Row::new(&format!("session checks a second, {name}"), checks, None, "/s"));
        let share = format!("share of a constant route, {name}");
        rows.push(if database.is_none() {
            Row::at_least(&share, checks / constant, 0.5, "")
        } else {
            Row::new(&share, checks / constant, None, "")
        });
        rows.push(Row::new(&format!("first pages a second, {name}"), pages, None, "/s"));
    }
    Ok(rows)
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Bare hashes a second, one at a time on each core. Uses the portal's crate, parameters, allocator and reused memory,
/// so that the rates are comparable.
fn bare_hashes() -> Result<f64> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, Some(32)).map_err(|e| anyhow!("{e}"))?;
    let kept: Arc<[Mutex<Vec<Block>>]> =
        (0..cores()).map(|_| Mutex::new(vec![Block::new(); params.block_count()])).collect();
    a_second(cores(), HASHES, move |worker| {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        let mut blocks = kept[worker].lock().map_err(|e| anyhow!("{e}"))?;
        let mut output = [0; 32];
        argon2
            .hash_password_into_with_memory(PASSWORD.as_bytes(), &[7; 16], &mut output, &mut *blocks)
            .map_err(|e| anyhow!("{e}"))
    })
}

/// The rate of `work` a second: `all` calls, by `workers` threads at once.
fn a_second(workers: usize, all: usize, work: impl Fn(usize) -> Result<()> + Clone + Send + 'static) -> Result<f64> {
    let begun = Instant::now();
    let workers: Vec<_> = (0..workers)
        .map(|worker| {
            let (work, share) = (work.clone(), all / workers);
            thread::spawn(move || (0..share).try_for_each(|_| work(worker)))
        })
        .collect();
    let done = workers.len() * (all / workers.len());
    for worker in workers {
        worker.join().map_err(|_| anyhow!("a worker panicked"))??;
    }
    Ok(per_second(done, begun.elapsed()))
}

fn per_second(count: usize, took: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / took.as_secs_f64()
}

fn constant_route() -> Result<f64> {
    let mut cargo = Command::new("cargo");
    run(cargo.args(["build", "--locked", "--release", "--package", "portvakt", "--example", "constant"]))?;
    let port = free_port()?;
    let _server = Ended(Command::new(crate::target().join("release/examples/constant")).arg(port.to_string()).spawn()?);
    thread::sleep(Duration::from_millis(500));
    requests_a_second(port, &format!("GET / HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"), 200)
}

struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Sign-ins, session checks, and first pages of a signed-in person, each a second.
fn of_portal(portvakt: &Path, database: Option<&str>) -> Result<(f64, f64, f64)> {
    let folder = tempfile::tempdir()?;
    let port = free_port()?;
    let mut server = Server::start(portvakt, folder.path(), port, database, "warn")?;
    set_up(port, &server.link()?)?;
    let sign_in = move |_| {
        let answer = post(port, "/rpc/sign_in", "", &[("email", EMAIL), ("password", PASSWORD), ("next", "")])?;
        accepted("signing in", &answer)
    };
    // Two clients more than the hasher has permits (one for each core), so that no permit waits for a client.
    let sign_ins = a_second(cores() + 2, SIGN_INS, sign_in)?;
    let answer = post(port, "/rpc/sign_in", "", &[("email", EMAIL), ("password", PASSWORD), ("next", "")])?;
    accepted("signing in", &answer)?;
    let cookies = answer.cookies();
    // The sign-in page redirects a signed-in person. So this request passes every layer and the session check, but
    // renders no page.
    let check =
        format!("GET /sign-in HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: text/html\r\nCookie: {cookies}\r\n\r\n");
    let checks = requests_a_second(port, &check, 303)?;
    let page = format!("GET / HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: text/html\r\nCookie: {cookies}\r\n\r\n");
    let pages = requests_a_second(port, &page, 200)?;
    server.stop()?;
    Ok((sign_ins, checks, pages))
}

/// The rate of one request, repeated on connections that stay open.
fn requests_a_second(port: u16, request: &str, status: u16) -> Result<f64> {
    let begun = Instant::now();
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let request = request.to_owned();
            thread::spawn(move || -> Result<usize> {
                let mut stream = TcpStream::connect(("127.0.0.1", port))?;
                stream.set_nodelay(true)?;
                let mut answers = BufReader::new(stream.try_clone()?);
                let mut done = 0;
                while begun.elapsed() < A_WHILE {
                    stream.write_all(request.as_bytes())?;
                    ensure!(read_answer(&mut answers)? == status, "another status than {status}");
                    done += 1;
                }
                Ok(done)
            })
        })
        .collect();
    let mut done = 0;
    for client in clients {
        done += client.join().map_err(|_| anyhow!("a client panicked"))??;
    }
    Ok(per_second(done, begun.elapsed()))
}

/// Reads one answer to its end, and returns its status. Its body has a length, or comes in chunks (RFC 9112, section 7.1).
fn read_answer(answers: &mut impl BufRead) -> Result<u16> {
    let (mut status, mut length, mut is_chunked, mut line) = (None, 0, false, String::new());
    loop {
        line.clear();
        ensure!(answers.read_line(&mut line)? > 0, "the connection was closed");
        if line == "\r\n" {
            break;
        }
        if status.is_none() {
            status = line.split(' ').nth(1).and_then(|s| s.parse().ok());
        } else if let Some((name, value)) = line.split_once(':') {
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse()?,
                "transfer-encoding" => is_chunked = true,
                _ => {}
            }
        }
    }
    if !is_chunked {
        answers.read_exact(&mut vec![0; length])?;
        return status.context("no status");
    }
    loop {
        line.clear();
        answers.read_line(&mut line)?;
        let length = usize::from_str_radix(line.trim(), 16).context("no length of a chunk")?;
        answers.read_exact(&mut vec![0; length + 2])?;
        if length == 0 {
            return status.context("no status");
        }
    }
}
