//! Refusals whose time does not show what work was done for them.
use crate::Core;
use crate::password::store as passwords;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// The factor by which refusals take longer while another program's hash remains: 4 × 250 ms is more than the costliest
/// accepted hash takes.
const IMPORTED_TIMES: u32 = 4;

impl Core {
    /// Waits until the next multiple of the time of a refusal, counted from the start of the work. One step is longer
    /// than the work, so the time does not show whether a name is known.
    pub(crate) async fn keep_pace(&self, begun: Instant) {
        self.keep(begun, self.refused_after).await;
    }

    /// As [`keep_pace`](Self::keep_pace), after a password was verified. Every refusal is slow while any hash of
    /// another program remains: otherwise the time would show which account has one.
    pub(crate) async fn keep_pace_of_passwords(&self, begun: Instant) {
        let imported = passwords::any_imported(self).await.unwrap_or(true);
        self.keep(begun, self.refused_after * if imported { IMPORTED_TIMES } else { 1 }).await;
    }

    async fn keep(&self, begun: Instant, refused_after: Duration) {
        let steps = to_answer_after(begun.elapsed(), refused_after);
        // A random part hides the remaining difference.
        let [chance] = self.random.bytes();
        sleep_until(begun + steps + self.refused_after.mul_f32(f32::from(chance) / 4096.0)).await;
    }
}

/// The next whole multiple of `refused_after` after `took`. Under load the answer waits for a later multiple, so the
/// time still shows little.
fn to_answer_after(took: Duration, refused_after: Duration) -> Duration {
    let steps = took.as_nanos().checked_div(refused_after.as_nanos()).unwrap_or(0) + 1;
    refused_after.saturating_mul(u32::try_from(steps).unwrap_or(1))
}

#[test]
fn an_answer_takes_a_whole_number_of_steps() {
    let step = Duration::from_millis(250);
    for (took, answered) in [(0, 250), (1, 250), (249, 250), (250, 500), (700, 750)] {
        assert_eq!(to_answer_after(Duration::from_millis(took), step), Duration::from_millis(answered));
    }
    assert_eq!(to_answer_after(step, Duration::ZERO), Duration::ZERO);
}
