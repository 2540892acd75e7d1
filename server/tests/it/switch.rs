//! A page that was made for one organisation does nothing in another.
use crate::site::{Site, form};
use crate::whose::made_for;
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
    let (session, _, host) = guest(&site).await;
    let invite = |made_for: &str| format!("email=dan%40b.example&name=&role=member&language=sv&_for={made_for}");
    let at_home = made_for(&site, &session).await;
    let switched = site.post("/rpc/switch_organisation", &session, format!("to={host}&_for={at_home}")).await;
    assert_eq!((switched.status, switched.header("location")), (StatusCode::OK, "/"), "{}", switched.body);
    let at_host = made_for(&site, &session).await;

    let late = site.post("/rpc/invite", &session, invite(&at_home)).await;
    assert_eq!((late.status, late.body.as_str()), (StatusCode::CONFLICT, r#"{"Refused":"OtherOrganisation"}"#));
    let mut plain = form("/rpc/invite", &session).body(Body::from(invite(&at_home))).unwrap();
    plain.headers_mut().insert(header::ACCEPT, "text/html".parse().unwrap());
    let late = site.ask(plain).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("Du har bytt organisation"), "{}", late.body);
    assert_eq!(site.world.number("SELECT count(*) FROM invitation").await, 0);

    // A script names the organisation in a header, also for reads.
    for (made_for, status) in [(&at_host, StatusCode::OK), (&at_home, StatusCode::CONFLICT)] {
        let mut read = form("/rpc/list_invitations", &session).body(Body::empty()).unwrap();
        read.headers_mut().insert("portvakt-for", made_for.parse().unwrap());
        assert_eq!(site.ask(read).await.status, status);
    }

    for (made_for, status) in [(&at_host, StatusCode::OK), (&at_home, StatusCode::CONFLICT)] {
        let answer = site.post("/rpc/invite", &session, invite(made_for)).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    let out = site.post("/rpc/sign_out", &session, format!("_for={at_home}")).await;
    assert_ne!(out.status, StatusCode::CONFLICT, "signing out is the same in each");
    assert_eq!(site.world.number("SELECT count(*) FROM session").await, 1, "the host's");
}

#[tokio::test]
async fn nobody_switches_to_an_organisation_that_is_not_theirs() {
    let site = Site::new().await;
    let (session, ..) = guest(&site).await;
    for to in ["", "0", "00000000-0000-0000-0000-000000000007"] {
        let answer = site.post("/rpc/switch_organisation", &session, format!("to={to}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{to}");
    }
}
