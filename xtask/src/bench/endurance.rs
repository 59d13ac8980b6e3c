//! W1 for many minutes, each way on an empty store: without and with history that is cleaned as it goes.

use super::{casewright, data};
use crate::process::{root, run as execute};
use anyhow::Result;
use std::path::Path;
use std::process::Command;

pub(super) fn run(binaries: &Path, minutes: u32) -> Result<()> {
    for retention in [false, true] {
        let ours = casewright(&binaries.join("casewright"), false)?;
        let name = if retention { "with-retention" } else { "without-retention" };
        let mut load = Command::new(binaries.join("casewright-bench"));
        load.args(["endure", "--base", &ours.base, "--version", &ours.version, "--minutes", &minutes.to_string()]);
        load.arg("--data").arg(data()).arg("--out").arg(root().join(format!("bench/results/endurance/{name}.json")));
        for server in &ours.servers {
            load.args(["--pid", &server.pid().to_string()]);
        }
        if retention {
            load.arg("--retention");
        }
        execute(&mut load)?;
    }
    Ok(())
}
