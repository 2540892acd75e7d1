//! Limits the requests of each network, with a bucket in this process's memory, before anything expensive is done.
use crate::pipeline::faults::Told;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use portvakt_app::web::request::RequestContext;
use portvakt_core::clock::Clock;
use portvakt_core::network::Network;
use portvakt_model::fault::{Fault, Refusal};
use portvakt_model::time::Timestamp;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// The requests that a network has at once, and the requests that it gets back each second. A page is one or two
/// requests, so an office behind one address can sign in at eight o'clock.
const BURST: u32 = 300;
const A_SECOND: u32 = 50;
/// The factor for the 48 bits of an IPv6 address: a client with a thousand networks of 64 bits gains little from
/// them.
const WIDE: u32 = 4;
/// The most networks with a bucket of their own. Further networks share one bucket.
const MAX_NETWORKS: usize = 20_000;

/// The buckets.
#[derive(Default)]
pub(crate) struct Budget(Mutex<HashMap<Option<Network>, Bucket>>);

struct Bucket {
    /// Millionths of a request.
    left: u64,
    at: Timestamp,
}

const REQUEST: u64 = 1_000_000;

impl Budget {
    /// Takes one request from an address's bucket.
    ///
    /// # Errors
    /// The seconds until the next request is accepted.
    fn take(&self, address: IpAddr, now: Timestamp) -> Result<(), u32> {
        let (Some(near), Some(far)) = (Network::near(address), Network::of(address)) else { return Ok(()) };
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wide = (far != near).then_some((far, WIDE));
        // The wide network first: if its bucket is empty, its parts need no buckets.
        [wide, Some((near, 1))].into_iter().flatten().try_for_each(|(network, times)| {
            let burst = u64::from(BURST * times) * REQUEST;
            let a_second = u64::from(A_SECOND * times);
            if buckets.len() >= MAX_NETWORKS && !buckets.contains_key(&Some(network)) {
                // A bucket that has had time to fill up again is the same as none.
                buckets.retain(|_, bucket| now < bucket.at.plus_secs(i64::from(BURST / A_SECOND)));
            }
            let known = buckets.len() < MAX_NETWORKS || buckets.contains_key(&Some(network));
            let bucket = buckets.entry(known.then_some(network)).or_insert(Bucket { left: burst, at: now });
            let passed = u64::try_from(now.as_micros() - bucket.at.as_micros()).unwrap_or(0);
            // Microseconds times requests per second are millionths of a request.
            bucket.left = bucket.left.saturating_add(passed.saturating_mul(a_second)).min(burst);
            bucket.at = now;
            match bucket.left.checked_sub(REQUEST) {
                Some(left) => {
                    bucket.left = left;
                    Ok(())
                }
                None => Err(1),
            }
        })
    }
}

/// Refuses requests above the network's budget.
pub(crate) async fn layer(
    State((budget, clock)): State<(Arc<Budget>, Clock)>,
    request: Request,
    next: Next,
) -> Response {
    let origin = request.extensions().get::<RequestContext>().map(|context| &context.origin.network);
    let address = origin.and_then(|network| network.parse().ok());
    match address.map_or(Ok(()), |address| budget.take(address, clock.now())) {
        Ok(()) => next.run(request).await,
        Err(retry_after_secs) => Told(Fault::Refused(Refusal::TooMany { retry_after_secs })).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(budget: &Budget, address: &str, now: Timestamp) -> usize {
        let address = address.parse().unwrap();
        (0..2000).take_while(|_| budget.take(address, now).is_ok()).count()
    }

    #[test]
    fn a_network_has_its_burst_and_then_so_many_a_second() {
        let budget = Budget::default();
        let now = Timestamp::from_micros(1_000_000_000);
        assert_eq!(allowed(&budget, "192.0.2.1", now), 300);
        assert_eq!(allowed(&budget, "192.0.2.200", now), 0, "a neighbour");
        assert_eq!(allowed(&budget, "198.51.100.1", now), 300, "another network");
        assert_eq!(allowed(&budget, "192.0.2.1", now.plus_secs(2)), 100);
        assert_eq!(allowed(&budget, "192.0.2.1", now.plus_secs(1)), 0, "a clock that was set back gives nothing");
        assert_eq!(allowed(&budget, "192.0.2.1", now.plus_secs(9000)), 300);
        assert_eq!(allowed(&budget, "127.0.0.1", now), 2000, "this machine");
    }

    #[test]
    fn the_next_address_of_a_large_network_does_not_help_for_long() {
        let budget = Budget::default();
        let now = Timestamp::from_micros(1_000_000_000);
        let all: usize = (0..100).map(|n| allowed(&budget, &format!("2001:db8:1:{n:x}::1"), now)).sum();
        // The wide network's bucket pays for a refused request as well.
        assert!((1190..=1200).contains(&all), "{all}");
        assert!(budget.0.lock().unwrap().len() <= 6, "what is refused leaves nothing behind");
    }

    #[test]
    fn the_memory_is_bounded() {
        let budget = Budget::default();
        let now = Timestamp::from_micros(1_000_000_000);
        for n in 0..25_000_u32 {
            let address = std::net::Ipv4Addr::from((11 << 24) + (n << 8));
            let _ = budget.take(IpAddr::V4(address), now);
        }
        assert!(budget.0.lock().unwrap().len() <= MAX_NETWORKS + 1);
        let later = now.plus_secs(60);
        assert_eq!(allowed(&budget, "203.0.113.9", later), 300, "a newcomer, when the others have gone");
        assert!(budget.0.lock().unwrap().len() < 10);
    }
}
