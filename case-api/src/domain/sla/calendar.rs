//! Working time. `always` counts every second; `business` counts opening hours of working days in one time zone,
//! holidays left out. Days are civil days: a window on the day of a clock change is as long as the wall says.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;
use utoipa::ToSchema;

/// A due date further away than this many days is not searched for: the calendar would have no working time.
const HORIZON_DAYS: usize = 3_660;

/// Opening hours of a desk, as they are written in a case definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BusinessHours {
    /// IANA name: `Europe/Berlin`.
    pub time_zone: String,
    /// `monday` ... `sunday`.
    pub days: Vec<String>,
    /// `09:00`
    pub from: String,
    /// `17:00`; later than `from`.
    pub to: String,
    /// Days without work: `2026-12-25`.
    #[serde(default)]
    pub holidays: Vec<String>,
}

impl Default for BusinessHours {
    fn default() -> Self {
        Self {
            time_zone: "UTC".to_owned(),
            days: ["monday", "tuesday", "wednesday", "thursday", "friday"].map(str::to_owned).to_vec(),
            from: "09:00".to_owned(),
            to: "17:00".to_owned(),
            holidays: Vec::new(),
        }
    }
}

/// Working time, ready to be counted.
#[derive(Clone, Debug)]
pub enum Calendar {
    Always,
    Business(Arc<OpeningHours>),
}

/// What working time a clock counts, so that it can be counted again later.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum CalendarRef {
    /// Every second.
    #[default]
    Always,
    /// The business hours that stand in a version of a definition.
    Definition { key: String, version: u32 },
    /// A shared calendar, as it is now.
    Shared { id: String },
}

/// Windows of a week in one time zone, and the days without any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpeningHours {
    zone: TimeZone,
    windows: Vec<Window>,
    holidays: BTreeSet<Date>,
}

/// From when until when on one day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Window {
    /// 0 is Monday.
    day: i8,
    from: Time,
    /// None: midnight at the end of the day.
    to: Option<Time>,
}

impl Window {
    /// # Errors
    /// A sentence for the author: the day or a time cannot be read, or the window ends before it begins.
    pub(crate) fn read(day: &str, from: &str, to: &str) -> Result<Self, String> {
        let day = weekday(day).ok_or_else(|| format!("`{day}` is not a day: monday to sunday"))?;
        let begins = time(from)?;
        let ends = if to == "24:00" { None } else { Some(time(to)?) };
        if ends.is_some_and(|ends| begins >= ends) {
            return Err(format!("there is no working time from {from} to {to}"));
        }
        Ok(Self { day: day.to_monday_zero_offset(), from: begins, to: ends })
    }

    /// Whether the two share a moment.
    fn overlaps(&self, later: &Self) -> bool {
        self.day == later.day && self.to.is_none_or(|to| later.from < to)
    }
}

impl BusinessHours {
    /// # Errors
    /// A sentence for the author: what cannot be read, or that there is no working time at all.
    pub fn compile(&self) -> Result<OpeningHours, String> {
        let windows =
            self.days.iter().map(|day| Window::read(day, &self.from, &self.to)).collect::<Result<Vec<_>, _>>()?;
        OpeningHours::new(&self.time_zone, windows, self.holidays.iter().map(String::as_str))
    }
}

impl Calendar {
    /// The instant at which `seconds` of working time have passed since `from`.
    #[must_use]
    pub fn due(&self, from: Timestamp, seconds: i64) -> Timestamp {
        let plain = from.checked_add(seconds.max(0).seconds()).unwrap_or(Timestamp::MAX);
        let Self::Business(hours) = self else {
            return plain;
        };
        let mut left = seconds.max(0);
        for (opens, closes) in hours.windows(from) {
            let length = closes.as_second() - opens.as_second();
            if left <= length {
                return opens.checked_add(left.seconds()).unwrap_or(plain);
            }
            left -= length;
        }
        Timestamp::MAX
    }

    /// Seconds of working time between two instants; 0 when `to` is before `from`.
    #[must_use]
    pub fn worked(&self, from: Timestamp, to: Timestamp) -> i64 {
        match self {
            Self::Always => (to.as_second() - from.as_second()).max(0),
            Self::Business(hours) => hours
                .windows(from)
                .take_while(|(opens, _)| *opens < to)
                .map(|(opens, closes)| closes.min(to).as_second() - opens.as_second())
                .sum(),
        }
    }
}

impl OpeningHours {
    /// # Errors
    /// A sentence for the author: the zone or a holiday cannot be read, windows overlap, or there is none.
    pub(crate) fn new<'a>(
        zone: &str,
        mut windows: Vec<Window>,
        holidays: impl Iterator<Item = &'a str>,
    ) -> Result<Self, String> {
        let found = TimeZone::get(zone).map_err(|_| format!("`{zone}` is not a time zone of the IANA database"))?;
        if windows.is_empty() {
            return Err("there is no working time: name days, and `from` before `to`".to_owned());
        }
        windows.sort_unstable();
        if windows.windows(2).any(|two| two[0].overlaps(&two[1])) {
            return Err("two windows of one day overlap".to_owned());
        }
        let holidays = holidays
            .map(|day| day.parse().map_err(|_| format!("`{day}` is not a date: 2026-12-25")))
            .collect::<Result<BTreeSet<_>, _>>()?;
        Ok(Self { zone: found, windows, holidays })
    }

    /// Opening windows from an instant on; the first may begin in the middle of a day.
    fn windows(&self, from: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> + '_ {
        let first = from.to_zoned(self.zone.clone()).date();
        first.series(1.day()).take(HORIZON_DAYS).filter(|day| !self.holidays.contains(day)).flat_map(move |day| {
            let weekday = day.weekday().to_monday_zero_offset();
            self.windows.iter().filter(move |window| window.day == weekday).filter_map(move |window| {
                let opens = self.instant(day, window.from)?.max(from);
                let closes = match window.to {
                    Some(to) => self.instant(day, to)?,
                    None => self.instant(day.tomorrow().ok()?, Time::midnight())?,
                };
                (opens < closes).then_some((opens, closes))
            })
        })
    }

    fn instant(&self, day: Date, time: Time) -> Option<Timestamp> {
        let zoned = day.to_datetime(time).to_zoned(self.zone.clone()).ok()?;
        Some(zoned.timestamp())
    }
}

fn weekday(name: &str) -> Option<Weekday> {
    Some(match name {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

fn time(text: &str) -> Result<Time, String> {
    text.parse().map_err(|_| format!("`{text}` is not a time of day: 09:00"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn desk() -> Calendar {
        let hours = BusinessHours {
            time_zone: "Europe/Berlin".to_owned(),
            holidays: vec!["2026-12-25".to_owned()],
            ..BusinessHours::default()
        };
        Calendar::Business(Arc::new(hours.compile().unwrap()))
    }

    #[test]
    fn always_counts_every_second() {
        let from = at("2026-11-21T12:00:00Z");
        assert_eq!(Calendar::Always.due(from, 3_600), at("2026-11-21T13:00:00Z"));
        assert_eq!(Calendar::Always.worked(from, at("2026-11-21T13:00:00Z")), 3_600);
    }

    #[test]
    fn a_saturday_does_not_count() {
        // Friday 16:00 in Berlin, four hours: one on Friday, three on Monday.
        assert_eq!(desk().due(at("2026-11-20T15:00:00Z"), 4 * 3_600), at("2026-11-23T11:00:00Z"));
    }

    #[test]
    fn a_holiday_does_not_count() {
        // Thursday 24 December 16:00 in Berlin; Friday is a holiday.
        assert_eq!(desk().due(at("2026-12-24T15:00:00Z"), 2 * 3_600), at("2026-12-28T09:00:00Z"));
    }

    #[test]
    fn due_and_worked_are_inverse() {
        let from = at("2026-11-20T15:30:00Z");
        for seconds in [1, 1_800, 3_600, 30_000, 500_000] {
            assert_eq!(desk().worked(from, desk().due(from, seconds)), seconds);
        }
    }

    #[test]
    fn a_lunch_break_does_not_count_and_a_night_shift_ends_at_midnight() {
        let windows = vec![
            Window::read("friday", "13:00", "17:00").unwrap(),
            Window::read("friday", "09:00", "12:00").unwrap(),
            Window::read("sunday", "22:00", "24:00").unwrap(),
        ];
        let hours = OpeningHours::new("Europe/Berlin", windows, ["2026-11-27"].into_iter()).unwrap();
        let desk = Calendar::Business(Arc::new(hours));
        // Friday 11:00 in Berlin, two hours: one before the break, one after it.
        assert_eq!(desk.due(at("2026-11-20T10:00:00Z"), 2 * 3_600), at("2026-11-20T13:00:00Z"));
        // Five more: three on Friday, two on Sunday night.
        assert_eq!(desk.due(at("2026-11-20T13:00:00Z"), 5 * 3_600), at("2026-11-22T23:00:00Z"));
        assert_eq!(desk.worked(at("2026-11-20T07:00:00Z"), at("2026-11-28T00:00:00Z")), 9 * 3_600);
    }

    #[test]
    fn windows_of_one_day_do_not_overlap() {
        let windows = || vec![Window::read("monday", "09:00", "12:30"), Window::read("monday", "12:00", "17:00")];
        let windows = windows().into_iter().collect::<Result<Vec<_>, _>>().unwrap();
        assert!(OpeningHours::new("UTC", windows, std::iter::empty()).unwrap_err().contains("overlap"));
    }

    #[test]
    fn hours_that_never_open_are_refused() {
        let hours = BusinessHours { from: "17:00".to_owned(), to: "09:00".to_owned(), ..BusinessHours::default() };
        assert!(hours.compile().unwrap_err().contains("no working time"));
    }
}
