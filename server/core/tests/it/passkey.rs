use crate::mail_server::MailServer;
use crate::policy::{Nordhamn, typed};
use crate::post::{mailer, send};
use mail_parser::MessageParser;
use portvakt_core::caller::Caller;
use portvakt_core::error::CoreError;
use portvakt_core::passkey::{Asking, add, ask, begin, begin_at_sign_in, remove, rename};
use portvakt_core::security::{change_password, remove_password, security};
use portvakt_core::session::Started;
use portvakt_core::sign_in::{Step, accepts, choose_password, enrol, enter_code, sign_in, stage, with_passkey};
use portvakt_core::step_up::prove;
use portvakt_core::tenants::{restore, suspend};
use portvakt_core::testing::authenticator::Authenticator;
use portvakt_core::testing::{EMAIL, Fixture, PASSWORD, World, is_wrong, new_person, origin, refusal, stranger};
use portvakt_core::token::Token;
use portvakt_core::user::act;
use portvakt_core::{Core, address, each_database, erasure, member, reset, second_factor};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::passkey::{CEREMONY_SECS, MAX_PASSKEYS};
use portvakt_model::proof::{Proof, Typed};
use portvakt_model::role::Role;
use portvakt_model::second_factor::{Accepts, FRESH_SECS};
use portvakt_model::stage::Stage;
use portvakt_model::user::Act;

const MEMBER: &str = "olof@nordhamn.example";
const STRONG: &str = "Vinterhamn 42 lugna!";

/// Somebody with a passkey.
struct Anna {
    world: World,
    started: Started,
    phone: Authenticator,
    recovery: Vec<String>,
}

impl Fixture for Anna {
    async fn of(world: World) -> Self {
        let mut phone = Authenticator::default();
        let (started, recovery) = world.passkey(&world.owner().await, &mut phone).await;
        Self { world, started, phone, recovery }
    }
}

impl Anna {
    fn core(&self) -> &Core {
        &self.world.core
    }

    async fn signs_in(&self, answer: &str) -> Result<Started, CoreError> {
        with_passkey(self.core(), &origin(), &stranger(), answer).await.map(signed_in)
    }

    /// What their phone answers that is asked for a sign-in.
    async fn answer(&mut self) -> String {
        let ceremony = ask(&self.world.core, Asking::SignIn).await.unwrap();
        self.phone.show(&ceremony)
    }

    async fn waiting(&self) -> Token {
        match sign_in(self.core(), &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap() {
            Step::Waiting(Stage::SecondFactor, token) => token,
            _ => panic!("the password was enough"),
        }
    }

    async fn enter(&self, waiting: &Token, answer: &str) -> Result<Started, CoreError> {
        enter_code(self.core(), &origin(), &stranger(), waiting, answer).await.map(signed_in)
    }

    async fn actions(&self) -> Vec<String> {
        self.world.actions(self.started.person.home).await
    }
}

fn signed_in(step: Step) -> Started {
    match step {
        Step::SignedIn(started) => started,
        Step::Waiting(stage, _) => panic!("asked for {stage:?}"),
    }
}

/// The subjects of what is mailed now.
async fn subjects(world: &World) -> Vec<String> {
    let server = MailServer::start().await;
    send(&world.core, &mailer(&format!("smtp://127.0.0.1:{}", server.port))).await;
    let subject = |data: &str| MessageParser::default().parse(data).unwrap().subject().unwrap().to_owned();
    server.taken().iter().map(|mail| subject(&mail.data)).collect()
}

const NOT_THEIRS: Option<Refusal> = Some(Refusal::WrongPasskey);

each_database!(
    async fn a_passkey_is_the_whole_sign_in(mut anna: Anna) {
        assert_eq!(anna.recovery.len(), 10, "the first one comes with recovery codes");
        let answer = anna.answer().await;
        let started = anna.signs_in(&answer).await.unwrap();
        assert_eq!(started.person.account, anna.started.person.account);
        assert!(anna.world.who(&started.token).await.is_some());
        assert_eq!(refusal(anna.signs_in(&answer).await), NOT_THEIRS, "no answer is good twice");
        let answer = anna.answer().await;
        anna.signs_in(&answer).await.unwrap();
        let passkeys = security(anna.core(), &started.person).await.unwrap().second.passkeys;
        assert_eq!((passkeys.len(), passkeys[0].name.as_str(), passkeys[0].is_synced), (1, "Annas telefon", false));
        assert!(passkeys[0].used_at.is_some());
        let actions = anna.actions().await;
        assert!(actions.ends_with(&["session.started".to_owned(), "session.started".to_owned()]), "{actions:?}");
        assert!(actions.contains(&"account.passkey_added".to_owned()), "{actions:?}");
    }
);

each_database!(
    async fn one_answer_sent_many_times_at_once_makes_one_session(mut anna: Anna) {
        for _ in 0..10 {
            let answer = anna.answer().await;
            let tries: Vec<_> = (0..20)
                .map(|_| {
                    let (core, answer) = (anna.core().clone(), answer.clone());
                    tokio::spawn(async move { with_passkey(&core, &origin(), &stranger(), &answer).await.is_ok() })
                })
                .collect();
            let mut made = 0;
            for one in tries {
                made += u32::from(one.await.unwrap());
            }
            assert_eq!(made, 1);
        }
        // The one that she had, of which `passkey` has ended every other.
        assert_eq!(anna.world.number("SELECT count(*) FROM session").await, 11);
    }
);

each_database!(
    async fn a_passkey_is_the_second_factor_beside_a_password(mut anna: Anna) {
        let waiting = anna.waiting().await;
        let accepted = accepts(anna.core(), &waiting).await.unwrap();
        assert_eq!(accepted, Some(Accepts { passkey: true, code_app: false }));
        let ceremony = ask(anna.core(), Asking::SecondFactor(&waiting)).await.unwrap();
        assert!(ceremony.options.contains("allowCredentials\":[{"), "{}", ceremony.options);
        // A device that does not say whose it is: it was asked for by name.
        anna.phone.names_its_user = false;
        let answer = anna.phone.show(&ceremony);
        let other = anna.waiting().await;
        assert_eq!(refusal(anna.enter(&other, &answer).await), NOT_THEIRS, "of another sign-in");
        let started = anna.enter(&waiting, &answer).await.unwrap();
        assert!(anna.world.who(&started.token).await.is_some());
        assert_eq!(refusal(anna.enter(&waiting, &answer).await), Some(Refusal::SignedOut), "once");
        let second = security(anna.core(), &started.person).await.unwrap().second;
        assert!(second.is_on() && second.code_app.is_none());
        assert!(anna.actions().await.contains(&"account.passkey_refused".to_owned()));
    }
);

each_database!(
    async fn five_wrong_answers_end_the_sign_in_and_a_recovery_code_does_as_well(anna: Anna) {
        let waiting = anna.waiting().await;
        for _ in 0..5 {
            assert_eq!(refusal(anna.enter(&waiting, "{}").await), NOT_THEIRS);
        }
        assert_eq!(stage(anna.core(), &waiting).await.unwrap(), None);
        let waiting = anna.waiting().await;
        anna.enter(&waiting, &anna.recovery[0]).await.unwrap();
    }
);

each_database!(
    async fn an_answer_to_another_question_is_none(mut anna: Anna) {
        let core = anna.world.core.clone();
        let person = anna.started.person.clone();
        let second = anna.waiting().await;
        let link = anna.world.reset_link(EMAIL).await;
        for asking in [Asking::SecondFactor(&second), Asking::StepUp(&person), Asking::Reset(&link)] {
            let answer = anna.phone.show(&ask(&core, asking).await.unwrap());
            assert_eq!(refusal(anna.signs_in(&answer).await), NOT_THEIRS, "to sign in");
            let waiting = anna.waiting().await;
            assert_eq!(refusal(anna.enter(&waiting, &answer).await), NOT_THEIRS, "as another second factor");
        }
        let answer = anna.answer().await;
        assert_eq!(refusal(prove(&core, &person, &stranger().devices, &answer).await), NOT_THEIRS, "to prove it");
        assert_eq!(refusal(add(&core, &person, &stranger(), &answer).await.map(drop)), NOT_THEIRS, "to add one");
        // Too late, of another page, without its user, by another's device, changed on the way, nothing at all.
        let answer = anna.answer().await;
        anna.world.clock.advance_secs(CEREMONY_SECS);
        assert_eq!(refusal(anna.signs_in(&answer).await), NOT_THEIRS);
        let changes: [fn(&mut Authenticator); 4] = [
            |phone| phone.origin = "https://evil.test".to_owned(),
            |phone| phone.origin = "http://localhost:3001".to_owned(),
            |phone| phone.verifies = false,
            |phone| phone.names_its_user = false,
        ];
        for change in changes {
            let mut wrong = anna.phone.clone();
            change(&mut wrong);
            let answer = wrong.show(&ask(&core, Asking::SignIn).await.unwrap());
            assert_eq!(refusal(anna.signs_in(&answer).await), NOT_THEIRS);
        }
        let answer = anna.answer().await;
        let (begins, ends) = answer.split_at(answer.find("signature").unwrap() + 20);
        let forged = format!("{begins}{}{}", if ends.starts_with('A') { "B" } else { "A" }, &ends[1..]);
        for wrong in [forged.as_str(), "", "{}", "{\"sealed\":\"\",\"credential\":{}}", "123456", PASSWORD] {
            assert_eq!(refusal(anna.signs_in(wrong).await), NOT_THEIRS, "{wrong}");
        }
        let answer = anna.answer().await;
        anna.signs_in(&answer).await.unwrap();
    }
);

each_database!(
    async fn a_passkey_that_may_be_a_copy_lets_nobody_in_and_its_owner_is_told(mut anna: Anna) {
        let mut copy = anna.phone.clone();
        let answer = anna.answer().await;
        anna.signs_in(&answer).await.unwrap();
        anna.world.sql("DELETE FROM mail").await;
        let answer = copy.show(&ask(anna.core(), Asking::SignIn).await.unwrap());
        assert_eq!(refusal(anna.signs_in(&answer).await), NOT_THEIRS);
        assert_eq!(subjects(&anna.world).await, ["En nyckel kan vara kopierad"]);
        assert_eq!(anna.actions().await.last().unwrap(), "account.passkey_refused");
        // The true one goes on.
        let answer = anna.answer().await;
        anna.signs_in(&answer).await.unwrap();
    }
);

each_database!(
    async fn what_does_not_count_and_is_copied_on_purpose_is_known_as_that(world: World) {
        let mut manager = Authenticator::default();
        (manager.counter, manager.is_synced) = (0, true);
        let (started, _) = world.passkey(&world.owner().await, &mut manager).await;
        for _ in 0..3 {
            let answer = manager.show(&ask(&world.core, Asking::SignIn).await.unwrap());
            signed_in(with_passkey(&world.core, &origin(), &stranger(), &answer).await.unwrap());
        }
        assert!(security(&world.core, &started.person).await.unwrap().second.passkeys[0].is_synced);
        // Nothing but the challenge tells one of its answers from another.
        let answer = manager.show(&ask(&world.core, Asking::SignIn).await.unwrap());
        let sent = (0..20).map(|_| async { with_passkey(&world.core, &origin(), &stranger(), &answer).await.is_ok() });
        let made = futures_util::future::join_all(sent).await;
        assert_eq!(made.into_iter().filter(|is_in| *is_in).count(), 1);
        let again = with_passkey(&world.core, &origin(), &stranger(), &answer).await;
        assert_eq!(refusal(again.map(drop)), NOT_THEIRS);
    }
);

each_database!(
    async fn passkeys_are_added_named_and_removed_by_whoever_has_proven_themselves(mut anna: Anna) {
        let core = anna.world.core.clone();
        let person = anna.started.person.clone();
        let mut laptop = Authenticator::seeded(2);
        let ceremony = begin(&core, &person, "Dator").await.unwrap();
        assert!(ceremony.options.contains("excludeCredentials\":[{"), "{}", ceremony.options);
        let made = laptop.make(&ceremony);
        // Somebody else's, in another session: it is asked for by one alone.
        let other = anna.world.second_person().await;
        assert_eq!(refusal(add(&core, &other.person, &stranger(), &made).await.map(drop)), NOT_THEIRS);
        let (started, codes) = add(&core, &person, &stranger(), &made).await.unwrap();
        assert!(codes.recovery_codes.is_empty(), "those that she has stay");
        assert_eq!(refusal(add(&core, &person, &stranger(), &made).await.map(drop)), NOT_THEIRS, "once");
        let listed = security(&core, &person).await.unwrap().second.passkeys;
        let [phone, laptop_key] = [0, 1].map(|at: usize| listed[at].id);
        rename(&core, &person, laptop_key, " Tjänstedatorn ").await.unwrap();
        let names = security(&core, &person).await.unwrap().second.passkeys.into_iter().map(|key| key.name);
        assert_eq!(names.collect::<Vec<_>>(), ["Annas telefon", "Tjänstedatorn"]);
        for (name, rule) in [(" ", FieldRule::Empty), (&"x".repeat(61), FieldRule::TooLong(60))] {
            let refused = |field| Some(Refusal::Fields(vec![rule.of(field)]));
            assert_eq!(refusal(rename(&core, &person, phone, name).await), refused("new_name"));
            assert_eq!(refusal(begin(&core, &person, name).await), refused("name"));
        }
        let theirs = remove(&core, &other.person, &stranger(), phone).await;
        assert_eq!(refusal(theirs.map(drop)), Some(Refusal::NotFound), "somebody else's");
        assert_eq!(refusal(rename(&core, &other.person, phone, "x").await), Some(Refusal::NotFound));
        anna.world.clock.advance_secs(FRESH_SECS + 1);
        let asked = Some(Refusal::ToBeProven(Proof { passkey: true, typed: Some(Typed::Password) }));
        assert_eq!(refusal(remove(&core, &person, &stranger(), phone).await.map(drop)), asked);
        assert_eq!(refusal(begin(&core, &person, "En till").await), asked);
        let answer = anna.phone.show(&ask(&core, Asking::StepUp(&person)).await.unwrap());
        prove(&core, &person, &stranger().devices, &answer).await.unwrap();
        let again = prove(&core, &person, &stranger().devices, &answer).await;
        assert_eq!(refusal(again.map(drop)), NOT_THEIRS, "once");
        remove(&core, &person, &stranger(), phone).await.unwrap();
        let answer = anna.answer().await;
        assert_eq!(refusal(anna.signs_in(&answer).await), NOT_THEIRS, "it is none of hers any more");
        let second = security(&core, &person).await.unwrap().second;
        assert_eq!((second.passkeys.len(), second.recovery_left), (1, 10));
        remove(&core, &person, &stranger(), laptop_key).await.unwrap();
        let second = security(&core, &person).await.unwrap().second;
        assert!(!second.is_on() && second.recovery_left == 0, "with the last one the codes go");
        // The password is enough again.
        signed_in(sign_in(&core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap());
        assert!(anna.world.who(&started.token).await.is_none(), "what she was signed in by before has ended");
        let mails = subjects(&anna.world).await;
        let told = |subject: &str| mails.iter().filter(|mail| *mail == subject).count();
        assert_eq!((told("Du har en ny nyckel"), told("En nyckel är borttagen")), (2, 2), "{mails:?}");
        let actions = anna.actions().await;
        for action in ["account.passkey_added", "account.passkey_renamed", "account.passkey_removed"] {
            assert!(actions.iter().any(|is| is == action), "{action}");
        }
    }
);

each_database!(
    async fn nobody_gets_more_passkeys_than_fit(anna: Anna) {
        let mut many = Authenticator::seeded(9);
        for _ in 1..MAX_PASSKEYS {
            anna.world.passkey(&anna.started, &mut many).await;
        }
        let refused = Some(Refusal::Fields(vec![FieldRule::TooManyPasskeys(MAX_PASSKEYS).of("name")]));
        assert_eq!(refusal(begin(anna.core(), &anna.started.person, "En till").await), refused);
    }
);

each_database!(
    async fn a_passkey_on_one_device_is_of_one_account_only(anna: Anna) {
        let nordhamn = anna.world.customer("Nordhamn kommun", "Clara Ström", "clara@nordhamn.example").await;
        // The same device, which makes the same passkey once more.
        let mut device = Authenticator::default();
        let ceremony = begin(anna.core(), &nordhamn.person, "Telefon").await.unwrap();
        let made = device.make(&ceremony);
        assert_eq!(refusal(add(anna.core(), &nordhamn.person, &stranger(), &made).await.map(drop)), NOT_THEIRS);
    }
);

each_database!(
    async fn whoever_has_a_passkey_can_go_without_a_password_and_choose_one_again(mut anna: Anna) {
        let core = anna.world.core.clone();
        let person = anna.started.person.clone();
        remove_password(&core, &person, &stranger()).await.unwrap();
        assert_eq!(security(&core, &person).await.unwrap().password_set_at, None);
        assert_eq!(refusal(remove_password(&core, &person, &stranger()).await.map(drop)), Some(Refusal::NotFound));
        assert!(is_wrong(sign_in(&core, &origin(), &stranger(), EMAIL, PASSWORD).await));
        let key = security(&core, &person).await.unwrap().second.passkeys[0].id;
        let last = remove(&core, &person, &stranger(), key).await;
        assert_eq!(refusal(last.map(drop)), Some(Refusal::LastWayIn));
        let answer = anna.answer().await;
        let started = anna.signs_in(&answer).await.unwrap();
        // What wants a password of everybody else wants to be proven lately.
        anna.world.clock.advance_secs(FRESH_SECS + 1);
        let asked = Some(Refusal::ToBeProven(Proof { passkey: true, typed: Some(Typed::Code) }));
        let devices = stranger().devices;
        let address = async || address::ask(&core, &started.person, &devices, "anna@lindqvist.example", "").await;
        let choose = async || change_password(&core, &started.person, &stranger(), "", STRONG).await.map(drop);
        assert_eq!(refusal(address().await), asked);
        assert_eq!(refusal(choose().await), asked);
        let erased = erasure::ask_own(&core, &started.person, &devices, "").await;
        assert_eq!(refusal(erased), asked);
        let answer = anna.phone.show(&ask(&core, Asking::StepUp(&started.person)).await.unwrap());
        prove(&core, &started.person, &devices, &answer).await.unwrap();
        address().await.unwrap();
        choose().await.unwrap();
        let Step::Waiting(Stage::SecondFactor, waiting) =
            sign_in(&core, &origin(), &stranger(), EMAIL, STRONG).await.unwrap()
        else {
            panic!("the password was enough")
        };
        let answer = anna.phone.show(&ask(&core, Asking::SecondFactor(&waiting)).await.unwrap());
        anna.enter(&waiting, &answer).await.unwrap();
        assert!(anna.actions().await.contains(&"account.password_removed".to_owned()));
    }
);

each_database!(
    async fn without_a_password_a_link_and_the_passkey_or_a_recovery_code_lead_to_one(mut anna: Anna) {
        let core = anna.world.core.clone();
        remove_password(&core, &anna.started.person, &stranger()).await.unwrap();
        let link = anna.world.reset_link(EMAIL).await;
        assert_eq!(reset::accepts(&core, &link).await.unwrap(), Some(Accepts { passkey: true, code_app: false }));
        let choose = async |link: &Token, second: &str| {
            reset::choose_password(&core, &origin(), link, &stranger(), STRONG, second).await
        };
        let empty = Some(Refusal::Fields(vec![FieldRule::Empty.of("code")]));
        assert_eq!(refusal(choose(&link, "").await.map(drop)), empty, "mail alone");
        assert_eq!(refusal(choose(&link, "{}").await.map(drop)), NOT_THEIRS);
        let answer = anna.phone.show(&ask(&core, Asking::Reset(&link)).await.unwrap());
        signed_in(choose(&link, &answer).await.unwrap());
        let link = anna.world.reset_link(EMAIL).await;
        signed_in(choose(&link, &anna.recovery[0]).await.unwrap());
    }
);

each_database!(
    async fn where_a_passkey_is_demanded_nothing_else_does(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        let rules = [("second_factor", "2"), ("grace_days", "0")];
        nordhamn.set_though(&rules, 2).await.unwrap();
        let Step::Waiting(Stage::EnrolSecondFactor, enrolling) = nordhamn.sign_in(MEMBER, PASSWORD).await else {
            panic!("not asked for a passkey")
        };
        let demanded = portvakt_core::sign_in::enrolment(&world.core, &enrolling).await.unwrap().unwrap();
        assert!(demanded.code_app.is_none(), "a code app is not offered");
        let mut phone = Authenticator::default();
        let ceremony = begin_at_sign_in(&world.core, &enrolling, "Telefon").await.unwrap();
        let made = phone.make(&ceremony);
        let (step, codes) = enrol(&world.core, &origin(), &stranger(), &enrolling, &made).await.unwrap();
        let started = signed_in(step);
        assert_eq!(codes.recovery_codes.len(), 10);
        let again = enrol(&world.core, &origin(), &stranger(), &enrolling, &made).await;
        assert_eq!(refusal(again.map(drop)), Some(Refusal::SignedOut), "once");
        // A code app beside it is no way in.
        let (secret, started, _) = world.code_app(&started).await;
        world.clock.advance_secs(60);
        let Step::Waiting(Stage::SecondFactor, waiting) = nordhamn.sign_in(MEMBER, PASSWORD).await else {
            panic!("not asked for the passkey")
        };
        let accepted = accepts(&world.core, &waiting).await.unwrap();
        assert_eq!(accepted, Some(Accepts { passkey: true, code_app: false }));
        let step = enter_code(&world.core, &origin(), &stranger(), &waiting, &world.code(&secret, 0)).await.unwrap();
        let Step::Waiting(Stage::SecondFactor, waiting) = step else { panic!("a code was enough") };
        let answer = phone.show(&ask(&world.core, Asking::SecondFactor(&waiting)).await.unwrap());
        signed_in(enter_code(&world.core, &origin(), &stranger(), &waiting, &answer).await.unwrap());
        // Nor to prove once more who they are.
        world.clock.advance_secs(FRESH_SECS + 1);
        let asked = Some(Refusal::ToBeProven(Proof { passkey: true, typed: None }));
        assert_eq!(refusal(second_factor::remove(&world.core, &started.person, &stranger()).await.map(drop)), asked);
        for typed in [PASSWORD, world.code(&secret, 1).as_str()] {
            assert_eq!(refusal(prove(&world.core, &started.person, &stranger().devices, typed).await), NOT_THEIRS);
        }
    }
);

each_database!(
    async fn whoever_has_lost_the_passkey_that_is_demanded_makes_another_with_a_recovery_code(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        let mut phone = Authenticator::default();
        let started = signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await);
        let (_, recovery) = world.passkey(&started, &mut phone).await;
        nordhamn.set_though(&[("second_factor", "2"), ("grace_days", "0")], 1).await.unwrap();
        let Step::Waiting(Stage::SecondFactor, waiting) = nordhamn.sign_in(MEMBER, PASSWORD).await else {
            panic!("not asked for it")
        };
        let step = enter_code(&world.core, &origin(), &stranger(), &waiting, &recovery[0]).await.unwrap();
        let Step::Waiting(Stage::EnrolSecondFactor, enrolling) = step else { panic!("a recovery code leads in") };
        let mut new = Authenticator::seeded(3);
        let made = new.make(&begin_at_sign_in(&world.core, &enrolling, "Ny").await.unwrap());
        let (step, codes) = enrol(&world.core, &origin(), &stranger(), &enrolling, &made).await.unwrap();
        signed_in(step);
        assert!(codes.recovery_codes.is_empty(), "nine are left");
    }
);

each_database!(
    async fn an_organisation_that_wants_passwords_asks_whoever_has_none_for_one(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        let mut phone = Authenticator::default();
        let started = signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await);
        let (started, _) = world.passkey(&started, &mut phone).await;
        remove_password(&world.core, &started.person, &stranger()).await.unwrap();
        let rules = typed(&[("passwordless", "0")]);
        let shown = portvakt_core::policy_editor::show(&world.core, nordhamn.person(), &rules).await.unwrap();
        assert_eq!((shown.passwords.count, shown.is_weaker), (1, false));
        assert_eq!(shown.passwords.people[0].0, "Olof Ek");
        nordhamn.set(&[("passwordless", "0")]).await.unwrap();
        let answer = phone.show(&ask(&world.core, Asking::SignIn).await.unwrap());
        let step = with_passkey(&world.core, &origin(), &stranger(), &answer).await.unwrap();
        let Step::Waiting(Stage::ChoosePassword, choosing) = step else { panic!("signed in without a password") };
        let step = choose_password(&world.core, &origin(), &stranger(), &choosing, STRONG).await.unwrap();
        let started = signed_in(step);
        let refused = remove_password(&world.core, &started.person, &stranger()).await;
        assert_eq!(refusal(refused.map(drop)), Some(Refusal::LastWayIn));
        let answer = phone.show(&ask(&world.core, Asking::SignIn).await.unwrap());
        signed_in(with_passkey(&world.core, &origin(), &stranger(), &answer).await.unwrap());
    }
);

each_database!(
    async fn nobody_who_is_put_aside_or_whose_organisation_is_gets_in_by_a_passkey(nordhamn: Nordhamn) {
        let (world, owner) = (&nordhamn.world, nordhamn.person());
        let mut phone = Authenticator::default();
        let started = signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await);
        world.passkey(&started, &mut phone).await;
        let id = started.person.account;
        act(&world.core, owner, Act::Suspend, &[id], "Slutat").await.unwrap();
        let answer = phone.show(&ask(&world.core, Asking::SignIn).await.unwrap());
        let refused = with_passkey(&world.core, &origin(), &stranger(), &answer).await;
        assert_eq!(refusal(refused.map(drop)), NOT_THEIRS);
        act(&world.core, owner, Act::Restore, &[id], "Tillbaka").await.unwrap();
        let (home, caller) = (owner.tenant, Caller::Command);
        suspend(&world.core, &caller, home, "Obetald faktura").await.unwrap();
        let answer = phone.show(&ask(&world.core, Asking::SignIn).await.unwrap());
        let refused = with_passkey(&world.core, &origin(), &stranger(), &answer).await;
        assert_eq!(refusal(refused.map(drop)), NOT_THEIRS, "their organisation is");
        restore(&world.core, &caller, home).await.unwrap();
        let owner = &signed_in(nordhamn.sign_in("clara@nordhamn.example", PASSWORD).await).person;
        // Whoever looks after them takes it away with every other second factor.
        act(&world.core, owner, Act::ResetSecondFactor, &[id], "Telefonen är borta").await.unwrap();
        let answer = phone.show(&ask(&world.core, Asking::SignIn).await.unwrap());
        let refused = with_passkey(&world.core, &origin(), &stranger(), &answer).await;
        assert_eq!(refusal(refused.map(drop)), NOT_THEIRS);
        signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await);
    }
);

each_database!(
    async fn nobody_is_asked_for_a_passkey_that_they_have_not(world: World) {
        let started = world.owner().await;
        let none = Some(Refusal::NotFound);
        assert_eq!(refusal(ask(&world.core, Asking::StepUp(&started.person)).await), none);
        let nobody = Token::new(&world.core.random);
        assert_eq!(refusal(ask(&world.core, Asking::SecondFactor(&nobody)).await), Some(Refusal::SignedOut));
        assert_eq!(refusal(ask(&world.core, Asking::Reset(&nobody)).await), none);
        let out = begin_at_sign_in(&world.core, &nobody, "x").await;
        assert_eq!(refusal(out), Some(Refusal::SignedOut));
        // A portal that is reached by a number has none.
        let core = world.core.clone().at("https://192.0.2.1");
        assert!(!core.has_passkeys() && world.core.has_passkeys());
        assert_eq!(refusal(begin(&core, &started.person, "x").await), none);
        assert_eq!(refusal(ask(&core, Asking::SignIn).await), none);
    }
);

each_database!(
    async fn a_guests_host_cannot_take_their_passkey_away(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        let guest = new_person("Karim Bensaid", "karim@larkmoor.example");
        let larkmoor = world.customer("Larkmoor", "Ada Larkin", "ada@larkmoor.example").await.person;
        let caller = Caller::Command;
        let id = member::add(&world.core, &caller, larkmoor.home, &guest, Role::Member).await.unwrap();
        nordhamn.choose("karim@larkmoor.example", PASSWORD).await.unwrap();
        let started = signed_in(nordhamn.sign_in("karim@larkmoor.example", PASSWORD).await);
        let mut phone = Authenticator::default();
        world.passkey(&started, &mut phone).await;
        world.join(nordhamn.person().tenant, id, Role::Member).await;
        let tried = act(&world.core, nordhamn.person(), Act::ResetSecondFactor, &[id], "x").await;
        assert!(tried.is_err() || tried.is_ok_and(|report| report.done == 0));
        let answer = phone.show(&ask(&world.core, Asking::SignIn).await.unwrap());
        signed_in(with_passkey(&world.core, &origin(), &stranger(), &answer).await.unwrap());
    }
);

each_database!(
    async fn whoever_has_stopped_a_change_of_the_address_is_not_followed_in_by_a_passkey(mut anna: Anna) {
        let core = anna.world.core.clone();
        let person = anna.started.person.clone();
        let devices = stranger().devices;
        address::ask(&core, &person, &devices, "thief@lindqvist.example", PASSWORD).await.unwrap();
        let stop = anna.world.stop_token().await;
        address::stop(&core, &origin(), &stop).await.unwrap();
        let answer = anna.answer().await;
        assert_eq!(refusal(anna.signs_in(&answer).await), NOT_THEIRS, "it may be the thief's");
        // A new password, with the mail and the second factor, opens it again.
        let link = anna.world.reset_link(EMAIL).await;
        signed_in(
            reset::choose_password(&core, &origin(), &link, &stranger(), STRONG, &anna.recovery[0]).await.unwrap(),
        );
        let answer = anna.answer().await;
        anna.signs_in(&answer).await.unwrap();
    }
);
