//! Where bytes are kept. One conformance suite runs over every implementation.
//!
//! An upload is written where an address may write (again and again, until it expires), and is *sealed* under a name of
//! its own that no address can write to. Only sealed bytes are ever read.

pub mod folder;

use async_trait::async_trait;
use bytes::Bytes;
use casewright_journal::TenantId;
use futures::Stream;
use std::collections::BTreeMap;
use std::ops::Range;
use std::pin::Pin;
use std::time::Duration;

/// Bytes on their way.
pub type ByteStream = Pin<Box<dyn Stream<Item = std::io::Result<Bytes>> + Send>>;

/// Which file.
#[derive(Clone, Copy, Debug)]
pub struct FileKey<'a> {
    pub tenant: &'a TenantId,
    pub file: &'a str,
}

/// Sealed bytes, or a part of them.
pub struct Content {
    /// Of the whole, in bytes.
    pub size: u64,
    pub stream: ByteStream,
}

/// An address of the store itself, for a client to use without us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presigned {
    pub url: String,
    /// What the client must send along.
    pub headers: BTreeMap<String, String>,
}

/// How a store is to answer a presigned download.
#[derive(Clone, Debug)]
pub struct DownloadHeaders {
    pub content_type: String,
    pub content_disposition: String,
}

/// Why bytes could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error("{what} failed in the file store")]
    Io {
        what: &'static str,
        #[source]
        source: std::io::Error,
    },
    #[error("{what} was not done by the object store")]
    Remote {
        what: &'static str,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Why an upload was not kept.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The client's fault: other than the announced number of bytes came.
    #[error("{announced} bytes were announced, {} came", if *.is_longer { "more" } else { "fewer" })]
    Size { announced: u64, is_longer: bool },
    /// The client's fault, or that of the line.
    #[error("the upload broke off")]
    BrokenOff(#[source] std::io::Error),
    #[error("the upload could not be kept")]
    Store(#[from] StorageError),
}

/// Keeps bytes by name. Everything it acknowledges is durable.
#[async_trait]
pub trait FileStore: Send + Sync + 'static {
    /// Takes an upload of exactly `size` bytes; one that breaks off leaves nothing behind. A later one replaces it.
    async fn write(&self, key: FileKey<'_>, size: u64, stream: ByteStream) -> Result<(), WriteError>;

    /// Puts what was uploaded under the name `blob`, never used before, out of reach of further uploads. The upload stays.
    /// False: nothing was uploaded.
    async fn seal(&self, key: FileKey<'_>, blob: &str) -> Result<bool, StorageError>;

    /// Sealed bytes from `range` (within the size; none: all). None: there are none of that name.
    async fn read(
        &self,
        key: FileKey<'_>,
        blob: &str,
        range: Option<Range<u64>>,
    ) -> Result<Option<Content>, StorageError>;

    /// Removes what was uploaded and not sealed; nothing happens when there is nothing.
    async fn discard_upload(&self, key: FileKey<'_>) -> Result<(), StorageError>;

    /// Removes sealed bytes; nothing happens when there are none.
    async fn discard_blob(&self, key: FileKey<'_>, blob: &str) -> Result<(), StorageError>;

    /// Removes everything of a file.
    async fn discard(&self, key: FileKey<'_>) -> Result<(), StorageError>;

    /// An address for a client to upload to by itself; none: it goes through us.
    async fn presign_upload(
        &self,
        key: FileKey<'_>,
        size: u64,
        content_type: &str,
        life: Duration,
    ) -> Result<Option<Presigned>, StorageError>;

    /// An address for a client to read from by itself; none: it goes through us.
    async fn presign_download(
        &self,
        key: FileKey<'_>,
        blob: &str,
        headers: &DownloadHeaders,
        life: Duration,
    ) -> Result<Option<Presigned>, StorageError>;

    /// Whether it answers.
    async fn ping(&self) -> Result<(), StorageError>;
}
