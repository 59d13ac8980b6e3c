//! Makes a large store out of a small one: writes the entries of some process instances or cases again and again, under ids of
//! their own, through the journal's own commands. For measurements (`cargo xtask bench --start`, `cargo xtask bench cases`); the
//! store must not be in use.
//!
//! The id of an instance has the shape of a UUID whose first 80 bits are the instance's; wherever they stand in an event, with
//! dashes or without, they are those of the copy. So it is with the id of a case and its number, and with the instances that a
//! case started: they are copied with it. Views are not written: who opens the store next catches them up.

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
const EVENTS_EACH: usize = 1_000;
/// Characters of an id.
const LENGTH: usize = 36;
/// Those that are its instance's.
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

#[derive(Clone, Serialize, Deserialize)]
struct Case;

/// An aggregate that is written and never read.
macro_rules! unread {
    ($name:ident, $kind:literal) => {
        impl Aggregate for $name {
            type Event = Copied;

            const KIND: &'static str = $kind;
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
    };
}

unread!(Instance, "process-instance");
unread!(Case, "case");

/// Writes the entries of some process instances or cases again and again.
#[derive(clap::Parser)]
struct Arguments {
    /// Folder of the journal.
    #[arg(long)]
    dir: PathBuf,
    /// Copies in all; each template in turn.
    #[arg(long)]
    copies: u64,
    /// File that names cases and their instances, as `casewright-bench cases create` writes it.
    #[arg(long, conflicts_with = "ids")]
    cases: Option<PathBuf>,
    /// Ids of root process instances.
    #[arg(required_unless_present = "cases")]
    ids: Vec<String>,
}

/// A case with the instances that it started.
#[derive(Deserialize)]
struct CaseWithInstances {
    case: String,
    number: String,
    instances: Vec<String>,
}

/// Names and payloads of an aggregate's events.
type Events = Vec<(&'static str, String)>;

/// What is written again, with the ids that it loses.
struct Template {
    case: Option<(CaseNames, Events)>,
    instances: Vec<(String, Events)>,
}

struct CaseNames {
    id: String,
    number: String,
}

async fn events(handle: &TenantHandle, kind: &'static str, id: &str) -> Result<Events> {
    // Names are few and live as long as we do.
    let mut names: HashMap<String, &'static str> = HashMap::new();
    let mut events = Vec::new();
    for entry in handle.entries(kind, id, 0, EVENTS_EACH).await? {
        let name = *names.entry(entry.event.to_string()).or_insert_with(|| Box::leak(entry.event.to_string().into()));
        events.push((name, String::from_utf8(entry.payload.to_vec())?));
    }
    if events.is_empty() || id.len() != LENGTH {
        bail!("there is no {kind} {id}");
    }
    Ok(events)
}

async fn templates(handle: &TenantHandle, arguments: &Arguments) -> Result<Vec<Template>> {
    let mut templates = Vec::new();
    for id in &arguments.ids {
        let instances = vec![(id.clone(), events(handle, Instance::KIND, id).await?)];
        templates.push(Template { case: None, instances });
    }
    let Some(file) = &arguments.cases else { return Ok(templates) };
    let cases: Vec<CaseWithInstances> = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    for case in cases {
        let mut instances = Vec::new();
        for id in case.instances {
            let of_instance = events(handle, Instance::KIND, &id).await?;
            instances.push((id, of_instance));
        }
        let of_case = events(handle, Case::KIND, &case.case).await?;
        templates.push(Template { case: Some((CaseNames { id: case.case, number: case.number }, of_case)), instances });
    }
    Ok(templates)
}

/// The id of the n-th copy of something. Like the platform's own it begins with the second of its start, so rows that are
/// written together lie together in every index. `tail`: what an instance's id keeps.
fn copied_id(n: u64, sort: u8, tail: &str) -> String {
    let seconds = jiff::Timestamp::now().as_second() as u32;
    let fresh = Uuid::from_u128(u128::from(seconds) << 96 | u128::from(n) << 56 | u128::from(sort) << 48).to_string();
    format!("{}{tail}", &fresh[..OWN])
}

/// Texts that stand for others in a copy.
struct Instead(Vec<(String, String)>);

impl Instead {
    fn put(&mut self, old: &str, new: &str) {
        let bare = |id: &str| id.replace('-', "");
        self.0.push((old.to_owned(), new.to_owned()));
        self.0.push((bare(old), bare(new)));
    }

    fn events(&self, events: &Events) -> Result<Vec<Copied>, serde_json::Error> {
        let copy = |payload: &String| self.0.iter().fold(payload.clone(), |text, (old, new)| text.replace(old, new));
        let copied = events.iter().map(|(name, payload)| {
            let payload = serde_json::from_str(&copy(payload))?;
            Ok(Copied { name, payload })
        });
        copied.collect()
    }
}

async fn write(handle: &TenantHandle, template: &Template, n: u64) -> Result<()> {
    let mut instead = Instead(Vec::new());
    let mut instances = Vec::new();
    for (sort, (id, of_instance)) in (1..).zip(&template.instances) {
        let copy = copied_id(n, sort, &id[OWN..]);
        instead.put(&id[..OWN], &copy[..OWN]);
        instances.push((copy, of_instance));
    }
    let case = template.case.as_ref().map(|(names, of_case)| {
        let copy = copied_id(n, 0, &names.id[OWN..]);
        instead.put(&names.id, &copy);
        instead.0.push((names.number.clone(), format!("COPY-{n:09}")));
        (copy, of_case)
    });
    if let Some((id, of_case)) = case {
        append::<Case>(handle, &id, instead.events(of_case)?).await?;
    }
    for (id, of_instance) in instances {
        append::<Instance>(handle, &id, instead.events(of_instance)?).await?;
    }
    Ok(())
}

async fn append<A: Aggregate<Event = Copied>>(handle: &TenantHandle, id: &str, events: Vec<Copied>) -> Result<()> {
    let decide =
        move |_: &mut A, _: &DecideContext| Ok::<_, Infallible>(Decision { events: events.clone(), answer: () });
    handle.execute_in_place(id, IdOrigin::New, CommandContext::default(), decide).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let store = StoreConfig::Sqlite { dir: arguments.dir.clone() };
    let journal = Journal::open(JournalConfig::new(store), Vec::new()).await?;
    let handle = journal.tenant(&TenantId::default());
    let templates = templates(&handle, &arguments).await?;
    let total = arguments.copies;
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
