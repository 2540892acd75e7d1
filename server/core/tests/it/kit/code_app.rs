//! An account with a code app.
use portvakt_core::Core;
use portvakt_core::caller::Person;
use portvakt_core::error::CoreError;
use portvakt_core::session::Started;
use portvakt_core::sign_in::{Step, enter_code, sign_in};
use portvakt_core::testing::{EMAIL, Fixture, PASSWORD, World, origin, stranger};
use portvakt_core::token::Token;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::second_factor::STEP_SECS;
use portvakt_model::stage::Stage;
use std::collections::BTreeSet;

/// The operator's owner, with a code app.
pub struct CodeAppHolder {
    pub world: World,
    pub secret: String,
    pub started: Started,
    pub recovery: Vec<String>,
}

impl Fixture for CodeAppHolder {
    async fn of(world: World) -> Self {
        let started = world.owner().await;
        let (secret, started, recovery) = world.code_app(&started).await;
        // The code that set the app up has used its step.
        world.clock.advance_secs(STEP_SECS);
        Self { world, secret, started, recovery }
    }
}

impl CodeAppHolder {
    pub fn core(&self) -> &Core {
        &self.world.core
    }

    pub fn person(&self) -> &Person {
        &self.started.person
    }

    /// The current code.
    pub fn code(&self) -> String {
        self.world.code(&self.secret, 0)
    }

    /// A code that is wrong now.
    pub fn wrong(&self) -> String {
        let near: BTreeSet<_> = (-2..=2).map(|steps| self.world.code(&self.secret, steps)).collect();
        (0..10).map(|n| format!("{n:06}")).find(|code| !near.contains(code)).unwrap()
    }

    /// The token of a sign-in that waits for a code.
    pub async fn waiting(&self) -> Token {
        waiting(self.core()).await
    }

    pub async fn enter(&self, waiting: &Token, code: &str) -> Result<Started, CoreError> {
        match enter_code(self.core(), &origin(), &stranger(), waiting, code).await? {
            Step::SignedIn(started) => Ok(started),
            Step::Waiting(stage, _) => panic!("asked for more: {stage:?}"),
        }
    }

    pub async fn actions(&self) -> Vec<String> {
        self.world.actions(self.person().home).await
    }
}

pub async fn waiting(core: &Core) -> Token {
    match sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap() {
        Step::Waiting(Stage::SecondFactor, token) => token,
        _ => panic!("the password was enough"),
    }
}

pub fn wrong_code(left: u32) -> Refusal {
    Refusal::WrongCode { left: Some(left), recovery: false }
}

/// The same for a recovery code.
pub fn wrong_recovery_code(left: u32) -> Refusal {
    Refusal::WrongCode { left: Some(left), recovery: true }
}

pub fn of_field(rule: FieldRule) -> Refusal {
    Refusal::Fields(vec![rule.of("code")])
}
