//! The first page of a signed-in person.
use crate::device::Device;
use crate::erasure::ErasureStanding;
use crate::product::Product;
use crate::time::LocalTime;
use serde::{Deserialize, Serialize};

/// The data of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// The greeting.
    pub part_of_day: PartOfDay,
    /// The sign-in before the current one. `None` at the first sign-in.
    pub last_sign_in: Option<LastSignIn>,
    /// Whether the person owns the organisation, and so can fill an empty list of products.
    pub owner: bool,
    /// The organisation's products.
    pub products: Vec<Product>,
    /// The demanded second factor that the person has not set up yet.
    pub second_factor_due: Option<Due>,
    /// The number of recovery codes, if the person has a second factor and few codes are left.
    pub few_recovery_codes: Option<u32>,
    /// The open request to erase the person's account.
    pub erasure: Option<ErasureStanding>,
}

/// A second factor that will soon be demanded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The end of the grace days.
    pub at: LocalTime,
    /// Whether only a passkey meets the demand.
    pub passkey: bool,
}

/// The time and device of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastSignIn {
    /// The time.
    pub at: LocalTime,
    /// The device.
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
    /// The part of the day for an hour from 0 to 23.
    #[must_use]
    pub const fn of_hour(hour: u8) -> Self {
        match hour {
            5..10 => Self::Morning,
            10..18 => Self::Day,
            _ => Self::Evening,
        }
    }
}
