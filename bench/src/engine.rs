//! The operations of the Camunda 7 REST API that the works use.

use crate::http::{Answer, Connection};
use anyhow::{Context, Result};
use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

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

    /// Locks up to `max` tasks of a topic, waiting a little when there are none; ids, and the answer.
    pub(crate) async fn fetch(&mut self, worker: &str, topic: &str, max: usize) -> Result<Answer> {
        let body = json!({
            "workerId": worker, "maxTasks": max, "asyncResponseTimeout": 500,
            "topics": [{"topicName": topic, "lockDuration": 60_000}],
        });
        self.post("/external-task/fetchAndLock", &body).await
    }

    pub(crate) async fn complete_external(&mut self, worker: &str, id: &str) -> Result<Answer> {
        self.post(&format!("/external-task/{id}/complete"), &json!({"workerId": worker})).await
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

/// Ids of the objects in an array.
pub(crate) fn ids(answer: &Answer) -> Result<Vec<String>> {
    #[derive(serde::Deserialize)]
    struct Row {
        id: String,
    }
    let rows: Vec<Row> = serde_json::from_slice(&answer.body)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
