//! Holidays from a calendar file (iCalendar, RFC 5545): events that last whole days. Events with a time of day, and rules of
//! repetition, are left out: a list of holidays names its days.

use super::Holiday;
use jiff::ToSpan;
use jiff::civil::Date;

/// Longest event, in days: school holidays are, a wrong year is not.
const LONGEST: i32 = 100;
/// Days of one file.
const MOST_DAYS: usize = 3_000;
/// Longest name kept, in characters.
const MAX_NAME: usize = 120;

/// What a file has said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) holidays: Vec<Holiday>,
    /// Events that are no holidays: they have a time of day, repeat by a rule, or cannot be read.
    pub(crate) left_out: u32,
}

/// An event in the making.
#[derive(Default)]
struct Event {
    name: String,
    begins: Option<Date>,
    /// The day after the last one (RFC 5545, 3.6.1).
    ends: Option<Date>,
    repeats: bool,
}

/// The whole days of all events; `region` is said of each.
#[must_use]
pub(crate) fn read(text: &str, region: Option<&str>) -> Found {
    let mut found = Found::default();
    let mut open: Option<Event> = None;
    for line in unfolded(text) {
        let Some((head, value)) = line.split_once(':') else {
            continue;
        };
        let name = head.split(';').next().unwrap_or_default().to_ascii_uppercase();
        match (name.as_str(), value.trim(), &mut open) {
            ("BEGIN", "VEVENT", _) => open = Some(Event::default()),
            ("END", "VEVENT", event) => match event.take().and_then(|event| days(&event, region)) {
                Some(days) if found.holidays.len() + days.len() <= MOST_DAYS => found.holidays.extend(days),
                _ => found.left_out += 1,
            },
            ("SUMMARY", value, Some(event)) => event.name = unescaped(value),
            ("DTSTART", value, Some(event)) => event.begins = whole_day(value),
            ("DTEND", value, Some(event)) => event.ends = whole_day(value),
            ("RRULE" | "RDATE", _, Some(event)) => event.repeats = true,
            _ => {}
        }
    }
    found
}

fn days(event: &Event, region: Option<&str>) -> Option<Vec<Holiday>> {
    let begins = event.begins.filter(|_| !event.repeats)?;
    let ends = match event.ends {
        Some(ends) => ends,
        None => begins.checked_add(1.day()).ok()?,
    };
    let length = begins.until(ends).ok()?.get_days();
    if !(1..=LONGEST).contains(&length) {
        return None;
    }
    let name: String = event.name.chars().take(MAX_NAME).collect();
    let holiday =
        |date: Date| Holiday { date: date.to_string(), name: name.clone(), region: region.map(str::to_owned) };
    Some(begins.series(1.day()).take_while(|day| *day < ends).map(holiday).collect())
}

/// `20261225`; a value with a time is no whole day.
fn whole_day(value: &str) -> Option<Date> {
    let value = value.trim();
    let is_date = value.len() == 8 && value.bytes().all(|byte| byte.is_ascii_digit());
    is_date.then(|| Date::strptime("%Y%m%d", value).ok()).flatten()
}

/// Lines, with those that go on in the next put together (RFC 5545, 3.1).
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// A text without its escapes (RFC 5545, 3.3.11).
fn unescaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push(' '),
                Some(other) => out.push(other),
                None => {}
            },
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n\
        BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Christmas\\, both\r\n  days\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261003\r\nSUMMARY:Unity\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nDTSTART:20261003T100000Z\r\nDTEND:20261003T110000Z\r\nSUMMARY:A meeting\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260101\r\nDTEND;VALUE=DATE:20990101\r\nSUMMARY:For ever\r\nEND:VEVENT\r\n\
        END:VCALENDAR\r\n";

    #[test]
    fn whole_days_are_holidays_and_nothing_else_is() {
        let found = read(FILE, Some("DE"));
        let told: Vec<(&str, &str)> = found.holidays.iter().map(|day| (day.date.as_str(), day.name.as_str())).collect();
        let expected =
            [("2026-12-25", "Christmas, both days"), ("2026-12-26", "Christmas, both days"), ("2026-10-03", "Unity")];
        assert_eq!(told, expected);
        assert_eq!((found.left_out, found.holidays[0].region.as_deref()), (2, Some("DE")));
    }

    #[test]
    fn what_is_no_calendar_has_no_holidays() {
        assert_eq!(read("hello: world\n\n: : :\nEND:VEVENT", None), Found { holidays: Vec::new(), left_out: 1 });
    }
}
