//! GreenMail: SMTP and IMAP for any user named here, with a REST interface to look into mailboxes.

use super::{Service, folder, maven, once};
use crate::process::{Server, answers, free_port};
use anyhow::Result;
use std::process::Command;
use std::time::Duration;

const VERSION: &str = "2.1.13";

/// A running GreenMail.
pub(crate) struct GreenMail {
    server: Server,
    pub(crate) smtp_port: u16,
    imap_port: u16,
    pub(crate) api_port: u16,
}

pub(crate) fn start() -> Result<Service> {
    let mail = start_server()?;
    let address = format!(
        "smtp=127.0.0.1:{},imap=127.0.0.1:{},api=http://127.0.0.1:{}",
        mail.smtp_port, mail.imap_port, mail.api_port
    );
    Ok(Service::new(mail.server, "CASEWRIGHT_TEST_GREENMAIL", address))
}

pub(crate) fn start_server() -> Result<GreenMail> {
    let folder = folder("greenmail")?;
    once(&folder, VERSION, || {
        maven::dependencies(&folder, &[&format!("com.icegreen:greenmail-standalone:{VERSION}")])
    })?;
    let (smtp_port, imap_port, api_port) = (free_port()?, free_port()?, free_port()?);
    let mut java = Command::new("java");
    java.args(["-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]);
    for (name, port) in [("smtp", smtp_port), ("imap", imap_port), ("api", api_port)] {
        java.arg(format!("-Dgreenmail.{name}.hostname=127.0.0.1")).arg(format!("-Dgreenmail.{name}.port={port}"));
    }
    java.arg("-Dgreenmail.users=clara.weiss:secret@customer.example,anna.meyer:secret@harbor.example");
    java.arg("-Dgreenmail.users.login=email").arg("-jar");
    java.arg(folder.join(format!("libs/greenmail-standalone-{VERSION}.jar")));
    let mut server = Server::start("GreenMail", &mut java, Some(&folder.join("server.log")))?;
    let readiness = format!("http://127.0.0.1:{api_port}/api/service/readiness");
    server.wait_until(Duration::from_secs(30), || answers(&readiness))?;
    Ok(GreenMail { server, smtp_port, imap_port, api_port })
}
