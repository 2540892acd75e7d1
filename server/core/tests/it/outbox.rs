use crate::kit::{Does, MailServer, mailer};
use mail_parser::MessageParser;
use portvakt_core::caller::{Caller, Person};
use portvakt_core::each_database;
use portvakt_core::invitation::{Invitee, invite};
use portvakt_core::mail::{Mailer, send_due};
use portvakt_core::member;
use portvakt_core::outbox::{outbox, send_again, send_all_again, test};
use portvakt_core::reset::forgot;
use portvakt_core::testing::{EMAIL, Fixture, NORDHAMN, World, new_person, origin, refusal};
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::Refusal;
use portvakt_model::id::MailId;
use portvakt_model::language::Language;
use portvakt_model::mail::{MailKind, Why};
use portvakt_model::role::Role;
use portvakt_model::time::Timestamp;
use uuid::Uuid;

/// A portal with a mail server, and a customer that sends invitations.
struct Outbox {
    world: World,
    server: MailServer,
    mailer: Mailer,
    anna: Person,
    clara: Person,
}

impl Fixture for Outbox {
    async fn of(world: World) -> Self {
        let anna = world.owner().await.person;
        let clara = world.nordhamn().await.person;
        let server = MailServer::start().await;
        let mailer = mailer(&server.url());
        Self { world, server, mailer, anna, clara }
    }
}

impl Outbox {
    fn staff(&self) -> Caller {
        Caller::from(self.anna.clone())
    }

    async fn send(&self) -> u64 {
        send_due(&self.world.core, &self.mailer, &|| false).await.unwrap()
    }

    async fn invites(&self, email: &str) {
        let who = Invitee {
            email: EmailAddress::parse(email).unwrap(),
            name: None,
            language: Language::Swedish,
            role: Role::Member,
        };
        let caller = Caller::from(self.clara.clone());
        invite(&self.world.core, &caller, self.clara.home, &who).await.unwrap();
    }

    /// A mail that the server refused for good.
    async fn refused(&self, email: &str) -> MailId {
        self.server.does(Does::Refuse("550 nobody here"));
        self.invites(email).await;
        assert_eq!(self.send().await, 1);
        self.server.does(Does::Take);
        outbox(&self.world.core, &self.anna).await.unwrap().rows[0].id
    }
}

each_database!(
    async fn a_mail_that_was_given_up_is_listed_masked_and_sent_again(post: Outbox) {
        let core = &post.world.core;
        let id = post.refused("karim.bensaid@nordhamn.example").await;
        let listed = outbox(core, &post.anna).await.unwrap();
        assert_eq!((listed.waiting, listed.failed, listed.trouble, listed.may_send), (0, 1, None, true));
        let row = &listed.rows[0];
        assert_eq!((row.kind, row.why, row.tries), (MailKind::Invitation, Why::Refused(550), 1));
        assert_eq!((row.to.as_str(), row.organisation.as_str()), ("k•••@nordhamn.example", NORDHAMN));
        assert!(!serde_json::to_string(&listed).unwrap().contains("bensaid"));

        send_again(core, &post.staff(), id).await.unwrap();
        assert_eq!(outbox(core, &post.anna).await.unwrap().waiting, 1);
        assert_eq!(post.send().await, 1);
        assert_eq!(post.server.taken().len(), 1);
        assert_eq!(refusal(send_again(core, &post.staff(), id).await), Some(Refusal::NotFound), "it was sent");
        assert_eq!(outbox(core, &post.anna).await.unwrap().failed, 0);
        assert_eq!(post.world.actions(post.anna.home).await.last().unwrap(), "mail.sent_again");
    }
);

each_database!(
    async fn a_mail_sent_again_is_tried_as_often_as_a_new_one(post: Outbox) {
        let id = post.refused("karim@nordhamn.example").await;
        send_again(&post.world.core, &post.staff(), id).await.unwrap();
        post.server.does(Does::Refuse("451 later"));
        let mut tried = 0;
        for _ in 0..20 {
            tried += post.send().await;
            post.world.clock.advance_secs(3600);
        }
        assert_eq!(tried, 10);
        let listed = outbox(&post.world.core, &post.anna).await.unwrap();
        assert_eq!((listed.rows[0].why, listed.rows[0].tries), (Why::NotNow(451), 10));
    }
);

each_database!(
    async fn all_mails_are_sent_again_except_those_with_an_expired_link(post: Outbox) {
        let core = &post.world.core;
        post.server.does(Does::Refuse("550 nobody here"));
        forgot(core, &origin(), EMAIL).await.unwrap();
        assert_eq!(post.send().await, 1);
        let reset = outbox(core, &post.anna).await.unwrap().rows[0].id;
        post.world.clock.advance_secs(31 * 60);
        for n in 0..3 {
            post.refused(&format!("p{n}@nordhamn.example")).await;
        }
        let stale: Vec<_> = outbox(core, &post.anna).await.unwrap().rows.iter().map(|row| row.is_stale).collect();
        assert_eq!(stale, [false, false, false, true]);
        assert_eq!(refusal(send_again(core, &post.staff(), reset).await), Some(Refusal::NotFound));
        send_all_again(core, &post.staff()).await.unwrap();
        assert_eq!(post.send().await, 3);
        assert_eq!(post.server.taken().len(), 3);
        assert_eq!(refusal(send_all_again(core, &post.staff()).await), Some(Refusal::Conflict));
        let listed = outbox(core, &post.anna).await.unwrap();
        assert_eq!((listed.failed, listed.may_send), (1, false));
        // A mail that was given up is kept for a month with its content.
        post.world.clock.advance_secs(29 * 24 * 3600);
        portvakt_core::housekeeping::round(core).await.unwrap();
        assert_eq!(post.world.number("SELECT count(*) FROM mail WHERE sealed IS NOT NULL").await, 1);
        post.world.clock.advance_secs(24 * 3600);
        portvakt_core::housekeeping::round(core).await.unwrap();
        assert_eq!(post.world.number("SELECT count(*) FROM mail").await, 0);
    }
);

each_database!(
    async fn the_outbox_tells_why_mail_waits_until_it_is_sent(post: Outbox) {
        let core = &post.world.core;
        post.server.does(Does::Refuse("451 later"));
        post.invites("karim@nordhamn.example").await;
        assert_eq!(post.send().await, 1);
        let listed = outbox(core, &post.anna).await.unwrap();
        assert_eq!((listed.waiting, listed.failed, listed.trouble), (1, 0, Some(Why::NotNow(451))));
        post.server.does(Does::Take);
        post.world.clock.advance_secs(5);
        assert_eq!(post.send().await, 1);
        let listed = outbox(core, &post.anna).await.unwrap();
        assert_eq!((listed.waiting, listed.failed, listed.trouble), (0, 0, None));
    }
);

each_database!(
    async fn a_test_mail_goes_to_the_caller_and_is_limited(post: Outbox) {
        for _ in 0..3 {
            test(&post.world.core, &post.anna).await.unwrap();
        }
        let more = test(&post.world.core, &post.anna).await;
        assert_eq!(refusal(more), Some(Refusal::TooManyMails { retry_after_secs: 3600 }));
        assert_eq!(post.send().await, 3);
        let mails = post.server.taken();
        assert_eq!(mails[0].recipients, [format!("RCPT TO:<{EMAIL}>")]);
        let message = MessageParser::default().parse(&mails[0].data).unwrap();
        assert_eq!(message.subject(), Some("Testmejl från portalen"));
        assert_eq!(post.world.actions(post.anna.home).await.last().unwrap(), "mail.tested");
    }
);

each_database!(
    async fn only_the_operators_administrators_find_the_outbox(post: Outbox) {
        let core = &post.world.core;
        let id = post.refused("karim@nordhamn.example").await;
        let auditor = new_person("Finn Alm", "finn@mardby.example");
        let auditor = member::add(core, &post.staff(), post.anna.home, &auditor, Role::Auditor).await.unwrap();
        let auditor = post.world.signed_in(post.anna.home, auditor);
        for person in [&post.clara, &auditor] {
            let caller = Caller::from(person.clone());
            assert_eq!(refusal(outbox(core, person).await), Some(Refusal::NotFound));
            assert_eq!(refusal(test(core, person).await), Some(Refusal::NotFound));
            for id in [id, MailId(Uuid::from_u128(7))] {
                assert_eq!(refusal(send_again(core, &caller, id).await), Some(Refusal::NotFound));
            }
            assert_eq!(refusal(send_all_again(core, &caller).await), Some(Refusal::NotFound));
        }
        let nothing = send_again(core, &post.staff(), MailId(Uuid::from_u128(7))).await;
        assert_eq!(refusal(nothing), Some(Refusal::NotFound));
        assert_eq!(outbox(core, &post.anna).await.unwrap().failed, 1);
    }
);

each_database!(
    /// lettre cannot write a date after the year 9999, and panics.
    async fn a_mail_that_causes_a_panic_is_a_failed_try_and_others_go_on(post: Outbox) {
        let now = post.world.core.clock.now();
        post.invites("a@nordhamn.example").await;
        post.invites("b@nordhamn.example").await;
        post.world.clock.set(Timestamp::from_micros(253_402_300_800_000_000));
        assert_eq!(post.send().await, 2, "the second is tried though the first broke");
        assert_eq!(post.server.taken().len(), 0);
        let broke = "SELECT count(*) FROM mail WHERE failure = 'broke' AND tries = 1 AND ended_at IS NULL";
        assert_eq!(post.world.number(broke).await, 2);
        post.world.clock.set(now);
        post.invites("c@nordhamn.example").await;
        assert_eq!(post.send().await, 1);
        assert_eq!(post.server.taken().len(), 1);
        assert_eq!(outbox(&post.world.core, &post.anna).await.unwrap().trouble, Some(Why::Broke));
    }
);
