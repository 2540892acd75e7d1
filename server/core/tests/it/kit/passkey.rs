//! An account with a passkey.
use portvakt_core::Core;
use portvakt_core::error::CoreError;
use portvakt_core::passkey::{Asking, ask};
use portvakt_core::session::Started;
use portvakt_core::sign_in::{Step, enter_code, sign_in, with_passkey};
use portvakt_core::testing::authenticator::Authenticator;
use portvakt_core::testing::{EMAIL, Fixture, PASSWORD, World, origin, signed_in, stranger};
use portvakt_core::token::Token;
use portvakt_model::fault::Refusal;
use portvakt_model::stage::Stage;

/// The refusal of an invalid passkey answer.
pub const NOT_THEIRS: Option<Refusal> = Some(Refusal::WrongPasskey);

/// The operator's owner, with a passkey.
pub struct PasskeyHolder {
    pub world: World,
    pub started: Started,
    pub phone: Authenticator,
    pub recovery: Vec<String>,
}

impl Fixture for PasskeyHolder {
    async fn of(world: World) -> Self {
        let mut phone = Authenticator::default();
        let (started, recovery) = world.passkey(&world.owner().await, &mut phone).await;
        Self { world, started, phone, recovery }
    }
}

impl PasskeyHolder {
    pub fn core(&self) -> &Core {
        &self.world.core
    }

    pub async fn signs_in(&self, answer: &str) -> Result<Started, CoreError> {
        with_passkey(self.core(), &origin(), &stranger(), answer).await.map(signed_in)
    }

    /// The phone's answer to the question of a sign-in.
    pub async fn answer(&mut self) -> String {
        let ceremony = ask(&self.world.core, Asking::SignIn).await.unwrap();
        self.phone.show(&ceremony)
    }

    pub async fn waiting(&self) -> Token {
        match sign_in(self.core(), &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap() {
            Step::Waiting(Stage::SecondFactor, token) => token,
            _ => panic!("the password was enough"),
        }
    }

    pub async fn enter(&self, waiting: &Token, answer: &str) -> Result<Started, CoreError> {
        enter_code(self.core(), &origin(), &stranger(), waiting, answer).await.map(signed_in)
    }

    pub async fn actions(&self) -> Vec<String> {
        self.world.actions(self.started.person.home).await
    }
}
