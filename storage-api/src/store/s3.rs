//! An S3 bucket: Amazon's, MinIO's or another's. Browsers send and fetch bytes there, not through us.

use super::{ByteStream, Download, FileStore, Object, ObjectKey, SignedRequest, StoreFailure, Upload};
use crate::config::S3Config;
use async_trait::async_trait;
use aws_credential_types::Credentials;
use aws_sdk_s3::config::{BehaviorVersion, Region, RequestChecksumCalculation, ResponseChecksumValidation};
use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};
use aws_sdk_s3::primitives::ByteStream as Body;
use aws_sdk_s3::{Client, error::ProvideErrorMetadata};
use aws_smithy_http_client::tls;
use futures::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use std::ops::Range;
use std::time::{Duration, SystemTime};
use tokio_util::io::ReaderStream;

/// Bytes of one part when we send (mail attachments, imports): the smallest S3 takes, but for the last.
const PART: usize = 8 << 20;

/// A store in a bucket.
pub struct S3Store {
    client: Client,
    /// Signs for the address browsers use.
    signer: Client,
    bucket: String,
}

impl S3Store {
    /// Sets the clients up; nothing is called yet.
    #[must_use]
    pub fn new(config: &S3Config) -> Self {
        let public = if config.public_endpoint.is_empty() { &config.endpoint } else { &config.public_endpoint };
        Self { client: client(config, &config.endpoint), signer: client(config, public), bucket: config.bucket.clone() }
    }

    /// Sends a stream part by part; a part is all that is held of it.
    async fn send_parts(&self, key: &str, size: u64, mut bytes: ByteStream) -> Result<(), StoreFailure> {
        let failed = "write an object";
        let created = self.client.create_multipart_upload().bucket(&self.bucket).key(key).send().await;
        let upload = created.map_err(StoreFailure::io(failed))?.upload_id.unwrap_or_default();
        let outcome = self.send_each(key, &upload, size, &mut bytes).await;
        if outcome.is_err() {
            let abort = self.client.abort_multipart_upload().bucket(&self.bucket).key(key).upload_id(&upload);
            if let Err(error) = abort.send().await {
                tracing::warn!(error = %error, "an upload in parts was left behind");
            }
        }
        outcome
    }

    async fn send_each(&self, key: &str, upload: &str, size: u64, bytes: &mut ByteStream) -> Result<(), StoreFailure> {
        use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
        let mut parts = Vec::new();
        let (mut got, mut number) = (0_u64, 0_i32);
        loop {
            let part = take_part(bytes).await?;
            got += part.len() as u64;
            if got > size || (part.is_empty() && got != size) {
                return Err(StoreFailure::WrongSize { expected: size, got });
            }
            if part.is_empty() {
                break;
            }
            number += 1;
            let sent = self
                .client
                .upload_part()
                .bucket(&self.bucket)
                .key(key)
                .upload_id(upload)
                .part_number(number)
                .body(Body::from(part))
                .send()
                .await
                .map_err(StoreFailure::io("write an object"))?;
            parts.push(CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag).build());
        }
        let all = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        self.client
            .complete_multipart_upload()
            .bucket(&self.bucket)
            .key(key)
            .upload_id(upload)
            .multipart_upload(all)
            .send()
            .await
            .map_err(StoreFailure::io("write an object"))?;
        Ok(())
    }

    /// The tag of what is under a key; none when there is nothing.
    async fn tag(&self, key: &ObjectKey) -> Result<Option<String>, StoreFailure> {
        let head = self.client.head_object().bucket(&self.bucket).key(key.path()).send().await;
        match head {
            Ok(head) => Ok(Some(head.e_tag.unwrap_or_default())),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(StoreFailure::io("look at an object")(error)),
        }
    }
}

/// The next part of a stream, empty at its end.
async fn take_part(bytes: &mut ByteStream) -> Result<Vec<u8>, StoreFailure> {
    let mut part = Vec::new();
    while part.len() < PART {
        match bytes.next().await {
            Some(piece) => part.extend_from_slice(&piece.map_err(StoreFailure::Interrupted)?),
            None => break,
        }
    }
    Ok(part)
}

fn client(config: &S3Config, endpoint: &str) -> Client {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https();
    let credentials = Credentials::new(&config.access_key, config.secret_key.reveal(), None, None, "configuration");
    let mut builder = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http)
        .region(Region::new(config.region.clone()))
        .credentials_provider(credentials)
        .force_path_style(config.path_style)
        // Not every store knows the newer checksums, and a browser could not send them.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
    if !endpoint.is_empty() {
        builder = builder.endpoint_url(endpoint);
    }
    Client::from_conf(builder.build())
}

fn is_missing<E, R>(error: &aws_sdk_s3::error::SdkError<E, R>) -> bool
where
    E: ProvideErrorMetadata,
{
    matches!(error.code(), Some("NoSuchKey" | "NotFound"))
}

fn presigning(now: Timestamp, expires_in: Duration) -> Result<PresigningConfig, StoreFailure> {
    PresigningConfig::builder()
        .start_time(SystemTime::from(now))
        .expires_in(expires_in)
        .build()
        .map_err(StoreFailure::io("sign a request"))
}

fn signed(method: &'static str, request: &PresignedRequest, now: Timestamp, expires_in: Duration) -> SignedRequest {
    let after = SignedDuration::try_from(expires_in).unwrap_or(SignedDuration::ZERO);
    SignedRequest {
        method,
        url: request.uri().to_owned(),
        headers: request
            .headers()
            // Every client sends its own.
            .filter(|(name, _)| !matches!(*name, "host" | "content-length"))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        expires_at: now.checked_add(after).unwrap_or(now),
    }
}

#[async_trait]
impl FileStore for S3Store {
    async fn sign_upload(&self, key: &ObjectKey, upload: Upload<'_>) -> Result<SignedRequest, StoreFailure> {
        let request = self
            .signer
            .put_object()
            .bucket(&self.bucket)
            .key(key.path())
            .content_type(upload.content_type)
            .content_length(i64::try_from(upload.size).unwrap_or(i64::MAX))
            .presigned(presigning(upload.now, upload.expires_in)?)
            .await
            .map_err(StoreFailure::io("sign a request"))?;
        Ok(signed("PUT", &request, upload.now, upload.expires_in))
    }

    async fn sign_download(&self, key: &ObjectKey, download: Download<'_>) -> Result<SignedRequest, StoreFailure> {
        let request = self
            .signer
            .get_object()
            .bucket(&self.bucket)
            .key(key.path())
            .response_content_type(download.content_type)
            .response_content_disposition(download.disposition)
            .presigned(presigning(download.now, download.expires_in)?)
            .await
            .map_err(StoreFailure::io("sign a request"))?;
        Ok(signed("GET", &request, download.now, download.expires_in))
    }

    async fn write(&self, key: &ObjectKey, size: u64, mut bytes: ByteStream) -> Result<(), StoreFailure> {
        let path = key.path();
        if size > PART as u64 {
            return self.send_parts(&path, size, bytes).await;
        }
        let mut all = Vec::new();
        while let Some(piece) = bytes.next().await {
            all.extend_from_slice(&piece.map_err(StoreFailure::Interrupted)?);
            if all.len() as u64 > size {
                break;
            }
        }
        if all.len() as u64 != size {
            return Err(StoreFailure::WrongSize { expected: size, got: all.len() as u64 });
        }
        let put = self.client.put_object().bucket(&self.bucket).key(path).body(Body::from(all));
        put.send().await.map_err(StoreFailure::io("write an object"))?;
        Ok(())
    }

    async fn read(&self, key: &ObjectKey, range: Option<Range<u64>>) -> Result<Option<Object>, StoreFailure> {
        let mut get = self.client.get_object().bucket(&self.bucket).key(key.path());
        if let Some(range) = &range {
            get = get.range(format!("bytes={}-{}", range.start, range.end.saturating_sub(1)));
        }
        let object = match get.send().await {
            Ok(object) => object,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(StoreFailure::io("read an object")(error)),
        };
        // `bytes 0-9/1234`: the last number is of the whole.
        let whole =
            object.content_range().and_then(|range| range.rsplit('/').next()).and_then(|size| size.parse().ok());
        let length = object.content_length().and_then(|size| u64::try_from(size).ok()).unwrap_or(0);
        Ok(Some(Object {
            size: whole.unwrap_or(length),
            tag: object.e_tag().unwrap_or_default().to_owned(),
            stream: ReaderStream::with_capacity(object.body.into_async_read(), 64 * 1024).boxed(),
        }))
    }

    async fn promote(&self, from: &ObjectKey, to: &ObjectKey, tag: &str) -> Result<(), StoreFailure> {
        let copied = self
            .client
            .copy_object()
            .copy_source(format!("{}/{}", self.bucket, from.path()))
            .copy_source_if_match(tag)
            .bucket(&self.bucket)
            .key(to.path())
            .send()
            .await;
        match copied {
            Ok(_) => {}
            Err(error) if error.code() == Some("PreconditionFailed") => return Err(StoreFailure::Changed),
            // Promoted before a crash, perhaps: then it is there.
            Err(error) if is_missing(&error) => {
                return match self.tag(to).await? {
                    Some(_) => Ok(()),
                    None => Err(StoreFailure::io("keep an object")(error)),
                };
            }
            Err(error) => return Err(StoreFailure::io("keep an object")(error)),
        }
        // Not every store honours the condition: the source must still be what was read.
        if self.tag(from).await?.as_deref() != Some(tag) {
            self.delete(to).await?;
            return Err(StoreFailure::Changed);
        }
        self.delete(from).await
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), StoreFailure> {
        let deleted = self.client.delete_object().bucket(&self.bucket).key(key.path()).send().await;
        match deleted {
            Ok(_) => Ok(()),
            Err(error) if is_missing(&error) => Ok(()),
            Err(error) => Err(StoreFailure::io("delete an object")(error)),
        }
    }

    async fn ping(&self) -> Result<(), StoreFailure> {
        let head = self.client.head_bucket().bucket(&self.bucket).send().await;
        head.map(drop).map_err(StoreFailure::io("find its bucket"))
    }
}
