//! `casewright backup` and `casewright restore`: journal, files and key of an embedded installation in one file.
//!
//! The key that seals passwords and signs addresses is in it, so a backup is as secret as the data folder.

use crate::config::{Config, StoreKind, below};
use anyhow::{Context, Result, bail};
use casewright_journal::sqlite::backup::{Backup, Contents, Writer};
use casewright_storage_api::config::StoreKind as FileStoreKind;
use std::path::{Component, Path, PathBuf};

/// The key's name inside a backup, and what every file's name begins with.
const KEY: &str = "key";
const FILES: &str = "files/";
/// On its way in the folder of files, and worth nothing.
const TEMPORARY: &str = "tmp";

#[derive(clap::Args)]
pub(crate) struct Take {
    /// The file to make; it must not exist.
    #[arg(long)]
    to: PathBuf,
    /// Folder of everything that is kept.
    #[arg(long)]
    data: Option<PathBuf>,
}

#[derive(clap::Args)]
pub(crate) struct Restore {
    /// A file that `casewright backup` made.
    #[arg(long)]
    from: PathBuf,
    /// Folder for everything that is kept; there must be no journal in it.
    #[arg(long)]
    data: Option<PathBuf>,
}

impl Take {
    pub(crate) async fn execute(self, config: Config) -> Result<()> {
        let config = with_data(config, self.data);
        if config.journal.store != StoreKind::Sqlite {
            bail!(
                "journal.store: 'mongodb' is backed up with MongoDB's own tools (mongodump --oplog, or your cluster's snapshots); `backup` copies the embedded store"
            );
        }
        let journal = config.server.data.join("journal");
        // The journal first: bytes are kept before they are recorded, so every file it speaks of is there afterwards.
        let mut writer = Writer::begin(&journal, &self.to, env!("CARGO_PKG_VERSION")).await?;
        writer.add(KEY, &config.access.key_file).await?;
        if config.storage.kind == FileStoreKind::Folder {
            let root = below(&config.server.data, &config.storage.folder);
            for path in files_below(&root)? {
                let name = path.strip_prefix(&root)?.to_str().context("a file's name is not in UTF-8")?;
                // One that is deleted meanwhile is no loss.
                writer.add(&format!("{FILES}{name}"), &path).await?;
            }
        } else {
            eprintln!(
                "storage.kind is 's3': files are not in this backup; use the versioning or replication of the bucket"
            );
        }
        let contents = writer.finish().await?;
        print(&self.to, &contents);
        Ok(())
    }
}

impl Restore {
    pub(crate) async fn execute(self, config: Config) -> Result<()> {
        let config = with_data(config, self.data);
        if config.journal.store != StoreKind::Sqlite {
            bail!("journal.store: a backup is restored into the embedded store, 'sqlite'");
        }
        let backup = Backup::open(&self.from).await?;
        let root = below(&config.server.data, &config.storage.folder);
        let mut targets = Vec::new();
        for name in backup.files().await? {
            let target = match name.strip_prefix(FILES) {
                Some(inner) => root.join(inside(inner)?),
                None if name == KEY => config.access.key_file.clone(),
                None => bail!("the backup has a file '{name}', which this release does not know; use a newer one"),
            };
            if target.exists() {
                bail!("{} exists already; restore into an empty folder", target.display());
            }
            targets.push((name, target));
        }
        if config.server.data.join("journal/journal.db").exists() {
            bail!("there is a journal in {} already; restore into an empty folder", config.server.data.display());
        }
        for (name, target) in targets {
            if let Some(folder) = target.parent() {
                std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
            }
            backup.extract(&name, &target).await?;
        }
        // Last: without it there is nothing to start on, so one that broke off is never taken for whole.
        backup.restore_journal(&config.server.data.join("journal")).await?;
        print(&self.from, backup.contents());
        println!("restored into {}; check it with: casewright verify", config.server.data.display());
        Ok(())
    }
}

pub(super) fn with_data(mut config: Config, data: Option<PathBuf>) -> Config {
    if let Some(data) = data {
        config.server.data = data;
    }
    config.settle();
    config
}

fn print(path: &Path, contents: &Contents) {
    println!(
        "{}: position {} ({} shards), taken {} by release {}, {} files with {} bytes",
        path.display(),
        contents.position(),
        contents.heads.len(),
        contents.taken_at,
        contents.release,
        contents.files,
        contents.file_bytes
    );
}

/// All files of the file store but those that are on their way.
fn files_below(root: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = vec![root.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            // A folder that is tidied away meanwhile, or a file store that was never used.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("reading {}", folder.display())),
        };
        for entry in entries {
            let entry = entry.with_context(|| format!("reading {}", folder.display()))?;
            let path = entry.path();
            let is_folder = entry.file_type().with_context(|| format!("reading {}", path.display()))?.is_dir();
            if !is_folder {
                files.push(path);
            } else if path != root.join(TEMPORARY) {
                folders.push(path);
            }
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// A name that stays inside its folder: a backup may come from anywhere.
fn inside(name: &str) -> Result<&Path> {
    let path = Path::new(name);
    if name.is_empty() || !path.components().all(|part| matches!(part, Component::Normal(_))) {
        bail!("the backup names a file outside of the file store: '{name}'");
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leaves_the_folder_is_refused() {
        assert!(inside("blobs/default/ab/x").is_ok());
        for name in ["", "../x", "/etc/x", "blobs/../../x", "./x"] {
            assert!(inside(name).is_err(), "{name}");
        }
    }
}
