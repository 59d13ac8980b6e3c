//! `casewright deploy FILE...`: by the request that Camunda Modeler makes, so it also deploys to other engines of that contract.

use super::client::Target;
use super::refusal::Refusal;
use anyhow::{Context, Error, Result, anyhow};
use casewright_service::path;
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(crate) struct Deploy {
    #[command(flatten)]
    target: Target,
    /// Name of the deployment; the same name and source are compared for duplicates.
    #[arg(long, default_value = "casewright deploy")]
    name: String,
    /// Deploy also what has not changed since the last deployment of this name.
    #[arg(long)]
    all: bool,
    /// Run tasks that name Java classes or beans as external tasks, whose topic is the class name; leave such listeners out.
    #[arg(long)]
    java_as_external: bool,
    /// `.bpmn`, `.dmn`, `.form`; anything else is stored as a resource of the deployment.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

impl Deploy {
    pub(crate) async fn execute(&self) -> Result<()> {
        let mut form = Form::new()
            .text("deployment-name", self.name.clone())
            .text("deployment-source", "casewright deploy")
            .text("deploy-changed-only", (!self.all).to_string())
            .text("enable-duplicate-filtering", (!self.all).to_string())
            .text("java-as-external", self.java_as_external.to_string());
        for file in &self.files {
            let name = name_of(file)?;
            let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
            form = form.part(name.clone(), Part::bytes(bytes).file_name(name));
        }
        let answer = self.target.upload(&path!("/engine-rest/deployment/create"), form).await;
        let body = answer.map_err(refused)?;
        for warning in body["warnings"].as_array().into_iter().flatten() {
            eprintln!("{}", line(warning["resource"].as_str().unwrap_or("-"), "warning", warning));
            if let Some(help) = warning["help"].as_str() {
                eprintln!("    {help}");
            }
        }
        for line in deployed(&body) {
            println!("{line}");
        }
        Ok(())
    }
}

/// What was found in the files is told line by line, and the refusal in a sentence.
fn refused(error: Error) -> Error {
    let Some(Refusal(refused)) = error.downcast_ref::<Refusal>() else {
        return error;
    };
    for line in refusals(&refused.body) {
        eprintln!("{line}");
    }
    anyhow!("nothing was deployed ({}): {}", refused.status, refused.text)
}

fn name_of(file: &Path) -> Result<String> {
    let name = file.file_name().and_then(|name| name.to_str());
    name.map(str::to_owned).with_context(|| format!("{} is no file name", file.display()))
}

/// `claim.bpmn:12:5 error check-papers: ...` for every finding, errors first.
fn refusals(body: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for (resource, findings) in body["details"].as_object().into_iter().flatten() {
        for (severity, key) in [("error", "errors"), ("warning", "warnings")] {
            for finding in findings[key].as_array().into_iter().flatten() {
                lines.push(line(resource, severity, finding));
            }
        }
    }
    lines
}

/// `code` is told where the platform tells it.
fn line(resource: &str, severity: &str, finding: &Value) -> String {
    let code = finding["code"].as_str().map_or_else(String::new, |code| format!("[{code}] "));
    format!(
        "{resource}:{}:{} {severity} {code}{}: {}",
        finding["line"],
        finding["column"],
        finding["mainElementId"].as_str().unwrap_or("-"),
        finding["message"].as_str().unwrap_or_default()
    )
}

fn deployed(body: &Value) -> Vec<String> {
    let mut lines: Vec<String> = ["deployedProcessDefinitions", "deployedDecisionDefinitions"]
        .iter()
        .filter_map(|key| body[key].as_object())
        .flatten()
        .map(|(_, definition)| {
            let text = |name: &str| definition[name].as_str().unwrap_or_default().to_owned();
            format!("{} version {} from {}", text("key"), definition["version"], text("resource"))
        })
        .collect();
    if lines.is_empty() {
        lines.push("nothing new: the latest deployment has the same files".to_owned());
    }
    lines
}
