//! What is logged about a Kafka that does not answer: some lines, not ten a second for as long as it lasts.

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::KafkaError;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Lines in one [`PERIOD`].
const LINES: u32 = 4;
const PERIOD: Duration = Duration::from_secs(30);

/// Counts the lines of all clients of a bus.
#[derive(Default)]
pub(super) struct Words {
    said: Mutex<Said>,
}

#[derive(Default)]
struct Said {
    since: Option<Instant>,
    lines: u32,
    unsaid: u64,
}

impl Words {
    /// May one more line be logged? If so, how many were left out since the last one.
    pub(super) fn may_say(&self) -> Option<u64> {
        self.may_say_at(Instant::now())
    }

    fn may_say_at(&self, now: Instant) -> Option<u64> {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.since.is_none_or(|since| now.duration_since(since) >= PERIOD) {
            said.since = Some(now);
            said.lines = 0;
        }
        if said.lines == LINES {
            said.unsaid += 1;
            return None;
        }
        said.lines += 1;
        Some(std::mem::take(&mut said.unsaid))
    }

    /// A warning, when it may be said.
    pub(super) fn warn(&self, about: &str, error: &dyn std::fmt::Display) {
        if let Some(unsaid) = self.may_say() {
            tracing::warn!(about, %error, unsaid, "Kafka does not do what it should; it is tried again");
        }
    }
}

/// What librdkafka itself has to say goes the same way.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) words: Arc<Words>,
}

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        match level {
            RDKafkaLogLevel::Emerg
            | RDKafkaLogLevel::Alert
            | RDKafkaLogLevel::Critical
            | RDKafkaLogLevel::Error
            | RDKafkaLogLevel::Warning => self.words.warn(facility, &message),
            RDKafkaLogLevel::Notice | RDKafkaLogLevel::Info | RDKafkaLogLevel::Debug => {
                tracing::debug!(facility, message, "librdkafka");
            }
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.words.warn(reason, &error);
    }
}

impl ConsumerContext for Context {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_outage_is_some_lines_and_a_count_of_the_others() {
        let (words, start) = (Words::default(), Instant::now());
        let said: Vec<Option<u64>> = (0..1000).map(|_| words.may_say_at(start)).collect();
        assert_eq!(said.iter().flatten().count(), LINES as usize);
        assert_eq!(words.may_say_at(start + PERIOD), Some(1000 - u64::from(LINES)));
        assert_eq!(words.may_say_at(start + PERIOD), Some(0));
    }
}
