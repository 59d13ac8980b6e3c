//! An incident, open or over.

use crate::HISTORY_INCIDENT;
use crate::aggregate::Failure;
use crate::place::{PlaceRow, PlaceRowColumns};
use crate::row::{Names, row, with};
use crate::runtime::failed_activity;
use crate::specs::view;
use casewright_engine_core::entity::Incident;
use casewright_engine_value::Instant;
use casewright_journal::{ViewSpec, ViewWrites};
use casewright_rows::Row;
use smol_str::SmolStr;

/// A row of [`HISTORY_INCIDENT`]. An incident of a batch stands at no place.
#[derive(Clone, Debug, Row)]
#[row(view = HISTORY_INCIDENT)]
pub struct PastIncidentRow {
    /// The line of the job log or the external task log that raised it.
    pub history_configuration: Option<SmolStr>,
    pub job_definition_id: Option<SmolStr>,
    #[row(flatten)]
    pub place: PlaceRow,
    pub id: SmolStr,
    pub create_time: Instant,
    pub end_time: Option<Instant>,
    pub incident_type: SmolStr,
    pub failed_activity_id: Option<SmolStr>,
    pub cause_incident_id: SmolStr,
    pub root_cause_incident_id: SmolStr,
    pub is_root_cause: bool,
    pub configuration: Option<SmolStr>,
    pub incident_message: Option<String>,
    pub annotation: Option<String>,
    pub open: bool,
    pub resolved: bool,
    pub deleted: bool,
    /// 0 open, 1 resolved, 2 deleted.
    pub incident_state: i32,
}

pub(crate) const SPEC: ViewSpec =
    view(HISTORY_INCIDENT, &[&[PastIncidentRow::PROCESS_INSTANCE_ID], &[PastIncidentRow::PROCESS_DEFINITION_ID]]);

/// How far an incident is.
#[derive(Clone, Copy)]
pub(crate) enum IncidentState {
    Open,
    Resolved(Instant),
    Deleted(Instant),
}

pub(crate) fn incident(names: &Names<'_>, incident: &Incident, state: IncidentState, out: &mut ViewWrites) {
    let (end, resolved, deleted) = match state {
        IncidentState::Open => (None, false, false),
        IncidentState::Resolved(at) => (Some(at), true, false),
        IncidentState::Deleted(at) => (Some(at), false, true),
    };
    let incident_state = if deleted { 2 } else { i32::from(resolved) };
    let fields = with(
        names.place(&incident.place),
        row! {
            PastIncidentRow::ID => names.id(incident.id),
            PastIncidentRow::CREATE_TIME => incident.created,
            PastIncidentRow::END_TIME => end,
            PastIncidentRow::INCIDENT_TYPE => &incident.kind,
            PastIncidentRow::FAILED_ACTIVITY_ID => failed_activity(incident),
            PastIncidentRow::CAUSE_INCIDENT_ID => names.id(incident.cause),
            PastIncidentRow::ROOT_CAUSE_INCIDENT_ID => names.id(incident.root_cause),
            PastIncidentRow::IS_ROOT_CAUSE => incident.root_cause == incident.id,
            PastIncidentRow::CONFIGURATION => incident.configuration.as_deref(),
            PastIncidentRow::INCIDENT_MESSAGE => incident.message.as_deref(),
            PastIncidentRow::ANNOTATION => incident.annotation.as_deref(),
            PastIncidentRow::OPEN => end.is_none(),
            PastIncidentRow::RESOLVED => resolved,
            PastIncidentRow::DELETED => deleted,
            PastIncidentRow::INCIDENT_STATE => incident_state,
        },
    );
    let id = names.id(incident.id);
    out.patch(names.tenant, HISTORY_INCIDENT, &id, fields);
}

/// A new incident, with the log entry of the failure that raised it.
pub(crate) fn incident_raised(names: &Names<'_>, raised: &Incident, failure: Option<&Failure>, out: &mut ViewWrites) {
    let log = failure.and_then(|f| f.entries_back).map(|back| names.log_id_of(names.seq - back, 0));
    let document = row! {
        PastIncidentRow::HISTORY_CONFIGURATION => log,
        PastIncidentRow::JOB_DEFINITION_ID => failure.and_then(|f| f.job_definition.as_deref()),
    };
    out.insert(names.tenant, HISTORY_INCIDENT, &names.id(raised.id), document);
    incident(names, raised, IncidentState::Open, out);
}
