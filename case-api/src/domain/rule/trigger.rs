//! What a rule waits for: something that happens to the case, or a time.

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Days that are looked through for the next one of a daily rule: a week and a day that was over already.
const DAYS_AHEAD: usize = 9;
/// Shortest and longest time that a rule waits, in seconds: a minute, ten years.
const WAITS: std::ops::RangeInclusive<i64> = 60..=315_360_000;

/// What a rule waits for: a kind of the timeline (`task-completed`, `stage-changed`, `mail-received`), a time after something
/// (`{"after": "P2D", "since": "stage-entered"}`), or a time of every day (`{"daily": "08:00", "zone": "Europe/Berlin"}`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum RuleTrigger {
    Event(String),
    After(AfterTrigger),
    Daily(DailyTrigger),
}

/// A time after something. It comes once, and again when that has happened anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AfterTrigger {
    /// ISO 8601 duration, a minute at least; a day has 24 hours: `PT4H`, `P2D`.
    pub after: String,
    /// `created`, `stage-entered`, `status-entered`, `assigned`, `queued`, or `activity`: somebody did something, or mail came or went.
    pub since: String,
}

/// A time of every day, while the case is not closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DailyTrigger {
    /// `08:00`
    pub daily: String,
    /// IANA name: `Europe/Berlin`; UTC when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// `monday` ... `sunday`; every day when absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<String>,
}

/// Since when a rule waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Created,
    StageEntered,
    StatusEntered,
    Assigned,
    Queued,
    Activity,
}

impl Mark {
    /// All, by the words of definitions.
    pub(crate) const ALL: [(&'static str, Self); 6] = [
        ("created", Self::Created),
        ("stage-entered", Self::StageEntered),
        ("status-entered", Self::StatusEntered),
        ("assigned", Self::Assigned),
        ("queued", Self::Queued),
        ("activity", Self::Activity),
    ];
}

impl RuleTrigger {
    pub(crate) fn is_timed(&self) -> bool {
        !matches!(self, Self::Event(_))
    }

    /// Whether it waits for entries of this kind.
    pub(crate) fn is_on(&self, event: &str) -> bool {
        matches!(self, Self::Event(own) if own == event)
    }
}

impl std::fmt::Display for RuleTrigger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Event(name) => f.write_str(name),
            Self::After(AfterTrigger { after, since }) => write!(f, "{after} after {since}"),
            Self::Daily(DailyTrigger { daily, zone, days }) => {
                write!(f, "daily at {daily} {}", zone.as_deref().unwrap_or("UTC"))?;
                if days.is_empty() { Ok(()) } else { write!(f, " on {}", days.join(", ")) }
            }
        }
    }
}

impl AfterTrigger {
    pub(crate) fn mark(&self) -> Option<Mark> {
        Mark::ALL.iter().find(|(name, _)| *name == self.since).map(|(_, mark)| *mark)
    }

    /// How long it waits; none when that is no duration, or not between a minute and ten years.
    pub(crate) fn duration(&self) -> Option<SignedDuration> {
        let span: Span = self.after.parse().ok()?;
        let duration = SignedDuration::try_from(span)
            .ok()
            .or_else(|| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok())?;
        WAITS.contains(&duration.as_secs()).then_some(duration)
    }
}

impl DailyTrigger {
    pub(crate) fn time(&self) -> Option<Time> {
        let (hour, minute) =
            self.daily.split_once(':').filter(|(hour, minute)| hour.len() == 2 && minute.len() == 2)?;
        Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
    }

    pub(crate) fn time_zone(&self) -> Option<TimeZone> {
        self.zone.as_deref().map_or(Some(TimeZone::UTC), |name| TimeZone::get(name).ok())
    }

    /// The days it comes on; none when one of them is no day.
    pub(crate) fn weekdays(&self) -> Option<Vec<Weekday>> {
        if self.days.is_empty() {
            return Some(Weekday::Monday.cycle_forward().take(7).collect());
        }
        self.days.iter().map(|name| weekday(name)).collect()
    }

    /// The first time after this one. On a day whose clock leaves that time out it is the time after the gap.
    pub(crate) fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        let (time, zone, days) = (self.time()?, self.time_zone()?, self.weekdays()?);
        let first = after.to_zoned(zone.clone()).date();
        (0..DAYS_AHEAD).find_map(|ahead| {
            let date = first.checked_add(i64::try_from(ahead).ok()?.days()).ok()?;
            let at = date.to_datetime(time).to_zoned(zone.clone()).ok()?.timestamp();
            (days.contains(&date.weekday()) && at > after).then_some(at)
        })
    }
}

fn weekday(name: &str) -> Option<Weekday> {
    match name {
        "monday" => Some(Weekday::Monday),
        "tuesday" => Some(Weekday::Tuesday),
        "wednesday" => Some(Weekday::Wednesday),
        "thursday" => Some(Weekday::Thursday),
        "friday" => Some(Weekday::Friday),
        "saturday" => Some(Weekday::Saturday),
        "sunday" => Some(Weekday::Sunday),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn trigger(value: Value) -> RuleTrigger {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_trigger_is_read_and_written_as_it_was() {
        for value in [
            json!("task-completed"),
            json!({"after": "P2D", "since": "stage-entered"}),
            json!({"daily": "08:00", "zone": "Europe/Berlin", "days": ["monday"]}),
        ] {
            assert_eq!(serde_json::to_value(trigger(value.clone())).unwrap(), value);
        }
        assert!(serde_json::from_value::<RuleTrigger>(json!({"after": "P2D"})).is_err());
    }

    #[test]
    fn a_wait_is_a_minute_at_least() {
        let wait = |after: &str| AfterTrigger { after: after.to_owned(), since: "created".to_owned() }.duration();
        assert_eq!(wait("P2D"), Some(SignedDuration::from_hours(48)));
        for wrong in ["PT59S", "-P1D", "P1M", "soon", "P4000D"] {
            assert_eq!(wait(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_daily_rule_comes_at_its_hour_in_its_zone() {
        let RuleTrigger::Daily(daily) =
            trigger(json!({"daily": "08:30", "zone": "Europe/Berlin", "days": ["monday", "friday"]}))
        else {
            panic!("a daily one")
        };
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        // A Monday in summer time.
        assert_eq!(daily.next_after(at("2026-06-01T06:29:59Z")), Some(at("2026-06-01T06:30:00Z")));
        assert_eq!(daily.next_after(at("2026-06-01T06:30:00Z")), Some(at("2026-06-05T06:30:00Z")));
        let wrong = |daily: &str| DailyTrigger { daily: daily.to_owned(), zone: None, days: Vec::new() };
        assert_eq!(wrong("8:30").next_after(at("2026-06-01T00:00:00Z")), None);
        assert_eq!(wrong("24:00").next_after(at("2026-06-01T00:00:00Z")), None);
        let nowhere = DailyTrigger { zone: Some("Mars/Olympus".to_owned()), ..wrong("08:00") };
        assert_eq!(nowhere.next_after(at("2026-06-01T00:00:00Z")), None);
    }
}
