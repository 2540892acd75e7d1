use crate::import;
use crate::mail_server::MailServer;
use crate::post::{mailer, send};
use portvakt_core::caller::{Caller, Person};
use portvakt_core::error::CoreError;
use portvakt_core::invitation::{Invitee, invite, join};
use portvakt_core::policy_editor::{Form, Proposed, change, load, show, versions};
use portvakt_core::security::{change_password, security};
use portvakt_core::session::Started;
use portvakt_core::sign_in::{LIFETIME_SECS, Step, choose_password, enter_code, rules, sign_in, stage};
use portvakt_core::step_up::prove;
use portvakt_core::testing::choose_password as choose_by_link;
use portvakt_core::testing::{
    Fixture, PASSWORD, World, by_hand, is_wrong, new_person, origin, refusal, register, stranger,
};
use portvakt_core::token::Token;
use portvakt_core::user::change_role;
use portvakt_core::{each_database, member, on_sqlite, organisation, reset};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::AccountId;
use portvakt_model::policy::impact::{Affected, Impact};
use portvakt_model::policy::{Setting, TenantPolicy};
use portvakt_model::proof::Typed;
use portvakt_model::role::{PrivilegeLevel, Role};
use portvakt_model::second_factor::FRESH_SECS;
use portvakt_model::stage::Stage;
use std::collections::BTreeMap;

const OWNER: &str = "clara@nordhamn.example";
const MEMBER: &str = "olof@nordhamn.example";
/// Twenty characters, with something of every kind that can be counted.
pub const STRONG: &str = "Vinterhamn 42 lugna!";
const DAY_SECS: i64 = 24 * 60 * 60;

/// What a form holds that sets what is recommended but for this.
pub fn typed(more: &[(&str, &str)]) -> BTreeMap<String, String> {
    let recommended = TenantPolicy::RECOMMENDED;
    let text = |(level, setting): (PrivilegeLevel, Setting)| {
        (setting.name(level).to_owned(), recommended.text(level, setting))
    };
    let more = more.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    Setting::everywhere().map(text).chain(more).collect()
}

/// An organisation with an owner and a member.
pub struct Nordhamn {
    pub world: World,
    pub owner: Started,
}

impl Fixture for Nordhamn {
    async fn of(world: World) -> Self {
        world.owner().await;
        let owner = world.customer("Nordhamn kommun", "Clara Ström", OWNER).await;
        let this = Self { world, owner };
        this.add("Olof Ek", MEMBER, Role::Member, PASSWORD).await;
        this
    }
}

impl Nordhamn {
    /// Adds somebody with a password, whatever else they are asked for then.
    pub async fn add(&self, name: &str, email: &str, role: Role, password: &str) -> AccountId {
        let person = new_person(name, email);
        let id =
            member::add(&self.world.core, &Caller::Command, self.owner.person.tenant, &person, role).await.unwrap();
        let link = self.world.reset_link(email).await;
        reset::choose_password(&self.world.core, &origin(), &link, &stranger(), password, "").await.unwrap();
        id
    }

    pub async fn choose(&self, email: &str, password: &str) -> Result<Started, CoreError> {
        let link = self.world.reset_link(email).await;
        choose_by_link(&self.world.core, &origin(), &link, &stranger(), password, "").await
    }

    pub async fn set(&self, more: &[(&str, &str)]) -> Result<Impact, CoreError> {
        self.set_though(more, 0).await
    }

    /// Sets rules that may lock so many people out.
    pub async fn set_though(&self, more: &[(&str, &str)], confirmed: u64) -> Result<Impact, CoreError> {
        let (rules, version) = (typed(more), self.version().await);
        let form = Form { rules: &rules, reason: "Beslut 2026/418", version, confirmed };
        change(&self.world.core, self.person(), form).await
    }

    async fn version(&self) -> i64 {
        load(&self.world.core, self.person(), None).await.unwrap().version
    }

    pub fn person(&self) -> &Person {
        &self.owner.person
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Step {
        sign_in(&self.world.core, &origin(), &stranger(), email, password).await.unwrap()
    }

    /// A sign-in that waits for another password.
    pub async fn choosing(&self, email: &str, password: &str) -> Token {
        match self.sign_in(email, password).await {
            Step::Waiting(Stage::ChoosePassword, token) => token,
            Step::Waiting(stage, _) => panic!("asked for {stage:?}"),
            Step::SignedIn(_) => panic!("signed in"),
        }
    }

    async fn renew(&self, token: &Token, password: &str) -> Result<Started, CoreError> {
        match choose_password(&self.world.core, &origin(), &stranger(), token, password).await? {
            Step::SignedIn(started) => Ok(started),
            Step::Waiting(stage, _) => panic!("asked for {stage:?}"),
        }
    }
}

fn fields(refused: Option<Refusal>) -> Vec<(String, FieldRule)> {
    match refused {
        Some(Refusal::Fields(faults)) => faults.into_iter().map(|fault| (fault.field, fault.rule)).collect(),
        other => panic!("{other:?}"),
    }
}

each_database!(
    async fn nothing_below_the_floor_is_saved_and_the_field_is_named(nordhamn: Nordhamn) {
        let refused = fields(refusal(nordhamn.set(&[("min_length_alone", "14"), ("idle_minutes", "61")]).await));
        let expected = [
            ("rules[min_length_alone]".to_owned(), FieldRule::OutOfBounds(15, 64)),
            ("rules[idle_minutes]".to_owned(), FieldRule::OutOfBounds(5, 60)),
        ];
        assert_eq!(refused, expected);
        let weaker = [("idle_minutes", "20"), ("administrative_idle_minutes", "30")];
        let refused = fields(refusal(nordhamn.set(&weaker).await));
        assert_eq!(refused, [("rules[administrative_idle_minutes]".to_owned(), FieldRule::WeakerThan(20))]);
        let rules = typed(&[("min_digits", "1")]);
        let form = Form { rules: &rules, reason: " ", version: 0, confirmed: 0 };
        let refused = fields(refusal(change(&nordhamn.world.core, nordhamn.person(), form).await));
        assert_eq!(refused, [("reason".to_owned(), FieldRule::Empty)]);
        let refused = fields(refusal(nordhamn.set(&[]).await));
        assert_eq!(refused, [("reason".to_owned(), FieldRule::NothingNew)]);
        assert_eq!(nordhamn.version().await, 0);
    }
);

each_database!(
    async fn only_those_who_look_after_an_organisation_see_or_set_its_rules(nordhamn: Nordhamn) {
        let (world, tenant) = (&nordhamn.world, nordhamn.person().tenant);
        let auditor = nordhamn.add("Rut Ek", "rut@nordhamn.example", Role::Auditor, PASSWORD).await;
        let stranger = world.customer("Region Västmark", "Eva Ek", "eva@vastmark.example").await.person;
        nordhamn.set(&[("min_digits", "1")]).await.unwrap();
        let rules = typed(&[]);
        let mut of_elsewhere = stranger.clone();
        of_elsewhere.tenant = tenant;
        for person in [world.signed_in(tenant, auditor), of_elsewhere] {
            let form = Form { rules: &rules, reason: "x", version: 1, confirmed: 0 };
            assert_eq!(refusal(change(&world.core, &person, form).await), Some(Refusal::NotFound));
            assert_eq!(refusal(show(&world.core, &person, &rules).await), Some(Refusal::NotFound));
            assert_eq!(refusal(load(&world.core, &person, None).await), Some(Refusal::NotFound));
            assert_eq!(refusal(versions(&world.core, &person).await), Some(Refusal::NotFound));
        }
        // Another organisation's version is none.
        let theirs = load(&world.core, &stranger, Some(Proposed::Version(1))).await;
        assert_eq!(refusal(theirs), Some(Refusal::NotFound));
        assert_eq!(load(&world.core, &stranger, None).await.unwrap().policy, TenantPolicy::RECOMMENDED);
    }
);

each_database!(
    async fn a_change_is_proven_once_more_kept_as_a_version_and_in_the_log(nordhamn: Nordhamn) {
        let (world, tenant) = (&nordhamn.world, nordhamn.person().tenant);
        world.clock.advance_secs(FRESH_SECS + 1);
        let asked = refusal(nordhamn.set(&[("min_digits", "1")]).await);
        assert_eq!(asked, Some(Refusal::ToBeProven(by_hand(Typed::Password))));
        assert_eq!(nordhamn.version().await, 0);
        prove(&world.core, nordhamn.person(), &stranger().devices, PASSWORD).await.unwrap();
        nordhamn.set(&[("min_digits", "1")]).await.unwrap();
        nordhamn.set(&[("min_digits", "2"), ("elevated_idle_minutes", "15")]).await.unwrap();
        // Somebody who has read the version before it overwrites nothing; of two at once one does.
        let (one, other) = (typed(&[("history", "3")]), typed(&[("history", "4")]));
        let save =
            |rules, version| change(&world.core, nordhamn.person(), Form { rules, reason: "x", version, confirmed: 0 });
        assert_eq!(refusal(save(&one, 1).await), Some(Refusal::Conflict));
        let (first, second) = tokio::join!(save(&one, 2), save(&other, 2));
        assert_eq!([refusal(first), refusal(second)].into_iter().flatten().collect::<Vec<_>>(), [Refusal::Conflict]);
        let all = versions(&world.core, nordhamn.person()).await.unwrap();
        assert_eq!(all.iter().map(|saved| saved.version).collect::<Vec<_>>(), [3, 2, 1]);
        assert_eq!(all[2].by.as_deref(), Some("Clara Ström"));
        assert_eq!(all[2].reason, "Beslut 2026/418");
        let told: Vec<_> = all[1].changes.iter().map(|c| (c.setting.name(c.level), c.before, c.after)).collect();
        assert_eq!(told, [("min_digits", 1, 2), ("elevated_idle_minutes", 60, 15)]);
        // An earlier one is looked at, with what it would do, and restored by saving it.
        let page = load(&world.core, nordhamn.person(), Some(Proposed::Version(1))).await.unwrap();
        let (earlier, impact) = page.proposed.unwrap();
        assert_eq!(earlier.standard.password.min_digits, 1);
        assert!(impact.is_weaker && page.version == 3);
        nordhamn.set(&[("min_digits", "1")]).await.unwrap();
        assert_eq!(load(&world.core, nordhamn.person(), None).await.unwrap().policy, earlier);
        let actions = world.actions(tenant).await;
        assert_eq!(actions.iter().filter(|action| *action == "policy.changed").count(), 4);
    }
);

each_database!(
    async fn a_weakening_is_told_to_everybody_who_looks_after_the_organisation(nordhamn: Nordhamn) {
        let server = MailServer::start().await;
        let mailer = mailer(&format!("smtp://127.0.0.1:{}", server.port));
        nordhamn.add("Rut Ek", "rut@nordhamn.example", Role::Administrator, PASSWORD).await;
        nordhamn.add("Tor Ek", "tor@nordhamn.example", Role::Auditor, PASSWORD).await;
        let guest = nordhamn.world.customer("Region Västmark", "Eva Ek", "eva@vastmark.example").await.person;
        nordhamn.world.join(nordhamn.person().tenant, guest.account, Role::Administrator).await;
        nordhamn.world.sql("DELETE FROM mail").await;
        nordhamn.set(&[("min_digits", "2")]).await.unwrap();
        send(&nordhamn.world.core, &mailer).await;
        assert_eq!(server.taken().len(), 0, "it became stricter");
        nordhamn.set(&[("min_digits", "1"), ("history", "5")]).await.unwrap();
        send(&nordhamn.world.core, &mailer).await;
        let mut told: Vec<_> = server.taken().iter().flat_map(|mail| mail.recipients.clone()).collect();
        told.sort();
        assert_eq!(told, [OWNER, "eva@vastmark.example", "rut@nordhamn.example"].map(|to| format!("RCPT TO:<{to}>")));
    }
);

each_database!(
    async fn a_password_that_falls_short_lets_nobody_in_until_another_one_is_chosen(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        let Step::SignedIn(elsewhere) = nordhamn.sign_in(MEMBER, PASSWORD).await else { panic!("asked for more") };
        let strict = [("min_length_alone", "18"), ("min_digits", "2"), ("min_upper", "1")];
        let impact = nordhamn.set(&strict).await.unwrap();
        assert_eq!(impact.passwords.count, 2, "of both nobody knows whether theirs are long enough");
        // A wrong password is a wrong password, and tells nothing.
        assert!(is_wrong(sign_in(&world.core, &origin(), &stranger(), MEMBER, "något helt annat").await));
        let token = nordhamn.choosing(MEMBER, PASSWORD).await;
        assert!(world.who(&token).await.is_none(), "it is no session");
        assert_eq!(stage(&world.core, &token).await.unwrap(), Some(Stage::ChoosePassword));
        assert_eq!(rules(&world.core, &token).await.unwrap().unwrap().min_length_alone, 18);
        let code = enter_code(&world.core, &origin(), &stranger(), &token, "123456").await;
        assert_eq!(refusal(code.map(|_| ())), Some(Refusal::SignedOut), "it waits for no code");
        let refused = fields(refusal(nordhamn.renew(&token, PASSWORD).await));
        assert!(refused.contains(&("password".to_owned(), FieldRule::TooFewDigits(2))), "{refused:?}");
        let started = nordhamn.renew(&token, STRONG).await.unwrap();
        assert!(world.who(&started.token).await.is_some());
        assert!(world.who(&elsewhere.token).await.is_none(), "every other session has ended");
        assert_eq!(refusal(nordhamn.renew(&token, "Sommarhamn 42 lugna!").await), Some(Refusal::SignedOut));
        assert!(is_wrong(sign_in(&world.core, &origin(), &stranger(), MEMBER, PASSWORD).await));
        assert!(matches!(nordhamn.sign_in(MEMBER, STRONG).await, Step::SignedIn(_)));
        // What was found good enough is known from then on.
        nordhamn.set(&[]).await.unwrap();
        let again = show(&world.core, nordhamn.person(), &typed(&strict)).await.unwrap();
        assert_eq!(again.passwords.people, [("Clara Ström".to_owned(), Role::Owner)]);
        let actions = world.actions(nordhamn.person().tenant).await;
        for action in ["session.new_password_asked", "account.password_renewed"] {
            assert_eq!(actions.iter().filter(|is| *is == action).count(), 1, "{action}");
        }
    }
);

each_database!(
    async fn a_sign_in_that_waits_for_another_password_ends_with_its_time_and_its_credentials(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        nordhamn.set(&[("min_digits", "2")]).await.unwrap();
        let late = nordhamn.choosing(MEMBER, PASSWORD).await;
        world.clock.advance_secs(LIFETIME_SECS);
        assert_eq!(stage(&world.core, &late).await.unwrap(), None);
        assert_eq!(refusal(nordhamn.renew(&late, STRONG).await), Some(Refusal::SignedOut));
        let stale = nordhamn.choosing(MEMBER, PASSWORD).await;
        nordhamn.choose(MEMBER, "Sommarhamn 42 lugna!").await.unwrap();
        // The password of now is answered as any other: nobody finds out here which it is.
        for guess in [STRONG, "Sommarhamn 42 lugna!"] {
            assert_eq!(refusal(nordhamn.renew(&stale, guess).await), Some(Refusal::SignedOut), "{guess}");
        }
        prove(&world.core, nordhamn.person(), &stranger().devices, PASSWORD).await.unwrap();
        // Many at once with one token: one is signed in.
        nordhamn.set(&[("min_digits", "3")]).await.unwrap();
        let token = nordhamn.choosing(MEMBER, "Sommarhamn 42 lugna!").await;
        let new = ["Ett 123 långt lösen", "Två 456 långa lösen", "Tre 789 långa lösen"];
        let (a, b, c) = tokio::join!(
            nordhamn.renew(&token, new[0]),
            nordhamn.renew(&token, new[1]),
            nordhamn.renew(&token, new[2])
        );
        assert_eq!([a.is_ok(), b.is_ok(), c.is_ok()].into_iter().filter(|ok| *ok).count(), 1);
    }
);

each_database!(
    async fn whoever_has_a_second_factor_shows_it_before_they_choose(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        let Step::SignedIn(started) = nordhamn.sign_in(MEMBER, PASSWORD).await else { panic!("asked for more") };
        let (secret, ..) = world.code_app(&started).await;
        world.clock.advance_secs(60);
        nordhamn.set(&[("min_digits", "2")]).await.unwrap();
        let Step::Waiting(Stage::SecondFactor, token) = nordhamn.sign_in(MEMBER, PASSWORD).await else {
            panic!("not asked for a code")
        };
        assert_eq!(rules(&world.core, &token).await.unwrap(), None);
        assert_eq!(refusal(nordhamn.renew(&token, STRONG).await), Some(Refusal::SignedOut), "the code comes first");
        let step = enter_code(&world.core, &origin(), &stranger(), &token, &world.code(&secret, 0)).await.unwrap();
        let Step::Waiting(Stage::ChoosePassword, next) = step else { panic!("not asked for a password") };
        assert_eq!(refusal(nordhamn.renew(&token, STRONG).await), Some(Refusal::SignedOut), "it has a new token");
        let started = nordhamn.renew(&next, STRONG).await.unwrap();
        assert!(world.who(&started.token).await.is_some());
    }
);

each_database!(
    async fn a_password_of_too_great_an_age_is_replaced_by_another(nordhamn: Nordhamn) {
        nordhamn.set(&[("max_age_days", "30")]).await.unwrap();
        nordhamn.world.clock.advance_secs(30 * DAY_SECS - 60);
        assert!(matches!(nordhamn.sign_in(MEMBER, PASSWORD).await, Step::SignedIn(_)));
        nordhamn.world.clock.advance_secs(60);
        let token = nordhamn.choosing(MEMBER, PASSWORD).await;
        let same = fields(refusal(nordhamn.renew(&token, PASSWORD).await));
        assert_eq!(same, [("password".to_owned(), FieldRule::Earlier)]);
        nordhamn.renew(&token, STRONG).await.unwrap();
        assert!(matches!(nordhamn.sign_in(MEMBER, STRONG).await, Step::SignedIn(_)));
    }
);

each_database!(
    async fn the_last_passwords_do_not_come_back(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        nordhamn.set(&[("history", "3")]).await.unwrap();
        let second = nordhamn.choose(MEMBER, STRONG).await.unwrap();
        world.clock.advance_secs(60);
        let third = "en tredje lugn mening";
        let browser = world.known_browser(&second);
        let third_time = change_password(&world.core, &second.person, &browser, STRONG, third).await.unwrap();
        for had in [PASSWORD, STRONG, third] {
            let refused = fields(refusal(nordhamn.choose(MEMBER, had).await));
            assert_eq!(refused, [("password".to_owned(), FieldRule::Earlier)], "{had}");
        }
        let browser = world.known_browser(&third_time);
        let back = change_password(&world.core, &third_time.person, &browser, third, STRONG).await;
        assert_eq!(fields(refusal(back)), [("password".to_owned(), FieldRule::Earlier)]);
        world.clock.advance_secs(60);
        nordhamn.choose(MEMBER, "en fjärde lugn mening").await.unwrap();
        world.clock.advance_secs(60);
        nordhamn.choose(MEMBER, PASSWORD).await.unwrap();
        let kept = world.number("SELECT count(*) FROM earlier_password").await;
        assert_eq!(kept, 2, "with the one of now three");
        nordhamn.set(&[]).await.unwrap();
        nordhamn.choose(MEMBER, STRONG).await.unwrap();
        assert_eq!(world.number("SELECT count(*) FROM earlier_password").await, 0, "none is kept that nobody asks for");
    }
);

each_database!(
    async fn privileged_roles_have_rules_of_their_own_from_the_first_password_on(nordhamn: Nordhamn) {
        let (world, tenant) = (&nordhamn.world, nordhamn.person().tenant);
        nordhamn.set(&[("administrative_min_length_alone", "24"), ("elevated_idle_minutes", "10")]).await.unwrap();
        assert!(matches!(nordhamn.sign_in(MEMBER, PASSWORD).await, Step::SignedIn(_)));
        nordhamn.choosing(OWNER, PASSWORD).await;
        let caller = Caller::from(nordhamn.person().clone());
        let who = Invitee::parse("rut@nordhamn.example", "", "administrator", "sv").unwrap();
        invite(&world.core, &caller, tenant, &who).await.unwrap();
        let link = world.invitation_token().await;
        let joined = register(&world.core, &origin(), &link, &stranger(), "Rut Ek", STRONG).await;
        assert_eq!(fields(refusal(joined)), [("password".to_owned(), FieldRule::TooShort(24))]);
        let auditor = nordhamn.add("Tor Ek", "tor@nordhamn.example", Role::Auditor, PASSWORD).await;
        let shown = security(&world.core, &world.signed_in(tenant, auditor)).await.unwrap();
        assert_eq!(shown.policy.session.idle_secs, 600);
        let [from] = &shown.sources[..] else { panic!("{:?}", shown.sources) };
        let told =
            (from.organisation.as_str(), from.role, from.policy.session.idle_secs, from.of_all.session.idle_secs);
        assert_eq!(told, ("Nordhamn kommun", Role::Auditor, 600, 3600));
    }
);

each_database!(
    async fn of_a_guest_the_strictest_of_both_organisations_holds_for_as_long_as_they_are_one(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        let guest = world.customer("Region Västmark", "Eva Ek", "eva@vastmark.example").await.person;
        world.join(nordhamn.person().tenant, guest.account, Role::Member).await;
        let theirs = typed(&[("idle_minutes", "20"), ("min_digits", "1")]);
        let form = Form { rules: &theirs, reason: "Vi vill", version: 0, confirmed: 0 };
        change(&world.core, &guest, form).await.unwrap();
        // The host asks for more, and is told nothing of whoever is at home elsewhere.
        let impact = nordhamn.set(&[("min_digits", "2"), ("absolute_hours", "8")]).await.unwrap();
        assert!(impact.passwords.people.iter().all(|(name, _)| name != "Eva Ek"), "{impact:?}");
        let policy = security(&world.core, &guest).await.unwrap().policy;
        assert_eq!(
            (policy.password.min_digits, policy.session.idle_secs, policy.session.absolute_secs),
            (2, 1200, 28_800)
        );
        nordhamn.choosing("eva@vastmark.example", PASSWORD).await;
        world.sql("UPDATE membership SET suspended_at = 1 WHERE signed_in_at = 0 AND role = 'member'").await;
        let policy = security(&world.core, &guest).await.unwrap().policy;
        assert_eq!((policy.password.min_digits, policy.session.absolute_secs), (1, 86_400));
    }
);

each_database!(
    async fn a_host_that_demands_a_second_factor_shortens_no_password_of_a_guests_home(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        let eva = world.customer("Region Västmark", "Eva Ek", "eva@vastmark.example").await;
        let (_, eva, _) = world.code_app(&eva).await;
        let rules = typed(&[("min_length_alone", "20")]);
        change(&world.core, &eva.person, Form { rules: &rules, reason: "x", version: 0, confirmed: 0 }).await.unwrap();
        world.join(nordhamn.person().tenant, eva.person.account, Role::Member).await;
        nordhamn.set(&[("second_factor", "1")]).await.unwrap();
        let length = async || security(&world.core, &eva.person).await.unwrap().policy.password.min_length_alone;
        assert_eq!(length().await, 20, "her home demands none, so its own length stands");
        let rules = typed(&[("min_length_alone", "20"), ("second_factor", "1")]);
        change(&world.core, &eva.person, Form { rules: &rules, reason: "x", version: 1, confirmed: 0 }).await.unwrap();
        assert_eq!(length().await, 8, "now both demand it");
    }
);

each_database!(
    async fn whoever_only_reads_the_mail_finds_out_no_password_of_somebody_with_a_second_factor(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        let Step::SignedIn(started) = nordhamn.sign_in(MEMBER, PASSWORD).await else { panic!("asked for more") };
        let (secret, ..) = world.code_app(&started).await;
        world.clock.advance_secs(60);
        nordhamn.set(&[("history", "3")]).await.unwrap();
        let link = world.reset_link(MEMBER).await;
        let by_code = async |password: &str, code: &str| {
            let done = choose_by_link(&world.core, &origin(), &link, &stranger(), password, code).await;
            fields(refusal(done))
        };
        let wrong = [("code".to_owned(), FieldRule::WrongCode)];
        let guess = (0..10).map(|n| format!("{n:06}")).find(|code| (-2..=2).all(|at| world.code(&secret, at) != *code));
        let guess = guess.unwrap();
        for password in [PASSWORD, STRONG] {
            assert_eq!(by_code(password, &guess).await, wrong, "{password}");
        }
        assert_eq!(world.number("SELECT failures FROM code_try").await, 2, "each is counted");
        let told = by_code(PASSWORD, &world.code(&secret, 0)).await;
        assert_eq!(told, [("password".to_owned(), FieldRule::Earlier)]);
        // The code was right and is not used up by it.
        choose_by_link(&world.core, &origin(), &link, &stranger(), STRONG, &world.code(&secret, 0)).await.unwrap();
    }
);

each_database!(
    async fn a_password_of_another_program_is_remembered_and_no_earlier_one_takes_the_place_of_the_one_of_now(
        nordhamn: Nordhamn,
    ) {
        let world = &nordhamn.world;
        nordhamn.set(&[("history", "3")]).await.unwrap();
        let karim = "karim@nordhamn.example";
        let line = import::line(2, import::fields(karim, import::BCRYPT));
        import::import(world, nordhamn.person().tenant, vec![line]).await;
        nordhamn.choose(karim, STRONG).await.unwrap();
        assert_eq!(
            fields(refusal(nordhamn.choose(karim, PASSWORD).await)),
            [("password".to_owned(), FieldRule::Earlier)]
        );
        let put_back = "UPDATE password
                           SET (sealed, imported) = (SELECT e.sealed, e.imported FROM earlier_password e
                                                      WHERE e.account_id = password.account_id)
                         WHERE account_id IN (SELECT account_id FROM earlier_password)";
        assert_eq!(world.sql(put_back).await, 1);
        let done = sign_in(&world.core, &origin(), &stranger(), karim, PASSWORD).await;
        assert!(matches!(done, Err(CoreError::Failed(_))), "it was sealed for another place");
    }
);

each_database!(
    async fn a_password_that_has_to_change_is_not_changed_to_itself(nordhamn: Nordhamn) {
        nordhamn.set(&[("max_age_days", "30")]).await.unwrap();
        let same = fields(refusal(nordhamn.choose(MEMBER, PASSWORD).await));
        assert_eq!(same, [("password".to_owned(), FieldRule::Earlier)]);
    }
);

each_database!(
    async fn tries_are_counted_by_the_rules_of_whoever_has_the_address_s_domain(nordhamn: Nordhamn) {
        let core = &nordhamn.world.core;
        nordhamn.set(&[("lockout_threshold", "3"), ("lockout_minutes", "60")]).await.unwrap();
        let locked_after = async |email: &str| {
            for n in 1..20 {
                let done = sign_in(core, &origin(), &stranger(), email, "fel lösenord helt").await;
                match refusal(done.map(|_| ())) {
                    Some(Refusal::Locked { retry_after_secs }) => return (n, retry_after_secs),
                    Some(Refusal::WrongCredentials(tries)) => {
                        nordhamn.world.clock.advance_secs(i64::from(tries.wait_secs));
                    }
                    other => panic!("{other:?}"),
                }
            }
            panic!("never locked")
        };
        // Before the domain is theirs the name has the portal's rules, whoever has the account.
        assert_eq!(locked_after(MEMBER).await, (10, 900));
        let form = organisation::Form {
            name: "Nordhamn kommun",
            accent: "#125e45",
            language: "sv",
            domains: "nordhamn.example",
            security_contact: "",
            version: 0,
        };
        organisation::change(core, nordhamn.person(), form).await.unwrap();
        assert_eq!(locked_after(OWNER).await, (3, 3600));
        assert_eq!(locked_after("ingen@nordhamn.example").await, (3, 3600), "known or not");
        assert_eq!(locked_after("ingen@elsewhere.example").await, (10, 900));
    }
);

on_sqlite!(
    threads = 4,
    /// Where one change is written at a time. On PostgreSQL a sign-in that overlaps a save may come before it.
    async fn a_password_that_is_being_verified_while_rules_are_saved_is_judged_by_the_new_ones(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        let mut stayed_out = 0;
        for _ in 0..10 {
            // How often a weakening is told of is another test's.
            world.sql("DELETE FROM mail").await;
            nordhamn.set(&[("history", "1")]).await.unwrap();
            let tries: Vec<_> = (0..4)
                .map(|_| {
                    let core = world.core.clone();
                    tokio::spawn(async move { sign_in(&core, &origin(), &stranger(), MEMBER, PASSWORD).await })
                })
                .collect();
            nordhamn.set(&[("min_digits", "2")]).await.unwrap();
            for one in tries {
                // Of many at once some are told to wait.
                let done = one.await.unwrap();
                stayed_out += u32::from(matches!(done, Ok(Step::Waiting(Stage::ChoosePassword, _))));
            }
            world.clock.advance_secs(60);
            let actions = world.actions(nordhamn.person().tenant).await;
            let saved = actions.iter().rposition(|action| action == "policy.changed").unwrap();
            assert!(!actions[saved..].iter().any(|action| action == "session.started"), "{:?}", &actions[saved..]);
        }
        assert!(stayed_out > 0, "all were in before: the test says nothing");
    }
);

fn started(step: Step) -> Started {
    match step {
        Step::SignedIn(started) => started,
        Step::Waiting(stage, _) => panic!("asked for {stage:?}"),
    }
}

each_database!(
    async fn another_role_and_another_organisation_bring_their_session_ends_to_the_session_that_runs(
        nordhamn: Nordhamn,
    ) {
        let (world, owner) = (&nordhamn.world, nordhamn.person());
        nordhamn.set(&[("administrative_idle_minutes", "10")]).await.unwrap();
        let olof = started(nordhamn.sign_in(MEMBER, PASSWORD).await);
        change_role(&world.core, owner, olof.person.account, Role::Administrator).await.unwrap();
        world.clock.advance_secs(10 * 60);
        assert!(world.who(&olof.token).await.is_none(), "it is an administrator's now");
        // Somebody of another organisation, as a guest who joins with a session that runs.
        let larkmoor = world.customer("Larkmoor", "Ada Larkin", "ada@larkmoor.example").await;
        let owner = started(nordhamn.sign_in(OWNER, PASSWORD).await).person;
        let rules = typed(&[("idle_minutes", "5")]);
        change(&world.core, &owner, Form { rules: &rules, reason: "Beslut", version: 1, confirmed: 0 }).await.unwrap();
        let who = Invitee::parse("ada@larkmoor.example", "", "member", "sv").unwrap();
        invite(&world.core, &Caller::from(owner.clone()), owner.tenant, &who).await.unwrap();
        let link = world.invitation_token().await;
        join(&world.core, &larkmoor.person, &link).await.unwrap();
        world.clock.advance_secs(5 * 60);
        assert!(world.who(&larkmoor.token).await.is_none(), "what her host asks holds at once");
    }
);

each_database!(
    async fn a_sign_in_on_its_way_begins_anew_when_its_person_becomes_something_else(nordhamn: Nordhamn) {
        let core = &nordhamn.world.core;
        let olof = started(nordhamn.sign_in(MEMBER, PASSWORD).await).person.account;
        nordhamn.set(&[("min_digits", "2")]).await.unwrap();
        let waiting = nordhamn.choosing(MEMBER, PASSWORD).await;
        change_role(core, nordhamn.person(), olof, Role::Auditor).await.unwrap();
        assert_eq!(stage(core, &waiting).await.unwrap(), None);
        nordhamn.choosing(MEMBER, PASSWORD).await;
    }
);

each_database!(
    async fn of_many_alike_those_are_counted_whose_passwords_are_too_old(mut nordhamn: Nordhamn) {
        let email = |n: usize| format!("n{n:02}@nordhamn.example");
        for n in 0..20 {
            nordhamn.add(&format!("Nils {n:02}"), &email(n), Role::Member, PASSWORD).await;
        }
        nordhamn.world.clock.advance_secs(40 * DAY_SECS);
        nordhamn.owner = nordhamn.choose(OWNER, STRONG).await.unwrap();
        for n in (0..20).step_by(2) {
            nordhamn.choose(&email(n), STRONG).await.unwrap();
        }
        let shown = show(&nordhamn.world.core, nordhamn.person(), &typed(&[("max_age_days", "30")])).await.unwrap();
        let Affected { count, people, more } = shown.passwords;
        // Every second one, and Olof, whose name comes after theirs.
        assert_eq!((count, people.len(), more, shown.acting), (11, 8, 3, 11));
        assert_eq!((people[0].0.as_str(), people[7].0.as_str()), ("Nils 01", "Nils 15"));
        // Where there is an age already, those are who were young enough for that one.
        nordhamn.set(&[("max_age_days", "60")]).await.unwrap();
        nordhamn.world.clock.advance_secs(30 * DAY_SECS);
        nordhamn.owner = nordhamn.choose(OWNER, &format!("{STRONG}!")).await.unwrap();
        let shown = show(&nordhamn.world.core, nordhamn.person(), &typed(&[("max_age_days", "30")])).await.unwrap();
        let Affected { count, people, more } = shown.passwords;
        assert_eq!((count, people.len(), more), (10, 8, 2));
        assert_eq!((people[0].0.as_str(), people[7].0.as_str()), ("Nils 00", "Nils 14"));
    }
);

each_database!(
    async fn a_guest_is_counted_and_comes_under_the_rules_at_once(nordhamn: Nordhamn) {
        let (world, owner) = (&nordhamn.world, nordhamn.person());
        let ada = world.customer("Larkmoor", "Ada Larkin", "ada@larkmoor.example").await;
        let who = Invitee::parse("ada@larkmoor.example", "", "member", "sv").unwrap();
        invite(&world.core, &Caller::from(owner.clone()), owner.tenant, &who).await.unwrap();
        join(&world.core, &ada.person, &world.invitation_token().await).await.unwrap();
        let rules = [("idle_minutes", "10"), ("second_factor", "1")];
        let done = nordhamn.set(&rules).await.unwrap();
        assert_eq!((done.guests, done.factors.count), (1, 2), "what she has is her home's to know");
        world.clock.advance_secs(10 * 60 - 1);
        assert!(world.who(&ada.token).await.is_some());
        world.clock.advance_secs(10 * 60);
        assert!(world.who(&ada.token).await.is_none(), "what her host asks holds at once");
    }
);

each_database!(
    async fn no_host_ends_what_a_guest_has_begun_at_home(mut nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        let ada = world.customer("Larkmoor", "Ada Larkin", "ada@larkmoor.example").await.person;
        world.join(nordhamn.person().tenant, ada.account, Role::Member).await;
        nordhamn.owner = nordhamn.choose(OWNER, STRONG).await.unwrap();
        nordhamn.set(&[("min_digits", "2")]).await.unwrap();
        let waiting = nordhamn.choosing("ada@larkmoor.example", PASSWORD).await;
        nordhamn.set(&[("min_digits", "3")]).await.unwrap();
        change_role(&nordhamn.world.core, nordhamn.person(), ada.account, Role::Auditor).await.unwrap();
        let asked = stage(&nordhamn.world.core, &waiting).await.unwrap();
        assert_eq!(asked, Some(Stage::ChoosePassword));
    }
);

each_database!(
    async fn nobody_saves_so_often_that_no_sign_in_comes_to_its_end(mut nordhamn: Nordhamn) {
        for n in 1..=30 {
            nordhamn.set(&[("lockout_minutes", &(15 + n).to_string())]).await.unwrap();
        }
        let too_many = |done| matches!(refusal::<Impact>(done), Some(Refusal::TooMany { .. }));
        assert!(too_many(nordhamn.set(&[("lockout_minutes", "50")]).await));
        nordhamn.world.clock.advance_secs(60 * 60 - 1);
        nordhamn.owner = nordhamn.choose(OWNER, STRONG).await.unwrap();
        assert!(too_many(nordhamn.set(&[("lockout_minutes", "50")]).await));
        nordhamn.world.clock.advance_secs(1);
        nordhamn.set(&[("lockout_minutes", "50")]).await.unwrap();
    }
);

each_database!(
    async fn nobody_weakens_rules_so_often_that_it_is_not_told_any_more(nordhamn: Nordhamn) {
        let mut told = 0;
        for n in 0..60 {
            // By turns stricter, which is told nobody, and weaker.
            let digits = if n % 2 == 0 { "1" } else { "0" };
            match nordhamn.set(&[("min_digits", digits)]).await {
                Ok(_) => told += n % 2,
                Err(error) => {
                    assert!(matches!(refusal::<()>(Err(error)), Some(Refusal::TooMany { .. })));
                    break;
                }
            }
        }
        let mails = nordhamn.world.number("SELECT count(*) FROM mail WHERE kind = 'policy_weakened'").await;
        assert_eq!((told, mails), (3, 3), "each of those that were done");
    }
);
