//! The links of every feature: whether a link is open, and the policy and the password context of its holder.
use crate::Core;
use crate::account::store as accounts;
use crate::caller::Person;
use crate::error::CoreError;
use crate::link::store as links;
use crate::password::Context;
use crate::sign_in::waiting::{account, choosing};
use crate::tenant::store::operator;
use crate::token::Token;
use crate::{address, invitation, policy, reset};
use portvakt_model::fault::Refusal;
use portvakt_model::link::LinkKind;
use portvakt_model::policy::Policy;
use portvakt_model::stage::Holder;

/// The most characters that the person's own typed words may have.
const MAX_KNOWN: usize = 1000;

/// Whether a link can be used now. Does not use it.
///
/// # Errors
/// If the database fails.
pub async fn is_open(core: &Core, kind: LinkKind, token: &Token) -> Result<bool, CoreError> {
    // Another process may have made a set-up link at the moment when the portal was set up.
    if kind == LinkKind::Setup && operator(core.store.reader()).await?.is_some() {
        return Ok(false);
    }
    if kind == LinkKind::Invitation {
        return invitation::is_open(core, token).await;
    }
    if kind == LinkKind::EmailStop {
        return address::is_stoppable(core, token).await;
    }
    Ok(links::find(core, kind, token).await?.is_some())
}

/// The policy for the holder of a link that leads to a password. The platform's policy if the link cannot be used.
///
/// # Errors
/// If the database fails.
pub async fn policy_of(core: &Core, kind: LinkKind, token: &Token) -> Result<Policy, CoreError> {
    match kind {
        LinkKind::Reset => match reset::account_of(core, token).await? {
            Some((home, account)) => policy::of(core, home, account).await,
            None => policy::platform(core).await,
        },
        LinkKind::Invitation => match invitation::tenant_and_role(core, token).await? {
            Some((tenant, role)) => policy::of_role(core, tenant, role).await,
            None => policy::platform(core).await,
        },
        _ => policy::platform(core).await,
    }
}

/// The account that a reset link or a waiting sign-in is about. `None` if neither can be used.
///
/// # Errors
/// If the database fails.
pub async fn holder(core: &Core, link: Option<&Token>, waiting: Option<&Token>) -> Result<Option<Holder>, CoreError> {
    let found = match (link, waiting) {
        (Some(link), _) => reset::account_of(core, link).await?,
        (None, Some(waiting)) => account(core, waiting).await?,
        (None, None) => None,
    };
    let Some((home, account)) = found else { return Ok(None) };
    let (_, email, _) = accounts::known(core, home, account).await?;
    Ok(Some(Holder { email }))
}

/// The words about a person who is about to choose a password: the holder of an open link, the signed-in person, or the
/// person whose sign-in waits for a new password. `more` has the person's own typed words, one a line.
///
/// # Errors
/// [`Refusal::NotFound`] for any other visitor: only a person who chooses a password may query the list of common ones.
pub async fn password_context(
    core: &Core,
    link: Option<&Token>,
    person: Option<&Person>,
    waiting: Option<&Token>,
    more: &str,
) -> Result<Context, CoreError> {
    let mut known: Vec<String> = more.chars().take(MAX_KNOWN).collect::<String>().lines().map(str::to_owned).collect();
    let of_holder = match link {
        Some(link) => of_link(core, link).await?,
        None => None,
    };
    match (of_holder, person) {
        (Some(of_holder), _) => known.extend(of_holder),
        (None, Some(person)) => {
            let (name, email, organisation) = accounts::known(core, person.home, person.account).await?;
            known.extend([name, email, organisation]);
        }
        (None, None) => {
            let found = match waiting {
                Some(token) => choosing(core, token).await?,
                None => None,
            };
            let (home, account) = found.ok_or(Refusal::NotFound)?;
            let (name, email, organisation) = accounts::known(core, home, account).await?;
            known.extend([name, email, organisation]);
        }
    }
    Ok(Context::new(&known.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// The name, the address and the organisation of the holder of an open link that leads to a password, as far as they
/// are known. `None` if no such link is open.
async fn of_link(core: &Core, link: &Token) -> Result<Option<Vec<String>>, CoreError> {
    if let Some(of_account) = reset::known(core, link).await? {
        return Ok(Some(of_account.into()));
    }
    if let Some(of_invitee) = invitation::known(core, link).await? {
        return Ok(Some(of_invitee.into()));
    }
    Ok(is_open(core, LinkKind::Setup, link).await?.then(Vec::new))
}
