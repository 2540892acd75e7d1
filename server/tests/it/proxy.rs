//! A reverse proxy in front: which headers the portal believes.
use crate::site::{Site, page};
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::StatusCode;
use portvakt::base::Base;
use std::net::SocketAddr;

async fn site() -> Site {
    Site::of(Base::of_origin("https://konto.example").unwrap(), vec!["10.0.0.0/8".parse().unwrap()]).await
}

/// The answer to a browser at `client` through a proxy at `from`.
async fn ask(site: &Site, from: &str, client: &str, proto: &str, method: &str) -> (StatusCode, String) {
    let mut request = page("/sign-in").method(method).body(Body::empty()).unwrap();
    let headers = request.headers_mut();
    headers.insert("host", "konto.example".parse().unwrap());
    headers.insert("x-forwarded-for", client.parse().unwrap());
    headers.insert("x-forwarded-proto", proto.parse().unwrap());
    request.extensions_mut().insert(ConnectInfo(from.parse::<SocketAddr>().unwrap()));
    let answer = site.ask(request).await;
    let location = answer.header("location").to_owned();
    (answer.status, location)
}

#[tokio::test]
async fn a_request_that_reached_the_proxy_in_the_clear_is_redirected_to_https() {
    let site = site().await;
    let (status, location) = ask(&site, "10.1.1.1:9", "192.0.2.7", "http", "GET").await;
    assert_eq!((status, location.as_str()), (StatusCode::TEMPORARY_REDIRECT, "https://konto.example/sign-in"));
    assert_eq!(ask(&site, "10.1.1.1:9", "192.0.2.7", "http", "POST").await.0, StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(ask(&site, "10.1.1.1:9", "192.0.2.7", "https", "GET").await.0, StatusCode::OK);
    assert_eq!(ask(&site, "198.51.100.1:9", "192.0.2.7", "http", "GET").await.0, StatusCode::OK, "no proxy of ours");
}

#[tokio::test]
async fn a_budget_is_the_clients_through_a_proxy_and_the_senders_without() {
    let site = site().await;
    let through = async |client: &str| ask(&site, "10.1.1.1:9", client, "https", "GET").await.0;
    for _ in 0..300 {
        assert_eq!(through("192.0.2.7").await, StatusCode::OK);
    }
    assert_eq!(through("192.0.2.7").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(through("203.0.113.1").await, StatusCode::OK, "another client of the same proxy");
    let forged = async |n: u32| ask(&site, "198.51.100.1:9", &format!("192.0.{n}.9"), "https", "GET").await.0;
    for n in 0..300 {
        assert_eq!(forged(n % 250).await, StatusCode::OK);
    }
    assert_eq!(forged(251).await, StatusCode::TOO_MANY_REQUESTS, "whatever address a stranger makes up");
}

#[tokio::test]
async fn browsers_remember_that_a_host_is_only_ever_encrypted_but_not_of_localhost() {
    let mut request = page("/sign-in").body(Body::empty()).unwrap();
    request.headers_mut().insert("host", "konto.example".parse().unwrap());
    let answer = site().await.ask(request).await;
    assert_eq!(answer.header("strict-transport-security"), "max-age=63072000; includeSubDomains");
    assert_eq!(Site::new().await.get("/sign-in").await.header("strict-transport-security"), "");
}
