use portvakt_core::CoreSettings;
use portvakt_core::audit::verify;
use portvakt_core::demo::{DemoPerson, PASSWORD, Size, seed};
use portvakt_core::home::home;
use portvakt_core::random::Random;
use portvakt_core::security::security;
use portvakt_core::sign_in::{Step, sign_in as enter};
use portvakt_core::testing::{World, origin, sign_in, stranger};
use portvakt_core::user::list;
use portvakt_core::{each_database, on_sqlite};
use portvakt_model::id::TenantId;
use portvakt_model::policy::Policy;
use portvakt_model::product::Product;
use portvakt_model::role::Role;
use portvakt_model::stage::Stage;
use portvakt_model::time::Timestamp;
use portvakt_model::user::{UserQuery, UserState};
use std::collections::BTreeSet;

const SMALL: Size = Size { people: 30, visits: 150 };

async fn seeded(world: &World, size: Size) -> Vec<DemoPerson> {
    let settings = CoreSettings { durable: false, ..world.settings.clone() };
    seed(&settings, &Random::system(), world.core.clock.now(), size).await.unwrap()
}

/// Name, people and events of each organisation, in order of creation.
async fn organisations(world: &World) -> Vec<(TenantId, String, i64, i64)> {
    let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(
        "SELECT t.id, t.name, (SELECT count(*) FROM account a WHERE a.tenant_id = t.id), h.seq
           FROM tenant t JOIN audit_head h ON h.tenant_id = t.id ORDER BY t.created_at",
    )
    .fetch_all(&world.raw)
    .await
    .unwrap();
    rows.into_iter().map(|(id, name, people, events)| (TenantId::parse(&id).unwrap(), name, people, events)).collect()
}

/// Organisation, address, name and role of every account.
async fn people(world: &World) -> BTreeSet<(String, String, String, String)> {
    let rows: Vec<_> = sqlx::query_as(
        "SELECT t.name, a.email, a.name, m.role FROM account a
           JOIN tenant t ON t.id = a.tenant_id
           JOIN membership m ON m.account_id = a.id AND m.tenant_id = a.tenant_id",
    )
    .fetch_all(&world.raw)
    .await
    .unwrap();
    rows.into_iter().collect()
}

on_sqlite!(
    async fn the_full_demo_has_nine_organisations_of_3_to_2500_people(world: World) {
        seeded(&world, Size::WHOLE).await;
        let found = organisations(&world).await;
        let sizes: Vec<_> = found.iter().map(|(_, name, people, _)| (name.as_str(), *people)).collect();
        assert_eq!(
            sizes,
            [
                ("Mårdby Systems AB", 16),
                ("Nordhamn kommun", 2500),
                ("Region Västmark", 760),
                ("Brightwater Housing Trust", 340),
                ("Signalfyr Oy", 130),
                ("Larkmoor Logistics Ltd", 64),
                ("Kråkviks Hamn AB", 24),
                ("Aldermoor Clinic", 9),
                ("Tre Tallar Arkitekter HB", 3),
            ]
        );
        for (tenant, name, _, events) in &found {
            assert_eq!(verify(&world.core, *tenant).await.unwrap(), *events);
            assert!(*events >= 10, "{name} has {events} events");
        }
        let all: i64 = found.iter().map(|(_, _, _, events)| events).sum();
        assert!((1000..3000).contains(&all), "{all} events");
        let people = people(&world).await;
        assert!(people.iter().all(|(_, email, _, _)| email.ends_with(".example")));
        assert_eq!(people.iter().map(|(_, email, _, _)| email).collect::<BTreeSet<_>>().len(), 3846);
    }
);

each_database!(
    async fn each_shown_person_signs_in_and_finds_the_organisations_products(world: World) {
        let shown = seeded(&world, SMALL).await;
        let is = |organisation: &str, role| shown.iter().any(|s| s.organisation == organisation && s.role == role);
        assert!(is("Mårdby Systems AB", Role::Owner));
        for role in Role::ALL {
            assert!(is("Nordhamn kommun", role), "{role}");
        }
        let people = people(&world).await;
        for DemoPerson { email, name, organisation, role } in shown {
            let row = (organisation.to_owned(), email.clone(), name.to_owned(), role.to_string());
            assert!(people.contains(&row), "{row:?}");
            let step = enter(&world.core, &origin(), &stranger(), &email, PASSWORD).await.unwrap();
            let started = match (organisation, step) {
                // Its classic rules ask for a longer password than the demo's.
                ("Signalfyr Oy", Step::Waiting(Stage::ChoosePassword, _)) => continue,
                (_, Step::SignedIn(started)) => started,
                (_, Step::Waiting(stage, _)) => panic!("{email} is asked for {stage:?}"),
            };
            let who = world.who(&started.token).await.unwrap();
            assert_eq!((who.name.as_str(), who.branding.name.as_str()), (name, organisation));
            let home = home(&world.core, &started.person).await.unwrap();
            assert!(!home.products.is_empty() && home.owner == (role == Role::Owner), "{email}");
            let is_asked = organisation == "Region Västmark" || name == "Grace Holloway";
            assert_eq!(home.second_factor_due.is_some(), is_asked, "{email}");
            if organisation == "Nordhamn kommun" {
                let names: Vec<_> = home.products.iter().map(Product::name).collect();
                assert_eq!(names, ["Avtal", "Dataskydd", "Visselblåsning", "Diarium", "Upphandling"]);
            }
        }
    }
);

each_database!(
    async fn the_demo_shows_people_in_every_state_a_guest_and_open_invitations(world: World) {
        let shown = seeded(&world, SMALL).await;
        let email = &shown.iter().find(|s| s.name == "Petra Nyholm").unwrap().email;
        let petra = sign_in(&world.core, &origin(), &stranger(), email, PASSWORD).await.unwrap().person;
        let list = async |query| list(&world.core, &petra, &query).await.unwrap();
        let counts = list(UserQuery::default()).await.counts;
        assert_eq!((counts.locked, counts.suspended, counts.invited), (1, 1, 3));
        for state in UserState::ALL {
            let found = list(UserQuery { state: Some(state), ..UserQuery::default() }).await.people;
            assert!(found.iter().all(|person| person.state == state) && !found.is_empty(), "{state:?}");
        }
        let guest = list(UserQuery { q: "karim".to_owned(), ..UserQuery::default() }).await.people;
        assert!(guest.len() == 1 && guest[0].is_guest);
        let karim = shown.iter().find(|s| s.name == "Karim Bensaid").unwrap();
        let karim = sign_in(&world.core, &origin(), &stranger(), &karim.email, PASSWORD).await.unwrap().person;
        let Policy { password, session, .. } = security(&world.core, &karim).await.unwrap().policy;
        assert_eq!((password.min_length_alone, password.history, session.idle_secs), (16, 5, 15 * 60));
        // The lock lasts long enough for a visitor to see it.
        world.clock.advance_secs(14 * 60);
        assert_eq!(list(UserQuery::default()).await.counts.locked, 1);
    }
);

on_sqlite!(
    async fn every_demo_account_has_the_same_password(world: World) {
        seeded(&world, SMALL).await;
        assert_eq!(
            world.number("SELECT count(*) FROM account").await,
            world.number("SELECT count(*) FROM password").await
        );
        for (n, (_, email, _, _)) in people(&world).await.into_iter().enumerate() {
            if n % 9 == 0 {
                // The sign-in may ask for more than the password, but the password is right.
                enter(&world.core, &origin(), &stranger(), &email, PASSWORD).await.unwrap();
            }
        }
    }
);

each_database!(
    async fn the_demo_years_events_stand_in_order_in_chains_that_verify(world: World) {
        seeded(&world, SMALL).await;
        let now = world.core.clock.now();
        for (tenant, name, _, events) in organisations(&world).await {
            assert_eq!(verify(&world.core, tenant).await.unwrap(), events);
            let times: Vec<(i64,)> = sqlx::query_as("SELECT at FROM audit_event WHERE tenant_id = $1 ORDER BY seq")
                .bind(tenant.to_string())
                .fetch_all(&world.raw)
                .await
                .unwrap();
            let times: Vec<_> = times.into_iter().map(|(at,)| Timestamp::from_micros(at)).collect();
            assert!(times.is_sorted() && times.last() < Some(&now), "{name}");
            assert!(now.plus_secs(-367 * 24 * 3600) < times[0], "{name}");
        }
        for action in [
            "portal.set_up",
            "tenant.created",
            "product.added",
            "tenant.entitled",
            "member.imported",
            "member.added",
            "session.started",
            "session.ended",
            "account.password_changed",
            "account.sign_in_failed",
            "account.locked",
            "account.unlocked",
            "account.reset_link_issued",
            "portal.unknown_names_tried",
        ] {
            let row: (i64,) = sqlx::query_as("SELECT count(*) FROM audit_event WHERE action = $1")
                .bind(action)
                .fetch_one(&world.raw)
                .await
                .unwrap();
            assert!(row.0 > 0, "{action}");
        }
    }
);

on_sqlite!(
    async fn another_run_at_another_time_makes_the_same_people(one: World) {
        let other = one.another().await;
        other.clock.advance_secs(40 * 24 * 3600 + 5000);
        assert_eq!(seeded(&one, SMALL).await, seeded(&other, SMALL).await);
        let made = people(&one).await;
        assert!(made.len() > 150);
        assert_eq!(made, people(&other).await);
    }
);
