//! `SecantusDB`, a server of the MongoDB protocol over WiredTiger (a separate program under its own licence, for tests only).

use super::{Service, folder, once};
use crate::process::{Server, command, free_port, run};
use anyhow::Result;
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

const VERSION: &str = "0.7.0b3";

pub(crate) fn start() -> Result<Service> {
    let folder = folder("secantus")?;
    let bin = folder.join("venv/bin");
    once(&folder, VERSION, || {
        run(command("python3", &["-m", "venv"]).arg(folder.join("venv")))?;
        let package = format!("SecantusDB=={VERSION}");
        run(Command::new(bin.join("pip")).args(["install", "--quiet", "--disable-pip-version-check", &package]))
    })?;
    let data = folder.join("data");
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    let port = free_port()?;
    let mut program = Command::new(bin.join("secantusd-py"));
    program.args(["--host", "127.0.0.1", "--port", &port.to_string(), "--cache-size", "256M"]);
    program.args(["--log-level", "WARNING", "--storage-path"]).arg(&data);
    let mut server = Server::start("SecantusDB", &mut program, Some(&folder.join("server.log")))?;
    server.wait_until(Duration::from_secs(30), || TcpStream::connect(("127.0.0.1", port)).is_ok())?;
    let address = format!("mongodb://127.0.0.1:{port}/?replicaSet=secantus");
    Ok(Service::new(server, "CASEWRIGHT_TEST_MONGODB", address))
}
