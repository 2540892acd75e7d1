//! A form that needs a proof asks for it in place, and then goes on.
use crate::site::{Site, form, page};
use axum::body::Body;
use http::header;
use portvakt_core::testing::PASSWORD;
use portvakt_model::second_factor::FRESH_SECS;

fn set_cookie(headers: &http::HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::SET_COOKIE).into_iter().map(|value| value.to_str().unwrap());
    all.filter_map(|value| value.split(';').next())
        .find(|cookie| cookie.starts_with(&format!("{name}=")))
        .map(str::to_owned)
}

fn encoded(text: &str) -> String {
    text.replace(' ', "%20")
}

#[tokio::test]
async fn a_form_asks_for_the_proof_in_place_and_then_goes_on() {
    let site = Site::new().await;
    let session = site.sign_in().await;
    site.world.clock.advance_secs(FRESH_SECS);
    // With a script: the answer names the proof, and the next request carries it in a header.
    let asked = site.post("/rpc/begin_code_app", &session, "").await;
    let by_password = r#"{"Refused":{"ToBeProven":{"passkey":false,"typed":"Password"}}}"#;
    assert_eq!((asked.status.as_u16(), asked.body.as_str()), (401, by_password));
    let with = |proof: &str| {
        form("/rpc/begin_code_app", &session).header("portvakt-proof", encoded(proof)).body(Body::empty()).unwrap()
    };
    let wrong = site.ask(with("fel")).await;
    assert_eq!(wrong.status, 401);
    assert!(wrong.body.starts_with(r#"{"Refused":{"NotProven":"#), "{}", wrong.body);
    let done = site.ask(with(PASSWORD)).await;
    assert_eq!(done.status, 200, "{}", done.body);
    let renewed = set_cookie(&done.headers, "__Host-portvakt").expect("another token");
    assert_ne!(renewed, session);
    assert_eq!(site.post("/rpc/load_security", &session, "").await.status, 401, "the older token finds no session");
    assert_eq!(site.post("/rpc/load_security", &renewed, "").await.status, 200);

    assert_eq!(site.post("/rpc/forget_code_app", &renewed, "").await.status, 200);
    // Without a script: the redirect leads to the page, which asks, and the form carries the proof.
    site.world.clock.advance_secs(FRESH_SECS);
    let plain = |body: String| {
        form("/rpc/begin_code_app", &renewed)
            .header(header::ACCEPT, "text/html")
            .body(Body::from(format!("_page=%2Fprofile%2Fsecurity&{body}")))
            .map(|mut request| {
                request.headers_mut().insert(header::ACCEPT, "text/html".parse().unwrap());
                request
            })
            .unwrap()
    };
    let asked = site.ask(plain(String::new())).await;
    assert_eq!((asked.status.as_u16(), asked.header("location")), (303, "/profile/security"));
    let flash = set_cookie(&asked.headers, "__Host-flash").unwrap();
    let shown = page("/profile/security").header(header::COOKIE, format!("{renewed}; {flash}"));
    let shown = site.ask(shown.body(Body::empty()).unwrap()).await;
    assert!(shown.body.contains(r#"name="proof""#), "the page asks for the proof in place");
    let done = site.ask(plain(format!("proof={}", PASSWORD.replace(' ', "+")))).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, "/profile/security"));
    let again = set_cookie(&done.headers, "__Host-portvakt").expect("another token");
    assert_ne!(again, renewed);
    let flash = set_cookie(&done.headers, "__Host-flash").unwrap();
    let shown = page("/profile/security").header(header::COOKIE, format!("{again}; {flash}"));
    let shown = site.ask(shown.body(Body::empty()).unwrap()).await;
    assert!(!shown.body.contains(r#"name="proof""#) && shown.body.contains("class=\"qr\""), "the set-up has begun");
}

#[tokio::test]
async fn a_signed_out_visitors_proof_is_not_verified() {
    let site = Site::new().await;
    site.sign_in().await;
    let before = site.world.hashes();
    let done = site.post("/rpc/begin_code_app", "", format!("proof={}", PASSWORD.replace(' ', "+"))).await;
    assert_eq!(done.status, 401);
    assert_eq!(site.world.hashes(), before, "no password was verified");
}
