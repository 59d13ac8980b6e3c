//! View `disposal`: one row per disposal, for their list.

use crate::domain::case::hold::DisposalCause;
use crate::domain::disposal::{Disposal, DisposalEvent, DisposalPhase};
use casewright_instant::Instant;
use casewright_journal::{Aggregate, Entry, Projector, ViewSpec, ViewWrites};
use casewright_rows::Row;
use serde_json::json;

/// A disposal, as lists find it; what it came to says the aggregate.
#[derive(Clone, Debug, Row)]
#[row(view = "disposal")]
pub(crate) struct DisposalRow {
    #[row(json)]
    pub(crate) phase: DisposalPhase,
    #[row(json)]
    pub(crate) cause: DisposalCause,
    pub(crate) asked_at: Instant,
}

/// Writes the rows of disposals.
pub(crate) struct DisposalProjector;

impl Projector for DisposalProjector {
    fn group(&self) -> &'static str {
        "case-api-disposals"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec {
            name: DisposalRow::VIEW,
            indexes: &[&[DisposalRow::ASKED_AT], &[DisposalRow::PHASE, DisposalRow::ASKED_AT]],
            full_text: &[],
            denormalized: None,
        }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Disposal::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Some(event) = crate::views::entry::read::<DisposalEvent>(entry) else {
            return;
        };
        let (tenant, id) = (&entry.meta.key.tenant, &entry.meta.key.id);
        let asked_at = entry.meta.at.into();
        let phase = match event {
            DisposalEvent::DisposalRequested { .. } => {
                let (phase, cause) = (DisposalPhase::Requested, DisposalCause::Person);
                return out.insert(tenant, DisposalRow::VIEW, id, DisposalRow { phase, cause, asked_at });
            }
            DisposalEvent::DisposalOrdered { .. } => {
                let (phase, cause) = (DisposalPhase::Running, DisposalCause::Policy);
                return out.insert(tenant, DisposalRow::VIEW, id, DisposalRow { phase, cause, asked_at });
            }
            DisposalEvent::DisposalApproved { .. } => DisposalPhase::Running,
            DisposalEvent::DisposalRefused { .. } => DisposalPhase::Refused,
            DisposalEvent::DisposalDone {} => DisposalPhase::Done,
            _ => return,
        };
        out.patch(tenant, DisposalRow::VIEW, id, Row::from([(DisposalRow::PHASE, json!(phase).into())]));
    }
}
