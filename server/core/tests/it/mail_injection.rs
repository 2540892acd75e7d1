//! Text typed into a name, an address or a header stays text in a mail.
use crate::kit::Post;
use mail_parser::MessageParser;
use portvakt_core::address::{ask, ask_notification, confirm, confirm_notification, remove_notification, stop};
use portvakt_core::caller::{Caller, Origin};
use portvakt_core::invitation::{Invitee, invite};
use portvakt_core::known_device::KnownDevices;
use portvakt_core::on_sqlite;
use portvakt_core::testing::{EMAIL, PASSWORD, World, choose_password, origin, sign_in, stranger};
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::FieldRule;
use portvakt_model::link::LinkKind;
use portvakt_model::profile::DisplayName;
use portvakt_model::tenant::OrganisationName;
use std::collections::BTreeSet;

/// Threats, T22: hostile texts for names, addresses and browser headers. They bypass the forms, which refuse some.
const NASTY: [&str; 40] = [
    "a\r\nBcc: b@evil.test",
    "a\nBcc: b@evil.test",
    "a\rBcc: b@evil.test",
    "a\r\n\r\n<script>alert(1)</script>",
    "a\n\n<script>alert(1)</script>",
    "a\r\n Bcc: b@evil.test",
    "a\r\n\tBcc: b@evil.test",
    "a\0Bcc: b@evil.test",
    "\0",
    "a\u{0b}Bcc: b@evil.test",
    "a\u{0c}Bcc: b@evil.test",
    "a\u{1b}[31mBcc: b@evil.test",
    "a\u{7f}\u{08}Bcc: b@evil.test",
    "a\u{85}Bcc: b@evil.test",
    "a\u{2028}Bcc: b@evil.test",
    "a\u{2029}Bcc: b@evil.test",
    "å\u{560d}\u{560a}Bcc: b@evil.test", // becomes CR LF where only the low byte is kept
    "a%0d%0aBcc: b@evil.test",
    "a\\r\\nBcc: b@evil.test",
    "a&#13;&#10;Bcc: b@evil.test",
    "=?utf-8?q?a=0d=0aBcc:_b@evil.test?=",
    "=?utf-8?b?YQ0KQmNjOiBiQGV2aWwudGVzdA==?=",
    "=0D=0ABcc: b@evil.test",
    "<b@evil.test>, c",
    "\"a\" <b@evil.test>",
    "a\" <b@evil.test>, \"c",
    "a, b@evil.test",
    "a; b@evil.test",
    "a: b@evil.test;",
    "(a) b@evil.test (c)",
    "a\\\" <b@evil.test>",
    "<img src=x onerror=alert(1)>",
    "</p><script src=//evil.test></script>",
    "\"><a href=\"https://evil.test\">a</a>",
    "javascript:alert(1)//\u{202e}txt.exe",
    "a\u{2066}\u{202e}tset.live@b",
    "a\u{200b}\u{feff}\u{ad}b",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    "a\r\n.\r\nMAIL FROM:<x@evil.test>\r\nRCPT TO:<b@evil.test>\r\nDATA",
    "a\r\nContent-Type: text/html\r\nSubject: evil\r\nTo: b@evil.test",
];

const HEADERS: [&str; 8] =
    ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"];

/// Asserts that every accepted mail has one recipient, our headers and our markup.
fn assert_nothing_got_out(post: &Post, nasty: &str) {
    for taken in post.server.taken() {
        assert_eq!(taken.recipients.len(), 1, "{nasty:?}");
        assert!(!taken.recipients[0].contains("evil.test>"), "{nasty:?}: {}", taken.recipients[0]);
        let (head, _) = taken.data.split_once("\r\n\r\n").unwrap();
        let lines = head.split("\r\n");
        assert!(lines.clone().all(|line| !line.contains(['\r', '\n', '\0'])), "{nasty:?}: {head}");
        let names: Vec<_> =
            lines.filter(|line| !line.starts_with([' ', '\t'])).map(|line| line.split(':').next().unwrap()).collect();
        assert_eq!(names.len(), HEADERS.len(), "{nasty:?}: {head}");
        assert_eq!(BTreeSet::from_iter(names), BTreeSet::from(HEADERS), "{nasty:?}: {head}");
        let message = MessageParser::default().parse(&taken.data).unwrap();
        assert_eq!(message.to().unwrap().as_list().unwrap().len(), 1, "{nasty:?}: {head}");
        let from = message.from().unwrap().as_list().unwrap();
        assert_eq!((from.len(), from[0].address()), (1, Some("portvakt@portal.example")), "{nasty:?}: {head}");
        let html = message.body_html(0).unwrap();
        assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("//evil.test\""), "{html}");
    }
}

async fn set(world: &World, statement: &'static str, text: &str) {
    assert_eq!(sqlx::query(statement).bind(text).execute(&world.raw).await.unwrap().rows_affected(), 1);
}

on_sqlite!(
    async fn nothing_in_a_name_or_a_browsers_header_becomes_a_header_a_recipient_or_markup(post: Post) {
        const SECOND: &str = "anna@hemma.example";
        let (world, core) = (&post.world, &post.world.core);
        let mut counts = BTreeSet::new();
        let anna = sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap().person;
        post.send().await;
        for (n, nasty) in NASTY.into_iter().enumerate() {
            world.clock.advance_secs(2 * 24 * 60 * 60);
            post.server.forget();
            set(world, "UPDATE tenant SET name = $1", nasty).await;
            set(world, "UPDATE account SET name = $1", nasty).await;
            let from = Origin { network: nasty.to_owned(), device: nasty.to_owned(), ..origin() };
            let person = sign_in(core, &from, &stranger(), EMAIL, PASSWORD).await.unwrap().person;
            for _ in 0..10 {
                let _ = sign_in(core, &from, &stranger(), EMAIL, "wrong").await;
                world.clock.advance_secs(600);
            }
            world.clock.advance_secs(3600);
            let moved = format!("anna{n}@nordhamn.example");
            ask(core, &person, &KnownDevices::default(), &moved, PASSWORD).await.unwrap();
            ask_notification(core, &person, SECOND).await.unwrap();
            let invitee = Invitee::parse(&format!("gast{n}@nordhamn.example"), "", "member", "sv").unwrap();
            invite(core, &Caller::from(anna.clone()), anna.tenant, &invitee).await.unwrap();
            post.send().await;
            confirm_notification(core, &from, &post.link(LinkKind::Notification, SECOND).unwrap()).await.unwrap();
            confirm(core, &from, &post.link(LinkKind::Email, &moved).unwrap()).await.unwrap();
            remove_notification(core, &person).await.unwrap();
            post.send().await;
            let reset = stop(core, &from, &post.link(LinkKind::EmailStop, EMAIL).unwrap()).await.unwrap();
            choose_password(core, &from, &reset, &stranger(), PASSWORD, "").await.unwrap();
            post.forgot(EMAIL).await;
            post.send().await;
            assert_nothing_got_out(&post, nasty);
            counts.insert(post.server.taken().len());
            assert_eq!(world.number("SELECT count(*) FROM mail WHERE failure IS NOT NULL").await, 0, "{nasty:?}");
        }
        assert_eq!(counts, BTreeSet::from([17]), "all of them got through, for every form alike");
    }
);

on_sqlite!(
    async fn nothing_in_an_address_becomes_a_header_or_another_recipient(post: Post) {
        for nasty in NASTY {
            for email in [format!("a@b.example{nasty}"), format!("{nasty}@b.example"), nasty.to_owned()] {
                post.world.clock.advance_secs(24 * 60 * 60);
                set(&post.world, "UPDATE account SET email = $1", &email).await;
                set(&post.world, "UPDATE account SET notification_email = $1", &email).await;
                post.forgot(EMAIL).await;
                sign_in(&post.world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
                assert_eq!(post.send().await, 3);
                assert_nothing_got_out(&post, &email);
                post.server.forget();
            }
        }
    }
);

#[test]
fn no_form_accepts_text_that_would_become_a_header() {
    for nasty in NASTY.into_iter().filter(|nasty| nasty.contains(['\r', '\n', '\0', '\u{2028}', '\u{202e}'])) {
        assert_eq!(DisplayName::parse(nasty), Err(FieldRule::Unprintable), "{nasty:?}");
        assert_eq!(OrganisationName::parse(nasty).err(), Some(FieldRule::Unprintable), "{nasty:?}");
    }
    for nasty in NASTY {
        for email in [format!("a@b.example{nasty}"), format!("{nasty}@b.example")] {
            let refused = EmailAddress::parse(&email).err();
            let is_plain = email.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.@".contains(c));
            assert!(refused.is_some() || is_plain, "{email:?}");
        }
    }
}
