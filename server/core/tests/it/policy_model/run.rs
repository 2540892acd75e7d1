//! A run of the model: it saves rules and signs people in, and compares each step with the reference.
use super::reference::{ModelPerson, Shown, rule};
use super::rules::RandomRules;
use super::{set_some, strong};
use crate::kit::{Nordhamn, show_passkey};
use portvakt_core::passkey::{Asking, ask, begin_at_sign_in, remove as remove_passkey};
use portvakt_core::policy_editor::load;
use portvakt_core::security::{remove_password, security};
use portvakt_core::session::Started;
use portvakt_core::sign_in::{self, Step, choose_password, enrol, enrolment, enter_code};
use portvakt_core::testing::{PASSWORD, origin, refusal, stranger};
use portvakt_core::token::Token;
use portvakt_core::user::act;
use portvakt_core::{reset, second_factor};
use portvakt_model::fault::Refusal;
use portvakt_model::policy::impact::Affected;
use portvakt_model::policy::{Setting, TenantPolicy};
use portvakt_model::stage::Stage;
use portvakt_model::user::Act;
use std::collections::BTreeMap;

pub struct Run {
    pub nordhamn: Nordhamn,
    pub chance: RandomRules,
    pub tally: Tally,
    pub now: i64,
    pub round: usize,
}

impl Run {
    pub fn pass(&mut self, secs: i64) {
        self.nordhamn.world.clock.advance_secs(secs);
        self.now += secs;
    }

    pub async fn rules(&self) -> TenantPolicy {
        load(&self.nordhamn.world.core, self.nordhamn.person(), None).await.unwrap().policy
    }

    /// Begins a sign-in: with a passkey alone, with a password, or by mailed link if the person has neither.
    pub async fn begins(&mut self, who: &mut ModelPerson, rules: &TenantPolicy) -> (Step, Shown) {
        let nordhamn = &self.nordhamn;
        if who.passkeys > 0 && (who.password.is_none() || self.chance.below(3) == 0) {
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

    pub fn has_chosen(&self, who: &mut ModelPerson, rules: &TenantPolicy, new: String) {
        // The current password counts as one.
        who.replace(Some(new), rule(rules, who.role, Setting::History).saturating_sub(1));
        who.chosen = self.now;
    }

    /// Saves other rules. Asserts that the preview names every person with a new demand.
    pub async fn sets_rules(&mut self, all: &[ModelPerson]) {
        let before = self.rules().await;
        let done = set_some(&self.nordhamn, &mut self.chance).await.1;
        let after = self.rules().await;
        for of in [&done.factors, &done.passwords, &done.locked_out] {
            assert_eq!(
                of.count,
                u64::try_from(of.people.len()).unwrap(),
                "round {}: every affected person is named",
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

    /// Shows a right or a wrong second factor.
    pub async fn shows(&mut self, who: &mut ModelPerson, token: &Token, shown: &mut Shown) -> Option<Step> {
        // A code is accepted once.
        self.pass(31);
        let world = &self.nordhamn.world;
        let which = self.chance.below(5);
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

    /// Sets the demanded factor up.
    pub async fn sets_up(
        &mut self,
        who: &mut ModelPerson,
        rules: &TenantPolicy,
        token: &Token,
        shown: &mut Shown,
    ) -> Step {
        let wants_passkey = who.required(rules, self.now).0 == 2;
        self.pass(31);
        let core = &self.nordhamn.world.core;
        let waiting = enrolment(core, token).await.unwrap().unwrap();
        if !wants_passkey && rule(rules, who.role, Setting::SecondFactor) == 2 {
            self.tally.note("a code app does for now");
        }
        assert_eq!(waiting.code_app.is_none(), wants_passkey, "round {}", self.round);
        let secret = waiting.code_app.filter(|_| self.chance.below(2) == 0).map(|app| app.secret);
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

    /// Chooses passwords: asserts that weak ones are refused and that a valid one is accepted.
    pub async fn chooses(&mut self, who: &mut ModelPerson, rules: &TenantPolicy, token: &Token) -> Step {
        const TEXTS: [&str; 6] = [
            PASSWORD,
            "Vinterhamn 42 lugna!",
            "en lugn mening om en hamn i vinter",
            "VINTERHAMN LUGNA 77 !!",
            "Ännu en mening utan siffror",
            "Fyrljus 47!",
        ];
        let unheard = strong(self.round);
        // Most people try their old password first.
        let had = who.earlier.last().or(who.password.as_ref()).cloned().unwrap_or_default();
        for text in [had.as_str(), self.chance.of(&TEXTS), self.chance.of(&TEXTS), &unheard] {
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

    /// A person signs in under these rules and does each stage. Asserts that each stage is the reference's.
    pub async fn signs_in(&mut self, who: &mut ModelPerson, rules: &TenantPolicy) -> Option<Started> {
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
            match self.chance.below(20) {
                0 => {
                    self.tally.note("gives up");
                    return None;
                }
                1 => {
                    self.tally.note("begins anew under other rules");
                    set_some(&self.nordhamn, &mut self.chance).await;
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

    /// A sign-in during grace days ends with them.
    pub async fn stays(&mut self, started: &Started, left: Option<i64>) {
        let Some(left) = left else { return };
        self.tally.note("days left");
        let (lasts,): (i64,) = sqlx::query_as("SELECT ends_at - auth_time FROM session WHERE id = $1")
            .bind(started.person.session.to_string())
            .fetch_one(&self.nordhamn.world.raw)
            .await
            .unwrap();
        assert!(lasts <= left * 1_000_000, "round {}: {lasts} µs of {left} s", self.round);
    }

    /// A signed-in person changes their credentials.
    pub async fn changes(&mut self, who: &mut ModelPerson, rules: &TenantPolicy, started: &Started) {
        let world = &self.nordhamn.world;
        match self.chance.below(8) {
            0 if who.code_app.is_none() => {
                let (secret, _, recovery) = world.code_app(started).await;
                (who.code_app, who.recovery) = (Some(secret), recovery);
            }
            1 if who.code_app.is_some() => {
                second_factor::remove_code_app(&world.core, &started.person, &stranger()).await.unwrap();
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

/// Counts the events of a run, so that a test that never reaches one fails.
#[derive(Default)]
pub struct Tally(pub BTreeMap<&'static str, u32>);

impl Tally {
    pub fn note(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }
}
