//! An organisation's theme: its colour and its uploaded logo.
use crate::site::{Site, files, page};
use axum::body::{Body, Bytes};
use axum::extract::Request;
use futures_util::stream;
use http::{StatusCode, header};
use portvakt_core::caller::Person;
use portvakt_core::organisation::{OrganisationForm, change, change_logo, load};
use std::convert::Infallible;
use std::time::Instant;

const PICTURE: &[u8] = include_bytes!("../../core/tests/picture.png");

fn upload(session: &str, body: impl Into<Body>) -> Request {
    files("/upload/logo", session).body(body.into()).unwrap()
}

fn form(file: &[u8]) -> Vec<u8> {
    let head = b"--x\r\nContent-Disposition: form-data; name=\"logo\"; filename=\"../../x\"\r\nContent-Type: image/png\r\n\r\n";
    [&head[..], file, b"\r\n--x--\r\n"].concat()
}

/// Uploads a file and returns the page's answer.
async fn said(site: &Site, session: &str, body: impl Into<Body>) -> String {
    let answer = site.ask(upload(session, body)).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/admin/organisation"));
    let flash = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    let next = page("/admin/organisation").header(header::COOKIE, format!("__Host-cookies=on; {session}; {flash}"));
    let shown = site.ask(next.body(Body::empty()).unwrap()).await;
    assert_eq!(shown.status, StatusCode::OK);
    shown.body
}

async fn version(site: &Site) -> i64 {
    site.world.number("SELECT count(*) FROM audit_event WHERE action = 'organisation.logo_changed'").await
}

/// A customer, and its owner.
async fn customer(site: &Site) -> Person {
    site.world.nordhamn().await.person
}

async fn coloured(site: &Site, person: &Person, accent: &str, version: i64) {
    let form = OrganisationForm {
        name: "Nordhamn kommun",
        accent,
        language: "sv",
        domains: "",
        security_contact: "",
        version,
    };
    change(&site.world.core, person, form).await.unwrap();
}

#[tokio::test]
async fn a_logo_is_uploaded_and_served_for_ever_under_its_own_name() {
    let site = Site::new().await;
    let session = site.sign_in().await;
    let shown = said(&site, &session, form(PICTURE)).await;
    assert!(shown.contains("Logotypen är ändrad"), "{shown}");
    let (_, rest) = shown.split_once("src=\"/theme/").unwrap();
    let address = format!("/theme/{}", rest.split('"').next().unwrap());
    let logo = site.get(&address).await;
    assert_eq!((logo.status, logo.header("content-type")), (StatusCode::OK, "image/png"));
    assert_eq!(logo.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(logo.header("x-content-type-options"), "nosniff");
    assert!(logo.header("content-security-policy").starts_with("default-src 'none'"));
    assert!(!logo.body.contains("made up"), "the file's metadata is gone");
    assert!(site.get("/sign-in").await.body.contains(&address), "the operator's own page has it at the gate");
    // The earlier file is gone when another one has replaced it.
    assert_eq!(site.post("/rpc/remove_logo", &session, "").await.status, StatusCode::OK);
    assert_eq!(site.get(&address).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_upload_that_is_no_logo_is_refused_with_words_and_changes_nothing() {
    let site = Site::new().await;
    let session = site.sign_in().await;
    let mut bomb = PICTURE.to_vec();
    bomb[16..24].copy_from_slice(&[0, 0, 0xC3, 0x50, 0, 0, 0xC3, 0x50]);
    let crc = !bomb[12..29].iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(crc & 1)))
    });
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    let html = b"<html><script>alert(1)</script>".to_vec();
    let begun = Instant::now();
    for (what, body, words) in [
        ("HTML", form(&html), "inte en PNG-bild"),
        ("a JPEG", form(b"\xFF\xD8\xFF\xE0\0\x10JFIF"), "inte en PNG-bild"),
        ("nothing", form(b""), "Fyll i det här"),
        ("no file", b"--x--\r\n".to_vec(), "Fyll i det här"),
        ("50,000 by 50,000 pixels", form(&bomb), "för många pixlar"),
        ("300 kB", form(&vec![7; 300 * 1024]), "för stor"),
        ("five megabytes", form(&vec![7; 5 * 1024 * 1024]), "för stor"),
    ] {
        let shown = said(&site, &session, body).await;
        assert!(shown.contains(words), "{what}");
    }
    for (what, body, status) in [
        ("half a form", b"--x\r\nContent-Disposition: form-data; name=\"logo\"\r\n\r\nabc".to_vec(), 400),
        ("no form", b"hello".to_vec(), 400),
        (
            "nine parts",
            [b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n".repeat(9), b"--x--".to_vec()].concat(),
            400,
        ),
    ] {
        assert_eq!(site.ask(upload(&session, body)).await.status.as_u16(), status, "{what}");
    }
    let mut other = upload(&session, form(PICTURE));
    other.headers_mut().insert(header::CONTENT_TYPE, "application/octet-stream".parse().unwrap());
    assert_eq!(site.ask(other).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(version(&site).await, 0);
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_gigabyte_is_not_read_to_its_end() {
    let site = Site::new().await;
    let session = site.sign_in().await;
    let begun = Instant::now();
    let mut said = upload(&session, form(PICTURE));
    said.headers_mut().insert(header::CONTENT_LENGTH, (1_u64 << 30).into());
    assert_eq!(site.ask(said).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    // In chunks without a length: the upload is stopped after a few megabytes.
    let sent = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = std::sync::Arc::clone(&sent);
    let parts = stream::iter((0..1024).map(move |_| {
        counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Ok::<_, Infallible>(Bytes::from(vec![7; 1024 * 1024]))
    }));
    assert_eq!(site.ask(upload(&session, Body::from_stream(parts))).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(sent.load(std::sync::atomic::Ordering::SeqCst) < 12);
    assert!(begun.elapsed().as_secs() < 2, "{:?}", begun.elapsed());
    assert_eq!(version(&site).await, 0);
}

#[tokio::test]
async fn only_our_own_pages_upload_and_only_for_a_signed_in_person() {
    let site = Site::new().await;
    let session = site.sign_in().await;
    for (name, value) in [("origin", "https://evil.test"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
        let mut request = upload(&session, form(PICTURE));
        if value == "null" {
            request.headers_mut().remove("sec-fetch-site");
        }
        request.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(site.ask(request).await.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    assert_eq!(site.ask(upload("", form(PICTURE))).await.status, StatusCode::UNAUTHORIZED);
    site.world.sql("UPDATE membership SET role = 'auditor'").await;
    assert_eq!(site.ask(upload(&session, form(PICTURE))).await.status, StatusCode::NOT_FOUND);
    assert_eq!(version(&site).await, 0);
}

#[tokio::test]
async fn a_colour_is_a_style_sheet_with_one_value_and_an_address_of_its_own() {
    let site = Site::new().await;
    site.sign_in().await;
    let clara = customer(&site).await;
    let slug = load(&site.world.core, &clara).await.unwrap().sign_in.split_once('=').unwrap().1.to_owned();
    let plain = format!("/theme/{slug}.css");
    assert_eq!(site.get(&plain).await.status, StatusCode::NOT_FOUND, "without a colour there is none");
    coloured(&site, &clara, "#1a5998", 0).await;
    let css = site.get(&format!("{plain}?1a5998")).await;
    assert_eq!((css.status, css.header("content-type")), (StatusCode::OK, "text/css"));
    assert_eq!(css.body, ":root { --tenant-accent: #1a5998; }\n");
    assert_eq!(css.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(css.header("x-content-type-options"), "nosniff");
    for other in [plain.clone(), format!("{plain}?9e366f"), format!("{plain}?1a5998;}}*{{")] {
        let Ok(request) = page(&other).body(Body::empty()) else { continue };
        let css = site.ask(request).await;
        assert_eq!(
            (css.body.as_str(), css.header("cache-control")),
            (":root { --tenant-accent: #1a5998; }\n", "no-store")
        );
    }
}

#[tokio::test]
async fn the_sign_in_page_has_the_named_tenants_theme_and_an_unknown_name_is_like_none() {
    let site = Site::new().await;
    site.sign_in().await;
    let clara = customer(&site).await;
    coloured(&site, &clara, "#1a5998", 0).await;
    change_logo(&site.world.core, &clara, PICTURE.to_vec()).await.unwrap();
    let worn = load(&site.world.core, &clara).await.unwrap();
    let slug = worn.sign_in.split_once('=').unwrap().1;
    let shown = site.get(&worn.sign_in).await.body;
    for part in [
        ">Nordhamn kommun<",
        &format!("<link rel=\"stylesheet\" href=\"/theme/{slug}.css?1a5998\""),
        worn.logo.as_deref().unwrap(),
        &format!("href=\"/forgot?tenant={slug}\""),
    ] {
        assert!(shown.contains(part), "{part}");
    }
    let forgot = site.get(&format!("/forgot?tenant={slug}")).await.body;
    assert!(forgot.contains(">Nordhamn kommun<") && forgot.contains(&format!("href=\"{}\"", worn.sign_in)));

    // Masks the nonce and the address's query.
    let masked = async |query: &str| {
        let answer = site.get(&format!("/sign-in{query}")).await;
        let nonce = answer.header("content-security-policy").split("'nonce-").nth(1).unwrap();
        let nonce = nonce.split('\'').next().unwrap().to_owned();
        assert_eq!(answer.status, StatusCode::OK);
        answer.body.replace(&nonce, "").replace(query, "")
    };
    let none = masked("?x=1").await;
    for query in ["?tenant=nowhere", "?tenant=", "?tenant=../x", "?tenant=0190a7e5-0000-7000-8000-000000000000"] {
        assert_eq!(masked(query).await, none, "{query}");
    }
    assert!(none.contains(">Mårdby Systems AB<"));
}
