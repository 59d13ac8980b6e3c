//! A root process instance with all it called, as an aggregate of the journal.
//!
//! The state and its fold are the core's. What is added is the list of variables that vanish with an event, because
//! views are derived from entries alone and the core removes the variables of a scope together with the scope.

use crate::aggregate::Operation;
use crate::job_definition_id;
use casewright_engine_core::entity::{Holder, Job, Phase, Place, Position};
use casewright_engine_core::ids::Id;
use casewright_engine_core::{Event, State, apply};
use casewright_engine_value::Instant;
use casewright_journal::{Aggregate, AggregateKey, EntryMeta, FORGOTTEN};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// State of one root process instance.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct InstanceAggregate {
    pub state: State,
    /// Number of the entry that told the last failure of a job or external task: history links incidents to it.
    #[serde(default)]
    failed: BTreeMap<Id, u64>,
    /// Nothing may be added any more: the log is about to lose all of it.
    #[serde(default)]
    pub is_forgotten: bool,
}

impl InstanceAggregate {
    fn note(&mut self, event: &Event, seq: u64) {
        match event {
            Event::JobFailed { job, .. } => drop(self.failed.insert(job.id, seq)),
            Event::ExternalTaskFailed { task, .. } => drop(self.failed.insert(task.id, seq)),
            Event::JobExecuted { job, .. } | Event::JobRemoved { job, .. } => drop(self.failed.remove(&job.id)),
            Event::ExternalTaskCompleted { task, .. } | Event::ExternalTaskDeleted { task, .. } => {
                self.failed.remove(&task.id);
            }
            _ => {}
        }
    }
}

/// An entry of an instance: almost always what the core decided.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Recorded {
    Core(CoreEvent),
    Shell(ShellEvent),
}

impl<'de> Deserialize<'de> for Recorded {
    /// By hand, from the text: derived code reads an untagged enum into a tree of values first, and a flattened field into
    /// another, and every instance that is not in memory is read so.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?.get();
        let Beside { event, gone, failure, removal_time } = serde_json::from_str(text).map_err(D::Error::custom)?;
        if ShellEvent::NAMES.contains(&&*event) {
            return serde_json::from_str(text).map(Self::Shell).map_err(D::Error::custom);
        }
        let event = serde_json::from_str(text).map_err(D::Error::custom)?;
        Ok(Self::Core(CoreEvent { event, gone, failure, removal_time }))
    }
}

/// What stands beside an event's own fields, see [`CoreEvent`].
#[derive(Deserialize)]
struct Beside<'a> {
    #[serde(borrow)]
    event: Cow<'a, str>,
    #[serde(default)]
    gone: Vec<Id>,
    #[serde(default)]
    failure: Option<Failure>,
    #[serde(default)]
    removal_time: Option<Instant>,
}

/// What happens to an instance's history without its process taking part.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum ShellEvent {
    /// Rows of history were deleted on purpose: view and ids.
    HistoryDeleted { rows: Vec<(SmolStr, Vec<SmolStr>)> },
    /// Rows of history may be removed from this time on; none: never.
    RemovalTimeSet { rows: Vec<(SmolStr, Vec<SmolStr>)>, removal_time: Option<Instant> },
    /// A user did something, in the words of the contract.
    UserOperated { operation: Box<Operation> },
    /// A form was submitted with these texts.
    FormSubmitted { place: Place, task: Option<Id>, fields: Vec<(SmolStr, String)>, at: Instant },
    /// A task was completed with these values, as its form let them through.
    TaskSubmitted { task: Id, data: Map<String, Json> },
    /// What a user did was annotated afterwards, or the annotation taken away: these lines of the log.
    OperationAnnotated { rows: Vec<SmolStr>, annotation: Option<String> },
    /// All history is deleted, of the root instance and of all that it called: [`casewright_journal::forget`].
    Forgotten,
}

impl ShellEvent {
    /// What `event` says of these.
    const NAMES: [&'static str; 7] = [
        "history-deleted",
        "removal-time-set",
        "user-operated",
        "form-submitted",
        "task-submitted",
        "operation-annotated",
        FORGOTTEN,
    ];
}

/// An event with what views need besides.
#[derive(Clone, Debug, Serialize)]
pub struct CoreEvent {
    #[serde(flatten)]
    pub event: Event,
    /// Variables that end with this event.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// Of the start or end of a root instance: when its history may be removed, if that is known by now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removal_time: Option<Instant>,
}

/// What history wants to know of a failure, or of the incident it raised.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// Retries there were before the failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries_before: Option<i32>,
    /// Of an incident: how many entries before this one the failure stands that raised it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entries_back: Option<u64>,
    /// Of an incident: the job definition of the job that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_definition: Option<String>,
}

impl Aggregate for InstanceAggregate {
    type Event = Recorded;

    const KIND: &'static str = "process-instance";

    fn empty(_: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, recorded: &Recorded, meta: &EntryMeta) {
        match recorded {
            Recorded::Core(recorded) => {
                apply(&mut self.state, &recorded.event);
                self.note(&recorded.event, meta.seq);
            }
            Recorded::Shell(ShellEvent::Forgotten) => self.is_forgotten = true,
            Recorded::Shell(_) => {}
        }
    }

    fn event_name(recorded: &Recorded) -> &'static str {
        match recorded {
            Recorded::Core(recorded) => recorded.event.name(),
            Recorded::Shell(ShellEvent::HistoryDeleted { .. }) => "history-deleted",
            Recorded::Shell(ShellEvent::RemovalTimeSet { .. }) => "removal-time-set",
            Recorded::Shell(ShellEvent::UserOperated { .. }) => "user-operated",
            Recorded::Shell(ShellEvent::FormSubmitted { .. }) => "form-submitted",
            Recorded::Shell(ShellEvent::TaskSubmitted { .. }) => "task-submitted",
            Recorded::Shell(ShellEvent::OperationAnnotated { .. }) => "operation-annotated",
            Recorded::Shell(ShellEvent::Forgotten) => FORGOTTEN,
        }
    }
}

/// Events of a step as entries, given the aggregate before all of them and its version: which variables each event ends,
/// what history wants to know of failures. The aggregate learns of the failures; its state is the caller's business.
pub fn record(aggregate: &mut InstanceAggregate, version: u64, events: Vec<Event>) -> Vec<Recorded> {
    let mut fresh: HashMap<Id, Vec<Id>> = HashMap::new();
    (version + 1..)
        .zip(events)
        .map(|(seq, mut event)| {
            acted_by(&aggregate.state, &mut event);
            let failure = failure(aggregate, seq, &event);
            aggregate.note(&event, seq);
            let before = &aggregate.state;
            let gone = match &event {
                Event::VariableSet { holder, variable, .. } => {
                    let known = fresh.entry(holder_id(*holder)).or_default();
                    if variable.revision == 0 {
                        known.push(variable.id);
                    }
                    Vec::new()
                }
                Event::ActivityEnded { element, .. } | Event::TokenRemoved { element } => {
                    vanish(before, &mut fresh, *element)
                }
                Event::UserTaskEnded { task, .. } => vanish(before, &mut fresh, task.id),
                Event::InstanceEnded { instance, .. } => vanish(before, &mut fresh, instance.id),
                _ => Vec::new(),
            };
            Recorded::Core(CoreEvent { event, gone, failure, removal_time: None })
        })
        .collect()
}

/// What is set at an execution is set by the activity that the execution is at, as history tells it.
fn acted_by(before: &State, event: &mut Event) {
    let (Event::VariableSet { by, by_activity_id, .. } | Event::VariableRemoved { by, by_activity_id, .. }) = event
    else {
        return;
    };
    let Some(scope) = before.element(*by) else {
        return;
    };
    // Instances that are repeated side by side have executions of their own; there may be thousands.
    if matches!(scope.position, Position::Body(_)) && before.child_count(*by) > 1 {
        return;
    }
    let here = before
        .children(*by)
        .filter_map(|child| before.element(child))
        .find(|child| child.activity.place.execution == scope.activity.place.execution && child.phase == Phase::Active);
    if let Some(here) = here {
        *by = here.id;
        *by_activity_id = here.activity.place.activity_id.clone();
    }
}

fn failure(aggregate: &InstanceAggregate, seq: u64, event: &Event) -> Option<Failure> {
    let before = &aggregate.state;
    let failed = |retries_before| Failure { retries_before, entries_back: None, job_definition: None };
    match event {
        Event::JobFailed { job, .. } => Some(failed(before.job(job.id).map(|job| job.retries))),
        Event::ExternalTaskFailed { task, .. } => {
            Some(failed(before.external_task(task.id).and_then(|task| task.retries)))
        }
        Event::IncidentRaised { incident } => {
            let subject = incident.subject?;
            let definition = |job: &Job| {
                let place = &job.place;
                job_definition_id(&place.definition.id, &place.activity_id, job.kind.definition_configuration())
            };
            Some(Failure {
                retries_before: None,
                entries_back: aggregate.failed.get(&subject).map(|at| seq - at),
                job_definition: before.job(subject).map(|job| definition(job)),
            })
        }
        _ => None,
    }
}

fn holder_id(holder: Holder) -> Id {
    holder.id()
}

fn vanish(before: &State, fresh: &mut HashMap<Id, Vec<Id>>, holder: Id) -> Vec<Id> {
    let mut gone: Vec<Id> = before
        .local_variables(holder)
        .map(|map| map.values().map(|variable| variable.id).collect())
        .unwrap_or_default();
    gone.extend(fresh.remove(&holder).unwrap_or_default());
    gone
}

#[cfg(test)]
mod tests {
    use super::*;
    use casewright_contracts::ProcessEvent;
    use casewright_contracts::process::TaskSubmitted;

    fn read(stored: &Json) -> Recorded {
        serde_json::from_str(&stored.to_string()).unwrap()
    }

    #[test]
    fn other_rooms_read_what_was_submitted() {
        let data = serde_json::json!({"amount": 7, "files": [{"fileId": "f"}]}).as_object().cloned().unwrap();
        let recorded = Recorded::Shell(ShellEvent::TaskSubmitted { task: Id(26), data: data.clone() });
        let payload = serde_json::to_vec(&recorded).unwrap();
        let heard = ProcessEvent::read(InstanceAggregate::event_name(&recorded), &payload).unwrap();
        assert_eq!(heard, ProcessEvent::TaskSubmitted(TaskSubmitted { task: 26, data }));
    }

    #[test]
    fn entries_are_read_as_they_were_written() {
        for shell in [
            ShellEvent::HistoryDeleted { rows: vec![("history-task".into(), vec!["1".into()])] },
            ShellEvent::RemovalTimeSet { rows: Vec::new(), removal_time: Some(Instant(5)) },
            ShellEvent::TaskSubmitted { task: Id(3), data: Map::new() },
            ShellEvent::Forgotten,
        ] {
            let stored = serde_json::to_value(Recorded::Shell(shell)).unwrap();
            assert!(ShellEvent::NAMES.contains(&stored["event"].as_str().unwrap()), "{stored}");
            let recorded = read(&stored);
            assert!(matches!(recorded, Recorded::Shell(_)), "{stored}");
            assert_eq!(serde_json::to_value(recorded).unwrap(), stored);
        }
        let removed = Event::TokenRemoved { element: Id(3) };
        let core = CoreEvent {
            event: removed.clone(),
            gone: vec![Id(4), Id(5)],
            failure: Some(Failure { retries_before: Some(3), entries_back: None, job_definition: Some("j".into()) }),
            removal_time: Some(Instant(9)),
        };
        let stored = serde_json::to_value(Recorded::Core(core)).unwrap();
        let Recorded::Core(core) = read(&stored) else { panic!("{stored} is of the core") };
        assert_eq!(core.event, removed);
        assert_eq!(serde_json::to_value(core).unwrap(), stored);
        assert!(serde_json::from_str::<Recorded>(r#"{"event": "no-such-event"}"#).is_err());
    }
}
