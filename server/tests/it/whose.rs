//! A page acts on the link, the waiting sign-in, the person and the organisation that it showed, whatever else has been
//! opened in the same browser since.
use crate::routes::FUNCTIONS;
use crate::site::{Answer, Site, files, form, handle, held, page};
use axum::body::Body;
use http::{StatusCode, header};
use portvakt_core::caller::Caller;
use portvakt_core::invitation::{Invitee, invite};
use portvakt_core::session::Started;
use portvakt_core::testing::{EMAIL, PASSWORD, new_person, origin, sign_in, stranger};
use portvakt_core::token::Token;
use portvakt_model::flash::FOR_FIELD;
use portvakt_model::role::Role;

fn session(started: &Started) -> String {
    format!("__Host-portvakt={}", started.token.reveal())
}

async fn get(site: &Site, path: &str, cookies: &str) -> Answer {
    let request = page(path).header(header::COOKIE, format!("__Host-cookies=on; __Host-language=en; {cookies}"));
    site.ask(request.body(Body::empty()).unwrap()).await
}

/// A form as a browser without JavaScript posts it.
async fn plain(site: &Site, path: &str, cookies: &str, body: String) -> Answer {
    let mut request = form(path, cookies).body(Body::from(body)).unwrap();
    request.headers_mut().remove("portvakt-of");
    request.headers_mut().insert(header::ACCEPT, "text/html".parse().unwrap());
    site.ask(request).await
}

/// The sealed field that the forms of a person's page have.
pub async fn made_for(site: &Site, session: &str) -> String {
    let shown = get(site, "/profile", session).await.body;
    let (_, rest) = shown.split_once(&format!("name=\"{FOR_FIELD}\" value=\"")).expect("the page has forms");
    rest.split('"').next().unwrap().to_owned()
}

/// The cookies that an answer sets, `NAME=VALUE` each. An empty value removes a cookie.
fn cookies(answer: &Answer) -> Vec<String> {
    let all = answer.headers.get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap());
    all.map(|cookie| cookie.split(';').next().unwrap().to_owned()).collect()
}

/// Functions that ignore for whom their page was made.
const FOR_ALL: [&str; 1] = ["/rpc/sign_out"];

#[tokio::test]
async fn no_function_does_anything_for_a_page_of_another_person_or_organisation() {
    let site = Site::new().await;
    let anna = site.world.owner().await;
    let eva = site.world.second_person().await;
    let host = site.world.nordhamn().await.person.home;
    site.world.join(host, anna.person.account, Role::Administrator).await;
    site.world.clock.advance_secs(2);
    let for_eva = made_for(&site, &session(&eva)).await;
    let at_home = made_for(&site, &session(&anna)).await;
    let to = format!("to={host}&{FOR_FIELD}={at_home}");
    assert_eq!(site.post("/rpc/switch_organisation", &session(&anna), to).await.status, StatusCode::OK);
    let before = site.world.rows().await;
    for (made_for, refusal) in
        [(for_eva.as_str(), "OtherPerson"), (&at_home, "OtherOrganisation"), ("made up", "OtherPerson")]
    {
        for (path, body, _) in FUNCTIONS.iter().filter(|(path, ..)| !FOR_ALL.contains(path)) {
            let answer = site.post(path, &session(&anna), format!("{body}&{FOR_FIELD}={made_for}")).await;
            assert_eq!(answer.body, format!(r#"{{"Refused":"{refusal}"}}"#), "{path}");
            assert_eq!(answer.status, StatusCode::CONFLICT, "{path}");
            // A script says it in a header, also when it only reads.
            let mut read = form(path, &session(&anna)).body(Body::from(*body)).unwrap();
            read.headers_mut().insert("portvakt-for", made_for.parse().unwrap());
            assert_eq!(site.ask(read).await.status, StatusCode::CONFLICT, "{path}");
        }
        for path in ["/upload/logo", "/upload/invitation-list"] {
            let part = |name: &str, value: &str| {
                format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            };
            let body = format!("{}{}--x--\r\n", part(FOR_FIELD, made_for), part("list", "ivo@b.example"));
            let answer = site.ask(files(path, &session(&anna)).body(Body::from(body)).unwrap()).await;
            assert_eq!(answer.status, StatusCode::CONFLICT, "{path}");
        }
    }
    assert_eq!(site.world.rows().await, before);
    let out = site.post("/rpc/sign_out", &session(&anna), format!("{FOR_FIELD}={for_eva}")).await;
    assert_eq!(out.status, StatusCode::OK, "signing out is the same for everybody");
}

/// Every function that acts on a link, with the fields it needs.
fn of_links() -> Vec<&'static str> {
    FUNCTIONS.iter().filter(|(_, _, status)| *status == 404).map(|(path, ..)| *path).collect()
}

#[tokio::test]
async fn a_form_acts_on_the_link_of_its_page_and_leaves_the_one_that_was_opened_after_it() {
    let site = Site::new().await;
    site.world.owner().await;
    site.world.second_person().await;
    let links = [site.world.reset_link(EMAIL).await, site.world.reset_link("eva@b.example").await];
    let opened = async |token: &Token| {
        let answer = get(&site, &format!("/reset/{}", token.reveal()), "").await;
        assert_eq!(answer.header("location"), format!("/reset?of={}", token.handle()));
        cookies(&answer)
    };
    let jar = [opened(&links[0]).await, opened(&links[1]).await].concat().join("; ");
    for (token, email) in links.iter().zip([EMAIL, "eva@b.example"]) {
        let shown = get(&site, &format!("/reset?of={}", token.handle()), &jar).await;
        assert!(shown.body.contains(email), "the page says whose account it is: {}", shown.body);
    }
    // Without the name of a link, or under a name that is not the link's own, there is none.
    let forged = format!("__Host-link-AAAAAAAA={}; {jar}", links[0].reveal());
    for of in ["", "?of=", "?of=AAAAAAAA", "?of=__________"] {
        assert_eq!(get(&site, &format!("/reset{of}"), &forged).await.status, StatusCode::NOT_FOUND, "{of}");
    }
    for path in of_links() {
        let (_, body, _) = FUNCTIONS.iter().find(|(is, ..)| *is == path).unwrap();
        let answer = plain(&site, path, &forged, format!("{body}&_page=%2Freset%3Fof%3DAAAAAAAA")).await;
        assert_ne!(answer.status, StatusCode::OK, "{path}");
    }
    assert_eq!(site.world.number("SELECT count(*) FROM link").await, 2);

    let password = "ny+granit+fyr+vinterljus";
    let body = format!("password={password}&_page=%2Freset%3Fof%3D{}", links[0].handle());
    let done = plain(&site, "/rpc/choose_password", &jar, body).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/"), "{}", done.body);
    let dropped = format!("__Host-link-{}=", links[0].handle());
    assert!(cookies(&done).contains(&dropped), "only its own link is gone: {:?}", cookies(&done));
    assert!(!cookies(&done).iter().any(|cookie| cookie.contains(&links[1].handle())), "{:?}", cookies(&done));
    assert!(
        sign_in(&site.world.core, &origin(), &stranger(), EMAIL, "ny granit fyr vinterljus").await.is_ok(),
        "Anna's is changed"
    );
    let hers = get(&site, &format!("/reset?of={}", links[1].handle()), &jar).await;
    assert_eq!(hers.status, StatusCode::OK, "Eva's link still works");
}

#[tokio::test]
async fn a_guest_signs_in_between_opening_an_invitation_and_accepting_it() {
    let site = Site::new().await;
    let anna = site.world.owner().await;
    let host = site.world.nordhamn().await;
    let caller = Caller::from(host.person.clone());
    let person = new_person("Anna", EMAIL);
    let invitee = Invitee { email: person.email, name: None, role: Role::Member, language: person.language };
    invite(&site.world.core, &caller, host.person.home, &invitee).await.unwrap();
    let token = site.world.invitation_token().await;
    let link = held("link", &token);
    let here = format!("/invitation?of={}", token.handle());
    let next = here.replace('/', "%2F").replace('?', "%3F").replace('=', "%3D");
    let shown = get(&site, &here, &link).await;
    assert!(shown.body.contains(&format!("/sign-in?next={next}")), "{}", shown.body);
    let body = format!("email={}&password={}&next={next}", EMAIL.replace('@', "%40"), PASSWORD.replace(' ', "+"));
    let signed_in = plain(&site, "/rpc/sign_in", &link, body).await;
    assert_eq!(signed_in.header("location"), here);
    let sent = cookies(&signed_in);
    assert!(!sent.iter().any(|cookie| cookie.starts_with("__Host-link")), "the link is still held: {sent:?}");
    let own = sent.iter().find(|cookie| cookie.starts_with("__Host-portvakt=")).unwrap();
    let offered = get(&site, &here, &format!("{own}; {link}")).await;
    assert!(offered.body.contains("Accept"), "{}", offered.body);
    // The same after signing out as somebody else on the way.
    let eva = site.world.second_person().await;
    let elsewhere = get(&site, &here, &format!("{}; {link}", session(&eva))).await;
    assert!(elsewhere.body.contains(&format!("/sign-out?next={next}")), "{}", elsewhere.body);
    let out = plain(&site, "/rpc/sign_out", &format!("{}; {link}", session(&eva)), format!("next={next}")).await;
    assert_eq!(out.header("location"), here);
    assert!(!cookies(&out).iter().any(|cookie| cookie.starts_with("__Host-link")), "{:?}", cookies(&out));
    let joined = plain(&site, "/rpc/join_organisation", &format!("{own}; {link}"), format!("_page={next}")).await;
    assert_eq!(joined.status, StatusCode::SEE_OTHER);
    assert_eq!(joined.header("location"), format!("/?joined={}", host.person.home));
    let first = get(&site, joined.header("location"), own).await;
    assert!(first.body.contains("You are now a guest at Nordhamn kommun"), "{}", first.body);
    assert_eq!(site.world.number("SELECT count(*) FROM membership").await, 4);
    assert_ne!(anna.person.home, host.person.home);
}

#[tokio::test]
async fn two_people_sign_in_at_once_in_one_browser() {
    let site = Site::new().await;
    let anna = site.world.owner().await;
    let (secret, ..) = site.world.code_app(&anna).await;
    let bo = site.world.customer("Brightwater", "Bo Ek", "bo@brightwater.example").await;
    let (of_bo, ..) = site.world.code_app(&bo).await;
    site.world.clock.advance_secs(60);
    let mut jar = Vec::new();
    let mut at = Vec::new();
    for email in [EMAIL, "bo@brightwater.example"] {
        let body = format!("email={}&password={}", email.replace('@', "%40"), PASSWORD.replace(' ', "+"));
        let waiting = plain(&site, "/rpc/sign_in", &jar.join("; "), body).await;
        at.push(waiting.header("location").to_owned());
        jar.extend(cookies(&waiting));
    }
    let jar = jar.join("; ");
    assert_ne!(at[0], at[1]);
    for (there, email) in at.iter().zip([EMAIL, "bo@brightwater.example"]) {
        assert!(there.starts_with("/sign-in/code?of="), "{there}");
        assert!(get(&site, there, &jar).await.body.contains(email), "the page says whose sign-in it is");
    }
    let enter = async |there: &str, code: &str| {
        let there = there.replace('/', "%2F").replace('?', "%3F").replace('=', "%3D");
        plain(&site, "/rpc/enter_code", &jar, format!("code={code}&_page={there}")).await
    };
    // Wrong codes end Anna's own sign-in and not Bo's.
    let wrong = if site.world.code(&secret, 0) == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        assert_eq!(enter(&at[0], wrong).await.header("location"), at[0]);
    }
    assert_eq!(enter(&at[0], &site.world.code(&secret, 0)).await.header("location"), at[0], "it has ended");
    let done = enter(&at[1], &site.world.code(&of_bo, 0)).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/"));
    let own = cookies(&done).into_iter().find(|cookie| cookie.starts_with("__Host-portvakt=")).unwrap();
    assert!(get(&site, "/", &own).await.body.contains("Bo Ek"));
}

#[tokio::test]
async fn what_was_typed_before_a_session_ended_waits_for_the_same_person() {
    let site = Site::new().await;
    let anna = site.world.owner().await;
    let eva = site.world.second_person().await;
    let typed = "Åsa Öberg-Ek";
    let made_for = made_for(&site, &session(&anna)).await;
    let fields = format!(
        "name=%C3%85sa+%C3%96berg-Ek&language=sv&time_zone=UTC&version=0&_keep=name&_page=%2Fprofile&{FOR_FIELD}={made_for}"
    );
    let shows = |answer: &Answer| answer.body.contains(&format!("value=\"{typed}\""));
    // Without a session the form is not sent on. With a script, its own button asks for the same, also if somebody is signed in.
    let stale = Token::new(&site.world.core.random);
    let stale = format!("__Host-portvakt={}", stale.reveal());
    for (cookies_sent, more) in [(stale.as_str(), ""), (&stale, "&_again=on"), (&session(&anna), "&_again=on")] {
        let ended = plain(&site, "/rpc/change_profile", cookies_sent, format!("{fields}{more}")).await;
        assert_eq!((ended.status, ended.header("location")), (StatusCode::SEE_OTHER, "/profile"), "{more}");
        let sent = cookies(&ended);
        let kept = sent.iter().find(|cookie| cookie.starts_with("__Host-kept=")).unwrap();
        assert!(!kept.contains("sa+"), "sealed");
        let asked = get(&site, "/profile", kept).await;
        assert_eq!(asked.header("location"), "/sign-in?next=%2Fprofile");
        assert!(get(&site, asked.header("location"), kept).await.body.contains("You have been signed out"));
        assert!(!get(&site, "/sign-in?next=%2F", kept).await.body.contains("You have been signed out"));
        assert!(!shows(&get(&site, "/profile", &format!("{}; {kept}", session(&eva))).await), "never to somebody else");
        let back = get(&site, "/profile", &format!("{}; {kept}", session(&anna))).await;
        assert!(shows(&back) && back.body.contains("What you typed is still here"), "{}", back.body);
        assert!(cookies(&back).contains(&"__Host-kept=".to_owned()), "once");
    }
    assert_eq!(site.world.number("SELECT count(*) FROM account WHERE name LIKE '%berg-Ek'").await, 0);
    // The same for what was typed as somebody who is not signed in any more.
    let other = plain(&site, "/rpc/change_profile", &session(&eva), fields.clone()).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    let sent = cookies(&other);
    let kept = sent.iter().find(|cookie| cookie.starts_with("__Host-kept=")).unwrap().clone();
    assert!(shows(&get(&site, "/profile", &format!("{}; {kept}", session(&anna))).await));
    let anna = sign_in(&site.world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
    site.world.clock.advance_secs(10 * 60);
    assert!(!shows(&get(&site, "/profile", &format!("{}; {kept}", session(&anna))).await), "for ten minutes");
}

#[tokio::test]
async fn a_browser_holds_five_links_and_a_sixth_takes_the_oldest_ones_place() {
    let site = Site::new().await;
    site.world.owner().await;
    let first = site.world.reset_link(EMAIL).await;
    let others: Vec<Token> = (0..4).map(|_| Token::new(&site.world.core.random)).collect();
    let mut jar = vec![held("link", &first)];
    jar.extend(others.iter().map(|token| held("link", token)));
    let again = get(&site, &format!("/reset/{}", first.reveal()), &jar.join("; ")).await;
    assert_eq!(
        cookies(&again).iter().filter(|cookie| cookie.starts_with("__Host-link")).count(),
        1,
        "it is held already"
    );
    let sixth = site.world.reset_link(EMAIL).await;
    let opened = cookies(&get(&site, &format!("/reset/{}", sixth.reveal()), &jar.join("; ")).await);
    assert!(opened.contains(&format!("__Host-link-{}=", first.handle())), "{opened:?}");
    assert!(opened.contains(&held("link", &sixth)), "{opened:?}");
    assert_eq!(opened.iter().filter(|cookie| cookie.starts_with("__Host-link")).count(), 2, "{opened:?}");
    assert_eq!(handle(&jar[0]), Some(first.handle().as_str()));
}
