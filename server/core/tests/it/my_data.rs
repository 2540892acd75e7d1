use portvakt_core::caller::{Caller, Person};
use portvakt_core::erasure;
use portvakt_core::invitation::{Invitee, invite};
use portvakt_core::known_device::KnownDevices;
use portvakt_core::my_data::download;
use portvakt_core::reset::forgot;
use portvakt_core::testing::authenticator::Authenticator;
use portvakt_core::testing::{EMAIL, NAME, NORDHAMN, PASSWORD, World, new_person, origin, refusal, sign_in, stranger};
use portvakt_core::user::export;
use portvakt_core::{address, each_database, lockout, member};
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::Refusal;
use portvakt_model::language::Language;
use portvakt_model::role::Role;
use portvakt_model::user::UserQuery;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Each table with rows of a person, and its name in the download; empty if the table is left out. `account_key` seals
/// the person's part of the log, and `member_term` repeats the words of their name and address.
const TABLES: [(&str, &str); 21] = [
    ("account", "account"),
    ("account_key", ""),
    ("address_stop", "former_addresses"),
    ("audit_event", "events"),
    ("code_app", "second_factor"),
    // The secret of an unfinished set-up, valid for half an hour.
    ("code_app_enrolment", ""),
    ("code_try", "second_factor"),
    // Hashes are useless to the person and useful to an attacker.
    ("earlier_password", ""),
    ("erasure", "erasure"),
    ("invitation", "invitations"),
    // A sealed draft, kept for an hour, with data of other people.
    ("invitation_list", ""),
    ("link", "links"),
    ("mail", "mail"),
    ("member_term", ""),
    ("membership", "memberships"),
    ("passkey", "second_factor"),
    ("password", "password"),
    // A sign-in in progress: the password is right, the person is not yet proven.
    ("pending_sign_in", ""),
    ("recovery_code", "second_factor"),
    ("session", "sessions"),
    ("user_export", "lists_taken"),
];

/// Columns that make a row a person's.
const OF_A_PERSON: [&str; 7] =
    ["account_id", "actor_id", "email", "identifier", "inviter_id", "recipient", "target_id"];

async fn of(world: &World, person: &Person) -> Value {
    serde_json::from_slice(&download(&world.core, person).await.unwrap()).unwrap()
}

/// The tables of the schema that hold rows of a person.
fn tables() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let schema: String = files.map(|path| fs::read_to_string(path).unwrap()).collect();
    let of_a_person = |table: &str| {
        let (name, columns) = table.split_once('(').unwrap();
        let columns = columns.split("\n);").next().unwrap();
        let column = |line: &str| OF_A_PERSON.iter().any(|column| line.trim_start().starts_with(&format!("{column} ")));
        columns.lines().any(column).then(|| name.trim().to_owned())
    };
    schema.split("CREATE TABLE ").skip(1).filter_map(of_a_person).collect()
}

/// A person with a row in every table.
async fn person_with_every_row(world: &World) -> Person {
    let anna = world.code_app(&world.owner().await).await.1;
    let anna = world.passkey(&anna, &mut Authenticator::default()).await.0.person;
    let caller = Caller::from(anna.clone());
    let eva = new_person("Eva Ek", "eva@b.example");
    member::add(&world.core, &caller, anna.home, &eva, Role::Owner).await.unwrap();
    let clara = world.nordhamn().await.person;
    let invitee = Invitee {
        email: EmailAddress::parse(EMAIL).unwrap(),
        name: None,
        language: Language::Swedish,
        role: Role::Auditor,
    };
    invite(&world.core, &Caller::from(clara.clone()), clara.home, &invitee).await.unwrap();
    forgot(&world.core, &origin(), EMAIL).await.unwrap();
    lockout::unlock(&world.core, EMAIL).await.unwrap();
    erasure::ask_own(&world.core, &anna, &KnownDevices::default(), PASSWORD).await.unwrap();
    anna
}

each_database!(
    async fn every_table_with_rows_of_a_person_is_in_their_download(world: World) {
        let known: BTreeMap<_, _> = TABLES.into_iter().collect();
        let mut listed = tables();
        listed.sort();
        assert_eq!(listed, known.keys().copied().collect::<Vec<_>>(), "a new table: give its rows to their owner");
        let anna = person_with_every_row(&world).await;
        address::ask(&world.core, &anna, &KnownDevices::default(), "anna@lindqvist.example", PASSWORD).await.unwrap();
        export(&world.core, &anna, &UserQuery::default(), Language::English).await.unwrap();
        let data = of(&world, &anna).await;
        assert_eq!((&data["format"], &data["version"]), (&"portvakt-person".into(), &1.into()));
        for (table, key) in known.iter().filter(|(_, key)| !key.is_empty()) {
            let empty = match &data[key] {
                Value::Array(rows) => rows.is_empty(),
                Value::Object(row) => row.is_empty(),
                _ => true,
            };
            assert!(!empty, "{table} has a row of hers, and {key} none");
        }
        let expected = ["format", "version", "made_at", "older_events_left_out"];
        for key in data.as_object().unwrap().keys() {
            assert!(expected.contains(&key.as_str()) || known.values().any(|known| known == key), "{key}");
        }
    }
);

each_database!(
    async fn a_download_holds_a_persons_data_no_secret_and_nothing_of_others(world: World) {
        let anna = person_with_every_row(&world).await;
        let text = String::from_utf8(download(&world.core, &anna).await.unwrap()).unwrap();
        let data: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&data["account"]["name"], &data["account"]["email"]), (&NAME.into(), &EMAIL.into()));
        assert_eq!(data["made_at"], "2026-01-02T03:04:05Z");
        assert_eq!(data["memberships"][0]["organisation"]["name"], "Mårdby Systems AB");
        assert_eq!(
            (&data["memberships"][0]["role"], &data["memberships"][0]["is_guest"]),
            (&"owner".into(), &false.into())
        );
        assert_eq!(
            (&data["sessions"][0]["network"], &data["sessions"][0]["device"]),
            (&"192.0.2.7".into(), &"test device".into())
        );
        assert_eq!(data["links"][0]["kind"], "reset");
        assert_eq!(data["invitations"][0]["organisation"], NORDHAMN);
        let kinds =
            data["mail"].as_array().unwrap().iter().map(|mail| mail["kind"].as_str().unwrap()).collect::<Vec<_>>();
        assert_eq!(kinds.len(), 3, "{kinds:?}");
        assert_eq!(data["erasure"]["due_at"], "2026-02-01T03:04:05Z");
        let events = data["events"].as_array().unwrap();
        let of =
            |action: &str| events.iter().find(|event| event["action"] == action).unwrap_or_else(|| panic!("{action}"));
        assert_eq!(of("portal.set_up")["changes"]["email"]["after"], EMAIL, "her sealed part is opened");
        assert_eq!(of("portal.set_up")["from"]["network"]["after"], "192.0.2.7");
        assert_eq!((&of("member.added")["by"], &of("account.unlocked")["by"]), (&"you".into(), &"command".into()));
        for others in ["eva@b.example", "Eva Ek", "Clara", "$argon2id"] {
            assert!(!text.contains(others), "{others}");
        }
        assert_eq!(world.actions(anna.home).await.last().unwrap(), "account.data_downloaded");
    }
);

each_database!(
    async fn a_person_gets_their_data_five_times_an_hour(world: World) {
        let anna = world.owner().await.person;
        let eva = world.second_person().await.person;
        for _ in 0..5 {
            download(&world.core, &anna).await.unwrap();
        }
        world.clock.advance_secs(60);
        let sixth = download(&world.core, &anna).await;
        assert_eq!(refusal(sixth), Some(Refusal::TooMany { retry_after_secs: 3540 }));
        download(&world.core, &eva).await.unwrap();
        world.clock.advance_secs(3540);
        download(&world.core, &anna).await.unwrap();
        sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
    }
);
