use crate::kit::{NOT_THEIRS, PasskeyHolder, full, subjects};
use portvakt_core::each_database;
use portvakt_core::passkey::{Asking, add, ask, begin, remove, rename};
use portvakt_core::security::security;
use portvakt_core::sign_in::{accepts, sign_in, stage, with_passkey};
use portvakt_core::step_up::prove;
use portvakt_core::testing::authenticator::Authenticator;
use portvakt_core::testing::{EMAIL, PASSWORD, World, origin, refusal, signed_in, stranger};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::passkey::{CEREMONY_SECS, MAX_PASSKEYS};
use portvakt_model::proof::{Proof, Typed};
use portvakt_model::second_factor::{Accepts, FRESH_SECS};

each_database!(
    async fn a_passkey_is_the_whole_sign_in(mut anna: PasskeyHolder) {
        assert_eq!(anna.recovery.len(), 10, "the first one comes with recovery codes");
        let answer = anna.answer().await;
        let started = anna.signs_in(&answer).await.unwrap();
        assert_eq!(started.person.account, anna.started.person.account);
        assert!(anna.world.who(&started.token).await.is_some());
        assert_eq!(refusal(anna.signs_in(&answer).await), NOT_THEIRS, "no answer is accepted twice");
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
    async fn one_answer_sent_many_times_at_once_makes_one_session(mut anna: PasskeyHolder) {
        let rounds = if full() { 10 } else { 2 };
        for _ in 0..rounds {
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
        // One session per round, and her first one: `passkey` has ended the others.
        assert_eq!(anna.world.number("SELECT count(*) FROM session").await, 1 + rounds);
    }
);

each_database!(
    async fn a_passkey_is_the_second_factor_beside_a_password(mut anna: PasskeyHolder) {
        let waiting = anna.waiting().await;
        let accepted = accepts(anna.core(), &waiting).await.unwrap();
        assert_eq!(accepted, Some(Accepts { passkey: true, code_app: false }));
        let ceremony = ask(anna.core(), Asking::SecondFactor(&waiting)).await.unwrap();
        assert!(ceremony.options.contains("allowCredentials\":[{"), "{}", ceremony.options);
        // The device does not name its user, because the question named the passkey.
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
    async fn five_wrong_answers_end_the_sign_in_and_a_recovery_code_does_as_well(anna: PasskeyHolder) {
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
    async fn a_passkeys_answer_is_valid_only_for_its_own_question(mut anna: PasskeyHolder) {
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
        // Wrong answers: late, of another page, without a verified user, without its user's name, altered, empty.
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
    async fn a_copied_passkey_signs_nobody_in_and_its_owner_is_told(mut anna: PasskeyHolder) {
        let mut copy = anna.phone.clone();
        let answer = anna.answer().await;
        anna.signs_in(&answer).await.unwrap();
        anna.world.sql("DELETE FROM mail").await;
        let answer = copy.show(&ask(anna.core(), Asking::SignIn).await.unwrap());
        assert_eq!(refusal(anna.signs_in(&answer).await), NOT_THEIRS);
        assert_eq!(subjects(&anna.world).await, ["En nyckel kan vara kopierad"]);
        assert_eq!(anna.actions().await.last().unwrap(), "account.passkey_refused");
        // The original passkey still signs in.
        let answer = anna.answer().await;
        anna.signs_in(&answer).await.unwrap();
    }
);

each_database!(
    async fn a_synced_passkey_without_a_counter_is_accepted_once_per_challenge(world: World) {
        let mut manager = Authenticator::default();
        (manager.counter, manager.is_synced) = (0, true);
        let (started, _) = world.passkey(&world.owner().await, &mut manager).await;
        for _ in 0..3 {
            let answer = manager.show(&ask(&world.core, Asking::SignIn).await.unwrap());
            signed_in(with_passkey(&world.core, &origin(), &stranger(), &answer).await.unwrap());
        }
        assert!(security(&world.core, &started.person).await.unwrap().second.passkeys[0].is_synced);
        // Without a counter only the challenge distinguishes two answers.
        let answer = manager.show(&ask(&world.core, Asking::SignIn).await.unwrap());
        let sent = (0..20).map(|_| async { with_passkey(&world.core, &origin(), &stranger(), &answer).await.is_ok() });
        let made = futures_util::future::join_all(sent).await;
        assert_eq!(made.into_iter().filter(|is_in| *is_in).count(), 1);
        let again = with_passkey(&world.core, &origin(), &stranger(), &answer).await;
        assert_eq!(refusal(again.map(drop)), NOT_THEIRS);
    }
);

each_database!(
    async fn passkeys_are_added_named_and_removed_after_a_recent_proof(mut anna: PasskeyHolder) {
        let core = anna.world.core.clone();
        let person = anna.started.person.clone();
        let mut laptop = Authenticator::seeded(2);
        let ceremony = begin(&core, &person, "Dator").await.unwrap();
        assert!(ceremony.options.contains("excludeCredentials\":[{"), "{}", ceremony.options);
        let made = laptop.make(&ceremony);
        // Only the account that began the set-up can add the new passkey.
        let other = anna.world.second_person().await;
        assert_eq!(refusal(add(&core, &other.person, &stranger(), &made).await.map(drop)), NOT_THEIRS);
        let (started, codes) = add(&core, &person, &stranger(), &made).await.unwrap();
        assert!(codes.recovery_codes.is_empty(), "the existing recovery codes stay");
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
        assert_eq!(refusal(theirs.map(drop)), Some(Refusal::NotFound), "another account's passkey");
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
        assert_eq!(refusal(anna.signs_in(&answer).await), NOT_THEIRS, "the removed passkey does not sign in");
        let second = security(&core, &person).await.unwrap().second;
        assert_eq!((second.passkeys.len(), second.recovery_left), (1, 10));
        remove(&core, &person, &stranger(), laptop_key).await.unwrap();
        let second = security(&core, &person).await.unwrap().second;
        assert!(!second.is_on() && second.recovery_left == 0, "the last passkey's removal deletes the recovery codes");
        // The password alone is enough again.
        signed_in(sign_in(&core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap());
        assert!(anna.world.who(&started.token).await.is_none(), "her earlier session has ended");
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
    async fn an_account_has_a_limited_number_of_passkeys(anna: PasskeyHolder) {
        let mut many = Authenticator::seeded(9);
        for _ in 1..MAX_PASSKEYS {
            anna.world.passkey(&anna.started, &mut many).await;
        }
        let refused = Some(Refusal::Fields(vec![FieldRule::TooManyPasskeys(MAX_PASSKEYS).of("name")]));
        assert_eq!(refusal(begin(anna.core(), &anna.started.person, "En till").await), refused);
    }
);

each_database!(
    async fn a_passkey_belongs_to_one_account_only(anna: PasskeyHolder) {
        let nordhamn = anna.world.nordhamn().await;
        // The same device makes the same passkey again.
        let mut device = Authenticator::default();
        let ceremony = begin(anna.core(), &nordhamn.person, "Telefon").await.unwrap();
        let made = device.make(&ceremony);
        assert_eq!(refusal(add(anna.core(), &nordhamn.person, &stranger(), &made).await.map(drop)), NOT_THEIRS);
    }
);
