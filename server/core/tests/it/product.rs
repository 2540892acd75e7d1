use portvakt_core::caller::Caller;
use portvakt_core::each_database;
use portvakt_core::home::home;
use portvakt_core::product;
use portvakt_core::testing::{World, refusal};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::product::Product;

fn avtal() -> Product {
    Product::new("avtal", "Avtal", "https://avtal.mardby.example/").unwrap()
}

fn diarium() -> Product {
    Product::new("diarium", "Diarium", "https://diarium.mardby.example/").unwrap()
}

each_database!(
    async fn a_person_sees_only_the_products_of_their_organisation(world: World) {
        let anna = world.owner().await.person;
        let caller = Caller::from(anna.clone());
        let clara = world.nordhamn().await.person;
        let first = product::add(&world.core, &caller, &diarium()).await.unwrap();
        world.clock.advance_secs(1);
        let second = product::add(&world.core, &caller, &avtal()).await.unwrap();
        product::entitle(&world.core, &caller, anna.home, second).await.unwrap();
        product::entitle(&world.core, &caller, anna.home, first).await.unwrap();
        product::entitle(&world.core, &caller, clara.home, second).await.unwrap();
        assert_eq!(home(&world.core, &anna).await.unwrap().products, [diarium(), avtal()]);
        assert_eq!(world.actions(clara.home).await, ["tenant.created", "member.joined", "tenant.entitled"]);
        let acted = [
            "portal.set_up",
            "tenant.created",
            "product.added",
            "product.added",
            "tenant.entitled",
            "tenant.entitled",
            "tenant.entitled",
        ];
        assert_eq!(world.actions(anna.home).await, acted);
        assert_eq!(world.number("SELECT count(*) FROM tenant_product").await, 3);
    }
);

each_database!(
    async fn only_the_operator_adds_and_gives_products(world: World) {
        let caller = Caller::from(world.owner().await.person);
        let member = world.second_person().await.person;
        let id = product::add(&world.core, &caller, &avtal()).await.unwrap();
        let taken = product::add(&world.core, &caller, &avtal()).await;
        assert_eq!(refusal(taken), Some(Refusal::Fields(vec![FieldRule::Taken.of("slug")])));
        let home = member.home;
        let nobody = Caller::from(member);
        assert_eq!(refusal(product::add(&world.core, &nobody, &diarium()).await), Some(Refusal::NotFound));
        assert_eq!(refusal(product::entitle(&world.core, &nobody, home, id).await), Some(Refusal::NotFound));
        product::entitle(&world.core, &caller, home, id).await.unwrap();
        assert_eq!(refusal(product::entitle(&world.core, &caller, home, id).await), Some(Refusal::NotFound));
    }
);
