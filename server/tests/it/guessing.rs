//! The portal's answers to a guesser.
use crate::site::{Site, form, page, set_up_form};
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Request, StatusCode, header};
use portvakt_core::housekeeping::round;
use portvakt_core::testing::{EMAIL, PASSWORD};
use std::net::SocketAddr;

/// An address as a form sends it.
fn encoded(text: &str) -> String {
    text.replace('@', "%40").replace(' ', "+")
}

fn from(address: &str, mut request: Request<Body>) -> Request<Body> {
    let peer: SocketAddr = format!("{address}:4000").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

#[tokio::test]
async fn a_locked_address_is_answered_alike_with_and_without_an_account() {
    let site = Site::new().await;
    site.sign_in().await;
    let mut told = Vec::new();
    for email in [EMAIL, "nobody@nordhamn.example"] {
        let mut answers = Vec::new();
        for _ in 0..6 {
            let answer = site.post("/rpc/sign_in", "", format!("email={}&password=wrong", encoded(email))).await;
            answers.push((answer.status, answer.header("retry-after").to_owned(), answer.body));
        }
        assert_eq!(answers[3].0, StatusCode::UNAUTHORIZED);
        assert_eq!((answers[5].0, answers[5].1.as_str()), (StatusCode::TOO_MANY_REQUESTS, "30"));
        told.push(answers);
    }
    assert_eq!(told[0], told[1]);
    let right = format!("email={}&password={}", encoded(EMAIL), encoded(PASSWORD));
    assert_eq!(site.post("/rpc/sign_in", "", right).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_known_browser_signs_in_past_a_strangers_lock() {
    let site = Site::new().await;
    site.sign_in().await;
    let right = || format!("email={}&password={}", encoded(EMAIL), encoded(PASSWORD));
    let before = site.post("/rpc/sign_in", "", right()).await;
    let cookies: Vec<_> = before.headers.get_all(header::SET_COOKIE).iter().map(|c| c.to_str().unwrap()).collect();
    let device = cookies.iter().find(|c| c.starts_with("__Host-devices=")).unwrap();
    assert!(device.contains("; Max-Age=15552000") && device.contains("; Secure; HttpOnly; SameSite=Lax"), "{device}");
    let device = device.split(';').next().unwrap();
    for _ in 0..5 {
        site.post("/rpc/sign_in", "", format!("email={}&password=wrong", encoded(EMAIL))).await;
    }
    assert_eq!(site.post("/rpc/sign_in", "", right()).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(site.post("/rpc/sign_in", device, right()).await.status, StatusCode::OK);
    // The device's cookie alone is no session.
    let request = page("/").header(header::COOKIE, device).body(Body::empty()).unwrap();
    assert_eq!(site.ask(request).await.header("location"), "/sign-in");
}

#[tokio::test]
async fn a_network_that_asks_for_too_much_is_told_to_wait_and_others_are_not() {
    let site = Site::new().await;
    let get = |address: &str| from(address, page("/sign-in").body(Body::empty()).unwrap());
    let mut last = site.ask(get("192.0.2.1")).await;
    for _ in 0..300 {
        last = site.ask(get("192.0.2.1")).await;
    }
    assert_eq!((last.status, last.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "1"));
    assert!(last.header("content-type").starts_with("text/html") && last.body.contains("<h1>"), "{}", last.body);
    let fetch = from("192.0.2.77", form("/rpc/sign_in", "").body(Body::empty()).unwrap());
    let fetch = site.ask(fetch).await;
    assert_eq!(fetch.body, r#"{"Refused":{"TooMany":{"retry_after_secs":1}}}"#);
    assert_eq!(site.ask(get("198.51.100.1")).await.status, StatusCode::OK);
    site.world.clock.advance_secs(1);
    assert_eq!(site.ask(get("192.0.2.1")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn only_the_holder_of_a_link_gets_a_password_judged() {
    let site = Site::new().await;
    let link = site.set_up_link().await;
    let judge = async |cookies: &str, password: &str, known: &str| {
        let body = format!("password={}&known={known}", encoded(password));
        let answer = site.post("/rpc/judge_password", cookies, body).await;
        (answer.status, answer.body)
    };
    assert_eq!(judge("", "password", "").await.0, StatusCode::NOT_FOUND);
    let told =
        |strength: &str, broken: &str| (StatusCode::OK, format!(r#"{{"strength":"{strength}","broken":{broken}}}"#));
    assert_eq!(judge(&link, "Passw0rd!2026!!", "").await, told("Weak", "[\"Common\"]"));
    assert_eq!(judge(&link, PASSWORD, "").await, told("Excellent", "[]"));
    let known = "Anna+Lindqvist%0ANordhamn+kommun%0A";
    assert_eq!(judge(&link, "Anna.Lindqvist.2026", known).await, told("Weak", "[\"Expected\"]"));
    assert_eq!(judge(&link, &"x y ".repeat(200), "").await.0, StatusCode::OK);
    // The set-up form gives the same verdict.
    let sent = site.post("/rpc/set_up", &link, set_up_form("password", "Anna.Lindqvist.2026")).await;
    assert_eq!(sent.body, r#"{"Refused":{"Fields":[{"field":"password","rule":"Expected"}]}}"#);
    let sent = site.post("/rpc/set_up", &link, set_up_form("password", "Passw0rd!")).await;
    let both = r#"[{"field":"password","rule":{"TooShort":15}},{"field":"password","rule":"Common"}]"#;
    assert_eq!(sent.body, format!(r#"{{"Refused":{{"Fields":{both}}}}}"#));
    site.world.clock.advance_secs(60 * 60);
    round(&site.world.core).await.unwrap();
    assert_eq!(judge(&link, "password", "").await.0, StatusCode::NOT_FOUND);
}
