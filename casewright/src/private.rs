//! What is kept is its owner's: other people of the machine read neither cases nor mails out of our files.

use anyhow::{Context, Result, bail};
use nix::sys::stat::{Mode, umask};
use nix::unistd::{AccessFlags, access};
use rustix::process::{getegid, geteuid, getgroups};
use std::fs::{self, Metadata, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

/// Rights of everybody but the owner.
const OF_OTHERS: u32 = 0o077;
/// Rights of who is neither the owner nor of the group.
const OF_EVERYBODY: u32 = 0o007;
/// Who may change everything.
const ROOT: u32 = 0;

/// Whatever this process makes from now on is its owner's. Call it before the first thread.
pub(crate) fn keep_to_ourselves() {
    umask(Mode::from_bits_truncate(OF_OTHERS));
}

/// Makes a folder, or takes from others what they may do in one that was made before there was a care for it. One that belongs to somebody
/// else is taken as it is where only its owner and a group of ours get in, as Kubernetes makes volumes (`fsGroup`).
///
/// Only when the folder itself is open it is walked through: into a closed one nobody gets, and walking through millions of files at each
/// start would be for nothing. It is closed last, so that a walk that was cut off is made again.
///
/// # Errors
/// It cannot be made or used, or others get in and we may not change that. The text has the folder, its mode and its owner.
pub(crate) fn folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).with_context(|| format!("{} cannot be made", path.display()))?;
    let (us, found) = (Us::now()?, Found::of(&fs::metadata(path)?));
    let place = || format!("{} (mode {:04o}, owner {}:{})", path.display(), found.mode, found.user, found.group);
    match us.judge(&found) {
        Verdict::Closed => {}
        Verdict::Open(who) => bail!(
            "{}: {who} may look into it; take that away (chmod), or give the folder to the user of this process (chown {})",
            place(),
            us.user
        ),
        Verdict::ToBeClosed => {
            close_below(path, &us).with_context(|| format!("the rights of {} cannot be changed", path.display()))?;
            close(path).with_context(|| format!("the rights of {} cannot be changed", path.display()))?;
            tracing::info!(folder = %path.display(), "other users of this machine could read this folder; now they cannot");
        }
    }
    let everything = AccessFlags::R_OK | AccessFlags::W_OK | AccessFlags::X_OK;
    access(path, everything).with_context(|| format!("{}: user {} may not both read and write here", place(), us.user))
}

/// Who this process is.
struct Us {
    user: u32,
    groups: Vec<u32>,
}

/// Whose a folder or file is, and what who may do there.
struct Found {
    user: u32,
    group: u32,
    mode: u32,
}

#[derive(Debug, PartialEq)]
enum Verdict {
    /// Nobody gets in but its owner, and perhaps a group of ours.
    Closed,
    /// Others get in, and we may change that.
    ToBeClosed,
    /// Others get in, and that is not ours to change.
    Open(&'static str),
}

impl Us {
    fn now() -> Result<Self> {
        let mut groups: Vec<u32> =
            getgroups().context("the groups of this process")?.iter().map(|one| one.as_raw()).collect();
        groups.push(getegid().as_raw());
        Ok(Self { user: geteuid().as_raw(), groups })
    }

    fn may_change(&self, found: &Found) -> bool {
        self.user == found.user || self.user == ROOT
    }

    fn judge(&self, found: &Found) -> Verdict {
        if found.mode & OF_OTHERS == 0 {
            return Verdict::Closed;
        }
        if self.may_change(found) {
            return Verdict::ToBeClosed;
        }
        if found.mode & OF_EVERYBODY != 0 {
            return Verdict::Open("everybody on this machine");
        }
        if !self.groups.contains(&found.group) {
            return Verdict::Open("its group, which is none of this process,");
        }
        Verdict::Closed
    }
}

impl Found {
    fn of(metadata: &Metadata) -> Self {
        Self { user: metadata.uid(), group: metadata.gid(), mode: metadata.mode() & 0o7777 }
    }
}

fn close_below(folder: &Path, us: &Us) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let found = match entry.metadata() {
            // Temporary files come and go.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            found => found?,
        };
        // Where a link leads to is somebody else's. So is what the file system keeps in a folder of root's, and nobody gets to it once the
        // folder around it is closed.
        if found.is_symlink() || !us.may_change(&Found::of(&found)) {
            continue;
        }
        if found.is_dir() {
            close_below(&entry.path(), us)?;
        }
        match close(&entry.path()) {
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

    #[test]
    fn a_folder_of_somebody_else_is_taken_where_nobody_gets_in_but_them_and_our_group() {
        let us = Us { user: 65532, groups: vec![100, 65532] };
        let judge = |user: u32, group: u32, mode: u32| us.judge(&Found { user, group, mode });
        assert_eq!(judge(0, 65532, 0o2770), Verdict::Closed, "as Kubernetes makes it");
        assert_eq!(judge(0, 100, 0o750), Verdict::Closed, "whether it can be written is asked by itself");
        assert_eq!(judge(65532, 65532, 0o2700), Verdict::Closed);
        assert_eq!(judge(65532, 65532, 0o2770), Verdict::ToBeClosed, "it is ours");
        assert!(matches!(judge(0, 65532, 0o2775), Verdict::Open(who) if who.contains("everybody")));
        assert!(matches!(judge(0, 7, 0o770), Verdict::Open(who) if who.contains("group")));
        let root = Us { user: ROOT, groups: vec![0] };
        assert_eq!(root.judge(&Found { user: 7, group: 7, mode: 0o770 }), Verdict::ToBeClosed);
    }

    #[test]
    fn what_others_own_in_a_folder_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let kept = folder.path().join("lost+found");
        fs::create_dir(&kept).unwrap();
        fs::set_permissions(&kept, Permissions::from_mode(0o755)).unwrap();
        let somebody = Us { user: fs::metadata(&kept).unwrap().uid() + 1, groups: Vec::new() };
        close_below(folder.path(), &somebody).unwrap();
        assert_eq!(mode(&kept), 0o755);
    }
}
