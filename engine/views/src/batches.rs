//! Rows of batches: running and historic ones, their jobs and job definitions, their part of the job log.

use super::definitions::JobDefinitionRow;
use super::history::{JobLogRow, JobLogWithoutInstanceRow, LogRow, PastIncidentRow};
use super::place::{PlaceRowColumns as _, RemovalRow};
use super::row::{event_of, row};
use super::runtime::{IncidentRow, JobRow, JobWithoutInstanceRow};
use super::specs::view;
use super::{BATCH, GROUP, HISTORY_BATCH, HISTORY_INCIDENT, HISTORY_JOB_LOG, INCIDENT, JOB, JOB_DEFINITION, entity_id};
use crate::aggregate::batch::{ITEMS_PER_JOB, JOBS_PER_SEED};
use crate::aggregate::{Batch, BatchEvent, BatchJob, BatchRef, BatchState, Duty, Progress};
use casewright_engine_core::ids::{Id, Prefix, parse};
use casewright_engine_value::Instant;
use casewright_journal::{Aggregate, Cell, Column, Entry, Projector, TenantId, ViewSpec, ViewWrites};
use casewright_rows::Row;
use smol_str::SmolStr;

/// A batch that runs: a row of [`BATCH`].
#[derive(Clone, Debug, Row)]
#[row(view = BATCH)]
pub struct BatchRow {
    pub id: SmolStr,
    pub r#type: SmolStr,
    pub total_jobs: u32,
    pub jobs_created: u32,
    pub batch_jobs_per_seed: u32,
    pub invocations_per_batch_job: u32,
    pub seed_job_definition_id: SmolStr,
    pub monitor_job_definition_id: SmolStr,
    pub batch_job_definition_id: SmolStr,
    pub tenant_id: Option<SmolStr>,
    pub create_user_id: Option<SmolStr>,
    pub start_time: Instant,
    pub execution_start_time: Option<Instant>,
    pub suspended: bool,
    pub remaining_jobs: u32,
    pub failed_jobs: u32,
    pub has_failures: bool,
}

/// A batch, running or over: a row of [`HISTORY_BATCH`].
#[derive(Clone, Debug, Row)]
#[row(view = HISTORY_BATCH)]
pub struct HistoricBatchRow {
    pub id: SmolStr,
    pub r#type: SmolStr,
    pub total_jobs: u32,
    pub jobs_created: u32,
    pub batch_jobs_per_seed: u32,
    pub invocations_per_batch_job: u32,
    pub seed_job_definition_id: SmolStr,
    pub monitor_job_definition_id: SmolStr,
    pub batch_job_definition_id: SmolStr,
    pub tenant_id: Option<SmolStr>,
    pub create_user_id: Option<SmolStr>,
    pub start_time: Instant,
    pub execution_start_time: Option<Instant>,
    pub end_time: Option<Instant>,
    pub removal_time: Option<Instant>,
}

const SPECS: [ViewSpec; 2] = [
    view(BATCH, &[&[BatchRow::ID], &[BatchRow::TYPE], &[BatchRow::START_TIME]]),
    view(
        HISTORY_BATCH,
        &[
            &[HistoricBatchRow::ID],
            &[HistoricBatchRow::TYPE],
            &[HistoricBatchRow::START_TIME],
            &[HistoricBatchRow::REMOVAL_TIME],
        ],
    ),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum IncidentEnd {
    Resolved,
    Deleted,
}

/// Views of batches.
pub(crate) struct BatchProjector;

impl Projector for BatchProjector {
    fn group(&self) -> &'static str {
        GROUP
    }

    fn views(&self) -> Vec<ViewSpec> {
        SPECS.to_vec()
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[BatchState::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Some((prefix, _)) = parse(&entry.meta.key.id) else {
            return;
        };
        let at = Names { tenant: &entry.meta.key.tenant, prefix, batch: entry.meta.key.id.as_str() };
        if let Some(event) = event_of::<BatchEvent>(entry) {
            at.project(entry, &event, out);
        }
    }
}

/// Spells what an entry of a batch names.
struct Names<'a> {
    tenant: &'a TenantId,
    prefix: Prefix,
    batch: &'a str,
}

impl Names<'_> {
    fn project(&self, entry: &Entry, event: &BatchEvent, out: &mut ViewWrites) {
        match event {
            BatchEvent::Created { batch } => self.created(batch, out),
            BatchEvent::JobCreated { batch, job, line } => {
                out.put(self.tenant, JOB, &self.id(job.id), self.job(batch, job));
                self.log(entry, batch, job, LogRow::CREATION_LOG, *line, out);
            }
            BatchEvent::JobChanged { batch, job, resolved } => {
                out.put(self.tenant, JOB, &self.id(job.id), self.job(batch, job));
                if let Some(line) = resolved {
                    self.incident_ended(entry, *line, IncidentEnd::Resolved, out);
                }
            }
            BatchEvent::JobFailed { batch, job, line } => {
                out.put(self.tenant, JOB, &self.id(job.id), self.job(batch, job));
                self.log(entry, batch, job, LogRow::FAILURE_LOG, *line, out);
                if job.incident == Some(*line) {
                    self.incident(entry, batch, job, *line, out);
                }
            }
            BatchEvent::JobEnded { batch, job, executed, line, .. } => {
                out.remove(self.tenant, JOB, &self.id(job.id));
                self.log(
                    entry,
                    batch,
                    job,
                    if *executed { LogRow::SUCCESS_LOG } else { LogRow::DELETION_LOG },
                    *line,
                    out,
                );
                if let Some(line) = job.incident {
                    let end = if *executed { IncidentEnd::Resolved } else { IncidentEnd::Deleted };
                    self.incident_ended(entry, line, end, out);
                }
            }
            BatchEvent::Progressed { progress } => self.progressed(progress, out),
            BatchEvent::Suspended { suspended, jobs } => {
                out.patch(self.tenant, BATCH, self.batch, row! { BatchRow::SUSPENDED => suspended });
                for id in jobs {
                    out.patch(self.tenant, JOB, &self.id(*id), row! { JobRow::SUSPENDED => suspended });
                }
            }
            BatchEvent::Ended { ended, jobs, incidents, removal_time } => {
                out.remove(self.tenant, BATCH, self.batch);
                out.patch(self.tenant, HISTORY_BATCH, self.batch, row! { HistoricBatchRow::END_TIME => *ended });
                if removal_time.is_some() {
                    let fields = row! { RemovalRow::REMOVAL_TIME => *removal_time };
                    out.patch(self.tenant, HISTORY_BATCH, self.batch, fields);
                }
                for line in incidents {
                    self.incident_ended(entry, *line, IncidentEnd::Deleted, out);
                }
                for id in jobs {
                    out.remove(self.tenant, JOB, &self.id(*id));
                }
                for id in 2..=4 {
                    out.remove(self.tenant, JOB_DEFINITION, &self.id(Id(id)));
                }
            }
            BatchEvent::RemovalTimeSet { at } => {
                out.patch(self.tenant, HISTORY_BATCH, self.batch, row! { RemovalRow::REMOVAL_TIME => *at });
            }
            BatchEvent::HistoryRemoved { lines } => {
                out.remove(self.tenant, HISTORY_BATCH, self.batch);
                for line in 0..*lines {
                    out.remove(self.tenant, HISTORY_JOB_LOG, &self.line(line));
                    out.remove(self.tenant, HISTORY_INCIDENT, &self.incident_id(line));
                }
            }
        }
    }

    fn id(&self, id: Id) -> smol_str::SmolStr {
        self.prefix.text(id)
    }

    fn line(&self, line: u32) -> String {
        entity_id(&[self.batch, "job-log", &line.to_string()])
    }

    fn incident_id(&self, line: u32) -> String {
        entity_id(&[self.batch, "incident", &line.to_string()])
    }

    /// A job without retries: an incident of no process instance.
    fn incident(&self, entry: &Entry, batch: &BatchRef, job: &BatchJob, line: u32, out: &mut ViewWrites) {
        let id = self.incident_id(line);
        let at = entry.meta.at.as_millisecond();
        let document = row! {
            IncidentRow::ID => id.as_str(),
            IncidentRow::INCIDENT_TIMESTAMP => at,
            IncidentRow::INCIDENT_TYPE => "failedJob",
            IncidentRow::CAUSE_INCIDENT_ID => id.as_str(),
            IncidentRow::ROOT_CAUSE_INCIDENT_ID => id.as_str(),
            IncidentRow::CONFIGURATION => self.id(job.id).as_str(),
            IncidentRow::INCIDENT_MESSAGE => job.exception.as_deref(),
            IncidentRow::JOB_DEFINITION_ID => batch.definition.as_str(),
            IncidentRow::TENANT_ID => batch.tenant_id.as_deref(),
        };
        let mut historic = document.clone();
        historic.extend(row! {
            PastIncidentRow::CREATE_TIME => at,
            PastIncidentRow::END_TIME => Cell::Null,
            PastIncidentRow::IS_ROOT_CAUSE => true,
            PastIncidentRow::HISTORY_CONFIGURATION => self.line(line),
            PastIncidentRow::OPEN => true,
            PastIncidentRow::RESOLVED => false,
            PastIncidentRow::DELETED => false,
            PastIncidentRow::INCIDENT_STATE => 0,
        });
        out.insert(self.tenant, INCIDENT, &id, document);
        out.insert(self.tenant, HISTORY_INCIDENT, &id, historic);
    }

    fn incident_ended(&self, entry: &Entry, line: u32, end: IncidentEnd, out: &mut ViewWrites) {
        let id = self.incident_id(line);
        out.remove(self.tenant, INCIDENT, &id);
        let is_resolved = end == IncidentEnd::Resolved;
        let fields = row! {
            PastIncidentRow::END_TIME => entry.meta.at.as_millisecond(),
            PastIncidentRow::OPEN => false,
            PastIncidentRow::RESOLVED => is_resolved,
            PastIncidentRow::DELETED => !is_resolved,
            PastIncidentRow::INCIDENT_STATE => if is_resolved { 1 } else { 2 },
        };
        out.patch(self.tenant, HISTORY_INCIDENT, &id, fields);
    }

    fn created(&self, batch: &Batch, out: &mut ViewWrites) {
        let total = batch.total_jobs();
        let mut document = row! {
            BatchRow::ID => self.batch,
            BatchRow::TYPE => batch.work.name(),
            BatchRow::TOTAL_JOBS => total,
            BatchRow::JOBS_CREATED => 0,
            BatchRow::BATCH_JOBS_PER_SEED => JOBS_PER_SEED,
            BatchRow::INVOCATIONS_PER_BATCH_JOB => ITEMS_PER_JOB,
            BatchRow::SEED_JOB_DEFINITION_ID => batch.definition(Duty::Seed).as_str(),
            BatchRow::MONITOR_JOB_DEFINITION_ID => batch.definition(Duty::Monitor).as_str(),
            BatchRow::BATCH_JOB_DEFINITION_ID => batch.definition(Duty::Item { nth: 0 }).as_str(),
            BatchRow::TENANT_ID => batch.tenant_id.as_deref(),
            BatchRow::CREATE_USER_ID => batch.user.as_deref(),
            BatchRow::START_TIME => batch.started,
            BatchRow::EXECUTION_START_TIME => Cell::Null,
        };
        let mut historic = document.clone();
        historic.push(HistoricBatchRow::END_TIME, Cell::Null);
        historic.push(HistoricBatchRow::REMOVAL_TIME, batch.removal_time);
        out.put(self.tenant, HISTORY_BATCH, self.batch, historic);
        document.extend(row! {
            BatchRow::SUSPENDED => false,
            BatchRow::REMAINING_JOBS => total,
            BatchRow::FAILED_JOBS => 0,
            BatchRow::HAS_FAILURES => false,
        });
        out.put(self.tenant, BATCH, self.batch, document);
        for duty in [Duty::Seed, Duty::Monitor, Duty::Item { nth: 0 }] {
            let id = batch.definition(duty);
            let document = row! {
                JobDefinitionRow::ID => id.as_str(),
                JobDefinitionRow::JOB_TYPE => batch.job_type(duty),
                JobDefinitionRow::JOB_CONFIGURATION => self.batch,
                JobDefinitionRow::SUSPENDED => false,
                JobDefinitionRow::TENANT_ID => batch.tenant_id.as_deref(),
            };
            out.put(self.tenant, JOB_DEFINITION, &id, document);
        }
    }

    fn progressed(&self, progress: &Progress, out: &mut ViewWrites) {
        let started = progress.execution_started;
        let fields = row! {
            BatchRow::JOBS_CREATED => progress.jobs_created,
            BatchRow::REMAINING_JOBS => progress.remaining,
            BatchRow::FAILED_JOBS => progress.failed,
            BatchRow::HAS_FAILURES => progress.failed > 0,
            BatchRow::EXECUTION_START_TIME => started,
        };
        out.patch(self.tenant, BATCH, self.batch, fields);
        out.patch(self.tenant, HISTORY_BATCH, self.batch, row! { HistoricBatchRow::EXECUTION_START_TIME => started });
    }

    fn job(&self, batch: &BatchRef, job: &BatchJob) -> Row {
        row! {
            JobRow::ID => self.id(job.id).as_str(),
            JobWithoutInstanceRow::BATCH_ID => self.batch,
            JobRow::JOB_DEFINITION_ID => batch.definition.as_str(),
            JobRow::IS_TIMER => false,
            JobRow::DUE_DATE => job.due,
            JobRow::RETRIES => job.retries,
            JobRow::PRIORITY => job.priority,
            JobRow::SUSPENDED => job.suspended,
            JobRow::CREATE_TIME => job.created,
            JobRow::EXCEPTION_MESSAGE => job.exception.as_deref(),
            JobRow::TENANT_ID => batch.tenant_id.as_deref(),
        }
    }

    fn log(&self, entry: &Entry, batch: &BatchRef, job: &BatchJob, kind: Column, line: u32, out: &mut ViewWrites) {
        let id = self.line(line);
        let mut document = row! {
            JobLogRow::ID => id.as_str(),
            JobLogRow::TIMESTAMP => entry.meta.at.as_millisecond(),
            JobLogRow::JOB_ID => self.id(job.id).as_str(),
            JobLogWithoutInstanceRow::BATCH_ID => self.batch,
            JobLogRow::JOB_DUE_DATE => job.due,
            JobLogRow::JOB_RETRIES => job.retries,
            JobLogRow::JOB_PRIORITY => job.priority,
            JobLogRow::JOB_EXCEPTION_MESSAGE => if kind == LogRow::FAILURE_LOG { Cell::from(job.exception.as_deref()) } else { Cell::Null },
            JobLogRow::JOB_DEFINITION_ID => batch.definition.as_str(),
            JobLogRow::JOB_DEFINITION_TYPE => batch.job_type.as_str(),
            JobLogRow::JOB_DEFINITION_CONFIGURATION => self.batch,
            JobLogRow::TENANT_ID => batch.tenant_id.as_deref(),
            JobLogRow::SEQUENCE => entry.meta.seq,
        };
        document.push(kind, true);
        out.put(self.tenant, HISTORY_JOB_LOG, &id, document);
    }
}
