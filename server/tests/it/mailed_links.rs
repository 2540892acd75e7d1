//! Links in mails: where they lead, and where their tokens appear.
use crate::process::{Running, portvakt};
use crate::site::{Site, form};
use axum::body::Body;
use axum::extract::ConnectInfo;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderName, HeaderValue};
use mail_parser::MessageParser;
use portvakt::base::Base;
use portvakt_core::mail::{Mailer, MailerSettings, send_due};
use portvakt_core::testing::EMAIL;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;
use tempfile::TempDir;

const ORIGIN: &str = "https://konto.example";
const PROXY: &str = "10.1.1.1:9";

/// The texts of the mails in a folder.
fn mails_in(folder: &Path) -> Vec<String> {
    let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
    let mails = files.map(|file| fs::read(file.unwrap().path()).unwrap());
    mails.map(|mail| MessageParser::default().parse(&mail).unwrap().body_text(0).unwrap().into_owned()).collect()
}

/// Ways to claim another host name: the request's target, and headers.
fn lies() -> Vec<(&'static str, Vec<(&'static str, &'static str)>)> {
    const CLEAN: &str = "/rpc/forgot";
    let mut all: Vec<_> = [
        "evil.test",
        "evil.test:443",
        "konto.example.evil.test",
        "konto.example@evil.test",
        "evil.test@konto.example",
        "konto.example:1@evil.test",
        "konto.example.",
        "konto.example#evil.test",
        "konto.example?evil.test",
        "konto.example/evil.test",
        "konto.example, evil.test",
        "konto.example\tevil.test",
        "KONTO.EXAMPLE:8443",
        "[::1]",
        "127.0.0.1",
        "",
    ]
    .map(|host| (CLEAN, vec![("host", host)]))
    .into();
    all.push((CLEAN, vec![("host", "konto.example"), ("host", "evil.test")]));
    all.push((CLEAN, vec![("host", "evil.test"), ("host", "konto.example")]));
    for absolute in ["http://evil.test/rpc/forgot", "https://evil.test/rpc/forgot", "https://evil.test:443/rpc/forgot"]
    {
        all.push((absolute, vec![("host", "konto.example")]));
    }
    for header in [
        ("x-forwarded-host", "evil.test"),
        ("x-forwarded-host", "konto.example, evil.test"),
        ("x-forwarded-server", "evil.test"),
        ("x-forwarded-proto", "javascript"),
        ("x-forwarded-port", "1"),
        ("x-forwarded-prefix", "//evil.test"),
        ("forwarded", "host=evil.test;proto=https"),
        ("forwarded", "for=192.0.2.1;host=\"evil.test\""),
        ("x-host", "evil.test"),
        ("x-original-url", "https://evil.test/"),
        ("x-rewrite-url", "https://evil.test/"),
        ("referer", "https://evil.test/forgot"),
        ("x-http-host-override", "evil.test"),
    ] {
        all.push((CLEAN, vec![("host", "konto.example"), header]));
    }
    all
}

#[tokio::test]
async fn no_form_of_a_host_changes_a_link() {
    let site = Site::of(Base::of_origin(ORIGIN).unwrap(), vec!["10.0.0.0/8".parse().unwrap()]).await;
    let core = &site.world.core;
    let started = site.world.owner().await;
    assert_eq!(started.person.origin.network, "192.0.2.7");
    let folder = site.world.dir().join("mail");
    let settings = MailerSettings {
        smtp: None,
        folder: folder.clone(),
        from: "portvakt@konto.example",
        origin: Base::of_origin(ORIGIN).unwrap().origin(),
        patience: Duration::from_secs(1),
    };
    let mailer = Mailer::new(settings).unwrap();
    let lies = lies();
    assert!(lies.len() >= 30, "{} forms", lies.len());
    let mut taken = 0;
    for (target, headers) in lies {
        // An address gets three mails an hour and ten a day.
        site.world.clock.advance_secs(3 * 60 * 60);
        let what = format!("{target} {headers:?}");
        let mut request = form(target, "").body(Body::from(format!("email={}", EMAIL.replace('@', "%40")))).unwrap();
        request.headers_mut().insert("origin", HeaderValue::from_static(ORIGIN));
        request.headers_mut().remove("host");
        for (name, value) in headers {
            request.headers_mut().append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        request.extensions_mut().insert(ConnectInfo(PROXY.parse::<SocketAddr>().unwrap()));
        let answer = site.ask(request).await;
        assert!(!answer.body.contains("evil.test"), "{what}: {}", answer.body);
        assert!(!format!("{:?}", answer.headers).contains("evil.test"), "{what}: {:?}", answer.headers);
        let _ = fs::remove_dir_all(&folder);
        send_due(core, &mailer, &|| false).await.unwrap();
        let letters = mails_in(&folder);
        assert_eq!(letters.len(), usize::from(answer.status == 200), "{what}: {} and {letters:?}", answer.status);
        for text in letters {
            taken += 1;
            let words = text.split_whitespace().map(|word| word.trim_end_matches('.'));
            let links: Vec<_> = words.filter(|word| word.contains("://")).collect();
            assert!(links.iter().any(|link| link.starts_with("https://konto.example/reset/")), "{what}: {text}");
            let is_ours = |link: &&str| *link == ORIGIN || link.starts_with("https://konto.example/");
            assert!(links.iter().all(is_ours), "{what}: {text}");
        }
    }
    assert!(taken >= 10, "{taken} were taken");
}

#[test]
fn a_mailed_links_token_is_in_no_address_no_log_and_no_row() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    let mut command = portvakt(&data);
    command.env("PORTVAKT_LOG_FILTER", "trace");
    let mut running = Running::start(command);
    let log = running.log();
    running.set_up();
    assert!(running.post("/rpc/forgot", "__Host-cookies=on", "email=a%40b.example").starts_with("HTTP/1.1 200"));
    let mut waited = 0;
    let text = loop {
        if let Some(text) = mails_in(&data.join("mail")).into_iter().find(|text| text.contains("/reset/")) {
            break text;
        }
        assert!(waited < 200, "no mail");
        waited += 1;
        sleep(Duration::from_millis(50));
    };
    let token = text.split("/reset/").nth(1).unwrap()[..43].to_owned();
    let raw = URL_SAFE_NO_PAD.decode(&token).unwrap();
    assert_eq!(raw.len(), 32);

    let followed = running.ask("GET", &format!("/reset/{token}"), "", "");
    let header =
        |name: &str| followed.lines().filter_map(|line| line.split_once(": ")).find(|(n, _)| *n == name).unwrap().1;
    let of = header("location").strip_prefix("/reset?of=").unwrap();
    assert_eq!(header("referrer-policy"), "no-referrer");
    let cookie = header("set-cookie").split(';').next().unwrap();
    assert_eq!(cookie, format!("__Host-link-{of}={token}"));
    let page = running.ask("GET", &format!("/reset?of={of}"), cookie, "");
    assert!(page.starts_with("HTTP/1.1 200") && !page.contains(&token), "{page}");
    let rows = || {
        let files = fs::read_dir(&data).unwrap().map(|file| file.unwrap().path()).filter(|path| path.is_file());
        let holds =
            |path: &Path, needle: &[u8]| fs::read(path).unwrap().windows(needle.len()).any(|window| window == needle);
        let with: Vec<_> = files.filter(|path| holds(path, token.as_bytes()) || holds(path, &raw)).collect();
        assert!(with.is_empty(), "{with:?}");
    };
    rows();
    let body = format!("password=en+helt+annan+mening&_page=%2Freset%3Fof%3D{of}");
    let chosen = running.post("/rpc/choose_password", &format!("__Host-cookies=on; {cookie}"), &body);
    assert!(chosen.starts_with("HTTP/1.1 200") && !chosen.contains(&token), "{chosen}");
    rows();
    assert_eq!(running.end("-TERM").0, Some(0));
    let log = log.join().unwrap();
    assert!(log.len() > 10_000 && log.contains("/rpc/choose_password"), "it says much: {} bytes", log.len());
    assert!(!log.contains(&token), "the log");
}
