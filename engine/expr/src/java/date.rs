//! Dates as Java shows them, in the time zone of the process.

use casewright_engine_value::{Instant, zone};
use jiff::Zoned;
use jiff::civil::DateTime;

/// The moment with the time zone of the process.
pub(crate) fn zoned(instant: Instant) -> Zoned {
    instant.timestamp().to_zoned(zone::local().clone())
}

pub(crate) fn civil(instant: Instant) -> DateTime {
    zone::civil(instant.timestamp())
}

pub(crate) fn instant(civil: DateTime) -> Option<Instant> {
    zone::timestamp(civil).map(Instant::from)
}

/// `Thu Jan 01 01:00:00 CET 1970`.
pub(crate) fn java_text(instant: Instant) -> String {
    format(instant, "EEE MMM dd HH:mm:ss z yyyy")
}

/// `1970-01-01T01:00:00.000+01:00`, as Joda's `DateTime` writes itself; in UTC `Z` is the offset.
pub(crate) fn joda_text(instant: Instant) -> String {
    format(instant, "yyyy-MM-dd'T'HH:mm:ss.SSSXXX")
}

/// `1970-01-01T01:00:00.000+0100`, as the REST contract writes dates.
pub(crate) fn rest_text(instant: Instant) -> String {
    format(instant, "yyyy-MM-dd'T'HH:mm:ss.SSSZ")
}

/// `SimpleDateFormat` and Joda patterns: letters by their run length, quoted text as it is.
pub(crate) fn format(instant: Instant, pattern: &str) -> String {
    let moment = zoned(instant);
    let mut out = String::new();
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\'' {
            copy_quoted(&mut letters, &mut out);
            continue;
        }
        if !letter.is_ascii_alphabetic() {
            out.push(letter);
            continue;
        }
        let mut width = 1;
        while letters.next_if_eq(&letter).is_some() {
            width += 1;
        }
        out.push_str(&field(&moment, letter, width));
    }
    out
}

fn copy_quoted(letters: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) {
    if letters.next_if_eq(&'\'').is_some() {
        out.push('\'');
        return;
    }
    while let Some(letter) = letters.next() {
        if letter != '\'' {
            out.push(letter);
        } else if letters.next_if_eq(&'\'').is_some() {
            out.push('\'');
        } else {
            return;
        }
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

fn field(moment: &Zoned, letter: char, width: usize) -> String {
    let civil = moment.datetime();
    let padded = |n: i64| format!("{n:0width$}");
    let hour = i64::from(civil.hour());
    match letter {
        'y' | 'Y' | 'u' if width == 2 => format!("{:02}", civil.year().rem_euclid(100)),
        'y' | 'Y' | 'u' => padded(i64::from(civil.year())),
        'M' if width >= 3 => name(&MONTHS, usize::from(civil.month().unsigned_abs()) - 1, width),
        'M' => padded(i64::from(civil.month())),
        'd' => padded(i64::from(civil.day())),
        'D' => padded(i64::from(civil.day_of_year())),
        'E' => {
            let day = civil.weekday().to_sunday_zero_offset().unsigned_abs();
            name(&DAYS, usize::from(day), width)
        }
        'e' => padded(i64::from(civil.weekday().to_monday_one_offset())),
        'H' => padded(hour),
        'k' => padded(if hour == 0 { 24 } else { hour }),
        'h' => padded(if hour % 12 == 0 { 12 } else { hour % 12 }),
        'K' => padded(hour % 12),
        'm' => padded(i64::from(civil.minute())),
        's' => padded(i64::from(civil.second())),
        'S' => padded(i64::from(civil.millisecond())),
        'a' => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        'w' => padded(i64::from(civil.date().iso_week_date().week())),
        'z' => zone_text(moment),
        'Z' if width >= 2 => offset_text(moment, 3),
        'Z' => offset_text(moment, 2),
        'X' if moment.offset().seconds() == 0 => "Z".to_owned(),
        'X' => offset_text(moment, width),
        'G' => "AD".to_owned(),
        other => other.to_string().repeat(width),
    }
}

/// `CEST`, or the offset of a zone that has no such name.
fn zone_text(moment: &Zoned) -> String {
    moment.time_zone().to_offset_info(moment.timestamp()).abbreviation().to_owned()
}

/// `+02`, `+0200`, `+02:00`: by how many parts are wanted.
fn offset_text(moment: &Zoned, parts: usize) -> String {
    let digits = zone::offset_digits(moment.offset());
    let (hours, minutes) = digits.split_at(3);
    match parts {
        1 => hours.to_owned(),
        2 => digits,
        _ => format!("{hours}:{minutes}"),
    }
}

fn name(names: &[&str], index: usize, width: usize) -> String {
    let full = names.get(index).copied().unwrap_or_default();
    if width > 3 { full } else { &full[..3] }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::format;
    use casewright_engine_value::Instant;

    #[test]
    fn patterns_write_what_java_writes() {
        let instant = Instant(1_700_000_000_123);
        for (pattern, text) in [
            ("yyyy-MM-dd'T'HH:mm:ss.SSS", "2023-11-14T22:13:20.123"),
            ("EEE, d MMM yy h:mm a", "Tue, 14 Nov 23 10:13 PM"),
            ("EEEE dd. MMMM", "Tuesday 14. November"),
            ("'it''s' HH", "it's 22"),
        ] {
            assert_eq!(format(instant, pattern), text);
        }
    }
}
