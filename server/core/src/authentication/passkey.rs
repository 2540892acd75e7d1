//! Passkeys (WebAuthn Level 3). In a ceremony the server asks the browser once and verifies its answer once. The server
//! seals the ceremony's state, sends it along and gets it back with the answer: a visitor who only opens a page costs
//! no row, and two pages of one browser do not disturb each other. The sealed state names the purpose: a sign-in, or
//! one session, link or enrolment. The store remembers answered challenges, so no answer is accepted twice.
//!
//! Every ceremony demands that the authenticator verifies its user: a passkey counts as two factors, beside a password
//! or instead of one.
mod enrolment;
pub(crate) mod store;

pub(crate) use enrolment::NewPasskey;
pub use enrolment::{add, begin, begin_at_sign_in, remove, rename};

use crate::Core;
use crate::account::Proven;
use crate::caller::{Origin, Person};
use crate::civil::local;
use crate::error::{CoreError, Failure};
use crate::mail::{self, Letter, PasskeyLetter, PasskeyNews};
use crate::sign_in::waiting;
use crate::store::Tx;
use crate::token::Token;
use crate::{policy, reset};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::tz::TimeZone;
use portvakt_model::fault::Refusal;
use portvakt_model::id::{AccountId, PasskeyId, TenantId};
use portvakt_model::passkey::{CEREMONY_SECS, Ceremony, Passkey};
use portvakt_model::policy::Demand;
use portvakt_model::time::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::AnyConnection;
use store::{FoundPasskey, Kept};
use url::Url;
use webauthn_rs::prelude::{DiscoverableAuthentication, Passkey as Credential, PublicKeyCredential, WebauthnError};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// The purpose of the seal.
const SEAL: &str = "passkey ceremony";
/// The name of the site that a browser shows when it makes a passkey.
const NAME: &str = "Portvakt";
const UNWRITABLE: Failure = Failure::Unreadable("a ceremony");

/// The site that passkeys are made for. Browsers offer a passkey to no other site.
pub(crate) struct RelyingParty(Webauthn);

impl RelyingParty {
    /// `None` if the origin has no host name: a passkey cannot belong to an IP address.
    pub(crate) fn of(origin: &str) -> Option<Self> {
        let origin = Url::parse(origin).ok()?;
        let id = origin.domain()?.to_owned();
        WebauthnBuilder::new(&id, &origin).ok()?.rp_name(NAME).build().ok().map(Self)
    }
}

/// The purpose of a ceremony. The answer to one ceremony is not accepted for another purpose.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Purpose(String);

impl Purpose {
    /// A sign-in with any account's passkey.
    pub(crate) fn sign_in() -> Self {
        Self("sign in".to_owned())
    }

    /// The continuation of a waiting sign-in, or the use of a link.
    pub(crate) fn of_token(token: &Token) -> Self {
        Self(format!("token {:02x?}", token.hash()))
    }

    /// A proof of identity in this session.
    pub(crate) fn of_session(person: &Person) -> Self {
        Self(format!("session {}", person.session))
    }

    /// A new passkey, in the enrolment of this session or sign-in.
    fn of_enrolment(by: &str) -> Self {
        Self(format!("enrolment {by}"))
    }
}

/// The occasion on which a browser is asked for a passkey.
#[derive(Clone, Copy)]
pub enum Asking<'a> {
    /// A sign-in with a passkey alone.
    SignIn,
    /// The second factor of the sign-in that waits under this token.
    SecondFactor(&'a Token),
    /// A signed-in person who has to prove their identity again.
    StepUp(&'a Person),
    /// The second factor for the reset link with this token.
    Reset(&'a Token),
}

/// The state of a ceremony, which the browser keeps sealed until it answers.
#[derive(Serialize, Deserialize)]
struct Sealed<S> {
    purpose: Purpose,
    until: Timestamp,
    challenge: Vec<u8>,
    state: S,
}

/// A browser's answer to a ceremony: see [`Ceremony`].
#[derive(Deserialize)]
struct Answer<C> {
    sealed: String,
    credential: C,
}

impl<S: Serialize + DeserializeOwned> Sealed<S> {
    fn new(core: &Core, purpose: Purpose, challenge: Vec<u8>, state: S) -> Self {
        Self { purpose, until: core.clock.now().plus_secs(CEREMONY_SECS), challenge, state }
    }

    fn ceremony(&self, core: &Core, options: &Value) -> Result<Ceremony, CoreError> {
        let plain = serde_json::to_vec(self).map_err(|_| UNWRITABLE)?;
        Ok(Ceremony { options: options.to_string(), sealed: core.vault.seal_cookie(SEAL, &plain) })
    }

    /// Reads an answer. `None` if the text is no answer, or if the server did not ask for it, asked for another
    /// purpose, or asked too long ago.
    fn answered<C: DeserializeOwned>(core: &Core, purpose: &Purpose, typed: &str) -> Option<(Self, C)> {
        let answer: Answer<C> = serde_json::from_str(typed).ok()?;
        let plain = core.vault.open_cookie(SEAL, &answer.sealed)?;
        let sealed: Self = serde_json::from_slice(&plain).ok()?;
        let now = core.clock.now();
        (sealed.purpose == *purpose && now < sealed.until).then_some((sealed, answer.credential))
    }
}

fn relying_party(core: &Core) -> Result<&Webauthn, CoreError> {
    Ok(&core.relying_party.as_ref().as_ref().ok_or(Refusal::NotFound)?.0)
}

fn failed(error: WebauthnError) -> CoreError {
    Failure::Passkey(error).into()
}

/// Begins a ceremony that asks a browser for a passkey.
///
/// # Errors
/// [`Refusal::NotFound`] if the account has no passkey, if the reset link cannot be used, or if the portal's origin can
/// have no passkeys; [`Refusal::SignedOut`] if no sign-in waits under the token.
#[tracing::instrument(name = "passkey.ask", skip_all)]
pub async fn ask(core: &Core, asking: Asking<'_>) -> Result<Ceremony, CoreError> {
    let (purpose, whose) = match asking {
        Asking::SignIn => (Purpose::sign_in(), None),
        Asking::SecondFactor(token) => {
            let Proven { home, account, .. } = waiting::proving(core, token).await?.ok_or(Refusal::SignedOut)?;
            (Purpose::of_token(token), Some((home, account)))
        }
        Asking::StepUp(person) => (Purpose::of_session(person), Some((person.home, person.account))),
        Asking::Reset(token) => {
            (Purpose::of_token(token), Some(reset::account_of(core, token).await?.ok_or(Refusal::NotFound)?))
        }
    };
    let (asked, state) = relying_party(core)?.start_discoverable_authentication().map_err(failed)?;
    let mut options = written(&asked.public_key)?;
    if let Some((home, account)) = whose {
        let credentials = store::credentials(core, home, account).await?;
        if credentials.is_empty() {
            return Err(Refusal::NotFound.into());
        }
        options["allowCredentials"] = described(&credentials);
    }
    Sealed::new(core, purpose, asked.public_key.challenge, state).ceremony(core, &options)
}

fn written(what: &impl Serialize) -> Result<Value, CoreError> {
    serde_json::to_value(what).map_err(|_| UNWRITABLE.into())
}

/// Credentials in the browser's form (`PublicKeyCredentialDescriptorJSON`).
fn described(credentials: &[Credential]) -> Value {
    let one =
        |credential: &Credential| json!({ "type": "public-key", "id": URL_SAFE_NO_PAD.encode(credential.cred_id()) });
    credentials.iter().map(one).collect()
}

/// The result of checking a browser's answer.
pub(crate) enum ShownPasskey {
    /// A valid passkey, whose user the authenticator has verified.
    Right(Box<Use>),
    /// A passkey whose counter is not above the stored one: it may be a copy.
    Copy(TenantId, AccountId),
    /// No valid passkey.
    Nothing,
}

impl ShownPasskey {
    /// Accepts the passkey that was shown. `None` if no valid passkey was shown, if the answer was accepted before, or
    /// if the passkey was removed or used meanwhile. If the passkey may be a copy, its owner gets a mail.
    pub(crate) async fn take(&self, tx: &mut Tx, origin: &Origin) -> Result<Option<&Use>, CoreError> {
        match self {
            Self::Right(using) => Ok(using.note(tx).await?.then_some(&**using)),
            Self::Copy(home, account) => {
                tell(tx, *home, *account, &PasskeyNews::Copied, origin).await?;
                Ok(None)
            }
            Self::Nothing => Ok(None),
        }
    }
}

/// A passkey that was shown.
pub(crate) struct Use {
    pub home: TenantId,
    pub account: AccountId,
    /// The version of its owner's credentials when the passkey was read.
    pub version: i64,
    /// Whether the account has never signed in.
    pub is_first: bool,
    id: PasskeyId,
    counter_before: i64,
    counter: i64,
    is_synced: bool,
    credential: Credential,
    challenge: Vec<u8>,
    until: Timestamp,
}

impl Use {
    /// Stores the use of the passkey. `false` if the answer was accepted before, or if the passkey was removed or used
    /// meanwhile.
    async fn note(&self, tx: &mut Tx) -> Result<bool, CoreError> {
        let kept = Kept { credential: &self.credential, counter: self.counter, is_synced: self.is_synced };
        let Self { home, account, id, .. } = *self;
        Ok(store::take_challenge(tx, &store::hash(&self.challenge), self.until).await?
            && store::note_used(tx, home, account, id, self.counter_before, &kept).await?)
    }
}

/// Checks a browser's answer to a ceremony with this purpose. `whose` limits it to one account.
///
/// # Errors
/// If the database fails.
pub(crate) async fn shown(
    core: &Core,
    purpose: &Purpose,
    typed: &str,
    whose: Option<(TenantId, AccountId)>,
) -> Result<ShownPasskey, CoreError> {
    let Some((sealed, answer)) =
        Sealed::<DiscoverableAuthentication>::answered::<PublicKeyCredential>(core, purpose, typed)
    else {
        return Ok(ShownPasskey::Nothing);
    };
    let Some(found) = store::find(core, answer.get_credential_id()).await? else { return Ok(ShownPasskey::Nothing) };
    let FoundPasskey { id, home, account, version, is_first, counter: counter_before, mut credential } = found;
    // A sign-in without a name needs the user handle. For a known account the authenticator may leave it out.
    let named = answer.get_user_unique_id();
    let is_theirs = match whose {
        Some(whose) => whose == (home, account) && named.is_none_or(|named| named == account.0.as_bytes()),
        None => named == Some(account.0.as_bytes().as_slice()),
    };
    if !is_theirs {
        return Ok(ShownPasskey::Nothing);
    }
    let verified = relying_party(core)?.finish_discoverable_authentication_v2(&answer, sealed.state, &credential);
    match verified {
        Ok(result) if result.user_verified() => {
            credential.update_credential(&result);
            Ok(ShownPasskey::Right(Box::new(Use {
                home,
                account,
                version,
                is_first,
                id,
                counter_before,
                counter: result.counter().into(),
                is_synced: result.backup_state(),
                credential,
                challenge: sealed.challenge,
                until: sealed.until,
            })))
        }
        // An answer that is sent twice has the counter of the first time, and does not mean a copy.
        Err(WebauthnError::CredentialPossibleCompromise)
            if !store::is_answered(core, &store::hash(&sealed.challenge)).await? =>
        {
            Ok(ShownPasskey::Copy(home, account))
        }
        Ok(_) | Err(_) => Ok(ShownPasskey::Nothing),
    }
}

/// Mails an account's owner about one of their passkeys.
pub(crate) async fn tell(
    tx: &mut Tx,
    home: TenantId,
    account: AccountId,
    news: &PasskeyNews,
    origin: &Origin,
) -> Result<(), CoreError> {
    let letter = |seen| Letter::Passkey(PasskeyLetter { news: news.clone(), seen });
    mail::tell(tx, home, account, letter, origin).await
}

/// The caller's passkeys, the oldest first.
pub(crate) async fn list(core: &Core, person: &Person, zone: &TimeZone) -> Result<Vec<Passkey>, CoreError> {
    let now = core.clock.now();
    let passkey = |row: store::ListedPasskey| {
        Ok(Passkey {
            id: row.id,
            name: row.name,
            since: local(row.since, zone, now)?,
            used_at: row.used_at.map(|at| local(at, zone, now)).transpose()?,
            is_synced: row.is_synced,
        })
    };
    store::list(core, person.home, person.account).await?.into_iter().map(passkey).collect()
}

/// Whether only a passkey is accepted from the account: the policy demands one, and the account has one.
pub(crate) async fn is_wanted(conn: &mut AnyConnection, home: TenantId, account: AccountId) -> Result<bool, CoreError> {
    let demanded = policy::of_in(&mut *conn, home, account).await?.second_factor.demand;
    Ok(demanded == Demand::PhishingResistant && store::count(conn, home, account).await? > 0)
}

/// Deletes answered challenges whose ceremonies have expired.
///
/// # Errors
/// If the database fails.
pub(crate) async fn purge(core: &Core) -> Result<(), CoreError> {
    core.store
        .tidy(async |mut tx| {
            store::delete_ended(&mut tx).await?;
            Ok(((), tx.commit_housekeeping("challenges that were answered").await?))
        })
        .await
}
