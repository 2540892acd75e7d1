//! Answers that take the same time, whatever was done for them.
use crate::Core;
use crate::password::store as passwords;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// How many times as long refusals take while some hash is another program's: a second, above what the costliest one that is
/// taken needs.
const IMPORTED_TIMES: u32 = 4;

impl Core {
    /// Waits until the next multiple of the time that a refusal takes, from when the work was begun: longer than any of it
    /// needs by itself, so that the time tells nobody whether a name is known.
    pub(crate) async fn keep_pace(&self, begun: Instant) {
        self.keep(begun, self.refused_after).await;
    }

    /// The same where a password was verified. For as long as some hash is another program's, which may take longer than
    /// ours, every refusal takes longer: else it would tell whose that is.
    pub(crate) async fn keep_pace_of_passwords(&self, begun: Instant) {
        let imported = passwords::any_imported(self).await.unwrap_or(true);
        self.keep(begun, self.refused_after * if imported { IMPORTED_TIMES } else { 1 }).await;
    }

    async fn keep(&self, begun: Instant, refused_after: Duration) {
        let steps = to_answer_after(begun.elapsed(), refused_after);
        // And a little more by chance, which covers what is left of a difference once it is answered.
        let [chance] = self.random.bytes();
        sleep_until(begun + steps + self.refused_after.mul_f32(f32::from(chance) / 4096.0)).await;
    }
}

/// The next whole multiple: also under load the time says little about what was done.
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
