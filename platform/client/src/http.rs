//! How connections are made: directly, to who was asked and nobody else, with our TLS provider, and closed before the other
//! side closes them.

use crate::trust::trusting;
use std::time::Duration;

/// A connection is not used again after so long: rooms close theirs after a minute, and one that closes while a command is
/// sent on it leaves the caller without an answer.
const POOL_IDLE: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// An HTTP client with our TLS provider. No proxy of the environment, and no redirect is followed: rooms and identity providers
/// are called directly, and get tokens that nobody else may see.
///
/// # Errors
/// It cannot be built.
pub fn http_client(timeout: Duration) -> Result<reqwest::Client, reqwest::Error> {
    install_tls();
    trusting(reqwest::Client::builder())
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
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

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn a_token_goes_to_who_was_asked_and_nowhere_else() {
        let (room, other) =
            (TcpListener::bind("127.0.0.1:0").await.unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap());
        let (asked, elsewhere) = (room.local_addr().unwrap(), other.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut connection, _) = room.accept().await.unwrap();
            let mut request = [0; 1024];
            let _read = connection.read(&mut request).await.unwrap();
            let answer = format!(
                "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://{elsewhere}/\r\nContent-Length: 0\r\n\r\n"
            );
            connection.write_all(answer.as_bytes()).await.unwrap();
        });
        let client = http_client(Duration::from_secs(5)).unwrap();
        let answer = client.get(format!("http://{asked}/")).bearer_auth("token").send().await.unwrap();
        assert_eq!(answer.status(), 307);
    }
}
