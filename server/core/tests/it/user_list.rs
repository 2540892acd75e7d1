//! The list of users: search, filters, pages and export.
use crate::kit::{Office, done, full};
use portvakt_core::caller::{Caller, Person};
use portvakt_core::invitation::{Invitee, invite};
use portvakt_core::testing::refusal;
use portvakt_core::user::{EXPORTS_AN_HOUR, PAGE, columns, export, list};
use portvakt_core::{Core, each_database};
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::Refusal;
use portvakt_model::id::AccountId;
use portvakt_model::language::Language;
use portvakt_model::role::Role;
use portvakt_model::user::{Act, Sort, UserQuery, UserState, Where};
use std::collections::BTreeSet;

each_database!(
    async fn people_are_found_by_the_beginning_of_any_word_of_their_name_or_address(office: Office) {
        office.add("Åsa Öberg-Nuñez", "asa.oberg@nordhamn.example", Role::Member).await;
        office.add("Anna Lindqvist", "al@post.example", Role::Administrator).await;
        office.add("100 % Säker", "o'brien_x@nordhamn.example", Role::Auditor).await;
        for (q, names) in [
            ("ÅS", &["Åsa Öberg-Nuñez"][..]),
            ("oberg", &["Åsa Öberg-Nuñez"]),
            ("nuñ", &["Åsa Öberg-Nuñez"]),
            ("lind ann", &["Anna Lindqvist"]),
            ("al@post.example", &["Anna Lindqvist"]),
            ("brien", &["100 % Säker"]),
            ("nordhamn", &["100 % Säker", "Clara Ström", "Åsa Öberg-Nuñez"]),
            ("indqvist", &[]),
            ("anna öberg", &[]),
            ("%", &[]),
            ("_", &[]),
            ("'; DROP TABLE member_term; --", &[]),
            ("tom", &[]),
            ("brightwater", &[]),
        ] {
            assert_eq!(office.found(q).await, names, "{q}");
        }
        assert_eq!(office.found("  ").await.len(), 4);
        // A renamed person is found by the new name.
        office.world.rename("al@post.example", "Berit Ek").await;
        assert_eq!(office.found("lind").await, [""; 0]);
        assert_eq!(office.found("ber").await, ["Berit Ek"]);
    }
);

each_database!(
    async fn the_list_is_filtered_by_state_and_role_and_counts_each(office: Office) {
        let anna = office.add("Anna Ek", "anna@nordhamn.example", Role::Administrator).await;
        let bo = office.add("Bo Ek", "bo@nordhamn.example", Role::Member).await;
        office.add("Cilla Ek", "cilla@nordhamn.example", Role::Member).await;
        office.act(Act::Suspend, &[bo]).await.unwrap();
        office.signed_in("anna@nordhamn.example").await;
        office.lock_out("anna@nordhamn.example").await;
        invited(&office, "dan@nordhamn.example").await;
        let of = |state| UserQuery { state: Some(state), ..UserQuery::default() };
        assert_eq!(office.names(&of(UserState::Active)).await, ["Cilla Ek", "Clara Ström"]);
        assert_eq!(office.names(&of(UserState::Locked)).await, ["Anna Ek"]);
        assert_eq!(office.names(&of(UserState::Suspended)).await, ["Bo Ek"]);
        let counts = office.ask(&UserQuery::default()).await.counts;
        assert_eq!((counts.all, counts.locked, counts.suspended, counts.invited), (4, 1, 1, 1));
        assert_eq!(counts.of(UserState::Active), 2);
        let role = |role| UserQuery { role: Some(role), ..UserQuery::default() };
        assert_eq!(office.names(&role(Role::Member)).await, ["Bo Ek", "Cilla Ek"]);
        let both = UserQuery { q: "ek".to_owned(), state: Some(UserState::Active), ..role(Role::Member) };
        assert_eq!(office.names(&both).await, ["Cilla Ek"]);
        // A lock expires by itself, and ends at once when an administrator lifts it.
        office.world.clock.advance_secs(16 * 60);
        assert_eq!(office.names(&of(UserState::Locked)).await, [""; 0]);
        office.lock_out("anna@nordhamn.example").await;
        assert_eq!(office.names(&of(UserState::Locked)).await, ["Anna Ek"]);
        assert_eq!(office.act(Act::Unlock, &[anna]).await.unwrap(), done(Act::Unlock, 1));
        assert_eq!(office.names(&of(UserState::Locked)).await, [""; 0]);
    }
);

async fn invited(office: &Office, email: &str) {
    let invitee = Invitee {
        email: EmailAddress::parse(email).unwrap(),
        name: None,
        language: Language::English,
        role: Role::Member,
    };
    invite(&office.world.core, &Caller::from(office.owner.clone()), office.tenant, &invitee).await.unwrap();
}

/// Inserts many people into an organisation by SQL, because the services would take too long. Each name holds a number;
/// every ninth holds `p7`, the last hundred hold `late`, and half of those are suspended. Nine are auditors.
async fn crowd(office: &Office, count: i64) {
    let tenant = office.tenant.to_string();
    let numbers = "WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < $2 - 1)";
    let id = "('00000000-0000-7000-8000-' || substr(CAST(100000000000 + n AS TEXT), 1, 12))";
    let word = "('n' || substr(CAST(100000 + n AS TEXT), 2, 5))";
    for made in [
        format!(
            "INSERT INTO account (id, tenant_id, identifier, email, name, language, time_zone, credential_version, created_at)
             {numbers} SELECT {id}, $1, {word}, {word}, {word}, 'sv', 'Europe/Stockholm', 0, 0 FROM n"
        ),
        format!(
            "INSERT INTO membership (tenant_id, account_id, role, suspended_at, created_at, role_rank, name_key, signed_in_at)
             {numbers} SELECT $1, {id}, CASE WHEN n % 1000 = 5 THEN 'auditor' ELSE 'member' END,
                    CASE WHEN n >= $2 - 100 AND n % 2 = 1 THEN 1 END, 0, CASE WHEN n % 1000 = 5 THEN 2 ELSE 3 END,
                    CAST({word} AS BLOB), 0 FROM n"
        ),
        format!("INSERT INTO member_term {numbers} SELECT $1, {id}, CAST({word} AS BLOB) FROM n"),
        format!("INSERT INTO member_term {numbers} SELECT $1, {id}, CAST('crowd' AS BLOB) FROM n WHERE n < $2"),
        format!("INSERT INTO member_term {numbers} SELECT $1, {id}, CAST('late' AS BLOB) FROM n WHERE n >= $2 - 100"),
        format!("INSERT INTO member_term {numbers} SELECT $1, {id}, CAST('p' || CAST(n % 9 AS TEXT) AS BLOB) FROM n WHERE n < 9999"),
    ] {
        let made = sqlx::query(sqlx::AssertSqlSafe(made)).bind(&tenant).bind(count);
        made.execute(&office.world.raw).await.unwrap();
    }
}

/// Every page of a query, forward from the first and backward from the last.
async fn pages(core: &Core, person: &Person, query: &UserQuery) -> [Vec<AccountId>; 2] {
    let mut both = [Vec::new(), Vec::new()];
    for (backward, all) in both.iter_mut().enumerate() {
        let mut page = if backward == 1 { Where::Last } else { Where::First };
        loop {
            let found = list(core, person, &UserQuery { page, ..query.clone() }).await.unwrap();
            assert!(found.people.len() <= PAGE);
            let ids: Vec<_> = found.people.iter().map(|person| person.id).collect();
            let at = if backward == 1 { 0 } else { all.len() };
            // The first page is full, also when it is reached from the end.
            let seen: BTreeSet<_> = all.iter().copied().collect();
            all.splice(at..at, ids.into_iter().filter(|id| !seen.contains(id)));
            match if backward == 1 { found.previous } else { found.next } {
                Some(next) => page = next,
                None => break,
            }
        }
    }
    both
}

each_database!(
    async fn every_order_can_be_paged_through_from_either_end(office: Office) {
        let mut all = BTreeSet::from([office.owner.account]);
        for n in 0..120 {
            let role = [Role::Member, Role::Auditor, Role::Administrator][n % 3];
            // Several people share each name.
            let name = format!("{} Ek", ["Ada", "Åke", "Örjan", "Bo"][n % 4]);
            all.insert(office.add(&name, &format!("p{n}@nordhamn.example"), role).await);
            if n % 5 == 0 {
                office.world.clock.advance_secs(1);
                office.signed_in(&format!("p{n}@nordhamn.example")).await;
            }
        }
        for sort in Sort::ALL {
            for descending in [false, true] {
                let query = UserQuery { sort, descending, ..UserQuery::default() };
                let [forward, backward] = pages(&office.world.core, &office.owner, &query).await;
                assert_eq!(forward, backward, "{sort:?} {descending}");
                assert_eq!(forward.iter().copied().collect::<BTreeSet<_>>(), all, "{sort:?} {descending}");
                assert_eq!(forward.len(), 121);
            }
        }
        let ordered = async |sort, descending| {
            let query = UserQuery { sort, descending, ..UserQuery::default() };
            office.ask(&query).await.people
        };
        let names = ordered(Sort::Name, false).await;
        assert_eq!(
            (names[0].name.as_str(), names[29].name.as_str(), names[30].name.as_str()),
            ("Ada Ek", "Ada Ek", "Bo Ek")
        );
        assert_eq!(ordered(Sort::Name, true).await[0].name, "Örjan Ek");
        assert_eq!(ordered(Sort::Role, false).await[0].role, Role::Owner);
        assert_eq!(ordered(Sort::Role, true).await[0].role, Role::Member);
        let latest = ordered(Sort::LastSignIn, true).await;
        assert!(latest[..25].iter().all(|person| person.last_sign_in.is_some()));
        assert!(latest[25..].iter().all(|person| person.last_sign_in.is_none()));
        assert!(latest[0].email.starts_with("p115@"), "{}", latest[0].email);
        // A cursor that is no row of this list leads to the first page.
        let first = office.names(&UserQuery::default()).await;
        for nonsense in ["", "x", "0..", "1.AA.nobody", "9.!.00000000-0000-0000-0000-000000000000"] {
            let page = Where::After(nonsense.to_owned());
            assert_eq!(office.names(&UserQuery { page, ..UserQuery::default() }).await, first, "{nonsense}");
        }
    }
);

each_database!(
    async fn a_large_list_is_searched_alike_in_order_and_by_index(office: Office) {
        crowd(&office, 9_000).await;
        let orders = [(Sort::Name, false), (Sort::Name, true), (Sort::Role, false), (Sort::LastSignIn, true)];
        // Queries that find all people, a few, the last ones or none, with and without filters; each with its count.
        let asked = [
            ("", None, None, 9_001),
            ("crowd", None, None, 9_000),
            ("crowd p7", None, None, 1_000),
            ("n08999", None, None, 1),
            ("n0899", None, None, 10),
            ("late", None, None, 100),
            ("crowd late", None, Some(UserState::Active), 50),
            ("late", None, Some(UserState::Suspended), 50),
            ("", None, Some(UserState::Suspended), 50),
            ("", Some(Role::Owner), None, 1),
            ("", Some(Role::Auditor), None, 9),
            ("crowd", Some(Role::Auditor), Some(UserState::Active), 9),
            ("crowd", Some(Role::Owner), None, 0),
            ("crowd nobody", None, None, 0),
            ("", None, Some(UserState::Locked), 0),
        ];
        for (nth, (q, role, state, count)) in asked.into_iter().enumerate() {
            // A short run takes two orders in turn for a small result and one for a large result.
            let each = if full() {
                1
            } else if count <= 100 {
                2
            } else {
                4
            };
            for (sort, descending) in orders.into_iter().skip(nth % each).step_by(each) {
                let query = UserQuery { q: q.to_owned(), role, state, sort, descending, page: Where::First };
                let file = export(&office.world.core, &office.owner, &query, Language::English).await;
                let people = file.unwrap().people;
                office.world.sql("DELETE FROM user_export").await;
                assert_eq!(people, count, "{query:?}");
                let shown = office.ask(&query).await;
                assert_eq!(shown.people.len(), count.min(PAGE), "{query:?}");
                assert_eq!(shown.next.is_some(), count > PAGE, "{query:?}");
                let last = office.ask(&UserQuery { page: Where::Last, ..query.clone() }).await;
                assert_eq!(last.people.len(), count.min(PAGE), "{query:?}");
                assert_eq!(last.previous.is_some(), count > PAGE, "{query:?}");
            }
        }
    }
);

each_database!(
    async fn the_export_is_the_list_and_no_cell_of_it_is_a_formula(office: Office) {
        let core = &office.world.core;
        office.add("=1+1", "=cmd@nordhamn.example", Role::Auditor).await;
        office.add("Ek, \"Bo\"", "bo@nordhamn.example", Role::Member).await;
        office.guest("Gina Walsh", "gina@brightwater.example", Role::Member).await;
        office.signed_in("bo@nordhamn.example").await;
        let file = export(core, &office.owner, &UserQuery::default(), Language::English).await.unwrap();
        let text = file.csv.strip_prefix('\u{FEFF}').unwrap();
        assert!(text.starts_with(&format!("{}\r\n'=1+1,", columns(Language::English).join(","))), "{text}");
        assert!(text.contains("\r\n\"Ek, \"\"Bo\"\"\",bo@nordhamn.example,"), "{text}");
        let lines: Vec<[String; 6]> =
            csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect();
        let line = |name: &str, email: &str, role: &str, guest: &str, last: &str| {
            [name, email, role, "active", guest, last].map(str::to_owned)
        };
        let signed_in = "2026-01-02T03:04:05Z";
        let expected: [[String; 6]; 4] = [
            line("'=1+1", "'=cmd@nordhamn.example", "auditor", "no", ""),
            line("Clara Ström", "clara@nordhamn.example", "owner", "no", signed_in),
            line("Ek, \"Bo\"", "bo@nordhamn.example", "member", "no", signed_in),
            line("Gina Walsh", "gina@brightwater.example", "member", "yes", ""),
        ];
        assert_eq!(lines, expected);
        let members = UserQuery { role: Some(Role::Member), ..UserQuery::default() };
        assert_eq!(export(core, &office.owner, &members, Language::English).await.unwrap().people, 2);
        let changes: Vec<(Vec<u8>,)> =
            sqlx::query_as("SELECT changes FROM audit_event WHERE action = 'member.exported' ORDER BY seq")
                .fetch_all(&office.world.raw)
                .await
                .unwrap();
        let counts: Vec<_> = changes.iter().map(|(change,)| change.last().copied()).collect();
        assert_eq!(counts, [Some(b'4'), Some(b'2')]);
    }
);

each_database!(
    threads = 2,
    async fn nobody_takes_more_than_ten_exports_an_hour(office: Office) {
        let core = &office.world.core;
        let query = UserQuery::default();
        let tries = (0..20).map(|_| export(core, &office.owner, &query, Language::English));
        let made = futures_util::future::join_all(tries).await;
        let (taken, refused): (Vec<_>, Vec<_>) = made.into_iter().partition(Result::is_ok);
        assert_eq!(taken.len(), usize::try_from(EXPORTS_AN_HOUR).unwrap());
        for more in refused {
            assert_eq!(refusal(more), Some(Refusal::TooMany { retry_after_secs: 3600 }));
        }
        office.world.clock.advance_secs(1800);
        assert!(matches!(
            refusal(export(core, &office.owner, &query, Language::English).await),
            Some(Refusal::ToBeProven(_))
        ));
        let owner = office.as_one_in(office.owner.account).await;
        let more = export(core, &owner, &query, Language::English).await;
        assert_eq!(refusal(more), Some(Refusal::TooMany { retry_after_secs: 1800 }));
        let disa = office.add("Disa Ek", "disa@nordhamn.example", Role::Owner).await;
        export(core, &office.as_one_in(disa).await, &query, Language::English).await.unwrap();
        office.world.clock.advance_secs(1800);
        let owner = office.as_one_in(office.owner.account).await;
        export(core, &owner, &query, Language::English).await.unwrap();
        let exports = office.world.actions(office.tenant).await;
        assert_eq!(exports.iter().filter(|a| *a == "member.exported").count(), 12);
    }
);
