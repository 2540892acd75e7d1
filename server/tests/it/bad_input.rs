use crate::site::{Site, form, handle, set_up_form};
use axum::body::Body;
use http::{HeaderValue, StatusCode, header};
use portvakt_model::fault::Fault;

#[tokio::test]
async fn a_request_that_no_page_of_ours_sends_is_refused_and_changes_nothing() {
    let site = Site::new().await;
    let link = site.set_up_link().await;
    let deep = format!("{}&a{}=x", set_up_form("", ""), "[a]".repeat(10_000));
    let deep_name = format!("name{}=x", "[a]".repeat(3_000));
    let many = (0..1_000).map(|i| format!("f{i}=x")).collect::<Vec<_>>().join("&");
    let cases: Vec<(&str, String, u16)> = vec![
        ("NUL", set_up_form("name", "Anna%00"), 422),
        ("control characters", set_up_form("name", "An%1b%5B31mna"), 422),
        ("text that turns around", set_up_form("organisation", "a%E2%80%AEb"), 422),
        ("invalid UTF-8", set_up_form("name", "%C3%28"), 400),
        ("a lone percent sign", set_up_form("name", "100%"), 400),
        ("a field twice", set_up_form("", "") + "&name=Eve", 400),
        ("a field missing", "name=Anna".to_owned(), 400),
        ("no field", String::new(), 400),
        ("a name too long", set_up_form("name", &"x".repeat(65)), 422),
        ("a name far too long", set_up_form("name", &"x".repeat(60_000)), 422),
        ("a password too long", set_up_form("password", &"x".repeat(257)), 422),
        ("an address too long", set_up_form("email", &format!("{}%40b.example", "x".repeat(300))), 422),
        ("a body too large", set_up_form("name", &"x".repeat(70_000)), 413),
        ("nested deep", deep, 400),
        ("a nested name", deep_name, 400),
        ("too many fields", many, 400),
    ];
    for (what, body, status) in cases {
        for accept in ["application/json", "text/html"] {
            let mut request = form("/rpc/set_up", &link).body(Body::from(body.clone())).unwrap();
            request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static(accept));
            let answer = site.ask(request).await;
            // Without a script the answer to a refusal the page can show is a redirect to the page.
            let back = accept == "text/html" && answer.status == StatusCode::SEE_OTHER;
            let refused = answer.status.as_u16() == status;
            assert!(refused || (back && (status == 422 || status == 400)), "{what}, {accept}: {}", answer.status);
            if accept == "application/json" {
                serde_json::from_str::<Fault>(&answer.body).unwrap_or_else(|e| panic!("{what}: {e}: {}", answer.body));
            }
        }
    }
    for table in ["SELECT count(*) FROM tenant", "SELECT count(*) FROM account", "SELECT count(*) FROM session"] {
        assert_eq!(site.world.number(table).await, 0, "{table}");
    }
    let made = site.post("/rpc/set_up", &link, set_up_form("", "")).await;
    assert_eq!(made.status, StatusCode::OK, "the link is still there: {}", made.body);
}

#[tokio::test]
async fn other_kinds_of_bodies_are_refused() {
    let site = Site::new().await;
    for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x", "application/cbor", ""] {
        let mut request = form("/rpc/sign_in", "").body(Body::from("{\"email\":\"a\"}")).unwrap();
        request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        assert_eq!(site.ask(request).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
}

#[tokio::test]
async fn a_way_back_that_is_no_page_of_ours_is_not_taken() {
    let site = Site::new().await;
    site.sign_in().await;
    let plain = async |page: &str, referer: Option<&'static str>, more: &str| {
        let body = format!("email=a%40b.example&password=x&_page={page}&_keep=email+password{more}");
        let mut request = form("/rpc/sign_in", "").body(Body::from(body)).unwrap();
        request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("text/html"));
        if let Some(referer) = referer {
            request.headers_mut().insert(header::REFERER, HeaderValue::from_static(referer));
        }
        site.ask(request).await
    };
    for bad in
        ["%2F%2Fevil.test", "https%3A%2F%2Fevil.test%2F", "%2F%5Cevil.test", "%2Frpc%2Fsign_in", "%2Fa%0D%0Ab", ""]
    {
        let answer = plain(bad, None, "").await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/"), "{bad}");
    }
    let answer = plain("", Some("https://evil.test/sign-in?next=/profile"), "").await;
    assert_eq!(answer.header("location"), "/sign-in?next=/profile");
    let flash = answer.header("set-cookie");
    assert!(flash.starts_with("__Host-flash=") && flash.ends_with("; Max-Age=60"), "{flash}");
    assert!(!flash.contains("b.example"), "{flash}");
}

#[tokio::test]
async fn a_flash_is_shown_once_on_its_own_page_for_a_minute_and_only_if_it_was_sealed_here() {
    let site = Site::new().await;
    site.sign_in().await;
    let post = async || {
        let body = "email=a%40b.example&password=secret+words&_page=%2Fsign-in&_keep=email+password";
        let mut request = form("/rpc/sign_in", "").body(Body::from(body)).unwrap();
        request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("text/html"));
        site.ask(request).await.header("set-cookie").split(';').next().unwrap().to_owned()
    };
    let get = async |path: &str, cookie: &str| {
        let request = crate::site::page(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        site.ask(request).await
    };
    let cookie = post().await;
    let shown = get("/sign-in", &cookie).await;
    assert!(shown.body.contains("Wrong email or password") && shown.body.contains("a@b.example"));
    assert!(!shown.body.contains("secret words"), "no password comes back");
    let clears = |answer: &crate::site::Answer| {
        answer.headers.get_all(header::SET_COOKIE).iter().any(|c| c.as_bytes().starts_with(b"__Host-flash=;"))
    };
    assert!(clears(&shown));
    for (what, path, cookie) in [
        ("another page", "/sign-out", cookie.clone()),
        ("changed", "/sign-in", format!("{}AAAA", &cookie[..cookie.len() - 4])),
        ("cut", "/sign-in", cookie[..cookie.len() / 2].to_owned()),
        ("nothing", "/sign-in", "__Host-flash=".to_owned()),
    ] {
        let answer = get(path, &cookie).await;
        assert!(!answer.body.contains("Wrong email") && !clears(&answer), "{what}");
    }
    site.world.clock.advance_secs(60);
    assert!(!get("/sign-in", &cookie).await.body.contains("Wrong email"), "a minute later");
    let err = "/sign-in?__path=/rpc/sign_in&__err=Ildyb25nQ3JlZGVudGlhbHMi";
    assert!(!get(err, "").await.body.contains("Wrong email"), "anybody can write this address");
}

#[tokio::test]
async fn input_too_long_for_a_cookie_is_still_kept_for_the_form() {
    let site = Site::new().await;
    let link = site.set_up_link().await;
    let long = "y".repeat(20_000);
    let here = format!("/setup?of={}", handle(&link).unwrap());
    let page = here.replace('/', "%2F").replace('?', "%3F").replace('=', "%3D");
    let body = set_up_form("name", &long) + &format!("&_page={page}&_keep=name+email");
    let mut request = form("/rpc/set_up", &link).body(Body::from(body)).unwrap();
    request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("text/html"));
    let answer = site.ask(request).await;
    let flash = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    assert!(flash.len() < 4096, "{}", flash.len());
    let ask = async || {
        let request = crate::site::page(&here).header(header::COOKIE, format!("{link}; {flash}"));
        site.ask(request.body(Body::empty()).unwrap()).await
    };
    let elsewhere = crate::site::page("/sign-in").header(header::COOKIE, flash.clone()).body(Body::empty()).unwrap();
    assert!(!site.ask(elsewhere).await.body.contains(&long), "another page leaves it alone");
    assert!(ask().await.body.contains(&long));
    assert!(!ask().await.body.contains(&long), "once");
}

#[tokio::test]
async fn a_form_that_does_not_arrive_is_not_waited_for() {
    let site = Site::new().await;
    let mut waiting = false;
    // The clock stands still from the first look at the body on, and so leaps over the wait; before that, the database
    // needs it.
    let never = futures_util::stream::poll_fn(move |_| {
        if !std::mem::replace(&mut waiting, true) {
            tokio::time::pause();
        }
        std::task::Poll::<Option<Result<&[u8], std::io::Error>>>::Pending
    });
    let request = form("/rpc/sign_in", "__Host-cookies=1").body(Body::from_stream(never)).unwrap();
    let begun = tokio::time::Instant::now();
    let answer = site.ask(request).await;
    assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT);
    assert_eq!(begun.elapsed().as_secs(), 20);
}
