//! Clients of the S3 protocol, with our TLS provider, whom we trust, and time limits.

use crate::config::S3Config;
use aws_credential_types::Credentials;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{BehaviorVersion, Region, RequestChecksumCalculation, ResponseChecksumValidation};
use aws_smithy_http_client::HttpClientError;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use std::time::Duration;

/// How long a server may take to accept a connection, and to begin an answer.
const CONNECT: Duration = Duration::from_secs(3);
const ANSWER: Duration = Duration::from_secs(60);

/// A client that talks to `endpoint`, or signs for it; empty: Amazon's, by region.
///
/// # Errors
/// TLS cannot be set up.
pub(super) fn client(config: &S3Config, endpoint: &str) -> Result<Client, HttpClientError> {
    // It trusts the machine's authorities by itself.
    let trusted = match casewright_client::own_authorities_pem() {
        Some(own) => TrustStore::default().with_pem_certificate(own),
        None => TrustStore::default(),
    };
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(TlsContext::builder().with_trust_store(trusted).build()?)
        .build_https();
    let secret = config.secret_key.reveal();
    let credentials = Credentials::new(&config.access_key, secret, None, None, "configuration");
    let timeouts = TimeoutConfig::builder().connect_timeout(CONNECT).read_timeout(ANSWER).build();
    let mut builder = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http)
        .region(Region::new(config.region.clone()))
        .credentials_provider(credentials)
        .force_path_style(config.path_style)
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(3))
        // Not every server knows the newer checksums, and a browser could not send them.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
    if !endpoint.is_empty() {
        builder = builder.endpoint_url(endpoint);
    }
    Ok(Client::from_conf(builder.build()))
}
