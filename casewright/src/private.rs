//! What is kept is its owner's: other people of the machine read neither cases nor mails out of our files.

use anyhow::{Context, Result};
use nix::sys::stat::{Mode, umask};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Rights of everybody but the owner.
const OF_OTHERS: u32 = 0o077;

/// Whatever this process makes from now on is its owner's. Call it before the first thread.
pub(crate) fn keep_to_ourselves() {
    umask(Mode::from_bits_truncate(OF_OTHERS));
}

/// Makes a folder, or takes from others what they may do in one that was made before there was a care for it.
///
/// Only when the folder itself is open: into a closed one nobody gets, and walking through millions of files at each start
/// would be for nothing. It is closed last, so that a walk that was cut off is made again.
///
/// # Errors
/// It cannot be made, read or changed.
pub(crate) fn folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).with_context(|| format!("{} cannot be made", path.display()))?;
    let is_open = fs::metadata(path)?.permissions().mode() & OF_OTHERS != 0;
    if !is_open {
        return Ok(());
    }
    close_below(path).with_context(|| format!("the rights of {} cannot be changed", path.display()))?;
    close(path).with_context(|| format!("the rights of {} cannot be changed", path.display()))?;
    tracing::info!(folder = %path.display(), "other users of this machine could read this folder; now they cannot");
    Ok(())
}

fn close_below(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        // Where a link leads to is somebody else's.
        if kind.is_symlink() {
            continue;
        }
        if kind.is_dir() {
            close_below(&entry.path())?;
        }
        match close(&entry.path()) {
            // Temporary files come and go.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            outcome => outcome?,
        }
    }
    Ok(())
}

fn close(path: &Path) -> std::io::Result<()> {
    let mode = fs::metadata(path)?.permissions().mode();
    if mode & OF_OTHERS == 0 {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(mode & !OF_OTHERS & 0o7777))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_folder_that_others_could_read_is_closed_with_all_that_is_in_it() {
        let outside = tempfile::tempdir().unwrap();
        let data = outside.path().join("data");
        fs::create_dir_all(data.join("journal")).unwrap();
        let database = data.join("journal/journal.db");
        fs::write(&database, "entries").unwrap();
        fs::set_permissions(&database, Permissions::from_mode(0o644)).unwrap();
        fs::set_permissions(data.join("journal"), Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
        folder(&data).unwrap();
        assert_eq!((mode(&data), mode(&data.join("journal")), mode(&database)), (0o700, 0o700, 0o600));
        folder(&data).unwrap();
        assert_eq!(fs::read_to_string(&database).unwrap(), "entries");
    }
}
