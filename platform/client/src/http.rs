//! How connections are made: directly, with our TLS provider, and closed before the other side closes them.

use std::time::Duration;

/// A connection is not used again after so long: rooms close theirs after a minute, and one that closes while a command is
/// sent on it leaves the caller without an answer.
const POOL_IDLE: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// An HTTP client with our TLS provider. No proxy of the environment: rooms and identity providers are called directly.
///
/// # Errors
/// It cannot be built.
pub fn http_client(timeout: Duration) -> Result<reqwest::Client, reqwest::Error> {
    install_tls();
    reqwest::Client::builder()
        .no_proxy()
        .timeout(timeout)
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(POOL_IDLE)
        .build()
}

/// Makes ring the TLS provider of this process, unless it has one.
pub fn install_tls() {
    if rustls::crypto::CryptoProvider::get_default().is_none()
        && rustls::crypto::ring::default_provider().install_default().is_err()
    {
        // Another thread was faster, with the same provider.
        tracing::debug!("a TLS provider was installed meanwhile");
    }
}
