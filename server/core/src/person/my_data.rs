//! Everything that is stored about a person, for the person to download: one JSON document. `docs/my-data.md` describes
//! its format.
mod store;

use crate::Core;
use crate::audit::{Event, utc};
use crate::caller::{Caller, Person};
use crate::error::{CoreError, Failure};
use crate::identifier::Identifier;
use crate::lockout;
use crate::mail::recipient_key;
use crate::rate::Rate;
use serde::Serialize;
use serde_json::Value;

/// The name of the format.
pub const FORMAT: &str = "portvakt-person";
/// The version of the format. A field may be added without a new version. No field is removed without one.
pub const VERSION: u32 = 1;
/// The most downloads in an hour.
const DOWNLOADS: Rate = Rate::an_hour(5);
/// The most events in one download: the newest ones.
const MAX_EVENTS: i64 = 50_000;

/// The document. Each list holds the rows of one table.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    version: u32,
    made_at: String,
    account: Value,
    password: Value,
    second_factor: Value,
    memberships: Value,
    sessions: Value,
    links: Value,
    former_addresses: Value,
    lists_taken: Value,
    invitations: Value,
    mail: Value,
    erasure: Value,
    events: Value,
    /// Whether there are older events.
    older_events_left_out: bool,
}

/// Everything that is stored about the caller, as JSON.
///
/// # Errors
/// [`portvakt_model::fault::Refusal::TooMany`] after five downloads in an hour.
#[tracing::instrument(name = "my_data.download", skip_all)]
pub async fn download(core: &Core, person: &Person) -> Result<Vec<u8>, CoreError> {
    lockout::within(core, "my data", person.account, DOWNLOADS).await?;
    let document = collect(core, person).await?;
    let json = serde_json::to_vec_pretty(&document).map_err(|_| Failure::Unreadable("what is kept of a person"))?;
    let caller = Caller::from(person.clone());
    core.store.write(async |tx| Ok(((), tx.commit(&caller, Event::data_downloaded(person)).await?))).await?;
    Ok(json)
}

/// Reads everything in one view of the database.
async fn collect(core: &Core, person: &Person) -> Result<Document, CoreError> {
    let view = &mut *core.store.snapshot().await?;
    let (account, addresses) = store::account(view, person).await?;
    let identifiers: Vec<_> = addresses.iter().map(|email| Identifier::of(email)).collect();
    let (mut invitations, mut mail) = (Vec::new(), Vec::new());
    for identifier in &identifiers {
        invitations.extend(store::invitations(view, identifier).await?);
        mail.extend(store::mails(view, &recipient_key(&core.vault, identifier)).await?);
    }
    let (events, older_events_left_out) = store::events(view, &core.vault, person, MAX_EVENTS).await?;
    Ok(Document {
        format: FORMAT,
        version: VERSION,
        made_at: utc(core.clock.now()),
        account,
        password: store::password(view, person).await?,
        second_factor: store::second_factor(view, person).await?,
        memberships: store::memberships(view, person).await?,
        sessions: store::sessions(view, person).await?,
        links: store::links(view, person).await?,
        former_addresses: store::former_addresses(view, person).await?,
        lists_taken: store::lists_taken(view, person).await?,
        invitations: invitations.into(),
        mail: mail.into(),
        erasure: store::erasure(view, person).await?,
        events,
        older_events_left_out,
    })
}
