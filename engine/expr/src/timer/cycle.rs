//! `R3/PT10M`, `R/2030-01-01T00:00:00Z/P1M`, `R5/PT1H/2030-01-01T00:00:00Z`, and the same without the `R`.
//!
//! Repetitions count from the start date, not from when they fired: a timer that was late skips what is past, and `R3`
//! is over when three periods have gone by since the start.

use super::iso::{self, Period};
use casewright_engine_value::{Instant, TimerSchedule};
use jiff::tz::TimeZone;

/// Months are added one by one; more of them than this is no timer.
const MAX_STEPS: u64 = 100_000;

/// A period from a start or up to an end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interval {
    period: Period,
    start: Option<Instant>,
    end: Option<Instant>,
}

impl Interval {
    /// `duration`, `duration/end`, `start/duration`, `start/end`; a bare duration starts now.
    pub(super) fn parse(text: &str, now: Instant, zone: &TimeZone) -> Option<Self> {
        let (first, second) = match text.split_once('/') {
            Some((first, second)) => (first, Some(second)),
            None => (text, None),
        };
        if iso::is_period(first) {
            let end = match second {
                Some(end) => Some(iso::parse_date(end, zone)?),
                None => None,
            };
            return Some(Self { period: Period::parse(first)?, start: end.is_none().then_some(now), end });
        }
        let start = iso::parse_date(first, zone)?;
        let second = second?;
        if iso::is_period(second) {
            return Some(Self { period: Period::parse(second)?, start: Some(start), end: None });
        }
        let end = iso::parse_date(second, zone)?;
        Some(Self { period: Period::between(start, end), start: Some(start), end: Some(end) })
    }

    /// When it is over.
    pub(super) fn after(&self, now: Instant, zone: &TimeZone) -> Option<Instant> {
        match self.end {
            Some(end) => Some(end),
            None => self.period.add_to(self.start.unwrap_or(now), zone),
        }
    }
}

struct Cycle {
    times: u64,
    interval: Interval,
}

fn parse(text: &str, now: Instant, zone: &TimeZone) -> Option<Cycle> {
    let (repetitions, interval) = text.strip_prefix('R')?.split_once('/')?;
    let times = match repetitions {
        "" => u64::MAX,
        number => number.parse().ok()?,
    };
    Some(Cycle { times, interval: Interval::parse(interval, now, zone)? })
}

/// First due date; what is kept for later names the start, so that repetitions can be counted from it.
pub(super) fn first(text: &str, now: Instant, zone: &TimeZone) -> Option<TimerSchedule> {
    let cycle = parse(text, now, zone)?;
    let due = cycle.due_after(now, zone)?;
    let repeat = match text.split_once('/') {
        Some((repetitions, duration)) if !duration.contains('/') => {
            format!("{repetitions}/{}/{duration}", now)
        }
        _ => text.to_owned(),
    };
    Some(TimerSchedule { due, repeat: Some(repeat) })
}

/// Outer none: not a cycle. Inner none: it has ended.
pub(super) fn next(repeat: &str, fired: Instant, now: Instant, zone: &TimeZone) -> Option<Option<TimerSchedule>> {
    let cycle = parse(repeat, now, zone)?;
    let due = cycle.due_after(now.max(fired), zone).filter(|due| *due > fired);
    Some(due.map(|due| TimerSchedule { due, repeat: Some(repeat.to_owned()) }))
}

impl Cycle {
    /// The first repetition after `date`; none when all of them are before it.
    fn due_after(&self, date: Instant, zone: &TimeZone) -> Option<Instant> {
        match (self.interval.start, self.interval.end) {
            (Some(start), _) => self.forwards(start, date, zone),
            (None, Some(end)) => self.backwards(end, date, zone),
            (None, None) => None,
        }
    }

    fn forwards(&self, start: Instant, date: Instant, zone: &TimeZone) -> Option<Instant> {
        let period = self.interval.period;
        let (mut current, mut steps) = (start, 0);
        // No day is two hours longer or shorter than another, so this is not past the date.
        if let Some(length) = period.length().filter(|length| *length > 0 && start <= date) {
            let whole = u64::try_from((date.0 - start.0) / length).ok()?;
            steps = whole.saturating_sub(2).min(self.times);
            current = period.add_times(steps, start, start, zone)?;
        }
        let first = steps;
        while steps < self.times && current <= date {
            steps += 1;
            let next = period.add_times(steps, start, current, zone)?;
            if next <= current || steps - first > MAX_STEPS {
                return None;
            }
            current = next;
        }
        (current >= date).then_some(current)
    }

    fn backwards(&self, end: Instant, date: Instant, zone: &TimeZone) -> Option<Instant> {
        let back = self.interval.period.negated();
        let mut next = end;
        let mut current = back.add_to(end, zone)?;
        let mut steps = 0;
        while steps < self.times.min(MAX_STEPS) && current > date && current < next {
            next = current;
            steps += 1;
            current = back.add_times(steps + 1, end, current, zone)?;
        }
        (next >= date).then_some(next)
    }
}
