//! How a case looks to a client: the same from its aggregate and from a row of the list.

use crate::domain::case::Case;
use crate::domain::case::hold::LegalHold;
use crate::domain::case::merge::NamedCase;
use crate::domain::case::problem::CaseProblem;
use crate::domain::case::process::{CaseProcess, CaseProcessState};
use crate::domain::definition::resolution::CaseResolution;
use crate::domain::person::{Origin, Person, Requester};
use crate::domain::routing::Skill;
use crate::domain::sla::calendar::CalendarRef;
use crate::domain::sla::{PausedBy, SlaClock, SlaLevel, SlaState};
use crate::views::case::CaseListRow;
use crate::working_time::WorkingTimes;
use casewright_contracts::CaseRow;
use casewright_instant::{Instant, optional_rfc3339, rfc3339};
use casewright_service::instant::InstantSchema;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A case.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CaseBody {
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
    /// 0 to 1,000: half of it is the priority, half how the promises stand.
    pub urgency: i32,
    /// What is asked of who works on it, beside what its queue asks.
    pub skills: Vec<Skill>,
    #[schema(value_type = Object)]
    pub fields: Map<String, Value>,
    pub labels: Vec<String>,
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    pub created_at: Instant,
    pub created_by: Person,
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    pub updated_at: Instant,
    #[serde(with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    pub closed_at: Option<Instant>,
    /// Why it was closed, if somebody said so.
    pub close_reason: Option<String>,
    /// How it has ended, if it is closed and somebody said so.
    pub resolution: Option<CaseResolution>,
    #[serde(with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    pub due_at: Option<Instant>,
    pub slas: Vec<SlaBody>,
    pub open_task_count: u32,
    pub unread_mail_count: u32,
    pub problem: Option<CaseProblem>,
    pub process_instances: Vec<ProcessBody>,
    /// The case that it has become part of; then this one stays as it is.
    pub merged_into: Option<NamedCase>,
    /// When it is due to be deleted, while it is closed and its definition says so.
    #[serde(with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    pub dispose_at: Option<Instant>,
    /// Legal holds that stand: nothing of it is deleted.
    pub holds: Vec<LegalHold>,
}

/// A promise and how it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SlaBody {
    pub id: String,
    pub name: String,
    pub state: SlaState,
    /// Null while paused.
    #[serde(with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    pub due_at: Option<Instant>,
    /// Past it the promise is at risk; null while paused, and where no goal was promised.
    #[serde(with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    pub goal_at: Option<Instant>,
    /// Seconds until `dueAt`, negative when it has passed; while paused the working time left.
    pub remaining_seconds: i64,
    /// Seconds of working time left, negative when more was used than was promised.
    pub remaining_working: i64,
    /// Seconds of working time promised.
    pub target: i64,
    pub level: SlaLevel,
    /// Id of the stage, the process instance or the task that it is about; null: the case.
    pub of: Option<String>,
    /// Id of the shared calendar that it counts by.
    pub calendar: Option<String>,
    /// What it waits for while paused.
    pub paused_by: Option<PausedBy>,
    /// Percent of the target at which the last step was taken; 0: none was.
    pub escalated: u32,
}

/// A process of the case.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProcessBody {
    /// Process instance; null while it is being started.
    pub id: Option<String>,
    pub definition_key: String,
    pub name: String,
    pub state: CaseProcessState,
}

impl CaseBody {
    pub(crate) fn of(case: &Case, version: u64, now: Timestamp, times: &WorkingTimes) -> Self {
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
            urgency: case.urgency(),
            skills: case.skills.clone(),
            fields: case.fields.clone(),
            labels: case.labels.iter().cloned().collect(),
            created_at: case.created_at.into(),
            created_by: case.created_by.clone(),
            updated_at: case.updated_at.into(),
            closed_at: case.closed_at.map(Instant::from),
            close_reason: case.close_reason.clone(),
            resolution: case.resolution.clone(),
            due_at: case.due_at,
            slas: case.clocks.iter().map(|clock| SlaBody::of(clock, now, times)).collect(),
            open_task_count: u32::try_from(case.open_task_count()).unwrap_or(u32::MAX),
            unread_mail_count: u32::try_from(case.unread_mails.len()).unwrap_or(u32::MAX),
            problem: case.problem.clone(),
            process_instances: case.processes.iter().map(ProcessBody::of).collect(),
            merged_into: case.merged_into().cloned(),
            dispose_at: case.dispose_at,
            holds: case.holds.clone(),
        }
    }

    /// From a row of the list.
    pub(crate) fn of_row(row: CaseListRow, now: Timestamp, times: &WorkingTimes) -> Self {
        let CaseRow { id, number, title, definition, stage, status, queue, labels, .. } = row.shared;
        Self {
            id,
            number,
            version: row.version,
            definition,
            definition_name: row.definition_name,
            title,
            stage,
            stage_name: row.stage_name,
            status,
            status_name: row.status_name,
            status_kind: row.status_kind,
            queue,
            assignee: row.assigned_to,
            requester: row.requester,
            origin: row.origin,
            priority: row.priority,
            urgency: row.urgency,
            skills: row.skills,
            fields: row.fields,
            labels,
            created_at: row.created_at,
            created_by: row.creator,
            updated_at: row.updated_at,
            closed_at: row.closed_at,
            close_reason: row.close_reason,
            resolution: row.resolution,
            due_at: row.due_at,
            slas: row.slas.iter().map(|clock| SlaBody::of(clock, now, times)).collect(),
            open_task_count: row.open_task_count,
            unread_mail_count: row.unread_mail_count,
            problem: row.problem,
            process_instances: row.process_instances.iter().map(ProcessBody::of).collect(),
            merged_into: row.merged_into,
            dispose_at: row.dispose_at,
            holds: row.holds,
        }
    }
}

impl SlaBody {
    fn of(clock: &SlaClock, now: Timestamp, times: &WorkingTimes) -> Self {
        Self {
            id: clock.id.clone(),
            name: clock.name.clone(),
            // Between two looks of the ticker, the reader sees what the ticker will see.
            state: clock.looked_at(now).unwrap_or(clock.state),
            due_at: clock.due_at,
            goal_at: clock.at_risk_at.filter(|_| clock.has_goal),
            remaining_seconds: clock.remaining_seconds(now),
            remaining_working: clock.remaining_working(times.by(clock), now),
            target: clock.target,
            level: clock.level,
            of: clock.of.clone(),
            calendar: match &clock.counts {
                CalendarRef::Shared { id } => Some(id.clone()),
                CalendarRef::Always | CalendarRef::Definition { .. } => None,
            },
            paused_by: clock.paused_by.clone(),
            escalated: clock.escalated,
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
