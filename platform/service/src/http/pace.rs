//! How slowly bytes may come or go: time that is waited is a debt, bytes that move pay it off.
//!
//! So a transfer of any length goes on while it makes progress, and one that trickles ends after about its patience.

use std::time::Duration;
use tokio::time::Instant;

/// What is put up with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How long nothing may move.
    pub patience: Duration,
    /// As many bytes make good one second of waiting.
    pub bytes_per_second: u32,
}

/// One direction of one transfer.
#[derive(Debug)]
pub(super) struct Paced {
    pace: Pace,
    debt: Duration,
    /// Since when the other side is waited for.
    since: Option<Instant>,
}

impl Paced {
    pub(super) fn new(pace: Pace) -> Self {
        Self { pace, debt: Duration::ZERO, since: None }
    }

    /// The other side is waited for.
    pub(super) fn waits(&mut self, now: Instant) {
        self.since.get_or_insert(now);
    }

    /// The other side gave or took these bytes.
    pub(super) fn moved(&mut self, bytes: usize, now: Instant) {
        if let Some(since) = self.since.take() {
            self.debt += now.saturating_duration_since(since);
        }
        let paid = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(1000)
            / u64::from(self.pace.bytes_per_second.max(1));
        self.debt = self.debt.saturating_sub(Duration::from_millis(paid));
    }

    /// When it is too slow, unless something moves; none while nobody is waited for.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.since.map(|since| since + self.pace.patience.saturating_sub(self.debt))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace { patience: Duration::from_secs(30), bytes_per_second: 1000 };

    /// The second in which a transfer of so many bytes each second is cut, within a day.
    fn cut_after(bytes: usize) -> Option<u64> {
        let start = Instant::now();
        let mut paced = Paced::new(PACE);
        for second in 0..86_400 {
            let now = start + Duration::from_secs(second);
            paced.waits(now);
            let next = now + Duration::from_secs(1);
            if paced.deadline().is_some_and(|deadline| deadline < next) {
                return Some(second);
            }
            paced.moved(bytes, next);
        }
        None
    }

    #[test]
    fn what_makes_progress_goes_on_and_what_trickles_ends() {
        assert_eq!(cut_after(0), Some(30));
        assert_eq!(cut_after(500), Some(59));
        assert_eq!(cut_after(1000), None);
        assert_eq!(cut_after(1_000_000), None);
    }

    #[test]
    fn a_burst_buys_no_silence() {
        let now = Instant::now();
        let mut paced = Paced::new(PACE);
        paced.moved(1 << 30, now);
        paced.waits(now);
        assert_eq!(paced.deadline(), Some(now + PACE.patience));
    }
}
