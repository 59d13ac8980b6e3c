//! `casewright process state ID --at SEQ`: an instance as it was. Not part of the Camunda contract.

use super::output::{Output, items, json, table, text};
use crate::command::client::Target;
use anyhow::Result;
use casewright_service::path;

#[derive(clap::Args)]
pub(super) struct State {
    /// Id of a process instance.
    id: String,
    /// After this entry of the log of its root instance, from 1.
    #[arg(long, value_name = "SEQ")]
    at: u64,
}

impl State {
    pub(super) async fn execute(&self, target: &Target, output: Output) -> Result<()> {
        let past = target.get(&path!("/api/v1/process-instances/{}/at/{}", self.id, self.at.to_string())).await?;
        if output.json {
            return json(&past);
        }
        let ended = if past["isEnded"] == serde_json::json!(true) { "ended" } else { "running" };
        println!("Instance {} after entry {}: {ended}", self.id, self.at);
        println!("\nTokens");
        let rows = items(&past["tokens"]).iter();
        table(
            &["ELEMENT", "NAME", "TYPE", "INSTANCE"],
            rows.map(|t| ["elementId", "elementName", "type", "processInstanceId"].map(|f| text(&t[f])).to_vec()),
        );
        println!("\nVariables");
        let rows = items(&past["variables"]).iter();
        table(&["NAME", "TYPE", "VALUE"], rows.map(|v| ["name", "type", "value"].map(|f| text(&v[f])).to_vec()));
        Ok(())
    }
}
