//! Random policies against a model: the preview shows what the save does, and every sign-in has met the policy.
mod reference;
mod rules;
mod run;

use crate::kit::{DAY_SECS, HOUR_SECS, Nordhamn, by_passkey, full, locks_out, typed, with_a_passkey};
use portvakt_core::each_database;
use portvakt_core::policy_editor::show;
use portvakt_core::testing::authenticator::Authenticator;
use portvakt_core::testing::{Fixture, PASSWORD, refusal};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::policy::impact::Impact;
use portvakt_model::role::Role;
use reference::ModelPerson;
use rules::RandomRules;
use run::{Run, Tally};

/// Rolls rules until a save accepts them.
async fn set_some(nordhamn: &Nordhamn, chance: &mut RandomRules) -> (Impact, Impact) {
    loop {
        let rules = chance.rules();
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
            // The rolled rules equal the saved ones.
            Err(error) => {
                let refused = refusal::<()>(Err(error));
                assert_eq!(refused, Some(Refusal::Fields(vec![FieldRule::NothingNew.of("reason")])));
            }
        }
    }
}

/// A new password that meets any rules of [`RandomRules::rules`].
fn strong(n: usize) -> String {
    format!("Vinterhamn {n} lugna hav! Ek")
}

each_database!(
    async fn a_save_does_what_its_preview_showed(mut nordhamn: Nordhamn) {
        let mut chance = RandomRules::seeded(7);
        let mut key = with_a_passkey(&mut nordhamn).await;
        let (mut ended, mut short, mut factors) = (0, 0, 0);
        for round in 0..if full() { 30 } else { 12 } {
            let email = format!("n{round}@nordhamn.example");
            let role = [Role::Member, Role::Auditor, Role::Administrator][round % 3];
            nordhamn.add("Nils Ek", &email, role, &strong(round)).await;
            nordhamn.world.clock.advance_secs(i64::from(chance.below(2_000)));
            nordhamn.owner = by_passkey(&nordhamn, &mut key).await;
            let before = nordhamn.world.number("SELECT count(*) FROM session").await;
            let (shown, done) = set_some(&nordhamn, &mut chance).await;
            assert_eq!(shown, done, "round {round}");
            let after = nordhamn.world.number("SELECT count(*) FROM session").await;
            assert_eq!(u64::try_from(before - after).unwrap(), done.sessions.count, "round {round}");
            assert!(
                nordhamn.world.who(&nordhamn.owner.token).await.is_some(),
                "the administrator who saves stays signed in"
            );
            ended += done.sessions.count;
            short += done.passwords.count;
            factors += done.factors.count;
        }
        let many = ended > 5 && short > 5 && factors > 5;
        assert!(many, "{ended} sessions, {short} passwords, {factors} factors: the test says little");
    }
);

/// The events each run must reach in each database: once in a short run, twice in a full one.
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

async fn run(mut nordhamn: Nordhamn, seed: u64, rounds: usize, tally: Tally) -> Tally {
    let mut all = Vec::new();
    for (nth, (name, email, role)) in PEOPLE.into_iter().enumerate() {
        all.push(ModelPerson {
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
    let mut run = Run { nordhamn, chance: RandomRules::seeded(seed), tally, now: 0, round: 0 };
    for round in 0..rounds {
        run.round = round;
        let (days, secs) = (i64::from(run.chance.below(2)), i64::from(run.chance.below(20)) * HOUR_SECS);
        run.pass(HOUR_SECS + days * DAY_SECS + secs);
        run.nordhamn.owner = by_passkey(&run.nordhamn, &mut key).await;
        if round % 4 == 0 {
            run.sets_rules(&all).await;
        }
        let rules = run.rules().await;
        let who = &mut all[usize::try_from(run.chance.below(5)).unwrap()];
        if let Some(started) = run.signs_in(who, &rules).await {
            run.tally.note("is in");
            run.changes(who, &rules, &started).await;
        }
    }
    run.tally
}

each_database!(
    /// Compares random policies and sign-ins with a model: each sign-in is asked for what the model says, and none
    /// succeeds with a requirement unmet.
    async fn nobody_is_signed_in_with_a_requirement_unmet(nordhamn: Nordhamn) {
        let (tally, least) = if full() {
            let other = Nordhamn::of(nordhamn.world.another().await).await;
            let tally = run(nordhamn, 11, 300, Tally::default()).await;
            (run(other, 12, 300, tally).await, 2)
        } else {
            // Few seeds reach all of these events so soon.
            (run(nordhamn, 7, 100, Tally::default()).await, 1)
        };
        let Tally(times) = tally;
        for what in HAPPENS {
            assert!(times.get(what).is_some_and(|times| *times >= least), "{what}: {times:?}");
        }
    }
);
