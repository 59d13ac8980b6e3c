//! `casewright demo-mail FILE...`: hands message files to an SMTP server, byte for byte.

use anyhow::{Context, Result};
use lettre::address::Envelope;
use lettre::{SmtpTransport, Transport};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct DemoMail {
    /// Host and port of the receiver.
    #[arg(long, default_value = "127.0.0.1:2525")]
    smtp: String,
    /// Envelope sender.
    #[arg(long, default_value = "customer@customer.example")]
    from: String,
    /// Envelope recipient.
    #[arg(long, default_value = "claims@harbor.example")]
    to: String,
    /// Message files (`.eml`).
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

impl DemoMail {
    pub(crate) fn execute(&self) -> Result<()> {
        let (host, port) = self.smtp.rsplit_once(':').context("--smtp wants host:port")?;
        let port = port.parse().with_context(|| format!("'{port}' is no port"))?;
        let transport = SmtpTransport::builder_dangerous(host).port(port).build();
        let envelope = Envelope::new(Some(self.from.parse()?), vec![self.to.parse()?])?;
        for file in &self.files {
            let message = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
            transport
                .send_raw(&envelope, &message)
                .with_context(|| format!("{} was not taken by {}", file.display(), self.smtp))?;
            println!("{} delivered to {}", file.display(), self.to);
        }
        Ok(())
    }
}
