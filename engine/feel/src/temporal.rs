//! Dates, times and durations: their texts and their arithmetic (DMN 1.5, 10.3.2.3.4 to 10.3.2.3.9).

use crate::calendar::Date;
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;

pub(crate) const NANOS: i128 = 1_000_000_000;
pub(crate) const DAY: i128 = 86_400 * NANOS;

/// What says where on earth a time is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Zone {
    /// It is not said.
    Local,
    /// Seconds east of UTC.
    Offset(i32),
    Named(TimeZone),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    pub time: civil::Time,
    pub zone: Zone,
    /// Seconds east of UTC: of the day that it was taken from, else in 1970 where the zone is a named one.
    offset: Option<i32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateTime {
    pub date: Date,
    pub time: civil::Time,
    pub zone: Zone,
}

impl Zone {
    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::Local);
        }
        if let Some(name) = text.strip_prefix('@') {
            return TimeZone::get(name).ok().map(Self::Named);
        }
        if text == "Z" || text == "z" {
            return Some(Self::Offset(0));
        }
        let (sign, digits) = match text.as_bytes().first()? {
            b'+' => (1, &text[1..]),
            b'-' => (-1, &text[1..]),
            _ => return None,
        };
        let mut parts = digits.split(':').map(two_digits);
        let (hours, minutes) = (parts.next()??, parts.next()??);
        let seconds = match parts.next() {
            None => 0,
            Some(seconds) => seconds?,
        };
        let is_offset = hours <= 18 && minutes < 60 && seconds < 60 && parts.next().is_none();
        is_offset.then_some(Self::Offset(sign * (hours * 3_600 + minutes * 60 + seconds)))
    }

    /// Seconds east of UTC at this local time; none where it is not said.
    pub(crate) fn offset_at(&self, date: Date, time: civil::Time) -> Option<i32> {
        match self {
            Self::Local => None,
            Self::Offset(seconds) => Some(*seconds),
            Self::Named(zone) => {
                let timestamp = zone.to_timestamp(known_to_zones(date)?.to_datetime(time)).ok()?;
                Some(zone.to_offset(timestamp).seconds())
            }
        }
    }

    pub(crate) fn name(&self) -> Option<String> {
        match self {
            Self::Named(zone) => zone.iana_name().map(str::to_owned),
            Self::Offset(_) | Self::Local => None,
        }
    }
}

impl std::fmt::Display for Zone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Local => Ok(()),
            Self::Offset(0) => f.write_str("Z"),
            Self::Offset(seconds) => {
                let sign = if *seconds < 0 { '-' } else { '+' };
                let seconds = seconds.abs();
                write!(f, "{sign}{:02}:{:02}", seconds / 3_600, seconds / 60 % 60)?;
                if seconds % 60 == 0 { Ok(()) } else { write!(f, ":{:02}", seconds % 60) }
            }
            Self::Named(zone) => write!(f, "@{}", zone.iana_name().unwrap_or("UTC")),
        }
    }
}

/// Zones have rules for years of four digits; the others go by those of the nearest like them.
fn known_to_zones(date: Date) -> Option<civil::Date> {
    let year = match date.year() {
        year @ -9_990..=9_990 => year,
        year => (year.signum() * 9_600) + year % 400,
    };
    Date::new(year, date.month(), date.day())?.civil()
}

impl Time {
    /// Of no day.
    #[must_use]
    pub fn new(time: civil::Time, zone: Zone) -> Self {
        let offset = zone.offset_at(civil::date(1970, 1, 1).into(), time);
        Self { time, zone, offset }
    }

    pub(crate) fn of(moment: &DateTime) -> Self {
        let offset = moment.zone.offset_at(moment.date, moment.time);
        Self { time: moment.time, zone: moment.zone.clone(), offset }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('T').unwrap_or(text);
        let end = text.find(['Z', 'z', '+', '-', '@']).unwrap_or(text.len());
        Some(Self::new(clock(&text[..end])?, Zone::parse(&text[end..])?))
    }

    /// Since midnight, in UTC where an offset is known; nanoseconds.
    pub(crate) fn nanos_of_day(&self) -> i128 {
        let offset = self.offset.unwrap_or(0);
        nanos_of(self.time) - i128::from(offset) * NANOS
    }

    /// Seconds east of UTC; none where it is not said.
    pub(crate) fn offset(&self) -> Option<i32> {
        self.offset
    }

    /// Over midnight, where it has to be.
    pub(crate) fn plus(&self, nanos: i128) -> Option<Self> {
        let sum = (nanos_of(self.time) + nanos).rem_euclid(DAY);
        Some(Self { time: clock_of(sum)?, ..self.clone() })
    }
}

impl DateTime {
    #[must_use]
    pub fn new(local: civil::DateTime, zone: Zone) -> Self {
        Self { date: local.date().into(), time: local.time(), zone }
    }

    /// A moment by the clocks of a zone, which it names. UTC and a zone without a name are their offset.
    #[must_use]
    pub fn at(moment: Timestamp, zone: &TimeZone) -> Self {
        let said = match zone.iana_name() {
            Some(_) if *zone != TimeZone::UTC => Zone::Named(zone.clone()),
            _ => Zone::Offset(zone.to_offset(moment).seconds()),
        };
        Self::new(zone.to_datetime(moment), said)
    }

    /// What the clocks of a zone show so, with that zone.
    pub(crate) fn within_zone(&self, zone: &TimeZone) -> Self {
        let zone = if *zone == TimeZone::UTC { Zone::Offset(0) } else { Zone::Named(zone.clone()) };
        Self { zone, ..self.clone() }
    }

    pub(crate) fn midnight(date: Date, zone: Zone) -> Self {
        Self { date, time: civil::Time::midnight(), zone }
    }

    /// By the clock that shows so many nanoseconds since 1970.
    fn of_clock(nanos: i128, zone: Zone) -> Option<Self> {
        let days = i64::try_from(nanos.div_euclid(DAY)).ok()?;
        Some(Self { date: Date::of_days(days)?, time: clock_of(nanos.rem_euclid(DAY))?, zone })
    }

    /// Nanoseconds since 1970 by its clock.
    fn clock(&self) -> i128 {
        i128::from(self.date.days()) * DAY + nanos_of(self.time)
    }

    /// A date alone is its midnight.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let Some((date, time)) = text.split_once('T') else {
            return Some(Self::midnight(parse_date(text)?, Zone::Local));
        };
        let time = Time::parse(time)?;
        Some(Self { date: parse_date(date)?, time: time.time, zone: time.zone })
    }

    /// Since 1970 in UTC, where a local one is taken to be in UTC; nanoseconds.
    pub(crate) fn nanos(&self) -> i128 {
        let offset = self.zone.offset_at(self.date, self.time).unwrap_or(0);
        self.clock() - i128::from(offset) * NANOS
    }

    /// The moment that is meant; none when it is beyond the calendar.
    #[must_use]
    pub fn timestamp(&self) -> Option<Timestamp> {
        Timestamp::from_nanosecond(self.nanos()).ok()
    }

    /// In a named zone by the time that passes, else by the clock.
    pub(crate) fn plus(&self, nanos: i128) -> Option<Self> {
        if let Zone::Named(zone) = &self.zone
            && let Ok(moved) = Timestamp::from_nanosecond(self.nanos().checked_add(nanos)?)
        {
            return Some(Self::new(zone.to_datetime(moved), self.zone.clone()));
        }
        Self::of_clock(self.clock().checked_add(nanos)?, self.zone.clone())
    }

    pub(crate) fn plus_months(&self, months: i64) -> Option<Self> {
        Some(Self { date: self.date.plus_months(months)?, time: self.time, zone: self.zone.clone() })
    }

    /// This moment by the clocks of a zone.
    pub(crate) fn within(&self, zone: TimeZone) -> Option<Self> {
        Some(Self::new(zone.to_datetime(self.timestamp()?), Zone::Named(zone)))
    }
}

/// A date is its midnight; what is left of the day after that is dropped.
pub(crate) fn date_plus(date: Date, nanos: i128) -> Option<Date> {
    Some(DateTime::midnight(date, Zone::Local).plus(nanos)?.date)
}

pub(crate) fn nanos_between(later: Date, earlier: Date) -> i128 {
    i128::from(later.days() - earlier.days()) * DAY
}

/// Whole months from one date to another; negative backwards.
pub(crate) fn months_between(from: Date, to: Date) -> i64 {
    let months = (i64::from(to.year()) - i64::from(from.year())) * 12 + i64::from(to.month()) - i64::from(from.month());
    match months {
        1.. if to.day() < from.day() => months - 1,
        ..=-1 if to.day() > from.day() => months + 1,
        _ => months,
    }
}

fn nanos_of(time: civil::Time) -> i128 {
    let seconds = i128::from(time.hour()) * 3_600 + i128::from(time.minute()) * 60 + i128::from(time.second());
    seconds * NANOS + i128::from(time.subsec_nanosecond())
}

/// Nanoseconds since midnight to a time.
pub(crate) fn clock_of(nanos: i128) -> Option<civil::Time> {
    let seconds = i64::try_from(nanos / NANOS).ok()?;
    let rest = i32::try_from(nanos % NANOS).ok()?;
    let small = |n: i64| i8::try_from(n).ok();
    civil::Time::new(small(seconds / 3_600)?, small(seconds / 60 % 60)?, small(seconds % 60)?, rest).ok()
}

fn two_digits(text: &str) -> Option<i32> {
    (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// `10:00`, `10:00:00`, `10:00:00.123`.
fn clock(text: &str) -> Option<civil::Time> {
    let (text, fraction) = match text.split_once('.') {
        Some((text, fraction)) => (text, fraction),
        None => (text, ""),
    };
    let mut parts = text.split(':').map(two_digits);
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = match parts.next() {
        None if fraction.is_empty() => 0,
        None => return None,
        Some(second) => second?,
    };
    if parts.next().is_some() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let nanos: String = fraction.chars().chain(std::iter::repeat('0')).take(9).collect();
    let small = |n: i32| i8::try_from(n).ok();
    civil::Time::new(small(hour)?, small(minute)?, small(second)?, nanos.parse().ok()?).ok()
}

/// `2026-01-31`; a year has four digits, or up to nine that do not begin with a nought.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let mut parts = digits.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let is_year = year.len() == 4 || (5..=9).contains(&year.len()) && !year.starts_with('0');
    if parts.next().is_some() || !is_year || !year.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let small = |n: i32| u8::try_from(n).ok();
    Date::new(sign * year.parse::<i32>().ok()?, small(two_digits(month)?)?, small(two_digits(day)?)?)
}

fn fraction(f: &mut std::fmt::Formatter<'_>, nanos: i32) -> std::fmt::Result {
    if nanos == 0 {
        return Ok(());
    }
    let digits = format!("{nanos:09}");
    write!(f, ".{}", digits.trim_end_matches('0'))
}

struct Clock(civil::Time);

impl std::fmt::Display for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.0.hour(), self.0.minute(), self.0.second())?;
        fraction(f, self.0.subsec_nanosecond())
    }
}

impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", Clock(self.time), self.zone)
    }
}

impl std::fmt::Display for DateTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}T{}{}", self.date, Clock(self.time), self.zone)
    }
}

pub(crate) fn months_text(months: i64) -> String {
    let sign = if months < 0 { "-" } else { "" };
    let (years, rest) = (months.unsigned_abs() / 12, months.unsigned_abs() % 12);
    match (years, rest) {
        (0, 0) => "P0Y".to_owned(),
        (0, rest) => format!("{sign}P{rest}M"),
        (years, 0) => format!("{sign}P{years}Y"),
        (years, rest) => format!("{sign}P{years}Y{rest}M"),
    }
}

pub(crate) fn nanos_text(nanos: i128) -> String {
    if nanos == 0 {
        return "P0D".to_owned();
    }
    let sign = if nanos < 0 { "-" } else { "" };
    let all = nanos.unsigned_abs();
    let second = NANOS.unsigned_abs();
    let (days, seconds, rest) = (all / DAY.unsigned_abs(), all / second % 86_400, all % second);
    let mut text = format!("{sign}P");
    if days > 0 {
        text.push_str(&format!("{days}D"));
    }
    if seconds > 0 || rest > 0 {
        text.push('T');
    }
    for (amount, unit) in [(seconds / 3_600, 'H'), (seconds / 60 % 60, 'M')] {
        if amount > 0 {
            text.push_str(&format!("{amount}{unit}"));
        }
    }
    match (seconds % 60, rest) {
        (0, 0) => {}
        (whole, 0) => text.push_str(&format!("{whole}S")),
        (whole, rest) => {
            let digits = format!("{rest:09}");
            text.push_str(&format!("{whole}.{}S", digits.trim_end_matches('0')));
        }
    }
    text
}

/// Components in days, hours, minutes and seconds, each with the sign of all.
pub(crate) fn parts_of(nanos: i128) -> [i128; 4] {
    let seconds = nanos / NANOS;
    [seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60]
}
