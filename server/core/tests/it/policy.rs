use crate::kit::{DAY_SECS, MEMBER, MailServer, Nordhamn, STRONG, fields, mailer, send, typed};
use portvakt_core::caller::Caller;
use portvakt_core::each_database;
use portvakt_core::invitation::{Invitee, invite, join};
use portvakt_core::policy_editor::{PolicyForm, Proposed, change, load, show, versions};
use portvakt_core::security::security;
use portvakt_core::step_up::prove;
use portvakt_core::testing::{CLARA, PASSWORD, by_hand, refusal, signed_in, stranger};
use portvakt_core::user::change_role;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::policy::TenantPolicy;
use portvakt_model::policy::impact::{Affected, Impact};
use portvakt_model::proof::Typed;
use portvakt_model::role::Role;
use portvakt_model::second_factor::FRESH_SECS;

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
        let form = PolicyForm { rules: &rules, reason: " ", version: 0, confirmed: 0 };
        let refused = fields(refusal(change(&nordhamn.world.core, nordhamn.person(), form).await));
        assert_eq!(refused, [("reason".to_owned(), FieldRule::Empty)]);
        let refused = fields(refusal(nordhamn.set(&[]).await));
        assert_eq!(refused, [("reason".to_owned(), FieldRule::NothingNew)]);
        assert_eq!(nordhamn.version().await, 0);
    }
);

each_database!(
    async fn only_administrators_of_an_organisation_see_or_set_its_rules(nordhamn: Nordhamn) {
        let (world, tenant) = (&nordhamn.world, nordhamn.person().tenant);
        let auditor = nordhamn.add("Rut Ek", "rut@nordhamn.example", Role::Auditor, PASSWORD).await;
        let stranger = world.vastmark().await.person;
        nordhamn.set(&[("min_digits", "1")]).await.unwrap();
        let rules = typed(&[]);
        let mut of_elsewhere = stranger.clone();
        of_elsewhere.tenant = tenant;
        for person in [world.signed_in(tenant, auditor), of_elsewhere] {
            let form = PolicyForm { rules: &rules, reason: "x", version: 1, confirmed: 0 };
            assert_eq!(refusal(change(&world.core, &person, form).await), Some(Refusal::NotFound));
            assert_eq!(refusal(show(&world.core, &person, &rules).await), Some(Refusal::NotFound));
            assert_eq!(refusal(load(&world.core, &person, None).await), Some(Refusal::NotFound));
            assert_eq!(refusal(versions(&world.core, &person).await), Some(Refusal::NotFound));
        }
        // A version of another organisation is not found.
        let theirs = load(&world.core, &stranger, Some(Proposed::Version(1))).await;
        assert_eq!(refusal(theirs), Some(Refusal::NotFound));
        assert_eq!(load(&world.core, &stranger, None).await.unwrap().policy, TenantPolicy::RECOMMENDED);
    }
);

each_database!(
    async fn a_change_of_rules_needs_a_proof_and_is_kept_as_a_version_and_logged(nordhamn: Nordhamn) {
        let (world, tenant) = (&nordhamn.world, nordhamn.person().tenant);
        world.clock.advance_secs(FRESH_SECS + 1);
        let asked = refusal(nordhamn.set(&[("min_digits", "1")]).await);
        assert_eq!(asked, Some(Refusal::ToBeProven(by_hand(Typed::Password))));
        assert_eq!(nordhamn.version().await, 0);
        prove(&world.core, nordhamn.person(), &stranger().devices, PASSWORD).await.unwrap();
        nordhamn.set(&[("min_digits", "1")]).await.unwrap();
        nordhamn.set(&[("min_digits", "2"), ("elevated_idle_minutes", "15")]).await.unwrap();
        // A save of an older version is a conflict, and so is the second of two simultaneous saves.
        let (one, other) = (typed(&[("history", "3")]), typed(&[("history", "4")]));
        let save = |rules, version| {
            change(&world.core, nordhamn.person(), PolicyForm { rules, reason: "x", version, confirmed: 0 })
        };
        assert_eq!(refusal(save(&one, 1).await), Some(Refusal::Conflict));
        let (first, second) = tokio::join!(save(&one, 2), save(&other, 2));
        assert_eq!([refusal(first), refusal(second)].into_iter().flatten().collect::<Vec<_>>(), [Refusal::Conflict]);
        let all = versions(&world.core, nordhamn.person()).await.unwrap();
        assert_eq!(all.iter().map(|saved| saved.version).collect::<Vec<_>>(), [3, 2, 1]);
        assert_eq!(all[2].by.as_deref(), Some("Clara Ström"));
        assert_eq!(all[2].reason, "Beslut 2026/418");
        let told: Vec<_> = all[1].changes.iter().map(|c| (c.setting.name(c.level), c.before, c.after)).collect();
        assert_eq!(told, [("min_digits", 1, 2), ("elevated_idle_minutes", 60, 15)]);
        // An earlier version can be viewed with its effect, and is restored by saving it.
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
    async fn weaker_rules_are_told_to_every_administrator_of_the_organisation(nordhamn: Nordhamn) {
        let server = MailServer::start().await;
        let mailer = mailer(&server.url());
        nordhamn.add("Rut Ek", "rut@nordhamn.example", Role::Administrator, PASSWORD).await;
        nordhamn.add("Tor Ek", "tor@nordhamn.example", Role::Auditor, PASSWORD).await;
        let guest = nordhamn.world.vastmark().await.person;
        nordhamn.world.join(nordhamn.person().tenant, guest.account, Role::Administrator).await;
        nordhamn.world.sql("DELETE FROM mail").await;
        nordhamn.set(&[("min_digits", "2")]).await.unwrap();
        send(&nordhamn.world.core, &mailer).await;
        assert_eq!(server.taken().len(), 0, "it became stricter");
        nordhamn.set(&[("min_digits", "1"), ("history", "5")]).await.unwrap();
        send(&nordhamn.world.core, &mailer).await;
        let mut told: Vec<_> = server.taken().iter().flat_map(|mail| mail.recipients.clone()).collect();
        told.sort();
        assert_eq!(told, [CLARA, "eva@vastmark.example", "rut@nordhamn.example"].map(|to| format!("RCPT TO:<{to}>")));
    }
);

each_database!(
    async fn a_guest_follows_the_strictest_rules_of_both_organisations_while_a_guest(nordhamn: Nordhamn) {
        let world = &nordhamn.world;
        let guest = world.vastmark().await.person;
        world.join(nordhamn.person().tenant, guest.account, Role::Member).await;
        let theirs = typed(&[("idle_minutes", "20"), ("min_digits", "1")]);
        let form = PolicyForm { rules: &theirs, reason: "Vi vill", version: 0, confirmed: 0 };
        change(&world.core, &guest, form).await.unwrap();
        // The host demands more, and learns nothing about people with another home.
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
    async fn a_new_role_or_organisation_shortens_the_running_session(nordhamn: Nordhamn) {
        let (world, owner) = (&nordhamn.world, nordhamn.person());
        nordhamn.set(&[("administrative_idle_minutes", "10")]).await.unwrap();
        let olof = signed_in(nordhamn.sign_in(MEMBER, PASSWORD).await);
        change_role(&world.core, owner, olof.person.account, Role::Administrator).await.unwrap();
        world.clock.advance_secs(10 * 60);
        assert!(world.who(&olof.token).await.is_none(), "the session has an administrator's limits now");
        // A member of another organisation joins as a guest while signed in.
        let larkmoor = world.larkmoor().await;
        let owner = signed_in(nordhamn.sign_in(CLARA, PASSWORD).await).person;
        let rules = typed(&[("idle_minutes", "5")]);
        change(&world.core, &owner, PolicyForm { rules: &rules, reason: "Beslut", version: 1, confirmed: 0 })
            .await
            .unwrap();
        let who = Invitee::parse("ada@larkmoor.example", "", "member", "sv").unwrap();
        invite(&world.core, &Caller::from(owner.clone()), owner.tenant, &who).await.unwrap();
        let link = world.invitation_token().await;
        join(&world.core, &larkmoor.person, &link).await.unwrap();
        world.clock.advance_secs(5 * 60);
        assert!(world.who(&larkmoor.token).await.is_none(), "the host's rules apply at once");
    }
);

each_database!(
    async fn the_preview_counts_the_people_with_too_old_passwords(mut nordhamn: Nordhamn) {
        let email = |n: usize| format!("n{n:02}@nordhamn.example");
        for n in 0..20 {
            nordhamn.add(&format!("Nils {n:02}"), &email(n), Role::Member, PASSWORD).await;
        }
        nordhamn.world.clock.advance_secs(40 * DAY_SECS);
        nordhamn.owner = nordhamn.choose(CLARA, STRONG).await.unwrap();
        for n in (0..20).step_by(2) {
            nordhamn.choose(&email(n), STRONG).await.unwrap();
        }
        let shown = show(&nordhamn.world.core, nordhamn.person(), &typed(&[("max_age_days", "30")])).await.unwrap();
        let Affected { count, people, more } = shown.passwords;
        // Every second of the Nils, and Olof, whose name sorts last.
        assert_eq!((count, people.len(), more, shown.acting), (11, 8, 3, 11));
        assert_eq!((people[0].0.as_str(), people[7].0.as_str()), ("Nils 01", "Nils 15"));
        // With an age limit already saved, the preview counts only passwords within that limit.
        nordhamn.set(&[("max_age_days", "60")]).await.unwrap();
        nordhamn.world.clock.advance_secs(30 * DAY_SECS);
        nordhamn.owner = nordhamn.choose(CLARA, &format!("{STRONG}!")).await.unwrap();
        let shown = show(&nordhamn.world.core, nordhamn.person(), &typed(&[("max_age_days", "30")])).await.unwrap();
        let Affected { count, people, more } = shown.passwords;
        assert_eq!((count, people.len(), more), (10, 8, 2));
        assert_eq!((people[0].0.as_str(), people[7].0.as_str()), ("Nils 00", "Nils 14"));
    }
);

each_database!(
    async fn a_guest_is_counted_and_comes_under_the_rules_at_once(nordhamn: Nordhamn) {
        let (world, owner) = (&nordhamn.world, nordhamn.person());
        let ada = world.larkmoor().await;
        let who = Invitee::parse("ada@larkmoor.example", "", "member", "sv").unwrap();
        invite(&world.core, &Caller::from(owner.clone()), owner.tenant, &who).await.unwrap();
        join(&world.core, &ada.person, &world.invitation_token().await).await.unwrap();
        let rules = [("idle_minutes", "10"), ("second_factor", "1")];
        let done = nordhamn.set(&rules).await.unwrap();
        assert_eq!((done.guests, done.factors.count), (1, 2), "the host does not learn her factors");
        world.clock.advance_secs(10 * 60 - 1);
        assert!(world.who(&ada.token).await.is_some());
        world.clock.advance_secs(10 * 60);
        assert!(world.who(&ada.token).await.is_none(), "the host's rules apply at once");
    }
);

each_database!(
    async fn saves_of_the_rules_are_limited_to_thirty_an_hour(mut nordhamn: Nordhamn) {
        for n in 1..=30 {
            nordhamn.set(&[("lockout_minutes", &(15 + n).to_string())]).await.unwrap();
        }
        let too_many = |done| matches!(refusal::<Impact>(done), Some(Refusal::TooMany { .. }));
        assert!(too_many(nordhamn.set(&[("lockout_minutes", "50")]).await));
        nordhamn.world.clock.advance_secs(60 * 60 - 1);
        nordhamn.owner = nordhamn.choose(CLARA, STRONG).await.unwrap();
        assert!(too_many(nordhamn.set(&[("lockout_minutes", "50")]).await));
        nordhamn.world.clock.advance_secs(1);
        nordhamn.set(&[("lockout_minutes", "50")]).await.unwrap();
    }
);

each_database!(
    async fn weaker_rules_are_refused_when_their_notice_would_exceed_the_mail_limit(nordhamn: Nordhamn) {
        let mut told = 0;
        for n in 0..60 {
            // Stricter and weaker rules in turn. Only weaker ones cause a notice.
            let digits = if n % 2 == 0 { "1" } else { "0" };
            match nordhamn.set(&[("min_digits", digits)]).await {
                Ok(_) => told += n % 2,
                Err(error) => {
                    assert!(matches!(refusal::<()>(Err(error)), Some(Refusal::TooManyMails { .. })));
                    break;
                }
            }
        }
        let mails = nordhamn.world.number("SELECT count(*) FROM mail WHERE kind = 'policy_weakened'").await;
        assert_eq!((told, mails), (3, 3), "one notice for each weaker save");
    }
);
