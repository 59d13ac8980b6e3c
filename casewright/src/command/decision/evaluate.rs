//! `casewright decision evaluate`.

use super::file::{File, result};
use super::why;
use anyhow::{Context, Result};
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct Evaluate {
    file: PathBuf,
    /// Key or name of the decision or decision service, where the file has several.
    #[arg(long)]
    decision: Option<String>,
    /// A JSON object of the inputs by name; `@file` reads it from a file.
    #[arg(long, default_value = "{}")]
    inputs: String,
    /// What `now()` and `today()` say; this moment when it is not given.
    #[arg(long)]
    now: Option<Timestamp>,
    /// Tell also which rules hit, and which cell kept each other one from it.
    #[arg(long)]
    why: bool,
}

impl Evaluate {
    pub(super) fn execute(&self) -> Result<()> {
        let file = File::open(&self.file)?;
        let key = file.key(self.decision.as_deref())?;
        let explained = file.explain(key, &self.inputs()?, self.now.unwrap_or_else(Timestamp::now))?;
        println!("{}", serde_json::to_string_pretty(&result(&explained.outcome))?);
        if self.why {
            for line in why::lines(&explained) {
                eprintln!("{line}");
            }
        }
        Ok(())
    }

    fn inputs(&self) -> Result<Map<String, Value>> {
        let text = match self.inputs.strip_prefix('@') {
            None => self.inputs.clone(),
            Some(file) => std::fs::read_to_string(file).with_context(|| format!("reading {file}"))?,
        };
        serde_json::from_str(&text).context("the inputs are no JSON object")
    }
}
