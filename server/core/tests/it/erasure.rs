use crate::kit::{full, typed};
use portvakt_core::caller::{Caller, Person};
use portvakt_core::erasure::{ask, ask_own, own, standing, stop, stop_own};
use portvakt_core::housekeeping::round;
use portvakt_core::invitation::{Invitee, invite};
use portvakt_core::known_device::KnownDevices;
use portvakt_core::policy_editor::{self, PolicyForm};
use portvakt_core::reset::forgot;
use portvakt_core::testing::{EMAIL, NAME, PASSWORD, World, new_person, origin, refusal, sign_in, stranger};
use portvakt_core::{audit, each_database, member, on_sqlite};
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::language::Language;
use portvakt_model::profile::DisplayName;
use portvakt_model::role::Role;
use sqlx::Row;

const DAY: i64 = 24 * 60 * 60;

/// The operator's owner Anna, a customer, and the customer's owner Clara.
struct Place {
    anna: Person,
    tenant: TenantId,
    clara: Person,
}

async fn place(world: &World) -> Place {
    let anna = world.owner().await.person;
    let clara = world.nordhamn().await.person;
    Place { anna, tenant: clara.home, clara }
}

/// Adds a second owner of the operator, so that Anna may leave.
async fn another_owner(world: &World, anna: &Person) -> AccountId {
    let eva = new_person("Eva Ek", "eva@b.example");
    member::add(&world.core, &Caller::from(anna.clone()), anna.home, &eva, Role::Owner).await.unwrap()
}

async fn ask_of(world: &World, person: &Person) {
    ask_own(&world.core, person, &KnownDevices::default(), PASSWORD).await.unwrap();
}

/// Every `table.column` whose text or blob holds one of the needles.
async fn found(world: &World, needles: &[&str]) -> Vec<String> {
    let tables = if world.is_sqlite() {
        "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'"
    } else {
        "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns WHERE table_schema = 'public'"
    };
    let columns: Vec<(String, String)> = sqlx::query_as(tables).fetch_all(&world.raw).await.unwrap();
    assert!(columns.len() > 60, "{} columns", columns.len());
    let (mut found, mut cells) = (Vec::new(), 0);
    for (table, column) in columns {
        if table.starts_with("sqlite_") || table == "_sqlx_migrations" {
            continue;
        }
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {column} FROM {table}")))
            .fetch_all(&world.raw)
            .await
            .unwrap();
        for row in rows {
            let text = row.try_get::<Option<String>, _>(0).ok().flatten().map(String::into_bytes);
            let bytes = text.or_else(|| row.try_get::<Option<Vec<u8>>, _>(0).ok().flatten()).unwrap_or_default();
            cells += usize::from(!bytes.is_empty());
            let lower = String::from_utf8_lossy(&bytes).to_lowercase();
            if needles.iter().any(|needle| lower.contains(&needle.to_lowercase())) {
                found.push(format!("{table}.{column}"));
            }
        }
    }
    assert!(cells > 50, "{cells} cells were read");
    found
}

each_database!(
    async fn nothing_is_left_of_an_erased_account_and_the_log_still_verifies(world: World) {
        let Place { anna, tenant, clara } = place(&world).await;
        another_owner(&world, &anna).await;
        // Anna is a guest of the customer, is invited elsewhere and has waiting mail.
        world.join(tenant, anna.account, Role::Member).await;
        let otto = world.customer("Västra Ystad", "Otto Berg", "otto@ystad.example").await.person;
        let invitee = Invitee {
            email: EmailAddress::parse(&EMAIL.to_uppercase()).unwrap(),
            name: Some(DisplayName::parse(NAME).unwrap()),
            language: Language::Swedish,
            role: Role::Member,
        };
        invite(&world.core, &Caller::from(otto.clone()), otto.home, &invitee).await.unwrap();
        forgot(&world.core, &origin(), EMAIL).await.unwrap();
        let session = sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        let rules = typed(&[("history", "3")]);
        policy_editor::change(&world.core, &anna, PolicyForm { rules: &rules, reason: "x", version: 0, confirmed: 0 })
            .await
            .unwrap();
        world.sql("INSERT INTO earlier_password SELECT tenant_id, account_id, 1, sealed, imported FROM password").await;
        ask_of(&world, &anna).await;
        let needles = [NAME, "Lindqvist", EMAIL];
        assert!(found(&world, &needles).await.len() >= 5, "the data to erase is there");

        world.clock.advance_secs(30 * DAY - 1);
        round(&world.core).await.unwrap();
        assert_eq!(world.number("SELECT count(*) FROM account").await, 4, "a second too early");
        world.clock.advance_secs(1);
        round(&world.core).await.unwrap();

        assert_eq!(found(&world, &needles).await, Vec::<String>::new());
        let id = anna.account.to_string();
        assert!(
            found(&world, &[&id]).await.iter().all(|place| place.starts_with("audit_event.")),
            "the account's id is left in the log alone"
        );
        assert!(world.who(&session.token).await.is_none());
        assert_eq!(world.number("SELECT count(*) FROM account").await, 3);
        for chain in [anna.home, tenant] {
            assert_eq!(world.actions(chain).await.last().unwrap(), "account.erased");
        }
        assert!(!world.actions(otto.home).await.contains(&"account.erased".to_owned()));
        assert!(audit::verify(&world.core, anna.home).await.unwrap() > 3);

        // The address is free again.
        member::add(&world.core, &Caller::from(clara), tenant, &new_person("Anna Ny", EMAIL), Role::Member)
            .await
            .unwrap();
    }
);

on_sqlite!(
    /// SQLite may leave deleted rows in free pages, so the test reads the file itself.
    async fn the_database_file_holds_nothing_of_an_erased_account(world: World) {
        let Place { anna, .. } = place(&world).await;
        another_owner(&world, &anna).await;
        ask_of(&world, &anna).await;
        let wrapped: (Vec<u8>,) = sqlx::query_as("SELECT wrapped FROM account_key WHERE account_id = $1")
            .bind(anna.account.to_string())
            .fetch_one(&world.raw)
            .await
            .unwrap();
        world.clock.advance_secs(30 * DAY);
        round(&world.core).await.unwrap();
        world.raw.close().await;
        world.core.store.close().await;
        let bytes = std::fs::read(world.dir().join("portvakt.db")).unwrap();
        let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        assert!(holds(b"Clara"), "the file is the database");
        for needle in [NAME.as_bytes(), EMAIL.as_bytes(), &wrapped.0] {
            assert!(!holds(needle), "{}", String::from_utf8_lossy(needle));
        }
    }
);

each_database!(
    async fn a_person_asks_for_their_erasure_with_the_password_and_stops_it(world: World) {
        let Place { anna, .. } = place(&world).await;
        let core = &world.core;
        assert_eq!(own(core, &anna).await.unwrap().sole_owner_of.as_deref(), Some("Mårdby Systems AB"));
        let devices = KnownDevices::default();
        let last = ask_own(core, &anna, &devices, PASSWORD).await;
        assert_eq!(refusal(last), Some(Refusal::Fields(vec![FieldRule::LastOwner.of("password")])));
        another_owner(&world, &anna).await;
        let empty = ask_own(core, &anna, &devices, "").await;
        assert_eq!(refusal(empty), Some(Refusal::Fields(vec![FieldRule::Empty.of("password")])));
        let wrong = ask_own(core, &anna, &devices, "granit fyr vinterljus 8").await;
        assert!(matches!(refusal(wrong), Some(Refusal::WrongPassword(tries)) if tries.left == 9));
        assert_eq!(standing(core, &anna).await.unwrap(), None);

        ask_of(&world, &anna).await;
        let found = standing(core, &anna).await.unwrap().unwrap();
        assert_eq!((found.due_at.iso.as_str(), found.by_organisation), ("2026-02-01T04:04:05+01:00", false));
        let again = ask_own(core, &anna, &devices, PASSWORD).await;
        assert_eq!(refusal(again), Some(Refusal::Conflict));
        sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        stop_own(core, &anna).await.unwrap();
        assert_eq!(refusal(stop_own(core, &anna).await), Some(Refusal::NotFound));
        world.clock.advance_secs(40 * DAY);
        round(core).await.unwrap();
        sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        let actions = world.actions(anna.home).await;
        let asked = actions.iter().filter(|action| action.starts_with("account.erasure")).collect::<Vec<_>>();
        assert_eq!(asked, ["account.erasure_asked", "account.erasure_stopped"]);
        let mails = world.number("SELECT count(*) FROM mail WHERE kind LIKE 'erasure%'").await;
        assert_eq!(mails, 2, "one mail when asked and one when stopped");
    }
);

each_database!(
    /// The number of wrong passwords until the lock, and the lane, are those of a sign-in.
    async fn asking_for_an_erasure_counts_wrong_passwords_like_a_sign_in(world: World) {
        let Place { anna, .. } = place(&world).await;
        another_owner(&world, &anna).await;
        for _ in 0..5 {
            let wrong = ask_own(&world.core, &anna, &KnownDevices::default(), "wrong").await;
            assert!(matches!(refusal(wrong), Some(Refusal::WrongPassword(_))));
        }
        let right = ask_own(&world.core, &anna, &KnownDevices::default(), PASSWORD).await;
        assert_eq!(refusal(right), Some(Refusal::Locked { retry_after_secs: 30 }));
        let elsewhere = sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await;
        assert_eq!(refusal(elsewhere), Some(Refusal::Locked { retry_after_secs: 30 }));
    }
);

each_database!(
    async fn only_administrators_of_the_home_schedule_and_stop_an_erasure(world: World) {
        let Place { anna, tenant, clara } = place(&world).await;
        let core = &world.core;
        let of_clara = Caller::from(clara.clone());
        let add = async |name: &str, role| {
            let person = new_person(name, &format!("{name}@nordhamn.example"));
            member::add(core, &of_clara, tenant, &person, role).await.unwrap()
        };
        let (admin, auditor) = (add("greta", Role::Administrator).await, add("finn", Role::Auditor).await);
        let karim = add("karim", Role::Member).await;
        another_owner(&world, &anna).await;
        world.join(tenant, anna.account, Role::Administrator).await;
        let mut guest = anna.clone();
        guest.tenant = tenant;
        let [greta, finn] = [admin, auditor].map(|account| Caller::from(world.signed_in(tenant, account)));
        for (caller, in_tenant, whom) in [
            (&finn, tenant, karim),
            (&greta, tenant, clara.account),              // an owner, by an administrator
            (&Caller::from(anna.clone()), tenant, karim), // acts elsewhere
            (&of_clara, tenant, anna.account),            // a guest, whose home is elsewhere
            (&of_clara, anna.home, anna.account),
            (&Caller::from(guest), anna.home, anna.account),
        ] {
            assert_eq!(refusal(ask(core, caller, in_tenant, whom, "slutat").await), Some(Refusal::NotFound));
            assert_eq!(refusal(stop(core, caller, in_tenant, whom).await), Some(Refusal::NotFound));
        }
        let none = ask(core, &greta, tenant, karim, " ").await;
        assert_eq!(refusal(none), Some(Refusal::Fields(vec![FieldRule::Empty.of("erasure_reason")])));
        let last = ask(core, &of_clara, tenant, clara.account, "slutat").await;
        assert_eq!(refusal(last), Some(Refusal::Fields(vec![FieldRule::LastOwner.of("erasure_reason")])));

        ask(core, &greta, tenant, karim, "Karim Bensaid har slutat").await.unwrap();
        assert_eq!(
            found(&world, &["har slutat"]).await,
            Vec::<String>::new(),
            "the reason is sealed under Karim's key"
        );
        let person = world.signed_in(tenant, karim);
        assert!(standing(core, &person).await.unwrap().unwrap().by_organisation);
        stop(core, &of_clara, tenant, karim).await.unwrap();
        ask(core, &greta, tenant, karim, "Karim Bensaid har slutat").await.unwrap();
        stop_own(core, &person).await.unwrap();
        ask(core, &greta, tenant, karim, "Karim Bensaid har slutat").await.unwrap();
        world.clock.advance_secs(30 * DAY);
        round(core).await.unwrap();
        assert_eq!(world.actions(tenant).await.last().unwrap(), "account.erased");
    }
);

each_database!(
    async fn an_erasure_never_takes_the_last_owner(world: World) {
        let Place { anna, .. } = place(&world).await;
        let eva = another_owner(&world, &anna).await;
        ask_of(&world, &anna).await;
        let eva = world.signed_in(anna.home, eva);
        let second = ask(&world.core, &Caller::from(anna.clone()), anna.home, eva.account, "slutat").await;
        assert_eq!(refusal(second), Some(Refusal::Fields(vec![FieldRule::LastOwner.of("erasure_reason")])));
        // Eva loses the owner role, so Anna's erasure waits until there is another owner.
        world.sql("UPDATE membership SET role = 'member' WHERE account_id <> (SELECT account_id FROM erasure)").await;
        world.clock.advance_secs(30 * DAY);
        round(&world.core).await.unwrap();
        assert!(standing(&world.core, &anna).await.unwrap().is_some(), "the erasure waits");
        world.sql("UPDATE membership SET role = 'owner' WHERE account_id <> (SELECT account_id FROM erasure)").await;
        round(&world.core).await.unwrap();
        assert_eq!(world.number("SELECT count(*) FROM erasure").await, 0);
    }
);

each_database!(
    threads = 2,
    async fn two_processes_erase_each_account_once_and_an_interrupted_round_erases_none_in_part(world: World) {
        let Place { tenant, clara, .. } = place(&world).await;
        let caller = Caller::from(clara.clone());
        let people = if full() { 40 } else { 12 };
        for n in 0..people {
            let person = new_person(&format!("Person {n}"), &format!("p{n}@nordhamn.example"));
            let account = member::add(&world.core, &caller, tenant, &person, Role::Member).await.unwrap();
            ask(&world.core, &caller, tenant, account, "slutat").await.unwrap();
        }
        world.clock.advance_secs(30 * DAY);
        let other = world.again(&world.settings).await.unwrap();
        for micros in [500, 3_000, 9_000, 20_000, 40_000] {
            // The round is dropped in the middle, as by a kill.
            let cut = tokio::time::timeout(std::time::Duration::from_micros(micros), round(&world.core));
            let _ =
                tokio::join!(cut, tokio::time::timeout(std::time::Duration::from_micros(micros / 2), round(&other)));
        }
        let (one, two) = tokio::join!(round(&world.core), round(&other));
        one.unwrap();
        two.unwrap();
        assert_eq!(world.number("SELECT count(*) FROM account").await, 2);
        for orphans in ["SELECT count(*) FROM membership", "SELECT count(*) FROM account_key"] {
            assert_eq!(world.number(orphans).await, 2, "{orphans}");
        }
        let erased = world.actions(tenant).await.into_iter().filter(|action| action == "account.erased").count();
        assert_eq!(erased, people);
    }
);
