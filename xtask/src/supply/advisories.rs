//! Known weaknesses of what is built in. Who cannot ask says so: nothing is known then.

use crate::build;
use crate::process::{cargo_command, command, root, run};
use anyhow::{Context, Result, bail};

/// Something that was to be checked.
pub(super) struct Check {
    pub(super) what: &'static str,
    /// Why nothing is known of it; none: it was checked and is in order.
    pub(super) unknown: Option<String>,
}

const RULES: &str = "licences, sources and bans of crates, by cargo-deny";
const CRATES: &str = "advisories of crates (RustSec), by cargo-deny";
const PACKAGES: &str = "advisories of what is in the pages, by npm audit";
const ADVICE: &str = "cargo-deny is not installed: cargo install --locked cargo-deny";
/// What cargo-deny says when it cannot have the database.
const NO_DATABASE: [&str; 2] = ["advisory database", "FETCH_HEAD"];

/// By cargo-deny and `deny.toml`; of the RustSec database as it is now, or, where that cannot be reached, of the copy that was got before.
pub(super) fn of_crates() -> Result<Vec<Check>> {
    let is_there = cargo_command(&["deny", "--version"]).output().is_ok_and(|output| output.status.success());
    if !is_there {
        return Ok([RULES, CRATES].map(|what| Check { what, unknown: Some(ADVICE.to_owned()) }).into());
    }
    run(&mut cargo_command(&["deny", "check", "bans", "licenses", "sources"]))?;
    let mut unknown = None;
    for arguments in [["deny", "check", "advisories"].as_slice(), &["deny", "--offline", "check", "advisories"]] {
        let output = cargo_command(arguments).output().context("running cargo deny")?;
        let told = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        unknown = match what_is_unknown(output.status.success(), &told) {
            Ok(unknown) => unknown,
            Err(error) => bail!("{error:#}\n{told}"),
        };
        if unknown.is_none() {
            break;
        }
    }
    Ok(vec![Check { what: RULES, unknown: None }, Check { what: CRATES, unknown }])
}

/// Why nothing is known after a run of cargo-deny that said this; none: all is in order.
///
/// # Errors
/// It has found something.
fn what_is_unknown(is_success: bool, told: &str) -> Result<Option<String>> {
    if is_success {
        return Ok(None);
    }
    let line = told.lines().find(|line| NO_DATABASE.iter().any(|words| line.contains(words)));
    match line {
        Some(line) if !told.contains("advisories FAILED") => Ok(Some(line.trim().to_owned())),
        _ => bail!("cargo deny check advisories has found something"),
    }
}

/// The registry's own list, for what is in the pages.
pub(super) fn of_npm() -> Result<Check> {
    let folder = root().join("portal");
    build::packages(&folder)?;
    let arguments = ["audit", "--omit=dev", "--audit-level=moderate", "--package-lock-only", "--json"];
    let output = command("npm", &arguments).current_dir(&folder).output().context("running npm audit")?;
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let found = &told["metadata"]["vulnerabilities"];
    if !found.is_object() {
        return Ok(Check { what: PACKAGES, unknown: Some(format!("the registry of npm knows no advisories: {told}")) });
    }
    if !output.status.success() {
        bail!("npm audit: {found}; see `npm audit --omit=dev` in portal/");
    }
    Ok(Check { what: PACKAGES, unknown: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_database_is_no_finding_and_a_finding_is_no_silence() {
        assert_eq!(what_is_unknown(true, "advisories ok").unwrap(), None);
        let unreachable = "x [ERROR] failed to fetch advisory database https://example.org: could not resolve host\n";
        assert!(what_is_unknown(false, unreachable).unwrap().unwrap().contains("failed to fetch"));
        let absent = "x [ERROR] failed to get 'FETCH_HEAD' metadata\n";
        assert!(what_is_unknown(false, absent).unwrap().is_some());
        assert!(what_is_unknown(false, "error[vulnerability]: ...\nadvisories FAILED").is_err());
        assert!(what_is_unknown(false, "something else").is_err());
    }
}
