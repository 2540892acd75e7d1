//! Rules that demand a passkey, and accounts with a passkey alone.
use crate::kit::{MEMBER, NOT_THEIRS, Nordhamn, PasskeyHolder, STRONG, typed};
use portvakt_core::caller::Caller;
use portvakt_core::passkey::{Asking, ask, begin, begin_at_sign_in, remove};
use portvakt_core::security::{change_password, remove_password, security};
use portvakt_core::sign_in::{Step, accepts, choose_password, enrol, enter_code, sign_in, with_passkey};
use portvakt_core::step_up::prove;
use portvakt_core::tenants::{restore, suspend};
use portvakt_core::testing::authenticator::Authenticator;
use portvakt_core::testing::{
    CLARA, EMAIL, PASSWORD, World, is_wrong, new_person, origin, refusal, signed_in, stranger,
};
use portvakt_core::token::Token;
use portvakt_core::user::act;
use portvakt_core::{address, each_database, erasure, member, reset, second_factor};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::proof::{Proof, Typed};
use portvakt_model::role::Role;
use portvakt_model::second_factor::{Accepts, FRESH_SECS};
use portvakt_model::stage::Stage;
use portvakt_model::user::Act;

each_database!(
    async fn an_account_with_a_passkey_can_remove_its_password_and_choose_one_again(mut anna: PasskeyHolder) {
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
        // An act that asks other accounts for the password asks this one for a recent proof.
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
    async fn a_removed_password_stays_in_the_history(nordhamn: Nordhamn) {
        let core = &nordhamn.world.core;
        nordhamn.set(&[("history", "3")]).await.unwrap();
        let clara = nordhamn.world.passkey(&nordhamn.owner, &mut Authenticator::default()).await.0;
        let clara = remove_password(core, &clara.person, &stranger()).await.unwrap();
        let again = change_password(core, &clara.person, &stranger(), "", PASSWORD).await.map(drop);
        assert_eq!(refusal(again), Some(Refusal::Fields(vec![FieldRule::Earlier.of("password")])));
        change_password(core, &clara.person, &stranger(), "", STRONG).await.unwrap();
    }
);

each_database!(
    async fn an_account_without_a_password_sets_one_by_link_and_second_factor(mut anna: PasskeyHolder) {
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
    async fn if_a_passkey_is_demanded_no_other_factor_is_accepted(nordhamn: Nordhamn) {
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
        // A code app beside the passkey does not sign in.
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
        // Nor is a code or the password accepted as a proof.
        world.clock.advance_secs(FRESH_SECS + 1);
        let asked = Some(Refusal::ToBeProven(Proof { passkey: true, typed: None }));
        assert_eq!(
            refusal(second_factor::remove_code_app(&world.core, &started.person, &stranger()).await.map(drop)),
            asked
        );
        for typed in [PASSWORD, world.code(&secret, 1).as_str()] {
            assert_eq!(refusal(prove(&world.core, &started.person, &stranger().devices, typed).await), NOT_THEIRS);
        }
    }
);

each_database!(
    async fn a_recovery_code_lets_an_account_replace_a_lost_passkey_that_is_demanded(nordhamn: Nordhamn) {
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
    async fn an_organisation_that_demands_passwords_asks_an_account_without_one(nordhamn: Nordhamn) {
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
    async fn a_passkey_does_not_sign_in_to_a_suspended_account_or_organisation(nordhamn: Nordhamn) {
        let (world, owner) = (&nordhamn.world, nordhamn.person());
        let mut phone = Authenticator::default();
        let started = signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await);
        world.passkey(&started, &mut phone).await;
        let id = started.person.account;
        act(&world.core, owner, Act::Suspend, &[id], "Slutat").await.unwrap();
        let answer = phone.show(&ask(&world.core, Asking::SignIn).await.unwrap());
        let refused = with_passkey(&world.core, &origin(), &stranger(), &answer).await;
        assert_eq!(refusal(refused.map(drop)), Some(Refusal::Suspended { organisation: false }));
        act(&world.core, owner, Act::Restore, &[id], "Tillbaka").await.unwrap();
        let (home, caller) = (owner.tenant, Caller::Command);
        suspend(&world.core, &caller, home, "Obetald faktura").await.unwrap();
        let answer = phone.show(&ask(&world.core, Asking::SignIn).await.unwrap());
        let refused = with_passkey(&world.core, &origin(), &stranger(), &answer).await;
        assert_eq!(refusal(refused.map(drop)), Some(Refusal::Suspended { organisation: true }));
        restore(&world.core, &caller, home).await.unwrap();
        let owner = &signed_in(nordhamn.sign_in(CLARA, PASSWORD).await).person;
        // A reset by an administrator removes the passkey with every other second factor.
        act(&world.core, owner, Act::ResetSecondFactor, &[id], "Telefonen är borta").await.unwrap();
        let answer = phone.show(&ask(&world.core, Asking::SignIn).await.unwrap());
        let refused = with_passkey(&world.core, &origin(), &stranger(), &answer).await;
        assert_eq!(refusal(refused.map(drop)), NOT_THEIRS);
        signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await);
    }
);

each_database!(
    async fn an_account_without_a_passkey_is_not_asked_for_one(world: World) {
        let started = world.owner().await;
        let none = Some(Refusal::NotFound);
        assert_eq!(refusal(ask(&world.core, Asking::StepUp(&started.person)).await), none);
        let nobody = Token::new(&world.core.random);
        assert_eq!(refusal(ask(&world.core, Asking::SecondFactor(&nobody)).await), Some(Refusal::SignedOut));
        assert_eq!(refusal(ask(&world.core, Asking::Reset(&nobody)).await), none);
        let out = begin_at_sign_in(&world.core, &nobody, "x").await;
        assert_eq!(refusal(out), Some(Refusal::SignedOut));
        // A portal whose origin is an IP address has no passkeys.
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
        let larkmoor = world.larkmoor().await.person;
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
    async fn after_a_stopped_change_of_address_no_passkey_signs_in(mut anna: PasskeyHolder) {
        let core = anna.world.core.clone();
        let person = anna.started.person.clone();
        let devices = stranger().devices;
        address::ask(&core, &person, &devices, "thief@lindqvist.example", PASSWORD).await.unwrap();
        let stop = anna.world.stop_token().await;
        address::stop(&core, &origin(), &stop).await.unwrap();
        let answer = anna.answer().await;
        assert_eq!(refusal(anna.signs_in(&answer).await), NOT_THEIRS, "it may be the thief's");
        // After a new password, set by mailed link and second factor, the passkey signs in again.
        let link = anna.world.reset_link(EMAIL).await;
        signed_in(
            reset::choose_password(&core, &origin(), &link, &stranger(), STRONG, &anna.recovery[0]).await.unwrap(),
        );
        let answer = anna.answer().await;
        anna.signs_in(&answer).await.unwrap();
    }
);
