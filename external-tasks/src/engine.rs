//! The part of the Camunda 7 REST API that a worker needs: fetch and lock, extend, complete, failure, BPMN error.

use crate::platform::{CallError, Client};
use crate::variables::{Outputs, Variables};
use casewright_service::path;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

/// A locked external task.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
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

/// Speaks `/engine-rest/external-task` as one worker.
#[derive(Clone, Debug)]
pub struct Engine {
    client: Client,
    worker: String,
}

impl Engine {
    #[must_use]
    pub fn new(client: Client, worker: &str) -> Self {
        Self { client, worker: worker.to_owned() }
    }

    /// Long polls: answers as soon as there is a task, or with none after `wait`.
    ///
    /// # Errors
    /// The engine did not answer or refused.
    pub async fn fetch_and_lock(
        &self,
        topics: &[&str],
        most: usize,
        lock: Duration,
        wait: Duration,
    ) -> Result<Vec<Task>, CallError> {
        let topics: Vec<_> = topics
            .iter()
            .map(|topic| {
                json!({"topicName": topic, "lockDuration": lock.as_millis() as u64, "includeExtensionProperties": true})
            })
            .collect();
        let body = json!({
            "workerId": self.worker,
            "maxTasks": most,
            "usePriority": true,
            "asyncResponseTimeout": wait.as_millis() as u64,
            "topics": topics,
        });
        let answer = self.client.post(&path!("/engine-rest/external-task/fetchAndLock"), &body, None).await?;
        serde_json::from_value(answer).map_err(|error| CallError::shape("fetchAndLock", &error))
    }

    /// # Errors
    /// The lock was lost (another worker has it by now), or the process could not go on.
    pub async fn complete(&self, task: &Task, outputs: &Outputs) -> Result<(), CallError> {
        self.act(task, "complete", json!({"variables": outputs.0})).await
    }

    /// # Errors
    /// The lock was lost.
    pub async fn failure(&self, task: &Task, reason: &str, retries: i32, pause: Duration) -> Result<(), CallError> {
        let body = json!({"errorMessage": reason, "retries": retries, "retryTimeout": pause.as_millis() as u64});
        self.act(task, "failure", body).await
    }

    /// # Errors
    /// The lock was lost.
    pub async fn bpmn_error(
        &self,
        task: &Task,
        code: &str,
        message: &str,
        variables: &Outputs,
    ) -> Result<(), CallError> {
        let body = json!({"errorCode": code, "errorMessage": message, "variables": variables.0});
        self.act(task, "bpmnError", body).await
    }

    /// What people call the step that the task is; its id when the model gives it no name.
    ///
    /// # Errors
    /// The engine did not answer or refused.
    pub async fn step_name(&self, task: &Task) -> Result<String, CallError> {
        let path = path!("/engine-rest/history/activity-instance/{}", task.activity_instance_id);
        let activity = self.client.get(&path).await?;
        let name = activity["activityName"].as_str().filter(|name| !name.trim().is_empty());
        Ok(name.unwrap_or(&task.activity_id).to_owned())
    }

    /// # Errors
    /// The lock was lost.
    pub async fn extend_lock(&self, task: &Task, lock: Duration) -> Result<(), CallError> {
        self.act(task, "extendLock", json!({"newDuration": lock.as_millis() as u64})).await
    }

    async fn act(&self, task: &Task, verb: &str, mut body: serde_json::Value) -> Result<(), CallError> {
        body["workerId"] = json!(self.worker);
        let path = path!("/engine-rest/external-task/{}/{}", task.id, verb);
        self.client.post(&path, &body, None).await.map(|_| ())
    }
}
