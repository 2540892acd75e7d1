use portvakt_core::caller::{Caller, Person};
use portvakt_core::invitation_list::{discard, load, prepare, send};
use portvakt_core::testing::{CLARA, NORDHAMN, World, new_person, refusal};
use portvakt_core::{each_database, housekeeping, invitation, member};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::InvitationListId;
use portvakt_model::invitation_list::{Draft, LineOutcome, LineRule};
use portvakt_model::language::Language;
use portvakt_model::role::Role;
use uuid::Uuid;

/// Adds an organisation and returns its owner.
async fn owner(world: &World, name: &str, email: &str) -> Person {
    world.customer(name, "Clara Ström", email).await.person
}

async fn nordhamn(world: &World) -> Person {
    world.owner().await;
    owner(world, NORDHAMN, CLARA).await
}

/// Prepares a list and returns its draft.
async fn prepared(world: &World, person: &Person, text: &str) -> Draft {
    prepare(&world.core, person, text.as_bytes(), "member", "sv").await.unwrap();
    draft(world, person).await
}

async fn draft(world: &World, person: &Person) -> Draft {
    load(&world.core, person).await.unwrap().draft.unwrap()
}

fn many(count: usize) -> String {
    (0..count).map(|n| format!("Nr {n} <a{n}@b.example>\n")).collect::<Vec<_>>().concat()
}

fn count(draft: &Draft, outcome: Option<LineOutcome>) -> usize {
    draft.lines.iter().filter(|line| line.outcome == outcome).count()
}

async fn mails(world: &World) -> i64 {
    world.number("SELECT count(*) FROM mail WHERE kind = 'invitation'").await
}

each_database!(
    async fn a_list_is_shown_first_and_sent_only_on_request(world: World) {
        let clara = nordhamn(&world).await;
        let text = "Karim Bensaid <karim@b.example>\nclara@nordhamn.example\nchef\neva@b.example;Eva Ek;granskare;en\n";
        let list = prepared(&world, &clara, text).await;
        assert_eq!((list.lines.len(), list.faulty.len(), mails(&world).await), (3, 1, 0));
        assert_eq!((list.faulty[0].number, list.faulty[0].rule), (3, LineRule::NotAnEmail));
        assert_eq!(list.text, text);
        assert_eq!(world.actions(clara.tenant).await, ["tenant.created", "member.joined"]);

        send(&world.core, &clara, list.id).await.unwrap();
        let done = draft(&world, &clara).await;
        let outcomes: Vec<_> = done.lines.iter().map(|line| line.outcome.unwrap()).collect();
        assert_eq!(outcomes, [LineOutcome::Invited, LineOutcome::Belongs, LineOutcome::Invited]);
        assert_eq!(mails(&world).await, 2);
        let open = invitation::list(&world.core, &clara).await.unwrap().pending;
        let mut found: Vec<_> = open.iter().map(|o| (o.email.as_str(), o.name.as_str(), o.role)).collect();
        found.sort_unstable();
        assert_eq!(
            found,
            [("eva@b.example", "Eva Ek", Role::Auditor), ("karim@b.example", "Karim Bensaid", Role::Member)]
        );
        let log =
            ["tenant.created", "member.joined", "member.invited", "member.invited", "member.invitation_list_sent"];
        assert_eq!(world.actions(clara.tenant).await, log);

        // A second send does nothing: no tried address is mailed again.
        send(&world.core, &clara, list.id).await.unwrap();
        assert_eq!((mails(&world).await, world.actions(clara.tenant).await.len()), (2, 5));
    }
);

each_database!(
    async fn a_list_sent_twice_at_once_mails_nobody_twice(world: World) {
        let clara = nordhamn(&world).await;
        let list = prepared(&world, &clara, &many(120)).await;
        let other = world.again(&world.settings).await.unwrap();
        let (one, two) = tokio::join!(send(&world.core, &clara, list.id), send(&other, &clara, list.id));
        one.unwrap();
        two.unwrap();
        // The slower call leaves the rest to the faster one, and a second send finishes the list.
        send(&world.core, &clara, list.id).await.unwrap();
        assert_eq!((mails(&world).await, count(&draft(&world, &clara).await, Some(LineOutcome::Invited))), (120, 120));
        assert_eq!(world.number("SELECT count(*) FROM invitation").await, 120);
        let log = world.actions(clara.tenant).await;
        assert_eq!(log.iter().filter(|action| *action == "member.invited").count(), 120);
        assert_eq!(log.iter().filter(|action| *action == "member.invitation_list_sent").count(), 5);
    }
);

each_database!(
    async fn an_address_over_the_mail_limit_keeps_its_earlier_invitation(world: World) {
        let clara = nordhamn(&world).await;
        for _ in 0..3 {
            let list = prepared(&world, &clara, "a@b.example").await;
            send(&world.core, &clara, list.id).await.unwrap();
        }
        let before = world.number("SELECT sent_at FROM invitation").await;
        world.clock.advance_secs(60);
        let list = prepared(&world, &clara, "a@b.example\nb@b.example").await;
        send(&world.core, &clara, list.id).await.unwrap();
        let outcomes: Vec<_> = draft(&world, &clara).await.lines.iter().map(|line| line.outcome).collect();
        assert_eq!(outcomes, [Some(LineOutcome::OverLimit), Some(LineOutcome::Invited)]);
        assert_eq!(world.number("SELECT sent_at FROM invitation WHERE email = 'a@b.example'").await, before);
    }
);

each_database!(
    async fn a_full_outbox_keeps_the_sent_invitations_and_the_rest_are_sent_later(world: World) {
        let clara = nordhamn(&world).await;
        world.fill_outbox(30).await;
        let list = prepared(&world, &clara, &many(40)).await;
        assert!(matches!(refusal(send(&world.core, &clara, list.id).await), Some(Refusal::Busy { .. })));
        let half = draft(&world, &clara).await;
        assert_eq!((count(&half, Some(LineOutcome::Invited)), count(&half, None), mails(&world).await), (25, 15, 25));
        world.sql("DELETE FROM mail WHERE kind = 'test'").await;
        send(&world.core, &clara, list.id).await.unwrap();
        assert_eq!((mails(&world).await, count(&draft(&world, &clara).await, None)), (40, 0));
    }
);

each_database!(
    async fn a_prepared_list_belongs_to_its_author_and_waits_an_hour(world: World) {
        let clara = nordhamn(&world).await;
        let eva = owner(&world, "Region Västmark", "eva@vastmark.example").await;
        let new = new_person("Petra Nyholm", "petra@nordhamn.example");
        let petra = member::add(&world.core, &Caller::Command, clara.tenant, &new, Role::Administrator).await.unwrap();
        let petra = world.signed_in(clara.tenant, petra);
        let list = prepared(&world, &clara, "a@b.example").await;
        let unknown = InvitationListId::from(Uuid::from_u128(7));
        for stranger in [&eva, &petra] {
            assert_eq!(load(&world.core, stranger).await.unwrap().draft, None);
            assert_eq!(refusal(send(&world.core, stranger, list.id).await), Some(Refusal::NotFound));
            discard(&world.core, stranger).await.unwrap();
        }
        assert_eq!(refusal(send(&world.core, &clara, unknown).await), Some(Refusal::NotFound));
        let sealed: Vec<u8> = {
            let row: (Vec<u8>,) =
                sqlx::query_as("SELECT sealed FROM invitation_list").fetch_one(&world.raw).await.unwrap();
            row.0
        };
        assert!(!sealed.windows(9).any(|part| part == b"b.example"));

        world.clock.advance_secs(3600);
        assert_eq!(load(&world.core, &clara).await.unwrap().draft, None);
        assert_eq!(refusal(send(&world.core, &clara, list.id).await), Some(Refusal::NotFound));
        housekeeping::round(&world.core).await.unwrap();
        assert_eq!(world.number("SELECT count(*) FROM invitation_list").await, 0);
        prepared(&world, &clara, "a@b.example").await;
        discard(&world.core, &clara).await.unwrap();
        assert_eq!(load(&world.core, &clara).await.unwrap().draft, None);
        assert_eq!(mails(&world).await, 0);
    }
);

each_database!(
    async fn a_list_gives_no_role_above_its_senders(world: World) {
        let clara = nordhamn(&world).await;
        let add = async |email, role| {
            let new = new_person("Petra Nyholm", email);
            let id = member::add(&world.core, &Caller::Command, clara.tenant, &new, role).await.unwrap();
            world.signed_in(clara.tenant, id)
        };
        let petra = add("petra@nordhamn.example", Role::Administrator).await;
        let list = prepared(&world, &petra, "a@b.example,,owner\nb@b.example,,administrator").await;
        assert_eq!((list.lines.len(), list.faulty[0].rule), (1, LineRule::RoleNotGiven));
        let none = refusal(prepare(&world.core, &petra, b"a@b.example", "owner", "sv").await);
        assert_eq!(none, Some(Refusal::Fields(vec![FieldRule::Empty.of("role")])));
        // If the inviter loses the role before the list is sent, nobody is invited.
        world.sql("UPDATE membership SET role = 'auditor' WHERE role = 'administrator'").await;
        assert_eq!(refusal(send(&world.core, &petra, list.id).await), Some(Refusal::NotFound));
        for person in [petra, add("erik@nordhamn.example", Role::Member).await] {
            assert_eq!(refusal(load(&world.core, &person).await), Some(Refusal::NotFound));
            let none = prepare(&world.core, &person, b"", "member", "sv").await;
            assert_eq!(refusal(none), Some(Refusal::NotFound));
        }
        assert_eq!(mails(&world).await, 0);
    }
);

each_database!(
    async fn an_unreadable_list_is_refused_whole(world: World) {
        let clara = nordhamn(&world).await;
        for (text, rule) in [
            (Vec::new(), FieldRule::Empty),
            (b"\xE5sa@b.example".to_vec(), FieldRule::NotUtf8),
            (many(1001).into_bytes(), FieldRule::TooManyLines(1000)),
            (vec![b'a'; 256 * 1024 + 1], FieldRule::TooLarge(256)),
        ] {
            let refused = refusal(prepare(&world.core, &clara, &text, "member", "sv").await);
            assert_eq!(refused, Some(Refusal::Fields(vec![rule.of("list")])));
        }
        let found = load(&world.core, &clara).await.unwrap();
        assert_eq!((found.draft, found.language, found.roles.len()), (None, Language::Swedish, 4));
    }
);
