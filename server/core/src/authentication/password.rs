//! Passwords that people type at a sign-in or choose.
pub(crate) mod blocklist;
mod canonical;
pub mod judge;
pub(crate) mod store;
pub(crate) mod typed;

pub use canonical::canonical;
pub use typed::Password;

use crate::Core;
use crate::error::CoreError;
use crate::hasher::PasswordHash;
use portvakt_model::fault::{FieldFault, FieldRule};
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::password::MAX_CHARS;
use portvakt_model::policy::{Accepted, PasswordPolicy};
use portvakt_model::time::Timestamp;
use typed::NFC;
use zeroize::Zeroizing;

/// A new password's hash, to be stored in place of the earlier one.
#[derive(Clone)]
pub(crate) struct NewPassword {
    pub hash: PasswordHash,
    /// The rules that the password's text was found to meet.
    pub accepted: Accepted,
    /// The number of last passwords to remember, this one included. 0 for none.
    pub history: u32,
    /// Whether it is a random hash whose password no person knows.
    pub is_nobodys: bool,
}

impl NewPassword {
    /// A hash whose password Portvakt has not seen, from another program.
    pub(crate) fn unknown(hash: PasswordHash) -> Self {
        Self { hash, accepted: Accepted::default(), history: 0, is_nobodys: false }
    }

    /// A random hash whose password no person knows.
    pub(crate) fn nobodys(hash: PasswordHash, history: u32) -> Self {
        Self { history, is_nobodys: true, ..Self::unknown(hash) }
    }
}

/// The credential that a claimant has to prove, and its version.
pub(crate) struct Credential {
    pub account: AccountId,
    pub home: TenantId,
    /// The version of the account's credentials, raised with each change of one.
    pub version: i64,
    /// Whether the account has never signed in.
    pub is_first: bool,
    /// The number of times that the account was unlocked after wrong tries.
    pub unlocks: i64,
    /// The time at which the password was chosen.
    pub set_at: Timestamp,
    /// The rules that the password's text was found to meet.
    pub accepted: Accepted,
    pub password: PasswordHash,
}

/// Public facts about the account that chooses a password: name, address, organisation.
#[derive(Debug, Clone, Default)]
pub struct Context(Vec<String>);

impl Context {
    /// The words of facts as the person typed them, and of `Portvakt`.
    #[must_use]
    pub fn new(known: &[&str]) -> Self {
        let known = known.iter().chain(&["Portvakt"]);
        Self(known.flat_map(|text| canonical::words(text)).collect())
    }
}

impl Password {
    /// Checks a password that a person chooses in the form's field `field`.
    ///
    /// # Errors
    /// Every rule that the password breaks.
    pub(crate) fn chosen(
        core: &Core,
        policy: &PasswordPolicy,
        context: &Context,
        text: &str,
        field: &str,
    ) -> Result<Self, Vec<FieldFault>> {
        let nfc = Zeroizing::new(NFC.normalize(text).into_owned());
        let mut broken = policy.check(&nfc);
        broken.extend(guessable(core, context, &nfc));
        if broken.is_empty() {
            return Ok(Self(nfc));
        }
        Err(broken.into_iter().map(|rule| rule.of(field)).collect())
    }

    /// Hashes the password. The result names the rules that its text meets.
    pub(crate) async fn hashed(&self, core: &Core, rules: &PasswordPolicy) -> Result<NewPassword, CoreError> {
        let hash = core.hasher.hash(self).await?;
        Ok(NewPassword { hash, accepted: rules.demanded(), history: rules.history, is_nobodys: false })
    }

    /// Whether the password is among the last `history` ones of an account, the present one included. `false` if
    /// `history` is 0. The password is compared with every hash, so that the time does not tell which one matches.
    pub(crate) async fn is_earlier(
        &self,
        core: &Core,
        home: TenantId,
        account: AccountId,
        history: u32,
    ) -> Result<bool, CoreError> {
        if history == 0 {
            return Ok(false);
        }
        let mut is_earlier = false;
        for earlier in store::last_passwords(core, home, account, history).await? {
            let turn = core.hasher.turn()?;
            is_earlier |= core.hasher.verify(&turn, self, &earlier).await?;
        }
        Ok(is_earlier)
    }

    /// Whether a right password no longer meets the policy.
    pub(crate) fn falls_short(&self, core: &Core, rules: &PasswordPolicy, context: &Context) -> bool {
        !rules.check(&self.0).is_empty() || !guessable(core, context, &self.0).is_empty()
    }
}

/// Checks the rules that need more than the text: the list of common passwords and the account's context. Returns the
/// broken ones.
fn guessable(core: &Core, context: &Context, nfc: &str) -> Vec<FieldRule> {
    // Longer passwords are refused for their length, and the list holds none of them.
    let text: Zeroizing<String> = Zeroizing::new(nfc.chars().take(MAX_CHARS as usize).collect());
    let expected = canonical::is_made_of(&text, &context.0).then_some(FieldRule::Expected);
    let common = core.blocklist.holds(&text).then_some(FieldRule::Common);
    expected.into_iter().chain(common).collect()
}

/// The refusal of an earlier password.
pub(crate) fn had(field: &str) -> CoreError {
    vec![FieldRule::Earlier.of(field)].into()
}
