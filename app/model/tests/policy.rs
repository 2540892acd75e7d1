//! The laws of `Policy::strictest` and of saved policies, for random policies, forms and passwords.
use portvakt_model::link::LinkKind;
use portvakt_model::policy::{
    Demand, DemandedSince, LinkPolicy, LockoutPolicy, PasswordPolicy, Policy, SecondFactorPolicy, SessionPolicy,
    Setting, TenantPolicy,
};
use portvakt_model::role::PrivilegeLevel;
use portvakt_model::time::Timestamp;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;

fn password() -> impl Strategy<Value = PasswordPolicy> {
    let minima = (0..5u32, 0..5u32, 0..5u32, 0..5u32);
    (8..40u32, 8..40u32, minima, 0..25u32, proptest::option::of(90..400u32), any::<bool>()).prop_map(
        |(alone, with_second, (digits, specials, upper, lower), history, max_age_days, passwordless)| PasswordPolicy {
            min_length_alone: alone,
            min_length_with_second: with_second,
            min_digits: digits,
            min_specials: specials,
            min_upper: upper,
            min_lower: lower,
            history,
            max_age_days,
            passwordless,
        },
    )
}

fn demand() -> impl Strategy<Value = Demand> {
    prop_oneof![Just(Demand::Optional), Just(Demand::Any), Just(Demand::PhishingResistant)]
}

fn policy() -> impl Strategy<Value = Policy> {
    let second_factor = (demand(), 0..31u32, 0..31u32).prop_map(|(demand, grace_days, passkey_grace_days)| {
        SecondFactorPolicy { demand, grace_days, passkey_grace_days }
    });
    let lockout =
        (3..100u32, 60..86_400u32).prop_map(|(threshold, duration_secs)| LockoutPolicy { threshold, duration_secs });
    let session = (60..3600u32, 3600..86_400u32)
        .prop_map(|(idle_secs, absolute_secs)| SessionPolicy { idle_secs, absolute_secs });
    let links = (3600..604_800u32, 60..1800u32)
        .prop_map(|(invitation_secs, reset_secs)| LinkPolicy { invitation_secs, reset_secs });
    (password(), second_factor, lockout, session, links).prop_map(
        |(password, second_factor, lockout, session, links)| Policy {
            password,
            second_factor,
            lockout,
            session,
            links,
        },
    )
}

/// A form: each field holds the recommended value, a value within its bounds, or any number.
fn typed() -> impl Strategy<Value = BTreeMap<String, String>> {
    let fields: Vec<_> = Setting::everywhere().collect();
    proptest::collection::vec((0..20u32, 0..2_000u32), fields.len()).prop_map(move |dice| {
        let field = |((level, setting), (kind, number)): (&(PrivilegeLevel, Setting), (u32, u32))| {
            let (least, most) = setting.bounds();
            let text = match kind {
                0 => number.to_string(),
                1..4 => (least + number % (most - least + 1)).to_string(),
                _ => TenantPolicy::RECOMMENDED.text(*level, *setting),
            };
            (setting.name(*level).to_owned(), text)
        };
        fields.iter().zip(dice).map(field).collect()
    })
}

/// The same policy, demanding a second factor.
fn demanding(policy: Policy) -> Policy {
    let second_factor = SecondFactorPolicy { demand: Demand::Any, ..policy.second_factor };
    Policy { second_factor, ..policy }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_makes_no_difference(a in policy(), b in policy(), c in policy()) {
        prop_assert_eq!(a.strictest(b), b.strictest(a));
        prop_assert_eq!(a.strictest(b).strictest(c), a.strictest(b.strictest(c)));
        prop_assert_eq!(a.strictest(a), a);
    }

    #[test]
    fn a_further_policy_only_makes_the_result_stricter(a in policy(), b in policy(), c in policy()) {
        prop_assert!(a.strictest(b).is_at_least(a) && a.strictest(b).is_at_least(b));
        // Monotone: a policy that is stricter before the merge is not weaker after it.
        prop_assert!(a.strictest(b).strictest(c).is_at_least(a.strictest(c)));
        prop_assert_eq!(a.is_at_least(b) && b.is_at_least(a), a == b);
    }

    #[test]
    fn a_password_meets_the_strictest_of_two_if_it_meets_both(
        a in policy(), b in policy(), text in "[a-zA-Z0-9 !?åÅ]{0,50}", second in demand(),
    ) {
        let [a, b] = [a, b].map(demanding);
        let meets = |policy: Policy| policy.of_holder(second).password.check(&text).is_empty();
        prop_assert_eq!(meets(a.strictest(b)), meets(a) && meets(b));
    }

    #[test]
    fn a_link_lives_no_longer_than_any_policy_lets_it(a in policy(), b in policy()) {
        for kind in LinkKind::ALL {
            let both = kind.lifetime_secs(a.strictest(b).links);
            prop_assert!(both <= kind.lifetime_secs(a.links) && both <= kind.lifetime_secs(b.links));
        }
    }

    #[test]
    fn combined_policies_shorten_no_password_with_or_without_a_second_factor(a in policy(), b in policy()) {
        let [a, b] = [a, b].map(demanding);
        for second in [Demand::Any, Demand::Optional] {
            let length = |policy: Policy| policy.of_holder(second).password.min_length_alone;
            prop_assert!(length(a.strictest(b)) >= length(a).max(length(b)));
        }
        prop_assert_eq!(a.of_holder(Demand::Optional), a);
    }

    #[test]
    fn no_organisation_shortens_another_organisations_passwords(a in policy(), b in policy(), second in demand()) {
        let floor = Policy::FLOOR;
        let length = |all: &[Policy]| {
            Policy::of_person(floor, all.iter().copied(), second).password.min_length_alone
        };
        prop_assert!(length(&[a, b]) >= length(&[a]).max(length(&[b])));
        prop_assert!(Policy::of_person(floor, [a, b], second).second_factor.demand >= a.second_factor.demand);
    }

    #[test]
    fn two_organisations_demand_no_more_together_than_one_of_them_alone(
        a in policy(), b in policy(), second in demand(), days_ago in (0..40i64, 0..40i64),
    ) {
        let now = Timestamp::from_micros(1_000_000_000_000_000);
        let ago = |days: i64| Some(now.plus_secs(-days * 24 * 60 * 60));
        let asked = DemandedSince { any: ago(days_ago.0), passkey: ago(days_ago.1) };
        let lacking = |all: &[Policy]| {
            let held = Policy::of_person(Policy::FLOOR, all.iter().copied(), second).second_factor;
            held.demanded_now(second, asked, now).max(second)
        };
        prop_assert_eq!(lacking(&[a, b]), lacking(&[a]).max(lacking(&[b])));
    }

    #[test]
    fn no_stored_policy_puts_an_account_below_the_floor(a in policy(), b in policy(), second in demand()) {
        let held = Policy::of_person(Policy::FLOOR, [a, b], second);
        let PasswordPolicy { min_length_alone, min_length_with_second, .. } = Policy::FLOOR.password;
        let shortest = if second == Demand::Optional { min_length_alone } else { min_length_with_second };
        prop_assert!(held.password.min_length_alone >= shortest);
        let mut rest = held;
        rest.password.min_length_alone = held.password.min_length_alone.max(min_length_alone);
        prop_assert!(rest.is_at_least(Policy::FLOOR));
    }

    #[test]
    fn no_typed_policy_below_the_floor_is_saved(typed in typed()) {
        if let Ok(policy) = TenantPolicy::parse(&typed) {
            for level in PrivilegeLevel::ALL {
                prop_assert!(policy.of(level).is_at_least(Policy::FLOOR), "{:?}", policy);
                prop_assert!(policy.of(level).is_at_least(policy.standard), "{:?}", policy);
            }
        }
    }
}

#[test]
fn random_forms_are_often_valid_and_often_not() {
    let mut runner = TestRunner::deterministic();
    let mut saved = 0;
    for _ in 0..200 {
        let typed = typed().new_tree(&mut runner).unwrap().current();
        saved += u32::from(TenantPolicy::parse(&typed).is_ok());
    }
    assert!((20..180).contains(&saved), "{saved} of 200");
}
