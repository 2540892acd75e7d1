//! The reference: the next stage of a sign-in, computed the plain way.
use crate::kit::DAY_SECS;
use portvakt_core::testing::authenticator::Authenticator;
use portvakt_model::id::AccountId;
use portvakt_model::policy::{Setting, TenantPolicy};
use portvakt_model::role::Role;
use portvakt_model::stage::Stage;

/// A rule's value for a role.
pub fn rule(rules: &TenantPolicy, role: Role, setting: Setting) -> usize {
    usize::try_from(setting.of(rules.of(role.level()))).unwrap()
}

/// A person in the reference: their credentials, and since when a factor is demanded of them.
pub struct ModelPerson {
    pub name: &'static str,
    pub email: &'static str,
    pub account: AccountId,
    pub role: Role,
    pub password: Option<String>,
    /// The remembered earlier passwords, newest last.
    pub earlier: Vec<String>,
    /// When the person chose the password, in the test's seconds.
    pub chosen: i64,
    pub code_app: Option<String>,
    pub phone: Authenticator,
    pub passkeys: usize,
    pub recovery: Vec<String>,
    /// Since when any second factor is demanded of the person, and since when a passkey.
    pub asked: [Option<i64>; 2],
}

/// The credentials shown in this sign-in.
#[derive(Default)]
pub struct Shown {
    /// Whether the typed password breaks the rules.
    pub is_short: bool,
    /// The strictest second factor: 2 for a passkey, 1 for a code.
    pub second: usize,
    /// A recovery code was shown: the second factor counts as lost.
    pub has_lost: bool,
}

impl ModelPerson {
    /// The person's strictest second factor: 2 for a passkey, 1 for a code app.
    pub fn has(&self) -> usize {
        if self.passkeys > 0 { 2 } else { usize::from(self.code_app.is_some()) }
    }

    /// Whether a text meets the rules, counted the plain way.
    pub fn meets(&self, rules: &TenantPolicy, text: &str) -> bool {
        let of = |setting| rule(rules, self.role, setting);
        let count = |is: fn(&char) -> bool| text.chars().filter(is).count();
        let wanted = of(Setting::SecondFactor);
        let length = if wanted > 0 && self.has() >= wanted {
            of(Setting::MinLengthWithSecond)
        } else {
            of(Setting::MinLengthAlone)
        };
        text.chars().count() >= length
            && count(char::is_ascii_digit) >= of(Setting::MinDigits)
            && count(|c| c.is_uppercase()) >= of(Setting::MinUpper)
            && count(|c| c.is_lowercase()) >= of(Setting::MinLower)
            && count(|c| !c.is_alphanumeric()) >= of(Setting::MinSpecials)
    }

    pub fn is_short(&self, rules: &TenantPolicy, text: &str, now: i64) -> bool {
        let days = i64::try_from(rule(rules, self.role, Setting::MaxAge)).unwrap();
        !self.meets(rules, text) || (days > 0 && now >= self.chosen + days * DAY_SECS)
    }

    /// Whether a text is one of the person's recent passwords, including the current one.
    pub fn had(&self, rules: &TenantPolicy, text: &str) -> bool {
        let last = self.password.iter().chain(self.earlier.iter().rev());
        last.take(rule(rules, self.role, Setting::History).max(1)).any(|had| had == text)
    }

    /// The factor demanded now, and for how many seconds a session may last without the next one.
    pub fn required(&self, rules: &TenantPolicy, now: i64) -> (usize, Option<i64>) {
        let wanted = rule(rules, self.role, Setting::SecondFactor);
        if wanted <= self.has() {
            return (wanted, None);
        }
        // Any second factor, and a passkey: each as soon as its own days are over.
        let (mut required, mut left) = (0, None);
        for level in self.has() + 1..=wanted {
            match self.days_left(level, rules, now) {
                ..=0 => required = level,
                days => left = Some(left.map_or(days, |soonest: i64| soonest.min(days))),
            }
        }
        (required, left)
    }

    /// The seconds of grace left to a person without this factor: 1 is any second factor, 2 a passkey.
    pub fn days_left(&self, level: usize, rules: &TenantPolicy, now: i64) -> i64 {
        let days = i64::try_from(rule(rules, self.role, Setting::Grace)).unwrap();
        self.asked[level - 1].unwrap_or(now) + days * DAY_SECS - now
    }

    /// Whether the person can sign in only by adding a passkey on the way.
    pub fn needs_a_passkey_now(&self, rules: &TenantPolicy, now: i64) -> bool {
        rule(rules, self.role, Setting::SecondFactor) == 2 && self.passkeys == 0 && self.days_left(2, rules, now) <= 0
    }

    /// Replaces the current password by another one or none, and remembers this many earlier ones.
    pub fn replace(&mut self, new: Option<String>, remembered: usize) {
        self.earlier.extend(self.password.take());
        let forgotten = self.earlier.len().saturating_sub(remembered);
        self.earlier.drain(..forgotten);
        self.password = new;
    }

    /// The next stage of the sign-in, and for how many seconds a session may last if a demanded factor is missing.
    /// Notes when a demand begins.
    pub fn next(&mut self, rules: &TenantPolicy, now: i64, shown: &Shown) -> (Stage, Option<i64>) {
        let wanted = rule(rules, self.role, Setting::SecondFactor);
        // The days begin with the first sign-in under the demand, and are forgotten when the demand ends.
        if wanted == 0 {
            self.asked = [None; 2];
        }
        for level in 1..=wanted {
            self.asked[level - 1].get_or_insert(now);
        }
        if wanted == 1 {
            self.asked[1] = None;
        }
        let (required, left) = self.required(rules, now);
        if self.has() > 0 && shown.second == 0 {
            return (Stage::SecondFactor, None);
        }
        let usable = if shown.has_lost { self.has().min(1) } else { self.has() };
        if required > usable {
            return (Stage::EnrolSecondFactor, None);
        }
        if required == 2 && shown.second < 2 {
            return (Stage::SecondFactor, None);
        }
        if shown.is_short { (Stage::ChoosePassword, None) } else { (Stage::SignedIn, left) }
    }
}
