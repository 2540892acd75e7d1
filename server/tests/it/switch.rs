//! A page that was made for one organisation does nothing in another.
use crate::site::{Site, form, page};
use axum::body::Body;
use http::{StatusCode, header};
use portvakt_model::role::Role;

/// The operator's owner, who is a guest of a customer: the session's cookie and both tenants' ids.
async fn guest(site: &Site) -> (String, String, String) {
    let anna = site.world.owner().await;
    let host = site.world.nordhamn().await.person.home;
    site.world.join(host, anna.person.account, Role::Administrator).await;
    site.world.clock.advance_secs(2);
    (format!("__Host-portvakt={}", anna.token.reveal()), anna.person.home.to_string(), host.to_string())
}

#[tokio::test]
async fn a_form_of_another_organisation_is_a_conflict_and_changes_nothing() {
    let site = Site::new().await;
    let (session, home, host) = guest(&site).await;
    let invite = |tenant: &str| format!("email=dan%40b.example&name=&role=member&language=sv&_tenant={tenant}");
    let shown = async || {
        let request = page("/admin/invitations").header(header::COOKIE, format!("__Host-cookies=on; {session}"));
        site.ask(request.body(Body::empty()).unwrap()).await.body
    };
    let field = |tenant: &str| format!("<input type=\"hidden\" name=\"_tenant\" value=\"{tenant}\"");
    assert!(shown().await.contains(&field(&home)));
    let switched = site.post("/rpc/switch_organisation", &session, format!("to={host}&_tenant={home}")).await;
    assert_eq!((switched.status, switched.header("location")), (StatusCode::OK, "/"), "{}", switched.body);
    assert!(shown().await.contains(&field(&host)));

    let late = site.post("/rpc/invite", &session, invite(&home)).await;
    assert_eq!((late.status, late.body.as_str()), (StatusCode::CONFLICT, r#"{"Refused":"OtherOrganisation"}"#));
    let mut plain = form("/rpc/invite", &session).body(Body::from(invite(&home))).unwrap();
    plain.headers_mut().insert(header::ACCEPT, "text/html".parse().unwrap());
    let late = site.ask(plain).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("Du har bytt organisation"), "{}", late.body);
    assert_eq!(site.world.number("SELECT count(*) FROM invitation").await, 0);

    // A script names the organisation in a header, also for reads.
    for (tenant, status) in [(&host, StatusCode::OK), (&home, StatusCode::CONFLICT)] {
        let mut read = form("/rpc/list_invitations", &session).body(Body::empty()).unwrap();
        read.headers_mut().insert("portvakt-tenant", tenant.parse().unwrap());
        assert_eq!(site.ask(read).await.status, status);
    }

    for (tenant, status) in [(&host, StatusCode::OK), (&home, StatusCode::CONFLICT)] {
        let answer = site.post("/rpc/invite", &session, invite(tenant)).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    let out = site.post("/rpc/sign_out", &session, format!("_tenant={home}")).await;
    assert_ne!(out.status, StatusCode::CONFLICT, "signing out is the same in each");
    assert_eq!(site.world.number("SELECT count(*) FROM session").await, 1, "the host's");
}

#[tokio::test]
async fn a_form_of_another_accounts_page_in_the_same_browser_is_a_conflict() {
    let site = Site::new().await;
    let (session, _, host) = guest(&site).await;
    let body = format!("email=dan%40b.example&name=&role=member&language=sv&_tenant={host}");
    assert_eq!(site.post("/rpc/invite", &session, body).await.status, StatusCode::CONFLICT);
    for to in ["", "0", "00000000-0000-0000-0000-000000000007"] {
        let answer = site.post("/rpc/switch_organisation", &session, format!("to={to}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{to}");
    }
}
