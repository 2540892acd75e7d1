use crate::kit::Nordhamn;
use portvakt_core::caller::Caller;
use portvakt_core::each_database;
use portvakt_core::invitation::{Invitee, invite};
use portvakt_core::invitation_list::{load, prepare, send};
use portvakt_core::step_up::prove;
use portvakt_core::testing::{PASSWORD, by_hand, refusal, stranger};
use portvakt_core::user::{change_role, user};
use portvakt_model::fault::Refusal;
use portvakt_model::proof::Typed;
use portvakt_model::role::Role;
use portvakt_model::second_factor::FRESH_SECS;

each_database!(
    async fn giving_an_administering_role_needs_a_recent_proof(nordhamn: Nordhamn) {
        let (world, person) = (&nordhamn.world, nordhamn.person());
        let caller = Caller::from(person.clone());
        let rut = nordhamn.add("Rut Ek", "rut@nordhamn.example", Role::Member, PASSWORD).await;
        prepare(&world.core, person, b"ida@b.example\n", "administrator", "sv").await.unwrap();
        let list = load(&world.core, person).await.unwrap().draft.unwrap().id;
        let who = |role| Invitee::parse(&format!("{role}@b.example"), "", role, "sv").unwrap();
        let (administrator, member) = (who("administrator"), who("member"));
        world.clock.advance_secs(FRESH_SECS);
        let asked = Some(Refusal::ToBeProven(by_hand(Typed::Password)));
        assert_eq!(refusal(change_role(&world.core, person, rut, Role::Auditor).await), asked);
        assert_eq!(refusal(send(&world.core, person, list).await), asked);
        assert_eq!(refusal(invite(&world.core, &caller, person.tenant, &administrator).await), asked);
        assert_eq!(user(&world.core, person, rut).await.unwrap().listed.role, Role::Member);
        assert_eq!(world.number("SELECT count(*) FROM invitation").await, 0);
        invite(&world.core, &caller, person.tenant, &member).await.unwrap();
        prove(&world.core, person, &stranger().devices, PASSWORD).await.unwrap();
        change_role(&world.core, person, rut, Role::Auditor).await.unwrap();
        send(&world.core, person, list).await.unwrap();
        invite(&world.core, &caller, person.tenant, &administrator).await.unwrap();
        assert_eq!(world.number("SELECT count(*) FROM invitation").await, 3);
    }
);
