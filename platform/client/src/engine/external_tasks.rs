//! External tasks, as one worker sees them: fetch and lock, extend, complete, failure, BPMN error.

use crate::{CallError, Client, Variables};
use casewright_service::path;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// A locked external task.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LockedTask {
    pub id: String,
    pub topic_name: String,
    /// Null until a first failure.
    pub retries: Option<i32>,
    pub activity_id: String,
    #[serde(default)]
    pub activity_instance_id: String,
    pub process_instance_id: String,
    pub business_key: Option<String>,
    #[serde(default)]
    pub variables: Variables,
    /// `camunda:properties` of the activity.
    #[serde(default)]
    pub extension_properties: BTreeMap<String, String>,
}

/// What a worker asks for.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    pub topics: &'a [&'a str],
    /// Tasks at most.
    pub most: usize,
    /// How long the tasks are its own.
    pub lock: Duration,
    /// How long to wait for a first one.
    pub wait: Duration,
}

/// The external tasks of one worker.
#[derive(Clone, Debug)]
pub struct ExternalTasks {
    client: Client,
    worker: String,
}

impl Client {
    /// External tasks that are locked under the name of this worker.
    #[must_use]
    pub fn external_tasks(&self, worker: &str) -> ExternalTasks {
        ExternalTasks { client: self.clone(), worker: worker.to_owned() }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fetch<'a> {
    worker_id: &'a str,
    max_tasks: usize,
    use_priority: bool,
    async_response_timeout: u64,
    topics: Vec<Topic<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Topic<'a> {
    topic_name: &'a str,
    lock_duration: u64,
    include_extension_properties: bool,
}

impl<'a> Topic<'a> {
    fn named(topic_name: &'a str, lock_duration: u64) -> Self {
        Self { topic_name, lock_duration, include_extension_properties: true }
    }
}

/// What is done with a task, and by whom.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Act<'a, T> {
    worker_id: &'a str,
    #[serde(flatten)]
    what: T,
}

#[derive(Serialize)]
struct Complete<'a> {
    variables: &'a Variables,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure<'a> {
    error_message: &'a str,
    retries: i32,
    retry_timeout: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BpmnError<'a> {
    error_code: &'a str,
    error_message: &'a str,
    variables: &'a Variables,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExtendLock {
    new_duration: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Activity {
    activity_name: Option<String>,
}

impl ExternalTasks {
    /// Long polls: answers as soon as there is a task, or with none after a while.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn fetch_and_lock(&self, wanted: &Wanted<'_>) -> Result<Vec<LockedTask>, CallError> {
        let lock_duration = milliseconds(wanted.lock);
        let body = Fetch {
            worker_id: &self.worker,
            max_tasks: wanted.most,
            use_priority: true,
            async_response_timeout: milliseconds(wanted.wait),
            topics: wanted.topics.iter().map(|name| Topic::named(name, lock_duration)).collect(),
        };
        self.client.post(path!("/engine-rest/external-task/fetchAndLock")).json(&body).read().await
    }

    /// # Errors
    /// The lock was lost (another worker has it by now), or the process could not go on.
    pub async fn complete(&self, task: &LockedTask, variables: &Variables) -> Result<(), CallError> {
        self.act(task, "complete", Complete { variables }).await
    }

    /// # Errors
    /// The lock was lost.
    pub async fn failure(
        &self,
        task: &LockedTask,
        reason: &str,
        retries: i32,
        pause: Duration,
    ) -> Result<(), CallError> {
        self.act(task, "failure", Failure { error_message: reason, retries, retry_timeout: milliseconds(pause) }).await
    }

    /// # Errors
    /// The lock was lost.
    pub async fn bpmn_error(
        &self,
        task: &LockedTask,
        code: &str,
        message: &str,
        variables: &Variables,
    ) -> Result<(), CallError> {
        let error = BpmnError { error_code: code, error_message: message, variables };
        self.act(task, "bpmnError", error).await
    }

    /// # Errors
    /// The lock was lost.
    pub async fn extend_lock(&self, task: &LockedTask, lock: Duration) -> Result<(), CallError> {
        self.act(task, "extendLock", ExtendLock { new_duration: milliseconds(lock) }).await
    }

    /// What people call the step that the task is; its id when the model gives it no name.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn step_name(&self, task: &LockedTask) -> Result<String, CallError> {
        let path = path!("/engine-rest/history/activity-instance/{}", task.activity_instance_id);
        let activity: Activity = self.client.get(path).read().await?;
        let name = activity.activity_name.filter(|name| !name.trim().is_empty());
        Ok(name.unwrap_or_else(|| task.activity_id.clone()))
    }

    async fn act(&self, task: &LockedTask, verb: &str, what: impl Serialize) -> Result<(), CallError> {
        let body = Act { worker_id: &self.worker, what };
        self.client.post(path!("/engine-rest/external-task/{}/{}", task.id, verb)).json(&body).done().await
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
