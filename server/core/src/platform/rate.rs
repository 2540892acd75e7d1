//! Limits on the number of actions in a window of time.
use crate::error::CoreError;
use portvakt_model::fault::Refusal;
use portvakt_model::time::Timestamp;

/// At most `most` actions in the last `window_secs` seconds.
#[derive(Clone, Copy)]
pub(crate) struct Rate {
    pub most: i64,
    pub window_secs: i64,
}

impl Rate {
    /// At most `most` actions in an hour.
    pub const fn an_hour(most: i64) -> Self {
        Self { most, window_secs: 60 * 60 }
    }

    /// The time at which the window begins.
    pub fn since(self, now: Timestamp) -> Timestamp {
        now.plus_secs(-self.window_secs)
    }

    /// Refuses another action if the window holds `most` already. `times` is the number of actions in the window, and
    /// `oldest` the time of the first one.
    pub fn allow(self, times: i64, oldest: Timestamp, now: Timestamp) -> Result<(), CoreError> {
        if times < self.most {
            return Ok(());
        }
        Err(Refusal::TooMany { retry_after_secs: self.opens_in(oldest, now) }.into())
    }

    /// The seconds until the oldest action leaves the window, rounded up: at least 1.
    pub fn opens_in(self, oldest: Timestamp, now: Timestamp) -> u32 {
        let micros = oldest.plus_secs(self.window_secs).as_micros().saturating_sub(now.as_micros());
        u32::try_from(micros.saturating_add(999_999) / 1_000_000).unwrap_or_default().max(1)
    }
}

#[test]
fn one_more_is_allowed_when_the_oldest_leaves_the_window() {
    let (rate, now) = (Rate::an_hour(2), Timestamp::from_micros(10_000_000_000));
    assert!(rate.allow(1, now, now).is_ok() && rate.allow(2, now, now).is_err());
    assert_eq!(rate.opens_in(now.plus_secs(-100), now), 3500);
    assert_eq!(rate.opens_in(Timestamp::from_micros(now.as_micros() - 1), now), 3600);
    assert_eq!(rate.opens_in(rate.since(now), now), 1);
}
