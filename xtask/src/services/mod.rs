//! Real servers for tests: got once into `target/services`, started on loopback ports, stopped when done.

pub(crate) mod camunda7;
pub(crate) mod clamd;
pub(crate) mod greenmail;
pub(crate) mod kafka;
pub(crate) mod keycloak;
pub(crate) mod maven;
pub(crate) mod minio;
pub(crate) mod mongodb;
pub(crate) mod pebble;
pub(crate) mod postgresql;
pub(crate) mod python;

use crate::process::{Server, interruption, is_set, target};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(clap::Args)]
pub(crate) struct Services {
    /// Which: mongodb, kafka, greenmail, minio, clamd, pebble, keycloak. All but Keycloak when none is named.
    names: Vec<String>,
}

/// A started server and the environment variables under which the tests look for its addresses.
pub(crate) struct Service {
    _server: Server,
    addresses: Vec<(&'static str, String)>,
}

impl Service {
    pub(crate) fn new(server: Server, variable: &'static str, address: String) -> Self {
        Self { _server: server, addresses: vec![(variable, address)] }
    }

    /// One more address of it, for the tests that want that.
    pub(crate) fn and(mut self, variable: &'static str, address: String) -> Self {
        self.addresses.push((variable, address));
        self
    }

    /// Variables of the environment and what they say.
    pub(crate) fn addresses(&self) -> &[(&'static str, String)] {
        &self.addresses
    }

    /// The first of them.
    pub(crate) fn address(&self) -> &str {
        self.addresses.first().map_or("", |(_, address)| address)
    }
}

impl Services {
    pub(crate) fn execute(&self) -> Result<()> {
        let stop = interruption()?;
        let mut running = Vec::new();
        let all = ["mongodb", "kafka", "greenmail", "minio", "clamd", "pebble"].map(str::to_owned);
        for name in if self.names.is_empty() { &all } else { self.names.as_slice() } {
            eprintln!("starting {name}");
            running.push(match name.as_str() {
                "mongodb" => mongodb::start()?,
                "kafka" => kafka::start()?,
                "greenmail" => greenmail::start()?,
                "minio" => minio::start()?,
                "clamd" => clamd::start()?,
                "pebble" => pebble::start()?,
                "keycloak" => keycloak::start("http://127.0.0.1:8080")?,
                other => {
                    bail!("no service '{other}': there are mongodb, kafka, greenmail, minio, clamd, pebble, keycloak")
                }
            });
        }
        for service in &running {
            for (variable, address) in service.addresses() {
                println!("export {variable}='{address}'");
            }
        }
        eprintln!("Ctrl-C stops");
        while !is_set(&stop) {
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    }
}

/// Folder of a service.
pub(crate) fn folder(name: &str) -> Result<PathBuf> {
    let folder = target().join("services").join(name);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Runs `get` once per version: a stamp file says that it was got whole.
pub(crate) fn once(folder: &Path, version: &str, get: impl FnOnce() -> Result<()>) -> Result<()> {
    let stamp = folder.join(format!("{version}.stamp"));
    if stamp.exists() {
        return Ok(());
    }
    get()?;
    std::fs::write(stamp, version)?;
    Ok(())
}

/// What cannot be got (no network, no toolchain for it) is no fault of what it would test; that it was not is said.
pub(crate) fn obtained<T>(got: Result<T>) -> Option<T> {
    got.inspect_err(|error| eprintln!("\n!!! NOT RUN, and nothing is known about it: {error:#}\n")).ok()
}
