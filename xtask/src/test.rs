//! `cargo xtask test`: one list of steps, each of which sets up what it needs.

use crate::process::{cargo, cargo_command, command, root, run};
use crate::{build, clients, conformance, deploy, end_to_end, fuzz, services, supply};
use anyhow::{Context, Result, bail};
use std::time::{Duration, Instant};

#[derive(clap::Args)]
pub(crate) struct Test {
    /// Only these steps.
    #[arg(value_parser = step_names())]
    what: Vec<String>,
}

struct Step {
    name: &'static str,
    about: &'static str,
    run: fn() -> Result<()>,
}

/// In the order in which a failure is cheapest to find.
const STEPS: &[Step] = &[
    step("fmt", "formatting", fmt),
    step(
        "supply",
        "licences, sources and known weaknesses of what others wrote, and the bill of materials",
        supply::step,
    ),
    step("portal", "format, types, lint and unit tests of the portal, and its build", portal),
    step("clippy", "lints, of the fuzz targets, too", clippy),
    step("unit", "unit, scenario and journal tests", unit),
    step(
        "deploy",
        "compose files, chart, unit, image, alerts and dashboards, against what they speak of",
        deploy::step,
    ),
    step("mongodb", "the journal's suite and two nodes on a server of the MongoDB protocol", mongodb),
    step("kafka", "the bus on a real Kafka", kafka),
    step("s3", "the files on a real S3 server", s3),
    step("antivirus", "the files with a real clamd", antivirus),
    step("acme", "a certificate ordered of a real ACME server (Pebble)", acme),
    step("e2e", "the main job and the stories of its people in a browser and over SMTP", end_to_end::browser),
    step("keycloak", "sign-in and tokens of a real Keycloak", end_to_end::keycloak),
    step("kill", "the main job under SIGKILL", end_to_end::kill),
    step("clients", "the three unmodified external task clients of Camunda 7", clients::step),
    step("conformance", "scenarios that a Camunda 7.24 passes", conformance::scenarios),
    step("contract", "REST calls as a Camunda 7.24 answered them", conformance::contract),
];

/// Steps that run only when they are named: one takes long beside the stories, what the other finds depends on what else the
/// machine does.
const ON_DEMAND: &[Step] = &[
    step("pages", "every page of the portal in a browser against a mock: light, dark, narrow", end_to_end::pages),
    step("lighthouse", "Lighthouse on list, case and task", end_to_end::lighthouse),
];

const fn step(name: &'static str, about: &'static str, run: fn() -> Result<()>) -> Step {
    Step { name, about, run }
}

fn step_names() -> Vec<&'static str> {
    STEPS.iter().chain(ON_DEMAND).map(|step| step.name).collect()
}

impl Test {
    pub(crate) fn execute(&self) -> Result<()> {
        let mut times: Vec<(&str, Duration)> = Vec::new();
        let on_demand = ON_DEMAND.iter().filter(|step| self.what.iter().any(|wanted| wanted == step.name));
        for step in STEPS.iter().filter(|step| self.wants(step.name)).chain(on_demand) {
            eprintln!("\n=== {}: {}", step.name, step.about);
            let begin = Instant::now();
            (step.run)().with_context(|| format!("step '{}' failed; again with: cargo xtask test {0}", step.name))?;
            times.push((step.name, begin.elapsed()));
        }
        if times.is_empty() {
            bail!("no such step; there are: {}", step_names().join(", "));
        }
        eprintln!("\nall steps passed:");
        for (name, time) in &times {
            eprintln!("  {name:<14} {:>6.1} s", time.as_secs_f64());
        }
        Ok(())
    }

    fn wants(&self, name: &str) -> bool {
        self.what.is_empty() || self.what.iter().any(|wanted| wanted == name)
    }
}

fn fmt() -> Result<()> {
    cargo(&["fmt", "--all", "--check"])?;
    // A workspace of its own.
    cargo(&["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"])
}

fn clippy() -> Result<()> {
    cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])?;
    fuzz::lint()
}

fn unit() -> Result<()> {
    cargo(&["test", "--workspace"])
}

fn portal() -> Result<()> {
    let folder = root().join("portal");
    build::packages(&folder)?;
    run(command("npm", &["run", "--silent", "check"]).current_dir(&folder))?;
    build::portal()
}

fn mongodb() -> Result<()> {
    let Some(server) = services::obtained(services::mongodb::start()) else {
        return Ok(());
    };
    tests(&["conformance", "crash", "nodes", "pool", "bus_mongodb", "cluster"], &server)
}

fn kafka() -> Result<()> {
    let Some(server) = services::obtained(services::kafka::start()) else {
        return Ok(());
    };
    tests(&["kafka"], &server)
}

fn s3() -> Result<()> {
    let Some(server) = services::obtained(services::minio::start()) else {
        return Ok(());
    };
    tests(&["s3"], &server)
}

fn antivirus() -> Result<()> {
    let Some(server) = services::obtained(services::clamd::start()) else {
        return Ok(());
    };
    tests(&["antivirus"], &server)
}

fn acme() -> Result<()> {
    let Some(server) = services::obtained(services::pebble::start()) else {
        return Ok(());
    };
    tests(&["acme"], &server)
}

/// Test targets with a server to test on. Of the whole workspace, never of a package alone: that would compile its
/// dependencies once more, for another set of features.
fn tests(targets: &[&str], server: &services::Service) -> Result<()> {
    let mut arguments = vec!["test", "--workspace"];
    for target in targets {
        arguments.extend(["--test", target]);
    }
    let addresses = server.addresses().iter().map(|(variable, address)| (*variable, address.as_str()));
    run(cargo_command(&arguments).envs(addresses))
}
