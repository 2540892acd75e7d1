use crate::kit::full;
use mail_parser::MessageParser;
use portvakt_core::caller::{Caller, Person};
use portvakt_core::invitation::{Invitee, invite, join, list, offer, resend, withdraw};
use portvakt_core::mail::{Mailer, MailerSettings, send_due};
use portvakt_core::session::Started;
use portvakt_core::testing::{
    EMAIL, Fixture, NEW_PASSWORD, NORDHAMN, PASSWORD, World, new_person, origin, refusal, register, sign_in, signed_in,
    stranger,
};
use portvakt_core::token::Token;
use portvakt_core::user::act;
use portvakt_core::{each_database, invitation};
use portvakt_core::{error::CoreError, member};
use portvakt_model::email::EmailAddress;
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::TenantId;
use portvakt_model::invitation::Theirs;
use portvakt_model::language::Language;
use portvakt_model::profile::DisplayName;
use portvakt_model::role::Role;
use portvakt_model::user::Act;
use std::fs;
use std::time::Duration;

const KARIM: &str = "karim@nordhamn.example";

/// An organisation that invites people, with its owner.
struct Party {
    world: World,
    tenant: TenantId,
    owner: Person,
    mailer: Mailer,
}

impl Fixture for Party {
    async fn of(world: World) -> Self {
        world.owner().await;
        let owner = world.nordhamn().await.person;
        let settings = MailerSettings {
            smtp: None,
            folder: world.dir().join("mail"),
            from: "portvakt@portal.example",
            origin: "https://portal.example".to_owned(),
            patience: Duration::from_secs(1),
        };
        Self { tenant: owner.home, owner, mailer: Mailer::new(settings).unwrap(), world }
    }
}

impl Party {
    fn caller(&self) -> Caller {
        Caller::from(self.owner.clone())
    }

    /// The tokens in the due mails.
    async fn mailed(&self) -> Vec<Token> {
        let folder = self.world.dir().join("mail");
        let _ = fs::remove_dir_all(&folder);
        send_due(&self.world.core, &self.mailer, &|| false).await.unwrap();
        let Ok(files) = fs::read_dir(&folder) else { return Vec::new() };
        let token = |path| {
            let mail = fs::read(path).unwrap();
            let text = MessageParser::default().parse(&mail).unwrap().body_text(0).unwrap().into_owned();
            let (_, rest) = text.split_once("https://portal.example/invitation/")?;
            Token::parse(&rest[..43])
        };
        files.filter_map(|file| token(file.unwrap().path())).collect()
    }

    /// Invites an address and returns the mailed token.
    async fn invited(&self, email: &str, role: Role) -> Token {
        invite(&self.world.core, &self.caller(), self.tenant, &invitee(email, role)).await.unwrap();
        self.mailed().await.pop().unwrap()
    }

    async fn register(&self, token: &Token) -> Result<Started, CoreError> {
        register(&self.world.core, &origin(), token, &stranger(), "Karim Bensaid", NEW_PASSWORD).await
    }
}

fn invitee(email: &str, role: Role) -> Invitee {
    Invitee {
        email: EmailAddress::parse(email).unwrap(),
        name: Some(DisplayName::parse("Karim Bensaid").unwrap()),
        language: Language::Swedish,
        role,
    }
}

each_database!(
    async fn the_account_has_the_invitations_language_or_the_one_that_was_chosen_while_joining(party: Party) {
        let core = &party.world.core;
        for (email, chosen, has) in [
            ("karim@nordhamn.example", None, Language::Swedish),
            ("rut@nordhamn.example", Some(Language::English), Language::English),
        ] {
            let token = party.invited(email, Role::Member).await;
            let browser = stranger();
            let joined =
                invitation::register(core, &origin(), &token, &browser, "Namn Namnsson", NEW_PASSWORD, chosen).await;
            let account = party.world.who(&signed_in(joined.unwrap()).token).await.unwrap();
            assert_eq!(account.language, has, "{email}");
        }
    }
);

each_database!(
    async fn an_invited_person_gets_an_account_and_is_signed_in(party: Party) {
        let core = &party.world.core;
        let token = party.invited(KARIM, Role::Administrator).await;
        let offered = offer(core, &token, None).await.unwrap();
        assert_eq!((offered.organisation.as_str(), offered.email.as_str()), (NORDHAMN, KARIM));
        assert_eq!((offered.role, offered.account), (Role::Administrator, None));
        let short = register(core, &origin(), &token, &stranger(), "", "kort").await;
        let faults = vec![FieldRule::Empty.of("name"), FieldRule::TooShort(15).of("password")];
        assert_eq!(refusal(short), Some(Refusal::Fields(faults)));
        let obvious = register(core, &origin(), &token, &stranger(), "Karim", "nordhamn kommun 2026!").await;
        assert_eq!(refusal(obvious), Some(Refusal::Fields(vec![FieldRule::Expected.of("password")])));

        let started = party.register(&token).await.unwrap();
        assert_eq!((started.person.home, started.person.tenant), (party.tenant, party.tenant));
        assert!(party.world.who(&started.token).await.is_some());
        assert_eq!(refusal(party.register(&token).await), Some(Refusal::NotFound), "a link works once");
        sign_in(core, &origin(), &stranger(), KARIM, NEW_PASSWORD).await.unwrap();
        let karim = Caller::from(started.person);
        invite(core, &karim, party.tenant, &invitee("b@c.example", Role::Auditor)).await.unwrap();
        let happened =
            ["tenant.created", "member.joined", "member.invited", "member.joined", "session.started", "member.invited"];
        assert_eq!(party.world.actions(party.tenant).await, happened);
    }
);

each_database!(
    async fn only_the_newest_link_works_and_not_for_ever_and_not_once_it_is_taken_back(party: Party) {
        let core = &party.world.core;
        let first = party.invited(KARIM, Role::Member).await;
        let pending = list(core, &party.owner).await.unwrap().pending.pop().unwrap();
        resend(core, &party.caller(), party.tenant, pending.id).await.unwrap();
        let second = party.mailed().await.pop().unwrap();
        let third = party.invited(&KARIM.to_uppercase(), Role::Member).await;
        assert_eq!(list(core, &party.owner).await.unwrap().pending.len(), 1, "one address is invited once");
        for older in [&first, &second] {
            assert_eq!(refusal(party.register(older).await), Some(Refusal::NotFound));
        }
        party.world.clock.advance_secs(7 * 24 * 3600);
        assert_eq!(refusal(party.register(&third).await), Some(Refusal::NotFound));
        assert!(list(core, &party.owner).await.unwrap().pending[0].has_expired);
        resend(core, &party.caller(), party.tenant, pending.id).await.unwrap();
        let fourth = party.mailed().await.pop().unwrap();
        withdraw(core, &party.caller(), party.tenant, pending.id).await.unwrap();
        assert_eq!(refusal(party.register(&fourth).await), Some(Refusal::NotFound));
        assert!(list(core, &party.owner).await.unwrap().pending.is_empty());
        let gone = withdraw(core, &party.caller(), party.tenant, pending.id).await;
        assert_eq!(refusal(gone), Some(Refusal::NotFound));
    }
);

each_database!(
    async fn an_invitation_is_void_when_its_sender_may_no_longer_invite(party: Party) {
        let core = &party.world.core;
        let eva = new_person("Eva Lund", "eva@nordhamn.example");
        let eva = member::add(core, &party.caller(), party.tenant, &eva, Role::Administrator).await.unwrap();
        let eva = Caller::from(party.world.in_session(party.world.signed_in(party.tenant, eva)).await);
        invite(core, &eva, party.tenant, &invitee(KARIM, Role::Administrator)).await.unwrap();
        let token = party.mailed().await.pop().unwrap();
        assert_eq!(party.world.sql("UPDATE membership SET role = 'auditor' WHERE role = 'administrator'").await, 1);
        assert_eq!(refusal(party.register(&token).await), Some(Refusal::NotFound));
        assert_eq!(party.world.sql("UPDATE membership SET role = 'administrator' WHERE role = 'auditor'").await, 1);
        party.register(&token).await.unwrap();
    }
);

each_database!(
    async fn nobody_invites_to_another_organisation_or_above_their_own_role(party: Party) {
        let core = &party.world.core;
        let mut callers = Vec::new();
        for (name, role) in [("eva", Role::Administrator), ("finn", Role::Auditor), ("greta", Role::Member)] {
            let person = new_person(name, &format!("{name}@nordhamn.example"));
            let account = member::add(core, &party.caller(), party.tenant, &person, role).await.unwrap();
            callers.push(party.world.signed_in(party.tenant, account));
        }
        let elsewhere = party.world.second_person().await.person;
        let open = invite(core, &party.caller(), party.tenant, &invitee(KARIM, Role::Owner)).await.unwrap();
        let [administrator, auditor, member] = &callers[..] else { panic!("three") };
        for (person, role) in
            [(administrator, Role::Owner), (auditor, Role::Member), (member, Role::Member), (&elsewhere, Role::Member)]
        {
            let caller = Caller::from(person.clone());
            let refused = invite(core, &caller, party.tenant, &invitee("a@b.example", role)).await;
            assert_eq!(refusal(refused), Some(Refusal::NotFound));
            assert_eq!(refusal(resend(core, &caller, party.tenant, open).await), Some(Refusal::NotFound));
            assert_eq!(refusal(withdraw(core, &caller, party.tenant, open).await), Some(Refusal::NotFound));
        }
        // A caller finds no invitation of another organisation in their own.
        let other = Caller::from(elsewhere.clone());
        assert_eq!(refusal(withdraw(core, &other, elsewhere.tenant, open).await), Some(Refusal::NotFound));
        for person in [auditor, member] {
            assert_eq!(refusal(list(core, person).await), Some(Refusal::NotFound));
        }
        let seen = list(core, administrator).await.unwrap();
        assert_eq!((seen.pending.len(), seen.roles), (1, vec![Role::Member, Role::Auditor, Role::Administrator]));
    }
);

each_database!(
    async fn only_an_inviter_who_may_give_the_role_of_an_open_invitation_replaces_it(party: Party) {
        let core = &party.world.core;
        let eva = new_person("Eva Lund", "eva@nordhamn.example");
        let eva = member::add(core, &party.caller(), party.tenant, &eva, Role::Administrator).await.unwrap();
        let eva = Caller::from(party.world.in_session(party.world.signed_in(party.tenant, eva)).await);
        let token = party.invited(KARIM, Role::Owner).await;
        let lesser = invite(core, &eva, party.tenant, &invitee(&KARIM.to_uppercase(), Role::Member)).await;
        assert_eq!(refusal(lesser), Some(Refusal::NotFound));
        assert_eq!(party.mailed().await.len(), 0);
        assert_eq!(offer(core, &token, None).await.unwrap().role, Role::Owner, "the owner's stands");
        invite(core, &party.caller(), party.tenant, &invitee(KARIM, Role::Auditor)).await.unwrap();
        invite(core, &eva, party.tenant, &invitee(KARIM, Role::Member)).await.unwrap();
        assert_eq!(list(core, &party.owner).await.unwrap().pending[0].role, Role::Member);
    }
);

each_database!(
    async fn a_suspended_guest_invites_nobody_and_cannot_be_invited_again(party: Party) {
        let core = &party.world.core;
        let anna = sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap().person;
        party.world.join(party.tenant, anna.account, Role::Administrator).await;
        let mut as_guest = anna.clone();
        as_guest.tenant = party.tenant;
        invite(core, &Caller::from(as_guest.clone()), party.tenant, &invitee(KARIM, Role::Member)).await.unwrap();
        let token = party.mailed().await.pop().unwrap();
        act(core, &party.owner, Act::Suspend, &[anna.account], "left").await.unwrap();
        assert_eq!(refusal(party.register(&token).await), Some(Refusal::NotFound));
        let more =
            invite(core, &Caller::from(as_guest.clone()), party.tenant, &invitee("a@b.example", Role::Member)).await;
        assert_eq!(refusal(more), Some(Refusal::NotFound));
        assert_eq!(refusal(list(core, &as_guest).await), Some(Refusal::NotFound));
        let again = invite(core, &party.caller(), party.tenant, &invitee(EMAIL, Role::Owner)).await;
        assert_eq!(refusal(again), Some(Refusal::Fields(vec![FieldRule::Belongs.of("email")])));
    }
);

each_database!(
    async fn an_invited_person_with_an_account_elsewhere_joins_as_a_guest(party: Party) {
        let core = &party.world.core;
        let signed_in = sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        let (anna, session) = (signed_in.person, signed_in.token);
        let clara = &party.owner;
        let token = party.invited(EMAIL, Role::Auditor).await;
        assert_eq!(offer(core, &token, None).await.unwrap().account, Some(Theirs::SignedOut));
        assert_eq!(offer(core, &token, Some(clara)).await.unwrap().account, Some(Theirs::SignedOut));
        assert_eq!(offer(core, &token, Some(&anna)).await.unwrap().account, Some(Theirs::SignedIn));
        assert_eq!(refusal(party.register(&token).await), Some(Refusal::NotFound), "the address has an account");
        assert_eq!(refusal(join(core, clara, &token).await), Some(Refusal::NotFound), "the invitation is Anna's");
        assert_eq!(party.world.who(&session).await.unwrap().elsewhere, []);
        join(core, &anna, &token).await.unwrap();
        let elsewhere = party.world.who(&session).await.unwrap().elsewhere;
        assert_eq!(
            elsewhere.iter().map(|place| place.id).collect::<Vec<_>>(),
            [party.tenant],
            "the session offers the organisation at once"
        );
        assert_eq!(refusal(join(core, &anna, &token).await), Some(Refusal::NotFound), "a link works once");
        assert_eq!(party.world.actions(party.tenant).await.last().unwrap(), "member.joined");
        assert_eq!(party.world.actions(anna.home).await.last().unwrap(), "member.joined");
        let again = invite(core, &party.caller(), party.tenant, &invitee(EMAIL, Role::Member)).await;
        assert_eq!(refusal(again), Some(Refusal::Fields(vec![FieldRule::Belongs.of("email")])));
    }
);

each_database!(
    async fn above_the_mail_limit_the_last_mailed_invitation_stays_valid(party: Party) {
        let mut last = None;
        for _ in 0..3 {
            last = Some(party.invited(KARIM, Role::Member).await);
        }
        let more = invite(&party.world.core, &party.caller(), party.tenant, &invitee(KARIM, Role::Owner)).await;
        assert_eq!(refusal(more), Some(Refusal::TooManyMails { retry_after_secs: 3600 }));
        party.register(&last.unwrap()).await.unwrap();
    }
);

each_database!(
    threads = 2,
    async fn an_invitation_used_fifty_times_at_once_works_once(party: Party) {
        let rounds = if full() { 20 } else { 3 };
        for round in 0..rounds {
            let token = party.invited(&format!("p{round}@nordhamn.example"), Role::Member).await;
            let tries = (0..50).map(|_| party.register(&token));
            let (mut came, mut refused) = (0, 0);
            for done in futures_util::future::join_all(tries).await {
                match done {
                    Ok(_) => came += 1,
                    Err(CoreError::Refused(_)) => refused += 1,
                    Err(failed) => panic!("{failed}"),
                }
            }
            assert_eq!((came, refused), (1, 49), "round {round}");
        }
        assert_eq!(party.world.number("SELECT count(*) FROM account").await, 2 + rounds);
    }
);
