//! `casewright process delete`

use super::carry_out::{Call, Way, ids};
use super::instructions::Skips;
use super::output::Output;
use super::selection::{Among, Selection};
use crate::command::client::Target;
use anyhow::Result;
use casewright_service::path;
use reqwest::Method;
use serde_json::json;

#[derive(clap::Args)]
pub(super) struct Delete {
    #[command(flatten)]
    selection: Selection,
    /// Why, for history; makes it a batch, since the contract takes a reason only there.
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    skips: Skips,
    #[command(flatten)]
    way: Way,
}

impl Delete {
    pub(super) async fn execute(&self, target: &Target, output: Output) -> Result<()> {
        let instances = self.selection.resolve(target, Among::Running).await?;
        if self.way.dry_run {
            return self.way.preview(target, output, "delete", &instances).await;
        }
        let ids = ids(&instances);
        let one = |id: &str| Call {
            method: Method::DELETE,
            path: path!("/engine-rest/process-instance/{}", id).with_query(self.skips.as_query()),
            body: None,
        };
        let all = || {
            let body = json!({"processInstanceIds": ids, "deleteReason": self.reason});
            Call::post(path!("/engine-rest/process-instance/delete"), self.skips.put_into(body))
        };
        let one: Option<&dyn Fn(&str) -> Call> = if self.reason.is_none() { Some(&one) } else { None };
        self.way.carry_out(target, output, &ids, "deleted", one, all).await
    }
}
