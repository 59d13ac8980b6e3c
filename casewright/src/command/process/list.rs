//! `casewright process list`

use super::output::{Output, items, json, table, text};
use super::selection::{Among, Names, Selection};
use crate::command::client::Target;
use anyhow::Result;
use casewright_service::path;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(clap::Args)]
pub(super) struct List {
    #[command(flatten)]
    selection: Selection,
    /// Ended instances, from history, instead of running ones.
    #[arg(long)]
    ended: bool,
    /// Instances at most.
    #[arg(long, default_value_t = 100)]
    limit: usize,
}

impl List {
    pub(super) async fn execute(&self, target: &Target, output: Output) -> Result<()> {
        let among = if self.ended { Among::Ended } else { Among::Running };
        let mut rows = self.selection.rows(target, among, self.limit).await?;
        let incidents = incidents(target, &rows).await?;
        for row in &mut rows {
            let found = row["id"].as_str().and_then(|id| incidents.get(id)).map_or(&[][..], Vec::as_slice);
            row["incidents"] = json!(found);
        }
        if output.json {
            return json(&Value::Array(rows));
        }
        let mut names = Names::default();
        let mut lines = Vec::with_capacity(rows.len());
        for row in &rows {
            let definition =
                row["definitionId"].as_str().or_else(|| row["processDefinitionId"].as_str()).unwrap_or_default();
            let process = names.of(target, definition).await?;
            let state = match row["state"].as_str() {
                Some(state) => state.to_lowercase(),
                None if row["suspended"] == json!(true) => "suspended".to_owned(),
                None => "active".to_owned(),
            };
            let mut line = vec![text(&row["id"]), process, text(&row["businessKey"]), state];
            if self.ended {
                line.extend([text(&row["startTime"]), text(&row["endTime"])]);
            }
            line.push(told(items(&row["incidents"])));
            lines.push(line);
        }
        let head: &[&str] = if self.ended {
            &["INSTANCE", "PROCESS", "BUSINESS KEY", "STATE", "STARTED", "ENDED", "INCIDENTS"]
        } else {
            &["INSTANCE", "PROCESS", "BUSINESS KEY", "STATE", "INCIDENTS"]
        };
        table(head, lines);
        if rows.len() == self.limit {
            eprintln!("There may be more: --limit {} was reached.", self.limit);
        }
        Ok(())
    }
}

/// `2: check (failedJob)`
fn told(incidents: &[Value]) -> String {
    match incidents {
        [] => "-".to_owned(),
        [first, ..] => {
            format!("{}: {} ({})", incidents.len(), text(&first["activityId"]), text(&first["incidentType"]))
        }
    }
}

/// Open incidents by process instance.
async fn incidents(target: &Target, rows: &[Value]) -> Result<BTreeMap<String, Vec<Value>>> {
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    if rows.is_empty() {
        return Ok(found);
    }
    for row in rows {
        let Some(id) = row["id"].as_str() else {
            continue;
        };
        let open = target.get(&path!("/engine-rest/incident?processInstanceId={}", id)).await?;
        if !items(&open).is_empty() {
            found.insert(id.to_owned(), items(&open).to_vec());
        }
    }
    Ok(found)
}
