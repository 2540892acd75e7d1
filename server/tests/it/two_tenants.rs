//! Two organisations: an id of the other one is answered like an unknown id, and nothing of the other one is read or
//! changed.
use crate::routes::FUNCTIONS;
use crate::site::{Answer, Site, files, page};
use axum::body::Body;
use http::{StatusCode, header};
use portvakt_core::caller::Caller;
use portvakt_core::testing::new_person;
use portvakt_core::{erasure, member};
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::page::Page;
use portvakt_model::role::Role;
use std::collections::BTreeMap;

/// Server functions that the operator's administrators call about a customer.
const OPERATORS: [&str; 5] =
    ["/rpc/end_tenant", "/rpc/invite_owner", "/rpc/restore_tenant", "/rpc/show_tenant", "/rpc/suspend_tenant"];

/// The other organisation, with a row in every table that has ids.
struct Other {
    tenant: TenantId,
    /// One id of each table, by the table's name.
    ids: BTreeMap<String, String>,
}

async fn other(site: &Site) -> Other {
    let world = &site.world;
    let tom = world.customer("Brightwater Utilities", "Tom Ashworth", "tom@brightwater.example").await;
    let (owner, tenant) = (Caller::from(tom.person.clone()), tom.person.home);
    let session = format!("__Host-portvakt={}", tom.token.reveal());
    let gina = new_person("Gina Walsh", "gina@brightwater.example");
    let gina = member::add(&world.core, &owner, tenant, &gina, Role::Member).await.unwrap();
    erasure::ask(&world.core, &owner, tenant, gina, "Har slutat").await.unwrap();
    let invite = "email=ivy%40brightwater.example&name=Ivy&role=member&language=en";
    assert_eq!(site.post("/rpc/invite", &session, invite).await.status, StatusCode::OK);
    let list = "--x\r\nContent-Disposition: form-data; name=\"list\"\r\n\r\nivo@brightwater.example\r\n--x\r\n\
                Content-Disposition: form-data; name=\"role\"\r\n\r\nmember\r\n--x\r\n\
                Content-Disposition: form-data; name=\"language\"\r\n\r\nen\r\n--x--\r\n";
    let read = site.ask(files("/upload/invitation-list", &session).body(Body::from(list)).unwrap()).await;
    assert_eq!(read.status, StatusCode::SEE_OTHER, "{}", read.body);
    assert!(world.sql("UPDATE mail SET ended_at = created_at, failure = 'refused 550'").await > 0);
    let rows = world.rows().await;
    let mut ids = BTreeMap::from([("tenant".to_owned(), tenant.to_string()), ("account".to_owned(), gina.to_string())]);
    for row in rows.iter().filter(|row| row.contains(&tenant.to_string())) {
        let (table, rest) = row.split_once(' ').unwrap();
        let is_own = |id: &&str| *id != tenant.to_string() && AccountId::parse(id).is_some();
        if let Some(id) = rest.split('\'').find(is_own) {
            ids.entry(table.to_owned()).or_insert_with(|| id.to_owned());
        }
    }
    for table in ["account", "audit_event", "invitation", "invitation_list", "mail", "session", "tenant", "tenant_key"]
    {
        assert!(ids.contains_key(table), "no id of {table}: {ids:?}");
    }
    Other { tenant, ids }
}

impl Other {
    async fn rows(&self, site: &Site) -> Vec<String> {
        let tenant = self.tenant.to_string();
        site.world.rows().await.into_iter().filter(|row| row.contains(&tenant)).collect()
    }
}

/// An answer without the parts that differ between requests.
fn masked(answer: &Answer, id: &str) -> (StatusCode, String, String) {
    let nonce =
        answer.header("content-security-policy").split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next());
    let differs = [nonce.unwrap_or_default(), id, &id.replace('-', ""), answer.header("x-request-id")];
    let body =
        differs.iter().filter(|part| !part.is_empty()).fold(answer.body.clone(), |body, part| body.replace(part, ""));
    (answer.status, answer.header("location").replace(id, ""), body)
}

async fn shown(site: &Site, session: &str, path: &str) -> Answer {
    let request = page(path).header(header::COOKIE, format!("__Host-cookies=on; {session}"));
    site.ask(request.body(Body::empty()).unwrap()).await
}

/// The body with the id in place of each `0` that is no version, or `None` if there is none.
fn with(body: &str, id: &str) -> Option<String> {
    let fields = body.split('&').map(|field| match field.split_once('=') {
        Some((name, "0")) if name != "version" => format!("{name}={id}"),
        Some(("asked%5Bwho%5D", _)) => format!("asked%5Bwho%5D={id}"),
        _ => field.to_owned(),
    });
    let filled = fields.collect::<Vec<_>>().join("&");
    (filled != body).then_some(filled)
}

#[tokio::test]
async fn another_organisations_id_is_answered_like_an_unknown_one_and_changes_nothing() {
    let site = Site::new().await;
    let anna = site.world.owner().await;
    let clara = site.world.nordhamn().await;
    let other = other(&site).await;
    let before = other.rows(&site).await;
    let nothing: AccountId = site.world.core.random.id(site.world.core.clock.now());
    let nothing = nothing.to_string();
    let mut asked = 0;
    for (caller, is_operator) in [(&clara, false), (&anna, true)] {
        let session = format!("__Host-portvakt={}", caller.token.reveal());
        for (table, id) in &other.ids {
            for (path, body, _) in FUNCTIONS {
                let Some(body_with) = with(body, id) else { continue };
                let is_theirs =
                    OPERATORS.contains(path) && table == "tenant" || *path == "/rpc/send_mail_again" && table == "mail";
                if is_operator && is_theirs {
                    continue;
                }
                let answer = site.post(path, &session, body_with).await;
                let usual = site.post(path, &session, with(body, &nothing).unwrap()).await;
                assert_eq!(masked(&answer, id), masked(&usual, &nothing), "{path} with an id of {table}");
                asked += 1;
            }
            for path in Page::ALL.iter().map(|page| page.path()).filter(|path| path.contains("{id}")) {
                if is_operator && path.starts_with("/operator/tenants/") && table == "tenant" {
                    continue;
                }
                let answer = shown(&site, &session, &path.replace("{id}", id)).await;
                let usual = shown(&site, &session, &path.replace("{id}", &nothing)).await;
                assert_eq!(masked(&answer, id), masked(&usual, &nothing), "{path} with an id of {table}");
                asked += 1;
            }
            assert_eq!(other.rows(&site).await, before, "after the ids of {table}");
        }
    }
    assert!(asked > 200, "{asked} were asked");
}

#[tokio::test]
async fn no_answer_to_an_owner_holds_data_of_another_organisation() {
    let site = Site::new().await;
    site.world.owner().await;
    let clara = site.world.nordhamn().await;
    let session = format!("__Host-portvakt={}", clara.token.reveal());
    let other = other(&site).await;
    let before = other.rows(&site).await;
    let of_the_other = |body: &str| {
        let lower = body.to_lowercase();
        let has = |id: &String| lower.contains(id) || lower.contains(&id.replace('-', ""));
        lower.contains("brightwater") || lower.contains("ashworth") || other.ids.values().any(has)
    };
    for path in Page::ALL.iter().map(|page| page.path()) {
        let answer = shown(&site, &session, path).await;
        assert!(!of_the_other(&answer.body), "{path}: {}", answer.body);
    }
    // Signing out comes last, because it ends the caller's session.
    let (last, first): (Vec<_>, Vec<_>) = FUNCTIONS.iter().partition(|(path, ..)| *path == "/rpc/sign_out");
    let mut done = 0;
    for (path, body, _) in first.into_iter().chain(last).copied() {
        let answer = site.post(path, &session, body).await;
        assert!(!of_the_other(&answer.body), "{path}: {}", answer.body);
        done += usize::from(answer.status == StatusCode::OK);
    }
    assert!(done > 10, "{done} of them did something");
    for path in ["/admin/users/export", "/profile/data.json"] {
        let request = page(path).header(header::COOKIE, format!("__Host-cookies=on; {session}"));
        let answer = site.ask(request.header("sec-fetch-site", "same-origin").body(Body::empty()).unwrap()).await;
        assert!(!of_the_other(&answer.body), "{path}: {}", answer.body);
    }
    assert_eq!(other.rows(&site).await, before);
}
