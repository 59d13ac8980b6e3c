//! An incident that is open.

use crate::INCIDENT;
use crate::aggregate::Failure;
use crate::place::{PlaceRow, PlaceRowColumns};
use crate::row::{Names, row, with};
use crate::specs::view;
use casewright_engine_core::entity::Incident;
use casewright_engine_value::Instant;
use casewright_journal::{ViewSpec, ViewWrites};
use casewright_rows::Row;
use smol_str::SmolStr;

/// A row of [`INCIDENT`]. An incident of a batch stands at no place.
#[derive(Clone, Debug, Row)]
#[row(view = INCIDENT)]
pub struct IncidentRow {
    pub job_definition_id: Option<SmolStr>,
    #[row(flatten)]
    pub place: PlaceRow,
    pub id: SmolStr,
    pub incident_timestamp: Instant,
    pub incident_type: SmolStr,
    pub failed_activity_id: Option<SmolStr>,
    pub cause_incident_id: SmolStr,
    pub root_cause_incident_id: SmolStr,
    pub configuration: Option<SmolStr>,
    pub incident_message: Option<String>,
    pub annotation: Option<String>,
}

pub(crate) const SPEC: ViewSpec = view(
    INCIDENT,
    &[
        &[IncidentRow::ID],
        &[IncidentRow::PROCESS_INSTANCE_ID],
        &[IncidentRow::PROCESS_DEFINITION_ID],
        &[IncidentRow::CONFIGURATION],
    ],
);

/// Camunda knows it of failed jobs only; of what comes from a called instance it is the call activity.
pub(crate) fn failed_activity(incident: &Incident) -> Option<&str> {
    if incident.cause != incident.id {
        return Some(&incident.place.activity_id);
    }
    incident.failed_activity_id.as_deref().filter(|_| incident.kind == "failedJob")
}

pub(crate) fn incident_raised(names: &Names<'_>, raised: &Incident, failure: Option<&Failure>, out: &mut ViewWrites) {
    let fields = row! { IncidentRow::JOB_DEFINITION_ID => failure.and_then(|f| f.job_definition.as_deref()) };
    out.insert(names.tenant, INCIDENT, &names.id(raised.id), fields);
    incident(names, raised, out);
}

pub(crate) fn incident(names: &Names<'_>, incident: &Incident, out: &mut ViewWrites) {
    let id = names.id(incident.id);
    let fields = with(
        names.place(&incident.place),
        row! {
            IncidentRow::ID => &id,
            IncidentRow::INCIDENT_TIMESTAMP => incident.created,
            IncidentRow::INCIDENT_TYPE => &incident.kind,
            IncidentRow::FAILED_ACTIVITY_ID => failed_activity(incident),
            IncidentRow::CAUSE_INCIDENT_ID => names.id(incident.cause),
            IncidentRow::ROOT_CAUSE_INCIDENT_ID => names.id(incident.root_cause),
            IncidentRow::CONFIGURATION => incident.configuration.as_deref(),
            IncidentRow::INCIDENT_MESSAGE => incident.message.as_deref(),
            IncidentRow::ANNOTATION => incident.annotation.as_deref(),
        },
    );
    out.patch(names.tenant, INCIDENT, &id, fields);
}
