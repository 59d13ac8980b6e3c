//! `cargo xtask soak`: W1 beside hostile clients on the whole platform, SIGKILL, and a look at what was acknowledged.
//!
//! Here the server is started, before and after it is killed; all else is done by `casewright-bench soak`.

use super::{PASSWORD, USER, add_user, commit};
use crate::build;
use crate::process::{Server, answers, cargo, free_port, root, run, target};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

#[derive(clap::Args)]
pub(crate) struct Soak {
    /// How long W1 is measured before the kill: a third alone, the rest beside the hostile load.
    #[arg(long, default_value_t = 600.0)]
    seconds: f64,
    /// Hostile connections that are held.
    #[arg(long, default_value_t = 10_000)]
    connections: usize,
    /// Bombs a second, of all kinds in turn.
    #[arg(long, default_value_t = 10.0)]
    bombs: f64,
    /// Only bombs whose name contains this, to see what one kind costs.
    #[arg(long)]
    only: Option<String>,
    /// Write the result to bench/results and the table to bench/README.md.
    #[arg(long)]
    record: bool,
    /// `profiling` takes a tenth of the time to build and is a little slower; `dev` is for work on the soak itself.
    #[arg(long, default_value = "release", value_parser = ["release", "profiling", "dev"])]
    profile: String,
}

/// Whose models the bombs are, and whose password is guessed.
const DEVELOPER: &str = "developer";
const VICTIM: &str = "victim";
/// A machine client that may create cases.
const CLIENT: &str = "system:soak";
const SECRET: &str = "soak-machine-secret-1";
/// For a start after the kill, with hundreds of thousands of instances in the store.
const PATIENCE: Duration = Duration::from_secs(180);

const CONFIG: &str = r#"[server]
log = "warn"

[[access.clients]]
id = "system:soak"
secret = "soak-machine-secret-1"
roles = ["system:external-tasks"]

[[mail.mailboxes]]
address = "claims@soak.example"
process = "soak-mail"
"#;

/// Ports that stay the same over the kill, and where everything is kept.
struct Place {
    binaries: PathBuf,
    folder: PathBuf,
    http: String,
    smtp: String,
}

impl Soak {
    pub(crate) fn execute(&self) -> Result<()> {
        build::portal()?;
        cargo(&["build", "--profile", &self.profile, "--package", "casewright", "--package", "casewright-bench"])?;
        let place = Place::new(&self.profile)?;
        let first = place.serve()?;
        let mut load = place.soak("run", &first);
        load.args(["--smtp", &place.smtp, "--seconds", &self.seconds.to_string()]);
        load.args(["--connections", &self.connections.to_string(), "--bombs", &self.bombs.to_string()]);
        load.args(self.only.iter().flat_map(|only| ["--only", only.as_str()]));
        load.env("CASEWRIGHT_SOAK_DEVELOPER", format!("{DEVELOPER}:{PASSWORD}"));
        load.env("CASEWRIGHT_SOAK_CLIENT", format!("{CLIENT}:{SECRET}"));
        run(&mut load).with_context(|| format!("the server's log is {}", place.log().display()))?;
        // It was killed: this only collects it.
        drop(first);
        let second = place.serve()?;
        let mut check = place.soak("check", &second);
        let out = if self.record { root().join("bench/results/soak") } else { place.folder.clone() };
        check.args(["--version", &commit()?]).arg("--out").arg(out.join("soak.json"));
        if self.record {
            check.arg("--readme").arg(root().join("bench/README.md"));
        }
        run(&mut check)
    }
}

impl Place {
    /// With nothing in it but people.
    fn new(profile: &str) -> Result<Self> {
        let folder = target().join("bench/soak");
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        let data = folder.join("data");
        std::fs::create_dir_all(&data)?;
        std::fs::write(folder.join("casewright.toml"), CONFIG)?;
        let binaries = target().join(if profile == "dev" { "debug" } else { profile });
        for (name, role) in [(USER, "admin"), (DEVELOPER, "process-developer"), (VICTIM, "case-worker")] {
            add_user(&binaries.join("casewright"), &data, name, &[role], &[])?;
        }
        let address = || Ok::<_, anyhow::Error>(format!("127.0.0.1:{}", free_port()?));
        Ok(Self { binaries, folder, http: address()?, smtp: address()? })
    }

    fn log(&self) -> PathBuf {
        self.folder.join("casewright.log")
    }

    /// The whole platform, with its defaults.
    fn serve(&self) -> Result<Server> {
        let mut serve = Command::new(self.binaries.join("casewright"));
        serve.arg("--config").arg(self.folder.join("casewright.toml"));
        serve.args(["serve", "--listen", &self.http, "--smtp-listen", &self.smtp, "--data"]).arg(self.data());
        // It makes every error that a library raises and drops cost a walk of the stack; nobody serves with it.
        serve.env_remove("RUST_BACKTRACE");
        let log = self.log();
        if log.exists() {
            std::fs::rename(&log, log.with_extension("before-kill.log"))?;
        }
        let mut server = Server::start("casewright", &mut serve, Some(&log))?;
        let ready = format!("http://{}/health/ready", self.http);
        server.wait_until(PATIENCE, || answers(&ready))?;
        Ok(server)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn soak(&self, what: &str, server: &Server) -> Command {
        let mut soak = Command::new(self.binaries.join("casewright-bench"));
        soak.args(["soak", what, "--listen", &self.http, "--pid", &server.pid().to_string()]);
        soak.arg("--folder").arg::<&Path>(&self.folder);
        soak.env("CASEWRIGHT_BENCH_USER", format!("{USER}:{PASSWORD}"));
        soak
    }
}
