//! Python with packages from its registry, in a virtual environment of its own.

use super::{folder, once};
use crate::process::{command, run};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

/// The interpreter that has what `install` asks pip for; `name` says what it is, version and all, and is got once.
pub(crate) fn with(name: &str, install: &[&str]) -> Result<PathBuf> {
    let environment = folder("python")?.join(name);
    let bin = environment.join("bin");
    once(&folder("python")?, name, || {
        run(command("python3", &["-m", "venv"]).arg(&environment))?;
        run(Command::new(bin.join("pip")).args(["install", "--quiet", "--disable-pip-version-check"]).args(install))
    })?;
    Ok(bin.join("python"))
}
