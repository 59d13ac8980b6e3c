//! A bucket behind a certificate that only an authority of one's own makes known.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

use axum::Router;
use axum::http::StatusCode;
use casewright_service::Shutdown;
use casewright_service::config::Secret;
use casewright_service::http::{self, Limits};
use casewright_service::tls::ServedCertificate;
use casewright_storage_api::config::{S3Config, StorageConfig, StoreKind};
use tokio::net::TcpListener;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_is_reached_by_an_authority_of_ones_own() {
    casewright_client::install_tls();
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let served = ServedCertificate::read(&certificate, &key).unwrap().acceptor(http::PROTOCOLS).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    // Whatever is asked of it, it has.
    let bucket = Router::new().fallback(async || StatusCode::OK);
    tokio::spawn(http::serve_within(listener, Some(served), bucket, Shutdown::new(), Limits::default()));

    let s3 = S3Config {
        endpoint: format!("https://localhost:{port}"),
        bucket: "cases".to_owned(),
        access_key: "a".to_owned(),
        secret_key: Secret::new("b"),
        path_style: true,
        ..S3Config::default()
    };
    let config = StorageConfig { kind: StoreKind::S3, s3, ..StorageConfig::default() };
    assert!(casewright_storage_api::open_store(&config).await.is_err(), "nobody knows who signed it");
    casewright_client::trust(&certificate).unwrap();
    casewright_storage_api::open_store(&config).await.unwrap().ping().await.unwrap();
}
