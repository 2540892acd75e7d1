use portvakt_core::account::NewPerson;
use portvakt_core::caller::Caller;
use portvakt_core::testing::{World, new_person, refusal};
use portvakt_core::{member, tenant};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::role::Role;
use portvakt_model::tenant::OrganisationName;

fn name() -> OrganisationName {
    OrganisationName::parse("Nordhamn kommun").unwrap()
}

fn clara() -> NewPerson {
    new_person("Clara Ström", "clara@nordhamn.example")
}

#[tokio::test]
async fn a_customer_is_made_with_its_owner_and_stands_in_both_logs() {
    for world in World::each_database().await {
        let anna = world.owner().await.person;
        let made = tenant::create(&world.core, &Caller::from(anna.clone()), &name(), &clara()).await.unwrap();
        assert_eq!(world.actions(anna.home).await, ["portal.set_up", "tenant.created"]);
        assert_eq!(world.actions(made.tenant).await, ["tenant.created"]);
        assert_eq!(world.number("SELECT count(*) FROM membership WHERE role = 'owner'").await, 2);
        assert_eq!(world.number("SELECT count(*) FROM tenant WHERE kind = 'customer'").await, 1);
    }
}

#[tokio::test]
async fn only_whoever_administers_the_operator_makes_a_customer() {
    for world in World::each_database().await {
        let anna = world.owner().await.person;
        let member = world.second_person().await.person;
        let made = tenant::create(&world.core, &Caller::Command, &name(), &clara()).await.unwrap();
        let elsewhere = world.signed_in(made.tenant, made.owner);
        let dan = new_person("Dan Ek", "dan@brightwater.example");
        for caller in [Caller::from(member), Caller::from(elsewhere), Caller::System] {
            let refused = tenant::create(&world.core, &caller, &name(), &dan).await;
            assert_eq!(refusal(refused), Some(Refusal::NotFound));
        }
        tenant::create(&world.core, &Caller::from(anna), &name(), &dan).await.unwrap();
    }
}

#[tokio::test]
async fn an_owner_whose_address_is_taken_makes_no_customer() {
    for world in World::each_database().await {
        world.owner().await;
        let taken = new_person("Clara Ström", &portvakt_core::testing::EMAIL.to_uppercase());
        let refused = tenant::create(&world.core, &Caller::Command, &name(), &taken).await;
        assert_eq!(refusal(refused), Some(Refusal::Fields(vec![FieldRule::Taken.of("email")])));
        assert_eq!(world.number("SELECT count(*) FROM tenant").await, 1);
        assert_eq!(world.number("SELECT count(*) FROM audit_event").await, 1);
    }
}

#[tokio::test]
async fn nobody_adds_people_elsewhere_or_with_more_than_they_have() {
    for world in World::each_database().await {
        let operator = world.owner().await.person;
        let made = tenant::create(&world.core, &Caller::Command, &name(), &clara()).await.unwrap();
        let owner = Caller::from(world.signed_in(made.tenant, made.owner));
        let add = async |caller: &Caller, who: &str, role| {
            let person = new_person(who, &format!("{}@nordhamn.example", who.to_lowercase()));
            member::add(&world.core, caller, made.tenant, &person, role).await
        };
        let administrator = add(&owner, "Eva", Role::Administrator).await.unwrap();
        let administrator = Caller::from(world.signed_in(made.tenant, administrator));
        let auditor = add(&administrator, "Finn", Role::Auditor).await.unwrap();
        let auditor = Caller::from(world.signed_in(made.tenant, auditor));
        for (caller, role) in
            [(&Caller::from(operator), Role::Member), (&administrator, Role::Owner), (&auditor, Role::Member)]
        {
            assert_eq!(refusal(add(caller, "Greta", role).await), Some(Refusal::NotFound), "{role}");
        }
        assert_eq!(
            refusal(add(&owner, "Eva", Role::Member).await),
            Some(Refusal::Fields(vec![FieldRule::Taken.of("email")]))
        );
        let happened = ["tenant.created", "member.added", "member.added"];
        assert_eq!(world.actions(made.tenant).await, happened);
    }
}
