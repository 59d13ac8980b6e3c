//! What can be typed. This file only routes.

use crate::{command, config, sandbox, serve};
use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::time::Duration;

/// Casewright: case management on a native BPMN engine.
#[derive(Parser)]
#[command(name = "casewright", version)]
pub(crate) struct Arguments {
    /// Configuration file; `casewright config` prints one with every key.
    #[arg(long, global = true, env = "CASEWRIGHT_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the platform, or some roles of it, until SIGINT or SIGTERM.
    Serve(serve::Serve),
    /// Sign in at a running platform with a browser; later commands are then made in your name.
    Login(command::login::Login),
    /// End a sign-in.
    Logout(command::logout::Logout),
    /// Tell who the platform takes you for: id, name, mail address, roles, groups.
    Whoami(command::whoami::Whoami),
    /// Deploy BPMN, DMN and form files to a running platform.
    Deploy(command::deploy::Deploy),
    /// Print the configuration in force: defaults, file, environment. Secrets are masked. Fails when a start would refuse it.
    Config,
    /// Ask a running process whether it is ready: exit code 0, or 1 and why not.
    Health(command::health::Health),
    /// Create, list, enable and disable users, set passwords (built-in issuer); whether or not the platform runs.
    User(command::user::User),
    /// Copy everything that is kept (journal, files, key) into one file, while the platform runs.
    Backup(command::backup::Take),
    /// Make a data folder from a backup.
    Restore(command::backup::Restore),
    /// Check a data folder: every entry, snapshot, view and file. Repairs nothing.
    Verify(command::verify::Verify),
    /// Import from another platform: its configuration, its processes, and what people have entered there.
    Import(command::import::Import),
    /// Operate process instances of a running platform: list, modify, migrate, restart, retry, delete; watch batches.
    Process(Box<command::process::Process>),
    /// Check, evaluate and test decisions of DMN files on this machine; no platform is needed.
    Decision(command::decision::Decision),
    /// Deliver mail files over SMTP, as a customer's mail server would.
    DemoMail(command::demo_mail::DemoMail),
    /// What `serve` starts for scripts of strangers; nobody types it.
    #[command(name = sandbox::NAME, hide = true)]
    Sandbox,
    /// What `serve` starts for each file of strangers whose text is searched; nobody types it.
    #[command(name = sandbox::READER, hide = true)]
    ReadFile,
}

pub(crate) fn run(arguments: Arguments) -> Result<()> {
    let Arguments { config, command } = arguments;
    let read = || config::load(config.as_deref());
    let config = || {
        let config = read()?;
        config.trust()?;
        Ok::<_, anyhow::Error>(config)
    };
    match command {
        Command::Serve(serve) => {
            let config = config()?;
            let runtime = runtime()?;
            let served = runtime.block_on(Box::pin(serve.execute(config)));
            // Dropping it would wait for whatever a thread is computing.
            runtime.shutdown_timeout(LEAVE);
            served
        }
        Command::Config => {
            let config = read()?;
            config::print(&config)?;
            config.check()
        }
        Command::Health(health) => runtime()?.block_on(health.execute(&read()?)),
        Command::User(user) => runtime()?.block_on(user.execute(&config()?)),
        Command::Backup(backup) => runtime()?.block_on(backup.execute(config()?)),
        Command::Restore(restore) => runtime()?.block_on(restore.execute(config()?)),
        Command::Verify(verify) => runtime()?.block_on(Box::pin(verify.execute(config()?))),
        Command::Import(import) => runtime()?.block_on(import.execute()),
        Command::Login(login) => runtime()?.block_on(Box::pin(login.execute())),
        Command::Logout(logout) => runtime()?.block_on(logout.execute()),
        Command::Whoami(whoami) => runtime()?.block_on(whoami.execute()),
        Command::Deploy(deploy) => runtime()?.block_on(deploy.execute()),
        Command::Process(process) => runtime()?.block_on(process.execute()),
        Command::Decision(decision) => decision.execute(),
        Command::DemoMail(mail) => mail.execute(),
        Command::Sandbox => sandbox::serve(),
        Command::ReadFile => sandbox::read_file(),
    }
}

/// How long threads that still compute are waited for when everything else has stopped.
const LEAVE: Duration = Duration::from_secs(2);

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
