//! Sign-ins under an organisation's demand for a second factor.
use super::Nordhamn;
use portvakt_core::passkey::{Asking, ask};
use portvakt_core::session::Started;
use portvakt_core::sign_in::{Step, enrol, enrolment, with_passkey};
use portvakt_core::testing::authenticator::Authenticator;
use portvakt_core::testing::{origin, signed_in, stranger};
use portvakt_core::token::Token;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::stage::Stage;

/// The token of a sign-in that waits for the set-up of a second factor.
pub async fn demanded(nordhamn: &Nordhamn, email: &str, password: &str) -> Token {
    match nordhamn.sign_in(email, password).await {
        Step::Waiting(Stage::EnrolSecondFactor, token) => token,
        Step::Waiting(stage, _) => panic!("asked for {stage:?}"),
        Step::SignedIn(_) => panic!("signed in"),
    }
}

/// The secret offered for the code app's set-up.
pub async fn secret(nordhamn: &Nordhamn, token: &Token) -> String {
    let enrolment = enrolment(&nordhamn.world.core, token).await.unwrap().unwrap();
    enrolment.code_app.unwrap().secret.replace(' ', "")
}

pub async fn set_up(nordhamn: &Nordhamn, token: &Token) -> (Step, String) {
    let secret = secret(nordhamn, token).await;
    let code = nordhamn.world.code(&secret, 0);
    let (step, made) = enrol(&nordhamn.world.core, &origin(), &stranger(), token, &code).await.unwrap();
    assert_eq!(made.recovery_codes.len(), 10);
    (step, secret)
}

/// Gives the owner a passkey, which signs them in under any rules.
pub async fn with_a_passkey(nordhamn: &mut Nordhamn) -> Authenticator {
    let mut key = Authenticator::seeded(200);
    nordhamn.owner = nordhamn.world.passkey(&nordhamn.owner, &mut key).await.0;
    key
}

pub async fn by_passkey(nordhamn: &Nordhamn, key: &mut Authenticator) -> Started {
    signed_in(show_passkey(nordhamn, key).await)
}

pub async fn show_passkey(nordhamn: &Nordhamn, key: &mut Authenticator) -> Step {
    let core = &nordhamn.world.core;
    let answer = key.show(&ask(core, Asking::SignIn).await.unwrap());
    with_passkey(core, &origin(), &stranger(), &answer).await.unwrap()
}

/// The refusal of a save that may lock out more people than the administrator confirmed.
pub fn locks_out(people: u32) -> Refusal {
    Refusal::Fields(vec![FieldRule::LocksOut(people).of("confirmed")])
}
