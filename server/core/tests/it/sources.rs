//! Rules that no type expresses, checked in the sources: where SQL may stand, what it names, who asks the clock.
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files under a folder with this extension, and their texts.
fn files(folder: &str, extension: &str) -> Vec<(PathBuf, String)> {
    fn walk(dir: &Path, extension: &str, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, extension, found);
            } else if path.extension().is_some_and(|e| e == extension) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), extension, &mut found);
    assert!(found.len() > 3, "{folder} was found");
    found
}

/// The Rust sources under a folder.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    files(folder, "rs")
}

/// The string literals of a source that are SQL, each with the function or constant that holds it.
fn held_statements(source: &str) -> Vec<(String, String)> {
    const VERBS: [&str; 4] = ["SELECT ", "INSERT ", "UPDATE ", "DELETE "];
    let mut holder = "";
    let mut held = Vec::new();
    for (n, part) in source.split('"').enumerate() {
        if n % 2 == 0 {
            let words: Vec<_> = part.split_whitespace().collect();
            if let Some(item) = words.windows(2).rfind(|pair| ["fn", "const", "static"].contains(&pair[0])) {
                holder = item[1].split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap();
            }
        } else if VERBS.iter().any(|verb| part.starts_with(verb)) {
            held.push((holder.to_owned(), part.to_owned()));
        }
    }
    held
}

fn statements(source: &str) -> Vec<String> {
    held_statements(source).into_iter().map(|(_, statement)| statement).collect()
}

/// Whether SQL may stand in a source: in the store itself and in each feature's.
fn is_store(path: &Path) -> bool {
    path.ends_with("store.rs") || path.parent().is_some_and(|folder| folder.ends_with("core/src/platform/store"))
}

/// Whether a source belongs to the tests' world, which creates databases and reads them.
fn is_testing(path: &Path) -> bool {
    path.ends_with("testing.rs") || path.parent().is_some_and(|folder| folder.ends_with("testing"))
}

/// The tables that belong to a tenant: the migrations give them a `tenant_id`.
fn tenant_tables() -> BTreeSet<String> {
    let mut tables = BTreeSet::new();
    for entry in fs::read_dir(root().join("server/migrations")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for table in text.split("CREATE TABLE ").skip(1) {
            let (name, columns) = table.split_once('(').unwrap();
            if columns.split(");").next().unwrap().contains("tenant_id TEXT") {
                tables.insert(name.trim().to_owned());
            }
        }
    }
    for known in ["account", "session", "password", "membership", "audit_event", "link", "tenant_key"] {
        assert!(tables.contains(known), "{known} is a tenant's table");
    }
    tables
}

/// The statements that name no tenant: the folder of the store, and the function that holds the statement. A function
/// with two of them stands here twice, so that an excuse is good for one statement only.
const ACROSS_TENANTS: &[&str] = &[
    // By the hash of a secret, which is unique in the installation.
    "address::consume_stop",
    "address::find_stop",
    "invitation::consume",
    "invitation::find",
    "link::consume",
    "link::consume_address",
    "link::find",
    "link::find_address",
    "passkey::find",
    "session::find",
    "sign_in::consume",
    "sign_in::count_try",
    "sign_in::delete",
    "sign_in::find",
    "sign_in::stage",
    // By an address or its domain, before the tenant is known; the set-up link is there before any tenant is.
    "account::find",
    "account::is_taken",
    "address::find_owner",
    "link::replace_setup",
    "lockout::count_password_try",
    "lockout::uncount_password_try",
    "mail::count_recent",
    "password::find_credential",
    "policy::of_domain",
    // Of one account, in every tenant that it belongs to.
    "account::index",
    "account::index",
    "erasure::delete_account",
    "erasure::delete_account",
    "erasure::delete_invitations",
    "erasure::hold_owners",
    "erasure::solely_owned",
    "mail::delete_of",
    "my_data::events",
    "my_data::invitations",
    "my_data::lists_taken",
    "my_data::mails",
    "my_data::memberships",
    "policy::places",
    "session::elsewhere",
    "session::send_home",
    "vault::open",
    // Rows that are due or have ended.
    "address::delete_old_stops",
    "erasure::list_due",
    "invitation::delete_old",
    "invitation_list::delete_old",
    "link::delete_ended",
    "mail::delete_old",
    "mail::take",
    "mail::take",
    "second_factor::delete_ended",
    "session::list_ended",
    "sign_in::delete_ended",
    // The whole installation, for the operator and at the program's start.
    "audit::chains",
    "audit::last",
    "mail::count_waiting",
    "mail::list_failed",
    "mail::revive",
    "mail::revive_all",
    "mail::outbox_counts",
    "mail::trouble",
    "password::any_imported",
];

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a statement selects its rows, or inserts its row, by tenant.
fn names_its_tenant(statement: &str) -> bool {
    let text = flat(statement);
    let made = text.starts_with("INSERT ") && text.split(')').next().is_some_and(|c| c.contains("tenant_id"));
    let picks = |condition: &str| {
        condition.split(' ').collect::<Vec<_>>().windows(3).any(|words| {
            let column = words[0].trim_start_matches('(');
            let named = column == "tenant_id" || column.split_once('.').is_some_and(|(_, name)| name == "tenant_id");
            named && words[1] == "=" && words[2].starts_with('$')
        })
    };
    made || text.split(" WHERE ").skip(1).any(picks)
}

#[test]
fn every_statement_on_a_tenants_table_names_its_tenant() {
    let tables = tenant_tables();
    let mut seen = 0;
    let mut excuses = ACROSS_TENANTS.to_vec();
    let stores = sources("server/core/src");
    for (path, text) in stores.iter().filter(|(path, _)| is_store(path) && !path.ends_with("tests.rs")) {
        let folder = path.parent().unwrap().file_name().unwrap().to_string_lossy();
        for (holder, statement) in held_statements(text) {
            let words: BTreeSet<&str> = statement.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
            if !tables.iter().any(|table| words.contains(table.as_str())) {
                continue;
            }
            seen += 1;
            if !names_its_tenant(&statement) {
                let name = format!("{folder}::{holder}");
                let excuse = excuses.iter().position(|excuse| *excuse == name);
                excuses.swap_remove(excuse.unwrap_or_else(|| panic!("{name} names no tenant: {statement}")));
            }
        }
    }
    assert!(seen > 20, "{seen} statements were read");
    assert_eq!(excuses, [""; 0], "nobody needs these excuses");
}

#[test]
fn the_statement_reader_names_the_holder_of_each_statement() {
    let source = r#"
        const ALL: &str = "SELECT 1";
        pub(super) async fn one<'a>(of: fn(u8) -> u8) { query("SELECT 2").bind("no SELECT"); query("DELETE 3") }
        fn other() { query("UPDATE 4") }"#;
    let held = held_statements(source);
    let names: Vec<_> = held.iter().map(|(holder, statement)| format!("{holder}: {statement}")).collect();
    assert_eq!(names, ["ALL: SELECT 1", "one: SELECT 2", "one: DELETE 3", "other: UPDATE 4"]);
}

#[test]
fn the_statement_reader_finds_a_missing_tenant() {
    assert!(names_its_tenant("UPDATE session SET seen_at = $1 WHERE tenant_id = $3 AND id = $4"));
    assert!(names_its_tenant("INSERT INTO session (id, tenant_id) VALUES ($1, $2)"));
    assert!(!names_its_tenant("UPDATE session SET seen_at = $1 WHERE id = $4"));
    assert!(!names_its_tenant("SELECT tenant_id FROM session WHERE id = $1"));
    assert!(!names_its_tenant("INSERT INTO session (id) SELECT tenant_id FROM account"));
    assert!(!names_its_tenant("DELETE FROM session"));
    assert!(!names_its_tenant("SELECT id FROM session s WHERE s.current_tenant_id = $1"));
    assert!(!names_its_tenant("SELECT id FROM audit_event WHERE actor_tenant_id = $1"));
    assert!(names_its_tenant("SELECT id FROM session s WHERE s.id = $1 AND s.tenant_id = $2"));
}

#[test]
fn sql_stands_in_stores_only_and_is_never_built() {
    for (path, text) in sources("server/core/src").into_iter().chain(sources("server/src")).chain(sources("app")) {
        let name = path.to_string_lossy();
        if !is_store(&path) && !is_testing(&path) {
            assert!(!text.contains("sqlx::query"), "{name}");
            assert_eq!(statements(&text), Vec::<String>::new(), "{name}");
        }
        if !is_testing(&path) {
            assert!(!text.contains("AssertSqlSafe") && !text.contains("query(&format"), "{name}");
        }
    }
}

/// Otherwise a search would find an account by its earlier name or address.
#[test]
fn a_change_of_a_name_or_an_address_updates_its_search_words() {
    let mut seen = 0;
    for (path, text) in
        sources("server/core/src").into_iter().filter(|(path, _)| is_store(path) && !path.ends_with("tests.rs"))
    {
        let is_the_accounts = path.ends_with("core/src/directory/account/store.rs");
        for statement in statements(&text) {
            let sql = statement.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(is_the_accounts || !sql.starts_with("INSERT INTO membership"), "{}: {sql}", path.display());
            let set = sql.strip_prefix("UPDATE account SET ").and_then(|rest| rest.split(" WHERE ").next());
            let changes = |column: &str| set.is_some_and(|set| set.split(", ").any(|part| part.starts_with(column)));
            if changes("name =") || changes("email =") {
                let feature = fs::read_to_string(path.parent().unwrap().with_extension("rs")).unwrap_or_default();
                let is_indexed = [&text, &feature].iter().any(|source| source.contains("index("));
                assert!(is_indexed || is_the_accounts, "{}: {sql}", path.display());
            }
            seen += usize::from(set.is_some());
        }
    }
    assert!(seen > 3, "{seen} changes of an account were read");
}

/// `Tx::conn` could run a `COMMIT` as text: no source but the store itself has one.
#[test]
fn no_statement_begins_or_ends_a_transaction() {
    for (path, text) in sources("server/core/src") {
        if path.ends_with("core/src/platform/store.rs") {
            continue;
        }
        for literal in text.split('"').skip(1).step_by(2) {
            for word in literal.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')) {
                let ends =
                    ["COMMIT", "BEGIN", "ROLLBACK", "SAVEPOINT", "ABORT"].contains(&word.to_uppercase().as_str());
                assert!(!ends, "{word} in {}", path.display());
            }
        }
    }
}

/// OWASP ASVS 5.0, 6.1.3: `docs/security.md` has a table of the ways in.
#[test]
fn only_three_files_begin_a_session() {
    let mut begin: Vec<_> = sources("server/core/src")
        .into_iter()
        .filter(|(_, text)| text.contains("session::start("))
        .map(|(path, _)| path.to_string_lossy().rsplit_once("core/src/").unwrap().1.to_owned())
        .collect();
    begin.sort();
    assert_eq!(begin, ["administration/setup.rs", "authentication/sign_in/advance.rs", "operation/demo/year/deeds.rs"]);
}

#[test]
fn only_clock_and_random_ask_the_system_for_time_and_chance() {
    let allowed = ["core/src/platform/clock.rs", "core/src/platform/random.rs"];
    for (path, text) in sources("server/core/src").into_iter().chain(sources("server/src")).chain(sources("app")) {
        if allowed.iter().any(|a| path.ends_with(a)) {
            continue;
        }
        for direct in
            ["SystemTime::now", "getrandom::", "Timestamp::now()", "Zoned::now", "Uuid::now", "new_v4", "thread_rng"]
        {
            assert!(!text.contains(direct), "{direct} in {}", path.display());
        }
    }
}

/// `docs/security.md` names the tests that show what it promises.
#[test]
fn every_test_named_in_security_md_exists() {
    let page = fs::read_to_string(root().join("docs/security.md")).unwrap();
    let rust: String = ["app", "server"].into_iter().flat_map(sources).map(|(_, text)| text).collect();
    let specs = files("end2end/tests", "ts");
    let mut seen = 0;
    for name in page.split('`').skip(1).step_by(2) {
        if name.ends_with(".spec.ts") {
            assert!(specs.iter().any(|(path, _)| path.ends_with(name)), "{name}");
        } else if name.matches('_').count() > 1 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            assert!(rust.contains(&format!("fn {name}(")), "{name}");
            seen += 1;
        }
    }
    assert!(seen > 80, "{seen} names were read");
}

/// These words hide who acts. The first migration is frozen, and its kept database quotes it.
#[test]
fn comments_docs_and_texts_name_who_acts() {
    const FOLDERS: [(&str, &str); 7] = [
        ("app", "rs"),
        ("server", "rs"),
        ("xtask", "rs"),
        ("docs", "md"),
        ("end2end/kit", "ts"),
        ("end2end/tests", "ts"),
        ("style", "css"),
    ];
    let words = ["who", "whos", "whom"].map(|begin| format!("{begin}ever"));
    let mut all: Vec<_> = FOLDERS.into_iter().flat_map(|(folder, extension)| files(folder, extension)).collect();
    let others =
        ["server/migrations", "deploy"].into_iter().flat_map(|folder| fs::read_dir(root().join(folder)).unwrap());
    let others = others.map(|entry| entry.unwrap().path()).filter(|path| !path.ends_with("0001_initial.sql"));
    let named = ["README.md", "CHANGELOG.md", "SECURITY.md", "Cargo.toml", "deny.toml", "end2end/playwright.config.ts"];
    for path in named.into_iter().map(|name| root().join(name)).chain(others) {
        let text = fs::read_to_string(&path).unwrap();
        all.push((path, text));
    }
    for (path, text) in all {
        let text = text.to_lowercase();
        for word in &words {
            assert!(!text.contains(word), "{} says {word}", path.display());
        }
    }
}
