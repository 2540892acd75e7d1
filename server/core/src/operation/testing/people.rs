//! People in a world, with their passkeys, code apps and links.
use super::authenticator::Authenticator;
use super::{CLARA, NORDHAMN, PASSWORD, World, form, origin, register, stranger};
use crate::account::store as accounts;
use crate::audit::Event;
use crate::caller::{Caller, Person};
use crate::identifier::Identifier;
use crate::known_device::KnownDevices;
use crate::link::store as links;
use crate::passkey;
use crate::second_factor::{begin_code_app, confirm_code_app};
use crate::security::security;
use crate::session::{Browser, Started};
use crate::setup::{new_link, set_up};
use crate::tenant::NewTenant;
use crate::tenants::create;
use crate::token::Token;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::link::LinkKind;
use portvakt_model::policy::Policy;
use portvakt_model::role::Role;
use portvakt_model::second_factor::STEP_SECS;
use uuid::Uuid;

#[expect(clippy::missing_panics_doc, reason = "for tests: whatever goes wrong ends them")]
#[expect(clippy::unwrap_used, reason = "for tests: whatever goes wrong ends them")]
impl World {
    /// Sets the portal up. Returns its owner, signed in.
    pub async fn owner(&self) -> Started {
        let link = new_link(&self.core).await.unwrap().unwrap();
        set_up(&self.core, &origin(), &link, &stranger(), form()).await.unwrap()
    }

    /// Makes a customer whose owner has accepted the invitation. Returns the owner, signed in. Deletes all mail.
    pub async fn customer(&self, name: &str, owner: &str, email: &str) -> Started {
        let (customer, owner) = NewTenant::parse(name, "", "sv", owner, email).unwrap();
        let made = create(&self.core, &Caller::Command, &customer, &owner).await.unwrap();
        let name = owner.name.as_str();
        let started = register(&self.core, &origin(), &made.invitation, &stranger(), name, PASSWORD).await.unwrap();
        self.sql("DELETE FROM mail").await;
        started
    }

    /// Nordhamn kommun. Its owner Clara Ström is signed in.
    pub async fn nordhamn(&self) -> Started {
        self.customer(NORDHAMN, "Clara Ström", CLARA).await
    }

    /// Another customer, Region Västmark. Its owner Eva Ek is signed in.
    pub async fn vastmark(&self) -> Started {
        self.customer("Region Västmark", "Eva Ek", "eva@vastmark.example").await
    }

    /// Another customer, Larkmoor. Its owner Ada Larkin is signed in.
    pub async fn larkmoor(&self) -> Started {
        self.customer("Larkmoor", "Ada Larkin", "ada@larkmoor.example").await
    }

    /// A second person of the operator, signed in. The rows are written without the services, so there are no events.
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

    /// An account's holder, acting at home. Their session's id is made up: there is no such session.
    pub fn signed_in(&self, home: TenantId, account: AccountId) -> Person {
        let session = self.core.random.id(self.core.clock.now());
        Person { account, home, tenant: home, session, origin: origin() }
    }

    /// Begins the session of this person, without the services. It ends in 60 seconds.
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

    /// Makes an account a guest of another tenant.
    pub async fn join(&self, tenant: TenantId, account: AccountId, role: Role) {
        let done = self.core.store.write(async |mut tx| {
            accounts::add_member(&mut tx, tenant, account, role).await?;
            Ok(((), tx.commit(&Caller::Command, Event::members_imported(tenant, 1)).await?))
        });
        done.await.unwrap();
    }

    /// Gives the account with this address another name.
    pub async fn rename(&self, email: &str, name: &str) {
        let (tenant, account) = accounts::find(&self.core, &Identifier::of(email)).await.unwrap().unwrap();
        let raw = sqlx::query("UPDATE account SET name = $1 WHERE id = $2").bind(name).bind(account.to_string());
        raw.execute(&self.raw).await.unwrap();
        let done = self.core.store.write(async |mut tx| {
            accounts::index(&mut tx, account).await?;
            Ok(((), tx.commit(&Caller::Command, Event::members_imported(tenant, 1)).await?))
        });
        done.await.unwrap();
    }

    /// Gives a signed-in person a code app. Returns its secret in base32, the renewed session and the recovery codes.
    pub async fn code_app(&self, started: &Started) -> (String, Started, Vec<String>) {
        begin_code_app(&self.core, &started.person).await.unwrap();
        let enrolment = security(&self.core, &started.person).await.unwrap().second.enrolment.unwrap();
        let code = self.code(&enrolment.secret, 0);
        let browser = self.known_browser(started);
        let (renewed, codes) = confirm_code_app(&self.core, &started.person, &browser, &code).await.unwrap();
        (enrolment.secret, renewed, codes.recovery_codes)
    }

    /// Gives a signed-in person a passkey on their authenticator. Returns the renewed session and the recovery codes.
    pub async fn passkey(&self, started: &Started, authenticator: &mut Authenticator) -> (Started, Vec<String>) {
        let ceremony = passkey::begin(&self.core, &started.person, "Annas telefon").await.unwrap();
        let made = authenticator.make(&ceremony);
        let browser = self.known_browser(started);
        let (renewed, codes) = passkey::add(&self.core, &started.person, &browser, &made).await.unwrap();
        (renewed, codes.recovery_codes)
    }

    /// The code that an app with this secret shows `steps` time steps from now.
    pub fn code(&self, secret: &str, steps: i64) -> String {
        let secret = totp_rs::Secret::try_from_base32(secret.replace(' ', "")).unwrap();
        let at = self.core.clock.now().plus_secs(steps * STEP_SECS).as_micros() / 1_000_000;
        totp_rs::Builder::new().with_secret(secret).build_noncompliant().generate(at.unsigned_abs()).to_string()
    }

    /// The token of a new reset link for the account with this address.
    pub async fn reset_link(&self, email: &str) -> Token {
        let (home, account) = accounts::find(&self.core, &Identifier::of(email)).await.unwrap().unwrap();
        let token = Token::new(&self.core.random);
        let done = self.core.store.write(async |mut tx| {
            links::issue(&mut tx, LinkKind::Reset, home, account, &token, Policy::FLOOR.links).await?;
            Ok(((), tx.commit(&Caller::Command, Event::reset_link_issued(home, account, None)).await?))
        });
        done.await.unwrap();
        token
    }

    /// A new token for the only invitation. It replaces the token in the mail.
    pub async fn invitation_token(&self) -> Token {
        let token = Token::new(&self.core.random);
        let renewed = sqlx::query("UPDATE invitation SET token_hash = $1").bind(token.hash());
        assert_eq!(renewed.execute(&self.raw).await.unwrap().rows_affected(), 1);
        token
    }

    /// A new token for the only link that stops a change of address. It replaces the token in the mail.
    pub async fn stop_token(&self) -> Token {
        let token = Token::new(&self.core.random);
        let renewed = sqlx::query("UPDATE address_stop SET token_hash = $1").bind(token.hash());
        assert_eq!(renewed.execute(&self.raw).await.unwrap().rows_affected(), 1);
        token
    }

    /// A browser in which the person has signed in and out again.
    pub fn known_browser(&self, started: &Started) -> Browser {
        Browser { session: None, devices: KnownDevices::open(&self.core, &started.devices) }
    }

    async fn tenant(&self) -> String {
        sqlx::query_as::<_, (String,)>("SELECT id FROM tenant WHERE kind = 'operator'")
            .fetch_one(&self.raw)
            .await
            .unwrap()
            .0
    }
}
