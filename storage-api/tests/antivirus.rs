//! What is uploaded is read by nobody before a virus scanner has looked at it.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use casewright_storage_api::config::{AntivirusConfig, OnFailure};
use casewright_storage_api::follow::scan;
use casewright_storage_api::{OpenError, StorageConfig, StorageState};
use casewright_testkit::clamd::{Clamd, StandIn, eicar};
use jiff::SignedDuration;
use std::sync::atomic::Ordering;
use support::{Answer, Platform};
use tokio::net::TcpListener;

fn with(antivirus: AntivirusConfig) -> StorageConfig {
    StorageConfig { antivirus, ..StorageConfig::default() }
}

fn at(address: &str) -> AntivirusConfig {
    AntivirusConfig { address: address.to_owned(), ..AntivirusConfig::default() }
}

/// Announces, uploads and completes; what was answered in the end.
async fn uploaded(platform: &Platform, name: &str, bytes: &[u8]) -> Answer {
    let announced = platform.announce("anna", name, "text/plain", bytes.len()).await.expect(201);
    platform.upload(&announced, bytes.to_vec()).await.expect(204);
    platform.complete("anna", &announced.text("/id")).await.expect(200)
}

fn path_of(file: &Answer) -> String {
    format!("/api/v1/files/{}", file.text("/id"))
}

/// An address where nobody listens.
async fn nowhere() -> String {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string()
}

#[tokio::test]
async fn what_is_clean_is_ready_and_what_is_not_is_kept_for_those_who_oversee() {
    let clamd = Clamd::start().await;
    let platform = Platform::open_with(with(at(&clamd.address))).await;
    let clean = uploaded(&platform, "a.txt", b"hello").await;
    assert_eq!(clean.body["state"], "ready", "{}", clean.body);
    let address = platform.address("anna", &clean.text("/id"), "inline").await;
    assert_eq!(platform.fetch(&address, &[]).await.expect(200).bytes, b"hello");
    assert_eq!(uploaded(&platform, "empty.txt", b"").await.body["state"], "ready");

    let infected = uploaded(&platform, "b.txt", &[b"first ".as_slice(), &eicar()].concat()).await;
    assert_eq!(infected.body["state"], "infected", "{}", infected.body);
    assert!(infected.text("/reason").contains("Eicar"), "{}", infected.body);
    let download = format!("{}/download?disposition=inline", path_of(&infected));
    let refused = platform.get("anna", &download).await.problem(409, "file-infected");
    assert!(refused.text("/detail").contains("Eicar"), "{}", refused.body);
    platform.get("system:email-to-case", &download).await.problem(409, "file-infected");
    platform.get("carl", &download).await.problem(403, "forbidden");
    let address = platform.get("ben", &download).await.expect(200).text("/url");
    let kept = platform.fetch(&address, &[]).await.expect(200);
    assert_eq!(kept.header("content-type"), "application/octet-stream");
    assert!(kept.header("content-disposition").starts_with("attachment"));
}

#[tokio::test]
async fn a_file_larger_than_the_scanner_takes_is_held_or_released_as_it_was_set() {
    let clamd = Clamd::start().await;
    let bytes = vec![b'x'; clamd.limit + (2 << 20)];
    // What the scanner itself says, while it is still being sent to, and what is not sent to it.
    for max_bytes in [u64::MAX, clamd.limit as u64] {
        let config = AntivirusConfig { max_bytes, ..at(&clamd.address) };
        let platform = Platform::open_with(with(config.clone())).await;
        let held = uploaded(&platform, "a.txt", &bytes).await;
        assert_eq!(held.body["state"], "scanning", "{}", held.body);
        assert!(held.text("/reason").contains("larger than the virus scanner takes"), "{}", held.body);
        let refused = platform.get("anna", &format!("{}/download", path_of(&held))).await.problem(409, "file-scanning");
        assert!(refused.text("/detail").contains("larger than"), "{}", refused.body);

        let platform = Platform::open_with(with(AntivirusConfig { on_failure: OnFailure::Release, ..config })).await;
        let released = uploaded(&platform, "a.txt", &bytes).await;
        assert_eq!(released.body["state"], "ready", "{}", released.body);
        assert!(released.text("/reason").starts_with("It was not scanned"), "{}", released.body);
    }
}

#[tokio::test]
async fn a_file_waits_for_a_scanner_that_is_not_there_also_over_a_restart() {
    let address = nowhere().await;
    let platform = Platform::open_with(with(at(&address))).await;
    let waits = uploaded(&platform, "a.txt", b"hello").await;
    assert_eq!(waits.body["state"], "scanning");
    let path = path_of(&waits);
    for who in ["anna", "ben", "system:email-to-case"] {
        platform.get(who, &format!("{path}/download")).await.problem(409, "file-scanning");
    }
    platform.get("carl", &path).await.problem(403, "forbidden");
    assert_eq!(scan::round(&platform.state).await.unwrap(), 0);
    assert_eq!(platform.complete("anna", &waits.text("/id")).await.expect(200).body["state"], "scanning");
    let clamd = Clamd::start().await;
    let platform = platform.restart_with(with(at(&clamd.address))).await;
    assert_eq!(scan::round(&platform.state).await.unwrap(), 1);
    let known = platform.get("anna", &path).await.expect(200);
    assert_eq!(known.body["state"], "ready", "{}", known.body);
    assert_eq!(scan::round(&platform.state).await.unwrap(), 0, "nothing waits any more");
}

#[tokio::test]
async fn a_scanner_that_never_answers_takes_its_time_and_no_more() {
    let stand_in = StandIn::start().await;
    stand_in.is_silent.store(true, Ordering::Release);
    let config = AntivirusConfig { timeout_seconds: 1, ..at(&stand_in.address) };
    let platform = Platform::open_with(with(config.clone())).await;
    let waits = uploaded(&platform, "a.txt", b"hello").await;
    assert_eq!(waits.body["state"], "scanning");
    assert!(waits.text("/reason").contains("took too long"), "{}", waits.body);
    assert_eq!(scan::round(&platform.state).await.unwrap(), 0, "it rests before it is asked about again");
    stand_in.is_silent.store(false, Ordering::Release);
    let platform = platform.restart_with(with(config)).await;
    assert_eq!(scan::round(&platform.state).await.unwrap(), 1);
    let known = platform.get("anna", &path_of(&waits)).await.expect(200);
    assert_eq!((known.body["state"].as_str(), known.text("/reason").as_str()), (Some("ready"), ""));
}

#[tokio::test]
async fn where_it_was_set_a_file_waits_no_longer_than_that_for_a_scanner_that_is_not_there() {
    let config = AntivirusConfig { on_failure: OnFailure::Release, ..at(&nowhere().await) };
    let platform = Platform::open_with(with(config)).await;
    let waits = uploaded(&platform, "a.txt", b"hello").await;
    assert_eq!(waits.body["state"], "scanning");
    platform.clock.advance(SignedDuration::from_secs(299));
    assert_eq!(scan::round(&platform.state).await.unwrap(), 0);
    platform.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(scan::round(&platform.state).await.unwrap(), 1);
    let known = platform.get("anna", &path_of(&waits)).await.expect(200);
    assert_eq!(known.body["state"], "ready", "{}", known.body);
    assert!(known.text("/reason").contains("cannot be reached"), "{}", known.body);
}

#[tokio::test]
async fn what_waits_when_scanning_is_switched_off_is_released_and_one_that_is_deleted_stays_so() {
    let platform = Platform::open_with(with(at(&nowhere().await))).await;
    let waits = uploaded(&platform, "a.txt", b"hello").await;
    let deleted = uploaded(&platform, "b.txt", b"hello").await;
    platform.delete("anna", &path_of(&deleted)).await.expect(204);
    let platform = platform.restart_with(StorageConfig::default()).await;
    assert_eq!(scan::round(&platform.state).await.unwrap(), 1);
    let known = platform.get("anna", &path_of(&waits)).await.expect(200);
    assert_eq!(known.body["state"], "ready", "{}", known.body);
    platform.get("anna", &path_of(&deleted)).await.problem(404, "not-found");
}

#[tokio::test]
async fn an_address_that_is_none_is_told_at_the_start() {
    let platform = Platform::open().await;
    let config = StorageConfig { folder: platform.data().join("files"), ..with(at("clamd")) };
    let (journal, access) = (platform.state.journal.clone(), platform.access.clone());
    let refused = StorageState::open(journal, access, config, &platform.base, b"secret").await.err().unwrap();
    assert!(matches!(refused, OpenError::Antivirus(_)), "{refused:?}");
    assert!(refused.to_string().contains("storage.antivirus.address"), "{refused}");
}
