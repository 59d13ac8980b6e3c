//! The engine's log, as far as this room listens to it.

use casewright_journal::{Aggregate, AggregateKey, CommandContext, Decision, EntryMeta, Journal, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::convert::Infallible;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Instance;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct Fact(Value);

impl Aggregate for Instance {
    type Event = Fact;
    const KIND: &'static str = "process-instance";

    fn empty(_: &AggregateKey) -> Self {
        Self
    }

    fn apply(&mut self, _: &Fact, _: &EntryMeta) {}

    fn event_name(_: &Fact) -> &'static str {
        "instance-ended"
    }
}

/// The process that was started for a mail has ended.
pub async fn end(journal: &Journal, instance: &str, mail: &str) {
    let instance_ended = json!({"event": "instance-ended", "state": "COMPLETED", "ended": 0,
        "instance": {"id": 1, "definition": {"id": "p:1:x", "key": "p"}, "businessKey": mail, "superInstance": null, "started": 0, "suspended": false}});
    let decide = move |_: &Instance, _: &_| {
        Ok::<_, Infallible>(Decision { events: vec![Fact(instance_ended.clone())], answer: () })
    };
    journal.tenant(&TenantId::default()).execute(instance, CommandContext::default(), decide).await.unwrap();
}
