//! The next step of a sign-in after a credential was proven. Only this module begins a session or asks for the next
//! stage.
use super::waiting;
use crate::account::{Proven, store as accounts};
use crate::audit::Event;
use crate::caller::{Caller, Origin, Person};
use crate::error::CoreError;
use crate::mail::{self, Letter};
use crate::password::store as passwords;
use crate::policy::AccountPolicy;
use crate::second_factor::{self, Beginner, ShownFactor};
use crate::session::{self, Bounds, Browser};
use crate::store::Tx;
use crate::token::Token;
use portvakt_model::policy::Demand;
use portvakt_model::stage::{Facts, Proven as Evidence, Stage};
use portvakt_model::time::Timestamp;

/// A sign-in whose credential was just proven.
pub(crate) struct Arrival {
    /// The account, and the proven version of its credentials.
    pub proven: Proven,
    /// Whether the browser needs no mail about a new device.
    pub known_device: bool,
    /// Whether the typed password no longer meets the policy.
    pub falls_short: bool,
    /// The factor that was shown besides the password or instead of it. `None` after a password alone.
    pub shown: Option<ShownFactor>,
}

impl Arrival {
    /// The name in the log of the factor that was shown besides the password or instead of it.
    pub(crate) fn factor(&self) -> Option<&'static str> {
        self.shown.map(ShownFactor::factor)
    }
}

/// The outcome of a step.
pub(crate) enum Onward {
    /// A session has begun for this person, and has ended this many older ones.
    In(Person, u64),
    /// The sign-in waits under the token for this stage.
    On(Stage),
    /// The account or its home is suspended: nobody is signed in, and the claimant, who has proven everything that the
    /// account asks for, is told.
    Suspended {
        /// Whether it is the whole home.
        organisation: bool,
    },
}

impl Onward {
    /// The caller for the log: the person, or a claimant if the sign-in waits.
    pub(crate) fn caller(&self, origin: &Origin) -> Caller {
        match self {
            Self::In(person, _) => Caller::from(person.clone()),
            Self::On(_) | Self::Suspended { .. } => Caller::Claimant(origin.reference),
        }
    }

    /// `None` for a suspended account, whose holder has proven less than a sign-in asks for.
    pub(crate) fn unless_suspended(self) -> Option<Self> {
        match self {
            Self::Suspended { .. } => None,
            other => Some(other),
        }
    }
}

/// Begins a session under the token, or lets the sign-in wait under it for the next stage. The calling function reads
/// `account_policy` in this transaction, after all its changes to the account's factors. `None` if a session would
/// begin, but the credentials were changed since their proof.
pub(crate) async fn advance(
    tx: &mut Tx,
    arrival: &Arrival,
    account_policy: &AccountPolicy,
    token: &Token,
    browser: &Browser,
    origin: &Origin,
) -> Result<Option<Onward>, CoreError> {
    let Proven { home, account, .. } = arrival.proven;
    let policy = &account_policy.policy;
    let (demanded, until, enrolled) = demand(tx, arrival, account_policy).await?;
    let proven = match arrival.shown {
        None => Evidence::Password,
        Some(ShownFactor::PasskeyAlone) => Evidence::Passkey,
        Some(shown) => Evidence::PasswordAndSecond(shown.meets()),
    };
    let has_to_choose = proven == Evidence::Passkey
        && !policy.password.passwordless
        && !passwords::has_password(tx.conn(), home, account).await?;
    let falls_short = arrival.falls_short || has_to_choose;
    let stage = Stage::of(Facts { proven, enrolled, demanded, falls_short });
    // A second factor is asked for first, so that a password alone does not show that its account is suspended.
    if stage != Stage::SecondFactor
        && let Some(organisation) = accounts::suspension(tx.conn(), home, account).await?
    {
        return Ok(Some(Onward::Suspended { organisation }));
    }
    if stage != Stage::SignedIn {
        if stage == Stage::EnrolSecondFactor && demanded == Demand::Any {
            second_factor::begin_for(tx, &Beginner::of_sign_in(home, account, token)).await?;
        }
        waiting::wait(tx, arrival, stage, token).await?;
        return Ok(Some(Onward::On(stage)));
    }
    let bounds = Bounds { policy: policy.session, until };
    let Some((person, ended)) = session::start(tx, arrival.proven, bounds, token, browser, origin).await? else {
        return Ok(None);
    };
    if !arrival.known_device {
        mail::tell(tx, home, account, Letter::NewDevice, origin).await?;
    }
    Ok(Some(Onward::In(person, ended)))
}

/// The demanded factor, the session's limit during the grace period, and the enrolled factor.
async fn demand(
    tx: &mut Tx,
    arrival: &Arrival,
    AccountPolicy { policy, enrolled: there }: &AccountPolicy,
) -> Result<(Demand, Option<Timestamp>, Demand), CoreError> {
    let Proven { home, account, .. } = arrival.proven;
    let there = *there;
    let mut enrolled = there;
    if arrival.shown == Some(ShownFactor::RecoveryCode) {
        // A recovery code means that the other factor is lost. If a passkey is demanded, the person has to make a new
        // one.
        enrolled = enrolled.min(Demand::Any);
    }
    let demanded = policy.second_factor.demand;
    if demanded == Demand::Optional {
        accounts::ask_no_more(tx, home, account).await?;
        return Ok((demanded, None, enrolled));
    }
    // The grace period runs for every account: an account that removes its second factor gets no new days.
    let asked = accounts::ask(tx, home, account, demanded).await?;
    // Uses the factor that is stored: the grace period is for a first enrolment, and a lost factor gives no new days.
    let (policy, now) = (policy.second_factor, tx.now());
    Ok((policy.demanded_now(there, asked, now), policy.next_due(there, asked, now).map(|(_, due)| due), enrolled))
}

/// The event of a sign-in that waits for the next stage.
pub(crate) fn asked(stage: Stage, proven: Proven, origin: &Origin) -> Event {
    let Proven { home, account, .. } = proven;
    Event::stage_asked(stage, home, account, origin)
}
