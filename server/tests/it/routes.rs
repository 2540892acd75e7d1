use crate::site::{Site, form, page, set_up_form};
use axum::body::Body;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use leptos::server_fn::axum::server_fn_paths;
use portvakt::routes::router::pages;
use portvakt_model::link::LinkKind;
use portvakt_model::page::{Access, Page};
use std::collections::BTreeMap;

/// The answer of a page to a signed-out visitor: its status, and the address it redirects to.
fn unknown_visitor(page: Page) -> (u16, String) {
    match page.access() {
        Access::SignedOut | Access::Anyone | Access::Public => (200, String::new()),
        Access::Waiting(_) => (303, "/sign-in".to_owned()),
        Access::Link(_) => (404, String::new()),
        Access::SignedIn | Access::Administrators | Access::Auditors | Access::Operator => {
            (303, to_sign_in(page.path()))
        }
    }
}

/// The redirect of a page for signed-in people. The first page needs no way back.
fn to_sign_in(path: &str) -> String {
    let next = path.replace('/', "%2F").replace('{', "%7B").replace('}', "%7D");
    if path == "/" { "/sign-in".to_owned() } else { format!("/sign-in?next={next}") }
}

/// The additional pages of a build for tests.
const QA_PAGES: &[&str] = &["/dev/gallery", "/dev/gallery/staff"];
const QA_FUNCTIONS: &[(&str, &str, u16)] = &[("/rpc/try_invitation", "name=&email=", 401)];

/// Rows that apply only to a build for tests.
fn qa_only<T>(rows: &'static [T]) -> &'static [T] {
    if cfg!(feature = "qa") { rows } else { &[] }
}

/// Each server function with the fields it needs, and its status for a signed-out visitor. A `0` is an id, unless the
/// field is a version.
pub const FUNCTIONS: &[(&str, &str, u16)] = &[
    ("/rpc/act_on_users", "act=suspend&ids%5B%5D=0&reason=x", 401),
    ("/rpc/begin_code_app", "", 401),
    ("/rpc/confirm_code_app", "code=123456", 401),
    ("/rpc/enter_code", "code=123456", 401),
    ("/rpc/forget_code_app", "", 401),
    ("/rpc/make_recovery_codes", "", 401),
    ("/rpc/remove_code_app", "", 401),
    ("/rpc/change_note", "id=0&read=&note=x", 401),
    ("/rpc/change_role", "id=0&role=owner", 401),
    ("/rpc/audit_check", "", 401),
    ("/rpc/audit_event", "seq=1", 401),
    ("/rpc/address_of_link", "kind=Email", 404),
    ("/rpc/ask_address", "email=a%40b.example&current_password=x", 401),
    ("/rpc/ask_notification", "notification_email=a%40b.example", 401),
    ("/rpc/change_password", "current_password=x&password=granit+fyr+vinterljus+7", 401),
    ("/rpc/change_profile", "name=A&language=sv&time_zone=UTC&version=0", 401),
    ("/rpc/choose_password", "password=granit+fyr+vinterljus+7", 404),
    ("/rpc/end_other_sessions", "", 401),
    ("/rpc/erase_me", "password=x", 401),
    ("/rpc/erase_user", "id=0&erasure_reason=x", 401),
    ("/rpc/keep_me", "", 401),
    ("/rpc/keep_user", "id=0", 401),
    ("/rpc/my_erasure", "", 401),
    ("/rpc/end_session", "id=0", 401),
    ("/rpc/confirm_address", "", 404),
    ("/rpc/confirm_notification", "", 404),
    ("/rpc/change_organisation", "name=A&accent=%23125e45&language=sv&domains=&security_contact=&version=0", 401),
    ("/rpc/change_policy", "rules%5Bmin_digits%5D=1&reason=x&version=0", 401),
    ("/rpc/load_policy", "version=&profile=", 401),
    ("/rpc/load_policy_versions", "", 401),
    ("/rpc/show_policy_effect", "rules%5Bmin_digits%5D=1", 401),
    ("/rpc/demanded_second_factor", "", 200),
    ("/rpc/enrol_second_factor", "code=123456", 401),
    ("/rpc/add_passkey", "credential=x", 401),
    ("/rpc/ask_passkey", "purpose=step_up", 401),
    ("/rpc/begin_passkey", "name=x", 401),
    ("/rpc/begin_passkey_at_sign_in", "", 401),
    ("/rpc/remove_passkey", "passkey=0", 401),
    ("/rpc/remove_password", "", 401),
    ("/rpc/prepare_export", "query=", 401),
    ("/rpc/rename_passkey", "passkey=0&new_name=x", 401),
    ("/rpc/sign_in_with_passkey", "credential=x", 401),
    ("/rpc/renew_password", "password=granit+fyr+vinterljus+7", 401),
    ("/rpc/discard_invitation_list", "", 401),
    ("/rpc/create_tenant", "name=A&slug=&language=sv&owner_name=B&owner_email=b%40b.example", 401),
    ("/rpc/end_tenant", "id=0&confirm=a", 401),
    ("/rpc/forgot", "email=nobody%40b.example", 200),
    ("/rpc/home", "", 401),
    ("/rpc/invitation_offer", "", 404),
    ("/rpc/invite", "email=a%40b.example&name=&role=member&language=sv", 401),
    ("/rpc/invite_owner", "id=0&owner_name=B&owner_email=b%40b.example&language=sv", 401),
    ("/rpc/join_organisation", "", 401),
    ("/rpc/judge_password", "password=x&known=", 404),
    ("/rpc/list_addresses", "", 401),
    ("/rpc/list_invitations", "", 401),
    ("/rpc/list_users", "query%5Bq%5D=&query%5Bsort%5D=Name&query%5Bdescending%5D=false&query%5Bpage%5D=First", 401),
    ("/rpc/load_user", "id=0", 401),
    ("/rpc/list_sessions", "", 401),
    ("/rpc/own_activity", "", 401),
    ("/rpc/read_audit", "asked%5Bwho%5D=anna", 401),
    ("/rpc/load_profile", "", 401),
    ("/rpc/load_security", "", 401),
    ("/rpc/list_tenants", "q=&status=&after=", 401),
    ("/rpc/register", "name=A&password=granit+fyr+vinterljus+7", 404),
    ("/rpc/remove_notification", "", 401),
    ("/rpc/load_invitation_list", "", 401),
    ("/rpc/load_organisation", "", 401),
    ("/rpc/remove_logo", "", 401),
    ("/rpc/resend_invitation", "id=0", 401),
    ("/rpc/send_invitation_list", "id=0", 401),
    ("/rpc/restore_tenant", "id=0", 401),
    ("/rpc/send_all_mail_again", "", 401),
    ("/rpc/send_mail_again", "id=0", 401),
    ("/rpc/set_up", "name=A&organisation=B&email=a%40b.example&email_again=a%40b.example&password=x", 404),
    ("/rpc/show_outbox", "", 401),
    ("/rpc/show_tenant", "id=0", 401),
    ("/rpc/sign_in", "email=nobody%40b.example&password=x", 401),
    ("/rpc/sign_out", "", 200),
    ("/rpc/verify_audit", "", 401),
    ("/rpc/stop_address", "", 404),
    ("/rpc/suspend_tenant", "id=0&reason=a", 401),
    ("/rpc/switch_organisation", "to=0", 401),
    ("/rpc/test_mail", "", 401),
    ("/rpc/withdraw_invitation", "id=0", 401),
];

/// Addresses that are no pages of the app.
const OTHERS: &[(&str, u16)] = &[
    ("/admin/users/export", 303),
    ("/invitation/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 404),
    ("/email/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 404),
    ("/email-stop/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 404),
    ("/notification/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 404),
    ("/setup/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 404),
    ("/reset/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 404),
    ("/profile/data.json", 303),
    ("/setup/x", 404),
    ("/nowhere", 404),
    ("/rpc/nowhere", 404),
    ("/pkg/nowhere.js", 404),
    ("/theme/nowhere.css", 404),
    ("/theme/nowhere", 404),
    ("/theme/nowhere/logo/0.png", 404),
    ("/theme/nowhere/logo/0", 404),
    ("/upload/invitation-list", 405),
    ("/upload/logo", 405),
];

fn functions() -> Vec<&'static str> {
    // The app registers its server functions when it is asked for its pages.
    let _ = pages();
    server_fn_paths().map(|(path, _)| path).collect()
}

#[tokio::test]
async fn a_signed_out_visitor_gets_the_tabled_answer_of_every_page() {
    let mut table: BTreeMap<_, _> = Page::ALL.iter().map(|page| (page.path(), unknown_visitor(*page))).collect();
    table.extend(qa_only(QA_PAGES).iter().map(|path| (*path, (303, to_sign_in(path)))));
    let site = Site::new().await;
    let listed = pages();
    assert_eq!(listed.len(), table.len(), "a page in the table is gone");
    for route in listed {
        let path = if route.path().is_empty() { "/" } else { route.path() };
        let (status, to) = table.get(path).unwrap_or_else(|| panic!("{path} is not in the table"));
        let answer = site.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (*status, to.as_str()), "{path}");
    }
}

#[tokio::test]
async fn a_signed_out_visitor_gets_the_tabled_answer_of_every_server_function() {
    let table: BTreeMap<_, _> =
        FUNCTIONS.iter().chain(qa_only(QA_FUNCTIONS)).map(|(path, body, status)| (*path, (*body, *status))).collect();
    let site = Site::new().await;
    let listed = functions();
    assert_eq!(listed.len(), table.len(), "a function in the table is gone");
    for path in listed {
        let (body, status) = table.get(path).unwrap_or_else(|| panic!("{path} is not in the table"));
        let answer = site.post(path, "", *body).await;
        assert_eq!(answer.status.as_u16(), *status, "{path}: {}", answer.body);
        assert!(!answer.header("set-cookie").contains("__Host-portvakt=A"), "{path}");
    }
    assert_eq!(site.world.number("SELECT count(*) FROM audit_event").await, 0);
}

#[tokio::test]
async fn a_signed_out_visitor_gets_the_tabled_answer_of_every_other_address() {
    let site = Site::new().await;
    for (path, status) in OTHERS {
        assert_eq!(site.get(path).await.status.as_u16(), *status, "{path}");
    }
}

#[tokio::test]
async fn the_address_of_a_used_link_is_answered_like_an_unknown_one() {
    let site = Site::new().await;
    let link = site.set_up_link().await;
    let (of, token) = link.trim_start_matches("__Host-link-").split_once('=').unwrap();
    assert_eq!(site.get(&format!("/setup/{token}")).await.status, StatusCode::SEE_OTHER);
    let made = site.post("/rpc/set_up", &link, set_up_form("", "")).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let masked = |answer: &crate::site::Answer| answer.body.replace(answer.header("x-request-id"), "");
    // A token that never was one, and addresses that no token has.
    let never = site.get("/setup/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await;
    assert!(never.body.contains("Portvakt prints a new one each time it starts"), "{}", never.body);
    for path in [format!("/setup/{token}"), format!("/setup?of={of}"), "/setup".to_owned()] {
        let request = page(&path).header(header::COOKIE, format!("__Host-cookies=on; {link}"));
        let answer = site.ask(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, never.status, "{path}");
        assert_eq!(masked(&answer), masked(&never), "{path}");
    }
    for path in ["/setup/x", "/setup/x/y"] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.body.contains("Page not found"), "{path}");
    }
}

#[tokio::test]
async fn a_link_that_does_not_work_says_what_to_do_next() {
    let site = Site::new().await;
    for (kind, leads_to) in [
        (LinkKind::Reset, "/forgot"),
        (LinkKind::Reset, "/sign-in"),
        (LinkKind::Invitation, "/sign-in"),
        (LinkKind::Email, "/sign-in"),
        (LinkKind::EmailStop, "/sign-in"),
        (LinkKind::Notification, "/sign-in"),
        (LinkKind::Setup, "/sign-in"),
    ] {
        let dead = site.get(&format!("/{}/{}", kind.name(), "A".repeat(43))).await;
        assert_eq!(dead.status, StatusCode::NOT_FOUND);
        assert!(dead.body.contains("This link no longer works"), "{kind:?}: {}", dead.body);
        assert!(dead.body.contains(&format!("href=\"{leads_to}\"")), "{kind:?}: {}", dead.body);
        assert!(dead.body.contains("<title>This link no longer works – Portvakt</title>"), "{}", dead.body);
    }
    let session = site.sign_in().await;
    let lost = page("/nowhere").header(header::COOKIE, format!("__Host-cookies=on; {session}"));
    let lost = site.ask(lost.body(Body::empty()).unwrap()).await;
    assert!(lost.body.contains("Mårdby Systems AB") && lost.body.contains("Anna Lindqvist"), "{}", lost.body);
    // A form says so of links alone, and of anything else that it is gone.
    let link = site.post("/rpc/choose_password", &session, "password=granit+fyr+vinterljus+7").await;
    assert_eq!((link.status.as_u16(), link.body.as_str()), (404, r#"{"Refused":{"DeadLink":"Reset"}}"#));
    let gone = site.post("/rpc/end_session", &session, "id=0").await;
    assert_eq!((gone.status.as_u16(), gone.body.as_str()), (404, r#"{"Refused":"NotFound"}"#));
}

/// Five shapes of a request that another site can make a browser send.
fn cross_site() -> [Vec<(HeaderName, HeaderValue)>; 5] {
    let site = HeaderName::from_static("sec-fetch-site");
    let header = |name: &HeaderName, value| (name.clone(), HeaderValue::from_static(value));
    [
        vec![header(&header::ORIGIN, "https://evil.test")],
        vec![header(&header::ORIGIN, "https://evil.test"), header(&site, "cross-site")],
        vec![header(&site, "same-site"), header(&header::ORIGIN, "http://sub.localhost:3000")],
        vec![header(&header::ORIGIN, "null")],
        // No header names the site: an old browser's form, or a program.
        vec![],
    ]
}

#[tokio::test]
async fn a_post_from_another_site_is_refused_by_every_server_function() {
    let site = Site::new().await;
    let session = site.sign_in().await;
    let before = site.world.number("SELECT count(*) FROM audit_event").await;
    for path in functions() {
        for (shape, headers) in cross_site().into_iter().enumerate() {
            for accept in ["application/json", "text/html"] {
                let mut request = form(path, &session).body(Body::from("email=a&password=b")).unwrap();
                for name in ["origin", "sec-fetch-site"] {
                    request.headers_mut().remove(name);
                }
                request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static(accept));
                request.headers_mut().extend(headers.clone());
                let answer = site.ask(request).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}, shape {shape}, {accept}");
                assert!(answer.headers.get(header::SET_COOKIE).is_none(), "{path}, shape {shape}");
            }
        }
    }
    assert_eq!(site.world.number("SELECT count(*) FROM audit_event").await, before);
    assert_eq!(site.world.number("SELECT count(*) FROM session").await, 1);
}

#[tokio::test]
async fn no_get_calls_a_server_function_and_no_other_method_does_either() {
    let site = Site::new().await;
    let session = site.sign_in().await;
    for path in functions() {
        for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE, Method::TRACE] {
            let mut request = form(path, &session).body(Body::empty()).unwrap();
            *request.method_mut() = method.clone();
            assert_eq!(site.ask(request).await.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        }
    }
    assert_eq!(site.world.number("SELECT count(*) FROM session").await, 1);
}

#[tokio::test]
async fn only_the_canonical_host_is_answered() {
    let site = Site::new().await;
    let ask = async |host: &'static str| {
        let mut request = page("/sign-in?next=/x").body(Body::empty()).unwrap();
        request.headers_mut().insert(header::HOST, HeaderValue::from_static(host));
        site.ask(request).await
    };
    assert_eq!(ask("localhost:3000").await.status, StatusCode::OK);
    for alias in ["127.0.0.1:3000", "[::1]:3000"] {
        let answer = ask(alias).await;
        assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT, "{alias}");
        assert_eq!(answer.header("location"), "http://localhost:3000/sign-in?next=/x", "{alias}");
    }
    for other in ["evil.test", "localhost", "localhost:80", "localhost:3000.evil.test", "127.0.0.1", "192.0.2.1:3000"] {
        let answer = ask(other).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{other}");
        assert!(!answer.body.contains("evil.test"), "{other}");
    }
    let mut none = page("/sign-in").body(Body::empty()).unwrap();
    none.headers_mut().remove(header::HOST);
    assert_eq!(site.ask(none).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_language_is_kept_and_taken_out_of_the_address_and_leads_nowhere_else() {
    let site = Site::new().await;
    for (asked, to) in [
        ("/sign-in?lang=sv", "/sign-in"),
        ("/sign-in?lang=de&lang=sv", "/sign-in"),
        ("/sign-in?next=%2Fa&lang=sv&x=1", "/sign-in?next=%2Fa&x=1"),
        ("//evil.test/?lang=sv", "/"),
        ("/\\evil.test?lang=sv", "/"),
    ] {
        let Ok(request) = page(asked).body(Body::empty()) else { continue };
        let answer = site.ask(request).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, to), "{asked}");
        assert!(answer.header("set-cookie").starts_with("__Host-language=sv; Path=/; Secure; HttpOnly"), "{asked}");
    }
    assert_eq!(site.get("/sign-in?lang=xx").await.status, StatusCode::OK);
    let swedish = page("/sign-in").header(header::COOKIE, "__Host-language=sv").header("accept-language", "en");
    assert!(site.ask(swedish.body(Body::empty()).unwrap()).await.body.contains("<html lang=\"sv\""));
}
