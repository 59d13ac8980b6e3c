//! A small aggregate: an account with deposits, and tasks that come and go.

use casewright_journal::{
    Aggregate, AggregateKey, Column, CommandContext, Committed, DecideContext, Decision, Entry, EntryMeta,
    ExecuteError, Projector, TenantHandle, ViewSpec, ViewWrites,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) total: i64,
    pub(crate) deposits: u64,
    pub(crate) last_actor: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub(crate) enum Event {
    Deposited {
        amount: i64,
        note: String,
    },
    TaskOpened {
        task: String,
    },
    TaskClosed {
        task: String,
    },
    /// Concerns no view.
    Noted,
    Closed,
}

impl Aggregate for Account {
    type Event = Event;
    const KIND: &'static str = "account";

    fn empty(key: &AggregateKey) -> Self {
        Self { id: key.id.to_string(), total: 0, deposits: 0, last_actor: String::new() }
    }

    fn apply(&mut self, event: &Event, meta: &EntryMeta) {
        self.last_actor = meta.actor.to_string();
        if let Event::Deposited { amount, .. } = event {
            self.total += amount;
            self.deposits += 1;
        }
    }

    fn event_name(event: &Event) -> &'static str {
        match event {
            Event::Deposited { .. } => "deposited",
            Event::TaskOpened { .. } => "task-opened",
            Event::TaskClosed { .. } => "task-closed",
            Event::Noted => "noted",
            Event::Closed => casewright_journal::FORGOTTEN,
        }
    }
}

/// One row per account (patched after its first deposit), one per open task.
pub(crate) struct Accounts;

impl Projector for Accounts {
    fn group(&self) -> &'static str {
        "accounts"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![
            ViewSpec {
                name: "account",
                indexes: const { &[&[Column::named("last")], &[Column::named("deposits")]] },
                full_text: const { &[Column::named("note")] },
                denormalized: None,
            },
            ViewSpec {
                name: "task",
                indexes: const { &[&[Column::named("account")]] },
                full_text: &[],
                denormalized: None,
            },
        ]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["account"]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let key = &entry.meta.key;
        let event: Event = serde_json::from_slice(&entry.payload).unwrap();
        match event {
            Event::Deposited { amount, note } if entry.meta.seq == 1 => out.insert(
                &key.tenant,
                "account",
                &key.id,
                super::document(json!({
                    "id": key.id, "last": amount, "seq": entry.meta.seq, "note": note
                })),
            ),
            Event::Deposited { amount, note } => out.patch(
                &key.tenant,
                "account",
                &key.id,
                super::document(json!({"last": amount, "seq": entry.meta.seq, "note": note})),
            ),
            Event::TaskOpened { task } => {
                out.insert(&key.tenant, "task", &task, super::document(json!({"id": task, "account": key.id})))
            }
            Event::TaskClosed { task } => out.remove(&key.tenant, "task", &task),
            Event::Noted => {}
            Event::Closed => out.remove(&key.tenant, "account", &key.id),
        }
    }
}

pub(crate) fn projectors() -> Vec<Arc<dyn Projector>> {
    vec![Arc::new(Accounts)]
}

pub(crate) fn by(actor: &str) -> CommandContext {
    CommandContext { actor: actor.into(), ..CommandContext::default() }
}

/// What a rejected deposit says.
#[derive(Debug, PartialEq)]
pub(crate) struct NotPositive;

pub(crate) type Deposited = Result<Committed<i64>, ExecuteError<NotPositive>>;

/// Deposits, and answers the new total.
pub(crate) async fn deposit(handle: &TenantHandle, id: &str, amount: i64) -> Deposited {
    deposit_with(handle, id, amount, by("alice")).await
}

pub(crate) async fn deposit_with(handle: &TenantHandle, id: &str, amount: i64, context: CommandContext) -> Deposited {
    handle
        .execute(id, context, move |account: &Account, _: &DecideContext| {
            if amount <= 0 {
                return Err(NotPositive);
            }
            Ok(Decision {
                events: vec![Event::Deposited { amount, note: format!("deposit of {amount}") }],
                answer: account.total + amount,
            })
        })
        .await
}

/// Appends these events as they are.
pub(crate) async fn record(
    handle: &TenantHandle,
    id: &str,
    events: Vec<Event>,
) -> Result<Committed<()>, ExecuteError<NotPositive>> {
    handle
        .execute(id, by("alice"), move |_: &Account, _: &DecideContext| {
            Ok(Decision { events: events.clone(), answer: () })
        })
        .await
}
