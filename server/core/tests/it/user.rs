use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portvakt_core::caller::{Caller, Origin, Person};
use portvakt_core::error::CoreError;
use portvakt_core::invitation::{Invitee, invite};
use portvakt_core::lockout::unlock;
use portvakt_core::reset::forgot;
use portvakt_core::testing::{
    Fixture, World, choose_password, is_wrong, new_person, origin, refusal, sign_in, stranger,
};
use portvakt_core::token::Token;
use portvakt_core::user::{EXPORTS_AN_HOUR, PAGE, act, change_role, export, list, user};
use portvakt_core::{Core, each_database, member};
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::language::Language;
use portvakt_model::role::Role;
use portvakt_model::user::{Act, Query, Report, Sort, State, Users, Where, Why};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

const PASSWORD: &str = "en helt annan mening";

/// An organisation with its owner, beside another one.
struct Office {
    world: World,
    tenant: TenantId,
    owner: Person,
    /// The owner of the other.
    other: Person,
}

impl Fixture for Office {
    async fn of(world: World) -> Self {
        world.owner().await;
        let [(tenant, owner), (_, other)] = [
            organisation(&world, "Nordhamn kommun", "Clara Ström", "clara@nordhamn.example").await,
            organisation(&world, "Brightwater Trust", "Tom Ashworth", "tom@brightwater.example").await,
        ];
        Self { world, tenant, owner, other }
    }
}

impl Office {
    async fn add(&self, name: &str, email: &str, role: Role) -> AccountId {
        let caller = Caller::from(self.owner.clone());
        member::add(&self.world.core, &caller, self.tenant, &new_person(name, email), role).await.unwrap()
    }

    /// Somebody of this organisation, acting in it.
    fn as_one(&self, account: AccountId) -> Person {
        self.world.signed_in(self.tenant, account)
    }

    /// The same in a session, which has just begun.
    async fn as_one_in(&self, account: AccountId) -> Person {
        self.world.in_session(self.as_one(account)).await
    }

    /// Somebody of the other organisation, as a guest in this one.
    async fn guest(&self, name: &str, email: &str, role: Role) -> AccountId {
        let caller = Caller::from(self.other.clone());
        let person = new_person(name, email);
        let account = member::add(&self.world.core, &caller, self.other.home, &person, Role::Member).await.unwrap();
        self.world.join(self.tenant, account, role).await;
        account
    }

    async fn ask(&self, query: &Query) -> Users {
        list(&self.world.core, &self.owner, query).await.unwrap()
    }

    async fn names(&self, query: &Query) -> Vec<String> {
        self.ask(query).await.people.into_iter().map(|person| person.name).collect()
    }

    async fn found(&self, q: &str) -> Vec<String> {
        self.names(&Query { q: q.to_owned(), ..Query::default() }).await
    }

    async fn act(&self, what: Act, ids: &[AccountId]) -> Result<Report, CoreError> {
        act(&self.world.core, &self.owner, what, ids, "because").await
    }

    /// Tries wrong passwords until no more are taken.
    async fn lock_out(&self, email: &str) {
        for n in 0.. {
            let from = Origin { network: format!("10.1.{n}.1"), ..origin() };
            match refusal(sign_in(&self.world.core, &from, &stranger(), email, "wrong").await).unwrap() {
                Refusal::WrongCredentials(tries) => self.world.clock.advance_secs(tries.wait_secs.into()),
                Refusal::Locked { .. } => return,
                other => panic!("{other:?}"),
            }
        }
    }

    /// As if somebody had gone over to another organisation of theirs.
    async fn work_in(&self, session: &Token, tenant: TenantId) {
        let moved = sqlx::query("UPDATE session SET current_tenant_id = $1 WHERE token_hash = $2")
            .bind(tenant.to_string())
            .bind(Sha256::digest(URL_SAFE_NO_PAD.decode(session.reveal()).unwrap()).to_vec());
        moved.execute(&self.world.raw).await.unwrap();
        self.world.clock.advance_secs(2);
    }

    /// Gives somebody a password and signs them in.
    async fn signed_in(&self, email: &str) -> Token {
        let token = self.world.reset_link(email).await;
        choose_password(&self.world.core, &origin(), &token, &stranger(), PASSWORD, "").await.unwrap().token
    }
}

async fn organisation(world: &World, name: &str, owner: &str, email: &str) -> (TenantId, Person) {
    let owner = world.customer(name, owner, email).await.person;
    (owner.home, owner)
}

fn done(act: Act, done: u64) -> Report {
    Report { act, done, not: Vec::new() }
}

fn not(act: Act, why: Why) -> Report {
    Report { act, done: 0, not: vec![(why, 1)] }
}

each_database!(
    async fn people_are_found_by_the_beginning_of_any_word_of_their_name_or_address(office: Office) {
        office.add("Åsa Öberg-Nuñez", "asa.oberg@nordhamn.example", Role::Member).await;
        office.add("Anna Lindqvist", "al@post.example", Role::Administrator).await;
        office.add("100 % Säker", "o'brien_x@nordhamn.example", Role::Auditor).await;
        for (q, names) in [
            ("ÅS", &["Åsa Öberg-Nuñez"][..]),
            ("oberg", &["Åsa Öberg-Nuñez"]),
            ("nuñ", &["Åsa Öberg-Nuñez"]),
            ("lind ann", &["Anna Lindqvist"]),
            ("al@post.example", &["Anna Lindqvist"]),
            ("brien", &["100 % Säker"]),
            ("nordhamn", &["100 % Säker", "Clara Ström", "Åsa Öberg-Nuñez"]),
            ("indqvist", &[]),
            ("anna öberg", &[]),
            ("%", &[]),
            ("_", &[]),
            ("'; DROP TABLE member_term; --", &[]),
            ("tom", &[]),
            ("brightwater", &[]),
        ] {
            assert_eq!(office.found(q).await, names, "{q}");
        }
        assert_eq!(office.found("  ").await.len(), 4);
        // Whoever has another name is found by that one.
        office.world.rename("al@post.example", "Berit Ek").await;
        assert_eq!(office.found("lind").await, [""; 0]);
        assert_eq!(office.found("ber").await, ["Berit Ek"]);
    }
);

each_database!(
    async fn the_list_is_filtered_by_state_and_role_and_counts_each(office: Office) {
        let anna = office.add("Anna Ek", "anna@nordhamn.example", Role::Administrator).await;
        let bo = office.add("Bo Ek", "bo@nordhamn.example", Role::Member).await;
        office.add("Cilla Ek", "cilla@nordhamn.example", Role::Member).await;
        office.act(Act::Suspend, &[bo]).await.unwrap();
        office.signed_in("anna@nordhamn.example").await;
        office.lock_out("anna@nordhamn.example").await;
        invited(&office, "dan@nordhamn.example").await;
        let of = |state| Query { state: Some(state), ..Query::default() };
        assert_eq!(office.names(&of(State::Active)).await, ["Cilla Ek", "Clara Ström"]);
        assert_eq!(office.names(&of(State::Locked)).await, ["Anna Ek"]);
        assert_eq!(office.names(&of(State::Suspended)).await, ["Bo Ek"]);
        let counts = office.ask(&Query::default()).await.counts;
        assert_eq!((counts.all, counts.locked, counts.suspended, counts.invited), (4, 1, 1, 1));
        assert_eq!(counts.of(State::Active), 2);
        let role = |role| Query { role: Some(role), ..Query::default() };
        assert_eq!(office.names(&role(Role::Member)).await, ["Bo Ek", "Cilla Ek"]);
        let both = Query { q: "ek".to_owned(), state: Some(State::Active), ..role(Role::Member) };
        assert_eq!(office.names(&both).await, ["Cilla Ek"]);
        // A lock ends by itself, and at once when somebody opens it.
        office.world.clock.advance_secs(16 * 60);
        assert_eq!(office.names(&of(State::Locked)).await, [""; 0]);
        office.lock_out("anna@nordhamn.example").await;
        assert_eq!(office.names(&of(State::Locked)).await, ["Anna Ek"]);
        assert_eq!(office.act(Act::Unlock, &[anna]).await.unwrap(), done(Act::Unlock, 1));
        assert_eq!(office.names(&of(State::Locked)).await, [""; 0]);
    }
);

async fn invited(office: &Office, email: &str) {
    let invitee = Invitee {
        email: EmailAddress::parse(email).unwrap(),
        name: None,
        language: Language::English,
        role: Role::Member,
    };
    invite(&office.world.core, &Caller::from(office.owner.clone()), office.tenant, &invitee).await.unwrap();
}

/// Puts many people into an organisation, past everything that would take its time: each is called after their number, every
/// ninth is `p7`, and the last hundred `late`, half of whom are suspended. Nine are auditors.
async fn crowd(office: &Office, count: i64) {
    let tenant = office.tenant.to_string();
    let numbers = "WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < $2 - 1)";
    let id = "('00000000-0000-7000-8000-' || substr(CAST(100000000000 + n AS TEXT), 1, 12))";
    let word = "('n' || substr(CAST(100000 + n AS TEXT), 2, 5))";
    for made in [
        format!(
            "INSERT INTO account (id, tenant_id, identifier, email, name, language, time_zone, credential_version, created_at)
             {numbers} SELECT {id}, $1, {word}, {word}, {word}, 'sv', 'Europe/Stockholm', 0, 0 FROM n"
        ),
        format!(
            "INSERT INTO membership (tenant_id, account_id, role, suspended_at, created_at, role_rank, name_key, signed_in_at)
             {numbers} SELECT $1, {id}, CASE WHEN n % 1000 = 5 THEN 'auditor' ELSE 'member' END,
                    CASE WHEN n >= $2 - 100 AND n % 2 = 1 THEN 1 END, 0, CASE WHEN n % 1000 = 5 THEN 2 ELSE 3 END,
                    CAST({word} AS BLOB), 0 FROM n"
        ),
        format!("INSERT INTO member_term {numbers} SELECT $1, {id}, CAST({word} AS BLOB) FROM n"),
        format!("INSERT INTO member_term {numbers} SELECT $1, {id}, CAST('crowd' AS BLOB) FROM n WHERE n < $2"),
        format!("INSERT INTO member_term {numbers} SELECT $1, {id}, CAST('late' AS BLOB) FROM n WHERE n >= $2 - 100"),
        format!("INSERT INTO member_term {numbers} SELECT $1, {id}, CAST('p' || CAST(n % 9 AS TEXT) AS BLOB) FROM n WHERE n < 9999"),
    ] {
        let made = sqlx::query(sqlx::AssertSqlSafe(made)).bind(&tenant).bind(count);
        made.execute(&office.world.raw).await.unwrap();
    }
}

/// Every page of a query, forward from the first and backward from the last.
async fn pages(core: &Core, person: &Person, query: &Query) -> [Vec<AccountId>; 2] {
    let mut both = [Vec::new(), Vec::new()];
    for (backward, all) in both.iter_mut().enumerate() {
        let mut page = if backward == 1 { Where::Last } else { Where::First };
        loop {
            let found = list(core, person, &Query { page, ..query.clone() }).await.unwrap();
            assert!(found.people.len() <= PAGE);
            let ids: Vec<_> = found.people.iter().map(|person| person.id).collect();
            let at = if backward == 1 { 0 } else { all.len() };
            // The first page is a whole one, also when one comes to it from behind.
            let seen: BTreeSet<_> = all.iter().copied().collect();
            all.splice(at..at, ids.into_iter().filter(|id| !seen.contains(id)));
            match if backward == 1 { found.previous } else { found.next } {
                Some(next) => page = next,
                None => break,
            }
        }
    }
    both
}

each_database!(
    async fn every_order_can_be_paged_through_from_either_end(office: Office) {
        let mut all = BTreeSet::from([office.owner.account]);
        for n in 0..120 {
            let role = [Role::Member, Role::Auditor, Role::Administrator][n % 3];
            // Every name is somebody else's too.
            let name = format!("{} Ek", ["Ada", "Åke", "Örjan", "Bo"][n % 4]);
            all.insert(office.add(&name, &format!("p{n}@nordhamn.example"), role).await);
            if n % 5 == 0 {
                office.world.clock.advance_secs(1);
                office.signed_in(&format!("p{n}@nordhamn.example")).await;
            }
        }
        for sort in Sort::ALL {
            for descending in [false, true] {
                let query = Query { sort, descending, ..Query::default() };
                let [forward, backward] = pages(&office.world.core, &office.owner, &query).await;
                assert_eq!(forward, backward, "{sort:?} {descending}");
                assert_eq!(forward.iter().copied().collect::<BTreeSet<_>>(), all, "{sort:?} {descending}");
                assert_eq!(forward.len(), 121);
            }
        }
        let ordered = async |sort, descending| {
            let query = Query { sort, descending, ..Query::default() };
            office.ask(&query).await.people
        };
        let names = ordered(Sort::Name, false).await;
        assert_eq!(
            (names[0].name.as_str(), names[29].name.as_str(), names[30].name.as_str()),
            ("Ada Ek", "Ada Ek", "Bo Ek")
        );
        assert_eq!(ordered(Sort::Name, true).await[0].name, "Örjan Ek");
        assert_eq!(ordered(Sort::Role, false).await[0].role, Role::Owner);
        assert_eq!(ordered(Sort::Role, true).await[0].role, Role::Member);
        let latest = ordered(Sort::LastSignIn, true).await;
        assert!(latest[..25].iter().all(|person| person.last_sign_in.is_some()));
        assert!(latest[25..].iter().all(|person| person.last_sign_in.is_none()));
        assert!(latest[0].email.starts_with("p115@"), "{}", latest[0].email);
        // What is no row of this list begins it anew.
        let first = office.names(&Query::default()).await;
        for nonsense in ["", "x", "0..", "1.AA.nobody", "9.!.00000000-0000-0000-0000-000000000000"] {
            let page = Where::After(nonsense.to_owned());
            assert_eq!(office.names(&Query { page, ..Query::default() }).await, first, "{nonsense}");
        }
    }
);

each_database!(
    async fn many_are_searched_alike_whether_they_are_looked_for_in_order_or_by_an_index(office: Office) {
        crowd(&office, 9_000).await;
        // Everybody, two of them, and those who come last of all; and what each of them leaves over of the others.
        for (q, role, state, count) in [
            ("", None, None, 9_001),
            ("crowd", None, None, 9_000),
            ("crowd p7", None, None, 1_000),
            ("n08999", None, None, 1),
            ("n0899", None, None, 10),
            ("late", None, None, 100),
            ("crowd late", None, Some(State::Active), 50),
            ("late", None, Some(State::Suspended), 50),
            ("", None, Some(State::Suspended), 50),
            ("", Some(Role::Owner), None, 1),
            ("", Some(Role::Auditor), None, 9),
            ("crowd", Some(Role::Auditor), Some(State::Active), 9),
            ("crowd", Some(Role::Owner), None, 0),
            ("crowd nobody", None, None, 0),
            ("", None, Some(State::Locked), 0),
        ] {
            for (sort, descending) in
                [(Sort::Name, false), (Sort::Name, true), (Sort::Role, false), (Sort::LastSignIn, true)]
            {
                let query = Query { q: q.to_owned(), role, state, sort, descending, page: Where::First };
                let file = export(&office.world.core, &office.owner, &query).await;
                let people = file.unwrap().people;
                office.world.sql("DELETE FROM user_export").await;
                assert_eq!(people, count, "{query:?}");
                let shown = office.ask(&query).await;
                assert_eq!(shown.people.len(), count.min(PAGE), "{query:?}");
                assert_eq!(shown.next.is_some(), count > PAGE, "{query:?}");
                let last = office.ask(&Query { page: Where::Last, ..query.clone() }).await;
                assert_eq!(last.people.len(), count.min(PAGE), "{query:?}");
                assert_eq!(last.previous.is_some(), count > PAGE, "{query:?}");
            }
        }
    }
);

each_database!(
    async fn whoever_is_suspended_is_answered_as_for_a_wrong_password_and_their_sessions_end_at_once(office: Office) {
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
        let right = refusal(sign_in(core, &origin(), &stranger(), email, PASSWORD).await);
        let verified = office.world.hashes() - before;
        let nobody = refusal(sign_in(core, &origin(), &stranger(), "nobody@nordhamn.example", PASSWORD).await);
        assert_eq!(right, nobody, "and so are the tries that are left");
        assert!(matches!(right, Some(Refusal::WrongCredentials(_))));
        assert_eq!(verified, 1, "as much work as for anybody");

        // Nor does a link let them in, one from before or a new one.
        let used = choose_password(core, &origin(), &link, &stranger(), PASSWORD, "").await;
        assert_eq!(refusal(used), Some(Refusal::NotFound));
        forgot(core, &origin(), email).await.unwrap();
        assert_eq!(office.world.number("SELECT count(*) FROM link").await, 0);
        assert_eq!(office.act(Act::SendResetLink, &[bo]).await.unwrap(), not(Act::SendResetLink, Why::Suspended));
        let link = office.world.reset_link(email).await;
        let used = choose_password(core, &origin(), &link, &stranger(), PASSWORD, "").await;
        assert_eq!(refusal(used), Some(Refusal::NotFound));

        assert_eq!(office.act(Act::Suspend, &[bo]).await.unwrap(), not(Act::Suspend, Why::Already));
        assert_eq!(office.act(Act::Restore, &[bo]).await.unwrap(), done(Act::Restore, 1));
        assert_eq!(office.act(Act::Restore, &[bo]).await.unwrap(), not(Act::Restore, Why::Already));
        sign_in(core, &origin(), &stranger(), email, PASSWORD).await.unwrap();
        let actions = office.world.actions(office.tenant).await;
        for action in ["member.suspended", "account.sign_in_failed", "member.restored"] {
            assert!(actions.iter().any(|a| a == action), "{action}");
        }
    }
);

each_database!(
    threads = 2,
    async fn nobody_who_signs_in_while_they_are_suspended_stays_signed_in(office: Office) {
        let bo = office.add("Bo Ek", "bo@nordhamn.example", Role::Member).await;
        office.signed_in("bo@nordhamn.example").await;
        for _ in 0..20 {
            let core = &office.world.core;
            let browser = stranger();
            let from = origin();
            let sign_in = sign_in(core, &from, &browser, "bo@nordhamn.example", PASSWORD);
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
    async fn somebody_who_looks_after_people_unlocks_them_mails_them_a_link_and_ends_their_sessions(office: Office) {
        let (core, email) = (&office.world.core, "bo@nordhamn.example");
        let bo = office.add("Bo Ek", email, Role::Member).await;
        let token = office.signed_in(email).await;
        office.lock_out(email).await;
        let page = user(core, &office.owner, bo).await.unwrap();
        assert_eq!((page.listed.state, page.sessions), (State::Locked, Some(1)));
        assert!(page.locked_until.is_some() && !page.is_you);
        assert!(matches!(
            refusal(sign_in(core, &origin(), &stranger(), email, PASSWORD).await),
            Some(Refusal::Locked { .. })
        ));
        assert_eq!(office.act(Act::Unlock, &[bo]).await.unwrap(), done(Act::Unlock, 1));
        assert_eq!(user(core, &office.owner, bo).await.unwrap().listed.state, State::Active);
        sign_in(core, &origin(), &stranger(), email, PASSWORD).await.unwrap();

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
    async fn what_a_busy_moment_leaves_of_an_act_on_several_is_told_with_what_was_done(office: Office) {
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
    async fn after_a_hundred_failures_somebody_is_locked_until_somebody_opens_it_or_they_choose_a_new_password(
        office: Office,
    ) {
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
            assert_eq!((page.listed.state, page.locked_until), (State::Locked, None), "{opened}");
            assert!(is_wrong(sign_in(core, &origin(), &stranger(), email, PASSWORD).await));
            if opened == "by hand" {
                office.act(Act::Unlock, &[bo]).await.unwrap();
            } else {
                office.signed_in(email).await;
            }
            assert_eq!(user(core, &office.owner, bo).await.unwrap().listed.state, State::Active, "{opened}");
            sign_in(core, &origin(), &stranger(), email, PASSWORD).await.unwrap();
        }
    }
);

each_database!(
    async fn nobody_gives_what_they_do_not_hold_or_acts_on_whoever_holds_more(office: Office) {
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
            "what is so already is no change"
        );
        // Whoever looks after nobody sees nobody and does nothing.
        for role in [Role::Auditor, Role::Member] {
            let finn = office.add("Finn Ek", &format!("{role}@nordhamn.example"), role).await;
            let finn = office.as_one(finn);
            assert_eq!(refusal(list(core, &finn, &Query::default()).await), Some(Refusal::NotFound));
            assert_eq!(refusal(user(core, &finn, bo).await), Some(Refusal::NotFound));
            assert_eq!(refusal(export(core, &finn, &Query::default()).await), Some(Refusal::NotFound));
            assert_eq!(refusal(change_role(core, &finn, finn.account, Role::Member).await), Some(Refusal::NotFound));
            assert_eq!(refusal(act(core, &finn, Act::Suspend, &[], "x").await), Some(Refusal::NotFound));
            assert_eq!(refusal(act(core, &finn, Act::Unlock, &[bo], "").await), Some(Refusal::NotFound));
        }
    }
);

each_database!(
    async fn the_last_owner_stays_owner_and_nobody_puts_themselves_aside(office: Office) {
        let (core, owner) = (&office.world.core, office.owner.account);
        let last = vec![FieldRule::LastOwner.of("role")];
        let demoted = change_role(core, &office.owner, owner, Role::Administrator).await;
        assert_eq!(refusal(demoted), Some(Refusal::Fields(last.clone())));
        assert_eq!(office.act(Act::Suspend, &[owner]).await.unwrap(), not(Act::Suspend, Why::Yourself));
        assert_eq!(office.act(Act::EndSessions, &[owner]).await.unwrap(), not(Act::EndSessions, Why::Yourself));
        let disa = office.add("Disa Ek", "disa@nordhamn.example", Role::Owner).await;
        // One who is suspended is none who could act.
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
            "they hold nothing any more"
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
    async fn of_two_owners_who_put_each_other_down_at_once_one_stays_owner(office: Office) {
        let clara = office.owner.account;
        let disa = office.add("Disa Ek", "disa@nordhamn.example", Role::Owner).await;
        let elsewhere = office.world.again(&office.world.settings).await.unwrap();
        for round in 0..30 {
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
    async fn a_guests_host_decides_on_their_place_here_and_on_nothing_else(office: Office) {
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
            (State::Active, None),
            "that is their home's to know"
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

        // As the home's own, where an owner there does what a host may not.
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
        // Whoever is at home here is not sent away, but erased.
        let bo = office.add("Bo Ek", "bo@nordhamn.example", Role::Member).await;
        assert_eq!(office.act(Act::Remove, &[bo]).await.unwrap(), not(Act::Remove, Why::AtHome));
        let actions = office.world.actions(office.tenant).await;
        assert!(actions.contains(&"member.removed".to_owned()));
    }
);

each_database!(
    async fn whoever_belongs_to_another_organisation_is_not_there(office: Office) {
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
            // A place in another organisation's list tells nothing of it.
            let page = Where::After(format!("0.AA.{id}"));
            assert_eq!(office.names(&Query { page, ..Query::default() }).await, ["Clara Ström"]);
        }
        assert_eq!(office.world.actions(office.other.home).await, ["tenant.created", "member.joined"]);
    }
);

each_database!(
    async fn no_more_are_acted_on_at_once_than_a_page_shows_and_each_of_them_once(office: Office) {
        let bo = office.add("Bo Ek", "bo@nordhamn.example", Role::Member).await;
        let core = &office.world.core;
        let many: Vec<_> = (0..51).map(|_| core.random.id(core.clock.now())).collect();
        let refused = office.act(Act::Unlock, &many).await;
        assert_eq!(refusal(refused), Some(Refusal::Fields(vec![FieldRule::TooLong(50).of("ids")])));
        assert_eq!(office.act(Act::Suspend, &[bo, bo, bo]).await.unwrap(), done(Act::Suspend, 1));
        assert_eq!(office.act(Act::Unlock, &[]).await.unwrap(), done(Act::Unlock, 0));
    }
);

each_database!(
    async fn the_export_is_the_list_and_no_cell_of_it_is_a_formula(office: Office) {
        let core = &office.world.core;
        office.add("=1+1", "=cmd@nordhamn.example", Role::Auditor).await;
        office.add("Ek, \"Bo\"", "bo@nordhamn.example", Role::Member).await;
        office.guest("Gina Walsh", "gina@brightwater.example", Role::Member).await;
        office.signed_in("bo@nordhamn.example").await;
        let file = export(core, &office.owner, &Query::default()).await.unwrap();
        assert_eq!(
            file.csv,
            "\u{FEFF}name,email,role,status,guest,last_sign_in\r\n\
             \"'=1+1\",\"'=cmd@nordhamn.example\",auditor,active,no,\r\n\
             Clara Ström,clara@nordhamn.example,owner,active,no,2026-01-02T03:04:05Z\r\n\
             \"Ek, \"\"Bo\"\"\",bo@nordhamn.example,member,active,no,2026-01-02T03:04:05Z\r\n\
             Gina Walsh,gina@brightwater.example,member,active,yes,\r\n"
        );
        let members = Query { role: Some(Role::Member), ..Query::default() };
        assert_eq!(export(core, &office.owner, &members).await.unwrap().people, 2);
        let changes: Vec<(Vec<u8>,)> =
            sqlx::query_as("SELECT changes FROM audit_event WHERE action = 'member.exported' ORDER BY seq")
                .fetch_all(&office.world.raw)
                .await
                .unwrap();
        let counts: Vec<_> = changes.iter().map(|(change,)| change.last().copied()).collect();
        assert_eq!(counts, [Some(b'4'), Some(b'2')]);
    }
);

each_database!(
    threads = 2,
    async fn nobody_takes_more_than_ten_exports_an_hour(office: Office) {
        let core = &office.world.core;
        let query = Query::default();
        let tries = (0..20).map(|_| export(core, &office.owner, &query));
        let made = futures_util::future::join_all(tries).await;
        let (taken, refused): (Vec<_>, Vec<_>) = made.into_iter().partition(Result::is_ok);
        assert_eq!(taken.len(), usize::try_from(EXPORTS_AN_HOUR).unwrap());
        for more in refused {
            assert_eq!(refusal(more), Some(Refusal::TooMany { retry_after_secs: 3600 + 1 }));
        }
        office.world.clock.advance_secs(1800);
        assert!(matches!(refusal(export(core, &office.owner, &query).await), Some(Refusal::ToBeProven(_))));
        let owner = office.as_one_in(office.owner.account).await;
        let more = export(core, &owner, &query).await;
        assert_eq!(refusal(more), Some(Refusal::TooMany { retry_after_secs: 1801 }));
        let disa = office.add("Disa Ek", "disa@nordhamn.example", Role::Owner).await;
        export(core, &office.as_one_in(disa).await, &query).await.unwrap();
        office.world.clock.advance_secs(1801);
        let owner = office.as_one_in(office.owner.account).await;
        export(core, &owner, &query).await.unwrap();
        let exports = office.world.actions(office.tenant).await;
        assert_eq!(exports.iter().filter(|a| *a == "member.exported").count(), 12);
    }
);
