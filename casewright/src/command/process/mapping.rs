//! What a migration plan maps, what it leaves out, and where the instances stand.

use super::output::{items, table, text};
use crate::command::client::Target;
use crate::command::refusal::instruction;
use anyhow::{Context, Result};
use casewright_engine_model::{Limits, parse};
use casewright_service::path;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Instances whose tokens are counted; the others are not looked at one by one.
const LOOKED_AT: usize = 200;

struct Line {
    source: String,
    name: String,
    target: String,
    tokens: usize,
}

pub(super) struct Mapping {
    mapped: Vec<Line>,
    unmapped: Vec<Line>,
    failures: Vec<String>,
    looked_at: usize,
}

impl Mapping {
    pub(super) async fn of(target: &Target, plan: &Value, report: &Value, instances: &[String]) -> Result<Self> {
        let source = activities(target, &text(&plan["sourceProcessDefinitionId"])).await?;
        let destination = activities(target, &text(&plan["targetProcessDefinitionId"])).await?;
        let looked_at = instances.len().min(LOOKED_AT);
        let mut tokens = BTreeMap::new();
        for id in &instances[..looked_at] {
            count(&target.get(&path!("/engine-rest/process-instance/{}/activity-instances", id)).await?, &mut tokens);
        }
        let maps: BTreeMap<String, String> = items(&plan["instructions"])
            .iter()
            .map(|map| (text(&map["sourceActivityIds"][0]), text(&map["targetActivityIds"][0])))
            .collect();
        let line = |id: &String, target: String| Line {
            source: id.clone(),
            name: source.get(id).cloned().unwrap_or_default(),
            target,
            tokens: tokens.get(id).copied().unwrap_or_default(),
        };
        let mapped = maps.iter().map(|(from, to)| line(from, to.clone())).collect();
        let left = source.keys().filter(|id| !maps.contains_key(*id));
        let why = |id: &String| if destination.contains_key(id) { "kept, but not mapped" } else { "not in the target" };
        let unmapped = left.map(|id| line(id, why(id).to_owned())).collect();
        let failures = items(&report["instructionReports"])
            .iter()
            .flat_map(|report| {
                let at = instruction(&report["instruction"]);
                items(&report["failures"]).iter().map(move |failure| format!("{at}: {}", text(failure)))
            })
            .collect();
        Ok(Self { mapped, unmapped, failures, looked_at })
    }

    pub(super) fn unmapped_json(&self) -> Value {
        self.unmapped
            .iter()
            .map(|line| json!({"activityId": line.source, "why": line.target, "tokens": line.tokens}))
            .collect()
    }

    pub(super) fn print(&self, instances: usize) {
        println!("Would migrate {instances} process instance(s); nothing was changed.");
        if self.looked_at < instances {
            println!("Tokens are counted in the first {} of them.", self.looked_at);
        }
        let row =
            |line: &Line| vec![line.source.clone(), line.name.clone(), line.target.clone(), line.tokens.to_string()];
        println!("\nMapped");
        table(&["ACTIVITY", "NAME", "TARGET", "TOKENS"], self.mapped.iter().map(row));
        println!("\nNot mapped");
        table(&["ACTIVITY", "NAME", "WHY", "TOKENS"], self.unmapped.iter().map(row));
        let stuck: Vec<&Line> = self.unmapped.iter().filter(|line| line.tokens > 0).collect();
        if !stuck.is_empty() {
            let places: Vec<&str> = stuck.iter().map(|line| line.source.as_str()).collect();
            println!("\nInstances stand at {}: they cannot follow before it is mapped (--map).", places.join(", "));
        }
        if !self.failures.is_empty() {
            println!("\nThe plan is not valid");
            for failure in &self.failures {
                println!("  {failure}");
            }
        }
    }
}

/// Activities and events of a definition that a token can wait at, with their names.
async fn activities(target: &Target, definition: &str) -> Result<BTreeMap<String, String>> {
    let answer = target.get(&path!("/engine-rest/process-definition/{}/xml", definition)).await?;
    let xml = answer["bpmn20Xml"].as_str().context("the definition has no XML")?;
    let key = target.get(&path!("/engine-rest/process-definition/{}", definition)).await?;
    let key = key["key"].as_str().unwrap_or_default();
    let parsed = parse(xml.as_bytes(), definition, &Limits::default())?;
    let process = parsed.definitions.processes.into_iter().find(|process| process.id == key);
    let nodes = process.map(|process| process.nodes).unwrap_or_default();
    let waits = nodes.into_iter().filter(|node| node.kind.facts().can_wait);
    Ok(waits.map(|node| (node.id.to_string(), node.name.unwrap_or_default())).collect())
}

/// Activity instances by activity; the process itself is none.
fn count(instance: &Value, tokens: &mut BTreeMap<String, usize>) {
    for child in items(&instance["childActivityInstances"]) {
        *tokens.entry(text(&child["activityId"])).or_default() += 1;
        count(child, tokens);
    }
    for waiting in items(&instance["childTransitionInstances"]) {
        *tokens.entry(text(&waiting["activityId"])).or_default() += 1;
    }
}
