//! The engine's log as far as the publishers read it: a task in an instance of a case.

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

    fn event_name(Fact(fact): &Fact) -> &'static str {
        if fact.get("task").is_some() { "user-task-created" } else { "variable-set" }
    }
}

/// Starts an instance that names its case and waits at a task for group `claims`.
pub async fn start(journal: &Journal, root: &str, case: &str) {
    let definition = json!({"id": "p:1:x", "key": "p"});
    let variable = json!({"id": 2, "name": "caseId", "value": {"String": case}, "definition": definition});
    let task = json!({"id": 3, "instance": 1, "definition": definition, "activityId": "check", "name": "Check papers",
        "assignee": null, "priority": 50, "created": 0, "links": [{"group": "claims", "kind": "candidate"}]});
    let facts = [json!({"variable": variable}), json!({"task": task})];
    journal
        .tenant(&TenantId::default())
        .execute::<Instance, (), Infallible, _>(root, CommandContext::default(), move |_, _| {
            Ok(Decision { events: facts.iter().cloned().map(Fact).collect(), answer: () })
        })
        .await
        .unwrap();
}
