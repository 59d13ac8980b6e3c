//! Known weaknesses of what is built in. Who cannot ask says so: nothing is known then.

use crate::process::{cargo_command, command, root, run};
use crate::{build, services};
use anyhow::{Context, Result, bail};

/// RustSec's database, by cargo-deny and `deny.toml`.
pub(super) fn of_crates() -> Result<()> {
    let is_there = cargo_command(&["deny", "--version"]).output().is_ok_and(|output| output.status.success());
    let there = if is_there { Ok(()) } else { Err(anyhow::anyhow!(ADVICE)) };
    if services::obtained(there).is_none() {
        return Ok(());
    }
    run(&mut cargo_command(&["deny", "check"]))
}

const ADVICE: &str = "advisories of crates are asked for by cargo-deny: cargo install --locked cargo-deny";

/// The registry's own list, for what is in the pages.
pub(super) fn of_npm() -> Result<()> {
    let folder = root().join("portal");
    build::packages(&folder)?;
    let arguments = ["audit", "--omit=dev", "--audit-level=moderate", "--package-lock-only", "--json"];
    let output = command("npm", &arguments).current_dir(&folder).output().context("running npm audit")?;
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let found = &told["metadata"]["vulnerabilities"];
    let answer = if found.is_object() {
        Ok(())
    } else {
        Err(anyhow::anyhow!("the registry of npm knows no advisories: {told}"))
    };
    if services::obtained(answer).is_some() && !output.status.success() {
        bail!("npm audit: {found}; see `npm audit --omit=dev` in portal/");
    }
    Ok(())
}
