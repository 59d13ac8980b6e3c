//! Every operation of priority A and B, asked on a server with real data, answers as Camunda's OpenAPI document says; every one of
//! priority C says that it is not there.
//!
//! The story is told chapter by chapter over the public API alone, once at the root and once below the engine's name. What goes wrong is
//! collected, with operation and JSON pointer, and told together at the end.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod calls;
mod deviations;
mod schema;
mod story;
#[path = "../support/mod.rs"]
mod support;

use calls::Api;
use casewright_engine_rest::EngineRestAuth;
use casewright_engine_runtime::EngineConfig;
use schema::{Document, Priority};
use support::Server;

const ROOT: &str = "/engine-rest";
const NAMED: &str = "/engine-rest/engine/default";

/// How many of priority C are not there. One that is built counts this down.
const MISSING: usize = 88;

async fn server(dir: &std::path::Path) -> Server {
    let (journal, clock) = support::journal(dir).await;
    let access = support::access(&journal, dir).await;
    let config = EngineConfig { password_policy: true, ..EngineConfig::default() };
    Server::configured(journal, clock, EngineRestAuth::Required(access), config).await
}

async fn tell_the_story(base: &'static str) {
    let dir = tempfile::tempdir().unwrap();
    let server = server(dir.path()).await;
    let document = Document::read();
    let api = Api::new(&server, &document, base, support::basic(support::PASSWORD));
    Box::pin(story::tell(&api)).await;
    let verdict = api.verdict(&[Priority::A, Priority::B], story::ALWAYS_EMPTY);
    assert!(verdict.is_empty(), "{} violations:\n{}", verdict.len(), verdict.join("\n"));
}

#[tokio::test]
async fn every_operation_answers_as_its_schema_says() {
    tell_the_story(ROOT).await;
}

#[tokio::test]
async fn every_operation_answers_as_its_schema_says_below_the_name_of_the_engine() {
    tell_the_story(NAMED).await;
}

#[tokio::test]
async fn every_operation_answers_unknown_ids_and_empty_bodies_as_its_schema_says() {
    let dir = tempfile::tempdir().unwrap();
    let server = server(dir.path()).await;
    let document = Document::read();
    let api = Api::new(&server, &document, ROOT, support::basic(support::PASSWORD));
    for operation in document.operations(&[Priority::A, Priority::B]) {
        let (verb, path) = operation.split_once(' ').unwrap();
        let unknown = vec!["unknown"; path.matches('{').count()];
        let call = api.call(verb, path).at(&unknown);
        let call = if matches!(verb, "POST" | "PUT") { call.json(serde_json::json!({})) } else { call };
        call.whatever().await;
    }
    let verdict = api.violations();
    assert!(verdict.is_empty(), "{} violations:\n{}", verdict.len(), verdict.join("\n"));
}

#[tokio::test]
async fn every_operation_that_is_not_there_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let server = server(dir.path()).await;
    let document = Document::read();
    for base in [ROOT, NAMED] {
        let mut missing = 0;
        let api = Api::new(&server, &document, base, support::basic(support::PASSWORD));
        for operation in document.operations(&[Priority::C]) {
            let (verb, path) = operation.split_once(' ').unwrap();
            let unknown = vec!["unknown"; path.matches('{').count()];
            let call = api.call(verb, path).at(&unknown);
            let call = if matches!(verb, "POST" | "PUT") { call.json(serde_json::json!({})) } else { call };
            // Some are there all the same. Those that are not say so, instead of that there is nothing under this path.
            let answer = call.whatever().await;
            let kind = answer["type"].as_str().unwrap_or_default();
            let said = answer["message"].as_str().unwrap_or_default();
            assert!(!said.starts_with("HTTP 404") && !said.starts_with("HTTP 405"), "{base}, {operation}: {answer}");
            if kind == "NotImplementedException" {
                let named = answer["message"].as_str().is_some_and(|message| message.contains(verb));
                assert!(named, "{base}, {operation}: {answer}");
                missing += 1;
            }
        }
        assert_eq!(missing, MISSING, "operations that are not there");
        let verdict = api.violations();
        assert!(verdict.is_empty(), "{} violations:\n{}", verdict.len(), verdict.join("\n"));
    }
}

#[tokio::test]
async fn an_engine_of_another_name_is_not_there() {
    let dir = tempfile::tempdir().unwrap();
    let server = server(dir.path()).await;
    let document = Document::read();
    let other = "/engine-rest/engine/other";
    let api = Api::new(&server, &document, other, support::basic(support::PASSWORD));
    for path in ["/task", "/version", "/case-instance"] {
        let answer = api.get(path).refused(400).await;
        assert_eq!(answer["message"], "Process engine other not available", "{path}: {answer}");
    }
}
