//! An organisation with rules, its owner and a member.
use portvakt_core::caller::{Caller, Person};
use portvakt_core::error::CoreError;
use portvakt_core::policy_editor::{PolicyForm, change, load};
use portvakt_core::session::Started;
use portvakt_core::sign_in::{Step, choose_password, sign_in};
use portvakt_core::testing::choose_password as choose_by_link;
use portvakt_core::testing::{Fixture, PASSWORD, World, new_person, origin, stranger};
use portvakt_core::token::Token;
use portvakt_core::{member, reset};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::AccountId;
use portvakt_model::policy::impact::Impact;
use portvakt_model::policy::{Setting, TenantPolicy};
use portvakt_model::role::{PrivilegeLevel, Role};
use portvakt_model::stage::Stage;
use std::collections::BTreeMap;

/// The member's address.
pub const MEMBER: &str = "olof@nordhamn.example";
/// Twenty characters, with at least one of every counted kind.
pub const STRONG: &str = "Vinterhamn 42 lugna!";

/// The form's fields for the recommended rules with these changes.
pub fn typed(more: &[(&str, &str)]) -> BTreeMap<String, String> {
    let recommended = TenantPolicy::RECOMMENDED;
    let text = |(level, setting): (PrivilegeLevel, Setting)| {
        (setting.name(level).to_owned(), recommended.text(level, setting))
    };
    let more = more.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    Setting::everywhere().map(text).chain(more).collect()
}

/// An organisation with an owner and a member.
pub struct Nordhamn {
    pub world: World,
    pub owner: Started,
}

impl Fixture for Nordhamn {
    async fn of(world: World) -> Self {
        world.owner().await;
        let owner = world.nordhamn().await;
        let this = Self { world, owner };
        this.add("Olof Ek", MEMBER, Role::Member, PASSWORD).await;
        this
    }
}

impl Nordhamn {
    /// Adds an account with a password. Its first sign-in may ask for more.
    pub async fn add(&self, name: &str, email: &str, role: Role, password: &str) -> AccountId {
        let person = new_person(name, email);
        let id =
            member::add(&self.world.core, &Caller::Command, self.owner.person.tenant, &person, role).await.unwrap();
        let link = self.world.reset_link(email).await;
        reset::choose_password(&self.world.core, &origin(), &link, &stranger(), password, "").await.unwrap();
        id
    }

    pub async fn choose(&self, email: &str, password: &str) -> Result<Started, CoreError> {
        let link = self.world.reset_link(email).await;
        choose_by_link(&self.world.core, &origin(), &link, &stranger(), password, "").await
    }

    pub async fn set(&self, more: &[(&str, &str)]) -> Result<Impact, CoreError> {
        self.set_though(more, 0).await
    }

    /// Sets rules, and confirms that they may lock out this many people.
    pub async fn set_though(&self, more: &[(&str, &str)], confirmed: u64) -> Result<Impact, CoreError> {
        let (rules, version) = (typed(more), self.version().await);
        let form = PolicyForm { rules: &rules, reason: "Beslut 2026/418", version, confirmed };
        change(&self.world.core, self.person(), form).await
    }

    pub async fn version(&self) -> i64 {
        load(&self.world.core, self.person(), None).await.unwrap().version
    }

    pub fn person(&self) -> &Person {
        &self.owner.person
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Step {
        sign_in(&self.world.core, &origin(), &stranger(), email, password).await.unwrap()
    }

    /// The token of a sign-in that waits for a new password.
    pub async fn choosing(&self, email: &str, password: &str) -> Token {
        match self.sign_in(email, password).await {
            Step::Waiting(Stage::ChoosePassword, token) => token,
            Step::Waiting(stage, _) => panic!("asked for {stage:?}"),
            Step::SignedIn(_) => panic!("signed in"),
        }
    }

    pub async fn renew(&self, token: &Token, password: &str) -> Result<Started, CoreError> {
        match choose_password(&self.world.core, &origin(), &stranger(), token, password).await? {
            Step::SignedIn(started) => Ok(started),
            Step::Waiting(stage, _) => panic!("asked for {stage:?}"),
        }
    }
}

pub fn fields(refused: Option<Refusal>) -> Vec<(String, FieldRule)> {
    match refused {
        Some(Refusal::Fields(faults)) => faults.into_iter().map(|fault| (fault.field, fault.rule)).collect(),
        other => panic!("{other:?}"),
    }
}
