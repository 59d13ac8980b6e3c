//! A journal with notes in it.

#![allow(dead_code, reason = "every test file uses another part of it")]

pub(crate) mod relay;

use casewright_bus::{RetryPolicy, projectors};
use casewright_journal::{
    Aggregate, AggregateKey, CommandContext, DecideContext, Decision, EntryMeta, Journal, JournalConfig, StoreConfig,
    TenantHandle,
};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::path::Path;
use std::time::Duration;
use tokio::time::timeout;

pub(crate) const WAIT: Duration = Duration::from_secs(30);

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Note;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub(crate) enum Event {
    Written { text: String },
}

impl Aggregate for Note {
    type Event = Event;
    const KIND: &'static str = "note";
    fn empty(_: &AggregateKey) -> Self {
        Self
    }
    fn apply(&mut self, _: &Event, _: &EntryMeta) {}
    fn event_name(_: &Event) -> &'static str {
        "written"
    }
}

/// Of a kind that is nobody else's business.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Secret;

impl Aggregate for Secret {
    type Event = Event;
    const KIND: &'static str = "secret";
    fn empty(_: &AggregateKey) -> Self {
        Self
    }
    fn apply(&mut self, _: &Event, _: &EntryMeta) {}
    fn event_name(_: &Event) -> &'static str {
        "written"
    }
}

pub(crate) async fn write_secret(handle: &TenantHandle, id: &str) {
    handle
        .execute(id, CommandContext::default(), |_: &Secret, _: &DecideContext| {
            Ok::<_, Infallible>(Decision { events: vec![Event::Written { text: "sealed".to_owned() }], answer: () })
        })
        .await
        .unwrap();
}

pub(crate) async fn journal(dir: &Path) -> Journal {
    let mut config = JournalConfig::new(StoreConfig::Sqlite { dir: dir.to_owned() });
    config.shards = 4;
    Journal::open(config, projectors()).await.unwrap()
}

pub(crate) async fn write(handle: &TenantHandle, id: &str, text: &str) {
    let text = text.to_owned();
    handle
        .execute(id, CommandContext::default(), move |_: &Note, _: &DecideContext| {
            Ok::<_, Infallible>(Decision { events: vec![Event::Written { text: text.clone() }], answer: () })
        })
        .await
        .unwrap();
}

pub(crate) fn patient() -> RetryPolicy {
    RetryPolicy { attempts: 3, first_pause: Duration::from_millis(1), longest_pause: Duration::from_millis(2) }
}

pub(crate) async fn wait_until(condition: impl AsyncFn() -> bool) {
    let reached = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    timeout(WAIT, reached).await.expect("the condition is met");
}
