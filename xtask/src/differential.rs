//! `cargo xtask differential`: what we do beside what others do with the same, over questions that chance makes.
//!
//! Nothing here is served by a server: peers are small programs of `bench/peers`, fetched by the ordinary clients.

use crate::process::{cargo, has, root, run, target};
use crate::services::{folder, maven, once};
use anyhow::{Context, Result, bail};
use clap::Subcommand;
use serde_json::Value;
use std::process::Command;

/// Of the engine whose FEEL and decision tables are the measure.
const CAMUNDA: &str = "7.24.0";
const GSON: &str = "2.11.0";
/// What Camunda's libraries log tells nothing here.
const SLF4J: &str = "1.7.36";
/// Between the words of a peer's command.
const SEPARATOR: &str = "\u{1f}";
const RECORDED: &str = "engine/expr/tests/differential";

#[derive(clap::Args)]
pub(crate) struct Differential {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// FEEL and decision tables beside Camunda 7, and what forms use of FEEL beside the browser's (feelin).
    Feel(Feel),
}

#[derive(clap::Args)]
struct Feel {
    #[arg(long, default_value_t = 20_000)]
    expressions: u64,
    #[arg(long, default_value_t = 2_000)]
    tables: u64,
    /// Expressions beside feelin.
    #[arg(long, default_value_t = 5_000)]
    forms: u64,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Keep what the peers answer for the short form in `cargo xtask test`: fewer questions, of a seed of their own.
    #[arg(long)]
    record: bool,
    /// A build that takes less time to make.
    #[arg(long)]
    quick: bool,
}

impl Differential {
    pub(crate) fn execute(&self) -> Result<()> {
        match &self.what {
            What::Feel(feel) => feel.execute(),
        }
    }
}

impl Feel {
    fn execute(&self) -> Result<()> {
        let profile = if self.quick { "dev" } else { "release" };
        cargo(&["build", "--profile", profile, "--package", "casewright-engine-expr", "--example", "differential"])?;
        let built = target().join(if self.quick { "debug" } else { "release" }).join("examples/differential");
        let mut driver = Command::new(built);
        driver.arg("--camunda").arg(camunda()?).arg("--feelin").arg(feelin()?);
        let (expressions, tables, forms, seed) = match self.record {
            true => (1_500, 200, 500, 7_240),
            false => (self.expressions, self.tables, self.forms, self.seed),
        };
        for (name, number) in
            [("--expressions", expressions), ("--tables", tables), ("--forms", forms), ("--seed", seed)]
        {
            driver.args([name, &number.to_string()]);
        }
        if self.record {
            let folder = root().join(RECORDED);
            std::fs::create_dir_all(&folder)?;
            driver.arg("--record").arg(folder);
        }
        run(&mut driver)
    }
}

/// The command of the program that asks Camunda's engine.
fn camunda() -> Result<String> {
    let folder = folder("feel")?;
    once(&folder, CAMUNDA, || {
        maven::dependencies(
            &folder,
            &[
                &format!("org.camunda.bpm.dmn:camunda-engine-dmn:{CAMUNDA}"),
                &format!("com.google.code.gson:gson:{GSON}"),
                &format!("org.slf4j:slf4j-api:{SLF4J}"),
                &format!("org.slf4j:slf4j-nop:{SLF4J}"),
            ],
        )
    })?;
    let classes = folder.join("classes");
    std::fs::create_dir_all(&classes)?;
    let libraries = folder.join("libs/*");
    let source = root().join("bench/peers/feel/Feel.java");
    run(Command::new("javac").args(["-nowarn", "-cp"]).arg(&libraries).arg("-d").arg(&classes).arg(source))?;
    let path = format!("{}:{}", libraries.display(), classes.display());
    Ok(["java", "-Duser.timezone=UTC", "-Xmx512m", "-cp", &path, "Feel"].join(SEPARATOR))
}

/// The command of the program that asks feelin, in the version that the portal has.
fn feelin() -> Result<String> {
    if !has("npm") {
        bail!("npm is needed for feelin: install Node.js 20.19 or newer");
    }
    let version = portal_version("@bpmn-io/feelin")?;
    let folder = folder("feelin")?;
    once(&folder, &version, || {
        let package = format!("@bpmn-io/feelin@{version}");
        run(Command::new("npm")
            .args(["install", "--silent", "--no-save", "--no-audit", "--no-fund", "--prefix"])
            .arg(&folder)
            .arg(package))
    })?;
    // Beside its packages, where Node looks for them.
    let program = folder.join("feelin.mjs");
    std::fs::copy(root().join("bench/peers/feel/feelin.mjs"), &program)?;
    Ok(["node", &program.display().to_string()].join(SEPARATOR))
}

fn portal_version(package: &str) -> Result<String> {
    let lock = root().join("portal/package-lock.json");
    let text = std::fs::read_to_string(&lock).with_context(|| format!("reading {}", lock.display()))?;
    let parsed: Value = serde_json::from_str(&text)?;
    let version = parsed["packages"][format!("node_modules/{package}")]["version"].as_str();
    version.map(str::to_owned).with_context(|| format!("the portal has no {package}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_held_against_the_version_that_the_portal_has() {
        assert!(portal_version("@bpmn-io/feelin").is_ok());
        assert!(root().join("bench/peers/feel/feelin.mjs").is_file());
    }
}
