//! The data of a person's first page.
mod store;

use crate::Core;
use crate::account::store as accounts;
use crate::caller::Person;
use crate::civil::{local, zone_named, zoned};
use crate::erasure;
use crate::error::CoreError;
use crate::product::store as products;
use crate::second_factor;
use portvakt_model::device::Device;
use portvakt_model::home::{Due, Home, LastSignIn, PartOfDay};
use portvakt_model::policy::Demand;
use portvakt_model::role::Role;
use portvakt_model::time::Timestamp;

/// The data of the caller's first page.
///
/// # Errors
/// If the database fails.
pub async fn home(core: &Core, person: &Person) -> Result<Home, CoreError> {
    let found = store::find(core, person.home, person.session).await?;
    let (zone, now) = (zone_named(&found.time_zone), core.clock.now());
    let last_sign_in = match found.previous_sign_in_at {
        None => None,
        Some(at) => Some(LastSignIn {
            at: local(Timestamp::from_micros(at), &zone, now)?,
            device: Device::of_user_agent(found.previous_sign_in_device.as_deref().unwrap_or_default()),
        }),
    };
    let role = accounts::find_role(core.store.reader(), person.tenant, person.account).await?;
    Ok(Home {
        part_of_day: PartOfDay::of_hour(zoned(now, &zone)?.hour().unsigned_abs()),
        last_sign_in,
        owner: role == Some(Role::Owner),
        products: products::list(core, person.tenant).await?,
        second_factor_due: second_factor::due_of(core, person)
            .await?
            .map(|(demand, at)| {
                let passkey = demand == Demand::PhishingResistant;
                Ok::<_, CoreError>(Due { at: local(at, &zone, now)?, passkey })
            })
            .transpose()?,
        few_recovery_codes: second_factor::few_recovery_codes(core, person).await?,
        erasure: erasure::standing(core, person).await?,
    })
}
