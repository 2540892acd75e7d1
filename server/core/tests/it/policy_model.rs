//! Rules made by chance, and what they come to: that what was shown is what is done, and that whoever signs in has met them.
use crate::policy::{Nordhamn, typed};
use portvakt_core::passkey::{Asking, ask, begin_at_sign_in, remove as remove_passkey};
use portvakt_core::policy_editor::{load, show};
use portvakt_core::security::{remove_password, security};
use portvakt_core::session::Started;
use portvakt_core::sign_in::{self, Step, choose_password, enrol, enrolment, enter_code, with_passkey};
use portvakt_core::testing::authenticator::Authenticator;
use portvakt_core::testing::{Fixture, PASSWORD, origin, refusal, stranger};
use portvakt_core::token::Token;
use portvakt_core::user::act;
use portvakt_core::{each_database, reset, second_factor};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::AccountId;
use portvakt_model::policy::impact::{Affected, Impact};
use portvakt_model::policy::{Setting, TenantPolicy};
use portvakt_model::role::Role;
use portvakt_model::stage::Stage;
use portvakt_model::user::Act;
use std::collections::BTreeMap;

const HOUR_SECS: i64 = 60 * 60;
const DAY_SECS: i64 = 24 * HOUR_SECS;

/// A choice that is the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(below)).unwrap()
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.roll(u32::try_from(all.len()).unwrap())).unwrap()]
    }

    /// Rules within their bounds, some for levels of their own.
    fn rules(&mut self) -> Vec<(&'static str, String)> {
        let mut rules = Vec::new();
        for (level, setting) in Setting::everywhere() {
            let is_always = matches!(setting, Setting::SecondFactor | Setting::Grace);
            if !is_always && self.roll(3) > 0 {
                continue;
            }
            let (least, most) = setting.bounds();
            let is_length = matches!(setting, Setting::MinLengthAlone | Setting::MinLengthWithSecond);
            let value = match setting {
                Setting::MaxAge => 30 + self.roll(300),
                Setting::Grace => self.of(&[0, 0, 2, 30]),
                setting if Setting::COUNTED.contains(&setting) => self.roll(2),
                _ => least + self.roll(if is_length { 24 } else { most } - least + 1),
            };
            rules.push((setting.name(level), value.to_string()));
        }
        rules
    }
}

/// Rolls until the rules can be saved.
async fn set_some(nordhamn: &Nordhamn, dice: &mut Dice) -> (Impact, Impact) {
    loop {
        let rules = dice.rules();
        let rules: Vec<_> = rules.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let shown = match show(&nordhamn.world.core, nordhamn.person(), &typed(&rules)).await {
            Ok(shown) => shown,
            Err(error) => {
                assert!(matches!(refusal::<()>(Err(error)), Some(Refusal::Fields(_))));
                continue;
            }
        };
        // Mails of earlier rounds are not counted.
        nordhamn.world.sql("DELETE FROM mail").await;
        let at_risk = shown.may_be_locked_out();
        if let Some(fewer) = at_risk.checked_sub(1) {
            let refused = refusal(nordhamn.set_though(&rules, fewer).await);
            assert_eq!(refused, Some(locks_out(u32::try_from(at_risk).unwrap())));
        }
        match nordhamn.set_though(&rules, at_risk).await {
            Ok(done) => return (shown, done),
            // They are as they were.
            Err(error) => {
                let refused = refusal::<()>(Err(error));
                assert_eq!(refused, Some(Refusal::Fields(vec![FieldRule::NothingNew.of("reason")])));
            }
        }
    }
}

/// What a save is told that may lock out so many, where fewer were confirmed.
pub fn locks_out(people: u32) -> Refusal {
    Refusal::Fields(vec![FieldRule::LocksOut(people).of("confirmed")])
}

/// A password that meets whatever [`Dice::rules`] ask, another one each time.
fn strong(n: usize) -> String {
    format!("Vinterhamn {n} lugna hav! Ek")
}

each_database!(
    async fn what_was_shown_before_a_save_is_what_it_does(mut nordhamn: Nordhamn) {
        let mut dice = Dice(7);
        let mut key = with_a_passkey(&mut nordhamn).await;
        let (mut ended, mut short, mut factors) = (0, 0, 0);
        for round in 0..30 {
            let email = format!("n{round}@nordhamn.example");
            let role = [Role::Member, Role::Auditor, Role::Administrator][round % 3];
            nordhamn.add("Nils Ek", &email, role, &strong(round)).await;
            nordhamn.world.clock.advance_secs(i64::from(dice.roll(2_000)));
            nordhamn.owner = by_passkey(&nordhamn, &mut key).await;
            let before = nordhamn.world.number("SELECT count(*) FROM session").await;
            let (shown, done) = set_some(&nordhamn, &mut dice).await;
            assert_eq!(shown, done, "round {round}");
            let after = nordhamn.world.number("SELECT count(*) FROM session").await;
            assert_eq!(u64::try_from(before - after).unwrap(), done.sessions.count, "round {round}");
            assert!(nordhamn.world.who(&nordhamn.owner.token).await.is_some(), "whoever saves goes on");
            ended += done.sessions.count;
            short += done.passwords.count;
            factors += done.factors.count;
        }
        let many = ended > 5 && short > 5 && factors > 5;
        assert!(many, "{ended} sessions, {short} passwords, {factors} factors: the test says little");
    }
);

/// Gives the owner a passkey: whatever the rules come to, they are signed in with it.
pub async fn with_a_passkey(nordhamn: &mut Nordhamn) -> Authenticator {
    let mut key = Authenticator::seeded(200);
    nordhamn.owner = nordhamn.world.passkey(&nordhamn.owner, &mut key).await.0;
    key
}

pub async fn by_passkey(nordhamn: &Nordhamn, key: &mut Authenticator) -> Started {
    match show_passkey(nordhamn, key).await {
        Step::SignedIn(started) => started,
        Step::Waiting(stage, _) => panic!("asked for {stage:?}"),
    }
}

async fn show_passkey(nordhamn: &Nordhamn, key: &mut Authenticator) -> Step {
    let core = &nordhamn.world.core;
    let answer = key.show(&ask(core, Asking::SignIn).await.unwrap());
    with_passkey(core, &origin(), &stranger(), &answer).await.unwrap()
}

/// What a rule is for a role, as a number.
fn rule(rules: &TenantPolicy, role: Role, setting: Setting) -> usize {
    usize::try_from(setting.of(rules.of(role.level()))).unwrap()
}

/// Somebody as the reference knows them: what they have, and since when they are asked for more.
struct Somebody {
    name: &'static str,
    email: &'static str,
    account: AccountId,
    role: Role,
    password: Option<String>,
    /// Those of before that are remembered, the last one at the end.
    earlier: Vec<String>,
    /// When they chose it, in the test's seconds.
    chosen: i64,
    code_app: Option<String>,
    phone: Authenticator,
    passkeys: usize,
    recovery: Vec<String>,
    /// Since when any second factor is wanted of them, and since when a passkey.
    asked: [Option<i64>; 2],
}

/// What somebody has shown in this sign-in.
#[derive(Default)]
struct Shown {
    /// Whether the password that they have typed was not good enough.
    is_short: bool,
    /// The strictest second factor: 2 for a passkey, 1 for a code.
    second: usize,
    /// A recovery code: what they had is lost.
    has_lost: bool,
}

impl Somebody {
    /// The strictest second factor that they have: 2 for a passkey, 1 for a code app.
    fn has(&self) -> usize {
        if self.passkeys > 0 { 2 } else { usize::from(self.code_app.is_some()) }
    }

    /// Whether a text meets the rules, counted the plain way.
    fn meets(&self, rules: &TenantPolicy, text: &str) -> bool {
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

    fn is_short(&self, rules: &TenantPolicy, text: &str, now: i64) -> bool {
        let days = i64::try_from(rule(rules, self.role, Setting::MaxAge)).unwrap();
        !self.meets(rules, text) || (days > 0 && now >= self.chosen + days * DAY_SECS)
    }

    /// Whether a text is one of their last passwords, the one of now with them.
    fn had(&self, rules: &TenantPolicy, text: &str) -> bool {
        let last = self.password.iter().chain(self.earlier.iter().rev());
        last.take(rule(rules, self.role, Setting::History).max(1)).any(|had| had == text)
    }

    /// What has to be there now, and for how many seconds they may stay without what comes next.
    fn required(&self, rules: &TenantPolicy, now: i64) -> (usize, Option<i64>) {
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

    /// How many seconds they still have who come now without this: 1 is any second factor, 2 a passkey.
    fn days_left(&self, level: usize, rules: &TenantPolicy, now: i64) -> i64 {
        let days = i64::try_from(rule(rules, self.role, Setting::Grace)).unwrap();
        self.asked[level - 1].unwrap_or(now) + days * DAY_SECS - now
    }

    /// Whether they can only come in now by making a passkey on the way.
    fn needs_a_passkey_now(&self, rules: &TenantPolicy, now: i64) -> bool {
        rule(rules, self.role, Setting::SecondFactor) == 2 && self.passkeys == 0 && self.days_left(2, rules, now) <= 0
    }

    /// Another password, or none, takes the place of the one of now; so many earlier ones are remembered.
    fn replace(&mut self, new: Option<String>, remembered: usize) {
        self.earlier.extend(self.password.take());
        let forgotten = self.earlier.len().saturating_sub(remembered);
        self.earlier.drain(..forgotten);
        self.password = new;
    }

    /// What has to come next, written down as somebody would explain it, and how many seconds they may stay who are let in
    /// without what is asked of them.
    fn next(&mut self, rules: &TenantPolicy, now: i64, shown: &Shown) -> (Stage, Option<i64>) {
        let wanted = rule(rules, self.role, Setting::SecondFactor);
        // The days begin with the first sign-in at which something is wanted, and end when it is not any more.
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

/// How often something happened in a run, so that a test that never comes to it says so.
#[derive(Default)]
struct Tally(BTreeMap<&'static str, u32>);

impl Tally {
    fn note(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }
}

struct Run {
    nordhamn: Nordhamn,
    dice: Dice,
    tally: Tally,
    now: i64,
    round: usize,
}

impl Run {
    fn pass(&mut self, secs: i64) {
        self.nordhamn.world.clock.advance_secs(secs);
        self.now += secs;
    }

    async fn rules(&self) -> TenantPolicy {
        load(&self.nordhamn.world.core, self.nordhamn.person(), None).await.unwrap().policy
    }

    /// Somebody begins: with a passkey alone, a password, or a mailed link where they have neither.
    async fn begins(&mut self, who: &mut Somebody, rules: &TenantPolicy) -> (Step, Shown) {
        let nordhamn = &self.nordhamn;
        if who.passkeys > 0 && (who.password.is_none() || self.dice.roll(3) == 0) {
            self.tally.note("passkey alone");
            let is_short = who.password.is_none() && rule(rules, who.role, Setting::Passwordless) == 0;
            let step = show_passkey(nordhamn, &mut who.phone).await;
            return (step, Shown { is_short, second: 2, ..Shown::default() });
        }
        if let Some(password) = &who.password {
            let is_short = who.is_short(rules, password, self.now);
            return (nordhamn.sign_in(who.email, password).await, Shown { is_short, ..Shown::default() });
        }
        self.tally.note("link");
        let (core, new) = (&nordhamn.world.core, strong(self.round));
        let link = nordhamn.world.reset_link(who.email).await;
        let step = reset::choose_password(core, &origin(), &link, &stranger(), &new, "").await.unwrap();
        self.has_chosen(who, rules, new);
        (step, Shown::default())
    }

    fn has_chosen(&self, who: &mut Somebody, rules: &TenantPolicy, new: String) {
        // The one of now counts as one.
        who.replace(Some(new), rule(rules, who.role, Setting::History).saturating_sub(1));
        who.chosen = self.now;
    }

    /// Saves other rules. Whoever is asked for something by them that nothing asked of them before was told of beforehand.
    async fn sets_rules(&mut self, all: &[Somebody]) {
        let before = self.rules().await;
        let done = set_some(&self.nordhamn, &mut self.dice).await.1;
        let after = self.rules().await;
        for of in [&done.factors, &done.passwords, &done.locked_out] {
            assert_eq!(
                of.count,
                u64::try_from(of.people.len()).unwrap(),
                "round {}: all of so few are named",
                self.round
            );
        }
        for who in all {
            let of = |rules, setting| rule(rules, who.role, setting);
            let lacks = |rules| of(rules, Setting::SecondFactor) > who.has();
            let sooner = of(&after, Setting::Grace) < of(&before, Setting::Grace);
            let told = |of: &Affected| of.people.iter().any(|(name, _)| name == who.name);
            let stricter = of(&after, Setting::SecondFactor) > of(&before, Setting::SecondFactor);
            let asked = lacks(&after) && (stricter || sooner);
            assert_eq!(told(&done.factors), asked, "round {}: {} under {after:?}", self.round, who.name);
            let locks_out = who.needs_a_passkey_now(&after, self.now) && !who.needs_a_passkey_now(&before, self.now);
            assert_eq!(told(&done.locked_out), locks_out, "round {}: {} under {after:?}", self.round, who.name);
            if locks_out {
                self.tally.note("may be locked out");
            }
            let is_short = |rules| who.password.as_ref().is_some_and(|text| who.is_short(rules, text, self.now));
            if is_short(&after) && !is_short(&before) {
                self.tally.note("is told of");
                assert!(told(&done.passwords), "round {}: {} under {after:?}", self.round, who.name);
            }
        }
    }

    /// Shows a second factor, or the wrong one.
    async fn shows(&mut self, who: &mut Somebody, token: &Token, shown: &mut Shown) -> Option<Step> {
        // A code is good once.
        self.pass(31);
        let world = &self.nordhamn.world;
        let which = self.dice.roll(5);
        let typed = if which == 0 {
            "000000".to_owned()
        } else if which == 1 && !who.recovery.is_empty() {
            self.tally.note("recovery code");
            (shown.second, shown.has_lost) = (1, true);
            who.recovery.remove(0)
        } else if let Some(secret) = who.code_app.as_ref().filter(|_| which < 4 || who.passkeys == 0) {
            self.tally.note("code");
            (shown.second, shown.has_lost) = (1, false);
            world.code(secret, 0)
        } else {
            self.tally.note("passkey");
            (shown.second, shown.has_lost) = (2, false);
            who.phone.show(&ask(&world.core, Asking::SecondFactor(token)).await.unwrap())
        };
        let done = enter_code(&world.core, &origin(), &stranger(), token, &typed).await;
        if which == 0 {
            assert!(matches!(refusal(done.map(drop)), Some(Refusal::WrongCode { .. })));
            return None;
        }
        Some(done.unwrap())
    }

    /// Sets up what is demanded.
    async fn sets_up(&mut self, who: &mut Somebody, rules: &TenantPolicy, token: &Token, shown: &mut Shown) -> Step {
        let wants_passkey = who.required(rules, self.now).0 == 2;
        self.pass(31);
        let core = &self.nordhamn.world.core;
        let waiting = enrolment(core, token).await.unwrap().unwrap();
        if !wants_passkey && rule(rules, who.role, Setting::SecondFactor) == 2 {
            self.tally.note("a code app does for now");
        }
        assert_eq!(waiting.code_app.is_none(), wants_passkey, "round {}", self.round);
        let secret = waiting.code_app.filter(|_| self.dice.roll(2) == 0).map(|app| app.secret);
        let typed = match &secret {
            Some(secret) => self.nordhamn.world.code(secret, 0),
            None => who.phone.make(&begin_at_sign_in(core, token, "Telefon").await.unwrap()),
        };
        let (step, made) = enrol(core, &origin(), &stranger(), token, &typed).await.unwrap();
        if let Some(secret) = secret {
            self.tally.note("sets a code app up");
            who.code_app = Some(secret);
            shown.second = 1;
        } else {
            self.tally.note(if who.passkeys > 0 { "makes another passkey" } else { "makes a passkey" });
            who.passkeys += 1;
            shown.second = 2;
        }
        shown.has_lost = false;
        if !made.recovery_codes.is_empty() {
            who.recovery = made.recovery_codes;
        }
        step
    }

    /// Chooses some password: those that are too weak are refused, and one that no rule is against is taken.
    async fn chooses(&mut self, who: &mut Somebody, rules: &TenantPolicy, token: &Token) -> Step {
        const TEXTS: [&str; 6] = [
            PASSWORD,
            "Vinterhamn 42 lugna!",
            "en lugn mening om en hamn i vinter",
            "VINTERHAMN LUGNA 77 !!",
            "Ännu en mening utan siffror",
            "Fyrljus 47!",
        ];
        let unheard = strong(self.round);
        // Most people try what they had.
        let had = who.earlier.last().or(who.password.as_ref()).cloned().unwrap_or_default();
        for text in [had.as_str(), self.dice.of(&TEXTS), self.dice.of(&TEXTS), &unheard] {
            let core = &self.nordhamn.world.core;
            match choose_password(core, &origin(), &stranger(), token, text).await {
                Ok(step) => {
                    assert!(who.meets(rules, text), "round {}: {text} under {rules:?}", self.round);
                    assert!(!who.had(rules, text), "round {}: {text} again", self.round);
                    self.has_chosen(who, rules, text.to_owned());
                    return step;
                }
                Err(error) => {
                    let refused = matches!(refusal::<()>(Err(error)), Some(Refusal::Fields(_)));
                    assert!(
                        refused && (who.had(rules, text) || !who.meets(rules, text)),
                        "round {}: {text}",
                        self.round
                    );
                    self.tally.note("a password is refused");
                }
            }
        }
        panic!("round {}: {unheard} under {rules:?}", self.round)
    }

    /// Somebody signs in under these rules, and does whatever they are asked; each time it is what the reference says.
    async fn signs_in(&mut self, who: &mut Somebody, rules: &TenantPolicy) -> Option<Started> {
        let (mut step, mut shown) = self.begins(who, rules).await;
        loop {
            let (expected, left) = who.next(rules, self.now, &shown);
            let (stage, token) = match step {
                Step::Waiting(stage, token) => (stage, token),
                Step::SignedIn(started) => {
                    assert_eq!(Stage::SignedIn, expected, "round {}: {} under {rules:?}", self.round, who.email);
                    self.stays(&started, left).await;
                    return Some(started);
                }
            };
            assert_eq!(stage, expected, "round {}: {} under {rules:?}", self.round, who.email);
            assert!(self.nordhamn.world.who(&token).await.is_none(), "it is no session");
            match self.dice.roll(20) {
                0 => {
                    self.tally.note("gives up");
                    return None;
                }
                1 => {
                    self.tally.note("begins anew under other rules");
                    set_some(&self.nordhamn, &mut self.dice).await;
                    assert_eq!(sign_in::stage(&self.nordhamn.world.core, &token).await.unwrap(), None);
                    return None;
                }
                _ => {}
            }
            step = match stage {
                Stage::SecondFactor => match self.shows(who, &token, &mut shown).await {
                    Some(step) => step,
                    None => Step::Waiting(stage, token),
                },
                Stage::EnrolSecondFactor => self.sets_up(who, rules, &token, &mut shown).await,
                _ => {
                    self.tally.note("chooses a password");
                    let step = self.chooses(who, rules, &token).await;
                    shown.is_short = false;
                    step
                }
            };
        }
    }

    /// Whoever was let in for some days is out when they end.
    async fn stays(&mut self, started: &Started, left: Option<i64>) {
        let Some(left) = left else { return };
        self.tally.note("days left");
        let (lasts,): (i64,) = sqlx::query_as("SELECT ends_at - auth_time FROM session WHERE id = $1")
            .bind(started.person.session.to_string())
            .fetch_one(&self.nordhamn.world.raw)
            .await
            .unwrap();
        assert!(lasts <= left * 1_000_000, "round {}: {lasts} µs of {left} s", self.round);
    }

    /// Somebody who is in changes what they sign in with.
    async fn changes(&mut self, who: &mut Somebody, rules: &TenantPolicy, started: &Started) {
        let world = &self.nordhamn.world;
        match self.dice.roll(8) {
            0 if who.code_app.is_none() => {
                let (secret, _, recovery) = world.code_app(started).await;
                (who.code_app, who.recovery) = (Some(secret), recovery);
            }
            1 if who.code_app.is_some() => {
                second_factor::remove(&world.core, &started.person, &stranger()).await.unwrap();
                who.code_app = None;
            }
            2 if who.passkeys == 0 => {
                let (_, recovery) = world.passkey(started, &mut who.phone).await;
                who.passkeys = 1;
                if !recovery.is_empty() {
                    who.recovery = recovery;
                }
            }
            3 if who.password.is_some() => {
                let mut person = started.person.clone();
                for passkey in security(&world.core, &person).await.unwrap().second.passkeys {
                    person = remove_passkey(&world.core, &person, &stranger(), passkey.id).await.unwrap().person;
                }
                who.passkeys = 0;
            }
            4 if who.password.is_some() => {
                let done = remove_password(&world.core, &started.person, &stranger()).await;
                if who.passkeys > 0 && rule(rules, who.role, Setting::Passwordless) == 1 {
                    done.unwrap();
                    self.tally.note("goes without a password");
                    who.replace(None, rule(rules, who.role, Setting::History));
                } else {
                    assert_eq!(refusal(done.map(drop)), Some(Refusal::LastWayIn));
                }
            }
            5 if who.has() > 0 => {
                let owner = self.nordhamn.person();
                act(&world.core, owner, Act::ResetSecondFactor, &[who.account], "Tappad").await.unwrap();
                self.tally.note("reset");
                (who.code_app, who.passkeys, who.asked) = (None, 0, [None; 2]);
            }
            _ => {}
        }
        if who.has() == 0 {
            who.recovery.clear();
        }
    }
}

/// What has to happen in a run, each at least twice in each database.
const HAPPENS: [&str; 19] = [
    "is in",
    "gives up",
    "begins anew under other rules",
    "is told of",
    "may be locked out",
    "days left",
    "code",
    "passkey",
    "passkey alone",
    "recovery code",
    "sets a code app up",
    "a code app does for now",
    "makes a passkey",
    "makes another passkey",
    "chooses a password",
    "a password is refused",
    "goes without a password",
    "reset",
    "link",
];

const PEOPLE: [(&str, &str, Role); 5] = [
    ("Maja Ek", "maja@nordhamn.example", Role::Member),
    ("Moa Ek", "moa@nordhamn.example", Role::Member),
    ("Max Ek", "max@nordhamn.example", Role::Member),
    ("Rut Ek", "rut@nordhamn.example", Role::Auditor),
    ("Adam Ek", "adam@nordhamn.example", Role::Administrator),
];

async fn run(mut nordhamn: Nordhamn, seed: u64, tally: Tally) -> Tally {
    const ROUNDS: usize = 300;
    let mut all = Vec::new();
    for (nth, (name, email, role)) in PEOPLE.into_iter().enumerate() {
        all.push(Somebody {
            name,
            email,
            account: nordhamn.add(name, email, role, PASSWORD).await,
            role,
            password: Some(PASSWORD.to_owned()),
            earlier: Vec::new(),
            chosen: 0,
            code_app: None,
            phone: Authenticator::seeded(u8::try_from(10 + nth).unwrap()),
            passkeys: 0,
            recovery: Vec::new(),
            asked: [None; 2],
        });
    }
    let mut key = with_a_passkey(&mut nordhamn).await;
    let mut run = Run { nordhamn, dice: Dice(seed), tally, now: 0, round: 0 };
    for round in 0..ROUNDS {
        run.round = round;
        let (days, secs) = (i64::from(run.dice.roll(2)), i64::from(run.dice.roll(20)) * HOUR_SECS);
        run.pass(HOUR_SECS + days * DAY_SECS + secs);
        run.nordhamn.owner = by_passkey(&run.nordhamn, &mut key).await;
        if round % 4 == 0 {
            run.sets_rules(&all).await;
        }
        let rules = run.rules().await;
        let who = &mut all[usize::try_from(run.dice.roll(5)).unwrap()];
        if let Some(started) = run.signs_in(who, &rules).await {
            run.tally.note("is in");
            run.changes(who, &rules, &started).await;
        }
    }
    run.tally
}

each_database!(
    /// A model: whatever rules are saved, whoever signs in and whatever they sign in with, they are asked for just what the
    /// reference says, and nobody is signed in with a requirement unmet.
    async fn nobody_is_signed_in_with_a_requirement_unmet(nordhamn: Nordhamn) {
        let other = Nordhamn::of(nordhamn.world.another().await).await;
        let tally = run(nordhamn, 11, Tally::default()).await;
        let Tally(times) = run(other, 12, tally).await;
        for what in HAPPENS {
            assert!(times.get(what).is_some_and(|times| *times > 1), "{what}: {times:?}");
        }
    }
);
