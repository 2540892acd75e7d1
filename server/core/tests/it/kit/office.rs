//! An organisation whose owner looks after the list of users.
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portvakt_core::caller::{Caller, Origin, Person};
use portvakt_core::error::CoreError;
use portvakt_core::member;
use portvakt_core::testing::{
    Fixture, NEW_PASSWORD, World, choose_password, new_person, origin, refusal, sign_in, stranger,
};
use portvakt_core::token::Token;
use portvakt_core::user::{act, list};
use portvakt_model::fault::Refusal;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::role::Role;
use portvakt_model::user::{Act, Report, UserQuery, Users, Why};
use sha2::{Digest, Sha256};

/// An organisation with its owner, beside another one.
pub struct Office {
    pub world: World,
    pub tenant: TenantId,
    pub owner: Person,
    /// The owner of the other organisation.
    pub other: Person,
}

impl Fixture for Office {
    async fn of(world: World) -> Self {
        world.owner().await;
        let owner = world.nordhamn().await.person;
        let other = world.customer("Brightwater Trust", "Tom Ashworth", "tom@brightwater.example").await.person;
        Self { world, tenant: owner.tenant, owner, other }
    }
}

impl Office {
    pub async fn add(&self, name: &str, email: &str, role: Role) -> AccountId {
        let caller = Caller::from(self.owner.clone());
        member::add(&self.world.core, &caller, self.tenant, &new_person(name, email), role).await.unwrap()
    }

    /// An account of this organisation, acting in it.
    pub fn as_one(&self, account: AccountId) -> Person {
        self.world.signed_in(self.tenant, account)
    }

    /// The same account with a new session.
    pub async fn as_one_in(&self, account: AccountId) -> Person {
        self.world.in_session(self.as_one(account)).await
    }

    /// Adds an account of the other organisation as a guest of this one.
    pub async fn guest(&self, name: &str, email: &str, role: Role) -> AccountId {
        let caller = Caller::from(self.other.clone());
        let person = new_person(name, email);
        let account = member::add(&self.world.core, &caller, self.other.home, &person, Role::Member).await.unwrap();
        self.world.join(self.tenant, account, role).await;
        account
    }

    pub async fn ask(&self, query: &UserQuery) -> Users {
        list(&self.world.core, &self.owner, query).await.unwrap()
    }

    pub async fn names(&self, query: &UserQuery) -> Vec<String> {
        self.ask(query).await.people.into_iter().map(|person| person.name).collect()
    }

    pub async fn found(&self, q: &str) -> Vec<String> {
        self.names(&UserQuery { q: q.to_owned(), ..UserQuery::default() }).await
    }

    pub async fn act(&self, what: Act, ids: &[AccountId]) -> Result<Report, CoreError> {
        act(&self.world.core, &self.owner, what, ids, "because").await
    }

    /// Tries wrong passwords until the address is locked.
    pub async fn lock_out(&self, email: &str) {
        for n in 0.. {
            let from = Origin { network: format!("10.1.{n}.1"), ..origin() };
            match refusal(sign_in(&self.world.core, &from, &stranger(), email, "wrong").await).unwrap() {
                Refusal::WrongCredentials(tries) => self.world.clock.advance_secs(tries.wait_secs.into()),
                Refusal::Locked { .. } => return,
                other => panic!("{other:?}"),
            }
        }
    }

    /// Lets a session act in another organisation of its account.
    pub async fn work_in(&self, session: &Token, tenant: TenantId) {
        let moved = sqlx::query("UPDATE session SET current_tenant_id = $1 WHERE token_hash = $2")
            .bind(tenant.to_string())
            .bind(Sha256::digest(URL_SAFE_NO_PAD.decode(session.reveal()).unwrap()).to_vec());
        moved.execute(&self.world.raw).await.unwrap();
        self.world.clock.advance_secs(2);
    }

    /// Gives an account a password and signs it in.
    pub async fn signed_in(&self, email: &str) -> Token {
        let token = self.world.reset_link(email).await;
        choose_password(&self.world.core, &origin(), &token, &stranger(), NEW_PASSWORD, "").await.unwrap().token
    }
}

pub fn done(act: Act, done: u64) -> Report {
    Report { act, done, not: Vec::new() }
}

pub fn not(act: Act, why: Why) -> Report {
    Report { act, done: 0, not: vec![(why, 1)] }
}
