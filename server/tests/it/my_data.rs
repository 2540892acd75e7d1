use crate::site::{Site, page};
use axum::body::Body;
use http::{Method, StatusCode, header};

const PATH: &str = "/profile/data.json";

async fn downloads(site: &Site) -> i64 {
    site.world.number("SELECT count(*) FROM audit_event WHERE action = 'account.data_downloaded'").await
}

#[tokio::test]
async fn the_file_is_an_uncached_attachment_and_comes_five_times() {
    let site = Site::new().await;
    let session = site.sign_in().await;
    let ask = async |method: Method, name: &'static str, value: &'static str| {
        let mut request = page(PATH).header(header::COOKIE, &session).header(name, value).body(Body::empty()).unwrap();
        *request.method_mut() = method;
        site.ask(request).await
    };
    for (name, value) in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "none"), ("x-nothing", "said")] {
        assert_eq!(ask(Method::GET, name, value).await.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    for method in [Method::HEAD, Method::POST, Method::DELETE] {
        let answer = ask(method.clone(), "sec-fetch-site", "same-origin").await;
        assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET"), "{method}");
    }
    assert_eq!(downloads(&site).await, 0);

    for _ in 0..5 {
        let answer = ask(Method::GET, "sec-fetch-site", "same-origin").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert!(answer.body.starts_with("{\n  \"format\": \"portvakt-person\",\n  \"version\": 1,"), "{}", answer.body);
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"portvakt-person.json\"");
        assert_eq!((answer.header("cache-control"), answer.header("x-content-type-options")), ("no-store", "nosniff"));
    }
    let sixth = ask(Method::GET, "sec-fetch-site", "same-origin").await;
    assert_eq!((sixth.status, sixth.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "3600"));
    assert!(sixth.body.contains("<html"), "in words: {}", sixth.body);
    assert_eq!(downloads(&site).await, 5);
}
