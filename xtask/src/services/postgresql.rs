//! PostgreSQL from the system's packages: a cluster of its own per start, with its default durability.

use super::folder;
use crate::process::{Server, free_port, run};
use anyhow::{Result, bail};
use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// A running cluster with an empty database.
pub(crate) struct PostgreSql {
    pub(crate) server: Server,
    pub(crate) port: u16,
}

/// The packages make this user; PostgreSQL refuses to run as root.
const SYSTEM_USER: &str = "postgres";
pub(crate) const DATABASE: &str = "bench";

pub(crate) fn start() -> Result<PostgreSql> {
    let bin = programs()?;
    let folder = folder("postgresql")?;
    let data = data_folder(&folder)?;
    let is_root = is_root()?;
    let program = |name: &str| {
        let path = bin.join(name);
        if !is_root {
            return Command::new(path);
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid", SYSTEM_USER, "--regid", SYSTEM_USER, "--clear-groups"]).arg(path);
        command
    };
    let mut create = program("initdb");
    create.args(["--auth=trust", "--username=bench", "--encoding=UTF8", "--locale=C", "--pgdata"]).arg(&data);
    run(create.stdout(Stdio::null()).current_dir("/"))?;
    let port = free_port()?;
    let mut postgres = program("postgres");
    postgres.arg("-D").arg(&data).args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
    postgres.args(["-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "shared_buffers=512MB"]);
    postgres.arg("-c").arg(format!("unix_socket_directories={}", data.display())).current_dir("/");
    let mut server = Server::start("PostgreSQL", &mut postgres, Some(&folder.join("server.log")))?;
    let port_text = port.to_string();
    let is_ready = || {
        Command::new(bin.join("pg_isready"))
            .args(["-q", "-h", "127.0.0.1", "-p", &port_text])
            .status()
            .is_ok_and(|status| status.success())
    };
    server.wait_until(Duration::from_secs(30), is_ready)?;
    run(Command::new(bin.join("createdb")).args(["-h", "127.0.0.1", "-p", &port_text, "-U", "bench", DATABASE]))?;
    Ok(PostgreSql { server, port })
}

/// An empty folder that the server's user may reach: below the system's folder for such files when we are root.
fn data_folder(folder: &Path) -> Result<PathBuf> {
    let is_root = is_root()?;
    let data = if is_root { PathBuf::from("/var/lib/postgresql/casewright-bench") } else { folder.join("data") };
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    std::fs::create_dir_all(&data)?;
    std::fs::set_permissions(&data, Permissions::from_mode(0o700))?;
    if is_root {
        run(Command::new("chown").arg(format!("{SYSTEM_USER}:{SYSTEM_USER}")).arg(&data))?;
    }
    Ok(data)
}

fn is_root() -> Result<bool> {
    Ok(std::fs::metadata("/proc/self")?.uid() == 0)
}

/// Debian keeps the programs of each version apart, and off the path.
fn programs() -> Result<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect())
        .unwrap_or_default();
    found.retain(|bin| bin.join("initdb").exists());
    found.sort();
    match found.pop() {
        Some(bin) => Ok(bin),
        None => bail!("PostgreSQL is needed: apt-get install postgresql"),
    }
}
