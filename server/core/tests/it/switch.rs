use portvakt_core::caller::{Caller, Person};
use portvakt_core::each_database;
use portvakt_core::home::home;
use portvakt_core::product;
use portvakt_core::session::{Started, switch_organisation};
use portvakt_core::testing::{EMAIL, Fixture, NORDHAMN, PASSWORD, World, origin, refusal, sign_in, stranger};
use portvakt_core::user::act;
use portvakt_model::fault::Refusal;
use portvakt_model::id::TenantId;
use portvakt_model::product::Product;
use portvakt_model::role::Role;
use portvakt_model::tenant::Place;
use portvakt_model::user::Act;
use uuid::Uuid;

/// The operator's owner, who is a guest of one customer and not of another.
struct Guest {
    world: World,
    anna: Started,
    host: Person,
    stranger: Person,
}

impl Fixture for Guest {
    async fn of(world: World) -> Self {
        let anna = world.owner().await;
        let host = world.nordhamn().await.person;
        let stranger = world.customer("Brightwater", "Tom Ashworth", "tom@brightwater.example").await.person;
        world.join(host.home, anna.person.account, Role::Auditor).await;
        // The session in memory is a second old.
        world.clock.advance_secs(2);
        Self { world, anna, host, stranger }
    }
}

impl Guest {
    async fn who(&self) -> Person {
        self.world.who(&self.anna.token).await.unwrap().person
    }
}

each_database!(
    async fn a_guest_goes_on_in_the_other_organisation_and_back(guest: Guest) {
        let (core, host) = (&guest.world.core, guest.host.home);
        let staff = Caller::from(guest.anna.person.clone());
        let avtal = Product::new("avtal", "Avtal", "https://avtal.mardby.example/").unwrap();
        let id = product::add(core, &staff, &avtal).await.unwrap();
        product::entitle(core, &staff, host, id).await.unwrap();

        let at_home = guest.world.who(&guest.anna.token).await.unwrap();
        let place = |id, name: &str| Place { id, name: name.to_owned() };
        assert_eq!(at_home.elsewhere, [place(host, NORDHAMN)]);
        assert!(at_home.in_operator);
        switch_organisation(core, &at_home.person, host).await.unwrap();
        let there = guest.world.who(&guest.anna.token).await.unwrap();
        assert_eq!((there.person.tenant, there.person.home), (host, guest.anna.person.home));
        assert_eq!((there.branding.name.as_str(), there.role, there.in_operator), (NORDHAMN, Role::Auditor, false));
        assert_eq!(there.elsewhere, [place(guest.anna.person.home, "Mårdby Systems AB")]);
        assert_eq!(home(core, &there.person).await.unwrap().products, [avtal]);
        switch_organisation(core, &there.person, host).await.unwrap();

        switch_organisation(core, &there.person, guest.anna.person.home).await.unwrap();
        assert_eq!(guest.who().await.tenant, guest.anna.person.home);
        for chain in [host, guest.anna.person.home] {
            let happened = guest.world.actions(chain).await;
            let switched = happened.iter().filter(|action| *action == "session.organisation_switched").count();
            assert_eq!(switched, 2, "there and back");
        }
    }
);

each_database!(
    async fn a_suspended_guest_is_not_offered_the_host_and_does_not_get_there(guest: Guest) {
        let core = &guest.world.core;
        act(core, &guest.host, Act::Suspend, &[guest.anna.person.account], "Uppdraget är slut").await.unwrap();
        let at_home = guest.world.who(&guest.anna.token).await.unwrap();
        assert_eq!(at_home.elsewhere, []);
        let refused = switch_organisation(core, &at_home.person, guest.host.home).await;
        assert_eq!(refusal(refused), Some(Refusal::NotFound));
    }
);

each_database!(
    async fn nobody_switches_to_an_organisation_they_are_not_a_member_of(guest: Guest) {
        let core = &guest.world.core;
        for to in [guest.stranger.home, TenantId(Uuid::from_u128(7))] {
            let refused = switch_organisation(core, &guest.anna.person, to).await;
            assert_eq!(refusal(refused), Some(Refusal::NotFound));
        }
        // Nor does an account switch another account's session.
        let mut forged = guest.stranger.clone();
        forged.session = guest.anna.person.session;
        let refused = switch_organisation(core, &forged, guest.host.home).await;
        assert_eq!(refusal(refused), Some(Refusal::NotFound));
        assert_eq!(guest.who().await.tenant, guest.anna.person.home);
        let happened = guest.world.actions(guest.stranger.home).await;
        assert!(!happened.contains(&"session.organisation_switched".to_owned()));
    }
);

each_database!(
    async fn another_process_notices_within_a_second_and_a_new_sign_in_begins_at_home(guest: Guest) {
        let (core, host) = (&guest.world.core, guest.host.home);
        let other = guest.world.again(&guest.world.settings).await.unwrap();
        let there = async || {
            let found = portvakt_core::session::authenticate(&other, &guest.anna.token, origin()).await.unwrap();
            found.unwrap().person.tenant
        };
        assert_eq!(there().await, guest.anna.person.home);
        switch_organisation(core, &guest.anna.person, host).await.unwrap();
        guest.world.clock.advance_secs(1);
        assert_eq!(there().await, host);
        let again = sign_in(core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        assert_eq!(again.person.tenant, guest.anna.person.home);
        assert_eq!(guest.who().await.tenant, host, "the older one stays where it was");
    }
);
