//! The developer's commands: run, test, build, services.

use anyhow::{Context, Result, bail};
use std::process::Command;

fn main() -> Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("test") => cargo(&["test", "--workspace"]),
        other => bail!("unknown command {other:?}: expected test"),
    }
}

fn cargo(arguments: &[&str]) -> Result<()> {
    let status = Command::new(env!("CARGO"))
        .args(arguments)
        .status()
        .context("running cargo")?;
    if !status.success() {
        bail!("cargo {arguments:?} failed: {status}");
    }
    Ok(())
}
