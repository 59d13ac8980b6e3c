//! Dates as Java shows them, in UTC.

use casewright_engine_value::Instant;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

pub(crate) fn civil(instant: Instant) -> DateTime {
    TimeZone::UTC.to_datetime(Timestamp::from_millisecond(instant.0).unwrap_or(if instant.0 < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    }))
}

pub(crate) fn instant(civil: DateTime) -> Option<Instant> {
    let timestamp = TimeZone::UTC.to_timestamp(civil).ok()?;
    Some(Instant(timestamp.as_millisecond()))
}

/// `Thu Jan 01 00:00:00 UTC 1970`.
pub(crate) fn java_text(instant: Instant) -> String {
    format(instant, "EEE MMM dd HH:mm:ss 'UTC' yyyy")
}

/// `1970-01-01T00:00:00.000Z`.
pub(crate) fn iso_text(instant: Instant) -> String {
    format(instant, "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")
}

/// `1970-01-01T00:00:00.000+0000`, as the REST contract writes dates.
pub(crate) fn rest_text(instant: Instant) -> String {
    format(instant, "yyyy-MM-dd'T'HH:mm:ss.SSS'+0000'")
}

/// `SimpleDateFormat` and Joda patterns: letters by their run length, quoted text as it is.
pub(crate) fn format(instant: Instant, pattern: &str) -> String {
    let civil = civil(instant);
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
        out.push_str(&field(civil, letter, width));
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

fn field(civil: DateTime, letter: char, width: usize) -> String {
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
        'z' => "UTC".to_owned(),
        'Z' if width >= 2 => "+00:00".to_owned(),
        'Z' => "+0000".to_owned(),
        'X' => "Z".to_owned(),
        'G' => "AD".to_owned(),
        other => other.to_string().repeat(width),
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
