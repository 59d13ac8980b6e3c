//! What the mail room asks of the other rooms: files of `storage-api`, processes of the engine.

use bytes::Bytes;
use casewright_client::engine::{PastInstances, Start};
use casewright_client::files::{File, FileState, NewFile, StoredFile};
use casewright_client::{CallError, Client, Variables};
use casewright_journal::TenantId;

/// Why another room did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum RoomError {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error("The file '{name}' cannot be used: it is {}.", state.as_str())]
    NotReady { name: String, state: FileState },
    #[error("a part of a message is not kept: its file is {}", .0.as_str())]
    NotKept(FileState),
}

impl RoomError {
    /// What people are told who asked for what cannot be done; none: it may be done later.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        match self {
            Self::Call(CallError::Refused(refused)) if refused.status.is_client_error() => Some(refused.text.clone()),
            Self::NotReady { .. } => Some(self.to_string()),
            Self::Call(_) | Self::NotKept(_) => None,
        }
    }
}

/// The other rooms. Cloning is cheap.
#[derive(Clone)]
pub struct Rooms {
    client: Client,
    /// Without our tokens: what a signed address leads to may be another server.
    plain: reqwest::Client,
}

impl Rooms {
    #[must_use]
    pub fn new(client: Client, plain: reqwest::Client) -> Self {
        Self { client, plain }
    }

    fn of(&self, tenant: &TenantId) -> Client {
        self.client.in_tenant(tenant.as_str())
    }

    /// Stores bytes as a file; the same key gives the same file. Bytes that are not what they are said to be are kept in quarantine.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn store_file(
        &self,
        tenant: &TenantId,
        name: &str,
        content_type: &str,
        content: Bytes,
        key: &str,
    ) -> Result<StoredFile, CallError> {
        self.of(tenant).files().store(&self.plain, NewFile { name, content_type, content }, key).await
    }

    /// What is known of a file that can be used, if not at once: one that waits for the virus scanner can once that has said so.
    ///
    /// # Errors
    /// See [`RoomError`].
    pub async fn file(&self, tenant: &TenantId, id: &str) -> Result<File, RoomError> {
        let file = self.of(tenant).files().get(id).await?;
        match file.state {
            FileState::Ready | FileState::Scanning => Ok(file),
            state => Err(RoomError::NotReady { name: file.name, state }),
        }
    }

    /// Whether a file still waits for the virus scanner.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn waits_for_scan(&self, tenant: &TenantId, id: &str) -> Result<bool, CallError> {
        Ok(self.of(tenant).files().get(id).await?.state == FileState::Scanning)
    }

    /// Whether a file was neither deleted nor never uploaded.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn is_there(&self, tenant: &TenantId, id: &str) -> Result<bool, CallError> {
        match self.of(tenant).files().get(id).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A signed address from which a browser may load the file for a while.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn file_url(&self, tenant: &TenantId, id: &str) -> Result<String, CallError> {
        self.of(tenant).files().address(id).await
    }

    /// # Errors
    /// See [`CallError`].
    pub async fn read_file(&self, tenant: &TenantId, id: &str) -> Result<Bytes, CallError> {
        self.of(tenant).files().read(&self.plain, id).await
    }

    /// The instances of `process` that were started with this business key, running or ended.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn find_processes(&self, tenant: &TenantId, process: &str, key: &str) -> Result<Vec<String>, CallError> {
        let wanted = PastInstances { business_key: key, definition_key: process };
        let found = self.of(tenant).engine().past_instances(&wanted).await?;
        Ok(found.into_iter().map(|instance| instance.id).collect())
    }

    /// # Errors
    /// See [`CallError`].
    pub async fn is_running(&self, tenant: &TenantId, process: &str, key: &str) -> Result<bool, CallError> {
        Ok(self.of(tenant).engine().running(process, key).await? > 0)
    }

    /// # Errors
    /// See [`CallError`].
    pub async fn start_process(
        &self,
        tenant: &TenantId,
        process: &str,
        key: &str,
        variables: Variables,
    ) -> Result<String, CallError> {
        let start = Start { business_key: key, variables };
        Ok(self.of(tenant).engine().start(process, &start).await?.id)
    }
}
