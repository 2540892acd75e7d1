//! What no type can say, read from the sources: where SQL may stand, what it must name, who may ask the clock.
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The Rust sources under a folder, with their texts.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    fn walk(dir: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    assert!(found.len() > 3, "{folder} was found");
    found
}

/// The string literals of a source that are SQL.
fn statements(source: &str) -> Vec<String> {
    const VERBS: [&str; 4] = ["SELECT ", "INSERT ", "UPDATE ", "DELETE "];
    let literals = source.split('"').skip(1).step_by(2);
    literals.filter(|l| VERBS.iter().any(|verb| l.starts_with(verb))).map(str::to_owned).collect()
}

/// Whether SQL may stand in a source: in the store itself and in each feature's.
fn is_store(path: &Path) -> bool {
    path.ends_with("store.rs") || path.parent().is_some_and(|folder| folder.ends_with("core/src/platform/store"))
}

/// Whether a source is the tests' world, which makes databases and looks into them.
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

/// Statements that find a row of any tenant, because what they look it up by is unique in the installation and either a
/// secret or what somebody types before their tenant is known; or of all of them, because its time is over. The operator's
/// mail page looks at everybody's; somebody's own memberships, and the sessions that act in a tenant, are their homes'.
const ACROSS_TENANTS: &[&str] = &[
    "SELECT tenant_id, seq FROM audit_head ORDER BY",
    "SELECT max(e.at) FROM audit_head h JOIN audit_event e",
    "SELECT tenant_id, id FROM account WHERE identifier = $1",
    "FROM session WHERE ends_at <= $1 OR idle_ends_at <= $2",
    "DELETE FROM link WHERE ends_at <= $1",
    "FROM address_stop WHERE token_hash = $1 AND ends_at > $2",
    "DELETE FROM address_stop WHERE ends_at <= $1",
    "WHERE a.identifier = $1",
    "FROM account WHERE identifier = $1",
    "FROM account_key WHERE id = $1",
    "SELECT name, email FROM account WHERE id = $1",
    "UPDATE membership SET name_key = $1 WHERE account_id = $2",
    "INTO link (token_hash, kind, created_at",
    "WHERE token_hash = $1 AND kind = $2 AND ends_at > $3",
    "WHERE s.token_hash = $1",
    "FROM mail WHERE recipient = $1 AND kind = $2",
    "FROM (SELECT 1 FROM mail WHERE ended_at IS NULL LIMIT",
    "SELECT id FROM mail WHERE ended_at IS NULL AND due_at <= $1",
    "UPDATE mail SET tries = tries + 1, due_at = $1",
    "SELECT (SELECT count(*) FROM mail",
    "DELETE FROM mail WHERE (ended_at",
    "FROM invitation",
    "DELETE FROM invitation WHERE ends_at",
    // Of one account, whichever tenants it belongs to, or of its address.
    "SELECT imported FROM password WHERE imported = 1",
    "FROM erasure WHERE due_at <= $1",
    "WHERE m.account_id = $1 AND m.role = 'owner'",
    "SELECT tenant_id FROM membership WHERE account_id = $1",
    "DELETE FROM membership WHERE account_id = $1",
    "UPDATE tenant_policy SET changed_by = NULL",
    "DELETE FROM invitation WHERE identifier = $1",
    "DELETE FROM mail WHERE recipient = $1",
    "WHERE m.account_id = $1 ORDER BY",
    "WHERE i.identifier = $1 ORDER BY",
    "FROM mail WHERE recipient = $1 ORDER BY",
    "FROM user_export e JOIN tenant t",
    "ON e.tenant_id = t.id AND e.actor_id = $1",
    "ON e.tenant_id = t.id AND e.target_id = $1",
    "DELETE FROM invitation_list WHERE ends_at",
    "DELETE FROM code_app_enrolment WHERE ends_at",
    // A browser that shows a passkey says whose it is by that alone.
    "WHERE k.credential_hash = $1",
    "FROM pending_sign_in WHERE token_hash = $1 AND ends_at",
    "UPDATE pending_sign_in SET tries = tries + 1 WHERE token_hash",
    "DELETE FROM pending_sign_in WHERE token_hash",
    "DELETE FROM pending_sign_in WHERE ends_at",
    "SELECT t.id, t.name FROM membership m JOIN tenant t",
    "UPDATE session SET current_tenant_id = tenant_id",
    "WHERE m.account_id = $1 AND m.suspended_at IS NULL ORDER BY",
    // Before anybody is known there is only the address that they typed.
    "FROM mail_domain d JOIN tenant_policy p",
    "SELECT failure FROM mail WHERE ended_at IS NULL",
    "FROM mail m JOIN tenant t ON t.id = m.tenant_id",
    "UPDATE mail SET ended_at = NULL, failure = NULL",
];

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a statement picks its rows, or makes its row, by tenant.
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
    let stores = sources("server/core/src");
    for (path, text) in stores.iter().filter(|(path, _)| is_store(path) && !path.ends_with("tests.rs")) {
        for statement in statements(text) {
            let words: BTreeSet<&str> = statement.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
            if !tables.iter().any(|table| words.contains(table.as_str())) {
                continue;
            }
            seen += 1;
            let flat = flat(&statement);
            let excused = ACROSS_TENANTS.iter().any(|known| flat.contains(known));
            assert!(excused || names_its_tenant(&statement), "{}: {statement}", path.display());
        }
    }
    assert!(seen > 20, "{seen} statements were read");
    let stores = sources("server/core/src").into_iter().map(|(_, text)| flat(&text)).collect::<String>();
    for excuse in ACROSS_TENANTS {
        assert!(stores.contains(excuse), "nobody needs the excuse {excuse}");
    }
}

#[test]
fn the_reader_of_statements_tells_a_missing_tenant() {
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

/// Else somebody would be searched by what they were called before.
#[test]
fn whoever_changes_a_name_or_an_address_writes_down_what_it_is_searched_by() {
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
fn only_these_begin_a_session() {
    let mut begin: Vec<_> = sources("server/core/src")
        .into_iter()
        .filter(|(_, text)| text.contains("session::start("))
        .map(|(path, _)| path.to_string_lossy().rsplit_once("core/src/").unwrap().1.to_owned())
        .collect();
    begin.sort();
    assert_eq!(begin, ["administration/setup.rs", "authentication/sign_in/advance.rs", "operation/demo/year/deeds.rs"]);
}

#[test]
fn nobody_asks_the_system_for_the_time_or_for_chance() {
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
