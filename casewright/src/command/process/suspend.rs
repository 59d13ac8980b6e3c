//! `casewright process suspend` and `activate`

use super::carry_out::{Call, Way, ids};
use super::output::Output;
use super::selection::{Among, Selection};
use crate::command::client::Target;
use anyhow::Result;
use casewright_service::path;
use serde_json::json;

#[derive(clap::Args)]
pub(super) struct Suspend {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    way: Way,
}

#[derive(clap::Args)]
pub(super) struct Activate {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    way: Way,
}

#[derive(Clone, Copy)]
enum To {
    Suspended,
    Active,
}

impl Suspend {
    pub(super) async fn execute(&self, target: &Target, output: Output) -> Result<()> {
        set(target, output, &self.selection, &self.way, To::Suspended).await
    }
}

impl Activate {
    pub(super) async fn execute(&self, target: &Target, output: Output) -> Result<()> {
        set(target, output, &self.selection, &self.way, To::Active).await
    }
}

async fn set(target: &Target, output: Output, selection: &Selection, way: &Way, to: To) -> Result<()> {
    let instances = selection.resolve(target, Among::Running).await?;
    let (suspended, verb, done) = match to {
        To::Suspended => (true, "suspend", "suspended"),
        To::Active => (false, "activate", "activated"),
    };
    if way.dry_run {
        return way.preview(target, output, verb, &instances).await;
    }
    let ids = ids(&instances);
    let one =
        |id: &str| Call::put(path!("/engine-rest/process-instance/{}/suspended", id), json!({"suspended": suspended}));
    let body = json!({"processInstanceIds": ids, "suspended": suspended});
    let all = || Call::post(path!("/engine-rest/process-instance/suspended-async"), body);
    way.carry_out(target, output, &ids, done, Some(&one), all).await
}
