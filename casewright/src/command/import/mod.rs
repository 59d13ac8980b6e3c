//! `casewright import DIR`: sends a WKS configuration to a running platform and prints what could not be carried over.

use super::client::Target;
use anyhow::{Context, Result};
use casewright_case_api::wks;
use casewright_service::path;
use reqwest::Method;
use serde_json::Value;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Import {
    #[command(flatten)]
    target: Target,
    /// Folder with the collections as JSON files: `{"caseDefinition": [...], "form": [...]}`, or a file for each as MongoDB's
    /// tools export it (`caseDefinition.json`).
    folder: PathBuf,
}

impl Import {
    pub(crate) async fn execute(&self) -> Result<()> {
        let collections = Value::Object(wks::collections(&self.folder)?);
        let report = self.target.call(Method::POST, &path!("/api/v1/imports/wks"), Some(&collections)).await;
        let report = report.context("nothing was imported")?;
        println!("{}", serde_json::to_string_pretty(&report)?);
        Ok(())
    }
}
