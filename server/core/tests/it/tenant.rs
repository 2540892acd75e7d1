use crate::kit::{Two, brightwater};
use portvakt_core::caller::Caller;
use portvakt_core::each_database;
use portvakt_core::member;
use portvakt_core::tenant::NewTenant;
use portvakt_core::tenants::{self as tenant, TenantQuery};
use portvakt_core::testing::{PASSWORD, World, new_person, origin, refusal, register, stranger};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::TenantId;
use portvakt_model::role::Role;
use portvakt_model::tenant::Contract;
use uuid::Uuid;

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
    async fn a_new_customers_fields_are_checked_and_its_short_name_is_unique(world: World) {
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
    async fn only_the_operators_administrators_find_organisations(two: Two) {
        let core = &two.world.core;
        two.invite_anna().await;
        let auditor = new_person("Finn Alm", "finn@mardby.example");
        let auditor = member::add(core, &two.staff(), two.anna.home, &auditor, Role::Auditor).await.unwrap();
        let auditor = two.world.signed_in(two.anna.home, auditor);
        let member = two.world.second_person().await.person;
        let (customer, owner) = brightwater();
        let other = tenant::create(core, &two.staff(), &customer, &owner).await.unwrap().tenant;
        // The operator's owner acts in the customer's organisation, as a guest.
        let mut abroad = two.anna.clone();
        abroad.tenant = two.customer();
        for person in [&auditor, &member, &two.clara.person, &abroad] {
            let caller = Caller::from(person.clone());
            assert_eq!(refusal(tenant::list(core, person, &TenantQuery::default()).await), Some(Refusal::NotFound));
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
    async fn the_operator_and_unknown_organisations_cannot_be_suspended_or_ended(two: Two) {
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
    async fn the_operator_invites_only_the_first_owner_of_a_customer(world: World) {
        let anna = world.owner().await.person;
        let staff = Caller::from(anna.clone());
        let (customer, owner) = brightwater();
        let made = tenant::create(&world.core, &staff, &customer, &owner).await.unwrap();
        let core = &world.core;
        let comes = async |token| register(core, &origin(), token, &stranger(), "Tom", PASSWORD).await;
        // The inviter no longer administers the operator.
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
    async fn the_first_owners_invitation_is_void_once_there_is_an_owner(world: World) {
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
            let asked = TenantQuery { text: text.to_owned(), contract, after: after.to_owned() };
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
        let all = tenant::list(&world.core, &anna, &TenantQuery::default()).await.unwrap();
        assert_eq!(all.all, 61);
        assert!(all.rows[0].last_activity.is_some());
        assert_eq!(tenant::every(&world.core).await.unwrap().len(), 61);
    }
);

each_database!(
    async fn nobody_adds_people_to_another_organisation_or_above_their_own_role(two: Two) {
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
