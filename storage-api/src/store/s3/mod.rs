//! An S3 bucket: Amazon's, MinIO's or another's. `incoming/<tenant>/<place>` for uploads,
//! `blobs/<tenant>/<place>/<blob>` for sealed bytes. An object appears whole or not at all.
//!
//! Browsers send bytes to the bucket and fetch them there by presigned addresses, unless the configuration says that they
//! come through us.

mod client;
mod upload;

use super::{
    ByteStream, Content, DownloadHeaders, FileKey, FileStore, Presigned, StorageError, WriteError, segment,
    tenant_segment,
};
use crate::config::S3Config;
use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};
use futures::StreamExt as _;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::io::ReaderStream;

/// Bytes handed on at once.
const CHUNK: usize = 64 * 1024;

/// Files in a bucket.
#[derive(Clone, Debug)]
pub struct S3Store {
    client: Client,
    /// Signs for the address that browsers use; none: they come through us.
    signer: Option<Client>,
    bucket: String,
    /// For messages.
    place: Arc<str>,
}

impl S3Store {
    /// Connects, and makes the bucket when there is none.
    ///
    /// # Errors
    /// When the server does not answer, refuses the keys, or the bucket belongs to somebody else.
    pub async fn open(config: &S3Config) -> Result<Self, StorageError> {
        let endpoint = if config.endpoint.is_empty() { "Amazon" } else { &config.endpoint };
        let place: Arc<str> = format!("{endpoint}, bucket {}", config.bucket).into();
        let client = |endpoint: &str| {
            client::client(config, endpoint).map_err(|source| StorageError::Remote {
                what: "setting up TLS",
                place: Arc::clone(&place),
                source: Box::new(source),
            })
        };
        let store = Self {
            client: client(&config.endpoint)?,
            signer: config.direct.then(|| client(config.browser_endpoint())).transpose()?,
            bucket: config.bucket.clone(),
            place: Arc::clone(&place),
        };
        store.make_bucket(&config.region).await?;
        Ok(store)
    }

    async fn make_bucket(&self, region: &str) -> Result<(), StorageError> {
        use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
        match self.client.head_bucket().bucket(&self.bucket).send().await {
            Ok(_) => return Ok(()),
            Err(error) if is_missing(&error) => {}
            Err(error) => return Err(self.failed("finding the bucket")(error)),
        }
        // The one region that must not be named.
        let location = (region != "us-east-1").then(|| {
            let constraint = BucketLocationConstraint::from(region);
            CreateBucketConfiguration::builder().location_constraint(constraint).build()
        });
        let made = self.client.create_bucket().bucket(&self.bucket).set_create_bucket_configuration(location);
        match made.send().await {
            Ok(_) => {
                tracing::info!(bucket = self.bucket, "the bucket was made");
                Ok(())
            }
            // Another node was faster.
            Err(error) if error.code() == Some("BucketAlreadyOwnedByYou") => Ok(()),
            Err(error) => Err(self.failed("making the bucket")(error)),
        }
    }

    fn failed<E>(&self, what: &'static str) -> impl Fn(E) -> StorageError
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let place = Arc::clone(&self.place);
        move |source| StorageError::Remote { what, place: Arc::clone(&place), source: Box::new(source) }
    }

    async fn remove(&self, object: &str) -> Result<(), StorageError> {
        match self.client.delete_object().bucket(&self.bucket).key(object).send().await {
            Ok(_) => Ok(()),
            Err(error) if is_missing(&error) => Ok(()),
            Err(error) => Err(self.failed("removing a file")(error)),
        }
    }

    /// Names of all objects that begin so, with their age.
    async fn list(&self, prefix: &str) -> Result<Vec<(String, Duration)>, StorageError> {
        let mut pages = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix).into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(self.failed("listing files"))?;
            for object in page.contents() {
                if let Some(key) = object.key() {
                    found.push((key.to_owned(), age(object.last_modified())));
                }
            }
        }
        Ok(found)
    }

    async fn sweep_parts(&self, older_than: Duration) -> Result<usize, StorageError> {
        let listed = self.client.list_multipart_uploads().bucket(&self.bucket).prefix("incoming/").send().await;
        let listed = match listed {
            Ok(listed) => listed,
            // A server that cannot list them cleans up by itself.
            Err(error) if error.code() == Some("NotImplemented") => return Ok(0),
            Err(error) => return Err(self.failed("listing broken uploads")(error)),
        };
        let mut aborted = 0;
        for upload in listed.uploads() {
            if age(upload.initiated()) < older_than {
                continue;
            }
            let abort = self.client.abort_multipart_upload().bucket(&self.bucket);
            let abort = abort.set_key(upload.key.clone()).set_upload_id(upload.upload_id.clone());
            match abort.send().await {
                Ok(_) => aborted += 1,
                Err(error) if error.code() == Some("NoSuchUpload") => {}
                Err(error) => return Err(self.failed("removing a broken upload")(error)),
            }
        }
        Ok(aborted)
    }
}

#[async_trait]
impl FileStore for S3Store {
    async fn write(&self, key: FileKey<'_>, size: u64, stream: ByteStream) -> Result<(), WriteError> {
        upload::write(self, &upload_name(key), size, stream).await
    }

    async fn seal(&self, key: FileKey<'_>, blob: &str) -> Result<bool, StorageError> {
        // The only character of our names that an address would not carry as it is.
        let source = format!("{}/{}", self.bucket, upload_name(key).replace('%', "%25"));
        let copy = self.client.copy_object().copy_source(source).bucket(&self.bucket).key(blob_name(key, blob));
        match copy.send().await {
            Ok(_) => Ok(true),
            Err(error) if is_missing(&error) => Ok(false),
            Err(error) => Err(self.failed("sealing an upload")(error)),
        }
    }

    async fn read(
        &self,
        key: FileKey<'_>,
        blob: &str,
        range: Option<Range<u64>>,
    ) -> Result<Option<Content>, StorageError> {
        let mut get = self.client.get_object().bucket(&self.bucket).key(blob_name(key, blob));
        if let Some(range) = range.filter(|range| !range.is_empty()) {
            get = get.range(format!("bytes={}-{}", range.start, range.end - 1));
        }
        let object = match get.send().await {
            Ok(object) => object,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(self.failed("reading a file")(error)),
        };
        // `bytes 0-9/1234`: the last number is of the whole.
        let whole =
            object.content_range().and_then(|range| range.rsplit('/').next()).and_then(|size| size.parse().ok());
        let length = object.content_length().and_then(|length| u64::try_from(length).ok());
        Ok(Some(Content {
            size: whole.or(length).unwrap_or_default(),
            stream: ReaderStream::with_capacity(object.body.into_async_read(), CHUNK).boxed(),
        }))
    }

    async fn keep_only(&self, key: FileKey<'_>, blob: &str) -> Result<(), StorageError> {
        self.remove(&upload_name(key)).await?;
        let kept = blob_name(key, blob);
        for (name, _) in self.list(&blob_prefix(key)).await? {
            if name != kept {
                self.remove(&name).await?;
            }
        }
        Ok(())
    }

    async fn discard_blob(&self, key: FileKey<'_>, blob: &str) -> Result<(), StorageError> {
        self.remove(&blob_name(key, blob)).await
    }

    async fn discard(&self, key: FileKey<'_>) -> Result<(), StorageError> {
        self.remove(&upload_name(key)).await?;
        for (name, _) in self.list(&blob_prefix(key)).await? {
            self.remove(&name).await?;
        }
        Ok(())
    }

    async fn presign_upload(
        &self,
        key: FileKey<'_>,
        size: u64,
        content_type: &str,
        life: Duration,
    ) -> Result<Option<Presigned>, StorageError> {
        let Some(signer) = &self.signer else {
            return Ok(None);
        };
        let request = signer
            .put_object()
            .bucket(&self.bucket)
            .key(upload_name(key))
            .content_type(content_type)
            .content_length(i64::try_from(size).unwrap_or(i64::MAX))
            .presigned(PresigningConfig::expires_in(life).map_err(self.failed("signing an address"))?)
            .await
            .map_err(self.failed("signing an address"))?;
        Ok(Some(presigned(&request)))
    }

    async fn presign_download(
        &self,
        key: FileKey<'_>,
        blob: &str,
        headers: &DownloadHeaders,
        life: Duration,
    ) -> Result<Option<Presigned>, StorageError> {
        let Some(signer) = &self.signer else {
            return Ok(None);
        };
        let request = signer
            .get_object()
            .bucket(&self.bucket)
            .key(blob_name(key, blob))
            .response_content_type(&headers.content_type)
            .response_content_disposition(&headers.content_disposition)
            .response_cache_control("private, no-store")
            .presigned(PresigningConfig::expires_in(life).map_err(self.failed("signing an address"))?)
            .await
            .map_err(self.failed("signing an address"))?;
        Ok(Some(presigned(&request)))
    }

    async fn sweep(&self, older_than: Duration) -> Result<usize, StorageError> {
        let mut removed = self.sweep_parts(older_than).await?;
        for (name, age) in self.list("incoming/").await? {
            if age >= older_than {
                self.remove(&name).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    async fn ping(&self) -> Result<(), StorageError> {
        let head = self.client.head_bucket().bucket(&self.bucket).send().await;
        head.map(drop).map_err(self.failed("finding the bucket"))
    }
}

fn upload_name(key: FileKey<'_>) -> String {
    format!("incoming/{}/{}", tenant_segment(key.tenant), segment(key.place))
}

fn blob_prefix(key: FileKey<'_>) -> String {
    format!("blobs/{}/{}/", tenant_segment(key.tenant), segment(key.place))
}

fn blob_name(key: FileKey<'_>, blob: &str) -> String {
    format!("{}{}", blob_prefix(key), segment(blob))
}

/// By our clock; an instant ahead of it is no age at all.
fn age(since: Option<&aws_sdk_s3::primitives::DateTime>) -> Duration {
    let since = since.and_then(|since| Timestamp::from_second(since.secs()).ok());
    since.and_then(|since| Duration::try_from(Timestamp::now().duration_since(since)).ok()).unwrap_or_default()
}

fn is_missing<E, R>(error: &aws_sdk_s3::error::SdkError<E, R>) -> bool
where
    E: ProvideErrorMetadata,
{
    matches!(error.code(), Some("NoSuchKey" | "NotFound"))
}

fn presigned(request: &PresignedRequest) -> Presigned {
    let headers: BTreeMap<String, String> = request
        .headers()
        // Every client sends these by itself, and a page may not set them.
        .filter(|(name, _)| !name.eq_ignore_ascii_case("host") && !name.eq_ignore_ascii_case("content-length"))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Presigned { url: request.uri().to_owned(), headers }
}
