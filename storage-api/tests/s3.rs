//! The room over HTTP with a bucket of a real S3 server.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use casewright_journal::TenantId;
use casewright_storage_api::config::{S3Config, StorageConfig, StoreKind};
use casewright_storage_api::store::FileKey;
use casewright_storage_api::{OpenError, StorageState};
use std::sync::Arc;
use support::minio::{S3, skipped};
use support::{PNG, PROGRAM, Platform};

fn config(s3: &S3) -> StorageConfig {
    StorageConfig { kind: StoreKind::S3, s3: s3.config.clone(), ..StorageConfig::default() }
}

#[tokio::test]
async fn clients_move_bytes_to_and_from_the_bucket_by_themselves() {
    let Some(s3) = S3::start() else { return };
    let platform = Platform::open_with(config(&s3)).await;
    let announced = platform.announce("anna", "a.png", "image/png", PNG.len()).await.expect(201);
    assert!(announced.text("/upload/url").starts_with(&s3.config.endpoint));
    let id = announced.text("/id");
    platform.complete("anna", &id).await.problem(409, "upload-missing");
    platform.upload(&announced, PNG).await.expect(200);
    let done = platform.complete("anna", &id).await.expect(200);
    assert_eq!(done.body["state"], "ready");
    assert_eq!(done.body["contentType"], "image/png");
    let address = platform.address("anna", &id, "inline").await;
    assert!(address.starts_with(&s3.config.endpoint));
    let answer = platform.fetch(&address, &[]).await.expect(200);
    assert_eq!(answer.bytes, PNG);
    assert_eq!(answer.header("content-type"), "image/png");
    assert!(answer.header("content-disposition").starts_with("inline;"));
    assert_eq!(platform.fetch(&address, &[("range", "bytes=1-3")]).await.expect(206).bytes, b"PNG");

    platform.upload(&announced, PROGRAM).await.expect(403);
    platform.delete("anna", &format!("/api/v1/files/{id}")).await.expect(204);
    platform.fetch(&address, &[]).await.expect(404);
}

#[tokio::test]
async fn what_is_put_to_the_address_after_completion_never_shows() {
    let Some(s3) = S3::start() else { return };
    let platform = Platform::open_with(config(&s3)).await;
    let announced = platform.announce("anna", "a.txt", "text/plain", 5).await.expect(201);
    platform.upload(&announced, "first").await.expect(200);
    platform.complete("anna", &announced.text("/id")).await.expect(200);
    platform.upload(&announced, "other").await.expect(200);
    platform.complete("anna", &announced.text("/id")).await.expect(200);
    let address = platform.address("anna", &announced.text("/id"), "inline").await;
    assert_eq!(platform.fetch(&address, &[]).await.bytes, b"first");
}

#[tokio::test]
async fn a_disguised_program_does_not_stay_in_the_bucket() {
    let Some(s3) = S3::start() else { return };
    let platform = Platform::open_with(config(&s3)).await;
    let announced = platform.announce("anna", "cat.png", "image/png", PROGRAM.len()).await.expect(201);
    platform.upload(&announced, PROGRAM).await.expect(200);
    let id = announced.text("/id");
    assert_eq!(platform.complete("anna", &id).await.expect(200).body["state"], "rejected");
    let (tenant, place) = (TenantId::default(), format!("{id}-1"));
    assert!(!platform.state.store.seal(FileKey { tenant: &tenant, place: &place }, "b").await.unwrap());
}

#[tokio::test]
async fn bytes_come_through_us_when_the_bucket_is_not_for_browsers() {
    let Some(mut s3) = S3::start() else { return };
    s3.config.direct = false;
    let platform = Platform::open_with(config(&s3)).await;
    let bytes: Vec<u8> = (0..9_000_000_u32).map(|at| b'a' + u8::try_from(at % 26).unwrap()).collect();
    let announced = platform.announce("anna", "a.txt", "text/plain", bytes.len()).await.expect(201);
    assert!(announced.text("/upload/url").starts_with(&platform.base));
    platform.upload(&announced, bytes.clone()).await.expect(204);
    let id = announced.text("/id");
    platform.complete("anna", &id).await.expect(200);
    let address = platform.address("anna", &id, "inline").await;
    assert!(platform.fetch(&address, &[]).await.expect(200).bytes == bytes);
    let part = platform.fetch(&address, &[("range", "bytes=8999999-")]).await.expect(206);
    assert_eq!(part.bytes, &bytes[8_999_999..]);
    assert_eq!(part.header("cross-origin-resource-policy"), "cross-origin");
}

#[tokio::test]
async fn while_the_server_is_away_nothing_is_acknowledged_and_afterwards_all_goes_on() {
    let Some(mut s3) = S3::start() else { return };
    if !s3.can_stop() {
        skipped("the S3 server of CASEWRIGHT_TEST_S3 cannot be stopped");
        return;
    }
    s3.config.direct = false;
    let platform = Platform::open_with(config(&s3)).await;
    let ready = platform.store("anna", "ready.txt", "text/plain", b"ready").await;
    let address = platform.address("anna", &ready, "inline").await;
    let uploaded = platform.announce("anna", "a.txt", "text/plain", 5).await.expect(201);
    platform.upload(&uploaded, "hello").await.expect(204);
    let announced = platform.announce("anna", "b.txt", "text/plain", 5).await.expect(201);

    s3.stop();
    assert!(platform.state.ping().await.is_err());
    let path = format!("/api/v1/files/{}", uploaded.text("/id"));
    platform.complete("anna", &uploaded.text("/id")).await.problem(503, "unavailable");
    assert_eq!(platform.get("anna", &path).await.expect(200).body["state"], "pending");
    platform.upload(&announced, "hello").await.problem(503, "unavailable");
    platform.fetch(&address, &[]).await.problem(503, "unavailable");
    let deleted = format!("/api/v1/files/{ready}");
    platform.delete("anna", &deleted).await.expect(204);

    s3.start_again();
    assert_eq!(platform.complete("anna", &uploaded.text("/id")).await.expect(200).body["state"], "ready");
    platform.complete("anna", &announced.text("/id")).await.problem(409, "upload-missing");
    assert!(
        casewright_storage_api::follow::expire::round(&platform.state).await.unwrap() > 0,
        "the deleted bytes go now"
    );
}

#[tokio::test]
async fn a_configuration_that_cannot_work_is_refused_by_its_key() {
    let platform = Platform::open().await;
    let open = async |s3: S3Config, max_file_bytes: u64| {
        let config = StorageConfig { kind: StoreKind::S3, s3, max_file_bytes, ..StorageConfig::default() };
        let (journal, access) = (platform.state.journal.clone(), platform.access.clone());
        StorageState::open(journal, access, config, "http://localhost", b"secret").await.err()
    };
    let keys = S3Config {
        access_key: "a".to_owned(),
        secret_key: casewright_service::config::Secret::new("b"),
        ..S3Config::default()
    };
    let missing = open(S3Config::default(), 1).await;
    assert!(matches!(missing, Some(OpenError::Missing("access_key"))), "{missing:?}");
    let large = open(keys, 6 << 30).await;
    assert!(matches!(large, Some(OpenError::TooLargeForS3(_))), "{large:?}");
    let store = Arc::clone(&platform.state.store);
    let (journal, access) = (platform.state.journal.clone(), platform.access.clone());
    let refused = StorageState::open_on(store, journal, access, StorageConfig::default(), "localhost:8080", b"secret");
    assert!(matches!(refused, Err(OpenError::BaseUrl(_))));
}
