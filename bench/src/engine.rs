//! The operations of the Camunda 7 REST API that the works use.

use crate::http::{Answer, Connection};
use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};

/// What the peer's errors say then.
const CONFLICTS: [&str; 2] = ["OptimisticLocking", "NullPointerException"];
const BOUNDARY: &str = "casewright-bench-boundary";

impl Connection {
    pub(crate) async fn deploy(&mut self, files: &[(&str, &str)]) -> Result<()> {
        let mut body = String::new();
        let mut part = |disposition: &str, content: &str| {
            body.push_str(&format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{content}\r\n"
            ));
        };
        part("name=\"deployment-name\"", "bench");
        for (name, content) in files {
            part(&format!("name=\"{name}\"; filename=\"{name}\""), content);
        }
        body.push_str(&format!("--{BOUNDARY}--\r\n"));
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send(Method::POST, "/deployment/create", &kind, Bytes::from(body)).await?.success("the deployment")?;
        Ok(())
    }

    pub(crate) async fn start(&mut self, key: &str, body: &Value) -> Result<Answer> {
        self.post(&format!("/process-definition/key/{key}/start"), body).await?.success("the start")
    }

    /// A call that Camunda 7 refuses when two of its transactions meet: it says that a row has changed, or fails on one
    /// that is gone. Made again then, and counted.
    async fn persist(&mut self, repeated: &AtomicU64, path: &str, body: &Value) -> Result<Answer> {
        const ATTEMPTS: usize = 50;
        for _ in 0..ATTEMPTS {
            let answer = self.post(path, body).await?;
            let says = |conflict: &&str| answer.text().contains(*conflict);
            if answer.status.is_success() || !CONFLICTS.iter().any(says) {
                return answer.success(path);
            }
            repeated.fetch_add(1, Ordering::Relaxed);
        }
        bail!("{path} met {ATTEMPTS} conflicts")
    }

    /// Locks up to `max` tasks of a topic, waiting a little when there are none.
    pub(crate) async fn fetch(
        &mut self,
        repeated: &AtomicU64,
        worker: &str,
        topic: &str,
        max: usize,
    ) -> Result<Vec<Fetched>> {
        let body = json!({
            "workerId": worker, "maxTasks": max, "asyncResponseTimeout": 500,
            "topics": [{"topicName": topic, "lockDuration": 60_000}],
        });
        let answer = self.persist(repeated, "/external-task/fetchAndLock", &body).await?;
        Ok(serde_json::from_slice(&answer.body)?)
    }

    pub(crate) async fn complete_external(&mut self, repeated: &AtomicU64, worker: &str, id: &str) -> Result<()> {
        let path = format!("/external-task/{id}/complete");
        self.persist(repeated, &path, &json!({"workerId": worker})).await.map(drop)
    }

    /// Finished instances of a process, by history.
    pub(crate) async fn finished(&mut self, key: &str) -> Result<u64> {
        self.count(&format!("/history/process-instance/count?finished=true&processDefinitionKey={key}")).await
    }

    pub(crate) async fn count(&mut self, path: &str) -> Result<u64> {
        let answer = self.get(path).await?.success(path)?;
        answer.json()?["count"].as_u64().with_context(|| format!("{path} gave no count"))
    }
}

/// An external task that is locked for a worker.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fetched {
    pub(crate) id: String,
    pub(crate) process_instance_id: String,
}

/// Ids of the objects in an array.
pub(crate) fn ids(answer: &Answer) -> Result<Vec<String>> {
    #[derive(serde::Deserialize)]
    struct Row {
        id: String,
    }
    let rows: Vec<Row> = serde_json::from_slice(&answer.body)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
