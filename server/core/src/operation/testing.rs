//! A test's world: a fresh database on each engine, a clock that the test sets, seeded randomness.
pub mod authenticator;
mod database;
mod each;

use crate::account::{NewPerson, store as accounts};
use crate::audit::{Event, verify};
use crate::caller::{Caller, Origin, Person};
use crate::clock::Hand;
use crate::error::CoreError;
use crate::hasher::Cost;
use crate::identifier::Identifier;
use crate::known_device::KnownDevices;
use crate::link::store as links;
use crate::mail::MAX_WAITING;
use crate::member;
use crate::random::Random;
use crate::second_factor::{begin, confirm};
use crate::security::security;
use crate::session::{Browser, SignedIn, Started, authenticate};
use crate::setup::{SetUp, new_link, set_up};
use crate::sign_in::{self, Step};
use crate::tenant::NewTenant;
use crate::tenants::create;
use crate::token::Token;
use crate::{Core, Settings, invitation, passkey, reset};
use authenticator::Authenticator;
pub use each::{Fixture, full, run};
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::Refusal;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::language::Language;
use portvakt_model::link::LinkKind;
use portvakt_model::policy::Policy;
use portvakt_model::profile::DisplayName;
use portvakt_model::proof::{Proof, Typed};
use portvakt_model::role::Role;
use portvakt_model::second_factor::STEP_SECS;
use portvakt_model::time::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::AnyPool;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use uuid::Uuid;

/// The name, address and password of [`World::owner`].
pub const NAME: &str = "Anna Lindqvist";
/// See [`NAME`].
pub const EMAIL: &str = "anna.lindqvist@nordhamn.example";
/// See [`NAME`].
pub const PASSWORD: &str = crate::demo::PASSWORD;

/// One database with everything around it.
pub struct World {
    /// The services.
    pub core: Core,
    /// The clock that the services read.
    pub clock: Hand,
    /// What the services were opened with.
    pub settings: Settings,
    /// The database without the store in between.
    pub raw: AnyPool,
    dir: TempDir,
}

/// Where browsers reach the portal.
pub const ORIGIN: &str = "http://localhost:3000";

/// 2026-01-02T03:04:05Z.
const NOW: Timestamp = Timestamp::from_micros(1_767_323_045_000_000);

/// The SHA-256 of a seed and a counter: the same bytes in each run.
fn seeded(seed: u64) -> Random {
    let counter = AtomicU64::new(0);
    Random::new(move |bytes| {
        for part in bytes.chunks_mut(32) {
            let n = counter.fetch_add(1, Ordering::SeqCst);
            let block = Sha256::digest([seed.to_be_bytes(), n.to_be_bytes()].concat());
            part.copy_from_slice(&block[..part.len()]);
        }
    })
}

fn settings(database: String, dir: &Path) -> Settings {
    Settings {
        database,
        connections: 10,
        statement_timeout: Duration::from_secs(10),
        master_key: dir.join("master.key"),
        cost: Cost { memory_kib: 64, passes: 1 },
        refused_after: Duration::ZERO,
        durable: true,
    }
}

#[expect(clippy::missing_panics_doc, reason = "for tests: whatever goes wrong ends them")]
#[expect(clippy::unwrap_used, reason = "for tests: whatever goes wrong ends them")]
impl World {
    /// A world on a SQLite file.
    pub async fn sqlite() -> Self {
        let dir = TempDir::new().unwrap();
        let url = database::sqlite(&dir.path().join("portvakt.db")).await;
        Self::open(dir, url).await
    }

    /// A world on PostgreSQL.
    pub async fn postgres() -> Self {
        Self::open(TempDir::new().unwrap(), database::postgres().await).await
    }

    /// A fresh world on the same kind of database.
    pub async fn another(&self) -> Self {
        if self.is_sqlite() { Self::sqlite().await } else { Self::postgres().await }
    }

    async fn open(dir: TempDir, database: String) -> Self {
        let settings = settings(database, dir.path());
        let clock = Hand::default();
        clock.set(NOW);
        let core = Core::open(&settings, clock.clock(), seeded(0)).await.unwrap().at(ORIGIN);
        let raw = sqlx::any::AnyPoolOptions::new().max_connections(2).connect(&settings.database).await.unwrap();
        Self { core, clock, settings, raw, dir }
    }

    /// Opens the same database once more, as another process would.
    ///
    /// # Errors
    /// As [`Core::open`].
    pub async fn again(&self, settings: &Settings) -> Result<Core, CoreError> {
        static SEED: AtomicU64 = AtomicU64::new(1);
        Core::open(settings, self.clock.clock(), seeded(SEED.fetch_add(1, Ordering::SeqCst))).await
    }

    /// The directory of the master key and, on SQLite, of the database.
    #[must_use]
    pub fn dir(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    /// Whether this is the world on SQLite.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.settings.database.starts_with("sqlite:")
    }

    /// Gives somebody who is signed in a code app; its secret in base32, and their session as it goes on.
    pub async fn code_app(&self, started: &Started) -> (String, Started, Vec<String>) {
        begin(&self.core, &started.person).await.unwrap();
        let enrolment = security(&self.core, &started.person).await.unwrap().second.enrolment.unwrap();
        let code = self.code(&enrolment.secret, 0);
        let browser = self.known_browser(started);
        let (renewed, codes) = confirm(&self.core, &started.person, &browser, &code).await.unwrap();
        (enrolment.secret, renewed, codes.recovery_codes)
    }

    /// Gives somebody who is signed in a passkey on their authenticator; their session as it goes on, and the recovery codes that
    /// came with it.
    pub async fn passkey(&self, started: &Started, authenticator: &mut Authenticator) -> (Started, Vec<String>) {
        let ceremony = passkey::begin(&self.core, &started.person, "Annas telefon").await.unwrap();
        let made = authenticator.make(&ceremony);
        let browser = self.known_browser(started);
        let (renewed, codes) = passkey::add(&self.core, &started.person, &browser, &made).await.unwrap();
        (renewed, codes.recovery_codes)
    }

    /// The code that an app with this secret shows so many steps from now.
    pub fn code(&self, secret: &str, steps: i64) -> String {
        let secret = totp_rs::Secret::try_from_base32(secret.replace(' ', "")).unwrap();
        let at = self.core.clock.now().plus_secs(steps * STEP_SECS).as_micros() / 1_000_000;
        totp_rs::Builder::new().with_secret(secret).build_noncompliant().generate(at.unsigned_abs()).to_string()
    }

    /// Sets the portal up; its owner, signed in.
    pub async fn owner(&self) -> Started {
        let link = new_link(&self.core).await.unwrap().unwrap();
        set_up(&self.core, &origin(), &link, &stranger(), form()).await.unwrap()
    }

    /// Somebody else of the operator, signed in. Their sign-in left no event: nothing makes a second person yet.
    pub async fn second_person(&self) -> Started {
        let (home, account, session) =
            (self.tenant().await, Uuid::from_u128(2).to_string(), Uuid::from_u128(3).to_string());
        let token = Token::new(&self.core.random);
        let now = self.core.clock.now();
        sqlx::query(
            "INSERT INTO account (id, tenant_id, identifier, email, name, language, time_zone, credential_version, created_at)
             VALUES ($1, $2, 'eva@b.example', 'eva@b.example', 'Eva Ek', 'sv', 'Europe/Stockholm', 0, 0)",
        )
        .bind(&account)
        .bind(&home)
        .execute(&self.raw)
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO membership (tenant_id, account_id, role, created_at, role_rank, name_key, signed_in_at)
             VALUES ($1, $2, 'member', 0, 3, $3, 0)",
        )
        .bind(&home)
        .bind(&account)
        .bind(Vec::new())
        .execute(&self.raw)
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO session (id, tenant_id, account_id, current_tenant_id, token_hash, auth_time, proven_at, seen_at,
                    idle_secs, idle_ends_at, ends_at, device, network)
             VALUES ($1, $2, $3, $2, $4, $5, $5, $5, 60, $6, $6, '', '')",
        )
        .bind(session)
        .bind(&home)
        .bind(&account)
        .bind(token.hash())
        .bind(now.as_micros())
        .bind(now.plus_secs(60).as_micros())
        .execute(&self.raw)
        .await
        .unwrap();
        let person = self.who(&token).await.unwrap().person;
        let devices = stranger().devices.remember(&self.core, person.account, 0);
        Started { token, person, devices }
    }

    /// An account's holder, acting at home: as a session would make them, without one.
    pub fn signed_in(&self, home: TenantId, account: AccountId) -> Person {
        let session = self.core.random.id(self.core.clock.now());
        Person { account, home, tenant: home, session, origin: origin() }
    }

    /// The same with a session, which has just begun.
    pub async fn in_session(&self, person: Person) -> Person {
        let now = self.core.clock.now();
        sqlx::query(
            "INSERT INTO session (id, tenant_id, account_id, current_tenant_id, token_hash, auth_time, proven_at, seen_at,
                    idle_secs, idle_ends_at, ends_at, device, network)
             VALUES ($1, $2, $3, $4, $5, $6, $6, $6, 60, $7, $7, '', '')",
        )
        .bind(person.session.to_string())
        .bind(person.home.to_string())
        .bind(person.account.to_string())
        .bind(person.tenant.to_string())
        .bind(Token::new(&self.core.random).hash())
        .bind(now.as_micros())
        .bind(now.plus_secs(60).as_micros())
        .execute(&self.raw)
        .await
        .unwrap();
        person
    }

    /// Lets somebody with an account elsewhere in as a guest.
    pub async fn join(&self, tenant: TenantId, account: AccountId, role: Role) {
        let done = self.core.store.write(async |mut tx| {
            accounts::add_member(&mut tx, tenant, account, role).await?;
            Ok(((), tx.commit(&Caller::Command, Event::MembersImported { tenant, people: 1 }).await?))
        });
        done.await.unwrap();
    }

    /// Makes a log long behind the portal's back, of events of 200 people who are there, thirty seconds after each other.
    pub async fn fill_log(&self, events: i64) {
        sqlx::query(
            "INSERT INTO audit_event (tenant_id, seq, id, at, actor, actor_tenant_id, actor_id, action, target_id, changes,
                    reference, actor_commitment, actor_sealed, target_commitment, target_sealed, hash, mac_key, mac)
             WITH RECURSIVE n (i) AS (SELECT 300 UNION ALL SELECT i + 1 FROM n WHERE i < $1),
                  p (id, k) AS (SELECT id, row_number() OVER (ORDER BY id) - 1 FROM account)
             SELECT e.tenant_id, n.i, e.id || n.i, e.at + CAST(n.i AS BIGINT) * 30000000, e.actor, e.actor_tenant_id, a.id,
                    CASE WHEN n.i % 100000 = 0 THEN 'account.unlocked' WHEN n.i % 20 = 0 THEN 'account.sign_in_failed'
                         WHEN n.i % 50 = 1 THEN 'member.added' WHEN n.i % 2 = 0 THEN 'session.started' ELSE 'session.ended' END,
                    CASE WHEN n.i % 3 = 0 THEN t.id END, e.changes, e.reference, e.actor_commitment, e.actor_sealed,
                    NULL, NULL, e.hash, e.mac_key, e.mac
               FROM n JOIN audit_event e ON e.seq = 1 JOIN p a ON a.k = n.i * 7 % 200 JOIN p t ON t.k = n.i % 200",
        )
        .bind(events)
        .execute(&self.raw)
        .await
        .unwrap();
        sqlx::query("UPDATE audit_head SET seq = $1").bind(events).execute(&self.raw).await.unwrap();
        // What was written in one go is else read from SQLite's log; PostgreSQL would tidy up by itself a minute later.
        self.sql(if self.is_sqlite() { "PRAGMA wal_checkpoint(TRUNCATE)" } else { "VACUUM ANALYZE" }).await;
    }

    /// Has mails wait that nobody sends, until there is room for so many more.
    pub async fn fill_outbox(&self, room: i64) {
        let fill = "INSERT INTO mail (id, tenant_id, kind, recipient, tries, due_at, created_at)
             WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < $1)
             SELECT 'waiting ' || n, t.id, 'test', CAST('' AS blob), 0, 0, 0 FROM tenant t, count WHERE t.kind = 'operator'";
        sqlx::query(fill).bind(MAX_WAITING - room).execute(&self.raw).await.unwrap();
    }

    /// Gives many people an account and a role, some thousands at a time.
    pub async fn crowd(&self, tenant: TenantId, people: impl Iterator<Item = (NewPerson, Role)>) {
        let people: Vec<_> = people.collect();
        for part in people.chunks(5_000) {
            let done = self.core.store.write(async |mut tx| {
                for (person, role) in part {
                    member::enter(&mut tx, tenant, person, *role).await?;
                }
                let event = Event::MembersImported { tenant, people: part.len() };
                Ok(((), tx.commit(&Caller::Command, event).await?))
            });
            done.await.unwrap();
        }
    }

    /// Gives somebody another name.
    pub async fn rename(&self, email: &str, name: &str) {
        let (tenant, account) = accounts::find(&self.core, &Identifier::of(email)).await.unwrap().unwrap();
        let raw = sqlx::query("UPDATE account SET name = $1 WHERE id = $2").bind(name).bind(account.to_string());
        raw.execute(&self.raw).await.unwrap();
        let done = self.core.store.write(async |mut tx| {
            accounts::index(&mut tx, account).await?;
            Ok(((), tx.commit(&Caller::Command, Event::MembersImported { tenant, people: 1 }).await?))
        });
        done.await.unwrap();
    }

    /// A reset link of somebody, as the mail would hold it.
    pub async fn reset_link(&self, email: &str) -> Token {
        let (home, account) = accounts::find(&self.core, &Identifier::of(email)).await.unwrap().unwrap();
        let token = Token::new(&self.core.random);
        let done = self.core.store.write(async |mut tx| {
            links::issue(&mut tx, LinkKind::Reset, home, account, &token, Policy::FLOOR.links).await?;
            Ok(((), tx.commit(&Caller::Command, Event::ResetLinkIssued { home, account, origin: None }).await?))
        });
        done.await.unwrap();
        token
    }

    /// Makes a customer whose owner has come; they are signed in.
    pub async fn customer(&self, name: &str, owner: &str, email: &str) -> Started {
        let (customer, owner) = NewTenant::parse(name, "", "sv", owner, email).unwrap();
        let made = create(&self.core, &Caller::Command, &customer, &owner).await.unwrap();
        let name = owner.name.as_str();
        let started = register(&self.core, &origin(), &made.invitation, &stranger(), name, PASSWORD).await.unwrap();
        self.sql("DELETE FROM mail").await;
        started
    }

    /// Another token for the one invitation that is open, as whoever reads its mail has one.
    pub async fn invitation_token(&self) -> Token {
        let token = Token::new(&self.core.random);
        let renewed = sqlx::query("UPDATE invitation SET token_hash = $1").bind(token.hash());
        assert_eq!(renewed.execute(&self.raw).await.unwrap().rows_affected(), 1);
        token
    }

    /// Another token for the one link that stops a change of an address, as whoever reads its mail has one.
    pub async fn stop_token(&self) -> Token {
        let token = Token::new(&self.core.random);
        let renewed = sqlx::query("UPDATE address_stop SET token_hash = $1").bind(token.hash());
        assert_eq!(renewed.execute(&self.raw).await.unwrap().rows_affected(), 1);
        token
    }

    async fn tenant(&self) -> String {
        sqlx::query_as::<_, (String,)>("SELECT id FROM tenant WHERE kind = 'operator'")
            .fetch_one(&self.raw)
            .await
            .unwrap()
            .0
    }

    /// Who a token belongs to.
    pub async fn who(&self, token: &Token) -> Option<SignedIn> {
        authenticate(&self.core, token, origin()).await.unwrap()
    }

    /// A browser in which somebody has signed in and out again.
    pub fn known_browser(&self, started: &Started) -> Browser {
        Browser { session: None, devices: KnownDevices::open(&self.core, &started.devices) }
    }

    /// As if strangers had tried as many names as there is room for.
    pub fn fill_lanes(&self) {
        self.core.lanes.fill();
    }

    /// How many passwords were hashed or verified.
    pub fn hashes(&self) -> u64 {
        self.core.hasher.made()
    }

    /// Runs one statement behind the store's back; how many rows it changed.
    pub async fn sql(&self, statement: &'static str) -> u64 {
        sqlx::query(statement).execute(&self.raw).await.unwrap().rows_affected()
    }

    /// A number that a statement selects.
    pub async fn number(&self, statement: &'static str) -> i64 {
        sqlx::query_as::<_, (i64,)>(statement).fetch_one(&self.raw).await.unwrap().0
    }

    /// Every row of every table, as text that begins with the table's name. On SQLite.
    pub async fn rows(&self) -> Vec<String> {
        let columns: Vec<(String, String)> = sqlx::query_as(
            "SELECT m.name, group_concat('quote(' || p.name || ')', '||'' ''||')
               FROM sqlite_master m JOIN pragma_table_info(m.name) p
              WHERE m.type = 'table' AND m.name NOT LIKE '%sqlx%' GROUP BY m.name",
        )
        .fetch_all(&self.raw)
        .await
        .unwrap();
        let mut rows = Vec::new();
        for (table, columns) in columns {
            let select = format!("SELECT '{table} ' || {columns} FROM {table}");
            let found: Vec<(String,)> = sqlx::query_as(sqlx::AssertSqlSafe(select)).fetch_all(&self.raw).await.unwrap();
            rows.extend(found.into_iter().map(|(row,)| row));
        }
        rows
    }

    /// The actions in a tenant's log, oldest first, after the chain was verified.
    pub async fn actions(&self, tenant: TenantId) -> Vec<String> {
        let count = verify(&self.core, tenant).await.unwrap();
        let rows: Vec<(String,)> = sqlx::query_as("SELECT action FROM audit_event WHERE tenant_id = $1 ORDER BY seq")
            .bind(tenant.to_string())
            .fetch_all(&self.raw)
            .await
            .unwrap();
        assert_eq!(i64::try_from(rows.len()).unwrap(), count);
        rows.into_iter().map(|(action,)| action).collect()
    }
}

/// The set-up form of [`World::owner`].
#[must_use]
pub fn form() -> SetUp<'static> {
    SetUp {
        name: NAME,
        organisation: "Mårdby Systems AB",
        email: EMAIL,
        email_again: EMAIL,
        password: PASSWORD,
        language: Language::Swedish,
    }
}

/// Somebody who is to get an account.
#[must_use]
#[expect(clippy::missing_panics_doc, reason = "for tests: whatever goes wrong ends them")]
#[expect(clippy::unwrap_used, reason = "for tests: whatever goes wrong ends them")]
pub fn new_person(name: &str, email: &str) -> NewPerson {
    NewPerson {
        email: EmailAddress::parse(email).unwrap(),
        name: DisplayName::parse(name).unwrap(),
        language: Language::Swedish,
    }
}

/// A browser that nobody has signed in in.
#[must_use]
pub fn stranger() -> Browser {
    Browser::default()
}

/// A browser that brings a session.
#[must_use]
pub fn bringing(session: &Token) -> Browser {
    Browser { session: Some(session.clone()), ..Browser::default() }
}

/// Where a test's requests come from.
#[must_use]
pub fn origin() -> Origin {
    Origin { network: "192.0.2.7".to_owned(), device: "test device".to_owned(), ..Origin::default() }
}

/// Whether a result is the refusal of a wrong password.
pub fn is_wrong<T>(result: Result<T, CoreError>) -> bool {
    matches!(refusal(result), Some(Refusal::WrongCredentials(_)))
}

/// The refusal in a result, if it is one.
pub fn refusal<T>(result: Result<T, CoreError>) -> Option<Refusal> {
    match result {
        Err(CoreError::Refused(refusal)) => Some(refusal),
        _ => None,
    }
}

/// What somebody is asked for who has no passkey.
#[must_use]
pub fn by_hand(typed: Typed) -> Proof {
    Proof { passkey: false, typed: Some(typed) }
}

/// Signs somebody in who has no second factor.
///
/// # Errors
/// As [`sign_in::sign_in`].
///
/// # Panics
/// If they are asked for one.
pub async fn sign_in(
    core: &Core,
    origin: &Origin,
    browser: &Browser,
    email: &str,
    password: &str,
) -> Result<Started, CoreError> {
    Ok(at_once(sign_in::sign_in(core, origin, browser, email, password).await?))
}

/// Gives somebody a new password by a link, who is asked for nothing else.
///
/// # Errors
/// As [`reset::choose_password`].
///
/// # Panics
/// If they are.
pub async fn choose_password(
    core: &Core,
    origin: &Origin,
    token: &Token,
    browser: &Browser,
    password: &str,
    second: &str,
) -> Result<Started, CoreError> {
    Ok(at_once(reset::choose_password(core, origin, token, browser, password, second).await?))
}

/// Makes the account of somebody who was invited and is asked for nothing else.
///
/// # Errors
/// As [`invitation::register`].
///
/// # Panics
/// If they are.
pub async fn register(
    core: &Core,
    origin: &Origin,
    token: &Token,
    browser: &Browser,
    name: &str,
    password: &str,
) -> Result<Started, CoreError> {
    Ok(at_once(invitation::register(core, origin, token, browser, name, password).await?))
}

fn at_once(step: Step) -> Started {
    match step {
        Step::SignedIn(started) => started,
        Step::Waiting(stage, _) => panic!("more is asked for: {stage:?}"),
    }
}
