//! `casewright process migrate`: a plan is generated, completed, validated, shown, and carried out.

use super::carry_out::{Call, Way, ids};
use super::instructions::Skips;
use super::mapping::Mapping;
use super::mistake::Mistake;
use super::output::{Output, json};
use super::selection::{Among, Selection, definition, only_definition};
use crate::command::client::Target;
use anyhow::{Context, Result};
use casewright_service::path;
use reqwest::Method;
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct Migrate {
    #[command(flatten)]
    selection: Selection,
    /// Version of the same process to move to; without it and --to-definition: the latest.
    #[arg(long)]
    to_version: Option<u64>,
    /// Definition to move to, by its id.
    #[arg(long, conflicts_with = "to_version")]
    to_definition: Option<String>,
    /// Plan to use instead of a generated one, as `--dry-run --json` prints it.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Map an activity to another one, besides what is generated; may be repeated.
    #[arg(long = "map", value_name = "SOURCE=TARGET")]
    maps: Vec<String>,
    /// Let timers, messages and signals follow the target's definition.
    #[arg(long)]
    update_event_triggers: bool,
    #[command(flatten)]
    skips: Skips,
    #[command(flatten)]
    way: Way,
}

impl Migrate {
    pub(super) async fn execute(&self, target: &Target, output: Output) -> Result<()> {
        let instances = self.selection.resolve(target, Among::Running).await?;
        let source = only_definition(&instances)?.to_owned();
        let plan = self.plan(target, &source).await?;
        let report = target.call(Method::POST, &path!("/engine-rest/migration/validate"), Some(&plan)).await?;
        let ids = ids(&instances);
        if self.way.dry_run {
            let mapping = Mapping::of(target, &plan, &report, &ids).await?;
            if output.json {
                let unmapped = mapping.unmapped_json();
                return json(
                    &json!({"dryRun": true, "plan": plan, "report": report, "notMapped": unmapped, "instances": ids}),
                );
            }
            mapping.print(ids.len());
            return Ok(());
        }
        let body = |ids: &[String]| self.skips.put_into(json!({"migrationPlan": plan, "processInstanceIds": ids}));
        let one = |id: &str| Call::post(path!("/engine-rest/migration/execute"), body(&[id.to_owned()]));
        let all = || Call::post(path!("/engine-rest/migration/executeAsync"), body(&ids));
        self.way.carry_out(target, output, &ids, "migrated", Some(&one), all).await
    }

    /// The given plan, or a generated one with the further maps.
    async fn plan(&self, target: &Target, source: &str) -> Result<Value> {
        let mut plan = match &self.plan {
            Some(file) => {
                let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
                let read: Value =
                    serde_json::from_str(&text).with_context(|| format!("{} is no JSON", file.display()))?;
                // What a dry run printed holds the plan among other things.
                if read["plan"].is_object() { read["plan"].clone() } else { read }
            }
            None => {
                let body = json!({
                    "sourceProcessDefinitionId": source,
                    "targetProcessDefinitionId": self.to(target, source).await?,
                    "updateEventTriggers": self.update_event_triggers,
                });
                target.call(Method::POST, &path!("/engine-rest/migration/generate"), Some(&body)).await?
            }
        };
        let Some(instructions) = plan["instructions"].as_array_mut() else {
            return Err(Mistake::InvalidPlan("it has no 'instructions'".to_owned()).into());
        };
        for map in &self.maps {
            let (from, to) = map
                .split_once('=')
                .ok_or_else(|| Mistake::InvalidPlan(format!("--map '{map}': write SOURCE=TARGET")))?;
            instructions.retain(|known| known["sourceActivityIds"][0] != json!(from));
            instructions.push(json!({"sourceActivityIds": [from], "targetActivityIds": [to]}));
        }
        Ok(plan)
    }

    async fn to(&self, target: &Target, source: &str) -> Result<String> {
        if let Some(id) = &self.to_definition {
            return Ok(id.clone());
        }
        let row = target.get(&path!("/engine-rest/process-definition/{}", source)).await?;
        let key = row["key"].as_str().unwrap_or_default();
        if let Some(version) = self.to_version {
            return definition(target, key, version).await;
        }
        let latest = target.get(&path!("/engine-rest/process-definition/key/{}", key)).await?;
        Ok(latest["id"].as_str().unwrap_or_default().to_owned())
    }
}
