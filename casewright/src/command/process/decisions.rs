//! `casewright process decisions ID`

use super::output::{Output, items, json, text};
use crate::command::client::Target;
use anyhow::Result;
use casewright_service::path;
use serde_json::Value;

#[derive(clap::Args)]
pub(super) struct Decisions {
    /// Id of a process instance, running or ended.
    id: String,
    /// How many, newest first.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=200))]
    limit: u16,
}

impl Decisions {
    pub(super) async fn execute(&self, target: &Target, output: Output) -> Result<()> {
        let path = path!("/api/v1/process-instances/{}/decisions", &self.id);
        let page = target.get(&path.with_query([("limit", &self.limit.to_string())])).await?;
        if output.json {
            return json(&page["items"]);
        }
        for decision in items(&page["items"]) {
            lines(decision).iter().for_each(|line| println!("{line}"));
        }
        if items(&page["items"]).is_empty() {
            println!("It had no decision made, or its history is gone.");
        }
        Ok(())
    }
}

/// What was decided, from what, by which rules, and the cell that kept each other one from it.
fn lines(decision: &Value) -> Vec<String> {
    let mut lines = vec![format!(
        "{}  {} v{}  at {}",
        text(&decision["evaluatedAt"]),
        text(&decision["decisionKey"]),
        text(&decision["version"]),
        text(&decision["elementId"])
    )];
    lines.extend(
        items(&decision["inputs"]).iter().map(|input| format!("  {} is {}", text(&input["label"]), input["value"])),
    );
    for output in items(&decision["outputs"]) {
        let rule = output["ruleId"].as_str().map(|rule| format!(" by rule {rule}")).unwrap_or_default();
        lines.push(format!("  gave {} {}{rule}", text(&output["name"]), output["value"]));
    }
    lines.extend(decision["explanation"].as_str().map(|why| format!("  because {why}")));
    for table in items(&decision["tables"]) {
        lines.push(format!("  table of '{}'", text(&table["table"])));
        for rule in items(&table["rules"]) {
            let number = &rule["rule"];
            let why = match rule["refusedBy"].as_u64() {
                None => "hits".to_owned(),
                Some(input) => {
                    let asked = usize::try_from(input).map_or(&Value::Null, |nth| &table["inputs"][nth - 1]["label"]);
                    format!("does not: its cell of {} does not accept the value", text(asked))
                }
            };
            lines.push(format!("    rule {number} {why}"));
        }
    }
    lines
}
