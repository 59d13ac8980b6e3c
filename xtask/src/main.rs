//! The developer's commands. They set up what they need and say what they do; nothing here is part of the product.

mod bench;
mod build;
mod chaos;
mod clients;
mod conformance;
mod deploy;
mod differential;
mod end_to_end;
mod fuzz;
mod process;
mod reproducible;
mod run;
mod services;
mod supply;
mod test;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Commands for working on Casewright.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build portal and binary, start the platform with embedded parts and the demo, stop on Ctrl-C.
    Run(run::Run),
    /// Run the tests; without a name all of them, as the continuous integration does.
    Test(test::Test),
    /// Break things on purpose: the full forms of the crash tests, and a table of what they did.
    Chaos(chaos::Chaos),
    /// Do the same as others do, and say what came out differently.
    Differential(differential::Differential),
    /// Build the portal and the binary with the portal in it.
    Build(build::Build),
    /// Build what is committed twice, in folders of different names, and see whether both come out the same.
    Reproducible(reproducible::Reproducible),
    /// Measure the engine under load, beside a peer when one is named, and write bench/README.md.
    Bench(bench::Bench),
    /// Measure what the engine keeps of its speed beside thousands of hostile clients, and that nothing is lost.
    Soak(bench::soak::Soak),
    /// Get and start real servers for tests (mongodb, kafka, greenmail) and keep them until Ctrl-C.
    Services(services::Services),
    /// Throw made-up input at everything that reads what strangers write: models, expressions, forms, mails, files.
    Fuzz(fuzz::Fuzz),
    /// Write the bill of materials (CycloneDX) of what is built in.
    Sbom(supply::Sbom),
    /// Write what of deploy/ follows from lists (dashboards, alerts, routes), and hold all of it against what it speaks of.
    Deploy(deploy::Deploy),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Run(run) => run.execute(),
        Command::Test(test) => test.execute(),
        Command::Chaos(chaos) => chaos.execute(),
        Command::Differential(differential) => differential.execute(),
        Command::Build(build) => build.execute().map(|_| ()),
        Command::Reproducible(reproducible) => reproducible.execute(),
        Command::Bench(bench) => bench.execute(),
        Command::Soak(soak) => soak.execute(),
        Command::Services(services) => services.execute(),
        Command::Fuzz(fuzz) => fuzz.execute(),
        Command::Sbom(sbom) => sbom.execute(),
        Command::Deploy(deploy) => deploy.execute(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // The chain of causes, and no backtrace, whatever the environment asks for: it would show where this program
        // noticed, and hide what is wrong.
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
