//! The Dockerfile, by hadolint, and what of it only this repository knows.

use super::{HEALTH, Inputs, is_pinned};
use crate::deploy::files;
use crate::deploy::tools::ask;
use crate::process::root;
use anyhow::{Context as _, Result};
use std::process::Command;

const PLACE: &str = "deploy/docker/Dockerfile";

pub(super) fn check(inputs: &Inputs) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let said = ask(Command::new(&inputs.tools.hadolint)
        .args(["--no-color", "--failure-threshold", "style", PLACE])
        .current_dir(root()))?;
    if !said.is_content {
        found.extend(said.lines);
    }
    let text = files::text(PLACE)?;
    found.extend(versions(&text)?);
    found.extend(last_stage(&text));
    found.extend(sent()?);
    Ok(found)
}

/// The compilers are those that the project is written for.
fn versions(text: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let argument = |name: &str| {
        let begin = format!("ARG {name}=");
        text.lines().find_map(|line| line.strip_prefix(&begin)).with_context(|| format!("{PLACE} has no {begin}"))
    };
    let manifest: toml::Value = toml::from_str(&files::text("Cargo.toml")?).context("Cargo.toml")?;
    let package = &manifest["workspace"]["package"];
    let (rust, version) = (package["rust-version"].as_str(), package["version"].as_str());
    let rust = rust.context("Cargo.toml says no rust-version")?;
    if !argument("RUST_VERSION")?.starts_with(rust) {
        found.push(format!("{PLACE}: RUST_VERSION is not the rust-version of Cargo.toml, {rust}"));
    }
    if Some(argument("VERSION")?) != version {
        found.push(format!("{PLACE}: VERSION is not that of Cargo.toml"));
    }
    let chart = files::document("deploy/helm/casewright/Chart.yaml")?;
    if chart["appVersion"].as_str() != version {
        found.push("deploy/helm/casewright/Chart.yaml: appVersion is not the version of Cargo.toml".to_owned());
    }
    Ok(found)
}

/// What runs is not root, and is the binary alone.
fn last_stage(text: &str) -> Vec<String> {
    let stages: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("FROM ")).collect();
    let last = text.rsplit("\nFROM ").next().unwrap_or_default();
    let instruction = |name: &str| last.lines().filter_map(|line| line.strip_prefix(name)).next_back();
    let is_of_nobody =
        instruction("USER ").is_some_and(|user| user.split(':').all(|id| id.parse::<u32>().is_ok_and(|id| id > 0)));
    let named: Vec<&str> = stages.iter().filter_map(|stage| stage.split_once(" AS ")).map(|(_, name)| name).collect();
    let asked = format!("CMD [\"{}\"]", HEALTH.join("\", \""));
    let mut found = Vec::new();
    for stage in &stages {
        let image = stage.split(' ').next().unwrap_or_default();
        // Those have no versions of their own, but the release of Debian that they are made of.
        let is_distroless = image.starts_with("gcr.io/distroless/") && image.contains("-debian");
        let is_fixed = image.contains("${") || named.contains(&image) || is_distroless || is_pinned(image);
        if !is_fixed {
            found.push(format!("{PLACE}: {image} is no version"));
        }
    }
    for (is_there, what) in [
        (is_of_nobody, "the last USER is not a number other than 0"),
        (instruction("VOLUME ") == Some("/var/lib/casewright"), "there is no VOLUME /var/lib/casewright"),
        (instruction("ENTRYPOINT ") == Some(r#"["/usr/local/bin/casewright"]"#), "the ENTRYPOINT is not the binary"),
        (
            instruction("HEALTHCHECK ").is_some_and(|check| check.ends_with(&asked)),
            "the HEALTHCHECK is not the command of the binary",
        ),
        (last.contains("org.opencontainers.image.version"), "the labels of OCI are missing"),
        (text.contains("cargo xtask sbom"), "there is no bill of materials"),
    ] {
        if !is_there {
            found.push(format!("{PLACE}: {what}"));
        }
    }
    found
}

/// Everything that the workspace needs is sent to the builder, and nothing that is not there is named.
fn sent() -> Result<Vec<String>> {
    const PLACE: &str = "deploy/docker/Dockerfile.dockerignore";
    let mut found = Vec::new();
    let text = files::text(PLACE)?;
    let taken: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix('!')).collect();
    for path in &taken {
        if !root().join(path).exists() {
            found.push(format!("{PLACE}: there is no {path}"));
        }
    }
    let manifest: toml::Value = toml::from_str(&files::text("Cargo.toml")?).context("Cargo.toml")?;
    let members = manifest["workspace"]["members"].as_array().context("Cargo.toml has no members")?;
    for member in members.iter().filter_map(toml::Value::as_str) {
        let folder = member.split('/').next().unwrap_or_default();
        if !taken.contains(&folder) {
            found.push(format!("{PLACE}: {folder}, which the workspace has, is not sent"));
        }
    }
    Ok(found)
}
