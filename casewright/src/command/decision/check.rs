//! `casewright decision check`.

use super::file::{line, parse, read};
use anyhow::{Result, bail};
use casewright_engine_expr::review_decisions;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct Check {
    /// Fail for warnings as well.
    #[arg(long)]
    strict: bool,
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

impl Check {
    pub(super) fn execute(&self) -> Result<()> {
        let (mut errors, mut warnings) = (0, 0);
        for path in &self.files {
            let text = read(path)?;
            let mut findings = match parse(path, &text) {
                Ok(resource) => resource.warnings,
                Err(findings) => findings,
            };
            if !findings.iter().any(|finding| finding.is_error) {
                findings.extend(review_decisions(&text));
            }
            findings.sort_by_key(|finding| (finding.line, finding.column));
            for finding in &findings {
                println!("{}", line(path, finding));
                *(if finding.is_error { &mut errors } else { &mut warnings }) += 1;
            }
        }
        if errors > 0 || self.strict && warnings > 0 {
            bail!("{errors} errors, {warnings} warnings");
        }
        println!("{warnings} warnings");
        Ok(())
    }
}
