//! MinIO: an S3 server, built once from its Go module, since no binary of it is published any more.

use super::{Service, folder, once};
use crate::process::{Server, answers, free_port, has, run};
use anyhow::{Result, bail};
use std::process::Command;
use std::time::Duration;

const VERSION: &str = "v0.0.0-20260212201848-7aac2a2c5b7c";
const KEY: &str = "casewright";
const SECRET: &str = "casewright-secret";

pub(crate) fn start() -> Result<Service> {
    let folder = folder("minio")?;
    once(&folder, VERSION, || {
        if !has("go") {
            bail!("MinIO is built from source, and there is no Go: install Go 1.24 or newer");
        }
        eprintln!("building MinIO {VERSION}: some minutes, once");
        let module = format!("github.com/minio/minio@{VERSION}");
        run(Command::new("go")
            .args(["install", "-trimpath", "-ldflags", "-s -w", &module])
            .env("GOBIN", folder.join("bin"))
            .env("GOFLAGS", "-buildvcs=false")
            .env("CGO_ENABLED", "0"))
    })?;
    let data = folder.join("data");
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    let port = free_port()?;
    let mut command = Command::new(folder.join("bin/minio"));
    command.arg("server").arg(&data).args(["--address", &format!("127.0.0.1:{port}"), "--json"]);
    command.env("MINIO_ROOT_USER", KEY).env("MINIO_ROOT_PASSWORD", SECRET);
    command.env("MINIO_BROWSER", "off").env("MINIO_UPDATE", "off");
    let mut server = Server::start("MinIO", &mut command, Some(&folder.join("server.log")))?;
    let readiness = format!("http://127.0.0.1:{port}/minio/health/ready");
    server.wait_until(Duration::from_secs(30), || answers(&readiness))?;
    Ok(Service::new(server, "CASEWRIGHT_TEST_S3", format!("http://127.0.0.1:{port},{KEY},{SECRET}")))
}
