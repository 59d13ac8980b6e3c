//! Where bytes are kept. One conformance suite runs over every implementation.
//!
//! An upload is written where an address may write (again and again, until it expires), and is *sealed* under a name of
//! its own that no address can write to. Only sealed bytes are ever read.

pub mod folder;
pub mod s3;
pub mod verify;

use async_trait::async_trait;
use bytes::Bytes;
use casewright_journal::TenantId;
use futures::Stream;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::BTreeMap;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// Bytes on their way.
pub type ByteStream = Pin<Box<dyn Stream<Item = std::io::Result<Bytes>> + Send>>;

/// Where a store keeps the bytes of one file.
#[derive(Clone, Copy, Debug)]
pub struct FileKey<'a> {
    pub tenant: &'a TenantId,
    /// Of one attempt to upload one file; see [`crate::domain::file::File::place`].
    pub place: &'a str,
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
    #[error("{what} was not done by the object store at {place}")]
    Remote {
        what: &'static str,
        place: Arc<str>,
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

    /// Removes everything of a file but these sealed bytes: what was uploaded, and what a crash left sealed in vain.
    async fn keep_only(&self, key: FileKey<'_>, blob: &str) -> Result<(), StorageError>;

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

    /// Removes uploads that nothing can come of any more, because they are older than `age`: of a process that was killed,
    /// or put to an address that outlived its file. How many.
    async fn sweep(&self, age: Duration) -> Result<usize, StorageError>;

    /// Whether it answers.
    async fn ping(&self) -> Result<(), StorageError>;
}

fn tenant_segment(tenant: &TenantId) -> String {
    segment(tenant.as_str())
}

/// What has no meaning in any file system. A dot has: two of them lead to the folder above.
const ESCAPED_IN_NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// A name that is one folder or file and nothing else.
fn segment(text: &str) -> String {
    match text {
        "" => "%".to_owned(),
        text => utf8_percent_encode(text, ESCAPED_IN_NAME).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_never_leaves_its_folder() {
        assert_eq!(segment("harbor-1"), "harbor-1");
        assert_eq!(segment("../x"), "%2E%2E%2Fx");
        assert_eq!(segment(".."), "%2E%2E");
        assert_eq!(segment(""), "%");
    }
}
