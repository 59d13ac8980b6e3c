//! How often something is tried, and after which pauses.

use std::time::Duration;

/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);
/// The shortest: what fails at once must not be tried without a break.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// How often something is tried, and after which pauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Attempts before it is given up.
    pub attempts: u32,
    /// Pause after the first failed attempt; doubled after each, an hour at most.
    pub first_pause: Duration,
}

/// What follows a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Another attempt, after this pause.
    Again(Duration),
    GiveUp,
}

impl Patience {
    /// What follows when so many attempts have failed.
    #[must_use]
    pub fn after(&self, failed: u32) -> Next {
        if failed >= self.attempts { Next::GiveUp } else { Next::Again(self.pause(failed)) }
    }

    fn pause(&self, failed: u32) -> Duration {
        let doubled = 1_u32.checked_shl(failed.saturating_sub(1)).unwrap_or(u32::MAX);
        self.first_pause.max(SHORTEST_PAUSE).saturating_mul(doubled).min(LONGEST_PAUSE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        let patience = Patience { attempts: u32::MAX, first_pause: Duration::from_secs(10) };
        assert_eq!([1, 2, 3].map(|failed| patience.pause(failed).as_millis()), [10_000, 20_000, 40_000]);
        assert_eq!(patience.pause(10), LONGEST_PAUSE);
        assert_eq!(patience.pause(u32::MAX), LONGEST_PAUSE);
    }

    #[test]
    fn the_last_attempt_is_followed_by_none() {
        let patience = Patience { attempts: 3, first_pause: Duration::from_secs(60) };
        let minutes = |minutes: u64| Next::Again(Duration::from_secs(60 * minutes));
        assert_eq!([1, 2, 3].map(|failed| patience.after(failed)), [minutes(1), minutes(2), Next::GiveUp]);
    }
}
