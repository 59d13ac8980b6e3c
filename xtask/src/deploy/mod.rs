//! What is in `deploy/`: some of it is written from lists, all of it is held against what it speaks of.
//!
//! The lists are the routes of the roles ([`routes`]) and the metrics with dashboards and alerts (`deploy/observability/metrics.toml`,
//! [`metrics`]). Nothing is checked against a wish: paths, roles and keys are asked of the binary, names of metrics are read in the code, and
//! formats are judged by those who read them, or by their own schemas.

mod check;
mod files;
mod generate;
mod metrics;
mod promql;
mod routes;
mod tools;

use crate::process::root;
use anyhow::{Context as _, Result, anyhow, bail};
use clap::Subcommand;
use std::fs;
use std::time::Instant;

#[derive(clap::Args)]
pub(crate) struct Deploy {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Write what follows from the lists: dashboards, alerts, scrape configurations, routes, docs/metrics.md.
    Generate,
    /// Hold everything in deploy/ against what it speaks of; as `cargo xtask test deploy`.
    Check,
}

impl Deploy {
    pub(crate) fn execute(&self) -> Result<()> {
        match self.what {
            What::Generate => generate(),
            What::Check => step(),
        }
    }
}

fn generate() -> Result<()> {
    for file in generate::all(&metrics::List::read()?)? {
        let path = root().join(&file.path);
        if fs::read_to_string(&path).is_ok_and(|text| text == file.text) {
            continue;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        }
        fs::write(&path, &file.text).with_context(|| format!("writing {}", path.display()))?;
        println!("{}", file.path);
    }
    Ok(())
}

/// The step `deploy` of the tests: all checks, beside each other, and all that they find.
pub(crate) fn step() -> Result<()> {
    let inputs = check::Inputs::gather()?;
    let count = std::thread::scope(|scope| {
        let make = |check: &'static check::Check| {
            let (begin, found) = (Instant::now(), (check.run)(&inputs));
            (found, begin.elapsed())
        };
        let running: Vec<_> = check::ALL.iter().map(|check| (check, scope.spawn(move || make(check)))).collect();
        let mut count = 0;
        for (check, made) in running {
            let (found, time) = made.join().map_err(|_| anyhow!("the check of {} panicked", check.what))?;
            let found = found.with_context(|| format!("the check of {} could not be made", check.what))?;
            let verdict = if found.is_empty() { "in order" } else { "WRONG" };
            eprintln!("  {verdict}: {} ({:.1} s)", check.what, time.as_secs_f64());
            for finding in &found {
                eprintln!("    {finding}");
            }
            count += found.len();
        }
        Ok::<_, anyhow::Error>(count)
    })?;
    if count > 0 {
        bail!("{count} findings in deploy/");
    }
    Ok(())
}
