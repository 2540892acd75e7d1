//! The settings of a policy. A form's fields, the audit log's entries and the list of changes are named after them.
use super::{Demand, Policy};
use crate::field::FieldRule;
use crate::role::PrivilegeLevel;
use serde::{Deserialize, Serialize};

/// Each setting: its name in the form and in the log, for everyone and, if it can be stricter for a level, for that
/// level, then the panel of the editor. The names are stored.
macro_rules! settings {
    ($($(#[$doc:meta])+ $setting:ident = $standard:literal $(/ $elevated:literal / $administrative:literal)?, $panel:ident;)+) => {
        /// A setting of a policy, in the unit that people write.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Setting {
            $($(#[$doc])+ $setting),+
        }

        impl Setting {
            /// Every setting, in the order of the form.
            pub const ALL: [Self; [$(Self::$setting),+].len()] = [$(Self::$setting),+];

            /// The name in the form and in the log, for a level.
            #[must_use]
            pub const fn name(self, level: PrivilegeLevel) -> &'static str {
                match (self, level) {
                    $($((Self::$setting, PrivilegeLevel::Elevated) => $elevated,
                        (Self::$setting, PrivilegeLevel::Administrative) => $administrative,)?
                    (Self::$setting, _) => $standard,)+
                }
            }

            /// The panel of the editor with the setting that is for everyone.
            #[must_use]
            pub const fn panel(self) -> SettingPanel {
                match self {
                    $(Self::$setting => SettingPanel::$panel,)+
                }
            }
        }
    };
}

settings! {
    /// The fewest characters of a password that is the only factor.
    MinLengthAlone = "min_length_alone" / "elevated_min_length_alone" / "administrative_min_length_alone", Passwords;
    /// The fewest characters of a password if a second factor is demanded and enrolled.
    MinLengthWithSecond = "min_length_with_second" / "elevated_min_length_with_second" / "administrative_min_length_with_second", Passwords;
    /// The fewest digits.
    MinDigits = "min_digits", Passwords;
    /// The fewest special characters.
    MinSpecials = "min_specials", Passwords;
    /// The fewest capital letters.
    MinUpper = "min_upper", Passwords;
    /// The fewest small letters.
    MinLower = "min_lower", Passwords;
    /// The number of earlier passwords that may not be chosen again.
    History = "history", Passwords;
    /// Days after which a password has to be changed; 0: never.
    MaxAge = "max_age_days", Passwords;
    /// The demanded second factor: 0 for none, 1 for any, 2 for a passkey.
    SecondFactor = "second_factor" / "elevated_second_factor" / "administrative_second_factor", SecondFactor;
    /// Grace days for setting one up.
    Grace = "grace_days", SecondFactor;
    /// Whether a person with a passkey may go without a password: 1 if so.
    Passwordless = "passwordless", SecondFactor;
    /// Wrong passwords before an account is locked for a while.
    LockoutThreshold = "lockout_threshold", Lockout;
    /// Minutes that the account stays locked.
    LockoutDuration = "lockout_minutes", Lockout;
    /// Minutes without a request after which a session ends.
    Idle = "idle_minutes" / "elevated_idle_minutes" / "administrative_idle_minutes", Lockout;
    /// Hours after the sign-in at which a session ends in any case.
    Absolute = "absolute_hours" / "elevated_absolute_hours" / "administrative_absolute_hours", Lockout;
    /// Days that an invitation works.
    Invitation = "invitation_days", Links;
    /// Minutes that a reset link works.
    Reset = "reset_minutes", Links;
}

/// A panel of the policy's editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingPanel {
    /// Passwords.
    Passwords,
    /// The second factor.
    SecondFactor,
    /// Lockout and sessions.
    Lockout,
    /// Links in mails.
    Links,
}

/// The longest minimum length: people have to be able to type it.
const LONGEST: u32 = 64;
/// The largest minimum of each counted kind, and the most earlier passwords that are remembered.
const MOST_COUNTED: u32 = 4;
const MOST_EARLIER: u32 = 24;
/// The shortest and longest maximum age of a password. Passwords that change more often get worse.
const AGE_DAYS: (u32, u32) = (30, 3650);
const DAY: u32 = 24 * 60 * 60;

impl Setting {
    /// The settings that can be stricter for a level.
    pub const OF_LEVELS: [Self; 5] =
        [Self::SecondFactor, Self::MinLengthAlone, Self::MinLengthWithSecond, Self::Idle, Self::Absolute];
    /// The settings that a person sees on their own security page.
    pub const OF_PEOPLE: [Self; 10] = [
        Self::SecondFactor,
        Self::MinLengthAlone,
        Self::MinDigits,
        Self::MinSpecials,
        Self::MinUpper,
        Self::MinLower,
        Self::History,
        Self::MaxAge,
        Self::Idle,
        Self::Absolute,
    ];
    /// The counted kinds of characters. NIST SP 800-63B-4, section 3.1.1.2, advises against counting them.
    pub const COUNTED: [Self; 4] = [Self::MinDigits, Self::MinSpecials, Self::MinUpper, Self::MinLower];

    /// The setting with this name, and the level that the name is for. `None` if there is no such setting.
    #[must_use]
    pub fn parse(name: &str) -> Option<(PrivilegeLevel, Self)> {
        Self::everywhere().find(|(level, setting)| setting.name(*level) == name)
    }

    /// The id and the name of the form's field.
    #[must_use]
    pub fn field(self, level: PrivilegeLevel) -> String {
        format!("rules[{}]", self.name(level))
    }

    /// Every setting with its levels, in the order of the form.
    pub fn everywhere() -> impl Iterator<Item = (PrivilegeLevel, Self)> {
        let levels = PrivilegeLevel::ALL.into_iter();
        levels.flat_map(|level| {
            let all: &[Self] = if level == PrivilegeLevel::Standard { &Self::ALL } else { &Self::OF_LEVELS };
            all.iter().map(move |setting| (level, *setting))
        })
    }

    /// The smallest and largest value, never weaker than [`Policy::FLOOR`].
    #[must_use]
    pub fn bounds(self) -> (u32, u32) {
        let floor = self.of(&Policy::FLOOR);
        match self {
            Self::MinLengthAlone | Self::MinLengthWithSecond => (floor, LONGEST),
            Self::MinDigits | Self::MinSpecials | Self::MinUpper | Self::MinLower => (floor, MOST_COUNTED),
            Self::History => (floor, MOST_EARLIER),
            Self::MaxAge => (0, AGE_DAYS.1),
            Self::SecondFactor => (floor, 2),
            Self::Grace | Self::Passwordless => (0, floor),
            Self::LockoutThreshold => (3, floor),
            Self::LockoutDuration => (floor, 24 * 60),
            Self::Idle | Self::Reset => (5, floor),
            Self::Absolute | Self::Invitation => (1, floor),
        }
    }

    /// The setting's value in a policy.
    #[must_use]
    pub fn of(self, policy: &Policy) -> u32 {
        let Policy { password, second_factor, lockout, session, links } = policy;
        match self {
            Self::SecondFactor => match second_factor.demand {
                Demand::Optional => 0,
                Demand::Any => 1,
                Demand::PhishingResistant => 2,
            },
            Self::Grace => second_factor.grace_days,
            Self::Passwordless => password.passwordless.into(),
            Self::MinLengthAlone => password.min_length_alone,
            Self::MinLengthWithSecond => password.min_length_with_second,
            Self::MinDigits => password.min_digits,
            Self::MinSpecials => password.min_specials,
            Self::MinUpper => password.min_upper,
            Self::MinLower => password.min_lower,
            Self::History => password.history,
            Self::MaxAge => password.max_age_days.unwrap_or(0),
            Self::LockoutThreshold => lockout.threshold,
            Self::LockoutDuration => lockout.duration_secs / 60,
            Self::Idle => session.idle_secs / 60,
            Self::Absolute => session.absolute_secs / (60 * 60),
            Self::Invitation => links.invitation_secs / DAY,
            Self::Reset => links.reset_secs / 60,
        }
    }

    pub(super) fn set(self, policy: &mut Policy, to: u32) {
        let Policy { password, second_factor, lockout, session, links } = policy;
        match self {
            Self::SecondFactor => {
                second_factor.demand = match to {
                    0 => Demand::Optional,
                    1 => Demand::Any,
                    _ => Demand::PhishingResistant,
                }
            }
            Self::Grace => (second_factor.grace_days, second_factor.passkey_grace_days) = (to, to),
            Self::Passwordless => password.passwordless = to > 0,
            Self::MinLengthAlone => password.min_length_alone = to,
            Self::MinLengthWithSecond => password.min_length_with_second = to,
            Self::MinDigits => password.min_digits = to,
            Self::MinSpecials => password.min_specials = to,
            Self::MinUpper => password.min_upper = to,
            Self::MinLower => password.min_lower = to,
            Self::History => password.history = to,
            Self::MaxAge => password.max_age_days = Some(to).filter(|days| *days > 0),
            Self::LockoutThreshold => lockout.threshold = to,
            Self::LockoutDuration => lockout.duration_secs = to * 60,
            Self::Idle => session.idle_secs = to * 60,
            Self::Absolute => session.absolute_secs = to * 60 * 60,
            Self::Invitation => links.invitation_secs = to * DAY,
            Self::Reset => links.reset_secs = to * 60,
        }
    }

    /// Reads a typed value.
    pub(super) fn read(self, typed: &str) -> Result<u32, FieldRule> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(FieldRule::Empty);
        }
        let (least, most) = self.bounds();
        let number = typed.parse().ok().filter(|n| (least..=most).contains(n));
        let number = number.ok_or(FieldRule::OutOfBounds(least, most))?;
        if self == Self::MaxAge && number > 0 && number < AGE_DAYS.0 {
            return Err(FieldRule::OutOfBounds(AGE_DAYS.0, AGE_DAYS.1));
        }
        Ok(number)
    }
}

/// A changed setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The level.
    pub level: PrivilegeLevel,
    /// The setting.
    pub setting: Setting,
    /// The value before.
    pub before: u32,
    /// The value after.
    pub after: u32,
}
