//! The whole server on a fresh SQLite file, called without a network.
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use http::{HeaderMap, Method, StatusCode, header};
use ipnet::IpNet;
use portvakt::base::Base;
use portvakt::config::{Proxy, ProxyHeader};
use portvakt::routes::router::router;
use portvakt_app::web::request::Support;
use portvakt_core::setup::new_link;
use portvakt_core::testing::World;
use portvakt_core::token::Token;
use tower::ServiceExt;

pub const ORIGIN: &str = "http://localhost:3000";

pub struct Site {
    pub world: World,
    router: Router,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
}

impl Site {
    pub async fn new() -> Self {
        Self::of(Base::local(3000), Vec::new()).await
    }

    /// A server that trusts proxies in these networks.
    pub async fn of(base: Base, trusted: Vec<IpNet>) -> Self {
        let world = World::sqlite().await;
        let proxy = Proxy { trusted, header: ProxyHeader::XForwardedFor };
        let router = router(world.core.clone(), base, proxy, Support::default());
        Self { world, router }
    }

    pub async fn ask(&self, request: Request) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask(page(path).body(Body::empty()).unwrap()).await
    }

    /// A form as our own page's script sends it.
    pub async fn post(&self, path: &str, cookies: &str, body: impl Into<Body>) -> Answer {
        self.ask(form(path, cookies).body(body.into()).unwrap()).await
    }

    /// Sets the portal up and returns the session's cookie.
    pub async fn sign_in(&self) -> String {
        let started = self.world.owner().await;
        format!("__Host-portvakt={}", started.token.reveal())
    }

    /// The cookie of an open set-up link.
    pub async fn set_up_link(&self) -> String {
        held("link", &new_link(&self.world.core).await.unwrap().unwrap())
    }
}

/// The cookie of a link (`link`) or a waiting sign-in (`sign-in`) that a browser holds.
pub fn held(kind: &str, token: &Token) -> String {
    format!("__Host-{kind}-{}={}", token.handle(), token.reveal())
}

/// The handle of the first link or waiting sign-in among cookies.
pub fn handle(cookies: &str) -> Option<&str> {
    let name = |cookie: &'_ str| -> Option<usize> {
        let kinds = ["__Host-link-", "__Host-sign-in-"];
        kinds.iter().find(|kind| cookie.starts_with(**kind)).map(|kind| kind.len())
    };
    cookies.split("; ").find_map(|cookie| cookie[name(cookie)?..].split('=').next())
}

/// A navigation of a browser.
pub fn page(path: &str) -> http::request::Builder {
    Request::get(path).header(header::HOST, "localhost:3000").header(header::ACCEPT, "text/html,*/*;q=0.8")
}

/// A fetch of our own page, which is about the first link or waiting sign-in among the cookies.
pub fn form(path: &str, cookies: &str) -> http::request::Builder {
    Request::builder()
        .header("portvakt-of", handle(cookies).unwrap_or_default())
        .method(Method::POST)
        .uri(path)
        .header(header::HOST, "localhost:3000")
        .header(header::ACCEPT, "application/json")
        .header(header::ORIGIN, ORIGIN)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, format!("__Host-cookies=on; {cookies}"))
}

/// A form with files whose boundary is `x`, as a browser sends it with and without JavaScript.
pub fn files(path: &str, session: &str) -> http::request::Builder {
    Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::HOST, "localhost:3000")
        .header(header::ACCEPT, "text/html,*/*;q=0.8")
        .header(header::ORIGIN, ORIGIN)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header(header::COOKIE, format!("__Host-cookies=on; {session}"))
}

/// The form of a set-up, with one field's encoded value replaced.
pub fn set_up_form(field: &str, value: &str) -> String {
    let fields = [
        ("name", "Anna+Lindqvist"),
        ("organisation", "M%C3%A5rdby"),
        ("email", "a%40b.example"),
        ("email_again", "a%40b.example"),
        ("password", "granit+fyr+vinterljus+7"),
    ];
    let pairs = fields.map(|(name, usual)| format!("{name}={}", if name == field { value } else { usual }));
    pairs.join("&")
}
