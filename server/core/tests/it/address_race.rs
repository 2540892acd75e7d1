//! Uses of addresses and of their links at the same time.
use crate::kit::{DAY_SECS, Moving, OTHER, full};
use portvakt_core::address::{ask, ask_notification, confirm, stop};
use portvakt_core::caller::Caller;
use portvakt_core::each_database;
use portvakt_core::error::CoreError;
use portvakt_core::known_device::KnownDevices;
use portvakt_core::member::add;
use portvakt_core::testing::{EMAIL, PASSWORD, choose_password, new_person, origin, refusal, stranger};
use portvakt_model::fault::Refusal;
use portvakt_model::link::LinkKind;
use portvakt_model::role::Role;
use std::sync::{Arc, Mutex};

each_database!(
    async fn an_address_taken_before_confirmation_is_not_given_twice(moving: Moving) {
        let (confirming, _) = moving.asked(OTHER, EMAIL).await;
        moving.karim().await;
        assert_eq!(refusal(confirm(moving.core(), &origin(), &confirming).await), Some(Refusal::NotFound));
        assert_eq!(moving.email().await, EMAIL);
    }
);

each_database!(
    threads = 2,
    async fn one_of_two_simultaneous_confirmations_of_an_address_succeeds(moving: Moving) {
        let (core, post) = (moving.core(), &moving.post);
        for round in 0..if full() { 10 } else { 3 } {
            post.world.clock.advance_secs(8 * DAY_SECS);
            let email = format!("gemensam{round}@nordhamn.example");
            let old = moving.email().await;
            let (hers, _) = moving.asked(&email, &old).await;
            // Karim gets a change link for the same address, made from a notification link.
            let home = moving.person().home;
            let karim = new_person("Karim", &format!("karim{round}@nordhamn.example"));
            let karim = add(core, &Caller::Command, home, &karim, Role::Member).await.unwrap();
            let karim = post.world.signed_in(home, karim);
            ask_notification(core, &karim, &email).await.unwrap();
            post.send().await;
            let his = post.link(LinkKind::Notification, &email).unwrap();
            post.world.sql("UPDATE link SET kind = 'email' WHERE kind = 'notification'").await;
            let other = post.world.again(&post.world.settings).await.unwrap();
            let (origin_a, origin_b) = (origin(), origin());
            let (a, b) = tokio::join!(confirm(core, &origin_a, &hers), confirm(&other, &origin_b, &his));
            assert_ne!(a.is_ok(), b.is_ok(), "round {round}");
            assert_eq!(refusal(a.and(b)), Some(Refusal::NotFound), "round {round}");
        }
    }
);

/// Threats, T9: one of fifty simultaneous uses succeeds, the others are refused, and none fails.
async fn race<F>(round: usize, uses: impl Fn() -> F)
where
    F: Future<Output = Result<(), CoreError>> + Send + 'static,
{
    let uses: Vec<_> = (0..50).map(|_| tokio::spawn(uses())).collect();
    let mut done = 0;
    for used in uses {
        match used.await.unwrap() {
            Ok(()) => done += 1,
            Err(error) => assert_eq!(refusal::<()>(Err(error)), Some(Refusal::NotFound), "round {round}"),
        }
    }
    assert_eq!(done, 1, "round {round}");
}

each_database!(
    threads = 2,
    async fn an_address_link_used_fifty_times_at_once_works_once(moving: Moving) {
        let core = moving.core();
        let mut password = PASSWORD.to_owned();
        for round in 0..if full() { 20 } else { 2 } {
            moving.post.world.clock.advance_secs(DAY_SECS);
            let new = format!("anna{round}@nordhamn.example");
            ask(core, moving.person(), &KnownDevices::default(), &new, &password).await.unwrap();
            moving.post.send().await;
            let confirming = moving.post.link(LinkKind::Email, &new).unwrap();
            let stopping = moving.post.link(LinkKind::EmailStop, EMAIL).unwrap();
            moving.post.server.forget();
            race(round, || {
                let (core, link) = (core.clone(), confirming.clone());
                async move { confirm(&core, &origin(), &link).await }
            })
            .await;
            assert_eq!(moving.email().await, new);
            let reset = Arc::new(Mutex::new(None));
            race(round, || {
                let (core, link, reset) = (core.clone(), stopping.clone(), reset.clone());
                async move {
                    let token = stop(&core, &origin(), &link).await?;
                    *reset.lock().unwrap() = Some(token);
                    Ok(())
                }
            })
            .await;
            assert_eq!(moving.email().await, EMAIL);
            let reset = reset.lock().unwrap().take().unwrap();
            password = format!("runda {round} och en mening till");
            choose_password(core, &origin(), &reset, &stranger(), &password, "").await.unwrap();
            moving.post.send().await;
        }
    }
);
