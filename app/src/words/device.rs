//! The names of devices.
use crate::words::language::Translated;
use portvakt_model::device::Device;

/// A device's name: `Windows, Edge`.
pub static DEVICE: Translated<fn(Device) -> String> = Translated {
    swedish: |device| match (device.system, device.browser) {
        (Some(system), Some(browser)) => format!("{}, {}", system.as_str(), browser.as_str()),
        (Some(name), None) | (None, Some(name)) => name.as_str().to_owned(),
        (None, None) => "Okänd enhet".to_owned(),
    },
    english: |device| match (device.system, device.browser) {
        (Some(system), Some(browser)) => format!("{}, {}", system.as_str(), browser.as_str()),
        (Some(name), None) | (None, Some(name)) => name.as_str().to_owned(),
        (None, None) => "Unknown device".to_owned(),
    },
};
