use crate::kit::{Does, Post, mailer, send, token};
use mail_parser::{MessageParser, MimeHeaders};
use portvakt_core::mail::{Mailer, MailerSettings};
use portvakt_core::organisation::{change_logo, find_logo, load};
use portvakt_core::reset::forgot;
use portvakt_core::testing::{
    CLARA, EMAIL, NEW_PASSWORD, PASSWORD, World, choose_password, form, origin, refusal, sign_in, stranger,
};
use portvakt_core::token::Token;
use portvakt_core::{each_database, on_sqlite};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::link::LinkKind;
use std::collections::BTreeSet;
use std::time::Duration;

each_database!(
    async fn a_person_who_forgot_the_password_gets_a_reset_link(post: Post) {
        post.forgot(&EMAIL.to_uppercase()).await;
        assert_eq!(post.send().await, 1);
        let mails = post.server.taken();
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].recipients, [format!("RCPT TO:<{EMAIL}>")]);
        let message = MessageParser::default().parse(&mails[0].data).unwrap();
        assert_eq!(message.subject(), Some("Välj ett nytt lösenord"));
        assert_eq!(message.from().unwrap().first().unwrap().name(), Some("Mårdby Systems AB"));
        assert!(message.message_id().unwrap().ends_with("@portal.example"));
        assert!(mails[0].data.contains("Auto-Submitted: auto-generated\r\n"));
        let [(text, html)] = &post.bodies()[..] else { panic!("one mail") };
        assert!(token(LinkKind::Reset, text) == token(LinkKind::Reset, html));

        // The database holds only the link's hash. The sealed mail is deleted when it is sent.
        assert_eq!(post.world.number("SELECT count(*) FROM mail WHERE sealed IS NOT NULL").await, 0);
        let core = &post.world.core;
        let started = choose_password(core, &origin(), &token(LinkKind::Reset, text), &stranger(), NEW_PASSWORD, "")
            .await
            .unwrap();
        let actions = post.world.actions(started.person.home).await;
        assert_eq!(actions, ["portal.set_up", "account.reset_link_issued", "account.password_changed"]);
        assert_eq!(post.send().await, 1);
        assert_eq!(post.subjects()[1], "Ditt lösenord har bytts");
        assert!(post.bodies()[1].0.contains("192.0.2.7"));
    }
);

each_database!(
    async fn an_address_without_an_account_gets_no_mail_and_the_same_answer(post: Post) {
        post.forgot("nobody@nordhamn.example").await;
        assert_eq!(post.send().await, 0);
        assert_eq!(post.world.number("SELECT count(*) FROM audit_event").await, 1);
        let none = forgot(&post.world.core, &origin(), "anna").await;
        assert_eq!(refusal(none), Some(Refusal::Fields(vec![FieldRule::NotAnEmail.of("email")])));
    }
);

each_database!(
    async fn one_address_gets_three_mails_of_a_kind_in_an_hour_and_ten_in_a_day(post: Post) {
        for _ in 0..20 {
            post.forgot(EMAIL).await;
        }
        assert_eq!(post.send().await, 3);
        // The last mailed link still works, because the links above the limit did not replace it.
        let newest = token(LinkKind::Reset, &post.bodies()[2].0);
        for _ in 0..5 {
            post.world.clock.advance_secs(3601);
            for _ in 0..4 {
                post.forgot(EMAIL).await;
            }
        }
        post.send().await;
        assert_eq!(post.server.taken().len(), 10);
        post.world.clock.advance_secs(24 * 3600);
        post.forgot(EMAIL).await;
        assert_eq!(post.send().await, 1);
        let old = choose_password(&post.world.core, &origin(), &newest, &stranger(), NEW_PASSWORD, "").await;
        assert_eq!(refusal(old), Some(Refusal::NotFound), "newer ones were mailed since");
    }
);

each_database!(
    async fn the_last_link_that_was_mailed_works_also_when_more_were_asked_for(post: Post) {
        for _ in 0..5 {
            post.forgot(EMAIL).await;
        }
        post.send().await;
        let newest = token(LinkKind::Reset, &post.bodies()[2].0);
        choose_password(&post.world.core, &origin(), &newest, &stranger(), NEW_PASSWORD, "").await.unwrap();
    }
);

each_database!(
    async fn a_mail_refused_for_now_is_sent_later(post: Post) {
        let mut expected = 0;
        for fault in [Does::Refuse("421 closing"), Does::Refuse("451 later"), Does::Hang, Does::EncryptBadly] {
            post.server.does(fault);
            post.forgot(EMAIL).await;
            assert_eq!(post.send().await, 1);
            assert_eq!(post.send().await, 0, "not before its time");
            post.server.does(Does::Take);
            post.world.clock.advance_secs(4);
            assert_eq!(post.send().await, 0, "not before its time");
            post.world.clock.advance_secs(1);
            assert_eq!(post.send().await, 1);
            expected += 1;
            assert_eq!(post.server.taken().len(), expected);
            post.world.clock.advance_secs(3600);
        }
        assert_eq!(post.world.number("SELECT count(*) FROM mail WHERE failure IS NOT NULL").await, 0);
    }
);

each_database!(
    async fn a_mail_that_is_refused_for_good_is_given_up_at_once_and_other_mails_go_on(post: Post) {
        post.server.does(Does::Refuse("550 nobody here"));
        post.forgot(EMAIL).await;
        assert_eq!(post.send().await, 1);
        post.server.does(Does::Take);
        post.world.clock.advance_secs(3600);
        assert_eq!(post.send().await, 0);
        assert_eq!(post.world.number("SELECT count(*) FROM mail WHERE failure LIKE '%550%'").await, 1);
        post.forgot(EMAIL).await;
        assert_eq!(post.send().await, 1);
        assert_eq!(post.server.taken().len(), 1);
    }
);

each_database!(
    async fn a_mail_is_tried_ten_times(post: Post) {
        post.server.does(Does::Refuse("451 later"));
        post.forgot(EMAIL).await;
        let mut tried = 0;
        for _ in 0..20 {
            tried += post.send().await;
            post.world.clock.advance_secs(3600);
        }
        assert_eq!(tried, 10);
        assert_eq!(post.world.number("SELECT count(*) FROM mail WHERE failure LIKE '%451%'").await, 1);
    }
);

each_database!(
    async fn a_mail_server_that_refuses_our_credentials_delays_the_mail(post: Post) {
        let stranger = mailer(&format!("smtp://portvakt:wrong@127.0.0.1:{}", post.server.port));
        post.server.does(Does::LetNobodyIn);
        post.forgot(EMAIL).await;
        assert_eq!(send(&post.world.core, &stranger).await, 1);
        assert_eq!(post.world.number("SELECT count(*) FROM mail WHERE ended_at IS NULL").await, 1);
        post.server.does(Does::Take);
        post.world.clock.advance_secs(5);
        assert_eq!(post.send().await, 1);
        assert_eq!(post.server.taken().len(), 1);
    }
);

each_database!(
    async fn a_mail_of_a_killed_sender_is_sent_by_the_next_one(post: Post) {
        post.forgot(EMAIL).await;
        post.server.does(Does::Hang);
        // The sender is killed after it took the mail and before the server answered.
        let killed = tokio::time::timeout(Duration::from_millis(200), post.send()).await;
        assert!(killed.is_err());
        post.server.does(Does::Take);
        post.world.clock.advance_secs(119);
        assert_eq!(post.send().await, 0, "the first sender may still be sending it");
        post.world.clock.advance_secs(1);
        assert_eq!(post.send().await, 1);
        assert_eq!(post.server.taken().len(), 1);
    }
);

each_database!(
    threads = 2,
    async fn of_two_processes_one_sends_a_mail(post: Post) {
        let other = post.world.again(&post.world.settings).await.unwrap();
        for n in 0..10 {
            for _ in 0..3 {
                post.forgot(EMAIL).await;
            }
            let (a, b) = tokio::join!(send(&post.world.core, &post.mailer), send(&other, &post.mailer));
            assert_eq!(a + b, if n < 3 { 3 } else { u64::from(n == 3) });
            post.world.clock.advance_secs(3601);
        }
        assert_eq!(post.server.taken().len(), 10);
        let ids: BTreeSet<_> = post
            .server
            .taken()
            .iter()
            .map(|mail| MessageParser::default().parse(&mail.data).unwrap().message_id().unwrap().to_owned())
            .collect();
        assert_eq!(ids.len(), 10);
    }
);

each_database!(
    async fn no_link_is_folded_in_a_mail_and_each_can_be_copied(post: Post) {
        post.forgot(EMAIL).await;
        post.send().await;
        let data = post.server.taken()[0].data.clone();
        assert!(!data.contains("quoted-printable\r\n\r\nDu ") && data.contains("text/plain"), "{data}");
        let (_, plain) = data.split_once("Content-Type: text/plain").unwrap();
        assert!(plain.starts_with("; charset=utf-8\r\nContent-Transfer-Encoding: base64"), "{data}");
        let (text, html) = post.bodies().remove(0);
        let token = post.link(LinkKind::Reset, EMAIL).unwrap().reveal();
        assert!(text.contains(&token));
        assert_eq!(html.matches(&token).count(), 2, "in the button, and as text below it: {html}");
    }
);

on_sqlite!(
    async fn no_organisations_name_is_a_link_in_a_mail(post: Post) {
        post.world.sql("UPDATE tenant SET name = 'Vinn på evil.example/nu'").await;
        post.forgot(EMAIL).await;
        post.send().await;
        let (text, html) = post.bodies().remove(0);
        for part in [text, html] {
            assert!(part.contains("Vinn på evil.") && !part.contains("evil.example"), "{part}");
        }
    }
);

each_database!(
    async fn a_new_device_is_told_and_a_known_one_is_not(post: Post) {
        let core = &post.world.core;
        let first = sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        assert_eq!(post.send().await, 1);
        assert_eq!(post.subjects(), ["Inloggning på en ny enhet"]);
        let known = post.world.known_browser(&first);
        sign_in(core, &origin(), &known, EMAIL, PASSWORD).await.unwrap();
        assert_eq!(post.send().await, 0);
    }
);

each_database!(
    async fn a_mail_carries_the_logo_of_its_organisation_as_a_picture_of_its_own(post: Post) {
        let core = &post.world.core;
        let clara = post.world.nordhamn().await.person;
        change_logo(core, &clara, include_bytes!("../picture.png").to_vec()).await.unwrap();
        let address = load(core, &clara).await.unwrap().logo.unwrap();
        let [slug, name] = [address.split('/').nth(2).unwrap(), address.split(['/', '.']).nth(4).unwrap()];
        let logo = find_logo(core, slug, name).await.unwrap().unwrap();
        post.forgot(CLARA).await;
        post.forgot(EMAIL).await;
        post.send().await;
        let taken = post.server.taken();
        for mail in &taken {
            let message = MessageParser::default().parse(&mail.data).unwrap();
            let html = message.body_html(0).unwrap();
            let images: Vec<_> = message.parts.iter().filter(|part| part.is_content_type("image", "png")).collect();
            assert!(!html.contains("http-equiv") && !html.contains("src=\"http"), "nothing is fetched");
            if mail.data.contains("clara@") {
                assert!(html.contains("src=\"cid:logo@portvakt\""), "{html}");
                assert_eq!(images.len(), 1);
                assert_eq!(images[0].contents(), logo);
                assert_eq!(images[0].content_id(), Some("logo@portvakt"));
                assert_eq!(images[0].content_disposition().unwrap().ctype(), "inline");
            } else {
                assert!(!html.contains("<img"), "the operator has no logo, and gets no other organisation's");
                assert!(images.is_empty());
            }
        }
        assert_eq!(taken.len(), 2);
    }
);

each_database!(
    async fn a_lock_is_told_once_however_many_tries_follow(post: Post) {
        let core = &post.world.core;
        for _ in 0..14 {
            let _ = sign_in(core, &origin(), &stranger(), EMAIL, "wrong").await;
            post.world.clock.advance_secs(3600);
        }
        post.send().await;
        assert_eq!(post.subjects(), ["För många felaktiga lösenord"]);
    }
);

on_sqlite!(
    async fn without_a_mail_server_mails_are_private_files(world: World) {
        use std::os::unix::fs::PermissionsExt;
        world.owner().await;
        let folder = world.dir().join("mail");
        let settings = MailerSettings {
            smtp: None,
            folder: folder.clone(),
            from: "portvakt@localhost",
            origin: "http://localhost:3000".to_owned(),
            patience: Duration::from_secs(1),
        };
        forgot(&world.core, &origin(), form().email).await.unwrap();
        assert_eq!(send(&world.core, &Mailer::new(settings).unwrap()).await, 1);
        let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(Result::unwrap).collect();
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(files[0].path().extension().unwrap(), "eml");
        // The link stands in the file as it is, so that a person can copy it.
        let text = std::fs::read_to_string(files[0].path()).unwrap();
        let (_, link) = text.split_once("http://localhost:3000/reset/").unwrap();
        assert!(Token::parse(link.lines().next().unwrap()).is_some(), "{text}");
    }
);
