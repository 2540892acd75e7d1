//! The words for the settings of a policy: in the editor, in the audit log and on a person's security page.
use crate::words::language::Translated;
use portvakt_model::policy::Setting;
use portvakt_model::role::PrivilegeLevel;

/// Words for settings.
pub struct SettingWords {
    /// A setting's label.
    pub label: fn(Setting) -> &'static str,
    /// An explanation of a setting, for the person who sets it.
    pub about: fn(Setting) -> Option<&'static str>,
    /// A setting's unit, for one and for several. Empty if the setting is a choice.
    unit: fn(Setting) -> (&'static str, &'static str),
    /// The people of a level.
    pub level: fn(PrivilegeLevel) -> &'static str,
    /// The maximum age of a password that never has to be changed.
    never: &'static str,
    /// The demands of a second factor: none, any, a passkey.
    pub demand: [&'static str; 3],
    /// Whether a person may go without a password: no, yes.
    pub passwordless: [&'static str; 2],
}

/// Words for settings.
pub static SETTING: Translated<SettingWords> = Translated {
    swedish: SettingWords {
        label: |setting| match setting {
            Setting::MinLengthAlone => "Minsta längd på lösenord",
            Setting::MinLengthWithSecond => "Minsta längd med tvåfaktorsinloggning",
            Setting::MinDigits => "Minsta antal siffror",
            Setting::MinSpecials => "Minsta antal specialtecken",
            Setting::MinUpper => "Minsta antal stora bokstäver",
            Setting::MinLower => "Minsta antal små bokstäver",
            Setting::History => "Tidigare lösenord som inte får användas igen",
            Setting::MaxAge => "Högsta ålder på lösenord",
            Setting::SecondFactor => "Tvåfaktorsinloggning",
            Setting::Grace => "Tid att slå på tvåfaktorsinloggning",
            Setting::Passwordless => "Inloggning utan lösenord",
            Setting::LockoutThreshold => "Låsning efter felaktiga lösenord",
            Setting::LockoutDuration => "Låsningens längd",
            Setting::Idle => "Utloggning vid inaktivitet efter",
            Setting::Absolute => "Utloggning senast efter",
            Setting::Invitation => "En inbjudan gäller i",
            Setting::Reset => "En länk för nytt lösenord gäller i",
        },
        about: |setting| match setting {
            Setting::MinLengthAlone => Some("Portvakts lägsta är 15 tecken. Längd skyddar mer än något annat här."),
            Setting::MinLengthWithSecond => {
                Some("För den som har slagit på tvåfaktorsinloggning, om den krävs. Lägst 8.")
            }
            Setting::MinDigits | Setting::MinSpecials | Setting::MinUpper | Setting::MinLower => {
                Some("Avviker från NIST SP 800-63B-4 3.1.1.2 och ASVS 6.2.5.")
            }
            Setting::History => Some("De senaste lösenorden, inklusive det nuvarande."),
            Setting::MaxAge => Some(
                "0 betyder aldrig. Avviker från NIST SP 800-63B-4 3.1.1.2 och ASVS 6.2.10: regelbundna byten gör lösenord sämre.",
            ),
            Setting::Grace => Some("Räknas från den första inloggningen då det krävs."),
            Setting::Passwordless => Some("För den som loggar in med nyckel. En nyckel räknas som två faktorer."),
            _ => None,
        },
        unit: |setting| match setting {
            Setting::MinLengthAlone | Setting::MinLengthWithSecond | Setting::MinSpecials => ("tecken", "tecken"),
            Setting::MinDigits => ("siffra", "siffror"),
            Setting::MinUpper | Setting::MinLower => ("bokstav", "bokstäver"),
            Setting::History => ("lösenord", "lösenord"),
            Setting::MaxAge | Setting::Grace | Setting::Invitation => ("dag", "dagar"),
            Setting::LockoutThreshold => ("försök", "försök"),
            Setting::LockoutDuration | Setting::Idle | Setting::Reset => ("minut", "minuter"),
            Setting::Absolute => ("timme", "timmar"),
            Setting::SecondFactor | Setting::Passwordless => ("", ""),
        },
        level: |level| match level {
            PrivilegeLevel::Standard => "Alla",
            PrivilegeLevel::Elevated => "Granskare",
            PrivilegeLevel::Administrative => "Ägare och administratörer",
        },
        never: "aldrig",
        demand: ["frivilligt", "krävs", "nyckel krävs"],
        passwordless: ["inte tillåtet", "tillåtet"],
    },
    english: SettingWords {
        label: |setting| match setting {
            Setting::MinLengthAlone => "Minimum password length",
            Setting::MinLengthWithSecond => "Minimum length with two-factor sign-in",
            Setting::MinDigits => "Minimum digits",
            Setting::MinSpecials => "Minimum special characters",
            Setting::MinUpper => "Minimum capital letters",
            Setting::MinLower => "Minimum lower-case letters",
            Setting::History => "Earlier passwords that can’t be reused",
            Setting::MaxAge => "Maximum password age",
            Setting::SecondFactor => "Two-factor sign-in",
            Setting::Grace => "Time to turn on two-factor sign-in",
            Setting::Passwordless => "Sign-in without a password",
            Setting::LockoutThreshold => "Locked after wrong passwords",
            Setting::LockoutDuration => "Locked for",
            Setting::Idle => "Signed out when idle for",
            Setting::Absolute => "Signed out at the latest after",
            Setting::Invitation => "An invitation is valid for",
            Setting::Reset => "A password reset link is valid for",
        },
        about: |setting| match setting {
            Setting::MinLengthAlone => {
                Some("Portvakt’s minimum is 15 characters. Length protects more than anything else here.")
            }
            Setting::MinLengthWithSecond => {
                Some("For people who have turned on two-factor sign-in, if it is required. At least 8.")
            }
            Setting::MinDigits | Setting::MinSpecials | Setting::MinUpper | Setting::MinLower => {
                Some("Departs from NIST SP 800-63B-4 3.1.1.2 and ASVS 6.2.5.")
            }
            Setting::History => Some("Recent passwords, including the current one."),
            Setting::MaxAge => Some(
                "0 means never. Departs from NIST SP 800-63B-4 3.1.1.2 and ASVS 6.2.10: regular changes make passwords worse.",
            ),
            Setting::Grace => Some("Counted from the first sign-in at which it is required."),
            Setting::Passwordless => Some("For people who sign in with a passkey. A passkey counts as two factors."),
            _ => None,
        },
        unit: |setting| match setting {
            Setting::MinLengthAlone | Setting::MinLengthWithSecond | Setting::MinSpecials => {
                ("character", "characters")
            }
            Setting::MinDigits => ("digit", "digits"),
            Setting::MinUpper | Setting::MinLower => ("letter", "letters"),
            Setting::History => ("password", "passwords"),
            Setting::MaxAge | Setting::Grace | Setting::Invitation => ("day", "days"),
            Setting::LockoutThreshold => ("attempt", "attempts"),
            Setting::LockoutDuration | Setting::Idle | Setting::Reset => ("minute", "minutes"),
            Setting::Absolute => ("hour", "hours"),
            Setting::SecondFactor | Setting::Passwordless => ("", ""),
        },
        level: |level| match level {
            PrivilegeLevel::Standard => "Everyone",
            PrivilegeLevel::Elevated => "Auditors",
            PrivilegeLevel::Administrative => "Owners and administrators",
        },
        never: "never",
        demand: ["optional", "required", "a passkey is required"],
        passwordless: ["not allowed", "allowed"],
    },
};

impl SettingWords {
    /// A setting's label with the people of its level, unless it is for everyone.
    #[must_use]
    pub fn label_of(&self, level: PrivilegeLevel, setting: Setting) -> String {
        let label = (self.label)(setting);
        if level == PrivilegeLevel::Standard { label.to_owned() } else { format!("{}: {label}", (self.level)(level)) }
    }

    /// The unit after a field.
    #[must_use]
    pub fn unit(&self, setting: Setting) -> &'static str {
        (self.unit)(setting).1
    }

    /// A setting's value.
    #[must_use]
    pub fn value(&self, setting: Setting, value: u32) -> String {
        match (setting, value) {
            (Setting::MaxAge, 0) => self.never.to_owned(),
            (Setting::SecondFactor, demand) => self.demand[demand.min(2) as usize].to_owned(),
            (Setting::Passwordless, may) => self.passwordless[usize::from(may > 0)].to_owned(),
            (_, 1) => format!("1 {}", (self.unit)(setting).0),
            _ => format!("{value} {}", self.unit(setting)),
        }
    }
}
