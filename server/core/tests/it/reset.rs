use portvakt_core::reset::{choose_password, recover};
use portvakt_core::sign_in::sign_in;
use portvakt_core::testing::{EMAIL, PASSWORD, World, origin, refusal};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::link::LinkKind;

const NEW: &str = "en helt annan mening";

#[tokio::test]
async fn an_owner_who_is_locked_out_chooses_a_new_password() {
    for world in World::each_database().await {
        let before = world.owner().await;
        let link = recover(&world.core, &EMAIL.to_uppercase()).await.unwrap();
        assert!(world.who(&before.token).await.is_some(), "printing a link changes nothing yet");
        let short = choose_password(&world.core, &origin(), &link, "short").await;
        assert_eq!(refusal(short), Some(Refusal::Fields(vec![FieldRule::TooShort(15).of("password")])));
        let started = choose_password(&world.core, &origin(), &link, NEW).await.unwrap();
        assert!(world.who(&started.token).await.is_some());
        assert!(world.who(&before.token).await.is_none(), "sessions elsewhere have ended");
        assert_eq!(refusal(choose_password(&world.core, &origin(), &link, NEW).await), Some(Refusal::NotFound));
        assert!(sign_in(&world.core, &origin(), None, EMAIL, PASSWORD).await.is_err());
        sign_in(&world.core, &origin(), None, EMAIL, NEW).await.unwrap();
        assert_eq!(
            world.actions(started.person.home).await,
            ["portal.set_up", "account.reset_link_issued", "account.password_changed", "session.started",]
        );
    }
}

#[tokio::test]
async fn only_the_newest_link_works_and_not_for_ever() {
    for world in World::each_database().await {
        world.owner().await;
        let old = recover(&world.core, EMAIL).await.unwrap();
        let new = recover(&world.core, EMAIL).await.unwrap();
        assert_eq!(refusal(choose_password(&world.core, &origin(), &old, NEW).await), Some(Refusal::NotFound));
        world.clock.advance_secs(LinkKind::Reset.lifetime_secs());
        assert_eq!(refusal(choose_password(&world.core, &origin(), &new, NEW).await), Some(Refusal::NotFound));
        sign_in(&world.core, &origin(), None, EMAIL, PASSWORD).await.unwrap();
    }
}

#[tokio::test]
async fn there_is_no_link_for_a_stranger_or_for_somebody_who_owns_nothing() {
    for world in World::each_database().await {
        world.owner().await;
        assert_eq!(refusal(recover(&world.core, "nobody@nordhamn.example").await), Some(Refusal::NotFound));
        world.sql("UPDATE membership SET role = 'member'").await;
        assert_eq!(refusal(recover(&world.core, EMAIL).await), Some(Refusal::NotFound));
    }
}
