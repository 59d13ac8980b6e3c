//! Pebble: the ACME server that Let's Encrypt has for tests, built once from its Go module. Its authority is a new one at every start.

use super::{Service, folder, once};
use crate::process::{Server, free_port, has, run};
use anyhow::{Context, Result, bail};
use serde_json::json;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const MODULE: &str = "github.com/letsencrypt/pebble/v2";
const VERSION: &str = "v2.10.3";

pub(crate) fn start() -> Result<Service> {
    let folder = folder("pebble")?;
    once(&folder, VERSION, || {
        if !has("go") {
            bail!("Pebble is built from source, and there is no Go: install Go 1.24 or newer");
        }
        eprintln!("building Pebble {VERSION}");
        run(Command::new("go")
            .args(["install", "-trimpath", &format!("{MODULE}/cmd/pebble@{VERSION}")])
            .env("GOBIN", folder.join("bin"))
            .env("GOFLAGS", "-buildvcs=false")
            .env("CGO_ENABLED", "0"))
    })?;
    let (port, management, tls) = (free_port()?, free_port()?, free_port()?);
    // What its own listener shows, for localhost and 127.0.0.1; it comes with the module.
    let shown = module()?.join("test/certs");
    let configuration = folder.join("pebble.json");
    let settings = json!({"pebble": {
        "listenAddress": format!("127.0.0.1:{port}"),
        "managementListenAddress": format!("127.0.0.1:{management}"),
        "certificate": shown.join("localhost/cert.pem"),
        "privateKey": shown.join("localhost/key.pem"),
        "httpPort": free_port()?,
        "tlsPort": tls,
        "retryAfter": {"authz": 1, "order": 1},
        "profiles": {"default": {"description": "ninety days", "validityPeriod": 7_776_000}},
    }});
    std::fs::write(&configuration, settings.to_string())?;
    let mut command = Command::new(folder.join("bin/pebble"));
    command.arg("-strict").arg("-config").arg(&configuration);
    // It waits before it looks for proofs, as far authorities do; and refuses some nonces, which stays as it is.
    command.env("PEBBLE_VA_NOSLEEP", "1");
    let mut server = Server::start("Pebble", &mut command, Some(&folder.join("server.log")))?;
    server.wait_until(Duration::from_secs(30), || is_open(port) && is_open(management))?;
    let authority = shown.join("pebble.minica.pem");
    let address = format!(
        "directory=https://localhost:{port}/dir,management=https://localhost:{management},authority={},tls={tls}",
        authority.display()
    );
    Ok(Service::new(server, "CASEWRIGHT_TEST_PEBBLE", address))
}

fn is_open(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

/// Where Go keeps the module.
fn module() -> Result<PathBuf> {
    let told = Command::new("go").args(["env", "GOMODCACHE"]).output().context("go env")?;
    let cache = String::from_utf8(told.stdout).context("go env")?;
    Ok(Path::new(cache.trim()).join(format!("{MODULE}@{VERSION}")))
}
