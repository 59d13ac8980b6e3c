//! `casewright process modify`

use super::carry_out::{Call, Way, ids};
use super::instructions::{Skips, Starts, told};
use super::mistake::Mistake;
use super::output::Output;
use super::selection::{Among, Selection, only_definition};
use crate::command::client::Target;
use anyhow::Result;
use casewright_service::path;
use serde_json::json;

#[derive(clap::Args)]
pub(super) struct Modify {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    starts: Starts,
    /// Cancel all instances of this activity; may be repeated.
    #[arg(long = "cancel", value_name = "ACTIVITY")]
    cancel: Vec<String>,
    #[command(flatten)]
    skips: Skips,
    /// Why, for the user operation log.
    #[arg(long)]
    annotation: Option<String>,
    #[command(flatten)]
    way: Way,
}

impl Modify {
    pub(super) async fn execute(&self, target: &Target, output: Output) -> Result<()> {
        // What is cancelled goes last: an instance without any token ends.
        let mut instructions = self.starts.instructions();
        instructions.extend(self.cancel.iter().map(|activity| json!({"type": "cancel", "activityId": activity})));
        if instructions.is_empty() {
            return Err(Mistake::NothingToDo("give --before, --after or --cancel").into());
        }
        let instances = self.selection.resolve(target, Among::Running).await?;
        if self.way.dry_run {
            return self.way.preview(target, output, &format!("{} in", told(&instructions)), &instances).await;
        }
        let definition = only_definition(&instances)?.to_owned();
        let body = self.skips.put_into(json!({"instructions": instructions, "annotation": self.annotation}));
        let ids = ids(&instances);
        let one = |id: &str| Call::post(path!("/engine-rest/process-instance/{}/modification", id), body.clone());
        let all = || {
            let mut body = body.clone();
            body["processDefinitionId"] = json!(definition);
            body["processInstanceIds"] = json!(ids);
            Call::post(path!("/engine-rest/modification/executeAsync"), body)
        };
        self.way.carry_out(target, output, &ids, "modified", Some(&one), all).await
    }
}
