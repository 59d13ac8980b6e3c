//! What a person can do, how much at a time, and when they are away. The aggregate `availability`, by the person's id.

use crate::domain::routing::{Skill, skill};
use casewright_forms::FieldFault;
use casewright_instant::{Instant, rfc3339};
use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta};
use casewright_service::instant::InstantSchema;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Absences that one person has written down.
const MOST_ABSENCES: usize = 50;
/// Most open cases one may be given.
const MOST_CASES: u32 = 10_000;

/// What a person can do, how much at a time, and when they are away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Availability {
    #[serde(default)]
    pub skills: Vec<Skill>,
    /// Open cases that they may have when work is pushed to them; absent: what their queue says.
    #[serde(default)]
    pub capacity: Option<u32>,
    #[serde(default)]
    pub absences: Vec<Absence>,
}

/// From when until when somebody is away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Absence {
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    pub from: Instant,
    /// Back from then on.
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    pub to: Instant,
    /// User id of who stands in; absent: nobody.
    #[serde(default)]
    pub substitute: Option<String>,
}

impl Absence {
    #[must_use]
    pub(crate) fn is_at(&self, at: Timestamp) -> bool {
        (self.from.timestamp()..self.to.timestamp()).contains(&at)
    }
}

/// What happens to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum AvailabilityEvent {
    AvailabilityChanged { availability: Availability },
}

impl Aggregate for Availability {
    type Event = AvailabilityEvent;
    const KIND: &'static str = "availability";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, _meta: &EntryMeta) {
        match event {
            AvailabilityEvent::AvailabilityChanged { availability } => *self = availability.clone(),
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            AvailabilityEvent::AvailabilityChanged { .. } => "availability-changed",
        }
    }
}

impl Availability {
    /// The absence that somebody is in.
    #[must_use]
    pub(crate) fn absence(&self, at: Timestamp) -> Option<&Absence> {
        self.absences.iter().find(|absence| absence.is_at(at))
    }

    #[must_use]
    pub(crate) fn change(&self, to: &Self) -> Decision<AvailabilityEvent, ()> {
        let events = match self == to {
            true => Vec::new(),
            false => vec![AvailabilityEvent::AvailabilityChanged { availability: to.clone() }],
        };
        Decision { events, answer: () }
    }

    /// Everything that stands against keeping it of this person by itself, with pointers.
    #[must_use]
    pub(crate) fn faults(&self, person: &str) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        skill::check(&self.skills, "/skills", &mut faults);
        if self.capacity.is_some_and(|capacity| capacity > MOST_CASES) {
            faults.push(FieldFault::new("/capacity", "out-of-range", "10,000 cases at most"));
        }
        if self.absences.len() > MOST_ABSENCES {
            faults.push(FieldFault::new("/absences", "too-many", "50 absences at most"));
        }
        for (index, absence) in self.absences.iter().enumerate() {
            let at = |member: &str| format!("/absences/{index}/{member}");
            if absence.from.timestamp() >= absence.to.timestamp() {
                faults.push(FieldFault::new(&at("to"), "out-of-range", "an absence ends after it begins"));
            }
            if absence.substitute.as_deref() == Some(person) {
                faults.push(FieldFault::new(&at("substitute"), "invalid-value", "somebody else"));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn somebody_is_away_from_and_back_at() {
        let anna: Availability = serde_json::from_value(json!({
            "absences": [{"from": "2026-12-01T08:00:00Z", "to": "2026-12-02T08:00:00Z", "substitute": "ben"}]
        }))
        .unwrap();
        let substitute = |at: &str| anna.absence(at.parse().unwrap()).and_then(|absence| absence.substitute.as_deref());
        assert_eq!(substitute("2026-12-01T07:59:59Z"), None);
        assert_eq!(substitute("2026-12-01T08:00:00Z"), Some("ben"));
        assert_eq!(substitute("2026-12-02T08:00:00Z"), None);
        assert!(anna.faults("anna").is_empty());
        assert_eq!(anna.faults("ben")[0].pointer, "/absences/0/substitute");
    }
}
