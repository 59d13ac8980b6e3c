//! `cargo xtask run`: the platform with embedded parts and the demo, as a new user meets it.

use crate::build;
use crate::process::{Server, answers, interruption, is_set, target};
use anyhow::{Result, bail};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

#[derive(clap::Args)]
pub(crate) struct Run {
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    /// Folder for the platform's data; kept between runs.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Forget the data of earlier runs first.
    #[arg(long)]
    fresh: bool,
    /// The optimised binary.
    #[arg(long)]
    release: bool,
}

impl Run {
    pub(crate) fn execute(&self) -> Result<()> {
        build::portal()?;
        let binary = build::binary(self.release)?;
        let data = self.data.clone().unwrap_or_else(|| target().join("run"));
        if self.fresh && data.exists() {
            std::fs::remove_dir_all(&data)?;
        }
        let stop = interruption()?;
        let mut command = Command::new(binary);
        command.args(["serve", "--demo", "--listen", &self.listen, "--data"]).arg(&data);
        let mut server = Server::start("casewright", &mut command, None)?;
        let ready = format!("http://{}/health/ready", self.listen);
        server.wait_until(Duration::from_secs(60), || is_set(&stop) || answers(&ready))?;
        if !is_set(&stop) {
            self.welcome(&data);
        }
        while !is_set(&stop) {
            if let Some(status) = server.ended()? {
                bail!("casewright ended with {status}");
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        eprintln!("\nstopping");
        let status = server.stop()?;
        if !status.success() {
            bail!("casewright ended with {status}");
        }
        Ok(())
    }

    fn welcome(&self, data: &std::path::Path) {
        eprintln!(
            "\nCasewright is ready at http://{}\n\n  \
             anna  anna-demo-1   case worker\n  \
             ben   ben-demo-1    supervisor\n  \
             dana  dana-demo-1   process developer\n  \
             root  rita-demo-1   administrator\n\n\
             Mail to claims@harbor.example at 127.0.0.1:2525 becomes a case:\n  \
             casewright demo-mail examples/claims/mails/01-plain-text.eml\n\
             Data is kept in {}. Ctrl-C stops.\n",
            self.listen,
            data.display()
        );
    }
}
