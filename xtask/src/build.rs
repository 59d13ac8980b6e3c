//! Portal, then the binary with the portal in it.

use crate::process::{cargo, command, has, root, run, target};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

#[derive(clap::Args)]
pub(crate) struct Build {
    /// Optimised, stripped, with the portal inside the binary.
    #[arg(long)]
    release: bool,
}

impl Build {
    pub(crate) fn execute(&self) -> Result<PathBuf> {
        portal()?;
        binary(self.release)
    }
}

/// Builds the binary and says where it is.
pub(crate) fn binary(release: bool) -> Result<PathBuf> {
    let mut arguments = vec!["build", "--package", "casewright"];
    if release {
        arguments.push("--release");
    }
    cargo(&arguments)?;
    Ok(target().join(if release { "release" } else { "debug" }).join("casewright"))
}

/// Builds the binary that tests are run against, and says where it is: with the features that the tests of the workspace are
/// compiled with, so that nothing is compiled a second time for it.
pub(crate) fn tested_binary() -> Result<PathBuf> {
    // Tests of commands need the binary, which is what this is about.
    cargo(&["test", "--workspace", "--no-run", "--test", "commands"])?;
    Ok(target().join("debug/casewright"))
}

/// Builds `portal/dist`, unless it is newer than all it is made of.
pub(crate) fn portal() -> Result<()> {
    packages(&root().join("portal"))?;
    let portal = root().join("portal");
    let built = modified(&portal.join("dist/index.html"));
    let sources = ["src", "public", "index.html", "package-lock.json", "vite.config.ts"];
    let newest = sources.iter().filter_map(|name| newest_below(&portal.join(name))).max();
    if built.is_some() && built > newest {
        return Ok(());
    }
    eprintln!("building the portal");
    run(command("npm", &["run", "--silent", "build"]).current_dir(&portal))
}

/// Installs the npm packages of a folder, unless the lock file's are there.
pub(crate) fn packages(folder: &Path) -> Result<()> {
    if !has("npm") {
        bail!("npm is needed for the portal: install Node.js 20.19 or newer");
    }
    let lock = modified(&folder.join("package-lock.json"))
        .with_context(|| format!("{} has no package-lock.json", folder.display()))?;
    if modified(&folder.join("node_modules/.package-lock.json")).is_some_and(|installed| installed >= lock) {
        return Ok(());
    }
    eprintln!("installing npm packages of {}", folder.display());
    // Not `npm ci`: it refuses a lock file that lacks packages of other platforms, which a registry need not have.
    run(command("npm", &["install", "--no-save", "--no-audit", "--no-fund"]).current_dir(folder))
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|data| data.modified()).ok()
}

fn newest_below(path: &Path) -> Option<SystemTime> {
    if path.is_file() {
        return modified(path);
    }
    let entries = std::fs::read_dir(path).ok()?;
    entries.filter_map(|entry| newest_below(&entry.ok()?.path())).max()
}
