//! The first page of somebody who is signed in.
use crate::device::Device;
use crate::erasure::Standing;
use crate::product::Product;
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// What to wish the person.
    pub part_of_day: PartOfDay,
    /// The sign-in before the one that is going on. `None` at the first.
    pub last_sign_in: Option<LastSignIn>,
    /// Whether the person owns the organisation, and so can do something about an empty list of products.
    pub owner: bool,
    /// What the organisation may use.
    pub products: Vec<Product>,
    /// What the person has to have set up, if a second factor is demanded that they have not.
    pub second_factor_due: Option<Due>,
    /// How many recovery codes are left of somebody with a second factor, if those are few.
    pub few_recovery_codes: Option<u32>,
    /// The erasure of the person's account that was asked for.
    pub erasure: Option<Standing>,
}

/// A second factor that has to be there soon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// From then on.
    pub at: LocalTime,
    /// Whether only a passkey does then.
    pub passkey: bool,
}

/// When and with what somebody signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastSignIn {
    /// When.
    pub at: LocalTime,
    /// With what.
    pub device: Device,
}

/// A part of the day on the person's own clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PartOfDay {
    /// From 5 to 10.
    Morning,
    /// From 10 to 18.
    Day,
    /// From 18 to 5.
    Evening,
}

impl PartOfDay {
    /// Of an hour from 0 to 23.
    #[must_use]
    pub const fn of_hour(hour: u8) -> Self {
        match hour {
            5..10 => Self::Morning,
            10..18 => Self::Day,
            _ => Self::Evening,
        }
    }
}
