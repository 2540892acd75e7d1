use crate::kit::full;
use portvakt_core::each_database;
use portvakt_core::home::home;
use portvakt_core::reset::recover;
use portvakt_core::testing::{
    EMAIL, NEW_PASSWORD, PASSWORD, World, choose_password, origin, refusal, sign_in, stranger,
};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::link::LinkKind;
use portvakt_model::policy::Policy;

each_database!(
    async fn an_owner_who_is_locked_out_chooses_a_new_password(world: World) {
        let before = world.owner().await;
        let link = recover(&world.core, &EMAIL.to_uppercase()).await.unwrap();
        assert!(world.who(&before.token).await.is_some(), "printing a link changes nothing yet");
        let short = choose_password(&world.core, &origin(), &link, &stranger(), "kort fyr", "").await;
        assert_eq!(refusal(short), Some(Refusal::Fields(vec![FieldRule::TooShort(15).of("password")])));
        let started = choose_password(&world.core, &origin(), &link, &stranger(), NEW_PASSWORD, "").await.unwrap();
        assert!(world.who(&started.token).await.is_some());
        assert!(world.who(&before.token).await.is_none(), "sessions elsewhere have ended");
        assert_eq!(
            refusal(choose_password(&world.core, &origin(), &link, &stranger(), NEW_PASSWORD, "").await),
            Some(Refusal::NotFound)
        );
        assert!(sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.is_err());
        sign_in(&world.core, &origin(), &stranger(), EMAIL, NEW_PASSWORD).await.unwrap();
        assert_eq!(
            world.actions(started.person.home).await,
            [
                "portal.set_up",
                "account.reset_link_issued",
                "account.password_changed",
                "account.sign_in_failed",
                "session.started"
            ]
        );
    }
);

each_database!(
    async fn a_sign_in_by_reset_link_is_told_at_the_next_sign_in(world: World) {
        world.owner().await;
        world.clock.advance_secs(3600);
        let link = recover(&world.core, EMAIL).await.unwrap();
        choose_password(&world.core, &origin(), &link, &stranger(), NEW_PASSWORD, "").await.unwrap();
        world.clock.advance_secs(3600);
        let next = sign_in(&world.core, &origin(), &stranger(), EMAIL, NEW_PASSWORD).await.unwrap();
        let last = home(&world.core, &next.person).await.unwrap().last_sign_in.unwrap();
        assert_eq!(last.at.hour, 5, "04:04 was set-up, 05:04 the link");
    }
);

each_database!(
    threads = 2,
    async fn links_made_at_once_leave_one_link(world: World) {
        world.owner().await;
        let other = world.again(&world.settings).await.unwrap();
        for _ in 0..10 {
            let (a, b) = tokio::join!(recover(&world.core, EMAIL), recover(&other, EMAIL));
            a.and(b).unwrap();
            assert_eq!(world.number("SELECT count(*) FROM link").await, 1);
        }
    }
);

each_database!(
    async fn only_the_newest_link_works_and_not_for_ever(world: World) {
        world.owner().await;
        let old = recover(&world.core, EMAIL).await.unwrap();
        let new = recover(&world.core, EMAIL).await.unwrap();
        assert_eq!(
            refusal(choose_password(&world.core, &origin(), &old, &stranger(), NEW_PASSWORD, "").await),
            Some(Refusal::NotFound)
        );
        world.clock.advance_secs(LinkKind::Reset.lifetime_secs(Policy::FLOOR.links));
        assert_eq!(
            refusal(choose_password(&world.core, &origin(), &new, &stranger(), NEW_PASSWORD, "").await),
            Some(Refusal::NotFound)
        );
        sign_in(&world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
    }
);

each_database!(
    async fn only_an_owner_gets_a_link_from_the_command_line(world: World) {
        world.owner().await;
        assert_eq!(refusal(recover(&world.core, "nobody@nordhamn.example").await), Some(Refusal::NotFound));
        world.sql("UPDATE membership SET role = 'member'").await;
        assert_eq!(refusal(recover(&world.core, EMAIL).await), Some(Refusal::NotFound));
    }
);

each_database!(
    threads = 2,
    /// Threats, T9.
    async fn a_reset_link_used_fifty_times_at_once_works_once(world: World) {
        world.owner().await;
        for round in 0..if full() { 100 } else { 3 } {
            let link = recover(&world.core, EMAIL).await.unwrap();
            let uses: Vec<_> = (0..50)
                .map(|n| {
                    let (core, link) = (world.core.clone(), link.clone());
                    let password = format!("runda {round} och en mening {n}");
                    tokio::spawn(
                        async move { choose_password(&core, &origin(), &link, &stranger(), &password, "").await },
                    )
                })
                .collect();
            let mut done = 0;
            for used in uses {
                match used.await.unwrap() {
                    Ok(_) => done += 1,
                    Err(error) => assert_eq!(refusal::<()>(Err(error)), Some(Refusal::NotFound), "round {round}"),
                }
            }
            assert_eq!(done, 1, "round {round}");
        }
    }
);

each_database!(
    async fn a_password_made_of_its_owners_details_is_refused(world: World) {
        world.owner().await;
        let link = recover(&world.core, EMAIL).await.unwrap();
        for known in
            ["Anna Lindqvist 1987", "M\u{e5}rdby-Systems-2026!", "anna.lindqvist@nordhamn", "Portvakt Portvakt"]
        {
            let refused = choose_password(&world.core, &origin(), &link, &stranger(), known, "").await;
            let told = Refusal::Fields(vec![FieldRule::Expected.of("password")]);
            assert_eq!(refusal(refused), Some(told), "{known}");
        }
        choose_password(&world.core, &origin(), &link, &stranger(), "Anna gillar hamnen i Marstrand", "")
            .await
            .unwrap();
    }
);
