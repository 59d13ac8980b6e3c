//! clamd, the daemon of `ClamAV`: the machine's own, or Debian's packages unpacked beside the other services, which installs nothing.
//! It knows one signature, that of the EICAR test file, so nothing is downloaded for it.

use super::{Service, folder, once};
use crate::process::{Server, free_port, has, run};
use anyhow::{Context, Result, bail};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Of the file that every virus scanner takes for a virus: its hexadecimal digits, in halves that are no virus here.
const SIGNATURE: [&str; 2] = [
    "58354f2150254041505b345c505a58353428505e2937434329377d24",
    "45494341522d5354414e444152442d414e544956495255532d544553542d46494c452124482b482a",
];
/// Bytes of the largest file it takes.
const LIMIT: usize = 1 << 20;

pub(crate) fn start() -> Result<Service> {
    let folder = folder("clamd")?;
    let (program, libraries) = program(&folder)?;
    let signatures = folder.join("signatures");
    std::fs::create_dir_all(&signatures)?;
    std::fs::write(signatures.join("test.ndb"), format!("Eicar-Test:0:*:{}\n", SIGNATURE.concat()))?;
    let port = free_port()?;
    let settings = [
        "Foreground yes".to_owned(),
        format!("DatabaseDirectory {}", signatures.display()),
        "TCPAddr 127.0.0.1".to_owned(),
        format!("TCPSocket {port}"),
        format!("StreamMaxLength {LIMIT}"),
    ];
    let configuration = folder.join("clamd.conf");
    std::fs::write(&configuration, settings.join("\n") + "\n")?;
    let mut command = Command::new(program);
    command.arg("--config-file").arg(&configuration);
    if let Some(libraries) = libraries {
        command.env("LD_LIBRARY_PATH", libraries);
    }
    let mut server = Server::start("clamd", &mut command, Some(&folder.join("server.log")))?;
    server.wait_until(Duration::from_secs(30), || TcpStream::connect(("127.0.0.1", port)).is_ok())?;
    Ok(Service::new(server, "CASEWRIGHT_TEST_CLAMD", format!("127.0.0.1:{port},{LIMIT}")))
}

/// The program, and where its libraries are when not where the system keeps them.
fn program(folder: &Path) -> Result<(PathBuf, Option<PathBuf>)> {
    let installed = PathBuf::from("/usr/sbin/clamd");
    if installed.exists() {
        return Ok((installed, None));
    }
    if has("clamd") {
        return Ok(("clamd".into(), None));
    }
    if !has("apt-get") || !has("dpkg-deb") {
        bail!("ClamAV is needed: there is no clamd, and none of Debian's packages could be unpacked");
    }
    let unpacked = folder.join("unpacked");
    once(folder, "debian", || unpack(folder, &unpacked))?;
    let libraries = libraries(&unpacked).context("the packages of ClamAV hold no libraries")?;
    Ok((unpacked.join("usr/sbin/clamd"), Some(libraries)))
}

/// The packages of clamd and of those of its libraries that not every machine has.
fn unpack(folder: &Path, unpacked: &Path) -> Result<()> {
    let own = depends_on("clamav-daemon")?.into_iter().filter(|name| name.starts_with("libclamav"));
    let mut packages = vec!["clamav-daemon".to_owned()];
    for library in own {
        let rare = |name: &String| name.starts_with("libmspack") || name.starts_with("libjson-c");
        packages.extend(depends_on(&library)?.into_iter().filter(rare));
        packages.push(library);
    }
    let archives = folder.join("archives");
    std::fs::create_dir_all(&archives)?;
    run(Command::new("apt-get").args(["--quiet=2", "download"]).args(&packages).current_dir(&archives))?;
    for archive in std::fs::read_dir(&archives)? {
        run(Command::new("dpkg-deb").arg("--extract").arg(archive?.path()).arg(unpacked))?;
    }
    Ok(())
}

fn depends_on(package: &str) -> Result<Vec<String>> {
    let said = Command::new("apt-cache").args(["depends", package]).output().context("apt-cache")?;
    let text = String::from_utf8_lossy(&said.stdout);
    let names = text.lines().filter_map(|line| line.trim().strip_prefix("Depends: ")).map(str::to_owned);
    let names: Vec<String> = names.collect();
    if names.is_empty() {
        bail!("apt knows no package {package}: apt-get update");
    }
    Ok(names)
}

/// Below `usr/lib`, in a folder named for the machine.
fn libraries(unpacked: &Path) -> Option<PathBuf> {
    let folders = std::fs::read_dir(unpacked.join("usr/lib")).ok()?;
    folders.filter_map(|entry| Some(entry.ok()?.path())).find(|path| has_library(path))
}

fn has_library(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.filter_map(Result::ok).any(|entry| entry.file_name().to_string_lossy().starts_with("libclamav.so"))
}
