//! Makes a large store out of a small one: writes the entries of some process instances again and again, under ids of their
//! own, through the journal's own commands. For measurements (`cargo xtask bench --start`); the store must not be in use.
//!
//! An id has the shape of a UUID whose first 80 bits are the instance's; wherever they stand in an event, with dashes or
//! without, they are those of the copy. Views are not written: who opens the store next catches them up.

use anyhow::{Result, bail};
use casewright_journal::tenant::IdOrigin;
use casewright_journal::{
    Aggregate, AggregateKey, CommandContext, DecideContext, Decision, EntryMeta, Journal, JournalConfig, StoreConfig,
    TenantHandle, TenantId,
};
use clap::Parser;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::collections::HashMap;
use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

/// Commands that wait at once: shards commit those together that wait.
const AT_ONCE: u64 = 512;
const EVENTS_PER_INSTANCE: usize = 1_000;
/// Characters of an id that are its instance's.
const OWN: usize = 23;

/// An event as it was written by whoever understands it.
#[derive(Clone)]
struct Copied {
    name: &'static str,
    payload: Value,
}

impl Serialize for Copied {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.payload.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Copied {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { name: "", payload: Value::deserialize(deserializer)? })
    }
}

/// Nothing is folded: only what is new is written.
#[derive(Clone, Serialize, Deserialize)]
struct Instance;

impl Aggregate for Instance {
    type Event = Copied;

    const KIND: &'static str = "process-instance";
    /// Never the version of those who understand it.
    const SNAPSHOT_VERSION: u32 = u32::MAX;

    fn empty(_: &AggregateKey) -> Self {
        Self
    }

    fn apply(&mut self, _: &Copied, _: &EntryMeta) {}

    fn event_name(event: &Copied) -> &'static str {
        event.name
    }
}

/// What is written again: names and payloads of an instance's events, with the id they are to lose.
struct Template {
    id: String,
    events: Vec<(&'static str, String)>,
}

/// Writes the entries of some process instances again and again.
#[derive(clap::Parser)]
struct Arguments {
    /// Folder of the journal.
    #[arg(long)]
    dir: PathBuf,
    /// Copies of each.
    #[arg(long)]
    copies: u64,
    /// Ids of root process instances.
    #[arg(required = true)]
    ids: Vec<String>,
}

async fn template(handle: &TenantHandle, id: &str) -> Result<Template> {
    // Names are few and live as long as we do.
    let mut names: HashMap<String, &'static str> = HashMap::new();
    let mut events = Vec::new();
    for entry in handle.entries(Instance::KIND, id, 0, EVENTS_PER_INSTANCE).await? {
        let name = *names.entry(entry.event.to_string()).or_insert_with(|| Box::leak(entry.event.to_string().into()));
        events.push((name, String::from_utf8(entry.payload.to_vec())?));
    }
    if events.is_empty() || id.len() != 36 {
        bail!("there is no process instance {id}");
    }
    Ok(Template { id: id.to_owned(), events })
}

impl Template {
    /// The id of the n-th copy, and the events under it. Like the engine's it begins with the second of its start, so rows
    /// that are written together lie together in every index.
    fn copy(&self, n: u64) -> Result<(String, Vec<Copied>), serde_json::Error> {
        let seconds = jiff::Timestamp::now().as_second() as u32;
        let fresh = Uuid::from_u128(u128::from(seconds) << 96 | u128::from(n) << 48).to_string();
        let id = format!("{}{}", &fresh[..OWN], &self.id[OWN..]);
        let bare = |id: &str| id[..OWN].replace('-', "");
        let (old, new) = (bare(&self.id), bare(&id));
        let events = self.events.iter().map(|(name, payload)| {
            let text = payload.replace(&self.id[..OWN], &id[..OWN]).replace(&old, &new);
            Ok(Copied { name, payload: serde_json::from_str(&text)? })
        });
        let events = events.collect::<Result<_, serde_json::Error>>()?;
        Ok((id, events))
    }
}

async fn write(handle: &TenantHandle, template: &Template, n: u64) -> Result<()> {
    let (id, events) = template.copy(n)?;
    let decide =
        move |_: &mut Instance, _: &DecideContext| Ok::<_, Infallible>(Decision { events: events.clone(), answer: () });
    handle.execute_in_place(&id, IdOrigin::New, CommandContext::default(), decide).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments { dir, copies, ids } = Arguments::parse();
    let journal = Journal::open(JournalConfig::new(StoreConfig::Sqlite { dir }), Vec::new()).await?;
    let handle = journal.tenant(&TenantId::default());
    let mut templates = Vec::new();
    for id in &ids {
        templates.push(template(&handle, id).await?);
    }
    let total = copies * templates.len() as u64;
    let (next, templates) = (Arc::new(AtomicU64::new(0)), Arc::new(templates));
    let writers = (0..AT_ONCE).map(|_| {
        let (handle, next, templates) = (handle.clone(), Arc::clone(&next), Arc::clone(&templates));
        tokio::spawn(async move {
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= total {
                    return anyhow::Ok(());
                }
                write(&handle, &templates[n as usize % templates.len()], n).await?;
                if (n + 1).is_multiple_of(100_000) {
                    eprintln!("{} of {total}", n + 1);
                }
            }
        })
    });
    for ended in futures::future::join_all(writers).await {
        ended??;
    }
    journal.shutdown().await;
    Ok(())
}
