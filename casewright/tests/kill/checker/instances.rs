//! Process instances: started at most once, run to their end with every step once, and each completion wholly there or not.

use crate::history::{Answer, Command, History, Operation};
use crate::platform::Api;
use crate::workload::payload;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What an instance of a process leaves behind when all of it was done once: activities, runs of jobs, decisions.
struct Course {
    process: &'static str,
    activities: &'static [(&'static str, usize)],
    jobs: usize,
    decisions: usize,
}

const COURSES: [Course; 5] = [
    Course {
        process: "kill-external",
        activities: &[("start", 1), ("work", 1), ("pause", 1), ("end", 1)],
        jobs: 1,
        decisions: 0,
    },
    Course {
        process: "kill-steps",
        activities: &[
            ("start", 1),
            ("step-01", 1),
            ("step-02", 1),
            ("step-03", 1),
            ("step-04", 1),
            ("step-05", 1),
            ("step-06", 1),
            ("step-07", 1),
            ("step-08", 1),
            ("step-09", 1),
            ("step-10", 1),
            ("end", 1),
        ],
        jobs: 10,
        decisions: 0,
    },
    Course {
        process: "kill-decision",
        activities: &[("start", 1), ("decide", 1), ("work", 5), ("work#multiInstanceBody", 1), ("end", 1)],
        jobs: 0,
        decisions: 1,
    },
    Course {
        process: "kill-task",
        activities: &[("start", 1), ("work", 1), ("fork", 1), ("one", 1), ("other", 1), ("join", 2), ("end", 1)],
        jobs: 0,
        decisions: 0,
    },
    Course { process: "kill-timer", activities: &[("start", 1), ("wait", 1), ("end", 1)], jobs: 1, decisions: 0 },
];

/// Processes with instances that have not ended.
pub(super) async fn unsettled(api: &Api) -> Vec<String> {
    let mut left = Vec::new();
    for Course { process, .. } in &COURSES {
        let path =
            format!("/engine-rest/history/process-instance/count?processDefinitionKey={process}&unfinished=true");
        if api.get(&path).await.is_none_or(|count| count["count"] != 0) {
            left.push(format!("{process} is still running"));
        }
    }
    left
}

pub(super) async fn check(api: &Api, history: &History, findings: &mut Vec<String>) {
    let starts = history.by_subject(Operation::Start);
    let past = Past::read(api).await;
    for course in &COURSES {
        check_course(course, &starts, &past, findings);
    }
    let tried = completions(history);
    for (id, of_task) in &tried {
        check_completion(id, of_task, &past, findings);
    }
    // A pair of variables that nobody sent would be somebody else's.
    for instance in past.variables.keys().filter(|instance| !past.instances.contains_key(*instance)) {
        findings.push(format!("half there: variables of instance {instance}, which is not there"));
    }
    for instance in past.activities.keys().filter(|instance| !past.instances.contains_key(*instance)) {
        findings.push(format!("half there: activities of instance {instance}, which is not there"));
    }
}

/// The history of all instances of our processes, as the contract tells it.
struct Past {
    /// By id.
    instances: BTreeMap<String, Value>,
    /// Ended activities by instance and activity, how often.
    activities: HashMap<String, BTreeMap<String, usize>>,
    /// Values by instance and name.
    variables: HashMap<String, BTreeMap<String, Vec<Value>>>,
    /// Successful runs by instance and job.
    jobs: HashMap<String, BTreeMap<String, usize>>,
    decisions: HashMap<String, usize>,
}

impl Past {
    async fn read(api: &Api) -> Self {
        let mut past = Self {
            instances: BTreeMap::new(),
            activities: HashMap::new(),
            variables: HashMap::new(),
            jobs: HashMap::new(),
            decisions: HashMap::new(),
        };
        for Course { process, .. } in &COURSES {
            past.add(api, process).await;
        }
        past
    }

    async fn add(&mut self, api: &Api, process: &str) {
        let base = "/engine-rest/history";
        for row in api.rows(&format!("{base}/process-instance?processDefinitionKey={process}")).await {
            self.instances.insert(text(&row, "id"), row);
        }
        let definitions = api.rows(&format!("/engine-rest/process-definition?key={process}")).await;
        for definition in definitions {
            let path = format!("{base}/activity-instance?processDefinitionId={}", text(&definition, "id"));
            for row in api.rows(&path).await.iter().filter(|row| !row["endTime"].is_null()) {
                let of = self.activities.entry(text(row, "processInstanceId")).or_default();
                *of.entry(text(row, "activityId")).or_default() += 1;
            }
        }
        for row in api.rows(&format!("{base}/variable-instance?processDefinitionKey={process}")).await {
            let of = self.variables.entry(text(&row, "processInstanceId")).or_default();
            of.entry(text(&row, "name")).or_default().push(row["value"].clone());
        }
        for row in api.rows(&format!("{base}/job-log?processDefinitionKey={process}&successLog=true")).await {
            let of = self.jobs.entry(text(&row, "processInstanceId")).or_default();
            *of.entry(text(&row, "jobId")).or_default() += 1;
        }
        for row in api.rows(&format!("{base}/decision-instance?processDefinitionKey={process}")).await {
            *self.decisions.entry(text(&row, "processInstanceId")).or_default() += 1;
        }
    }

    fn variable(&self, instance: &str, name: &str) -> &[Value] {
        self.variables.get(instance).and_then(|of| of.get(name)).map_or(&[], Vec::as_slice)
    }
}

fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap_or_default().to_owned()
}

fn check_course(course: &Course, starts: &BTreeMap<String, Vec<Command>>, past: &Past, findings: &mut Vec<String>) {
    let mut by_key: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for row in past.instances.values().filter(|row| row["processDefinitionKey"] == course.process) {
        by_key.entry(text(row, "businessKey")).or_default().push(row);
    }
    let tried = starts.iter().filter(|(_, commands)| commands[0].detail["process"] == course.process);
    for (key, commands) in tried {
        let found = by_key.remove(key).unwrap_or_default();
        let ids: Vec<String> = found.iter().map(|row| text(row, "id")).collect();
        match (&commands[0].answer, ids.as_slice()) {
            (Answer::Taken(answer), [id]) if answer["id"] == id.as_str() => {}
            (Answer::Taken(answer), []) => findings.push(format!("lost: {key} was started as {}", answer["id"])),
            (Answer::Unknown, [] | [_]) => {}
            (Answer::Refused(_), []) => {}
            (answer, ids) => findings.push(format!("{key}: the start ended with {answer:?}, and there are {ids:?}")),
        }
        for row in found {
            check_instance(course, key, &commands[0], row, past, findings);
        }
    }
    for (key, rows) in by_key {
        findings.push(format!("{} instances of {} under {key}, which nobody started", rows.len(), course.process));
    }
}

fn check_instance(course: &Course, key: &str, start: &Command, row: &Value, past: &Past, findings: &mut Vec<String>) {
    let id = text(row, "id");
    if row["state"] != "COMPLETED" {
        findings.push(format!("{key}: instance {id} is {} instead of completed", row["state"]));
    }
    let number = &start.detail["number"];
    for name in ["left", "right"] {
        if past.variable(&id, name) != [number.clone()] {
            findings.push(format!("{key}: '{name}' is {:?} instead of {number}", past.variable(&id, name)));
        }
    }
    let empty = BTreeMap::new();
    let activities = past.activities.get(&id).unwrap_or(&empty);
    let expected: BTreeMap<String, usize> =
        course.activities.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
    if *activities != expected {
        findings.push(format!("{key}: instance {id} ended {activities:?} instead of {expected:?}"));
    }
    let jobs = past.jobs.get(&id).unwrap_or(&empty);
    if jobs.len() != course.jobs || jobs.values().any(|runs| *runs != 1) {
        findings.push(format!("{key}: jobs ran {jobs:?}, {} were to run once each", course.jobs));
    }
    let decisions = past.decisions.get(&id).copied().unwrap_or(0);
    if decisions != course.decisions {
        findings.push(format!("{key}: {decisions} decisions instead of {}", course.decisions));
    }
    match course.process {
        "kill-decision" => check_payload(key, &id, number.as_u64().unwrap_or(0), past, findings),
        "kill-timer" => check_due(key, start, row, findings),
        _ => {}
    }
}

fn check_payload(key: &str, id: &str, number: u64, past: &Past, findings: &mut Vec<String>) {
    let found = past.variable(id, "payload");
    let is_whole = match found {
        [Value::String(text)] => *text == payload(number),
        [value] => serde_json::from_str::<Value>(&payload(number)).is_ok_and(|sent| sent == *value),
        _ => false,
    };
    if !is_whole {
        findings.push(format!("{key}: {} payloads, or another than was sent", found.len()));
    }
}

fn check_due(key: &str, start: &Command, row: &Value, findings: &mut Vec<String>) {
    let due = start.detail["due"].as_i64().unwrap_or(i64::MAX);
    let ended = jiff::Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text(row, "endTime"));
    match ended {
        Ok(ended) if ended.as_millisecond() >= due => {}
        _ => findings.push(format!("{key}: was due at {due} and ended at {}", row["endTime"])),
    }
}

/// Attempts to complete something, by its id.
fn completions(history: &History) -> BTreeMap<String, Vec<Command>> {
    let mut all = history.by_subject(Operation::CompleteExternal);
    all.extend(history.by_subject(Operation::CompleteTask));
    all
}

/// Both variables of one attempt are there, and it is the attempt that was acknowledged, or one without an answer.
fn check_completion(id: &str, attempts: &[Command], past: &Past, findings: &mut Vec<String>) {
    let instance = text(&attempts[0].detail, "instance");
    let label = |command: &Command| text(&command.detail, "label");
    let taken: BTreeSet<String> =
        attempts.iter().filter(|command| matches!(command.answer, Answer::Taken(_))).map(label).collect();
    let unknown: BTreeSet<String> =
        attempts.iter().filter(|command| command.answer == Answer::Unknown).map(label).collect();
    if taken.len() > 1 {
        findings.push(format!("doubled: {id} was completed by {taken:?}"));
    }
    let possible = if taken.is_empty() { &unknown } else { &taken };
    let left = past.variable(&instance, &format!("left-{id}"));
    let right = past.variable(&instance, &format!("right-{id}"));
    match (left, right) {
        ([Value::String(one)], [Value::String(other)]) if one == other && possible.contains(one) => {}
        ([], []) if taken.is_empty() => {
            // Then it was never completed, and the instance cannot have ended; that is found there.
        }
        _ => findings
            .push(format!("half there: {id} was completed by {possible:?}, its variables are {left:?}, {right:?}")),
    }
}
