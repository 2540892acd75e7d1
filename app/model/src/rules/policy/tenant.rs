//! An organisation's policy: one for all its people, and stricter ones for roles of a higher level.
use super::{Change, Policy, Setting};
use crate::field::{FieldFault, FieldRule};
use crate::role::PrivilegeLevel;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An organisation's policy for each privilege level. No level's policy is weaker than the standard one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantPolicy {
    /// For every person.
    pub standard: Policy,
    /// For roles of the elevated level.
    pub elevated: Policy,
    /// For roles of the administrative level.
    pub administrative: Policy,
}

impl TenantPolicy {
    /// The default policy: length is what protects a password.
    pub const RECOMMENDED: Self = Self::flat(Policy::FLOOR);
    /// A policy as many organisations have it in writing: counted characters, earlier passwords, a maximum age, few
    /// tries.
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

    /// The policy of a level.
    #[must_use]
    pub const fn of(&self, level: PrivilegeLevel) -> &Policy {
        match level {
            PrivilegeLevel::Standard => &self.standard,
            PrivilegeLevel::Elevated => &self.elevated,
            PrivilegeLevel::Administrative => &self.administrative,
        }
    }

    /// Reads a form's fields, named by [`Setting::name`]. An empty field of a level takes the standard value.
    ///
    /// # Errors
    /// Every field that breaks a rule: a value out of bounds, a level weaker than the standard one, or more counted
    /// characters than half of the shortest password.
    pub fn parse(typed: &BTreeMap<String, String>) -> Result<Self, Vec<FieldFault>> {
        let text = |level, setting: Setting| typed.get(setting.name(level)).map_or("", |text| text.trim());
        let mut faults = Vec::new();
        let mut read = |level, setting: Setting, into: &mut Policy| match setting.read(text(level, setting)) {
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

    /// The text of a form's field. The field of a level is empty if it follows the standard value.
    #[must_use]
    pub fn text(&self, level: PrivilegeLevel, setting: Setting) -> String {
        let own = setting.of(self.of(level));
        let follows = level != PrivilegeLevel::Standard && own == setting.of(&self.standard);
        if follows { String::new() } else { own.to_string() }
    }

    /// The differences from an earlier policy. A level that follows the standard value is no difference of its own.
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

    /// Whether no level's policy is weaker than under an earlier policy.
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
    fn a_policy_is_read_back_from_its_form() {
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
    fn a_roles_rules_are_never_weaker_than_the_standard_rules() {
        let faults = with(&[("idle_minutes", "20"), ("administrative_idle_minutes", "30")]).unwrap_err();
        assert_eq!(faults, [FieldRule::WeakerThan(20).of("rules[administrative_idle_minutes]")]);
        let faults = with(&[("min_length_alone", "20"), ("elevated_min_length_alone", "19")]).unwrap_err();
        assert_eq!(faults, [FieldRule::WeakerThan(20).of("rules[elevated_min_length_alone]")]);
        // An empty field takes the standard value.
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
    fn more_grace_days_weaken_only_an_existing_demand() {
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
