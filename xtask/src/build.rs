//! The portal, and the binary with the portal in it.

use crate::process::{cargo, cargo_command, command, has, root, run, run_and_tell, target};
use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// The crate of the binary.
const BINARY: &str = "casewright";

#[derive(clap::Args)]
pub(crate) struct Build {
    /// Optimised, stripped, with the portal inside the binary.
    #[arg(long)]
    release: bool,
    /// A release that comes out the same wherever it is built; in a target folder of its own.
    #[arg(long)]
    reproducible: bool,
}

impl Build {
    pub(crate) fn execute(&self) -> Result<PathBuf> {
        if self.reproducible {
            return reproducible();
        }
        platform(self.release)
    }
}

/// [`platform`] as a release, under the settings of [`crate::reproducible`].
fn reproducible() -> Result<PathBuf> {
    let settings = crate::reproducible::settings(&root())?;
    let target = target().join("reproducible/release");
    portal_by(run)?;
    let arguments = ["build", "--release", "--locked", "--package", BINARY];
    run(cargo_command(&arguments).env("CARGO_TARGET_DIR", &target).envs(settings))?;
    Ok(target.join("release").join(BINARY))
}

/// Builds portal and binary side by side, and says where the binary is.
///
/// Only the binary's own crate has the portal in it (`casewright/build.rs` watches `portal/dist`), and it is the last that Cargo
/// compiles. So all others are compiled while npm is at work, which takes longer than npm does, and the last one when both
/// are done: it never sees half a portal, and is compiled once. npm uses little more than one processor; what it says is
/// shown when it is done, so that it does not run into what Cargo says.
pub(crate) fn platform(release: bool) -> Result<PathBuf> {
    std::thread::scope(|scope| {
        let portal = scope.spawn(|| portal_by(run_and_tell));
        let libraries = libraries(release);
        // Whatever became of the other: nothing is left running.
        let portal = portal.join().map_err(|_| anyhow!("building the portal panicked"))?;
        libraries?;
        portal
    })?;
    binary(release)
}

/// Builds the binary and says where it is.
pub(crate) fn binary(release: bool) -> Result<PathBuf> {
    let mut arguments = vec!["build", "--package", BINARY];
    arguments.extend(release.then_some("--release"));
    cargo(&arguments)?;
    Ok(target().join(if release { "release" } else { "debug" }).join("casewright"))
}

/// Compiles what the binary is made of, but for its own crate. That is named all the same, though it has no library: so
/// features are chosen as they are for the binary, and nothing is compiled a second time for it.
fn libraries(release: bool) -> Result<()> {
    let own = own_dependencies()?;
    let mut arguments = vec!["build", "--lib", "--package", BINARY];
    arguments.extend(own.iter().flat_map(|name| ["--package", name]));
    arguments.extend(release.then_some("--release"));
    cargo(&arguments)
}

#[derive(Deserialize)]
struct Workspace {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// None: for the crate itself, and neither for its tests nor for its build script.
    kind: Option<String>,
    /// Where it is, if it is one of ours.
    path: Option<String>,
}

/// The crates of the workspace that the binary's crate depends on.
fn own_dependencies() -> Result<Vec<String>> {
    let output = cargo_command(&["metadata", "--no-deps", "--format-version", "1"])
        .output()
        .context("running cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let workspace: Workspace = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    let binary = workspace.packages.into_iter().find(|package| package.name == BINARY);
    let binary = binary.with_context(|| format!("the workspace has no crate {BINARY}"))?;
    let is_own = |dependency: &Dependency| dependency.kind.is_none() && dependency.path.is_some();
    Ok(binary.dependencies.into_iter().filter(is_own).map(|dependency| dependency.name).collect())
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
    portal_by(run)
}

/// [`portal`], with npm run by `run`.
fn portal_by(run: fn(&mut Command) -> Result<()>) -> Result<()> {
    packages_by(&root().join("portal"), run)?;
    let portal = root().join("portal");
    let built = modified(&portal.join("dist/index.html"));
    let sources = ["src", "public", "index.html", "package-lock.json", "vite.config.ts"];
    let newest = sources.iter().filter_map(|name| newest_below(&portal.join(name))).max();
    if built.is_some() && built > newest {
        return Ok(());
    }
    eprintln!("building the portal");
    run(command("npm", &["run", "--silent", "build"]).current_dir(&portal))?;
    eprintln!("the portal is built");
    Ok(())
}

/// Installs the npm packages of a folder, unless the lock file's are there.
pub(crate) fn packages(folder: &Path) -> Result<()> {
    packages_by(folder, run)
}

fn packages_by(folder: &Path, run: fn(&mut Command) -> Result<()>) -> Result<()> {
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
