use crate::site::{Answer, Site, form, page};
use axum::body::Body;
use http::{HeaderValue, header};
use portvakt::routes::router::pages;
use portvakt_model::fault::Fault;
use std::collections::HashSet;

const EVERYWHERE: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
    ("permissions-policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Every kind of answer: pages, redirects, error pages, server functions, refusals of the edge.
async fn answers() -> Vec<(String, Answer)> {
    let site = Site::new().await;
    let mut all = Vec::new();
    for route in pages() {
        all.push((route.path().to_owned(), site.get(if route.path().is_empty() { "/" } else { route.path() }).await));
    }
    let link = site.set_up_link().await;
    let (of, token) = link.trim_start_matches("__Host-link-").split_once('=').unwrap();
    all.push(("a link".into(), site.get(&format!("/setup/{token}")).await));
    let request = page(&format!("/setup?of={of}")).header(header::COOKIE, &link).body(Body::empty()).unwrap();
    all.push(("set-up".into(), site.ask(request).await));
    let session = site.sign_in().await;
    let request = page("/").header(header::COOKIE, &session).body(Body::empty()).unwrap();
    all.push(("home".into(), site.ask(request).await));
    for path in ["/nowhere", "/rpc/nowhere", "/pkg/nowhere", "/sign-in?lang=sv"] {
        all.push((path.into(), site.get(path).await));
    }
    for (what, path, body) in [
        ("refused", "/rpc/sign_in", "email=a%40b.example&password=x"),
        ("unreadable", "/rpc/sign_in", "email=%ff"),
        ("home by fetch", "/rpc/home", ""),
        ("not there", "/rpc/nowhere", ""),
    ] {
        all.push((what.into(), site.post(path, &session, body).await));
    }
    all.push(("a file".into(), site.get("/favicon.svg").await));
    let mut put = page("/sign-in").body(Body::empty()).unwrap();
    *put.method_mut() = http::Method::PUT;
    all.push(("another method".into(), site.ask(put).await));
    all.push(("too large".into(), site.post("/rpc/sign_in", &session, "x".repeat(70_000)).await));
    let mut homeless = page("/").body(Body::empty()).unwrap();
    homeless.headers_mut().remove(header::HOST);
    all.push(("no host".into(), site.ask(homeless).await));
    for (what, name, value) in [
        ("cross-site", "origin", "https://evil.test"),
        ("wrong type", "content-type", "application/json"),
        ("other host", "host", "evil.test"),
        ("other name", "host", "127.0.0.1:3000"),
    ] {
        let mut request = form("/rpc/sign_in", "").body(Body::empty()).unwrap();
        request.headers_mut().insert(name, HeaderValue::from_static(value));
        all.push((what.into(), site.ask(request).await));
    }
    site.world.sql("ALTER TABLE session RENAME TO session_gone").await;
    let request = page("/").header(header::COOKIE, &session).body(Body::empty()).unwrap();
    let failed = site.ask(request).await;
    assert_eq!(failed.status.as_u16(), 500);
    all.push(("our failure".into(), failed));
    all
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    for (what, answer) in answers().await {
        for (name, value) in EVERYWHERE {
            let value = if what == "a file" && name == "cache-control" { "public, max-age=3600" } else { value };
            assert_eq!(answer.header(name), value, "{what}: {name}");
        }
        assert_eq!(answer.header("x-request-id").len(), 9, "{what}");
        let policy = answer.header("content-security-policy");
        for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{what}: {policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{what}: {policy}");
        let expected = if what == "a link" { "no-referrer" } else { "same-origin" };
        assert_eq!(answer.header("referrer-policy"), expected, "{what}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{what}");
        let html = answer.header("content-type").starts_with("text/html");
        assert_eq!(policy.contains("style-src 'self'"), html, "{what}: {policy}");
        if html && answer.status.is_success() {
            assert!(policy.contains("script-src 'self' 'nonce-"), "{what}: {policy}");
        } else {
            assert!(!policy.contains("script-src"), "{what}: {policy}");
        }
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.starts_with("__Host-"), "{what}: {cookie}");
            assert!(cookie.contains("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{what}: {cookie}");
            assert!(!cookie.contains("Domain"), "{what}: {cookie}");
        }
    }
}

#[tokio::test]
async fn a_nonce_is_used_once() {
    let site = Site::new().await;
    let mut seen = HashSet::new();
    for _ in 0..5 {
        let answer = site.get("/sign-in").await;
        let policy = answer.header("content-security-policy").to_owned();
        let nonce = policy.split("'nonce-").nth(1).and_then(|p| p.split('\'').next()).unwrap().to_owned();
        assert!(nonce.len() >= 22 && answer.body.contains(&format!("nonce=\"{nonce}\"")));
        assert!(seen.insert(nonce));
    }
}

#[tokio::test]
async fn an_error_page_has_words_a_reference_and_nothing_of_ours() {
    let site = Site::new().await;
    let session = site.sign_in().await;
    site.world.sql("ALTER TABLE session RENAME TO session_gone").await;
    for (language, words) in [("sv", "Felet är vårt, inte ditt"), ("en", "The fault is ours, not yours")] {
        let request = page("/").header(header::COOKIE, &session).header(header::ACCEPT_LANGUAGE, language);
        let answer = site.ask(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status.as_u16(), 500);
        assert!(answer.body.contains(words) && answer.body.contains(answer.header("x-request-id")), "{}", answer.body);
        for inside in ["session_gone", "SELECT", "sqlx", "sqlite", "src/", "panicked"] {
            assert!(!answer.body.contains(inside), "{inside}: {}", answer.body);
        }
    }
    for (path, again) in [("/?a=b", Some("href=\"/?a=b\"")), ("//evil.test/", None)] {
        let request = page(path).header(header::COOKIE, &session).body(Body::empty()).unwrap();
        let answer = site.ask(request).await;
        assert_eq!(answer.status.as_u16(), 500, "{path}");
        assert!(again.is_none_or(|again| answer.body.contains(again)), "{}", answer.body);
        assert!(!answer.body.contains("evil.test"), "{}", answer.body);
    }
    let fetched = site.post("/rpc/sign_out", &session, "").await;
    assert_eq!(fetched.status.as_u16(), 500);
    let Ok(Fault::Failed(reference)) = serde_json::from_str(&fetched.body) else { panic!("{}", fetched.body) };
    assert_eq!(reference.to_string(), fetched.header("x-request-id"));
}
