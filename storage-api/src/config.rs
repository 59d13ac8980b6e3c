//! What the room needs to know at start. Every field is a key of the configuration section `storage`.

use casewright_journal::TenantId;
use casewright_service::config::Secret;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// Where bytes are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreKind {
    /// A folder of this machine, or one that all nodes mount.
    #[default]
    Folder,
    /// A bucket of S3, MinIO or another server that speaks its protocol.
    S3,
}

/// Settings of the section `storage`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StorageConfig {
    pub kind: StoreKind,
    /// With `folder`: where. Relative to the data folder.
    pub folder: PathBuf,
    /// With `s3`: which bucket.
    pub s3: S3Config,
    /// The largest file, in bytes.
    pub max_file_bytes: u64,
    /// What all files of one tenant may have together, in bytes; 0: no limit.
    pub tenant_quota_bytes: u64,
    /// What files may have of tenants that have a quota of their own: filled in from the section `quotas`.
    #[serde(skip)]
    pub tenant_quotas: BTreeMap<TenantId, u64>,
    /// What all files that one person uploaded may have together, in bytes; 0: no limit. Machines have none of their own.
    pub user_quota_bytes: u64,
    /// How long a signed address is good for, in seconds.
    pub url_seconds: u32,
    /// Who looks for viruses in what is uploaded.
    pub antivirus: AntivirusConfig,
}

/// Settings of the section `storage.antivirus`: a `clamd` that is asked about every file before anybody can read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AntivirusConfig {
    /// `host:port`, or `unix:/run/clamav/clamd.ctl`; empty: nothing is scanned.
    pub address: String,
    /// The largest file that is sent to it, in bytes: `StreamMaxLength` of its configuration, or less.
    pub max_bytes: u64,
    /// How long it may take for one file.
    pub timeout_seconds: u32,
    /// What becomes of a file that it says nothing about.
    pub on_failure: OnFailure,
    /// With `release`: how long a file waits while the scanner does not answer. One that is too large for it waits not at all.
    pub release_after_seconds: u32,
}

/// What becomes of a file that the virus scanner says nothing about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    /// It waits, and the scanner is asked again, until it answers.
    #[default]
    Hold,
    /// It is released, with the reason.
    Release,
}

impl Default for AntivirusConfig {
    fn default() -> Self {
        Self {
            address: String::new(),
            max_bytes: 100 << 20,
            timeout_seconds: 120,
            on_failure: OnFailure::Hold,
            release_after_seconds: 300,
        }
    }
}

impl AntivirusConfig {
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds.into())
    }

    /// Whether a file may be released that nobody could say anything about, after it has waited for so many milliseconds.
    pub(crate) fn releases_after(&self, waited: i64) -> bool {
        self.on_failure == OnFailure::Release && waited >= i64::from(self.release_after_seconds) * 1000
    }
}

impl Default for StorageConfig {
    fn default() -> Self {
        Self {
            kind: StoreKind::Folder,
            folder: PathBuf::from("files"),
            s3: S3Config::default(),
            max_file_bytes: 200 * 1024 * 1024,
            tenant_quota_bytes: 0,
            tenant_quotas: BTreeMap::new(),
            user_quota_bytes: 0,
            url_seconds: 600,
            antivirus: AntivirusConfig::default(),
        }
    }
}

impl StorageConfig {
    /// Origins other than ours that browsers send bytes to and fetch them from: a page's `Content-Security-Policy` must let
    /// it connect to them and show images of them.
    #[must_use]
    pub fn browser_origins(&self) -> Vec<String> {
        if self.kind != StoreKind::S3 || !self.s3.direct {
            return Vec::new();
        }
        let address = match self.s3.browser_endpoint() {
            "" => format!("https://{}.s3.{}.amazonaws.com", self.s3.bucket, self.s3.region),
            endpoint if self.s3.path_style => endpoint.to_owned(),
            endpoint => endpoint.replacen("://", &format!("://{}.", self.s3.bucket), 1),
        };
        url::Url::parse(&address).map(|url| url.origin().ascii_serialization()).into_iter().collect()
    }
}

/// Settings of the section `storage.s3`. With `direct`, the bucket must let the portal's origin `PUT` and `GET` (CORS).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct S3Config {
    /// `https://s3.example.com`; empty: Amazon's, by region.
    pub endpoint: String,
    /// The address browsers reach the same server by, when it is another one; signed addresses point there.
    pub public_endpoint: String,
    pub region: String,
    /// Made at the start when it is not there.
    pub bucket: String,
    pub access_key: String,
    pub secret_key: Secret,
    /// The bucket in the path rather than in the host name, as MinIO wants it.
    pub path_style: bool,
    /// Clients move bytes to and from the bucket themselves, by presigned addresses. When not, they go through this room.
    pub direct: bool,
}

impl Default for S3Config {
    fn default() -> Self {
        Self {
            endpoint: String::new(),
            public_endpoint: String::new(),
            region: "us-east-1".to_owned(),
            bucket: "casewright".to_owned(),
            access_key: String::new(),
            secret_key: Secret::default(),
            path_style: true,
            direct: true,
        }
    }
}

impl S3Config {
    pub(crate) fn browser_endpoint(&self) -> &str {
        if self.public_endpoint.is_empty() { &self.endpoint } else { &self.public_endpoint }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_talk_to_another_origin_only_when_they_go_to_the_bucket_themselves() {
        let mut config = StorageConfig::default();
        assert!(config.browser_origins().is_empty());
        config.kind = StoreKind::S3;
        config.s3.endpoint = "http://minio:9000/".to_owned();
        assert_eq!(config.browser_origins(), ["http://minio:9000"]);
        config.s3.public_endpoint = "https://files.example.com".to_owned();
        assert_eq!(config.browser_origins(), ["https://files.example.com"]);
        config.s3.path_style = false;
        assert_eq!(config.browser_origins(), ["https://casewright.files.example.com"]);
        config.s3.direct = false;
        assert!(config.browser_origins().is_empty());
    }
}
