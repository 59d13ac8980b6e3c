//! Decisions about a batch, as events.

use casewright_engine_core::ids::Id;
use casewright_engine_value::Instant;
use casewright_engine_views::aggregate::batch::JOBS_PER_SEED;
use casewright_engine_views::aggregate::{Batch, BatchEvent, BatchJob, BatchRef, BatchState, Duty};
use smol_str::SmolStr;
use std::sync::Arc;

const JOB_RETRIES: i32 = 3;

/// A decision in the making: each event is applied as it is produced, so that the next sees what it did.
pub(crate) struct Change {
    pub(crate) state: BatchState,
    pub(crate) events: Vec<BatchEvent>,
}

impl Change {
    pub(crate) fn of(state: &BatchState) -> Self {
        Self { state: state.clone(), events: Vec::new() }
    }

    fn emit(&mut self, event: BatchEvent) {
        self.state.fold(&event);
        self.events.push(event);
    }

    /// The events, with how far the batch is now when that has changed.
    pub(crate) fn finish(mut self, before: &BatchState) -> Vec<BatchEvent> {
        let progress = self.state.progress();
        if self.state.is_running && progress != before.progress() {
            self.emit(BatchEvent::Progressed { progress });
        }
        self.events
    }

    pub(crate) fn create(&mut self, batch: Arc<Batch>) {
        let now = batch.started;
        self.emit(BatchEvent::Created { batch });
        self.add_job(Duty::Seed, None, now);
    }

    fn batch_ref(&self, duty: Duty) -> Arc<BatchRef> {
        let batch = self.state.batch.as_ref();
        Arc::new(BatchRef {
            definition: batch.map_or_else(SmolStr::default, |batch| batch.definition(duty)),
            job_type: batch.map_or_else(SmolStr::default, |batch| batch.job_type(duty).into()),
            tenant_id: batch.and_then(|batch| batch.tenant_id.clone()),
        })
    }

    fn add_job(&mut self, duty: Duty, due: Option<Instant>, now: Instant) {
        let job = BatchJob {
            id: Id(self.state.last_id + 1),
            duty,
            due,
            retries: JOB_RETRIES,
            priority: 0,
            suspended: self.state.suspended,
            exception: None,
            created: now,
            incident: None,
        };
        let (batch, line) = (self.batch_ref(duty), self.state.log_lines);
        self.emit(BatchEvent::JobCreated { batch, job, line });
    }

    fn end_job(&mut self, id: Id, executed: bool, execution_started: Option<Instant>) {
        let Some(job) = self.state.jobs.get(&id.0).cloned() else {
            return;
        };
        let (batch, line) = (self.batch_ref(job.duty), self.state.log_lines);
        self.emit(BatchEvent::JobEnded { batch, job, executed, line, execution_started });
    }

    /// The seed job ran: the next execution jobs, and then either itself again or the monitor job.
    pub(crate) fn seed(&mut self, id: Id, now: Instant) {
        let total = self.state.batch.as_ref().map_or(0, |batch| batch.total_jobs());
        let from = self.state.jobs_created;
        let to = total.min(from.saturating_add(JOBS_PER_SEED));
        for nth in from..to {
            self.add_job(Duty::Item { nth }, None, now);
        }
        self.end_job(id, true, None);
        let next = if to < total { Duty::Seed } else { Duty::Monitor };
        self.add_job(next, None, now);
    }

    /// The monitor job ran: the batch is over, or looked at again at `again`.
    pub(crate) fn monitor(&mut self, id: Id, now: Instant, again: Instant, removal_time: Option<Instant>) {
        self.end_job(id, true, None);
        if self.state.progress().remaining == 0 {
            self.end(now, removal_time);
        } else {
            self.add_job(Duty::Monitor, Some(again), now);
        }
    }

    /// An execution job did its work. After the last one nothing is left to wait for.
    pub(crate) fn done(&mut self, id: Id, now: Instant) {
        let first = self.state.execution_started.is_none().then_some(now);
        self.end_job(id, true, first);
        if self.state.progress().remaining > 0 {
            return;
        }
        let waiting = self.state.jobs.values().find(|job| job.duty == Duty::Monitor && job.due.is_some()).cloned();
        if let Some(monitor) = waiting {
            self.change_job(BatchJob { due: None, ..monitor });
        }
    }

    pub(crate) fn fail(&mut self, id: Id, message: &str) {
        let Some(known) = self.state.jobs.get(&id.0) else {
            return;
        };
        let line = self.state.log_lines;
        let retries = (known.retries - 1).max(0);
        let incident = known.incident.or_else(|| (retries == 0).then_some(line));
        let job = BatchJob { retries, incident, exception: Some(message.to_owned()), ..known.clone() };
        let batch = self.batch_ref(job.duty);
        self.emit(BatchEvent::JobFailed { batch, job, line });
    }

    /// Nobody tries again by themselves.
    pub(crate) fn give_up(&mut self, id: Id, message: &str) {
        if let Some(known) = self.state.jobs.get_mut(&id.0) {
            known.retries = 1;
        }
        self.fail(id, message);
    }

    /// New retries resolve the incident.
    pub(crate) fn change_job(&mut self, mut job: BatchJob) {
        let batch = self.batch_ref(job.duty);
        let resolved = if job.retries > 0 { job.incident.take() } else { None };
        self.emit(BatchEvent::JobChanged { batch, job, resolved });
    }

    pub(crate) fn delete_job(&mut self, id: Id) {
        self.end_job(id, false, None);
    }

    pub(crate) fn suspend(&mut self, suspended: bool) {
        let jobs = self.state.jobs.keys().map(|id| Id(*id)).collect();
        self.emit(BatchEvent::Suspended { suspended, jobs });
    }

    pub(crate) fn end(&mut self, ended: Instant, removal_time: Option<Instant>) {
        let jobs = self.state.jobs.keys().map(|id| Id(*id)).collect();
        let incidents = self.state.jobs.values().filter_map(|job| job.incident).collect();
        self.emit(BatchEvent::Ended { ended, jobs, incidents, removal_time });
    }

    pub(crate) fn set_removal_time(&mut self, at: Option<Instant>) {
        self.emit(BatchEvent::RemovalTimeSet { at });
    }

    pub(crate) fn forget(&mut self) {
        let lines = self.state.log_lines;
        self.emit(BatchEvent::HistoryRemoved { lines });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use casewright_engine_core::ids::Prefix;
    use casewright_engine_views::aggregate::Work;

    fn batch(items: usize) -> BatchState {
        let batch = Batch {
            prefix: Prefix::new([7; 10]),
            work: Work::SetSuspended { suspended: true },
            items: (0..items).map(|nth| SmolStr::from(nth.to_string())).collect(),
            tenant_id: None,
            user: None,
            started: Instant(1),
            removal_time: None,
        };
        let mut change = Change::of(&BatchState::default());
        change.create(Arc::new(batch));
        change.state
    }

    fn only(state: &BatchState, duty: Duty) -> Id {
        state.jobs.values().find(|job| job.duty == duty).expect("there is such a job").id
    }

    #[test]
    fn a_seed_job_makes_a_hundred_jobs_and_comes_back_for_the_rest() {
        let state = batch(150);
        let mut change = Change::of(&state);
        change.seed(only(&state, Duty::Seed), Instant(2));
        assert_eq!(change.state.jobs_created, 100);
        let seed = only(&change.state, Duty::Seed);
        change.seed(seed, Instant(3));
        assert_eq!(change.state.jobs_created, 150);
        assert!(change.state.jobs.values().all(|job| job.duty != Duty::Seed));
        only(&change.state, Duty::Monitor);
    }

    #[test]
    fn the_monitor_ends_the_batch_only_when_every_job_is_done() {
        let state = batch(2);
        let mut change = Change::of(&state);
        change.seed(only(&state, Duty::Seed), Instant(2));
        let monitor = only(&change.state, Duty::Monitor);
        change.monitor(monitor, Instant(3), Instant(30), None);
        assert!(change.state.is_running);
        let first = only(&change.state, Duty::Item { nth: 0 });
        change.fail(first, "no");
        assert_eq!(change.state.jobs[&first.0].retries, JOB_RETRIES - 1);
        change.done(first, Instant(4));
        assert_eq!(change.state.progress().remaining, 1);
        let monitor = only(&change.state, Duty::Monitor);
        assert_eq!(change.state.jobs[&monitor.0].due, Some(Instant(30)));
        let second = only(&change.state, Duty::Item { nth: 1 });
        change.done(second, Instant(5));
        let monitor = only(&change.state, Duty::Monitor);
        assert_eq!(change.state.jobs[&monitor.0].due, None, "nothing is left to wait for");
        change.monitor(monitor, Instant(6), Instant(60), None);
        assert!(!change.state.is_running);
        assert_eq!(change.state.execution_started, Some(Instant(4)));
    }

    #[test]
    fn events_lead_to_the_state_they_were_decided_with() {
        let state = batch(3);
        let mut change = Change::of(&state);
        change.seed(only(&state, Duty::Seed), Instant(2));
        change.suspend(true);
        let mut replayed = state;
        for event in &change.events {
            replayed.fold(event);
        }
        assert_eq!(replayed.jobs, change.state.jobs);
        assert!(replayed.jobs.values().all(|job| job.suspended));
    }
}
