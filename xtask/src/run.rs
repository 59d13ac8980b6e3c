//! `cargo xtask run`: the platform with embedded parts and the demo, as a new user meets it.

use crate::build;
use crate::process::{Server, answers, free_port, interruption, is_set, target};
use anyhow::{Result, bail};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Where the platform listens unless it is told otherwise, or somebody else does.
const HTTP: &str = "127.0.0.1:8080";
const SMTP: &str = "127.0.0.1:2525";

#[derive(clap::Args)]
pub(crate) struct Run {
    /// Address to listen on; 127.0.0.1:8080, or a free port where that is taken.
    #[arg(long)]
    listen: Option<String>,
    /// Address to receive mail on; 127.0.0.1:2525, or a free port where that is taken.
    #[arg(long)]
    smtp_listen: Option<String>,
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
        let binary = build::platform(self.release)?;
        let data = self.data.clone().unwrap_or_else(|| target().join("run"));
        if self.fresh && data.exists() {
            std::fs::remove_dir_all(&data)?;
        }
        let stop = interruption()?;
        // An address that was asked for is taken as it is: where it cannot be had, the platform says so.
        let http = self.listen.clone().map_or_else(|| free("HTTP", HTTP), Ok)?;
        let smtp = self.smtp_listen.clone().map_or_else(|| free("SMTP", SMTP), Ok)?;
        let mut command = Command::new(binary);
        command.args(["serve", "--demo", "--listen", &http, "--smtp-listen", &smtp, "--data"]).arg(&data);
        let mut server = Server::start("casewright", &mut command, None)?;
        let ready = format!("http://{http}/health/ready");
        server.wait_until(Duration::from_secs(60), || is_set(&stop) || answers(&ready))?;
        if !is_set(&stop) {
            welcome(&http, &smtp, &data);
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
}

/// The default, unless somebody listens there.
fn free(what: &str, default: &str) -> Result<String> {
    if TcpListener::bind(default).is_ok() {
        return Ok(default.to_owned());
    }
    let chosen = format!("127.0.0.1:{}", free_port()?);
    eprintln!("{what}: {default} is taken by another program, so this one listens on {chosen}");
    Ok(chosen)
}

fn welcome(http: &str, smtp: &str, data: &Path) {
    let to = if smtp == SMTP { String::new() } else { format!(" --smtp {smtp}") };
    eprintln!(
        "\nCasewright is ready at http://{http}\n\n  \
         anna  anna-demo-1   case worker\n  \
         ben   ben-demo-1    supervisor\n  \
         dana  dana-demo-1   process developer\n  \
         root  rita-demo-1   administrator\n\n\
         Mail to claims@harbor.example at {smtp} becomes a case:\n  \
         casewright demo-mail{to} examples/claims/mails/01-plain-text.eml\n\
         Data is kept in {}. Ctrl-C stops.\n",
        data.display()
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_is_taken_is_passed_over() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let default = taken.local_addr().unwrap().to_string();
        let chosen = free("HTTP", &default).unwrap();
        assert_ne!(chosen, default);
        drop(taken);
        // A program that another test starts has our sockets as well, until it is that program.
        let is_free = (0..1_000).any(|_| free("HTTP", &default).unwrap() == default);
        assert!(is_free, "{default} is taken, and nobody listens there");
    }
}
