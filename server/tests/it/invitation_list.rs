//! A list of people to invite, as a form with a file sends it.
use crate::site::{Site, files, page};
use axum::body::Body;
use http::{StatusCode, header};

const PAGE: &str = "/admin/invitations/list";

fn body(list: &str, file: &[u8]) -> Vec<u8> {
    let field = |name: &str, value: &[u8]| {
        [format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n").as_bytes(), value, b"\r\n"].concat()
    };
    let head = b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"people.csv\"\r\nContent-Type: text/csv\r\n\r\n";
    let file = [&head[..], file, b"\r\n"].concat();
    [field("list", list.as_bytes()), file, field("role", b"member"), field("language", b"sv"), b"--x--\r\n".to_vec()]
        .concat()
}

/// Sends a list, and returns the redirect's address and the page there.
async fn sent(site: &Site, session: &str, body: Vec<u8>) -> (String, String) {
    let answer = site.ask(files("/upload/invitation-list", session).body(Body::from(body)).unwrap()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let flash = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    let next = page(PAGE).header(header::COOKIE, format!("__Host-cookies=on; {session}; {flash}"));
    let shown = site.ask(next.body(Body::empty()).unwrap()).await;
    assert_eq!(shown.status, StatusCode::OK);
    (answer.header("location").to_owned(), shown.body)
}

#[tokio::test]
async fn a_list_is_shown_with_its_faulty_lines_and_sent_by_a_form_of_its_own() {
    let site = Site::new().await;
    let session = site.sign_in().await;
    let list = "Karim Bensaid <karim@b.example>\r\n<b>chef</b>\r\neva@b.example;Eva Ek;granskare\r\n";
    let (location, shown) = sent(&site, &session, body(list, b"")).await;
    assert_eq!(location, format!("{PAGE}#preview"));
    for part in
        ["karim@b.example", "Eva Ek", "Granskare", "1 rad används inte", "Skicka 2 inbjudningar", "&lt;b&gt;chef"]
    {
        assert!(shown.contains(part), "{part}");
    }
    assert!(!shown.contains("<b>chef") && !shown.contains("<karim"));
    let (_, ended) = sent(&site, &session, body("</textarea><img src=x>\r\na@b.example", b"")).await;
    assert!(!ended.contains("<img src=x>"), "a text does not end its field");
    let (_, shown) = sent(&site, &session, body(list, b"")).await;
    assert_eq!(site.world.number("SELECT count(*) FROM mail").await, 0);
    let (_, rest) = shown.split_once("name=\"id\" value=\"").unwrap();
    let id = rest.split('"').next().unwrap();
    let answer = site.post("/rpc/send_invitation_list", &session, format!("id={id}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(site.world.number("SELECT count(*) FROM mail").await, 2);
    let next = page(PAGE).header(header::COOKIE, format!("__Host-cookies=on; {session}"));
    let shown = site.ask(next.body(Body::empty()).unwrap()).await.body;
    assert!(shown.contains("Inbjudna: 2. Finns redan i organisationen: 0."));
}

#[tokio::test]
async fn a_file_goes_before_the_typed_list_and_a_refusal_keeps_the_typed_list() {
    let site = Site::new().await;
    let session = site.sign_in().await;
    let (_, shown) = sent(&site, &session, body("typed@b.example", b"email;name\r\nfile@b.example;Eva Ek\r\n")).await;
    assert!(shown.contains("file@b.example") && !shown.contains("typed@b.example"));
    let many = (0..1001).map(|n| format!("a{n}@b.example\n")).collect::<Vec<_>>().concat();
    for (typed, file, words) in [
        ("typed@b.example", &b"\xE5sa@b.example"[..], "CSV UTF-8"),
        ("typed@b.example", many.as_bytes(), "Skriv högst 1000 rader"),
        ("", b"", "Fyll i det här"),
    ] {
        let (location, shown) = sent(&site, &session, body(typed, file)).await;
        assert_eq!(location, PAGE);
        assert!(shown.contains(words) && shown.contains(typed), "{words}");
        assert!(shown.contains("file@b.example"), "the list that was read before still waits");
    }
    // A thousand long lines fit.
    let long =
        (0..1000).map(|n| format!("{n}{}@b.example;{}\n", "a".repeat(60), "Ö".repeat(60))).collect::<Vec<_>>().concat();
    assert!(sent(&site, &session, body("", long.as_bytes())).await.1.contains("Skicka 1000 inbjudningar"));
    let (_, shown) = sent(&site, &session, body("", &vec![b'a'; 600 * 1024])).await;
    assert!(shown.contains("Filen är för stor"));
}

#[tokio::test]
async fn neither_another_site_nor_a_member_sends_a_list() {
    let site = Site::new().await;
    let session = site.sign_in().await;
    let ask = |session: &str, origin: &'static str| {
        let mut request = files("/upload/invitation-list", session).body(Body::from(body("a@b.example", b""))).unwrap();
        request.headers_mut().insert(header::ORIGIN, origin.parse().unwrap());
        request
    };
    assert_eq!(site.ask(ask(&session, "https://evil.test")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(site.ask(ask("", crate::site::ORIGIN)).await.status, StatusCode::UNAUTHORIZED);
    site.world.sql("UPDATE membership SET role = 'member'").await;
    assert_eq!(site.ask(ask(&session, crate::site::ORIGIN)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.world.number("SELECT count(*) FROM invitation_list").await, 0);
}
