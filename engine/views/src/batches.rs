//! Rows of batches: running and historic ones, their jobs and job definitions, their part of the job log.

use super::row::{event_of, ms, optional_ms, row};
use super::{
    BATCH, GROUP, HISTORY_BATCH, HISTORY_INCIDENT, HISTORY_JOB_LOG, INCIDENT, JOB, JOB_DEFINITION, entity_id, specs,
};
use crate::aggregate::batch::{ITEMS_PER_JOB, JOBS_PER_SEED};
use crate::aggregate::{Batch, BatchEvent, BatchJob, BatchRef, BatchState, Duty, Progress};
use casewright_engine_core::ids::{Id, Prefix, parse};
use casewright_journal::{Aggregate, Cell, Entry, Projector, Row, TenantId, ViewSpec, ViewWrites};

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
        specs::of_batches()
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
                self.log(entry, batch, job, "creationLog", *line, out);
            }
            BatchEvent::JobChanged { batch, job, resolved } => {
                out.put(self.tenant, JOB, &self.id(job.id), self.job(batch, job));
                if let Some(line) = resolved {
                    self.incident_ended(entry, *line, IncidentEnd::Resolved, out);
                }
            }
            BatchEvent::JobFailed { batch, job, line } => {
                out.put(self.tenant, JOB, &self.id(job.id), self.job(batch, job));
                self.log(entry, batch, job, "failureLog", *line, out);
                if job.incident == Some(*line) {
                    self.incident(entry, batch, job, *line, out);
                }
            }
            BatchEvent::JobEnded { batch, job, executed, line, .. } => {
                out.remove(self.tenant, JOB, &self.id(job.id));
                self.log(entry, batch, job, if *executed { "successLog" } else { "deletionLog" }, *line, out);
                if let Some(line) = job.incident {
                    let end = if *executed { IncidentEnd::Resolved } else { IncidentEnd::Deleted };
                    self.incident_ended(entry, line, end, out);
                }
            }
            BatchEvent::Progressed { progress } => self.progressed(progress, out),
            BatchEvent::Suspended { suspended, jobs } => {
                out.patch(self.tenant, BATCH, self.batch, row! { "suspended": suspended });
                for id in jobs {
                    out.patch(self.tenant, JOB, &self.id(*id), row! { "suspended": suspended });
                }
            }
            BatchEvent::Ended { ended, jobs, incidents, removal_time } => {
                out.remove(self.tenant, BATCH, self.batch);
                out.patch(self.tenant, HISTORY_BATCH, self.batch, row! { "endTime": ms(*ended) });
                if removal_time.is_some() {
                    let fields = row! { "removalTime": optional_ms(*removal_time) };
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
                out.patch(self.tenant, HISTORY_BATCH, self.batch, row! { "removalTime": optional_ms(*at) });
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
            "id": id.as_str(),
            "incidentTimestamp": at,
            "incidentType": "failedJob",
            "causeIncidentId": id.as_str(),
            "rootCauseIncidentId": id.as_str(),
            "configuration": self.id(job.id).as_str(),
            "incidentMessage": job.exception.as_deref(),
            "jobDefinitionId": batch.definition.as_str(),
            "tenantId": batch.tenant_id.as_deref(),
        };
        let mut historic = document.clone();
        historic.extend(row! {
            "createTime": at,
            "endTime": Cell::Null,
            "isRootCause": true,
            "historyConfiguration": self.line(line),
            "open": true,
            "resolved": false,
            "deleted": false,
            "incidentState": 0,
        });
        out.insert(self.tenant, INCIDENT, &id, document);
        out.insert(self.tenant, HISTORY_INCIDENT, &id, historic);
    }

    fn incident_ended(&self, entry: &Entry, line: u32, end: IncidentEnd, out: &mut ViewWrites) {
        let id = self.incident_id(line);
        out.remove(self.tenant, INCIDENT, &id);
        let is_resolved = end == IncidentEnd::Resolved;
        let fields = row! {
            "endTime": entry.meta.at.as_millisecond(),
            "open": false,
            "resolved": is_resolved,
            "deleted": !is_resolved,
            "incidentState": if is_resolved { 1 } else { 2 },
        };
        out.patch(self.tenant, HISTORY_INCIDENT, &id, fields);
    }

    fn created(&self, batch: &Batch, out: &mut ViewWrites) {
        let total = batch.total_jobs();
        let mut document = row! {
            "id": self.batch,
            "type": batch.work.name(),
            "totalJobs": total,
            "jobsCreated": 0,
            "batchJobsPerSeed": JOBS_PER_SEED,
            "invocationsPerBatchJob": ITEMS_PER_JOB,
            "seedJobDefinitionId": batch.definition(Duty::Seed).as_str(),
            "monitorJobDefinitionId": batch.definition(Duty::Monitor).as_str(),
            "batchJobDefinitionId": batch.definition(Duty::Item { nth: 0 }).as_str(),
            "tenantId": batch.tenant_id.as_deref(),
            "createUserId": batch.user.as_deref(),
            "startTime": ms(batch.started),
            "executionStartTime": Cell::Null,
        };
        let mut historic = document.clone();
        historic.set("endTime", Cell::Null);
        historic.set("removalTime", optional_ms(batch.removal_time));
        out.put(self.tenant, HISTORY_BATCH, self.batch, historic);
        document.extend(row! {
            "suspended": false,
            "remainingJobs": total,
            "failedJobs": 0,
            "hasFailures": false,
        });
        out.put(self.tenant, BATCH, self.batch, document);
        for duty in [Duty::Seed, Duty::Monitor, Duty::Item { nth: 0 }] {
            let id = batch.definition(duty);
            let document = row! {
                "id": id.as_str(),
                "jobType": batch.job_type(duty),
                "jobConfiguration": self.batch,
                "suspended": false,
                "tenantId": batch.tenant_id.as_deref(),
            };
            out.put(self.tenant, JOB_DEFINITION, &id, document);
        }
    }

    fn progressed(&self, progress: &Progress, out: &mut ViewWrites) {
        let started = optional_ms(progress.execution_started);
        let fields = row! {
            "jobsCreated": progress.jobs_created,
            "remainingJobs": progress.remaining,
            "failedJobs": progress.failed,
            "hasFailures": progress.failed > 0,
            "executionStartTime": started.clone(),
        };
        out.patch(self.tenant, BATCH, self.batch, fields);
        out.patch(self.tenant, HISTORY_BATCH, self.batch, row! { "executionStartTime": started });
    }

    fn job(&self, batch: &BatchRef, job: &BatchJob) -> Row {
        row! {
            "id": self.id(job.id).as_str(),
            "batchId": self.batch,
            "jobDefinitionId": batch.definition.as_str(),
            "isTimer": false,
            "dueDate": optional_ms(job.due),
            "retries": job.retries,
            "priority": job.priority,
            "suspended": job.suspended,
            "createTime": ms(job.created),
            "exceptionMessage": job.exception.as_deref(),
            "tenantId": batch.tenant_id.as_deref(),
        }
    }

    fn log(
        &self,
        entry: &Entry,
        batch: &BatchRef,
        job: &BatchJob,
        kind: &'static str,
        line: u32,
        out: &mut ViewWrites,
    ) {
        let id = self.line(line);
        let mut document = row! {
            "id": id.as_str(),
            "timestamp": entry.meta.at.as_millisecond(),
            "jobId": self.id(job.id).as_str(),
            "batchId": self.batch,
            "jobDueDate": optional_ms(job.due),
            "jobRetries": job.retries,
            "jobPriority": job.priority,
            "jobExceptionMessage": if kind == "failureLog" { Cell::from(job.exception.as_deref()) } else { Cell::Null },
            "jobDefinitionId": batch.definition.as_str(),
            "jobDefinitionType": batch.job_type.as_str(),
            "jobDefinitionConfiguration": self.batch,
            "tenantId": batch.tenant_id.as_deref(),
            "sequence": entry.meta.seq,
        };
        document.set(kind, true);
        out.put(self.tenant, HISTORY_JOB_LOG, &id, document);
    }
}
