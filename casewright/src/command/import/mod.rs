//! `casewright import wks FOLDER`: brings what another platform has to a running one, and prints what could not be carried over.

mod data;
mod processes;

use super::client::Target;
use super::refusal::Refusal;
use anyhow::{Context, Error, Result};
use casewright_case_api::wks;
use casewright_service::path;
use reqwest::Method;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(crate) struct Import {
    #[command(flatten)]
    target: Target,
    #[command(subcommand)]
    source: Source,
}

#[derive(clap::Subcommand)]
enum Source {
    /// WKS Platform: case definitions, forms, record types, queues, processes, decisions, records and cases. What is there already stays.
    Wks {
        /// Folder with its files, in whatever folders below: models (`.bpmn`, `.dmn`), and the collections of its database as JSON,
        /// `{"caseDefinition": [...], "form": [...]}`, or a file for each as MongoDB's tools export it (`caseDefinition.json`).
        folder: PathBuf,
    },
}

impl Import {
    pub(crate) async fn execute(&self) -> Result<()> {
        let Source::Wks { folder } = &self.source;
        let report = self.wks(folder).await.context("not everything was imported; it may be begun again")?;
        println!("{}", serde_json::to_string_pretty(&report)?);
        Ok(())
    }

    /// Processes come before the cases that start them, and the configuration before what was entered by it.
    async fn wks(&self, folder: &Path) -> Result<Value> {
        let collections = wks::collections(folder)?;
        let data = wks::data(&collections);
        let configuration: Map<_, _> = collections.into_iter().filter(|(name, _)| !wks::is_data(name)).collect();
        let configuration = Value::Object(configuration);
        // Refused where there is nothing to import.
        let mut report = self.target.call(Method::POST, &path!("/api/v1/imports/wks"), Some(&configuration)).await?;
        let mut findings = Vec::new();
        report["processes"] = processes::deploy(&self.target, folder, &mut findings).await?;
        let data = data?;
        findings.extend(data.report.findings.iter().map(|finding| json!(finding)));
        report["records"] = data::records(&self.target, &data.records, &mut findings).await?.into();
        report["cases"] = data::cases(&self.target, &data.cases, &mut findings).await?.into();
        if let Some(known) = report["findings"].as_array_mut() {
            known.append(&mut findings);
        }
        Ok(report)
    }
}

fn finding(place: &str, code: &str, detail: &str) -> Value {
    json!({"place": place, "code": code, "detail": detail})
}

/// What the platform said no to, as a finding; whatever else goes wrong ends the import.
fn refusal(place: &str, error: Error, findings: &mut Vec<Value>) -> Result<()> {
    let refused = error.downcast::<Refusal>()?;
    if refused.0.status.is_server_error() {
        return Err(refused.into());
    }
    findings.push(finding(place, &refused.0.code, &refused.to_string().replace('\n', ";")));
    Ok(())
}
