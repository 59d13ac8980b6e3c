//! Quartz cron expressions: seconds minutes hours day-of-month month day-of-week [year].
//!
//! With names (`MON`, `JAN`), lists, ranges that may wrap around, steps, `?`, `L`, `L-3`, `LW`, `15W`, `6L`, `6#3`. Sunday is 1.

use casewright_engine_value::Instant;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};

/// A schedule that has no date within so many days has none.
const MAX_DAYS: usize = 366 * 60;

#[derive(Debug)]
pub(super) struct Cron {
    seconds: u64,
    minutes: u64,
    hours: u64,
    months: u64,
    day: DayRule,
    years: Option<Vec<i16>>,
}

#[derive(Debug)]
enum DayRule {
    Every,
    DaysOfMonth(u64),
    /// Days before the last of the month.
    Last(i8),
    LastWeekday,
    NearestWeekday(i8),
    /// Bits 1 (Sunday) to 7.
    DaysOfWeek(u64),
    LastOfWeekday(u32),
    NthWeekday(u32, i8),
}

const EVERY_HOUR: u64 = (1 << 24) - 1;

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

impl Cron {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let upper = text.to_ascii_uppercase();
        let fields: Vec<&str> = upper.split_whitespace().collect();
        let (fixed, year) = match fields.as_slice() {
            [fixed @ .., year] if fixed.len() == 6 => (fixed, Some(*year)),
            all if all.len() == 6 => (all, None),
            _ => return None,
        };
        let &[seconds, minutes, hours, day_of_month, month, day_of_week] = fixed else {
            return None;
        };
        Some(Self {
            seconds: set(seconds, 0, 59, &[])?,
            minutes: set(minutes, 0, 59, &[])?,
            hours: set(hours, 0, 23, &[])?,
            months: set(month, 1, 12, &MONTHS)?,
            day: day_rule(day_of_month, day_of_week)?,
            years: match year {
                None | Some("*" | "?") => None,
                Some(years) => Some(year_list(years)?),
            },
        })
    }

    /// The first moment strictly after `after`. What the clocks of the zone leap over is no moment. What they show twice is one,
    /// the first, unless the schedule has every hour: that goes on while they show it again.
    pub(super) fn next(&self, after: Instant, zone: &TimeZone) -> Option<Instant> {
        let mut from = Timestamp::from_second(after.0.div_euclid(1_000).checked_add(1)?).ok()?;
        loop {
            let offset = zone.to_offset(from);
            let shown = self.next_shown(offset.to_datetime(from))?;
            let due = offset.to_timestamp(shown).ok()?;
            if let Some(change) = zone.following(from).next().map(|change| change.timestamp())
                && change <= due
            {
                from = change;
            } else if self.hours != EVERY_HOUR && is_shown_again(shown, due, zone) {
                from = due.checked_add(SignedDuration::from_secs(1)).ok()?;
            } else {
                return Some(Instant::from(due));
            }
        }
    }

    /// The first time, from `start` on, that clocks show which are never put forward or back.
    fn next_shown(&self, start: DateTime) -> Option<DateTime> {
        let mut date = start.date();
        let mut earliest = (start.hour(), start.minute(), start.second());
        for _ in 0..MAX_DAYS {
            if self.matches(date)
                && let Some((hour, minute, second)) = self.time_from(earliest)
            {
                return Some(date.at(hour, minute, second, 0));
            }
            date = date.checked_add(1.day()).ok()?;
            earliest = (0, 0, 0);
        }
        None
    }

    fn matches(&self, date: Date) -> bool {
        has(self.months, date.month())
            && self.years.as_ref().is_none_or(|years| years.contains(&date.year()))
            && self.day.matches(date)
    }

    /// The first time of day that is not before `earliest`.
    fn time_from(&self, earliest: (i8, i8, i8)) -> Option<(i8, i8, i8)> {
        for hour in earliest.0..24 {
            if !has(self.hours, hour) {
                continue;
            }
            let same_hour = hour == earliest.0;
            for minute in if same_hour { earliest.1 } else { 0 }..60 {
                if !has(self.minutes, minute) {
                    continue;
                }
                let from = if same_hour && minute == earliest.1 { earliest.2 } else { 0 };
                if let Some(second) = (from..60).find(|second| has(self.seconds, *second)) {
                    return Some((hour, minute, second));
                }
            }
        }
        None
    }
}

impl DayRule {
    fn matches(&self, date: Date) -> bool {
        let weekday = quartz_weekday(date);
        match self {
            Self::Every => true,
            Self::DaysOfMonth(days) => has(*days, date.day()),
            Self::Last(before) => date.day() == date.days_in_month() - before,
            Self::LastWeekday => date.day() == nearest_weekday(date, date.days_in_month()),
            Self::NearestWeekday(day) => *day <= date.days_in_month() && date.day() == nearest_weekday(date, *day),
            Self::DaysOfWeek(days) => days & (1 << weekday) != 0,
            Self::LastOfWeekday(day) => weekday == *day && date.day() + 7 > date.days_in_month(),
            Self::NthWeekday(day, nth) => weekday == *day && (date.day() - 1) / 7 + 1 == *nth,
        }
    }
}

/// Do the clocks show this for the second time then, after they were put back?
fn is_shown_again(shown: DateTime, at: Timestamp, zone: &TimeZone) -> bool {
    match zone.to_ambiguous_timestamp(shown).offset() {
        AmbiguousOffset::Fold { after, .. } => after.to_timestamp(shown).is_ok_and(|second| second == at),
        AmbiguousOffset::Gap { .. } | AmbiguousOffset::Unambiguous { .. } => false,
    }
}

fn quartz_weekday(date: Date) -> u32 {
    u32::from(date.weekday().to_sunday_zero_offset().unsigned_abs()) + 1
}

/// The weekday nearest to `day`, never in another month.
fn nearest_weekday(month: Date, day: i8) -> i8 {
    let Ok(date) = Date::new(month.year(), month.month(), day) else {
        return day;
    };
    match date.weekday() {
        Weekday::Saturday if day == 1 => 3,
        Weekday::Saturday => day - 1,
        Weekday::Sunday if day == month.days_in_month() => day - 2,
        Weekday::Sunday => day + 1,
        _ => day,
    }
}

fn has(set: u64, value: i8) -> bool {
    set & (1 << value) != 0
}

/// Quartz wants `?` in one of the two; a star beside a restriction means the same.
fn day_rule(day_of_month: &str, day_of_week: &str) -> Option<DayRule> {
    let open = |field: &str| matches!(field, "?" | "*");
    match (open(day_of_month), open(day_of_week)) {
        (true, true) => Some(DayRule::Every),
        (false, true) => month_day_rule(day_of_month),
        (true, false) => week_day_rule(day_of_week),
        (false, false) => None,
    }
}

fn month_day_rule(field: &str) -> Option<DayRule> {
    if field == "L" {
        return Some(DayRule::Last(0));
    }
    if field == "LW" {
        return Some(DayRule::LastWeekday);
    }
    if let Some(before) = field.strip_prefix("L-") {
        let before = before.parse().ok().filter(|n| (0..=30).contains(n))?;
        return Some(DayRule::Last(before));
    }
    if let Some(day) = field.strip_suffix('W') {
        let day = day.parse().ok().filter(|n| (1..=31).contains(n))?;
        return Some(DayRule::NearestWeekday(day));
    }
    set(field, 1, 31, &[]).map(DayRule::DaysOfMonth)
}

fn week_day_rule(field: &str) -> Option<DayRule> {
    if field == "L" {
        return Some(DayRule::DaysOfWeek(1 << 7));
    }
    if let Some(day) = field.strip_suffix('L') {
        return value(day, 1, 7, &DAYS).map(DayRule::LastOfWeekday);
    }
    if let Some((day, nth)) = field.split_once('#') {
        let nth = nth.parse().ok().filter(|n| (1..=5).contains(n))?;
        return Some(DayRule::NthWeekday(value(day, 1, 7, &DAYS)?, nth));
    }
    set(field, 1, 7, &DAYS).map(DayRule::DaysOfWeek)
}

/// Bits of the values that a field names.
fn set(field: &str, least: u32, most: u32, names: &[&str]) -> Option<u64> {
    let mut bits = 0;
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step.parse::<u32>().ok().filter(|n| *n > 0)?)),
            None => (part, None),
        };
        let (from, to) = match range.split_once('-') {
            _ if matches!(range, "*" | "?" | "") => (least, most),
            Some((from, to)) => (value(from, least, most, names)?, value(to, least, most, names)?),
            None => {
                let from = value(range, least, most, names)?;
                (from, if step.is_some() { most } else { from })
            }
        };
        // A range may wrap around: 22-2 hours, FRI-MON.
        let span = most - least + 1;
        let to = if to < from { to + span } else { to };
        for n in (from..=to).step_by(step.unwrap_or(1) as usize) {
            bits |= 1 << ((n - least) % span + least);
        }
    }
    Some(bits)
}

fn value(text: &str, least: u32, most: u32, names: &[&str]) -> Option<u32> {
    if let Some(at) = names.iter().position(|name| *name == text) {
        return u32::try_from(at).ok().map(|at| at + 1);
    }
    text.parse().ok().filter(|n| (least..=most).contains(n))
}

fn year_list(field: &str) -> Option<Vec<i16>> {
    let mut years = Vec::new();
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse::<usize>().ok().filter(|n| *n > 0)?),
            None => (part, 1),
        };
        let year = |text: &str| text.parse::<i16>().ok().filter(|n| (1970..=2099).contains(n));
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (1970, 2099),
            Some((from, to)) => (year(from)?, year(to)?),
            None if part.contains('/') => (year(range)?, 2099),
            None => (year(range)?, year(range)?),
        };
        years.extend((from..=to).step_by(step));
    }
    Some(years)
}
