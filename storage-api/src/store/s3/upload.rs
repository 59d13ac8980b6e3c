//! An upload that comes through us: small ones in one request, larger ones part by part. A part is all that is held of it.

use super::{ByteStream, S3Store, StorageError, WriteError};
use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::primitives::ByteStream as Body;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;

/// Bytes of a part, at least; S3 wants 5 MiB.
const PART: u64 = 8 << 20;
/// Parts of an upload, at most.
const MAX_PARTS: u64 = 10_000;
const WHAT: &str = "writing an upload";

pub(super) async fn write(store: &S3Store, name: &str, size: u64, stream: ByteStream) -> Result<(), WriteError> {
    let part_size = PART.max(size.div_ceil(MAX_PARTS));
    let mut parts = Parts { stream, size, taken: 0, rest: BytesMut::new() };
    if size <= part_size {
        let bytes = parts.next(part_size).await?.unwrap_or_default();
        parts.end().await?;
        let put = store.client.put_object().bucket(&store.bucket).key(name).body(Body::from(bytes));
        put.send().await.map_err(store.failed(WHAT))?;
        return Ok(());
    }
    let upload = Upload::begin(store, name).await?;
    let mut sent = Vec::new();
    while let Some(bytes) = parts.next(part_size).await? {
        sent.push(upload.send(store, sent.len() + 1, bytes).await?);
    }
    upload.complete(store, sent).await?;
    Ok(())
}

/// A stream cut into parts, of exactly the announced size together.
struct Parts {
    stream: ByteStream,
    size: u64,
    taken: u64,
    rest: BytesMut,
}

impl Parts {
    /// The next bytes, `length` of them but for the last part; none at the end.
    async fn next(&mut self, length: u64) -> Result<Option<Bytes>, WriteError> {
        while (self.rest.len() as u64) < length {
            let Some(chunk) = self.stream.next().await else {
                break;
            };
            let chunk = chunk.map_err(WriteError::BrokenOff)?;
            self.taken += chunk.len() as u64;
            if self.taken > self.size {
                return Err(WriteError::Size { announced: self.size, is_longer: true });
            }
            self.rest.extend_from_slice(&chunk);
        }
        if (self.rest.len() as u64) < length && self.taken < self.size {
            return Err(WriteError::Size { announced: self.size, is_longer: false });
        }
        if self.rest.is_empty() {
            return Ok(None);
        }
        let at = self.rest.len().min(usize::try_from(length).unwrap_or(usize::MAX));
        Ok(Some(self.rest.split_to(at).freeze()))
    }

    /// That nothing comes any more.
    async fn end(&mut self) -> Result<(), WriteError> {
        match self.next(1).await? {
            None => Ok(()),
            Some(_) => Err(WriteError::Size { announced: self.size, is_longer: true }),
        }
    }
}

/// An upload in parts that is given up unless it is completed, also when the request was dropped half-way.
struct Upload {
    client: Client,
    bucket: String,
    name: String,
    id: String,
    is_complete: bool,
}

impl Upload {
    async fn begin(store: &S3Store, name: &str) -> Result<Self, StorageError> {
        let created = store.client.create_multipart_upload().bucket(&store.bucket).key(name).send().await;
        let id = created.map_err(store.failed(WHAT))?.upload_id.unwrap_or_default();
        let (client, bucket) = (store.client.clone(), store.bucket.clone());
        Ok(Self { client, bucket, name: name.to_owned(), id, is_complete: false })
    }

    async fn send(&self, store: &S3Store, number: usize, bytes: Bytes) -> Result<CompletedPart, StorageError> {
        let number = i32::try_from(number).unwrap_or(i32::MAX);
        let part =
            self.client.upload_part().bucket(&self.bucket).key(&self.name).upload_id(&self.id).part_number(number);
        let sent = part.body(Body::from(bytes)).send().await.map_err(store.failed(WHAT))?;
        Ok(CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag).build())
    }

    async fn complete(mut self, store: &S3Store, parts: Vec<CompletedPart>) -> Result<(), StorageError> {
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let complete = self.client.complete_multipart_upload().bucket(&self.bucket).key(&self.name);
        complete.upload_id(&self.id).multipart_upload(parts).send().await.map_err(store.failed(WHAT))?;
        self.is_complete = true;
        Ok(())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if self.is_complete {
            return;
        }
        // Outside a runtime everything ends anyway; what is left then is swept later.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let abort = self.client.abort_multipart_upload().bucket(&self.bucket).key(&self.name).upload_id(&self.id);
        runtime.spawn(async move {
            match abort.send().await {
                Err(error) if error.code() != Some("NoSuchUpload") => {
                    tracing::warn!(%error, "a broken upload is still in the bucket; it is swept later");
                }
                _ => {}
            }
        });
    }
}
