//! What the mail room asks of the other rooms, over their HTTP contracts: files of `storage-api`, processes of the engine.

use crate::mail::PartState;
use bytes::Bytes;
use casewright_access::InternalClient;
use casewright_journal::TenantId;
use casewright_service::path;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Why another room did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum RoomError {
    #[error("{what} got no answer")]
    NoAnswer {
        what: &'static str,
        #[source]
        source: reqwest::Error,
    },
    #[error("{what} was refused with {status}: {detail}")]
    Refused { what: &'static str, status: StatusCode, detail: String },
    #[error("{what} was answered with something else than was agreed")]
    Shape { what: &'static str },
}

/// What is known of a stored file.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileInfo {
    pub id: String,
    pub name: String,
    pub content_type: String,
    pub size: u64,
    state: String,
}

/// A file as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub id: String,
    pub state: PartState,
    /// Why it is not kept as others are.
    pub reason: Option<String>,
}

/// The other rooms. Cloning is cheap.
#[derive(Clone)]
pub struct Rooms {
    client: InternalClient,
    /// Address of the platform, for signed URLs that are relative.
    base: Arc<str>,
    /// Without our tokens: what a signed URL leads to may be another server.
    plain: reqwest::Client,
}

/// How long a transfer of a file may take.
const TRANSFER: Duration = Duration::from_secs(60);

impl Rooms {
    #[must_use]
    pub fn new(client: InternalClient, base: &str, plain: reqwest::Client) -> Self {
        Self { client, base: base.trim_end_matches('/').into(), plain }
    }

    /// Stores bytes as a file; the same key gives the same file. Bytes that are not what they are said to be are kept in quarantine.
    ///
    /// # Errors
    /// See [`RoomError`].
    pub async fn store_file(
        &self,
        tenant: &TenantId,
        name: &str,
        content_type: &str,
        content: Bytes,
        key: &str,
    ) -> Result<Stored, RoomError> {
        const WHAT: &str = "storing a file";
        let size = content.len();
        let body = json!({"name": name, "contentType": content_type, "size": size, "quarantine": true});
        let request =
            self.client.request_in(tenant, Method::POST, "/api/v1/files").header("Idempotency-Key", key).json(&body);
        let created = answer(WHAT, request).await?;
        let id = text(WHAT, &created, "id")?;
        let Some(url) = created["upload"]["url"].as_str() else {
            return stored(WHAT, id, &created);
        };
        let mut upload = self.plain.put(self.absolute(url)).timeout(TRANSFER).body(content);
        for (header, value) in created["upload"]["headers"].as_object().into_iter().flatten() {
            upload = upload.header(header, value.as_str().unwrap_or_default());
        }
        send(WHAT, upload).await?;
        let path = path!("/api/v1/files/{}/complete", id);
        let completed = answer(WHAT, self.client.request_in(tenant, Method::POST, &path).json(&json!({}))).await?;
        stored(WHAT, id, &completed)
    }

    /// # Errors
    /// See [`RoomError`].
    pub async fn file(&self, tenant: &TenantId, id: &str) -> Result<FileInfo, RoomError> {
        const WHAT: &str = "reading about a file";
        let found = answer(WHAT, self.client.request_in(tenant, Method::GET, &path!("/api/v1/files/{}", id))).await?;
        let file: FileInfo = serde_json::from_value(found).map_err(|_| RoomError::Shape { what: WHAT })?;
        if file.state == "ready" {
            return Ok(file);
        }
        let detail = format!("The file '{}' cannot be used: it is {}.", file.name, file.state);
        Err(RoomError::Refused { what: WHAT, status: StatusCode::CONFLICT, detail })
    }

    /// Whether a file was neither deleted nor never uploaded.
    ///
    /// # Errors
    /// See [`RoomError`].
    pub async fn is_there(&self, tenant: &TenantId, id: &str) -> Result<bool, RoomError> {
        const WHAT: &str = "looking for a file";
        match answer(WHAT, self.client.request_in(tenant, Method::GET, &path!("/api/v1/files/{}", id))).await {
            Ok(_) => Ok(true),
            Err(RoomError::Refused { status: StatusCode::NOT_FOUND, .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A signed address from which a browser may load the file for a while.
    ///
    /// # Errors
    /// See [`RoomError`].
    pub async fn file_url(&self, tenant: &TenantId, id: &str) -> Result<String, RoomError> {
        const WHAT: &str = "asking for a file's address";
        let path = path!("/api/v1/files/{}/download?disposition=inline", id);
        text(WHAT, &answer(WHAT, self.client.request_in(tenant, Method::GET, &path)).await?, "url")
    }

    /// # Errors
    /// See [`RoomError`].
    pub async fn read_file(&self, tenant: &TenantId, id: &str) -> Result<Bytes, RoomError> {
        const WHAT: &str = "reading a file";
        let url = self.file_url(tenant, id).await?;
        let response = send(WHAT, self.plain.get(self.absolute(&url)).timeout(TRANSFER)).await?;
        response.bytes().await.map_err(|error| no_answer(WHAT, error))
    }

    /// The instances of `process` that were started with this business key, running or ended.
    ///
    /// # Errors
    /// See [`RoomError`].
    pub async fn find_processes(&self, tenant: &TenantId, process: &str, key: &str) -> Result<Vec<String>, RoomError> {
        const WHAT: &str = "looking for a process instance";
        let path = path!(
            "/engine-rest/history/process-instance?processDefinitionKey={}&processInstanceBusinessKey={}",
            process,
            key
        );
        let found = answer(WHAT, self.client.request_in(tenant, Method::GET, &path)).await?;
        let instances = found.as_array().ok_or(RoomError::Shape { what: WHAT })?;
        Ok(instances.iter().filter_map(|instance| instance["id"].as_str()).map(str::to_owned).collect())
    }

    /// # Errors
    /// See [`RoomError`].
    pub async fn is_running(&self, tenant: &TenantId, process: &str, key: &str) -> Result<bool, RoomError> {
        const WHAT: &str = "looking for a running process instance";
        let path = path!("/engine-rest/process-instance/count?processDefinitionKey={}&businessKey={}", process, key);
        let found = answer(WHAT, self.client.request_in(tenant, Method::GET, &path)).await?;
        found["count"].as_u64().map(|count| count > 0).ok_or(RoomError::Shape { what: WHAT })
    }

    /// # Errors
    /// See [`RoomError`].
    pub async fn start_process(
        &self,
        tenant: &TenantId,
        process: &str,
        key: &str,
        variables: Value,
    ) -> Result<String, RoomError> {
        const WHAT: &str = "starting a process";
        let path = path!("/engine-rest/process-definition/key/{}/start", process);
        let body = json!({"businessKey": key, "variables": variables});
        text(WHAT, &answer(WHAT, self.client.request_in(tenant, Method::POST, &path).json(&body)).await?, "id")
    }

    fn absolute(&self, url: &str) -> String {
        if url.starts_with('/') { format!("{}{url}", self.base) } else { url.to_owned() }
    }
}

/// Without the address: that of a file is signed, and whoever reads it in a log could use it.
fn no_answer(what: &'static str, error: reqwest::Error) -> RoomError {
    RoomError::NoAnswer { what, source: error.without_url() }
}

/// How a file stands, once its bytes were looked at.
fn stored(what: &'static str, id: String, answer: &Value) -> Result<Stored, RoomError> {
    let state = match answer["state"].as_str() {
        Some("ready") => PartState::Kept,
        Some("quarantined") => PartState::Quarantined,
        Some("rejected") => PartState::Rejected,
        _ => return Err(RoomError::Shape { what }),
    };
    Ok(Stored { id, state, reason: answer["reason"].as_str().map(str::to_owned) })
}

async fn send(what: &'static str, request: RequestBuilder) -> Result<Response, RoomError> {
    let response = request.send().await.map_err(|error| no_answer(what, error))?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let body = response.text().await.map_err(|error| no_answer(what, error))?;
    let parsed: Option<Value> = serde_json::from_str(&body).ok();
    let said = parsed.as_ref().and_then(|json| json["detail"].as_str().or_else(|| json["message"].as_str()));
    let detail = said.map_or_else(|| body.chars().take(200).collect(), str::to_owned);
    Err(RoomError::Refused { what, status, detail })
}

async fn answer(what: &'static str, request: RequestBuilder) -> Result<Value, RoomError> {
    send(what, request).await?.json().await.map_err(|error| no_answer(what, error))
}

fn text(what: &'static str, answer: &Value, field: &str) -> Result<String, RoomError> {
    answer[field].as_str().map(str::to_owned).ok_or(RoomError::Shape { what })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_signed_address_is_not_told_with_what_went_wrong_there() {
        casewright_access::internal::install_tls();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        // Nobody listens on the discard port.
        let request = client.put("http://127.0.0.1:9/files/f1/content?expires=1&signature=topsecret");
        let error = send("storing a file", request).await.unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(matches!(error, RoomError::NoAnswer { .. }), "{told}");
        assert!(!told.contains("topsecret"), "{told}");
    }
}
