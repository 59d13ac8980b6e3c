//! The crates of the lock file, as Cargo tells them.

use crate::process::{cargo_command, root};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Deserialize)]
pub(super) struct Packages {
    packages: Vec<Package>,
    resolve: Resolve,
}

/// One crate in one version.
#[derive(Deserialize)]
pub(super) struct Package {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) version: String,
    /// An SPDX expression, if the crate says one.
    pub(super) license: Option<String>,
    pub(super) repository: Option<String>,
    /// None: it is ours.
    pub(super) source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
pub(super) struct Node {
    pub(super) id: String,
    pub(super) dependencies: Vec<String>,
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    checksum: Option<String>,
}

impl Packages {
    /// What is built for any machine, exactly as it is locked.
    pub(super) fn locked() -> Result<Self> {
        let output = cargo_command(&["metadata", "--locked", "--format-version", "1"])
            .output()
            .context("running cargo metadata")?;
        if !output.status.success() {
            bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        serde_json::from_slice(&output.stdout).context("cargo metadata answered something else")
    }

    pub(super) fn foreign(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.source.is_some())
    }

    pub(super) fn all(&self) -> &[Package] {
        &self.packages
    }

    pub(super) fn nodes(&self) -> &[Node] {
        &self.resolve.nodes
    }

    /// SHA-256 of the crates' archives, by name and version.
    pub(super) fn checksums() -> Result<HashMap<(String, String), String>> {
        let text = std::fs::read_to_string(root().join("Cargo.lock")).context("reading Cargo.lock")?;
        let lock: Lock = toml::from_str(&text).context("Cargo.lock")?;
        let digests = lock.package.into_iter().filter_map(|one| Some(((one.name, one.version), one.checksum?)));
        Ok(digests.collect())
    }
}
