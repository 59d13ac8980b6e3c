//! A real mail server: the one `CASEWRIGHT_TEST_GREENMAIL=smtp=<address>,imap=<address>,...` names (`cargo xtask services greenmail`
//! prints it), or a GreenMail of our own when Java and its archive (`CASEWRIGHT_TEST_GREENMAIL_JAR`, or where xtask puts it) are here.

use super::{free_address, skipped, until};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tokio::net::TcpStream;

pub struct GreenMail {
    pub smtp: String,
    pub imap: String,
    child: Option<Child>,
}

impl GreenMail {
    /// None: there is no server, which is said loudly.
    pub async fn start() -> Option<Self> {
        if let Ok(named) = std::env::var("CASEWRIGHT_TEST_GREENMAIL") {
            let part = |name: &str| {
                let found = named.split(',').find_map(|part| part.strip_prefix(name));
                found.unwrap_or_else(|| panic!("CASEWRIGHT_TEST_GREENMAIL has no {name}")).to_owned()
            };
            return Some(Self { smtp: part("smtp="), imap: part("imap="), child: None });
        }
        let Some(jar) = jar() else {
            skipped(
                "no mail server: CASEWRIGHT_TEST_GREENMAIL is not set, and GreenMail is neither CASEWRIGHT_TEST_GREENMAIL_JAR nor in \
                 target/services/greenmail/libs (run `cargo xtask services greenmail` once)",
            );
            return None;
        };
        let (smtp, imap) = (free_address(), free_address());
        let mut java = Command::new("java");
        java.args(["-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]);
        for (name, address) in [("smtp", &smtp), ("imap", &imap)] {
            let port = address.rsplit(':').next().unwrap();
            java.arg(format!("-Dgreenmail.{name}.hostname=127.0.0.1")).arg(format!("-Dgreenmail.{name}.port={port}"));
        }
        java.args(["-Dgreenmail.users=anna.meyer:secret@harbor.example", "-Dgreenmail.users.login=email", "-jar"])
            .arg(jar);
        let child = match java.stdout(Stdio::null()).stderr(Stdio::null()).spawn() {
            Ok(child) => child,
            Err(error) => {
                skipped(&format!(
                    "no mail server: Java cannot be run ({error}), and CASEWRIGHT_TEST_GREENMAIL is not set"
                ));
                return None;
            }
        };
        let server = Self { smtp, imap, child: Some(child) };
        until("GreenMail listens", || async {
            TcpStream::connect(&server.smtp).await.ok()?;
            TcpStream::connect(&server.imap).await.ok()
        })
        .await;
        Some(server)
    }
}

impl Drop for GreenMail {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

fn jar() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CASEWRIGHT_TEST_GREENMAIL_JAR") {
        return Some(named.into());
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/services/greenmail/libs");
    let files = std::fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|entry| entry.path());
    files.into_iter().find(|path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with("greenmail-standalone-") && name.ends_with(".jar")
    })
}
