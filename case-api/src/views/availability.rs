//! View `availability`: one row per person who has written something down, for who asks in whose place somebody stands.

use crate::domain::availability::{Availability, AvailabilityEvent};
use casewright_journal::{Aggregate, Entry, Projector, ViewSpec, ViewWrites};
use casewright_rows::Row;

/// When a person is away, and who stands in.
#[derive(Clone, Debug, Row)]
#[row(view = "availability")]
pub(crate) struct AvailabilityRow {
    pub(crate) person: String,
    /// All who stand in for them, whenever that is.
    pub(crate) substitutes: Vec<String>,
    #[row(json)]
    pub(crate) availability: Availability,
}

/// Writes the rows of who is there.
pub(crate) struct AvailabilityProjector;

impl Projector for AvailabilityProjector {
    fn group(&self) -> &'static str {
        "case-api-availability"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec {
            name: AvailabilityRow::VIEW,
            indexes: &[&[AvailabilityRow::SUBSTITUTES]],
            full_text: &[],
            denormalized: None,
        }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Availability::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Some(AvailabilityEvent::AvailabilityChanged { availability }) =
            crate::views::entry::read::<AvailabilityEvent>(entry)
        else {
            return;
        };
        let row = AvailabilityRow {
            person: entry.meta.key.id.to_string(),
            substitutes: availability.absences.iter().filter_map(|absence| absence.substitute.clone()).collect(),
            availability,
        };
        out.put(&entry.meta.key.tenant, AvailabilityRow::VIEW, &entry.meta.key.id, row);
    }
}
