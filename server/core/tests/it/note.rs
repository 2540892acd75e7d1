//! The note that an organisation's administrators keep on a person.
use crate::kit::Office;
use portvakt_core::audit_log::reading::{event, read};
use portvakt_core::each_database;
use portvakt_core::my_data::download;
use portvakt_core::testing::refusal;
use portvakt_core::user::{change_note, columns, export, user};
use portvakt_model::audit::Action;
use portvakt_model::audit::reading::AuditQuery;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::language::Language;
use portvakt_model::role::Role;
use portvakt_model::user::{NOTE_CHARS, UserQuery};

const NOTE: &str = "Ring före 9.\nAnsvarar för pumparna i Åsa.";

each_database!(
    async fn a_note_is_on_the_persons_page_in_the_exported_list_and_in_their_data(office: Office) {
        let core = &office.world.core;
        let bo = office.add("Bo Ek", "bo@nordhamn.example", Role::Member).await;
        assert_eq!(user(core, &office.owner, bo).await.unwrap().note, "");
        change_note(core, &office.owner, bo, "", &format!(" {}\r\n", NOTE.replace('\n', "\r\n"))).await.unwrap();
        assert_eq!(user(core, &office.owner, bo).await.unwrap().note, NOTE);

        let file = export(core, &office.owner, &UserQuery::default(), Language::English).await.unwrap().csv;
        let mut reader = csv::Reader::from_reader(file.trim_start_matches('\u{FEFF}').as_bytes());
        let note = columns(Language::English).iter().position(|column| *column == "note").unwrap();
        let notes: Vec<_> = reader.records().map(|line| line.unwrap()[note].to_owned()).collect();
        assert_eq!(notes, [NOTE, ""], "Bo's and the owner's");

        let data = download(core, &office.as_one(bo)).await.unwrap();
        let data: serde_json::Value = serde_json::from_slice(&data).unwrap();
        assert_eq!(data["memberships"][0]["note"], NOTE);

        change_note(core, &office.owner, bo, NOTE, " \r\n").await.unwrap();
        assert_eq!(user(core, &office.owner, bo).await.unwrap().note, "", "an empty note is none");
    }
);

each_database!(
    async fn each_change_of_a_note_is_an_event_whose_text_is_sealed_with_the_person(office: Office) {
        let core = &office.world.core;
        let bo = office.add("Bo Ek", "bo@nordhamn.example", Role::Member).await;
        change_note(core, &office.owner, bo, "", NOTE).await.unwrap();
        change_note(core, &office.owner, bo, "", NOTE).await.unwrap();
        let actions = office.world.actions(office.tenant).await;
        let changes = actions.iter().filter(|action| *action == Action::NoteChanged.name()).count();
        assert_eq!(changes, 1, "saving the same note again is no event");
        let asked = AuditQuery { action: Action::NoteChanged.name().to_owned(), ..AuditQuery::default() };
        let log = read(core, &office.owner, &asked, None).await.unwrap();
        assert_eq!(log.entries[0].changes, [], "the log's open part does not hold the text");
        let detail = event(core, &office.owner, log.entries[0].seq).await.unwrap();
        assert_eq!((detail.personal[0].field.as_str(), detail.personal[0].after.as_deref()), ("note", Some(NOTE)));
    }
);

each_database!(
    async fn a_note_that_another_administrator_has_changed_is_not_overwritten(office: Office) {
        let core = &office.world.core;
        let bo = office.add("Bo Ek", "bo@nordhamn.example", Role::Member).await;
        change_note(core, &office.owner, bo, "", "Först").await.unwrap();
        let second = change_note(core, &office.owner, bo, "", "Sedan").await;
        assert_eq!(refusal(second), Some(Refusal::Conflict));
        assert_eq!(user(core, &office.owner, bo).await.unwrap().note, "Först");
        change_note(core, &office.owner, bo, "Först", "Sedan").await.unwrap();
        assert_eq!(user(core, &office.owner, bo).await.unwrap().note, "Sedan");
    }
);

each_database!(
    async fn only_administrators_of_the_organisation_read_or_change_a_note(office: Office) {
        let core = &office.world.core;
        let bo = office.add("Bo Ek", "bo@nordhamn.example", Role::Member).await;
        let auditor = office.add("Ada Ek", "ada@nordhamn.example", Role::Auditor).await;
        let guest = office.guest("Gina Walsh", "gina@brightwater.example", Role::Member).await;
        change_note(core, &office.owner, guest, "", "Konsult till mars").await.unwrap();
        for caller in [office.as_one(bo), office.as_one(auditor), office.other.clone()] {
            let changed = change_note(core, &caller, bo, "", "x").await;
            assert_eq!(refusal(changed), Some(Refusal::NotFound));
            assert_eq!(refusal(user(core, &caller, bo).await.map(|user| user.note)), Some(Refusal::NotFound));
        }
        // A note is no act on the account, so it does not matter who holds the higher role.
        let petra = office.add("Petra Ek", "petra@nordhamn.example", Role::Administrator).await;
        change_note(core, &office.as_one(petra), office.owner.account, "", "Nås på telefon").await.unwrap();
        let at_home = user(core, &office.other, guest).await.unwrap();
        assert_eq!(at_home.note, "", "the guest's home does not read what the host has noted");
    }
);

each_database!(
    async fn a_note_has_five_hundred_visible_characters_at_most(office: Office) {
        let core = &office.world.core;
        let bo = office.add("Bo Ek", "bo@nordhamn.example", Role::Member).await;
        for (note, rule) in
            [("å".repeat(501), FieldRule::TooLong(NOTE_CHARS)), ("a\u{202E}b".into(), FieldRule::Unprintable)]
        {
            let refused = change_note(core, &office.owner, bo, "", &note).await;
            assert_eq!(refusal(refused), Some(Refusal::Fields(vec![rule.of("note")])));
        }
        change_note(core, &office.owner, bo, "", &"å".repeat(500)).await.unwrap();
    }
);
