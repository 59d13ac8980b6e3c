//! W1 for many minutes, each way on an empty store: without and with history that is cleaned as it goes.

use super::{Retention, casewright, data};
use crate::process::{root, run as execute};
use anyhow::Result;
use std::path::Path;
use std::process::Command;

pub(super) fn run(binaries: &Path, minutes: u32, only: Option<Retention>) -> Result<()> {
    for retention in [Retention::Off, Retention::On] {
        if only.is_some_and(|only| only != retention) {
            continue;
        }
        let is_cleaned = retention == Retention::On;
        let ours = casewright(&binaries.join("casewright"), false)?;
        let name = if is_cleaned { "with-retention" } else { "without-retention" };
        let mut load = Command::new(binaries.join("casewright-bench"));
        load.args(["endure", "--base", &ours.base, "--version", &ours.version, "--minutes", &minutes.to_string()]);
        load.arg("--data").arg(data()).arg("--out").arg(root().join(format!("bench/results/endurance/{name}.json")));
        for server in &ours.servers {
            load.args(["--pid", &server.pid().to_string()]);
        }
        if is_cleaned {
            load.arg("--retention");
        }
        execute(&mut load)?;
    }
    Ok(())
}
