//! What a shared calendar says, and what it must fulfil.

use crate::domain::sla::calendar::{OpeningHours, Window};
use casewright_forms::FieldFault;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Windows of one week: a break or two on every day, with room.
const MOST_WINDOWS: usize = 50;
/// Holidays of one calendar: a dozen a year of every region, for a decade.
const MOST_HOLIDAYS: usize = 3_000;
const MOST_REGIONS: usize = 50;
/// Longest name, in characters.
const MAX_NAME: usize = 120;
const MAX_DESCRIPTION: usize = 2_000;

/// Working time of an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CalendarContent {
    pub name: String,
    #[serde(default)]
    pub description: String,
    /// IANA name: `Europe/Berlin`.
    pub time_zone: String,
    /// When people work; several windows on one day leave the breaks between them out.
    pub hours: Vec<WorkingHours>,
    /// Days without work.
    #[serde(default)]
    pub holidays: Vec<Holiday>,
    /// The regions whose holidays count, beside those of no region: `DE-BY`.
    #[serde(default)]
    pub regions: Vec<String>,
}

/// One window of working time on some days of the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct WorkingHours {
    /// `monday` ... `sunday`.
    pub days: Vec<String>,
    /// `09:00`
    pub from: String,
    /// `12:30`; later than `from`; `24:00` is midnight at the end of the day.
    pub to: String,
}

/// A day without work.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Holiday {
    /// `2026-12-25`
    pub date: String,
    #[serde(default)]
    pub name: String,
    /// Only there; absent: everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

impl CalendarContent {
    /// Everything that stands against keeping it, with pointers.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut fault = |pointer: &str, code: &str, detail: &str| faults.push(FieldFault::new(pointer, code, detail));
        let name = self.name.trim().chars().count();
        if name == 0 {
            fault("/name", "required", "a calendar needs a name");
        }
        if name > MAX_NAME {
            fault("/name", "too-long", "a name is limited to 120 characters");
        }
        if self.description.chars().count() > MAX_DESCRIPTION {
            fault("/description", "too-long", "a description is limited to 2,000 characters");
        }
        if self.hours.len() > MOST_WINDOWS {
            fault("/hours", "too-many", "50 windows at most");
        }
        if self.holidays.len() > MOST_HOLIDAYS {
            fault("/holidays", "too-many", "3,000 holidays at most");
        }
        if self.regions.len() > MOST_REGIONS {
            fault("/regions", "too-many", "50 regions at most");
        }
        for (index, hours) in self.hours.iter().enumerate() {
            let pointer = format!("/hours/{index}");
            if hours.days.is_empty() {
                fault(&pointer, "required", "name the days");
            }
            for day in &hours.days {
                if let Err(reason) = Window::read(day, &hours.from, &hours.to) {
                    fault(&pointer, "invalid-calendar", &reason);
                    break;
                }
            }
        }
        for (index, holiday) in self.holidays.iter().enumerate() {
            if holiday.date.parse::<jiff::civil::Date>().is_err() {
                let detail = format!("`{}` is not a date: 2026-12-25", holiday.date);
                fault(&format!("/holidays/{index}/date"), "invalid-value", &detail);
            }
            if holiday.name.chars().count() > MAX_NAME {
                fault(&format!("/holidays/{index}/name"), "too-long", "a name is limited to 120 characters");
            }
        }
        if faults.is_empty()
            && let Err(reason) = self.compile()
        {
            faults.push(FieldFault::new("", "invalid-calendar", &reason));
        }
        faults
    }

    /// The working time, ready to be counted.
    ///
    /// # Errors
    /// A sentence for the author: what cannot be read, or that there is no working time at all.
    pub(crate) fn compile(&self) -> Result<OpeningHours, String> {
        let windows = self
            .hours
            .iter()
            .flat_map(|hours| hours.days.iter().map(|day| Window::read(day, &hours.from, &hours.to)))
            .collect::<Result<Vec<_>, _>>()?;
        let counts = |holiday: &&Holiday| match &holiday.region {
            None => true,
            Some(region) => self.regions.contains(region),
        };
        let holidays = self.holidays.iter().filter(counts).map(|holiday| holiday.date.as_str());
        OpeningHours::new(&self.time_zone, windows, holidays)
    }

    /// With more holidays, each once, in their order.
    #[must_use]
    pub(crate) fn with_holidays(&self, more: &[Holiday]) -> Self {
        let known: BTreeSet<(&str, Option<&str>)> =
            self.holidays.iter().map(|known| (known.date.as_str(), known.region.as_deref())).collect();
        let new: BTreeSet<Holiday> =
            more.iter().filter(|day| !known.contains(&(day.date.as_str(), day.region.as_deref()))).cloned().collect();
        let mut holidays = self.holidays.clone();
        holidays.extend(new);
        holidays.sort();
        Self { holidays, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sla::calendar::Calendar;
    use serde_json::json;
    use std::sync::Arc;

    fn desk(more: serde_json::Value) -> CalendarContent {
        let mut calendar = json!({"name": "Desk", "timeZone": "Europe/Berlin", "hours": [
            {"days": ["monday", "tuesday"], "from": "09:00", "to": "12:00"}, {"days": ["monday"], "from": "13:00", "to": "17:00"}]});
        for (key, value) in more.as_object().unwrap() {
            calendar[key] = value.clone();
        }
        serde_json::from_value(calendar).unwrap()
    }

    #[test]
    fn holidays_of_another_region_are_worked_through() {
        let holidays = json!([{"date": "2026-11-23", "region": "DE-BY"}, {"date": "2026-11-24"}]);
        let worked = |regions: serde_json::Value| {
            let hours = desk(json!({"holidays": holidays, "regions": regions})).compile().unwrap();
            let week = ["2026-11-23T00:00:00Z", "2026-11-29T00:00:00Z"].map(|at| at.parse().unwrap());
            Calendar::Business(Arc::new(hours)).worked(week[0], week[1])
        };
        assert_eq!(worked(json!(["DE-BE"])), 7 * 3_600, "Monday, for Tuesday is one everywhere");
        assert_eq!(worked(json!(["DE-BY"])), 0);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let wrong = desk(json!({"name": " ", "holidays": [{"date": "Christmas"}],
            "hours": [{"days": ["monday"], "from": "17:00", "to": "09:00"}, {"days": ["someday"], "from": "09:00", "to": "10:00"}]}));
        let found: Vec<(String, String)> =
            wrong.faults().into_iter().map(|fault| (fault.pointer, fault.code)).collect();
        let expected = [
            ("/name", "required"),
            ("/hours/0", "invalid-calendar"),
            ("/hours/1", "invalid-calendar"),
            ("/holidays/0/date", "invalid-value"),
        ];
        assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
        assert_eq!(desk(json!({"timeZone": "Mars/Base"})).faults()[0].code, "invalid-calendar");
        assert!(desk(json!({})).faults().is_empty());
    }

    #[test]
    fn a_holiday_is_there_once() {
        let day = |date: &str| Holiday { date: date.to_owned(), name: String::new(), region: None };
        let calendar = desk(json!({"holidays": [{"date": "2026-12-25", "name": "Christmas"}]}));
        let more = calendar.with_holidays(&[day("2026-12-25"), day("2026-01-01"), day("2026-01-01")]);
        let dates: Vec<&str> = more.holidays.iter().map(|holiday| holiday.date.as_str()).collect();
        assert_eq!(dates, ["2026-01-01", "2026-12-25"]);
        assert_eq!(more.holidays[1].name, "Christmas");
    }
}
