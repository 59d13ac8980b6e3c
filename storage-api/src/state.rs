//! What the room's parts share, and the ways in which it fails.

use crate::config::{StorageConfig, StoreKind};
use crate::content::sign::Signer;
use crate::scan::{AddressError, Scanner};
use crate::store::folder::FolderStore;
use crate::store::s3::S3Store;
use crate::store::{FileStore, StorageError};
use crate::views::usage::{Quotas, Usage};
use casewright_access::Access;
use casewright_journal::Causes;
use casewright_journal::{Journal, StoreError};
use casewright_service::Problem;
use std::sync::Arc;

/// The file room. Cloning is cheap.
#[derive(Clone)]
pub struct StorageState {
    pub journal: Journal,
    pub access: Access,
    pub config: Arc<StorageConfig>,
    pub store: Arc<dyn FileStore>,
    pub(crate) signer: Signer,
    pub(crate) usage: Arc<Usage>,
    /// Who is asked about every upload; none: nobody.
    pub(crate) scanner: Option<Arc<Scanner>>,
    /// Without a slash at the end.
    pub(crate) base_url: Arc<str>,
}

/// Why the room could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the base URL {0} is not one: write it like https://cases.example.com")]
    BaseUrl(String),
    #[error("url_seconds must be between 10 and 604800, it is {0}")]
    UrlSeconds(u32),
    #[error("storage.s3.{0} must be set when storage.kind is s3")]
    Missing(&'static str),
    #[error("storage.max_file_bytes is {0}; in S3 a file has {MAX_S3_FILE} bytes at most")]
    TooLargeForS3(u64),
    #[error("storage.antivirus.address")]
    Antivirus(#[source] AddressError),
    #[error("the file store cannot be used")]
    Store(#[source] StorageError),
}

/// What S3 takes in one request and copies in one.
const MAX_S3_FILE: u64 = 5 << 30;

fn check_s3(config: &StorageConfig) -> Result<(), OpenError> {
    for (key, value) in [
        ("bucket", config.s3.bucket.as_str()),
        ("access_key", config.s3.access_key.as_str()),
        ("secret_key", config.s3.secret_key.reveal()),
    ] {
        if value.is_empty() {
            return Err(OpenError::Missing(key));
        }
    }
    if config.max_file_bytes > MAX_S3_FILE {
        return Err(OpenError::TooLargeForS3(config.max_file_bytes));
    }
    Ok(())
}

/// The file store of a configuration.
///
/// # Errors
/// See [`OpenError`].
pub async fn open_store(config: &StorageConfig) -> Result<Arc<dyn FileStore>, OpenError> {
    match config.kind {
        StoreKind::Folder => Ok(Arc::new(FolderStore::open(&config.folder).await.map_err(OpenError::Store)?)),
        StoreKind::S3 => {
            check_s3(config)?;
            Ok(Arc::new(S3Store::open(&config.s3).await.map_err(OpenError::Store)?))
        }
    }
}

impl StorageState {
    /// Opens the store of the configuration. `base_url` is where browsers reach this room, for signed addresses; `secret`
    /// signs them and is the same on every node and across restarts.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(
        journal: Journal,
        access: Access,
        config: StorageConfig,
        base_url: &str,
        secret: &[u8],
    ) -> Result<Self, OpenError> {
        let store = open_store(&config).await?;
        Self::open_on(store, journal, access, config, base_url, secret)
    }

    /// [`StorageState::open`] on a store that is open already.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open_on(
        store: Arc<dyn FileStore>,
        journal: Journal,
        access: Access,
        config: StorageConfig,
        base_url: &str,
        secret: &[u8],
    ) -> Result<Self, OpenError> {
        let is_http = url::Url::parse(base_url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !is_http {
            return Err(OpenError::BaseUrl(base_url.to_owned()));
        }
        // Presigned addresses of S3 live a week at most.
        if !(10..=604_800).contains(&config.url_seconds) {
            return Err(OpenError::UrlSeconds(config.url_seconds));
        }
        let quotas = Quotas {
            tenant: config.tenant_quota_bytes,
            tenants: config.tenant_quotas.clone(),
            person: config.user_quota_bytes,
        };
        Ok(Self {
            usage: Arc::new(Usage::new(quotas)),
            scanner: Scanner::of(&config.antivirus).map_err(OpenError::Antivirus)?.map(Arc::new),
            signer: Signer::new(secret),
            base_url: base_url.trim_end_matches('/').into(),
            config: Arc::new(config),
            journal,
            access,
            store,
        })
    }

    /// Whether files can be read and written; for readiness probes.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn ping(&self) -> Result<(), StorageError> {
        self.store.ping().await
    }
}

impl axum::extract::FromRef<StorageState> for Access {
    fn from_ref(state: &StorageState) -> Self {
        state.access.clone()
    }
}

/// Why a step was not done; all of these may pass.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("the journal is not available")]
    Journal(#[from] StoreError),
    #[error("the file store is not available")]
    Store(#[from] StorageError),
    #[error("the journal did not take the command: {0}")]
    Command(Problem),
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Command(problem) => problem,
            other => {
                tracing::error!(error = %Causes(&other), "a file request failed");
                Problem::unavailable("The file room cannot do this now; nothing was changed.")
            }
        }
    }
}
