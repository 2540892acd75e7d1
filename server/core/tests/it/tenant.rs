use crate::policy::typed;
use portvakt_core::caller::{Caller, Person};
use portvakt_core::each_database;
use portvakt_core::housekeeping;
use portvakt_core::invitation::{Invitee, invite, join};
use portvakt_core::member;
use portvakt_core::policy_editor::{self, Form};
use portvakt_core::reset::{forgot, recover};
use portvakt_core::session::Started;
use portvakt_core::tenant::NewTenant;
use portvakt_core::tenants::{self as tenant, Asked, WAIT_SECS};
use portvakt_core::testing::{
    EMAIL, Fixture, PASSWORD, World, choose_password, is_wrong, new_person, origin, refusal, register, sign_in,
    stranger,
};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::TenantId;
use portvakt_model::role::Role;
use portvakt_model::tenant::Contract;
use std::time::Duration;
use uuid::Uuid;

const CLARA: &str = "clara@nordhamn.example";

/// The operator's owner, and a customer with its own.
struct Two {
    world: World,
    anna: Person,
    clara: Started,
}

impl Fixture for Two {
    async fn of(world: World) -> Self {
        let anna = world.owner().await.person;
        let clara = world.customer("Nordhamn kommun", "Clara Ström", CLARA).await;
        Self { world, anna, clara }
    }
}

impl Two {
    fn staff(&self) -> Caller {
        Caller::from(self.anna.clone())
    }

    fn customer(&self) -> TenantId {
        self.clara.person.home
    }

    /// Lets the operator's owner be a guest of the customer.
    async fn invite_anna(&self) {
        let anna = new_person("Anna Lindqvist", EMAIL);
        let caller = Caller::from(self.clara.person.clone());
        let invitee = Invitee { email: anna.email, name: None, language: anna.language, role: Role::Member };
        invite(&self.world.core, &caller, self.customer(), &invitee).await.unwrap();
        let token = self.world.invitation_token().await;
        join(&self.world.core, &self.anna, &token).await.unwrap();
    }

    async fn contract(&self) -> Contract {
        tenant::show(&self.world.core, &self.anna, self.customer()).await.unwrap().row.contract
    }

    /// What somebody is told who signs in at the customer with the right password.
    async fn signs_in(&self) -> bool {
        let done = sign_in(&self.world.core, &origin(), &stranger(), CLARA, PASSWORD).await;
        done.is_ok() || !is_wrong(done)
    }
}

fn brightwater() -> (NewTenant, portvakt_core::account::NewPerson) {
    NewTenant::parse("Brightwater Housing", "", "en", "Tom Ashworth", "tom@brightwater.example").unwrap()
}

each_database!(
    async fn a_customer_is_made_and_its_owner_invited_and_both_logs_say_so(world: World) {
        let anna = world.owner().await.person;
        let (customer, owner) = brightwater();
        let made = tenant::create(&world.core, &Caller::from(anna.clone()), &customer, &owner).await.unwrap();
        assert_eq!(world.actions(anna.home).await, ["portal.set_up", "tenant.created"]);
        let detail = tenant::show(&world.core, &anna, made.tenant).await.unwrap();
        assert_eq!((detail.row.slug.as_str(), detail.row.people), ("brightwater-housing", 0));
        assert_eq!(detail.invited.unwrap().0, "tom@brightwater.example");
        let tom = register(&world.core, &origin(), &made.invitation, &stranger(), "Tom", PASSWORD).await.unwrap();
        assert_eq!(tom.person.home, made.tenant);
        assert_eq!(world.actions(made.tenant).await, ["tenant.created", "member.joined"]);
        let detail = tenant::show(&world.core, &anna, made.tenant).await.unwrap();
        assert_eq!((detail.owners, detail.invited), (vec!["Tom".to_owned()], None));
        let tom = Caller::from(tom.person);
        let guest = new_person("Eva Ek", "eva@brightwater.example");
        member::add(&world.core, &tom, made.tenant, &guest, Role::Owner).await.unwrap();
    }
);

each_database!(
    async fn what_is_typed_for_a_customer_is_checked_and_a_short_name_is_taken_once(world: World) {
        let staff = Caller::from(world.owner().await.person);
        let all = [
            FieldRule::Empty.of("name"),
            FieldRule::Empty.of("language"),
            FieldRule::Empty.of("owner_name"),
            FieldRule::NotAnEmail.of("owner_email"),
        ];
        let wrong = NewTenant::parse("", "", "", "", "tom");
        assert_eq!(refusal(wrong.map(drop)), Some(Refusal::Fields(all.to_vec())));
        for (name, slug) in [("Компания", ""), ("Nordhаmn", ""), ("Nordhamn", "Nordhamn"), ("Nordhamn", "nordhаmn")]
        {
            let wrong = NewTenant::parse(name, slug, "sv", "Tom", "tom@brightwater.example");
            let rule = vec![FieldRule::NotASlug.of("slug")];
            assert_eq!(refusal(wrong.map(drop)), Some(Refusal::Fields(rule)), "{name} {slug}");
        }
        let (customer, owner) = brightwater();
        tenant::create(&world.core, &staff, &customer, &owner).await.unwrap();
        let again = tenant::create(&world.core, &staff, &customer, &owner).await;
        assert_eq!(refusal(again.map(drop)), Some(Refusal::Fields(vec![FieldRule::Taken.of("slug")])));
        assert_eq!(world.number("SELECT count(*) FROM tenant").await, 2);
        assert_eq!(world.number("SELECT count(*) FROM invitation").await, 1);
    }
);

each_database!(
    async fn everybody_but_those_who_administer_the_operator_finds_nothing(two: Two) {
        let core = &two.world.core;
        two.invite_anna().await;
        let auditor = new_person("Finn Alm", "finn@mardby.example");
        let auditor = member::add(core, &two.staff(), two.anna.home, &auditor, Role::Auditor).await.unwrap();
        let auditor = two.world.signed_in(two.anna.home, auditor);
        let member = two.world.second_person().await.person;
        let (customer, owner) = brightwater();
        let other = tenant::create(core, &two.staff(), &customer, &owner).await.unwrap().tenant;
        // The operator's owner acts in the customer's now, where they are a guest.
        let mut abroad = two.anna.clone();
        abroad.tenant = two.customer();
        for person in [&auditor, &member, &two.clara.person, &abroad] {
            let caller = Caller::from(person.clone());
            assert_eq!(refusal(tenant::list(core, person, &Asked::default()).await), Some(Refusal::NotFound));
            let made = tenant::create(core, &caller, &customer, &owner).await;
            assert_eq!(refusal(made.map(drop)), Some(Refusal::NotFound));
            for id in [two.customer(), other, two.anna.home, TenantId(Uuid::from_u128(7))] {
                assert_eq!(refusal(tenant::show(core, person, id).await), Some(Refusal::NotFound));
                for done in [
                    tenant::suspend(core, &caller, id, "Obetald").await,
                    tenant::restore(core, &caller, id).await,
                    tenant::end(core, &caller, id, "nordhamn-kommun").await,
                    tenant::invite_owner(core, &caller, id, &owner).await,
                ] {
                    assert_eq!(refusal(done), Some(Refusal::NotFound));
                }
            }
        }
        assert_eq!(two.contract().await, Contract::Active);
        let administrator = new_person("Oskar Lindmark", "oskar@mardby.example");
        let home = two.anna.home;
        let administrator = member::add(core, &two.staff(), home, &administrator, Role::Administrator).await.unwrap();
        let administrator = Caller::from(two.world.signed_in(home, administrator));
        tenant::suspend(core, &administrator, other, "Obetald").await.unwrap();
    }
);

each_database!(
    async fn what_is_not_there_and_the_operator_itself_cannot_be_suspended_or_ended(two: Two) {
        let (core, staff) = (&two.world.core, two.staff());
        for id in [two.anna.home, TenantId(Uuid::from_u128(7))] {
            for done in [
                tenant::suspend(core, &staff, id, "Obetald").await,
                tenant::restore(core, &staff, id).await,
                tenant::end(core, &staff, id, "mardby-systems-ab").await,
            ] {
                assert_eq!(refusal(done), Some(Refusal::NotFound));
            }
        }
        let id = two.customer();
        assert_eq!(refusal(tenant::restore(core, &staff, id).await), Some(Refusal::Conflict));
        let without = tenant::suspend(core, &staff, id, " ").await;
        assert_eq!(refusal(without), Some(Refusal::Fields(vec![FieldRule::Empty.of("reason")])));
        tenant::suspend(core, &staff, id, "Obetald").await.unwrap();
        assert_eq!(refusal(tenant::suspend(core, &staff, id, "Igen").await), Some(Refusal::Conflict));
    }
);

each_database!(
    async fn the_first_owner_is_the_operators_to_invite_and_nobody_elses_after(world: World) {
        let anna = world.owner().await.person;
        let staff = Caller::from(anna.clone());
        let (customer, owner) = brightwater();
        let made = tenant::create(&world.core, &staff, &customer, &owner).await.unwrap();
        let core = &world.core;
        let comes = async |token| register(core, &origin(), token, &stranger(), "Tom", PASSWORD).await;
        // Whoever invited does not look after the operator any more.
        assert_eq!(world.sql("UPDATE membership SET role = 'member'").await, 1);
        assert_eq!(refusal(comes(&made.invitation).await.map(drop)), Some(Refusal::NotFound));
        assert_eq!(world.sql("UPDATE membership SET role = 'owner'").await, 1);

        // The address was misspelt: the link that was mailed there stops working.
        let tim = new_person("Tim Ashworth", "tim@brightwater.example");
        tenant::invite_owner(core, &staff, made.tenant, &tim).await.unwrap();
        assert_eq!(refusal(comes(&made.invitation).await.map(drop)), Some(Refusal::NotFound));
        let token = world.invitation_token().await;
        comes(&token).await.unwrap();
        assert_eq!(refusal(tenant::invite_owner(core, &staff, made.tenant, &tim).await), Some(Refusal::Conflict));
        assert_eq!(world.actions(made.tenant).await, ["tenant.created", "member.invited", "member.joined"]);
        assert_eq!(world.actions(anna.home).await, ["portal.set_up", "tenant.created", "member.invited"]);
    }
);

each_database!(
    async fn an_invitation_of_an_owner_is_void_once_there_is_one(world: World) {
        let staff = Caller::from(world.owner().await.person);
        let (customer, owner) = brightwater();
        let made = tenant::create(&world.core, &staff, &customer, &owner).await.unwrap();
        let dan = new_person("Dan Ek", "dan@brightwater.example");
        member::add(&world.core, &Caller::Command, made.tenant, &dan, Role::Owner).await.unwrap();
        let late = register(&world.core, &origin(), &made.invitation, &stranger(), "Tom", PASSWORD).await;
        assert_eq!(refusal(late.map(drop)), Some(Refusal::NotFound));
    }
);

each_database!(
    async fn nobody_signs_in_to_a_suspended_customer_until_it_is_restored(two: Two) {
        let (core, id) = (&two.world.core, two.customer());
        two.invite_anna().await;
        let guest = sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        portvakt_core::session::switch_organisation(core, &guest.person, id).await.unwrap();
        assert_eq!(two.world.who(&guest.token).await.unwrap().person.tenant, id);
        let link = recover(core, CLARA).await.unwrap();
        assert!(two.world.who(&two.clara.token).await.is_some());

        tenant::suspend(core, &two.staff(), id, "Obetald faktura").await.unwrap();
        assert!(two.world.who(&two.clara.token).await.is_none(), "sessions end at once");
        let back = two.world.who(&guest.token).await.unwrap();
        assert_eq!((back.person.tenant, back.elsewhere), (two.anna.home, Vec::new()), "guests go on at home");
        let to = portvakt_core::session::switch_organisation(core, &back.person, id).await;
        assert_eq!(refusal(to), Some(Refusal::NotFound));
        let known = two.world.known_browser(&two.clara);
        let here = sign_in(core, &origin(), &known, CLARA, PASSWORD).await.map(drop);
        let unknown = sign_in(core, &origin(), &stranger(), "nobody@nordhamn.example", PASSWORD).await.map(drop);
        assert_eq!(refusal(here), refusal(unknown), "as somebody whom there is not");
        let before = two.world.number("SELECT count(*) FROM mail").await;
        forgot(core, &origin(), CLARA).await.unwrap();
        assert_eq!(two.world.number("SELECT count(*) FROM mail").await, before);
        let reset = choose_password(core, &origin(), &link, &stranger(), "en helt annan mening", "").await;
        assert_eq!(refusal(reset.map(drop)), Some(Refusal::NotFound));
        assert_eq!(two.contract().await, Contract::Suspended);
        let detail = tenant::show(core, &two.anna, id).await.unwrap();
        assert_eq!(detail.suspended.unwrap().1, "Obetald faktura");

        tenant::restore(core, &two.staff(), id).await.unwrap();
        assert!(two.signs_in().await);
        assert!(two.world.who(&two.clara.token).await.is_none(), "what has ended stays so");
        assert_eq!(two.contract().await, Contract::Active);
        for chain in [id, two.anna.home] {
            let happened = two.world.actions(chain).await;
            for action in ["tenant.suspended", "tenant.restored"] {
                assert_eq!(happened.iter().filter(|a| *a == action).count(), 1, "{action}");
            }
        }
    }
);

each_database!(
    async fn an_invitation_into_a_suspended_customer_waits(world: World) {
        let staff = Caller::from(world.owner().await.person);
        let (customer, owner) = brightwater();
        let made = tenant::create(&world.core, &staff, &customer, &owner).await.unwrap();
        tenant::suspend(&world.core, &staff, made.tenant, "Obetald").await.unwrap();
        let comes =
            async || register(&world.core, &origin(), &made.invitation, &stranger(), "Tom", PASSWORD).await.map(drop);
        assert_eq!(refusal(comes().await), Some(Refusal::NotFound));
        tenant::restore(&world.core, &staff, made.tenant).await.unwrap();
        comes().await.unwrap();
    }
);

each_database!(
    async fn the_end_of_a_contract_wants_the_short_name_and_can_be_taken_back_for_a_month(two: Two) {
        let (core, id, staff) = (&two.world.core, two.customer(), two.staff());
        for (typed, rule) in [("", FieldRule::Empty), ("nordhamn", FieldRule::NotTheSame)] {
            let refused = tenant::end(core, &staff, id, typed).await;
            assert_eq!(refusal(refused), Some(Refusal::Fields(vec![rule.of("confirm")])));
        }
        tenant::end(core, &staff, id, " nordhamn-kommun ").await.unwrap();
        assert_eq!(two.contract().await, Contract::Ending);
        assert!(two.world.who(&two.clara.token).await.is_none());
        assert!(!two.signs_in().await);
        assert_eq!(refusal(tenant::end(core, &staff, id, "nordhamn-kommun").await), Some(Refusal::Conflict));
        two.world.clock.advance_secs(WAIT_SECS - 1);
        housekeeping::round(core).await.unwrap();
        tenant::restore(core, &staff, id).await.unwrap();
        two.world.clock.advance_secs(WAIT_SECS);
        housekeeping::round(core).await.unwrap();
        assert!(two.signs_in().await);
        assert_eq!(two.contract().await, Contract::Active);
    }
);

each_database!(
    threads = 2,
    async fn when_a_contract_has_ended_its_keys_are_gone_and_its_log_still_verifies(two: Two) {
        let (core, id, staff) = (&two.world.core, two.customer(), two.staff());
        let waiting = new_person("Dan Ek", "dan@nordhamn.example");
        let dan = member::add(core, &Caller::from(two.clara.person.clone()), id, &waiting, Role::Member).await.unwrap();
        let link = recover(core, CLARA).await.unwrap();
        let host = two.world.customer("Region Västmark", "Eva Ek", "eva@vastmark.example").await.person;
        two.world.join(host.home, dan, Role::Administrator).await;
        let mut there = two.world.signed_in(id, dan);
        there.tenant = host.home;
        let rules = typed(&[("history", "3")]);
        let form = Form { rules: &rules, reason: "x", version: 0, confirmed: 0 };
        policy_editor::change(core, &two.world.in_session(there).await, form).await.unwrap();
        two.world
            .sql("INSERT INTO earlier_password SELECT tenant_id, account_id, 1, sealed, imported FROM password")
            .await;
        tenant::end(core, &staff, id, "nordhamn-kommun").await.unwrap();
        two.world.clock.advance_secs(WAIT_SECS);
        // Processes that are killed in the middle of it, and several at once.
        for millis in 0..8 {
            let _ = tokio::time::timeout(Duration::from_millis(millis), housekeeping::round(core)).await;
        }
        let other = two.world.again(&two.world.settings).await.unwrap();
        let (first, second) = tokio::join!(housekeeping::round(core), housekeeping::round(&other));
        first.unwrap();
        second.unwrap();
        housekeeping::round(core).await.unwrap();

        assert_eq!(two.contract().await, Contract::Ended);
        for chain in [id, two.anna.home] {
            let happened = two.world.actions(chain).await;
            assert_eq!(happened.iter().filter(|action| *action == "tenant.ended").count(), 1);
        }
        assert_eq!(two.world.number("SELECT count(*) FROM tenant_key").await, 2);
        assert_eq!(two.world.number("SELECT count(*) FROM account_key").await, 2);
        assert_eq!(two.world.number("SELECT count(*) FROM password").await, 2);
        assert_eq!(two.world.number("SELECT count(*) FROM account").await, 2, "the operator's owner's and the host's");
        assert_eq!(two.world.number("SELECT count(*) FROM mail").await, 0);
        if two.world.is_sqlite() {
            // But the log, what is left of the customer is its name; the log's sealed parts are nobody's to read.
            let left = two.world.rows().await;
            let names = ["Clara", "clara@", "Dan Ek", "dan@", &dan.to_string()];
            let of_people =
                |row: &&String| !row.starts_with("audit_event ") && names.iter().any(|name| row.contains(name));
            assert_eq!(left.iter().find(of_people), None);
            let of_customer = |row: &&String| row.contains(&id.to_string()) && !row.starts_with("audit_");
            assert_eq!(left.iter().filter(of_customer).count(), 1);
        }
        let told = two.world.actions(host.home).await;
        assert_eq!(told.last().map(String::as_str), Some("account.erased"), "the host of its guest is told");
        assert!(!two.signs_in().await);
        let reset = choose_password(core, &origin(), &link, &stranger(), "en helt annan mening", "").await;
        assert_eq!(refusal(reset.map(drop)), Some(Refusal::NotFound));
        for done in [
            tenant::restore(core, &staff, id).await,
            tenant::suspend(core, &staff, id, "Obetald").await,
            tenant::end(core, &staff, id, "nordhamn-kommun").await,
        ] {
            assert_eq!(refusal(done), Some(Refusal::Conflict));
        }
        // The address is nobody's any more.
        two.world.customer("Signalfyr", "Clara Ström", CLARA).await;
        assert!(two.signs_in().await);
    }
);

each_database!(
    async fn the_list_is_searched_filtered_and_paged_by_the_short_name(world: World) {
        let anna = world.owner().await.person;
        let staff = Caller::from(anna.clone());
        let mut made = Vec::new();
        for n in 0..60 {
            let owner = format!("o{n}@nordhamn.example");
            let (customer, owner) =
                NewTenant::parse(&format!("Ålunda {n:02} & Söner"), &format!("kund-{n:02}"), "sv", "Ove", &owner)
                    .unwrap();
            made.push(tenant::create(&world.core, &staff, &customer, &owner).await.unwrap().tenant);
        }
        tenant::suspend(&world.core, &staff, made[7], "Obetald").await.unwrap();
        let asked = async |text: &str, contract, after: &str| {
            let asked = Asked { text: text.to_owned(), contract, after: after.to_owned() };
            let found = tenant::list(&world.core, &anna, &asked).await.unwrap();
            (found.rows.into_iter().map(|row| row.slug).collect::<Vec<_>>(), found.next)
        };
        let (first, next) = asked("", None, "").await;
        assert_eq!((first.len(), first[0].as_str(), next.as_deref()), (50, "kund-00", Some("kund-49")));
        let (second, next) = asked("", None, "kund-49").await;
        assert_eq!((second.len(), second[0].as_str(), next), (11, "kund-50", None));
        for text in ["ålunda 07", "ÅLUNDA 07", "alunda 07", "kund-07", "07 & söner", "07  Soner"] {
            assert_eq!(asked(text, None, "").await.0, ["kund-07"], "{text}");
        }
        assert_eq!(asked("%", None, "").await.0, Vec::<String>::new());
        assert_eq!(asked("", Some(Contract::Suspended), "").await.0, ["kund-07"]);
        assert_eq!(asked("07", Some(Contract::Active), "").await.0, Vec::<String>::new());
        let all = tenant::list(&world.core, &anna, &Asked::default()).await.unwrap();
        assert_eq!(all.all, 61);
        assert!(all.rows[0].last_activity.is_some());
        assert_eq!(tenant::every(&world.core).await.unwrap().len(), 61);
    }
);

each_database!(
    async fn nobody_adds_people_elsewhere_or_with_more_than_they_have(two: Two) {
        let (world, tenant) = (&two.world, two.customer());
        let owner = Caller::from(two.clara.person.clone());
        let add = async |caller: &Caller, who: &str, role| {
            let person = new_person(who, &format!("{}@nordhamn.example", who.to_lowercase()));
            member::add(&world.core, caller, tenant, &person, role).await
        };
        let administrator = add(&owner, "Eva", Role::Administrator).await.unwrap();
        let administrator = Caller::from(world.signed_in(tenant, administrator));
        let auditor = add(&administrator, "Finn", Role::Auditor).await.unwrap();
        let auditor = Caller::from(world.signed_in(tenant, auditor));
        for (caller, role) in [(&two.staff(), Role::Member), (&administrator, Role::Owner), (&auditor, Role::Member)] {
            assert_eq!(refusal(add(caller, "Greta", role).await), Some(Refusal::NotFound), "{role}");
        }
        assert_eq!(
            refusal(add(&owner, "Eva", Role::Member).await),
            Some(Refusal::Fields(vec![FieldRule::Taken.of("email")]))
        );
        let happened = ["tenant.created", "member.joined", "member.added", "member.added"];
        assert_eq!(world.actions(tenant).await, happened);
    }
);
