//! How a case looks to a client: the same from its aggregate and from a row of the list.

use crate::domain::case::Case;
use crate::domain::case::problem::CaseProblem;
use crate::domain::case::process::{CaseProcess, CaseProcessState};
use crate::domain::person::{Origin, Person, Requester};
use crate::domain::sla::{SlaClock, SlaState};
use casewright_journal::Document;
use casewright_service::instant::Instant;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A case.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CaseBody {
    #[serde(default)]
    pub id: String,
    pub number: String,
    pub version: u64,
    pub definition: String,
    pub definition_name: String,
    pub title: String,
    pub stage: String,
    pub stage_name: String,
    pub status: String,
    pub status_name: String,
    /// `open`, `paused` or `closed`.
    pub status_kind: String,
    pub queue: Option<String>,
    pub assignee: Option<Person>,
    pub requester: Option<Requester>,
    pub origin: Origin,
    /// 0 to 100; 50 is usual.
    pub priority: i32,
    #[schema(value_type = Object)]
    pub fields: Map<String, Value>,
    pub labels: Vec<String>,
    pub created_at: Instant,
    pub created_by: Person,
    pub updated_at: Instant,
    pub closed_at: Option<Instant>,
    /// Why it was closed, if somebody said so.
    #[serde(default)]
    pub close_reason: Option<String>,
    pub due_at: Option<Instant>,
    #[serde(default, deserialize_with = "clocks")]
    pub slas: Vec<SlaBody>,
    pub open_task_count: u32,
    pub unread_mail_count: u32,
    pub problem: Option<CaseProblem>,
    #[serde(default, deserialize_with = "processes")]
    pub process_instances: Vec<ProcessBody>,
}

/// A promise and how it stands.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SlaBody {
    pub id: String,
    pub name: String,
    pub state: SlaState,
    /// Null while paused.
    pub due_at: Option<Instant>,
    /// Seconds until `dueAt`, negative when it has passed; while paused the working time left.
    pub remaining_seconds: i64,
    #[serde(skip)]
    clock: Option<SlaClock>,
}

/// A process of the case.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProcessBody {
    /// Process instance; null while it is being started.
    pub id: Option<String>,
    pub definition_key: String,
    pub name: String,
    pub state: CaseProcessState,
}

impl CaseBody {
    pub(crate) fn of(case: &Case, version: u64, now: Timestamp) -> Self {
        Self {
            id: case.id.clone(),
            number: case.number.clone(),
            version,
            definition: case.definition.clone(),
            definition_name: case.definition_name.clone(),
            title: case.title.clone(),
            stage: case.stage.id.clone(),
            stage_name: case.stage.name.clone(),
            status: case.status.id.clone(),
            status_name: case.status.name.clone(),
            status_kind: case.status.kind.as_str().to_owned(),
            queue: case.queue.clone(),
            assignee: case.assignee.clone(),
            requester: case.requester.clone(),
            origin: case.origin.clone(),
            priority: case.priority,
            fields: case.fields.clone(),
            labels: case.labels.iter().cloned().collect(),
            created_at: Instant(case.created_at),
            created_by: case.created_by.clone(),
            updated_at: Instant(case.updated_at),
            closed_at: case.closed_at.map(Instant),
            close_reason: case.close_reason.clone(),
            due_at: case.due_at,
            slas: case.clocks.iter().map(|clock| SlaBody::of(clock, now)).collect(),
            open_task_count: u32::try_from(case.tasks.len()).unwrap_or(u32::MAX),
            unread_mail_count: u32::try_from(case.unread_mails.len()).unwrap_or(u32::MAX),
            problem: case.problem.clone(),
            process_instances: case.processes.iter().map(ProcessBody::of).collect(),
        }
    }

    /// From a row of view `case`; none, with a line in the log, when the row is not one.
    pub(crate) fn of_row(id: &str, row: Document, now: Timestamp) -> Option<Self> {
        match serde_json::from_value::<Self>(Value::Object(row)) {
            Ok(mut body) => {
                body.id = id.to_owned();
                for sla in &mut body.slas {
                    if let Some(clock) = sla.clock.take() {
                        *sla = SlaBody::of(&clock, now);
                    }
                }
                Some(body)
            }
            Err(error) => {
                tracing::error!(case = id, %error, "a row of view `case` cannot be read");
                None
            }
        }
    }
}

impl SlaBody {
    fn of(clock: &SlaClock, now: Timestamp) -> Self {
        Self {
            id: clock.id.clone(),
            name: clock.name.clone(),
            // Between two looks of the ticker, the reader sees what the ticker will see.
            state: clock.looked_at(now).unwrap_or(clock.state),
            due_at: clock.due_at,
            remaining_seconds: clock.remaining_seconds(now),
            clock: None,
        }
    }
}

impl ProcessBody {
    pub(crate) fn of(process: &CaseProcess) -> Self {
        Self {
            id: process.id.clone(),
            definition_key: process.definition_key.clone(),
            name: process.name.clone(),
            state: process.state,
        }
    }
}

fn clocks<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<SlaBody>, D::Error> {
    let clocks = Vec::<SlaClock>::deserialize(deserializer)?;
    Ok(clocks
        .into_iter()
        .map(|clock| SlaBody { clock: Some(clock.clone()), ..SlaBody::of(&clock, Timestamp::UNIX_EPOCH) })
        .collect())
}

fn processes<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<ProcessBody>, D::Error> {
    let processes = Vec::<CaseProcess>::deserialize(deserializer)?;
    Ok(processes.iter().map(ProcessBody::of).collect())
}
