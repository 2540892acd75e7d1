use crate::site::{Answer, Site, form, page};
use axum::body::Body;
use http::{StatusCode, header};
use portvakt_core::caller::Caller;
use portvakt_core::member;
use portvakt_core::testing::new_person;
use portvakt_core::user::columns;
use portvakt_model::language::Language;
use portvakt_model::role::Role;
use portvakt_model::second_factor::FRESH_SECS;

const EXPORT: &str = "/admin/users/export?q=ek&status=active";

async fn export(site: &Site, session: &str, from: &[(&'static str, &'static str)]) -> Answer {
    let mut request = page(EXPORT).header(header::COOKIE, format!("__Host-cookies=on; {session}"));
    for (name, value) in from {
        request = request.header(*name, *value);
    }
    site.ask(request.body(Body::empty()).unwrap()).await
}

/// The header a browser sends for the list's own link.
const OURS: [(&str, &str); 1] = [("sec-fetch-site", "same-origin")];

#[tokio::test]
async fn only_our_own_link_exports_the_list_as_a_file() {
    let site = Site::new().await;
    let nobody = export(&site, "", &OURS).await;
    assert_eq!((nobody.status, nobody.header("location").starts_with("/sign-in")), (StatusCode::SEE_OTHER, true));
    let session = site.sign_in().await;
    let other: [&[(&str, &str)]; 5] = [
        &[],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.test")],
    ];
    for headers in other {
        assert_eq!(export(&site, &session, headers).await.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    assert_eq!(site.world.number("SELECT count(*) FROM user_export").await, 0);
    for n in 0..10 {
        let file = export(&site, &session, &OURS).await;
        assert_eq!(file.status, StatusCode::OK, "{n}");
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"users.csv\"");
        assert_eq!(file.header("cache-control"), "no-store");
        assert_eq!(file.header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(
            file.body,
            format!("\u{FEFF}{}\r\n", columns(Language::Swedish).join(";")),
            "no person matches the search"
        );
    }
    let ready = site.post("/rpc/prepare_export", &session, "query=%3Fq%3Dek").await;
    assert_eq!(ready.status, StatusCode::TOO_MANY_REQUESTS);
    let more = export(&site, &session, &OURS).await;
    assert_eq!((more.status, more.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "3600"));
}

#[tokio::test]
async fn an_unattended_session_exports_no_list() {
    let site = Site::new().await;
    let session = site.sign_in().await;
    let ready = site.post("/rpc/prepare_export", &session, "query=%3Fq%3Dek%26status%3Dactive").await;
    assert_eq!((ready.status, ready.header("location")), (StatusCode::OK, EXPORT));
    site.world.clock.advance_secs(FRESH_SECS + 1);
    assert_eq!(site.post("/rpc/prepare_export", &session, "query=").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(export(&site, &session, &OURS).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(site.world.number("SELECT count(*) FROM user_export").await, 0);
}

#[tokio::test]
async fn a_member_gets_no_list_no_page_and_no_file() {
    let site = Site::new().await;
    site.sign_in().await;
    let member = site.world.second_person().await;
    let session = format!("__Host-portvakt={}", member.token.reveal());
    assert_eq!(export(&site, &session, &OURS).await.status, StatusCode::NOT_FOUND);
    let list = "query%5Bq%5D=&query%5Bsort%5D=Name&query%5Bdescending%5D=false&query%5Bpage%5D=First";
    assert_eq!(site.post("/rpc/list_users", &session, list).await.status, StatusCode::NOT_FOUND);
    let id = format!("id={}", member.person.account);
    assert_eq!(site.post("/rpc/load_user", &session, id).await.status, StatusCode::NOT_FOUND);
    for path in ["/admin/users".to_owned(), format!("/admin/users/{}", member.person.account)] {
        let request = page(&path).header(header::COOKIE, format!("__Host-cookies=on; {session}"));
        assert_eq!(site.ask(request.body(Body::empty()).unwrap()).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_outcome_of_an_act_on_several_people_is_told_with_and_without_a_script() {
    let site = Site::new().await;
    let owner = site.world.owner().await;
    let session = format!("__Host-portvakt={}", owner.token.reveal());
    let (core, home) = (&site.world.core, owner.person.home);
    let caller = Caller::from(owner.person.clone());
    let bo = new_person("Bo Ek", "bo@nordhamn.example");
    let bo = member::add(core, &caller, home, &bo, Role::Member).await.unwrap();
    let body =
        format!("act=suspend&ids%5B%5D={bo}&ids%5B%5D={}&reason=because&_page=/admin/users", owner.person.account);
    let told = site.post("/rpc/act_on_users", &session, body.clone()).await;
    assert_eq!(
        (told.status, told.body.as_str()),
        (StatusCode::OK, r#"{"Reported":{"act":"Suspend","done":1,"not":[["Yourself",1]]}}"#)
    );

    let mut plain = form("/rpc/act_on_users", &session).body(Body::from(body)).unwrap();
    plain.headers_mut().insert(header::ACCEPT, "text/html".parse().unwrap());
    let back = site.ask(plain).await;
    assert_eq!((back.status, back.header("location")), (StatusCode::SEE_OTHER, "/admin/users"));
    let flash =
        back.headers.get_all(header::SET_COOKIE).iter().find_map(|cookie| cookie.to_str().unwrap().split(';').next());
    let cookies = format!("__Host-cookies=on; __Host-language=en; {session}; {}", flash.unwrap());
    let request = page("/admin/users").header(header::COOKIE, cookies);
    let shown = site.ask(request.body(Body::empty()).unwrap()).await;
    for text in ["No one was suspended", "1 person: it wasn’t needed.", "1 person: this is you."] {
        assert!(shown.body.contains(text), "{text}");
    }
    // An unreadable act is answered with 404.
    for bad in ["act=erase&ids%5B%5D=0", "act=suspend&ids%5B%5D=x&reason=y", "one=unlock%3Ax", ""] {
        assert_eq!(site.post("/rpc/act_on_users", &session, bad).await.status, StatusCode::NOT_FOUND, "{bad}");
    }
}
