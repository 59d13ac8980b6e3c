//! Files (`/api/v1/files`). Their bytes go to and come from signed addresses, which may be another server's: those requests
//! carry no token.

use crate::{Call, CallError, Client};
use bytes::Bytes;
use casewright_service::path;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

/// How long a transfer may take.
const TRANSFER: Duration = Duration::from_secs(60);

/// Files.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a>(&'a Client);

impl Client {
    /// Stored files.
    #[must_use]
    pub fn files(&self) -> Files<'_> {
        Files(self)
    }
}

/// How a file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileState {
    /// Announced; its bytes are awaited.
    Pending,
    Ready,
    /// Its bytes wait for the virus scanner; nobody can read them.
    Scanning,
    /// Its bytes were not what they were said to be; they are not kept.
    Rejected,
    /// Its bytes are not what they were said to be, and are kept for those who oversee to look at.
    Quarantined,
    /// The virus scanner found something in its bytes; they are kept for those who oversee to look at.
    Infected,
    /// Announced and never completed.
    Expired,
    Deleted,
}

impl FileState {
    /// As the platform writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Ready => "ready",
            Self::Scanning => "scanning",
            Self::Rejected => "rejected",
            Self::Quarantined => "quarantined",
            Self::Infected => "infected",
            Self::Expired => "expired",
            Self::Deleted => "deleted",
        }
    }
}

/// A file.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct File {
    pub name: String,
    pub content_type: String,
    /// Bytes.
    pub size: u64,
    pub state: FileState,
    /// User id, or `system:<role>`.
    pub created_by: String,
    /// SHA-256 of its bytes, in hex; none: they are not there.
    #[serde(default)]
    pub sha256: Option<String>,
}

/// A file to be stored.
#[derive(Clone, Debug)]
pub struct NewFile<'a> {
    pub name: &'a str,
    pub content_type: &'a str,
    pub content: Bytes,
}

/// A file as it was stored.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct StoredFile {
    pub id: String,
    pub state: FileState,
    /// Why it is not kept as others are.
    pub reason: Option<String>,
    /// SHA-256 of its bytes, in hex; none: they are not there.
    #[serde(default)]
    pub sha256: Option<String>,
}

#[derive(Deserialize)]
struct Announced {
    #[serde(flatten)]
    file: StoredFile,
    /// None: the bytes are there already.
    upload: Option<Upload>,
}

#[derive(Deserialize)]
struct Upload {
    url: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Address {
    url: String,
}

impl Files<'_> {
    /// # Errors
    /// See [`CallError`].
    pub async fn get(&self, id: &str) -> Result<File, CallError> {
        self.0.get(path!("/api/v1/files/{}", id)).read().await
    }

    /// Stores bytes; one key gives one file. Bytes that are not what they are said to be are kept in quarantine. `plain` makes
    /// the requests to signed addresses.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn store(&self, plain: &reqwest::Client, file: NewFile<'_>, key: &str) -> Result<StoredFile, CallError> {
        let NewFile { name, content_type, content } = file;
        let body = json!({"name": name, "contentType": content_type, "size": content.len(), "quarantine": true});
        let announced: Announced = self.0.post(path!("/api/v1/files")).json(&body).once(key).read().await?;
        let Some(upload) = announced.upload else {
            return Ok(announced.file);
        };
        let mut request = plain.put(self.absolute(&upload.url)).timeout(TRANSFER).body(content);
        for (header, value) in &upload.headers {
            request = request.header(header, value);
        }
        Call::to_signed(request, "storing a file").done().await?;
        self.0.post(path!("/api/v1/files/{}/complete", announced.file.id)).json(&json!({})).read().await
    }

    /// A signed address from which a browser may load the file for a while.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn address(&self, id: &str) -> Result<String, CallError> {
        let path = path!("/api/v1/files/{}/download?disposition=inline", id);
        Ok(self.0.get(path).read::<Address>().await?.url)
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn read(&self, plain: &reqwest::Client, id: &str) -> Result<Bytes, CallError> {
        let url = self.address(id).await?;
        Call::to_signed(plain.get(self.absolute(&url)).timeout(TRANSFER), "reading a file").bytes().await
    }

    /// Deletes the file, and that there was one.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn erase(&self, id: &str) -> Result<(), CallError> {
        self.0.post(path!("/api/v1/files/{}/erase", id)).json(&json!({})).done().await
    }

    fn absolute(&self, url: &str) -> String {
        if url.starts_with('/') { format!("{}{url}", self.0.base()) } else { url.to_owned() }
    }
}
