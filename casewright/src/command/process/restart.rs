//! `casewright process restart`

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
pub(super) struct Restart {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    starts: Starts,
    /// With the variables the instance was started with, instead of its last ones.
    #[arg(long)]
    initial_variables: bool,
    /// Without the business key of the instance.
    #[arg(long)]
    without_business_key: bool,
    #[command(flatten)]
    skips: Skips,
    #[command(flatten)]
    way: Way,
}

impl Restart {
    pub(super) async fn execute(&self, target: &Target, output: Output) -> Result<()> {
        let instructions = self.starts.instructions();
        if instructions.is_empty() {
            return Err(Mistake::NothingToDo("give --before or --after").into());
        }
        let instances = self.selection.resolve(target, Among::Ended).await?;
        if self.way.dry_run {
            let what = format!("restart ({})", told(&instructions));
            return self.way.preview(target, output, &what, &instances).await;
        }
        let definition = only_definition(&instances)?.to_owned();
        let body = |ids: &[String]| {
            self.skips.put_into(json!({
                "processInstanceIds": ids,
                "instructions": instructions,
                "initialVariables": self.initial_variables,
                "withoutBusinessKey": self.without_business_key,
            }))
        };
        let ids = ids(&instances);
        let one = |id: &str| {
            Call::post(path!("/engine-rest/process-definition/{}/restart", definition), body(&[id.to_owned()]))
        };
        let all = || Call::post(path!("/engine-rest/process-definition/{}/restart-async", definition), body(&ids));
        self.way.carry_out(target, output, &ids, "restarted", Some(&one), all).await
    }
}
