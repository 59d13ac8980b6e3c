//! `casewright import DIR`: sends a WKS configuration to a running platform and prints what could not be carried over.

use super::client::Target;
use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Import {
    #[command(flatten)]
    target: Target,
    /// Folder with the collections as JSON files.
    folder: PathBuf,
}

impl Import {
    pub(crate) async fn execute(&self) -> Result<()> {
        let mut files = Map::new();
        let entries = std::fs::read_dir(&self.folder).with_context(|| format!("reading {}", self.folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_none_or(|ending| ending != "json") {
                continue;
            }
            let name = path.file_name().and_then(|name| name.to_str()).context("a file name")?.to_owned();
            let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            let content = serde_json::from_str(&text).with_context(|| format!("{} is no JSON", path.display()))?;
            files.insert(name, content);
        }
        if files.is_empty() {
            bail!("{} has no .json files", self.folder.display());
        }
        let request = self.target.post("/api/v1/imports/wks")?.json(&Value::Object(files));
        let answer = self.target.send(request).await?;
        let status = answer.status();
        let body: Value = answer.json().await.context("the answer is no JSON")?;
        if !status.is_success() {
            bail!("nothing was imported ({status}): {}", body["detail"].as_str().unwrap_or("no reason given"));
        }
        println!("{}", serde_json::to_string_pretty(&body)?);
        Ok(())
    }
}
