//! What an organisation sets: rules for everybody, and stricter ones for those whose roles may do more. A form's fields, a
//! log's entries and a list of changes all go by the same settings.
use super::{Demand, Policy};
use crate::field::{FieldFault, FieldRule};
use crate::role::PrivilegeLevel;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The rules that an organisation has set, for each level of privilege. No level's are weaker than the standard one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantPolicy {
    /// For everybody.
    pub standard: Policy,
    /// For those who read what others may not.
    pub elevated: Policy,
    /// For those who look after the organisation.
    pub administrative: Policy,
}

/// One thing that can be set, in the unit in which people write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Setting {
    /// Fewest characters of a password that is the only factor.
    MinLengthAlone,
    /// Fewest characters where a second factor is demanded and there.
    MinLengthWithSecond,
    /// Fewest digits.
    MinDigits,
    /// Fewest special characters.
    MinSpecials,
    /// Fewest capital letters.
    MinUpper,
    /// Fewest small letters.
    MinLower,
    /// Earlier passwords that may not be chosen again.
    History,
    /// Days after which a password has to be changed; 0 is never.
    MaxAge,
    /// Whether a second factor has to be there: 0 if not, 1 for any, 2 for a passkey.
    SecondFactor,
    /// Days that somebody has to set one up.
    Grace,
    /// Whether somebody who has a passkey may go without a password: 1 if so.
    Passwordless,
    /// Wrong passwords after which no more are taken for a while.
    LockoutThreshold,
    /// Minutes of that while.
    LockoutDuration,
    /// Minutes without a request after which a session ends.
    Idle,
    /// Hours after which it ends whatever happens.
    Absolute,
    /// Days that an invitation can be used.
    Invitation,
    /// Minutes that a link to a new password can be used.
    Reset,
}

/// Most characters that a rule may ask for: what somebody can be asked to type.
const LONGEST: u32 = 64;
/// Most of each counted kind of character, and most earlier passwords that are remembered.
const MOST_COUNTED: u32 = 4;
const MOST_EARLIER: u32 = 24;
/// Days between two changes of a password, at least and at most: more often makes passwords worse, not better.
const AGE_DAYS: (u32, u32) = (30, 3650);
const DAY: u32 = 24 * 60 * 60;

impl Setting {
    /// All of them, as a form shows them.
    pub const ALL: [Self; 17] = [
        Self::MinLengthAlone,
        Self::MinLengthWithSecond,
        Self::MinDigits,
        Self::MinSpecials,
        Self::MinUpper,
        Self::MinLower,
        Self::History,
        Self::MaxAge,
        Self::SecondFactor,
        Self::Grace,
        Self::Passwordless,
        Self::LockoutThreshold,
        Self::LockoutDuration,
        Self::Idle,
        Self::Absolute,
        Self::Invitation,
        Self::Reset,
    ];
    /// Those that may be stricter for a level of privilege.
    pub const OF_LEVELS: [Self; 5] =
        [Self::SecondFactor, Self::MinLengthAlone, Self::MinLengthWithSecond, Self::Idle, Self::Absolute];
    /// Those that somebody is told of that hold for themselves.
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
    /// Kinds of characters that are counted: against the advice of NIST SP 800-63B-4, section 3.1.1.2.
    pub const COUNTED: [Self; 4] = [Self::MinDigits, Self::MinSpecials, Self::MinUpper, Self::MinLower];

    /// The name in a form and in the log, of what is set for a level.
    #[must_use]
    pub const fn name(self, level: PrivilegeLevel) -> &'static str {
        let [standard, elevated, administrative] = match self {
            Self::MinLengthAlone => {
                ["min_length_alone", "elevated_min_length_alone", "administrative_min_length_alone"]
            }
            Self::MinLengthWithSecond => {
                ["min_length_with_second", "elevated_min_length_with_second", "administrative_min_length_with_second"]
            }
            Self::SecondFactor => ["second_factor", "elevated_second_factor", "administrative_second_factor"],
            Self::Grace => ["grace_days"; 3],
            Self::Passwordless => ["passwordless"; 3],
            Self::Idle => ["idle_minutes", "elevated_idle_minutes", "administrative_idle_minutes"],
            Self::Absolute => ["absolute_hours", "elevated_absolute_hours", "administrative_absolute_hours"],
            Self::MinDigits => ["min_digits"; 3],
            Self::MinSpecials => ["min_specials"; 3],
            Self::MinUpper => ["min_upper"; 3],
            Self::MinLower => ["min_lower"; 3],
            Self::History => ["history"; 3],
            Self::MaxAge => ["max_age_days"; 3],
            Self::LockoutThreshold => ["lockout_threshold"; 3],
            Self::LockoutDuration => ["lockout_minutes"; 3],
            Self::Invitation => ["invitation_days"; 3],
            Self::Reset => ["reset_minutes"; 3],
        };
        match level {
            PrivilegeLevel::Standard => standard,
            PrivilegeLevel::Elevated => elevated,
            PrivilegeLevel::Administrative => administrative,
        }
    }

    /// The id and the name of its field.
    #[must_use]
    pub fn field(self, level: PrivilegeLevel) -> String {
        format!("rules[{}]", self.name(level))
    }

    /// What can be set and for whom, as a form shows it.
    pub fn everywhere() -> impl Iterator<Item = (PrivilegeLevel, Self)> {
        let levels = PrivilegeLevel::ALL.into_iter();
        levels.flat_map(|level| {
            let all: &[Self] = if level == PrivilegeLevel::Standard { &Self::ALL } else { &Self::OF_LEVELS };
            all.iter().map(move |setting| (level, *setting))
        })
    }

    /// The least and the most that can be set: never weaker than [`Policy::FLOOR`].
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

    /// What a policy holds of it.
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

    fn set(self, policy: &mut Policy, to: u32) {
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

    /// What somebody typed, if it can be set at all.
    fn parse(self, typed: &str) -> Result<u32, FieldRule> {
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

/// One thing that is set to something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// For whom.
    pub level: PrivilegeLevel,
    /// What.
    pub setting: Setting,
    /// What it was.
    pub before: u32,
    /// What it is.
    pub after: u32,
}

impl TenantPolicy {
    /// What nobody has to change: length is what protects a password. It is what an organisation has that has set nothing.
    pub const RECOMMENDED: Self = Self::flat(Policy::FLOOR);
    /// What many organisations have written down: counted characters, earlier passwords, an age, few tries.
    pub const CLASSIC: Self = {
        let mut classic = Policy::FLOOR;
        classic.password.min_digits = 1;
        classic.password.min_specials = 1;
        classic.password.min_upper = 1;
        classic.password.min_lower = 1;
        classic.password.history = 5;
        classic.password.max_age_days = Some(365);
        classic.password.passwordless = false;
        classic.lockout.threshold = 5;
        classic.lockout.duration_secs = 30 * 60;
        classic.session.idle_secs = 30 * 60;
        classic.session.absolute_secs = 10 * 60 * 60;
        Self::flat(classic)
    };

    const fn flat(policy: Policy) -> Self {
        Self { standard: policy, elevated: policy, administrative: policy }
    }

    /// What holds for a level.
    #[must_use]
    pub const fn of(&self, level: PrivilegeLevel) -> &Policy {
        match level {
            PrivilegeLevel::Standard => &self.standard,
            PrivilegeLevel::Elevated => &self.elevated,
            PrivilegeLevel::Administrative => &self.administrative,
        }
    }

    /// Reads a form's fields, by [`Setting::name`]. What is left empty for a level is as for everybody.
    ///
    /// # Errors
    /// Every field that breaks a rule: one outside of its bounds, a level that is weaker than everybody's rules, more
    /// counted characters than half of the shortest password.
    pub fn parse(typed: &BTreeMap<String, String>) -> Result<Self, Vec<FieldFault>> {
        let text = |level, setting: Setting| typed.get(setting.name(level)).map_or("", |text| text.trim());
        let mut faults = Vec::new();
        let mut read = |level, setting: Setting, into: &mut Policy| match setting.parse(text(level, setting)) {
            Ok(number) => setting.set(into, number),
            Err(rule) => faults.push(rule.of(&setting.field(level))),
        };
        let mut standard = Policy::FLOOR;
        for setting in Setting::ALL {
            read(PrivilegeLevel::Standard, setting, &mut standard);
        }
        let mut of_level = |level| {
            let mut own = standard;
            for setting in Setting::OF_LEVELS.into_iter().filter(|setting| !text(level, *setting).is_empty()) {
                read(level, setting, &mut own);
            }
            own
        };
        let levels = [PrivilegeLevel::Elevated, PrivilegeLevel::Administrative];
        let [elevated, administrative] = levels.map(&mut of_level);
        for (level, own) in levels.into_iter().zip([elevated, administrative]) {
            for setting in Setting::OF_LEVELS {
                let mut only = standard;
                setting.set(&mut only, setting.of(&own));
                if !only.is_at_least(standard) && faults.is_empty() {
                    faults.push(FieldRule::WeakerThan(setting.of(&standard)).of(&setting.field(level)));
                }
            }
        }
        let counted: u32 = Setting::COUNTED.iter().map(|setting| setting.of(&standard)).sum();
        let most = standard.password.min_length_alone.min(standard.password.min_length_with_second) / 2;
        if counted > most && faults.is_empty() {
            let named = Setting::COUNTED.into_iter().filter(|setting| setting.of(&standard) > 0);
            faults.extend(named.map(|of| FieldRule::MoreThanHalf(most).of(&of.field(PrivilegeLevel::Standard))));
        }
        if faults.is_empty() { Ok(Self { standard, elevated, administrative }) } else { Err(faults) }
    }

    /// What a form's field holds: a level's is empty if it is as for everybody.
    #[must_use]
    pub fn text(&self, level: PrivilegeLevel, setting: Setting) -> String {
        let own = setting.of(self.of(level));
        let follows = level != PrivilegeLevel::Standard && own == setting.of(&self.standard);
        if follows { String::new() } else { own.to_string() }
    }

    /// What differs from an earlier one. A level's that goes with everybody's is no change of its own.
    #[must_use]
    pub fn changes(&self, from: &Self) -> Vec<Change> {
        let change = |(level, setting): (PrivilegeLevel, Setting)| {
            let (before, after) = (setting.of(from.of(level)), setting.of(self.of(level)));
            let follows = level != PrivilegeLevel::Standard
                && from.text(level, setting).is_empty()
                && self.text(level, setting).is_empty();
            (before != after && !follows).then_some(Change { level, setting, before, after })
        };
        Setting::everywhere().filter_map(change).collect()
    }

    /// Whether nobody's rules become weaker than under an earlier one.
    #[must_use]
    pub fn is_at_least(&self, from: &Self) -> bool {
        PrivilegeLevel::ALL.into_iter().all(|level| self.of(level).effective().is_at_least(from.of(level).effective()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PrivilegeLevel::{Administrative, Elevated, Standard};

    fn typed(policy: &TenantPolicy) -> BTreeMap<String, String> {
        Setting::everywhere().map(|(level, of)| (of.name(level).to_owned(), policy.text(level, of))).collect()
    }

    fn with(more: &[(&str, &str)]) -> Result<TenantPolicy, Vec<FieldFault>> {
        let mut all = typed(&TenantPolicy::RECOMMENDED);
        all.extend(more.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
        TenantPolicy::parse(&all)
    }

    #[test]
    fn what_a_form_shows_is_read_back() {
        let levels = with(&[("administrative_idle_minutes", "15"), ("elevated_min_length_alone", "18")]).unwrap();
        for policy in [TenantPolicy::RECOMMENDED, TenantPolicy::CLASSIC, levels] {
            assert_eq!(TenantPolicy::parse(&typed(&policy)), Ok(policy));
            let json = serde_json::to_string(&policy).unwrap();
            assert_eq!(serde_json::from_str::<TenantPolicy>(&json).unwrap(), policy);
        }
    }

    #[test]
    fn nothing_below_the_floor_is_read_and_the_field_is_named() {
        for (level, setting) in Setting::everywhere() {
            let (least, most) = setting.bounds();
            for bad in [least.checked_sub(1).map(|n| n.to_string()), Some((most + 1).to_string()), Some("x".to_owned())]
            {
                let Some(bad) = bad else { continue };
                let faults = with(&[(setting.name(level), &bad)]).unwrap_err();
                assert_eq!(faults, [FieldRule::OutOfBounds(least, most).of(&setting.field(level))], "{bad}");
            }
            for good in [least, most] {
                let read = with(&[(setting.name(level), &good.to_string())]);
                let policy = read.unwrap_or(TenantPolicy::RECOMMENDED);
                assert!(PrivilegeLevel::ALL.into_iter().all(|level| policy.of(level).is_at_least(Policy::FLOOR)));
            }
        }
        let empty = with(&[("min_digits", " ")]).unwrap_err();
        assert_eq!(empty, [FieldRule::Empty.of("rules[min_digits]")]);
        let often = with(&[("max_age_days", "7")]).unwrap_err();
        assert_eq!(often, [FieldRule::OutOfBounds(30, 3650).of("rules[max_age_days]")]);
    }

    #[test]
    fn a_level_is_never_weaker_than_everybody() {
        let faults = with(&[("idle_minutes", "20"), ("administrative_idle_minutes", "30")]).unwrap_err();
        assert_eq!(faults, [FieldRule::WeakerThan(20).of("rules[administrative_idle_minutes]")]);
        let faults = with(&[("min_length_alone", "20"), ("elevated_min_length_alone", "19")]).unwrap_err();
        assert_eq!(faults, [FieldRule::WeakerThan(20).of("rules[elevated_min_length_alone]")]);
        // Left empty it goes with everybody's.
        let policy = with(&[("min_length_alone", "20")]).unwrap();
        assert_eq!(policy.of(Elevated).password.min_length_alone, 20);
        let changes = policy.changes(&TenantPolicy::RECOMMENDED);
        let change = Change { level: Standard, setting: Setting::MinLengthAlone, before: 15, after: 20 };
        assert_eq!(changes, [change]);
        let stricter = with(&[("administrative_min_length_alone", "20")]).unwrap();
        let change = Change { level: Administrative, ..change };
        assert_eq!(stricter.changes(&TenantPolicy::RECOMMENDED), [change]);
        assert!(stricter.is_at_least(&TenantPolicy::RECOMMENDED) && !TenantPolicy::RECOMMENDED.is_at_least(&stricter));
    }

    #[test]
    fn more_days_make_weaker_only_what_was_demanded() {
        let demanding = |demand, days| with(&[("second_factor", demand), ("grace_days", days)]).unwrap();
        assert!(demanding("2", "30").is_at_least(&demanding("0", "7")), "nobody had them");
        assert!(demanding("0", "30").is_at_least(&demanding("0", "7")));
        assert!(!demanding("2", "30").is_at_least(&demanding("1", "7")), "a code app may come later than it had to");
        assert!(!demanding("2", "30").is_at_least(&demanding("2", "7")));
        assert!(!demanding("0", "7").is_at_least(&demanding("1", "7")));
    }

    #[test]
    fn counted_characters_are_at_most_half_of_a_password() {
        assert!(with(&[("min_digits", "2"), ("min_upper", "2")]).is_ok());
        let faults = with(&[("min_digits", "2"), ("min_upper", "3")]).unwrap_err();
        let half = FieldRule::MoreThanHalf(4);
        assert_eq!(faults, [half.of("rules[min_digits]"), half.of("rules[min_upper]")]);
        assert!(with(&[("min_digits", "2"), ("min_upper", "3"), ("min_length_with_second", "10")]).is_ok());
    }
}
