use crate::kit::{Office, done, full, not};
use portvakt_core::caller::Person;
use portvakt_core::lockout::unlock;
use portvakt_core::reset::forgot;
use portvakt_core::testing::{NEW_PASSWORD, choose_password, is_wrong, origin, refusal, sign_in, stranger};
use portvakt_core::user::{act, change_role, export, list, user};
use portvakt_core::{Core, each_database};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::AccountId;
use portvakt_model::language::Language;
use portvakt_model::role::Role;
use portvakt_model::user::{Act, Report, UserQuery, UserState, Where, Why};

each_database!(
    async fn a_suspended_person_is_told_after_the_right_password_and_their_sessions_end_at_once(office: Office) {
        let (core, email) = (&office.world.core, "bo@nordhamn.example");
        let bo = office.add("Bo Ek", email, Role::Member).await;
        let token = office.signed_in(email).await;
        let link = office.world.reset_link(email).await;
        assert!(office.world.who(&token).await.is_some());
        let no_reason = act(core, &office.owner, Act::Suspend, &[bo], "  ").await;
        assert_eq!(refusal(no_reason), Some(Refusal::Fields(vec![FieldRule::Empty.of("reason")])));
        assert_eq!(office.act(Act::Suspend, &[bo]).await.unwrap(), done(Act::Suspend, 1));
        assert!(office.world.who(&token).await.is_none(), "the session has ended here at once");
        assert_eq!(office.world.number("SELECT count(*) FROM session").await, 3, "the owners'");

        let before = office.world.hashes();
        let right = refusal(sign_in(core, &origin(), &stranger(), email, NEW_PASSWORD).await);
        let verified = office.world.hashes() - before;
        assert_eq!(right, Some(Refusal::Suspended { organisation: false }));
        assert_eq!(verified, 1, "one verification, as for any account");
        let wrong = refusal(sign_in(core, &origin(), &stranger(), email, "a wrong password").await);
        assert!(matches!(wrong, Some(Refusal::WrongCredentials(_))), "a guesser does not learn it: {wrong:?}");
        // The tries are counted like wrong ones, and end in a lock.
        for _ in 0..4 {
            office.world.clock.advance_secs(60);
            let _ = sign_in(core, &origin(), &stranger(), email, NEW_PASSWORD).await;
        }
        let locked = refusal(sign_in(core, &origin(), &stranger(), email, NEW_PASSWORD).await);
        assert!(matches!(locked, Some(Refusal::Locked { .. })), "{locked:?}");
        unlock(core, email).await.unwrap();

        // Neither an earlier reset link nor a new one signs the suspended account in.
        let used = choose_password(core, &origin(), &link, &stranger(), NEW_PASSWORD, "").await;
        assert_eq!(refusal(used), Some(Refusal::NotFound));
        forgot(core, &origin(), email).await.unwrap();
        assert_eq!(office.world.number("SELECT count(*) FROM link").await, 0);
        assert_eq!(office.act(Act::SendResetLink, &[bo]).await.unwrap(), not(Act::SendResetLink, Why::Suspended));
        let link = office.world.reset_link(email).await;
        let used = choose_password(core, &origin(), &link, &stranger(), NEW_PASSWORD, "").await;
        assert_eq!(refusal(used), Some(Refusal::NotFound));

        assert_eq!(office.act(Act::Suspend, &[bo]).await.unwrap(), not(Act::Suspend, Why::Already));
        assert_eq!(office.act(Act::Restore, &[bo]).await.unwrap(), done(Act::Restore, 1));
        assert_eq!(office.act(Act::Restore, &[bo]).await.unwrap(), not(Act::Restore, Why::Already));
        sign_in(core, &origin(), &stranger(), email, NEW_PASSWORD).await.unwrap();
        let actions = office.world.actions(office.tenant).await;
        for action in ["member.suspended", "account.sign_in_failed", "member.restored"] {
            assert!(actions.iter().any(|a| a == action), "{action}");
        }
    }
);

each_database!(
    threads = 2,
    async fn a_sign_in_during_a_suspension_leaves_no_session(office: Office) {
        let bo = office.add("Bo Ek", "bo@nordhamn.example", Role::Member).await;
        office.signed_in("bo@nordhamn.example").await;
        for _ in 0..if full() { 20 } else { 5 } {
            let core = &office.world.core;
            let browser = stranger();
            let from = origin();
            let sign_in = sign_in(core, &from, &browser, "bo@nordhamn.example", NEW_PASSWORD);
            let (started, suspended) = futures_util::future::join(sign_in, office.act(Act::Suspend, &[bo])).await;
            suspended.unwrap();
            if let Ok(started) = started {
                assert!(office.world.who(&started.token).await.is_none());
            }
            assert_eq!(office.world.number("SELECT count(*) FROM session").await, 3);
            office.act(Act::Restore, &[bo]).await.unwrap();
            unlock(core, "bo@nordhamn.example").await.unwrap();
            office.world.clock.advance_secs(120);
        }
    }
);

each_database!(
    async fn an_administrator_unlocks_people_mails_them_links_and_ends_their_sessions(office: Office) {
        let (core, email) = (&office.world.core, "bo@nordhamn.example");
        let bo = office.add("Bo Ek", email, Role::Member).await;
        let token = office.signed_in(email).await;
        office.lock_out(email).await;
        let page = user(core, &office.owner, bo).await.unwrap();
        assert_eq!((page.listed.state, page.sessions), (UserState::Locked, Some(1)));
        assert!(page.locked_until.is_some() && !page.is_you);
        assert!(matches!(
            refusal(sign_in(core, &origin(), &stranger(), email, NEW_PASSWORD).await),
            Some(Refusal::Locked { .. })
        ));
        assert_eq!(office.act(Act::Unlock, &[bo]).await.unwrap(), done(Act::Unlock, 1));
        assert_eq!(user(core, &office.owner, bo).await.unwrap().listed.state, UserState::Active);
        sign_in(core, &origin(), &stranger(), email, NEW_PASSWORD).await.unwrap();

        assert_eq!(office.act(Act::EndSessions, &[bo]).await.unwrap(), done(Act::EndSessions, 1));
        assert!(office.world.who(&token).await.is_none());
        assert_eq!(user(core, &office.owner, bo).await.unwrap().sessions, Some(0));
        assert_eq!(office.act(Act::EndSessions, &[bo]).await.unwrap(), not(Act::EndSessions, Why::Already));

        for _ in 0..3 {
            assert_eq!(office.act(Act::SendResetLink, &[bo]).await.unwrap(), done(Act::SendResetLink, 1));
        }
        assert_eq!(office.act(Act::SendResetLink, &[bo]).await.unwrap(), not(Act::SendResetLink, Why::Mailed));
        let mails = "SELECT count(*) FROM mail WHERE kind = 'reset'";
        assert_eq!(office.world.number(mails).await, 3);
        let actions = office.world.actions(office.tenant).await;
        for action in ["account.unlocked", "session.ended_elsewhere", "account.reset_link_issued"] {
            assert!(actions.iter().any(|a| a == action), "{action}");
        }
    }
);

each_database!(
    async fn a_busy_moment_in_an_act_on_several_people_is_reported_with_the_people_left(office: Office) {
        let mut people = Vec::new();
        for email in ["bo@nordhamn.example", "eva@nordhamn.example", "ida@nordhamn.example"] {
            people.push(office.add("Bo Ek", email, Role::Member).await);
        }
        let waiting = "SELECT count(*) FROM mail WHERE kind = 'reset'";
        office.world.fill_outbox(1).await;
        let told = Report { act: Act::SendResetLink, done: 1, not: vec![(Why::Busy, 2)] };
        assert_eq!(office.act(Act::SendResetLink, &people).await.unwrap(), told);
        assert_eq!(office.world.number(waiting).await, 1);
        assert!(matches!(refusal(office.act(Act::SendResetLink, &people).await), Some(Refusal::Busy { .. })));
        office.world.sql("DELETE FROM mail WHERE kind = 'test'").await;
        assert_eq!(office.act(Act::SendResetLink, &people).await.unwrap(), done(Act::SendResetLink, 3));
        assert_eq!(office.world.number(waiting).await, 4);
    }
);

each_database!(
    async fn after_a_hundred_failures_only_an_administrator_or_a_new_password_unlocks_the_account(office: Office) {
        let (core, email) = (&office.world.core, "bo@nordhamn.example");
        let bo = office.add("Bo Ek", email, Role::Member).await;
        office.signed_in(email).await;
        for opened in ["by hand", "by a new password"] {
            for _ in 0..100 {
                office.world.clock.advance_secs(3600);
                assert!(sign_in(core, &origin(), &stranger(), email, "wrong").await.is_err());
            }
            office.world.clock.advance_secs(30 * 24 * 3600);
            let page = user(core, &office.owner, bo).await.unwrap();
            assert_eq!((page.listed.state, page.locked_until), (UserState::Locked, None), "{opened}");
            assert!(is_wrong(sign_in(core, &origin(), &stranger(), email, NEW_PASSWORD).await));
            if opened == "by hand" {
                office.act(Act::Unlock, &[bo]).await.unwrap();
            } else {
                office.signed_in(email).await;
            }
            assert_eq!(user(core, &office.owner, bo).await.unwrap().listed.state, UserState::Active, "{opened}");
            sign_in(core, &origin(), &stranger(), email, NEW_PASSWORD).await.unwrap();
        }
    }
);

each_database!(
    async fn nobody_gives_a_role_they_do_not_hold_or_acts_on_a_person_with_a_higher_one(office: Office) {
        let core = &office.world.core;
        let eva = office.add("Eva Lund", "eva@nordhamn.example", Role::Administrator).await;
        let eva_as = office.as_one_in(eva).await;
        let bo = office.add("Bo Ek", "bo@nordhamn.example", Role::Member).await;
        let second = office.add("Disa Ek", "disa@nordhamn.example", Role::Owner).await;
        for (id, role) in
            [(bo, Role::Owner), (eva, Role::Owner), (office.owner.account, Role::Member), (second, Role::Administrator)]
        {
            let refused = change_role(core, &eva_as, id, role).await;
            assert_eq!(refusal(refused), Some(Refusal::NotFound), "{role}");
        }
        for what in Act::ALL {
            let refused = act(core, &eva_as, what, &[office.owner.account], "because").await;
            assert_eq!(refusal(refused), Some(Refusal::NotFound), "{what:?}");
        }
        let several = act(core, &eva_as, Act::Suspend, &[office.owner.account, bo], "because").await.unwrap();
        assert_eq!(several, Report { act: Act::Suspend, done: 1, not: vec![(Why::HoldsMore, 1)] });
        assert_eq!(user(core, &eva_as, second).await.unwrap().roles, []);
        assert_eq!(user(core, &eva_as, bo).await.unwrap().roles, [Role::Member, Role::Auditor, Role::Administrator]);

        change_role(core, &eva_as, bo, Role::Administrator).await.unwrap();
        change_role(core, &eva_as, bo, Role::Administrator).await.unwrap();
        assert_eq!(user(core, &office.owner, bo).await.unwrap().listed.role, Role::Administrator);
        let changes = office.world.actions(office.tenant).await;
        assert_eq!(
            changes.iter().filter(|a| *a == "member.role_changed").count(),
            1,
            "giving the same role again is no change"
        );
        // A member finds nobody and may do nothing.
        for role in [Role::Auditor, Role::Member] {
            let finn = office.add("Finn Ek", &format!("{role}@nordhamn.example"), role).await;
            let finn = office.as_one(finn);
            assert_eq!(refusal(list(core, &finn, &UserQuery::default()).await), Some(Refusal::NotFound));
            assert_eq!(refusal(user(core, &finn, bo).await), Some(Refusal::NotFound));
            assert_eq!(
                refusal(export(core, &finn, &UserQuery::default(), Language::English).await),
                Some(Refusal::NotFound)
            );
            assert_eq!(refusal(change_role(core, &finn, finn.account, Role::Member).await), Some(Refusal::NotFound));
            assert_eq!(refusal(act(core, &finn, Act::Suspend, &[], "x").await), Some(Refusal::NotFound));
            assert_eq!(refusal(act(core, &finn, Act::Unlock, &[bo], "").await), Some(Refusal::NotFound));
        }
    }
);

each_database!(
    async fn the_last_owner_stays_owner_and_nobody_suspends_themselves(office: Office) {
        let (core, owner) = (&office.world.core, office.owner.account);
        let last = vec![FieldRule::LastOwner.of("role")];
        let demoted = change_role(core, &office.owner, owner, Role::Administrator).await;
        assert_eq!(refusal(demoted), Some(Refusal::Fields(last.clone())));
        assert_eq!(office.act(Act::Suspend, &[owner]).await.unwrap(), not(Act::Suspend, Why::Yourself));
        assert_eq!(office.act(Act::EndSessions, &[owner]).await.unwrap(), not(Act::EndSessions, Why::Yourself));
        let disa = office.add("Disa Ek", "disa@nordhamn.example", Role::Owner).await;
        // A suspended owner does not count as an owner.
        office.act(Act::Suspend, &[disa]).await.unwrap();
        let demoted = change_role(core, &office.owner, owner, Role::Member).await;
        assert_eq!(refusal(demoted), Some(Refusal::Fields(last)));
        office.act(Act::Restore, &[disa]).await.unwrap();
        change_role(core, &office.owner, owner, Role::Member).await.unwrap();
        let suspended = act(core, &office.as_one(disa), Act::Suspend, &[owner], "because").await.unwrap();
        assert_eq!(suspended, done(Act::Suspend, 1));
        assert_eq!(
            refusal(office.act(Act::Unlock, &[disa]).await),
            Some(Refusal::NotFound),
            "the former owner may do nothing"
        );
    }
);

async fn put_down(core: Core, who: Person, whom: AccountId, suspends: bool) -> bool {
    if suspends {
        act(&core, &who, Act::Suspend, &[whom], "because").await.is_ok_and(|report| report.done == 1)
    } else {
        change_role(&core, &who, whom, Role::Member).await.is_ok()
    }
}

each_database!(
    threads = 2,
    async fn two_owners_who_demote_each_other_at_once_leave_one_owner(office: Office) {
        let clara = office.owner.account;
        let disa = office.add("Disa Ek", "disa@nordhamn.example", Role::Owner).await;
        let elsewhere = office.world.again(&office.world.settings).await.unwrap();
        for round in 0..if full() { 30 } else { 6 } {
            let (one, two) = (office.as_one_in(clara).await, office.as_one_in(disa).await);
            let here = office.world.core.clone();
            let there = elsewhere.clone();
            let suspends = round % 2 == 1;
            let first = tokio::spawn(put_down(here, one, disa, suspends));
            let second = tokio::spawn(put_down(there, two, clara, suspends));
            let put_down = [first.await.unwrap(), second.await.unwrap()];
            assert_eq!(put_down.iter().filter(|done| **done).count(), 1, "round {round}");
            let owners =
                office.world.number("SELECT count(*) FROM membership WHERE role = 'owner' AND suspended_at IS NULL");
            assert_eq!(owners.await, 3, "one of each organisation");
            let whom = if put_down[0] { disa } else { clara };
            let who = office.as_one_in(if put_down[0] { clara } else { disa }).await;
            if suspends {
                act(&office.world.core, &who, Act::Restore, &[whom], "because").await.unwrap();
            } else {
                change_role(&office.world.core, &who, whom, Role::Owner).await.unwrap();
            }
        }
    }
);

each_database!(
    async fn a_guests_host_decides_only_about_the_membership(office: Office) {
        let (core, email) = (&office.world.core, "gina@brightwater.example");
        let gina = office.guest("Gina Walsh", email, Role::Member).await;
        let token = office.signed_in(email).await;
        office.lock_out(email).await;
        let state = async || {
            office.world.number("SELECT CAST(sum(credential_version + locked_until) AS BIGINT) FROM account").await
        };
        let links = "SELECT count(*) FROM link WHERE account_id = (SELECT id FROM account WHERE name = 'Gina Walsh')";
        let before = (state().await, office.world.number(links).await);

        let page = user(core, &office.owner, gina).await.unwrap();
        assert!(page.listed.is_guest && page.sessions.is_none() && page.locked_until.is_none());
        assert_eq!(
            (page.listed.state, page.listed.last_sign_in),
            (UserState::Active, None),
            "only the guest's home knows the state"
        );
        for what in [Act::Unlock, Act::SendResetLink, Act::EndSessions] {
            assert_eq!(refusal(office.act(what, &[gina]).await), Some(Refusal::NotFound), "{what:?}");
            let several = office.act(what, &[gina, office.owner.account]).await.unwrap();
            assert!(several.not.contains(&(Why::Guest, 1)), "{what:?}");
        }
        let owner = office.as_one_in(office.owner.account).await;
        change_role(core, &owner, gina, Role::Administrator).await.unwrap();
        assert_eq!(office.act(Act::Suspend, &[gina]).await.unwrap(), done(Act::Suspend, 1));
        assert!(office.world.who(&token).await.is_some(), "a guest only loses the place of a guest");
        office.act(Act::Restore, &[gina]).await.unwrap();
        assert!(office.found("gina").await == ["Gina Walsh"]);

        // The guest's session acts in the host's organisation when the host suspends the guest.
        office.work_in(&token, office.tenant).await;
        assert_eq!(office.world.who(&token).await.unwrap().person.tenant, office.tenant);
        assert_eq!(office.act(Act::Suspend, &[gina]).await.unwrap(), done(Act::Suspend, 1));
        let there = office.world.who(&token).await.unwrap();
        assert_eq!(there.person.tenant, office.other.home, "they are sent home");
        office.act(Act::Restore, &[gina]).await.unwrap();
        office.work_in(&token, office.tenant).await;
        assert_eq!(office.act(Act::Remove, &[gina]).await.unwrap(), done(Act::Remove, 1));
        assert_eq!(office.world.who(&token).await.unwrap().person.tenant, office.other.home);
        assert_eq!(refusal(user(core, &office.owner, gina).await), Some(Refusal::NotFound));
        assert_eq!(office.found("gina").await, [""; 0]);
        let after = (state().await, office.world.number(links).await);
        assert_eq!(after, before, "nothing of the account has changed");
        let report = act(core, &office.other, Act::Unlock, &[gina], "").await.unwrap();
        assert_eq!(report, done(Act::Unlock, 1));
        // A person at home in the organisation is erased, not removed.
        let bo = office.add("Bo Ek", "bo@nordhamn.example", Role::Member).await;
        assert_eq!(office.act(Act::Remove, &[bo]).await.unwrap(), not(Act::Remove, Why::AtHome));
        let actions = office.world.actions(office.tenant).await;
        assert!(actions.contains(&"member.removed".to_owned()));
    }
);

each_database!(
    async fn people_of_another_organisation_are_not_found(office: Office) {
        let core = &office.world.core;
        let theirs = office.other.account;
        let nobody = core.random.id(core.clock.now());
        for id in [theirs, nobody] {
            assert_eq!(refusal(user(core, &office.owner, id).await), Some(Refusal::NotFound));
            assert_eq!(refusal(change_role(core, &office.owner, id, Role::Member).await), Some(Refusal::NotFound));
            for what in Act::ALL {
                assert_eq!(refusal(office.act(what, &[id]).await), Some(Refusal::NotFound), "{what:?}");
                let both = office.act(what, &[id, office.owner.account]).await.unwrap();
                assert!(both.not.contains(&(Why::Gone, 1)), "{what:?}");
            }
            // A cursor that names another organisation's account leads to the first page.
            let page = Where::After(format!("0.AA.{id}"));
            assert_eq!(office.names(&UserQuery { page, ..UserQuery::default() }).await, ["Clara Ström"]);
        }
        assert_eq!(office.world.actions(office.other.home).await, ["tenant.created", "member.joined"]);
    }
);

each_database!(
    async fn an_act_takes_at_most_fifty_people_and_each_once(office: Office) {
        let bo = office.add("Bo Ek", "bo@nordhamn.example", Role::Member).await;
        let core = &office.world.core;
        let many: Vec<_> = (0..51).map(|_| core.random.id(core.clock.now())).collect();
        let refused = office.act(Act::Unlock, &many).await;
        assert_eq!(refusal(refused), Some(Refusal::Fields(vec![FieldRule::TooLong(50).of("ids")])));
        assert_eq!(office.act(Act::Suspend, &[bo, bo, bo]).await.unwrap(), done(Act::Suspend, 1));
        assert_eq!(office.act(Act::Unlock, &[]).await.unwrap(), done(Act::Unlock, 0));
    }
);
