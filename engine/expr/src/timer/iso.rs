//! ISO 8601 dates as leniently as Joda reads them, and ISO 8601 periods with years, months and weeks.

use casewright_engine_value::Instant;
use jiff::civil::{Date, DateTime, ISOWeekDate, Time, Weekday};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Span, Timestamp};

/// Is the text a period rather than a date?
pub(super) fn is_period(text: &str) -> bool {
    text.starts_with('P') || text.starts_with("-P")
}

/// Calendar part and exact part; both carry the sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) months: i64,
    pub(super) days: i64,
    pub(super) milliseconds: i64,
}

impl Period {
    /// `P1Y2M3W4DT5H6M7.5S`, any part absent, a minus in front.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let rest = rest.strip_prefix('P')?;
        let (date, time) = match rest.split_once('T') {
            Some((_, "")) => return None,
            Some((date, time)) => (date, time),
            None => (rest, ""),
        };
        let mut period = Self { months: 0, days: 0, milliseconds: 0 };
        let mut parts = 0;
        for (number, unit) in components(date)? {
            let number: i64 = number.parse().ok()?;
            match unit {
                'Y' => period.months = period.months.checked_add(number.checked_mul(12)?)?,
                'M' => period.months = period.months.checked_add(number)?,
                'W' => period.days = period.days.checked_add(number.checked_mul(7)?)?,
                'D' => period.days = period.days.checked_add(number)?,
                _ => return None,
            }
            parts += 1;
        }
        for (number, unit) in components(time)? {
            let milliseconds = match unit {
                'H' => number.parse::<i64>().ok()?.checked_mul(3_600_000)?,
                'M' => number.parse::<i64>().ok()?.checked_mul(60_000)?,
                'S' => seconds(number)?,
                _ => return None,
            };
            period.milliseconds = period.milliseconds.checked_add(milliseconds)?;
            parts += 1;
        }
        (parts > 0).then_some(Self {
            months: sign * period.months,
            days: sign * period.days,
            milliseconds: sign * period.milliseconds,
        })
    }

    pub(super) fn between(start: Instant, end: Instant) -> Self {
        Self { months: 0, days: 0, milliseconds: end.0 - start.0 }
    }

    pub(super) fn negated(self) -> Self {
        Self { months: -self.months, days: -self.days, milliseconds: -self.milliseconds }
    }

    /// Milliseconds where every day has 24 hours; none with months.
    pub(super) fn length(self) -> Option<i64> {
        if self.months != 0 {
            return None;
        }
        self.days.checked_mul(86_400_000)?.checked_add(self.milliseconds)
    }

    /// So many times after `start`, `last` being one time less. Months are added to that, as Camunda adds them (a 31st becomes a
    /// 28th and stays one); days are counted from the start, so that a time that the clocks leapt over once is back the next day.
    pub(super) fn add_times(self, times: u64, start: Instant, last: Instant, zone: &TimeZone) -> Option<Instant> {
        if self.months != 0 {
            return self.add_to(last, zone);
        }
        let times = i64::try_from(times).ok()?;
        let (days, milliseconds) = (self.days.checked_mul(times)?, self.milliseconds.checked_mul(times)?);
        Self { months: 0, days, milliseconds }.add_to(start, zone)
    }

    /// Months and days on the calendar of `zone`, then the exact part.
    pub(super) fn add_to(self, start: Instant, zone: &TimeZone) -> Option<Instant> {
        let timestamp = Timestamp::from_millisecond(start.0).ok()?;
        let span = Span::new().try_months(self.months).ok()?.try_days(self.days).ok()?;
        let shifted = timestamp
            .to_zoned(zone.clone())
            .checked_add(span)
            .ok()?
            .timestamp()
            .as_millisecond()
            .checked_add(self.milliseconds)?;
        Timestamp::from_millisecond(shifted).ok()?;
        Some(Instant(shifted))
    }
}

/// `1H30M` -> `[("1", 'H'), ("30", 'M')]`.
fn components(text: &str) -> Option<Vec<(&str, char)>> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')?;
        let unit = rest[end..].chars().next()?;
        if end == 0 {
            return None;
        }
        found.push((&rest[..end], unit));
        rest = &rest[end + unit.len_utf8()..];
    }
    Some(found)
}

/// Seconds with any fraction, in milliseconds; finer grain is cut off.
fn seconds(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let whole: i64 = whole.parse().ok()?;
    whole.checked_mul(1_000)?.checked_add(millis(fraction)?)
}

fn millis(fraction: &str) -> Option<i64> {
    if !fraction.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    digits.parse().ok()
}

/// `2030`, `2030-1-5`, `2030-W05-2`, `2030-123`, each with `THH[:mm[:ss[.fraction]]]` and an offset, or only a time.
pub(super) fn parse_date(text: &str, zone: &TimeZone) -> Option<Instant> {
    let (date_text, rest) = match text.split_once(['T', 't']) {
        Some((date, rest)) => (date, Some(rest)),
        None => (text, None),
    };
    let date = if date_text.is_empty() { Date::new(1970, 1, 1).ok()? } else { calendar_date(date_text)? };
    let Some(rest) = rest else {
        return in_zone(date.to_datetime(Time::midnight()), zone);
    };
    let offset_at = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (time, offset) = rest.split_at(offset_at);
    let time = if time.is_empty() { Time::midnight() } else { clock_time(time)? };
    let civil = date.to_datetime(time);
    match offset {
        "" => in_zone(civil, zone),
        "Z" | "z" => in_zone(civil, &TimeZone::UTC),
        offset => in_zone(civil, &TimeZone::fixed(parse_offset(offset)?)),
    }
}

/// Of a time that the clocks show twice it is the first; one that they leap over is refused, as Joda refuses it.
fn in_zone(civil: DateTime, zone: &TimeZone) -> Option<Instant> {
    let ambiguous = zone.to_ambiguous_timestamp(civil);
    if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
        return None;
    }
    ambiguous.compatible().ok().map(Instant::from)
}

fn calendar_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let year: i16 = number(parts.next()?, 4..=4)?;
    let second = parts.next();
    let third = parts.next();
    if parts.next().is_some() {
        return None;
    }
    match (second, third) {
        (None, None) => Date::new(year, 1, 1).ok(),
        (Some(week), day) if week.starts_with('W') => {
            let week = number(&week[1..], 1..=2)?;
            let day = match day {
                Some(day) => number(day, 1..=1)?,
                None => 1,
            };
            let day = Weekday::from_monday_one_offset(day).ok()?;
            ISOWeekDate::new(year, week, day).ok().map(Date::from)
        }
        (Some(day), None) if day.len() == 3 => {
            let day: i16 = number(day, 3..=3)?;
            Date::new(year, 1, 1).ok()?.with().day_of_year(day).build().ok()
        }
        (Some(month), None) => Date::new(year, number(month, 1..=2)?, 1).ok(),
        (Some(month), Some(day)) => Date::new(year, number(month, 1..=2)?, number(day, 1..=2)?).ok(),
        (None, Some(_)) => None,
    }
}

fn clock_time(text: &str) -> Option<Time> {
    let (clock, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let mut parts = clock.split(':');
    let hour = number(parts.next()?, 1..=2)?;
    let minute = parts.next().map_or(Some(0), |part| number(part, 1..=2))?;
    let second = parts.next().map_or(Some(0), |part| number(part, 1..=2))?;
    if parts.next().is_some() {
        return None;
    }
    let nanoseconds = i32::try_from(millis(fraction)?).ok()? * 1_000_000;
    Time::new(hour, minute, second, nanoseconds).ok()
}

fn parse_offset(text: &str) -> Option<Offset> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    if !matches!(digits.len(), 2 | 4 | 6) || !digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let pair = |at: usize| digits.get(at..at + 2).map_or(Some(0), |d| d.parse::<i32>().ok());
    let seconds = pair(0)? * 3_600 + pair(2)? * 60 + pair(4)?;
    Offset::from_seconds(sign * seconds).ok()
}

fn number<N: std::str::FromStr>(text: &str, width: std::ops::RangeInclusive<usize>) -> Option<N> {
    if !width.contains(&text.len()) || !text.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}
