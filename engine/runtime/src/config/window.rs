//! A part of every day, as the clocks of a time zone show it.

use casewright_engine_value::Instant;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::str::FromStr;

/// A part of every day; past midnight when it ends before it begins. It has no time zone of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    from: Time,
    to: Time,
}

/// `23:00-05:30` was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no window; write it as 23:00-05:30")]
pub struct NoWindow(String);

impl FromStr for Window {
    type Err = NoWindow;

    fn from_str(text: &str) -> Result<Self, NoWindow> {
        let time = |text: &str| {
            let (hour, minute) = text.trim().split_once(':')?;
            Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
        };
        let read = || {
            let (from, to) = text.split_once('-')?;
            Some(Self { from: time(from)?, to: time(to)? })
        };
        read().ok_or_else(|| NoWindow(text.to_owned()))
    }
}

impl Window {
    /// Begin and end of the window that is open at `now`, else of the next one, by the clocks of `zone`.
    #[must_use]
    pub fn current_or_next(&self, now: Instant, zone: &TimeZone) -> (Instant, Instant) {
        self.first(now, zone, |(_, end)| now < end)
    }

    /// Begin of the first window after the one that is open at `now`.
    #[must_use]
    pub fn next(&self, now: Instant, zone: &TimeZone) -> Instant {
        self.first(now, zone, |(begin, _)| now < begin).0
    }

    /// The first of those around `now` that fits; the one of tomorrow when none does.
    fn first(&self, now: Instant, zone: &TimeZone, fits: impl Fn((Instant, Instant)) -> bool) -> (Instant, Instant) {
        let today = zone.to_datetime(now.timestamp()).date();
        let begun_on = |days: i64| today.saturating_add(days.days());
        [-1, 0]
            .map(|days| self.on(begun_on(days), zone))
            .into_iter()
            .find(|window| fits(*window))
            .unwrap_or_else(|| self.on(begun_on(1), zone))
    }

    /// Begin and end of the one that begins on a day.
    fn on(&self, day: Date, zone: &TimeZone) -> (Instant, Instant) {
        let last = if self.to <= self.from { day.saturating_add(1.days()) } else { day };
        let at = |day: Date, time: Time| {
            let shown = day.to_datetime(time);
            // At the ends of the calendar there is no such moment in every zone.
            zone.to_timestamp(shown).unwrap_or_else(|_| if day.year() < 0 { Timestamp::MIN } else { Timestamp::MAX })
        };
        let begin = Instant::from(at(day, self.from));
        let end = Instant::from(at(last, self.to));
        // A window of a few minutes may be one that the clocks leap over.
        (begin, end.max(begin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::from(text.parse::<Timestamp>().expect("a time"))
    }

    fn window(text: &str) -> Window {
        text.parse().expect("a window")
    }

    #[test]
    fn a_window_past_midnight_is_open_on_both_sides_of_it() {
        let (window, utc) = (window("23:00-05:30"), &TimeZone::UTC);
        let night = (at("2030-01-01T23:00:00Z"), at("2030-01-02T05:30:00Z"));
        assert_eq!(window.current_or_next(at("2030-01-01T12:00:00Z"), utc), night);
        assert_eq!(window.current_or_next(at("2030-01-01T23:30:00Z"), utc), night);
        assert_eq!(window.current_or_next(at("2030-01-02T05:29:00Z"), utc), night);
        assert_eq!(window.next(at("2030-01-02T01:00:00Z"), utc), at("2030-01-02T23:00:00Z"));
        assert_eq!(window.next(at("2030-01-02T06:00:00Z"), utc), at("2030-01-02T23:00:00Z"));
    }

    #[test]
    fn a_window_is_a_whole_day_when_it_ends_as_it_begins() {
        let (begin, end) = window("06:00-06:00").current_or_next(at("2030-01-01T12:00:00Z"), &TimeZone::UTC);
        assert_eq!((begin, end), (at("2030-01-01T06:00:00Z"), at("2030-01-02T06:00:00Z")));
    }

    #[test]
    fn a_window_keeps_its_local_time_over_a_change_of_the_clock() {
        let zone = &TimeZone::get("Europe/Berlin").expect("a known zone");
        let night = (at("2030-03-30T22:00:00Z"), at("2030-03-31T03:30:00Z"));
        assert_eq!(window("23:00-05:30").current_or_next(at("2030-03-31T01:00:00Z"), zone), night);
        assert_eq!(window("23:00-05:30").next(at("2030-03-31T01:00:00Z"), zone), at("2030-03-31T21:00:00Z"));
    }

    #[test]
    fn what_is_no_window_is_refused() {
        for text in ["", "23:00", "24:00-05:00", "23:00-05:60", "night"] {
            assert_eq!(text.parse::<Window>(), Err(NoWindow(text.to_owned())));
        }
    }
}
