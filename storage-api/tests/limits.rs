//! Limits, quotas, what is never completed, and what a crash or a full disk leaves.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use casewright_journal::TenantId;
use casewright_service::Shutdown;
use casewright_storage_api::StorageConfig;
use casewright_storage_api::follow::expire;
use casewright_storage_api::store::FileKey;
use jiff::SignedDuration;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;
use support::Platform;

const NOTHING: Vec<PathBuf> = Vec::new();

fn with_quota(bytes: u64) -> StorageConfig {
    StorageConfig { tenant_quota_bytes: bytes, ..StorageConfig::default() }
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_before_it_is_sent() {
    let platform = Platform::open_with(StorageConfig { max_file_bytes: 100, ..StorageConfig::default() }).await;
    let refused = platform.announce("anna", "a.txt", "text/plain", 101).await.problem(413, "file-too-large");
    assert_eq!(refused.text("/errors/0/pointer"), "/size");
    platform.announce("anna", "a.txt", "text/plain", 100).await.expect(201);
}

#[tokio::test]
async fn a_file_larger_than_other_bodies_may_be_is_taken() {
    let platform = Platform::open().await;
    // The router of the tests takes 64 KiB elsewhere.
    let bytes = vec![b'x'; 300_000];
    let id = platform.store("anna", "a.txt", "text/plain", &bytes).await;
    assert!(platform.fetch(&platform.address("anna", &id, "inline").await, &[]).await.bytes == bytes);
}

#[tokio::test]
async fn a_tenant_gets_its_quota_and_no_more() {
    let platform = Platform::open_with(with_quota(1000)).await;
    let announcements = (0..10).map(|_| platform.announce("anna", "a.txt", "text/plain", 300));
    let answers = futures::future::join_all(announcements).await;
    let accepted: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(accepted.len(), 3, "three times 300 bytes are in 1000, at once or not");
    let refused = platform.announce("anna", "a.txt", "text/plain", 101).await.problem(507, "storage-quota-exceeded");
    assert!(refused.text("/detail").contains("900 of 1000"), "{}", refused.body);
    platform.delete("anna", &format!("/api/v1/files/{}", accepted[0].text("/id"))).await.expect(204);
    platform.announce("anna", "a.txt", "text/plain", 400).await.expect(201);
    platform.announce("anna", "a.txt", "text/plain", 1).await.problem(507, "storage-quota-exceeded");
}

#[tokio::test]
async fn a_tenant_with_a_quota_of_its_own_gets_that_one() {
    let config = |tenant: &str| {
        let tenant_quotas = BTreeMap::from([(TenantId::new(tenant), 2_000)]);
        StorageConfig { tenant_quotas, ..with_quota(1_000) }
    };
    let platform = Platform::open_with(config(TenantId::DEFAULT)).await;
    platform.announce("anna", "a.txt", "text/plain", 2_000).await.expect(201);
    let refused = platform.announce("anna", "a.txt", "text/plain", 1).await.problem(507, "storage-quota-exceeded");
    assert!(refused.text("/detail").contains("2000 of 2000"), "{}", refused.body);
    let platform = Platform::open_with(config("another")).await;
    platform.announce("anna", "a.txt", "text/plain", 1_001).await.problem(507, "storage-quota-exceeded");
}

#[tokio::test]
async fn a_person_gets_their_quota_and_takes_nobody_else_s() {
    let platform = Platform::open_with(StorageConfig { user_quota_bytes: 1000, ..StorageConfig::default() }).await;
    let first = platform.announce("anna", "a.txt", "text/plain", 700).await.expect(201);
    let refused = platform.announce("anna", "b.txt", "text/plain", 301).await.problem(507, "storage-quota-exceeded");
    assert!(refused.text("/detail").contains("700 of 1000"), "{}", refused.body);
    platform.announce("ben", "b.txt", "text/plain", 1000).await.expect(201);
    platform.delete("anna", &format!("/api/v1/files/{}", first.text("/id"))).await.expect(204);
    platform.store("anna", "c.txt", "text/plain", &[b'x'; 900]).await;
    let platform = platform.restart().await;
    platform.announce("anna", "d.txt", "text/plain", 101).await.problem(507, "storage-quota-exceeded");
    platform.announce("system:external-tasks", "d.txt", "text/plain", 5000).await.expect(201);
}

#[tokio::test]
async fn a_quota_is_counted_again_after_a_restart() {
    let platform = Platform::open_with(with_quota(1000)).await;
    platform.store("anna", "a.txt", "text/plain", &[b'x'; 700]).await;
    let platform = platform.restart().await;
    platform.announce("anna", "a.txt", "text/plain", 301).await.problem(507, "storage-quota-exceeded");
    platform.announce("anna", "a.txt", "text/plain", 300).await.expect(201);
}

#[tokio::test]
async fn an_upload_that_is_never_completed_expires_with_its_bytes_and_its_share_of_the_quota() {
    let platform = Platform::open_with(with_quota(10)).await;
    let body = json!({"name": "a.txt", "contentType": "text/plain", "size": 10});
    let announced = platform.announce_as("anna", "k", &body).await.expect(201);
    platform.upload(&announced, "0123456789").await.expect(204);
    assert_eq!(platform.kept().len(), 1);
    expire::round(&platform.state).await.unwrap();
    assert_eq!(platform.kept().len(), 1, "it still may be completed");

    platform.clock.advance(SignedDuration::from_hours(25));
    let (shutdown, state) = (Shutdown::new(), platform.state.clone());
    let job = tokio::spawn(casewright_storage_api::run(state, shutdown.clone()));
    let path = format!("/api/v1/files/{}", announced.text("/id"));
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while platform.get("anna", &path).await.status != 404 || platform.kept() != NOTHING {
        assert!(tokio::time::Instant::now() < deadline, "the upload does not expire");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    shutdown.trigger();
    tokio::time::timeout(Duration::from_secs(5), job).await.expect("the job ends when it is asked to").unwrap();

    platform.announce_as("anna", "k", &body).await.expect(200).text("/upload/url");
    platform.announce("anna", "b.txt", "text/plain", 1).await.problem(507, "storage-quota-exceeded");
}

#[tokio::test]
async fn an_overdue_upload_begins_anew_when_it_is_announced_again_before_the_clean_up() {
    let platform = Platform::open_with(with_quota(5)).await;
    let body = json!({"name": "a.txt", "contentType": "text/plain", "size": 5});
    let first = platform.announce_as("anna", "k", &body).await.expect(201);
    platform.upload(&first, "first").await.expect(204);
    platform.clock.advance(SignedDuration::from_hours(25));
    let second = platform.announce_as("anna", "k", &body).await.expect(200);
    platform.complete("anna", &second.text("/id")).await.problem(409, "upload-missing");
    platform.upload(&second, "other").await.expect(204);
    platform.complete("anna", &second.text("/id")).await.expect(200);
    expire::round(&platform.state).await.unwrap();
    let address = platform.address("anna", &second.text("/id"), "inline").await;
    assert_eq!(platform.fetch(&address, &[]).await.expect(200).bytes, b"other");
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_restart() {
    let platform = Platform::open().await;
    let done = platform.store("anna", "a.txt", "text/plain", b"done").await;
    let uploaded = platform.announce("anna", "b.txt", "text/plain", 8).await.expect(201);
    platform.upload(&uploaded, "uploaded").await.expect(204);
    let platform = platform.restart().await;
    let address = platform.address("anna", &done, "inline").await;
    assert_eq!(platform.fetch(&address, &[]).await.expect(200).bytes, b"done");
    let completed = platform.complete("anna", &uploaded.text("/id")).await.expect(200);
    assert_eq!(completed.body["state"], "ready");
}

#[tokio::test]
async fn what_a_crash_sealed_in_vain_goes_when_the_file_is_completed() {
    let platform = Platform::open().await;
    let announced = platform.announce("anna", "a.txt", "text/plain", 5).await.expect(201);
    platform.upload(&announced, "hello").await.expect(204);
    let (tenant, place) = (TenantId::default(), format!("{}-1", announced.text("/id")));
    let key = FileKey { tenant: &tenant, place: &place };
    assert!(platform.state.store.seal(key, "never-recorded").await.unwrap());
    platform.complete("anna", &announced.text("/id")).await.expect(200);
    assert_eq!(platform.kept().len(), 1, "only the recorded bytes stay: {:?}", platform.kept());
}

#[tokio::test]
async fn completing_twice_at_once_keeps_one_set_of_bytes() {
    let platform = Platform::open().await;
    let announced = platform.announce("anna", "a.txt", "text/plain", 5).await.expect(201);
    platform.upload(&announced, "hello").await.expect(204);
    let id = announced.text("/id");
    let answers = futures::future::join_all((0..6).map(|_| platform.complete("anna", &id))).await;
    for answer in answers {
        assert_eq!(answer.expect(200).body["state"], "ready");
    }
    let address = platform.address("anna", &id, "inline").await;
    assert_eq!(platform.fetch(&address, &[]).await.expect(200).bytes, b"hello");
    assert_eq!(platform.kept().len(), 1, "{:?}", platform.kept());
}
