//! The `file` aggregate: one uploaded file, from its announcement to its removal. Bytes are never part of it.

use casewright_journal::{Aggregate, AggregateKey, EntryMeta, FORGOTTEN};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a file is in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FileState {
    /// Announced; its bytes are awaited.
    #[default]
    Pending,
    /// Its bytes are kept and can be read.
    Ready,
    /// Its bytes are kept and wait for the virus scanner; nobody can read them.
    Scanning,
    /// Its bytes were not what they were said to be; they are not kept.
    Rejected,
    /// Its bytes are not what they were said to be, and are kept for those who oversee to look at.
    Quarantined,
    /// The virus scanner found something in its bytes; they are kept for those who oversee to look at.
    Infected,
    /// Announced and never completed.
    Expired,
    /// Removed by somebody.
    Deleted,
}

impl FileState {
    pub(crate) const ALL: [Self; 8] = [
        Self::Pending,
        Self::Ready,
        Self::Scanning,
        Self::Rejected,
        Self::Quarantined,
        Self::Infected,
        Self::Expired,
        Self::Deleted,
    ];

    /// Whether its bytes are kept.
    #[must_use]
    pub fn has_bytes(self) -> bool {
        matches!(self, Self::Ready | Self::Scanning | Self::Quarantined | Self::Infected)
    }

    /// Whether it takes from the tenant's quota.
    #[must_use]
    pub fn counts(self) -> bool {
        self == Self::Pending || self.has_bytes()
    }
}

/// Facts about a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum FileEvent {
    /// Somebody is going to upload it. Again for an upload that expired or was rejected and is tried anew, once nothing of
    /// that is left.
    FileAnnounced {
        name: String,
        /// As the client said; not to be believed.
        declared_type: String,
        /// Bytes.
        size: u64,
        /// What the client says its digest will be, in hex.
        sha256: Option<String>,
        /// Milliseconds since 1970.
        expires_at: i64,
        /// What is not what it says it is, is kept apart instead of being removed.
        #[serde(default)]
        quarantine: bool,
    },
    /// The bytes are durable under `blob` and were looked at.
    FileStored {
        /// As the bytes say.
        content_type: String,
        sha256: String,
        /// Name of the bytes in the store, chosen anew for every completion, so they can never change under it.
        blob: String,
    },
    FileRejected {
        reason: String,
    },
    /// The bytes are durable under `blob`, and are not what they were said to be.
    FileQuarantined {
        /// As the bytes say.
        content_type: String,
        sha256: String,
        blob: String,
        reason: String,
    },
    /// The bytes are durable under `blob`, were looked at, and wait for the virus scanner.
    FileHeld {
        /// As the bytes say.
        content_type: String,
        sha256: String,
        blob: String,
    },
    /// The virus scanner could not say what is in it; it goes on waiting. Told once for each reason.
    FileScanFailed {
        reason: String,
    },
    /// It may be read: nothing was found in it, or what `unscanned` says.
    FileReleased {
        /// Why it is released although it was not scanned.
        unscanned: Option<String>,
    },
    /// The virus scanner found something in it.
    FileInfected {
        reason: String,
    },
    UploadExpired,
    FileDeleted,
    /// Nothing of an expired, rejected or deleted file is left in the store.
    BytesRemoved,
    /// Not even that there was a file is to be known: [`casewright_journal::forget`].
    Forgotten,
}

/// State of one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct File {
    pub id: String,
    pub state: FileState,
    /// How often it was announced. Every attempt has a place of its own in the store, so that cleaning up after one never
    /// touches another.
    pub attempt: u32,
    pub name: String,
    pub declared_type: String,
    /// As the bytes say; none until they were looked at.
    pub content_type: Option<String>,
    pub size: u64,
    pub expected_sha256: Option<String>,
    pub sha256: Option<String>,
    pub blob: Option<String>,
    pub reason: Option<String>,
    pub created_by: String,
    pub created_at: Timestamp,
    /// Milliseconds since 1970.
    pub expires_at: i64,
    /// The store may still hold bytes that nobody can reach any more.
    pub has_leftovers: bool,
    /// See [`FileEvent::FileAnnounced`].
    #[serde(default)]
    pub quarantine: bool,
    /// Since when it waits, or waited, for the virus scanner; milliseconds since 1970.
    #[serde(default)]
    pub held_at: i64,
    /// Its log is about to lose it.
    #[serde(default)]
    pub is_forgotten: bool,
}

/// Bytes that count for quotas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Who uploaded them.
    pub author: String,
    pub bytes: u64,
}

impl File {
    /// What it takes while its state counts.
    #[must_use]
    pub fn taken(&self) -> Taken {
        Taken { author: self.created_by.clone(), bytes: self.size }
    }

    /// What its bytes are kept under.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}-{}", self.id, self.attempt)
    }

    /// The best that is known of its type.
    #[must_use]
    pub fn media_type(&self) -> &str {
        self.content_type.as_deref().unwrap_or(&self.declared_type)
    }

    /// What its bytes are, once they were looked at.
    fn keep(&mut self, content_type: &str, sha256: &str, blob: &str) {
        self.content_type = Some(content_type.to_owned());
        self.sha256 = Some(sha256.to_owned());
        self.blob = Some(blob.to_owned());
    }
}

impl Aggregate for File {
    type Event = FileEvent;

    const KIND: &'static str = "file";

    fn empty(key: &AggregateKey) -> Self {
        Self {
            id: key.id.to_string(),
            state: FileState::Pending,
            attempt: 0,
            name: String::new(),
            declared_type: String::new(),
            content_type: None,
            size: 0,
            expected_sha256: None,
            sha256: None,
            blob: None,
            reason: None,
            created_by: String::new(),
            created_at: Timestamp::UNIX_EPOCH,
            expires_at: 0,
            has_leftovers: false,
            quarantine: false,
            held_at: 0,
            is_forgotten: false,
        }
    }

    fn apply(&mut self, event: &FileEvent, meta: &EntryMeta) {
        match event {
            FileEvent::FileAnnounced { name, declared_type, size, sha256, expires_at, quarantine } => {
                self.state = FileState::Pending;
                self.attempt += 1;
                self.name.clone_from(name);
                self.declared_type.clone_from(declared_type);
                self.size = *size;
                self.expected_sha256.clone_from(sha256);
                self.expires_at = *expires_at;
                self.quarantine = *quarantine;
                self.reason = None;
                self.has_leftovers = false;
                self.created_by = meta.actor.to_string();
                self.created_at = meta.at;
            }
            FileEvent::FileStored { content_type, sha256, blob } => {
                self.state = FileState::Ready;
                self.keep(content_type, sha256, blob);
            }
            FileEvent::FileHeld { content_type, sha256, blob } => {
                self.state = FileState::Scanning;
                self.held_at = meta.at.as_millisecond();
                self.keep(content_type, sha256, blob);
            }
            FileEvent::FileScanFailed { reason } => self.reason = Some(reason.clone()),
            FileEvent::FileReleased { unscanned } => {
                self.state = FileState::Ready;
                self.reason.clone_from(unscanned);
            }
            FileEvent::FileInfected { reason } => {
                self.state = FileState::Infected;
                self.reason = Some(reason.clone());
            }
            FileEvent::FileRejected { reason } => {
                self.state = FileState::Rejected;
                self.reason = Some(reason.clone());
                self.has_leftovers = true;
            }
            FileEvent::FileQuarantined { content_type, sha256, blob, reason } => {
                self.state = FileState::Quarantined;
                self.keep(content_type, sha256, blob);
                self.reason = Some(reason.clone());
            }
            FileEvent::UploadExpired => {
                self.state = FileState::Expired;
                self.has_leftovers = true;
            }
            FileEvent::FileDeleted => {
                self.state = FileState::Deleted;
                self.has_leftovers = true;
            }
            FileEvent::BytesRemoved => {
                self.blob = None;
                self.has_leftovers = false;
            }
            // Nothing of it is kept in memory or in a snapshot either.
            FileEvent::Forgotten => {
                *self = Self { state: FileState::Deleted, is_forgotten: true, ..Self::empty(&meta.key) };
            }
        }
    }

    fn event_name(event: &FileEvent) -> &'static str {
        match event {
            FileEvent::FileAnnounced { .. } => "file-announced",
            FileEvent::FileStored { .. } => "file-stored",
            FileEvent::FileRejected { .. } => "file-rejected",
            FileEvent::FileQuarantined { .. } => "file-quarantined",
            FileEvent::FileHeld { .. } => "file-held",
            FileEvent::FileScanFailed { .. } => "file-scan-failed",
            FileEvent::FileReleased { .. } => "file-released",
            FileEvent::FileInfected { .. } => "file-infected",
            FileEvent::UploadExpired => "upload-expired",
            FileEvent::FileDeleted => "file-deleted",
            FileEvent::BytesRemoved => "bytes-removed",
            FileEvent::Forgotten => FORGOTTEN,
        }
    }
}
