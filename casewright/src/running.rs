//! `running.json` in the data folder: where the process is that serves it, for commands typed beside it.
//!
//! The process keeps a lock on the file for as long as it lives, so what an earlier one left behind is known as such.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

const NAME: &str = "running.json";

#[derive(Serialize, Deserialize)]
struct Where {
    /// As it is reached from this machine.
    url: String,
}

/// The announcement of this process; it ends with it.
pub(crate) struct Announcement {
    file: File,
    path: PathBuf,
}

/// Says where this process listens, and how it is reached where that does not follow from the address. None: another one has announced itself in the same folder, as nodes that share one do.
pub(crate) fn announce(data: &Path, address: SocketAddr, url: Option<String>) -> Result<Option<Announcement>> {
    let path = data.join(NAME);
    let context = || format!("server.data: {} cannot be written", path.display());
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
    let mut file = file.with_context(context)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error).with_context(context),
    }
    let url = url.unwrap_or_else(|| format!("http://{}", reached(address)));
    let text = serde_json::to_vec(&Where { url })?;
    file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(&text)).with_context(context)?;
    Ok(Some(Announcement { file, path }))
}

/// Where the process that serves this folder is; none when no process does.
pub(crate) fn find(data: &Path) -> Result<Option<String>> {
    let path = data.join(NAME);
    let context = || format!("{} cannot be read", path.display());
    let mut file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(context),
    };
    match file.try_lock_shared() {
        // Left behind by a process that was killed.
        Ok(()) => return Ok(None),
        Err(TryLockError::WouldBlock) => {}
        Err(TryLockError::Error(error)) => return Err(error).with_context(context),
    }
    let mut text = String::new();
    file.read_to_string(&mut text).with_context(context)?;
    let Where { url } = serde_json::from_str(&text).with_context(context)?;
    Ok(Some(url))
}

/// Who listens everywhere is reached on the loopback address.
pub(crate) fn reached(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

impl Drop for Announcement {
    fn drop(&mut self) {
        // While the lock is ours, so that it cannot be another's.
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::debug!(%error, "the announcement was gone already");
        }
        if let Err(error) = self.file.unlock() {
            tracing::debug!(%error, "the announcement was not unlocked");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_found_while_it_lives_and_not_after() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(find(folder.path()).unwrap(), None);
        let announcement = announce(folder.path(), "0.0.0.0:8123".parse().unwrap(), None).unwrap();
        assert!(announcement.is_some());
        assert_eq!(find(folder.path()).unwrap().as_deref(), Some("http://127.0.0.1:8123"));
        assert!(announce(folder.path(), "127.0.0.1:1".parse().unwrap(), None).unwrap().is_none(), "one at a time");
        drop(announcement);
        assert_eq!(find(folder.path()).unwrap(), None);
        // As a process leaves it that was killed.
        std::fs::write(folder.path().join(NAME), r#"{"url":"http://127.0.0.1:1"}"#).unwrap();
        assert_eq!(find(folder.path()).unwrap(), None);
    }
}
