//! The browser and operating system of a request.
use serde::{Deserialize, Serialize};

/// A browser and its operating system, read from `User-Agent`. A person recognises a device by it; the portal decides
/// nothing by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// The browser's name, the same in every language.
    pub browser: Option<Named>,
    /// The operating system's name.
    pub system: Option<Named>,
}

/// The names that Portvakt knows. It shows no other text from the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Named {
    /// Microsoft Edge.
    Edge,
    /// Opera.
    Opera,
    /// Firefox.
    Firefox,
    /// Chrome or Chromium.
    Chrome,
    /// Safari.
    Safari,
    /// iPhone.
    IPhone,
    /// iPad.
    IPad,
    /// Android.
    Android,
    /// Windows.
    Windows,
    /// macOS.
    MacOs,
    /// `ChromeOS`.
    ChromeOs,
    /// Linux.
    Linux,
}

impl Named {
    /// The name to show.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Edge => "Edge",
            Self::Opera => "Opera",
            Self::Firefox => "Firefox",
            Self::Chrome => "Chrome",
            Self::Safari => "Safari",
            Self::IPhone => "iPhone",
            Self::IPad => "iPad",
            Self::Android => "Android",
            Self::Windows => "Windows",
            Self::MacOs => "macOS",
            Self::ChromeOs => "ChromeOS",
            Self::Linux => "Linux",
        }
    }
}

impl Device {
    /// Reads a `User-Agent` header. Each browser also claims to be its predecessors, so the newest claim is looked
    /// for first.
    #[must_use]
    pub fn of_user_agent(header: &str) -> Self {
        let find =
            |known: &[(&str, Named)]| known.iter().find(|(mark, _)| header.contains(mark)).map(|(_, name)| *name);
        Self {
            browser: find(&[
                ("Edg", Named::Edge),
                ("OPR/", Named::Opera),
                ("Firefox/", Named::Firefox),
                ("FxiOS/", Named::Firefox),
                ("Chrome/", Named::Chrome),
                ("CriOS/", Named::Chrome),
                ("Safari/", Named::Safari),
            ]),
            system: find(&[
                ("iPhone", Named::IPhone),
                ("iPad", Named::IPad),
                ("Android", Named::Android),
                ("Windows", Named::Windows),
                ("Mac OS X", Named::MacOs),
                ("CrOS", Named::ChromeOs),
                ("Linux", Named::Linux),
            ]),
        }
    }
}

#[test]
fn browsers_are_told_apart_by_their_newest_claim() {
    let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0";
    assert_eq!(Device::of_user_agent(edge), Device { browser: Some(Named::Edge), system: Some(Named::Windows) });
    let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
    assert_eq!(Device::of_user_agent(phone), Device { browser: Some(Named::Safari), system: Some(Named::IPhone) });
    assert_eq!(Device::of_user_agent("curl/8"), Device { browser: None, system: None });
}
