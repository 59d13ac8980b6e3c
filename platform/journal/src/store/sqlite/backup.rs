//! A copy of the embedded store in one file, taken while it runs, and put back.
//!
//! The file is an SQLite database: the journal as of one moment (one read transaction over all logs), and next to it the
//! files that belong to it, in parts. Views are not in it: they follow from the journal. It appears under its name when it
//! is whole and synced, or not at all.

use super::connection::Durability;
use super::error::{SqliteError, blocking};
use super::lock::Lock;
use super::{connection, log, schema};
use crate::key::ShardId;
use crate::store::StoreError;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of a file in one row.
const PART: usize = 1 << 20;
/// Raised when a backup changes in a way an older release cannot restore.
const FORMAT: i64 = 1;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Last position of every shard's log.
    pub heads: Vec<u64>,
    /// When it was taken.
    pub taken_at: jiff::Timestamp,
    /// Which release took it.
    pub release: String,
    pub files: u64,
    pub file_bytes: u64,
}

impl Contents {
    /// Batches in it, over all shards: one number for where it stands.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.heads.iter().sum()
    }
}

/// A backup that is being taken. Dropped before [`Writer::finish`], it leaves nothing behind.
pub struct Writer {
    connection: Arc<Mutex<Connection>>,
    partial: Partial,
    to: PathBuf,
    contents: Contents,
}

/// A half-written file, removed when nobody made it whole.
struct Partial(PathBuf);

impl Drop for Partial {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, path = %self.0.display(), "a half-written backup could not be removed");
        }
    }
}

impl Writer {
    /// Copies the journal in `dir`, which another process may be writing, as it is at one moment.
    ///
    /// # Errors
    /// There is no journal, another release wrote it, `to` exists, or a disk failed.
    pub async fn begin(dir: &Path, to: &Path, release: &str) -> Result<Self, StoreError> {
        let (dir, to, release) = (dir.to_owned(), to.to_owned(), release.to_owned());
        blocking(move || Self::begin_here(&dir, to, release)).await
    }

    fn begin_here(dir: &Path, to: PathBuf, release: String) -> Result<Self, StoreError> {
        if to.exists() {
            return Err(StoreError::new(format!("{} exists already; choose another name", to.display())));
        }
        let source = open_existing(&dir.join("journal.db"))?;
        schema::check_format(&source).map_err(|e| StoreError::caused("looking at the journal", e))?;
        let mut name = to.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        let partial = Partial(to.with_file_name(name));
        // Of a backup that was killed.
        remove(&partial.0)?;
        let what = "copying the journal";
        let taken_at = jiff::Timestamp::now();
        create_private(&partial.0)?;
        source.execute("VACUUM INTO ?1", params![text(&partial.0)?]).map_err(|e| StoreError::caused(what, e))?;
        drop(source);
        let copy = open_existing(&partial.0)?;
        let heads = prepare(&copy).map_err(|e| StoreError::caused(what, e))?;
        Ok(Self {
            connection: Arc::new(Mutex::new(copy)),
            partial,
            to,
            contents: Contents { heads, taken_at, release, files: 0, file_bytes: 0 },
        })
    }

    /// Adds the bytes at `path` under a name. False: there is nothing at `path` (any more).
    pub async fn add(&mut self, name: &str, path: &Path) -> Result<bool, StoreError> {
        let (name, path) = (name.to_owned(), path.to_owned());
        let connection = Arc::clone(&self.connection);
        let size = blocking(move || {
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            add(&mut connection, &name, &path)
                .map_err(|e| StoreError::caused(format!("adding {} to the backup", path.display()), e))
        })
        .await?;
        if let Some(size) = size {
            self.contents.files += 1;
            self.contents.file_bytes += size;
        }
        Ok(size.is_some())
    }

    /// Makes the backup whole: synced, and there under its name.
    pub async fn finish(self) -> Result<Contents, StoreError> {
        blocking(move || {
            let Self { connection, partial, to, contents } = self;
            {
                let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                note(&connection, &contents).map_err(|e| StoreError::caused("finishing the backup", e))?;
            }
            drop(connection);
            let io = |e| StoreError::caused(format!("finishing {}", to.display()), e);
            File::open(&partial.0).and_then(|file| file.sync_all()).map_err(io)?;
            std::fs::rename(&partial.0, &to).map_err(io)?;
            sync_folder(&to).map_err(io)?;
            Ok(contents)
        })
        .await
    }
}

/// A whole backup.
pub struct Backup {
    path: PathBuf,
    contents: Contents,
}

impl Backup {
    /// Opens a backup and checks it for damage.
    ///
    /// # Errors
    /// It is none, it is damaged, or a newer release took it.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let path = path.to_owned();
        blocking(move || {
            let connection = open_existing(&path)?;
            let contents = contents(&connection)
                .map_err(|e| StoreError::caused(format!("{} is no whole backup", path.display()), e))?;
            Ok(Self { path, contents })
        })
        .await
    }

    #[must_use]
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Makes a journal of it in `dir`, which must not hold one. It gets an id of its own.
    pub async fn restore_journal(&self, dir: &Path) -> Result<(), StoreError> {
        let (path, dir) = (self.path.clone(), dir.to_owned());
        blocking(move || {
            std::fs::create_dir_all(&dir)
                .map_err(|e| StoreError::caused(format!("making the folder {}", dir.display()), e))?;
            let _held = Lock::take(&dir)?;
            let target = dir.join("journal.db");
            if target.exists() {
                return Err(StoreError::new(format!(
                    "there is a journal in {} already; restore into an empty folder",
                    dir.display()
                )));
            }
            let partial = Partial(dir.join("journal.db.partial"));
            remove(&partial.0)?;
            let copied = connection::open_journal(&partial.0, Durability::Full)?;
            schema::prepare_journal(&copied)?;
            let what = "restoring the journal";
            copy_journal(&copied, &path).map_err(|e| StoreError::caused(what, e))?;
            drop(copied);
            std::fs::rename(&partial.0, &target).map_err(|e| StoreError::caused(what, e))?;
            sync_folder(&target).map_err(|e| StoreError::caused(what, e))
        })
        .await
    }

    /// Names of the files in it.
    pub async fn files(&self) -> Result<Vec<String>, StoreError> {
        let path = self.path.clone();
        blocking(move || {
            let connection = open_existing(&path)?;
            names(&connection).map_err(|e| StoreError::caused("listing the files of a backup", e))
        })
        .await
    }

    /// Writes one of its files to `to`, synced, for the owner's eyes only.
    pub async fn extract(&self, name: &str, to: &Path) -> Result<(), StoreError> {
        let (path, name, to) = (self.path.clone(), name.to_owned(), to.to_owned());
        blocking(move || {
            let connection = open_existing(&path)?;
            extract(&connection, &name, &to).map_err(|e| StoreError::caused(format!("restoring {}", to.display()), e))
        })
        .await
    }
}

fn open_existing(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags)
        .and_then(|connection| {
            connection.busy_timeout(std::time::Duration::from_secs(10))?;
            // Nothing is read before the first statement: is it a database at all?
            connection.query_row("PRAGMA schema_version", [], |_| Ok(()))?;
            Ok(connection)
        })
        .map_err(|e| StoreError::caused(format!("opening {}", path.display()), e))
}

fn text(path: &Path) -> Result<&str, StoreError> {
    path.to_str().ok_or_else(|| StoreError::new(format!("{} is no name in UTF-8", path.display())))
}

fn remove(path: &Path) -> Result<(), StoreError> {
    for suffix in ["", "-journal", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::remove_file(&name) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::caused(format!("removing {}", Path::new(&name).display()), e));
            }
            _ => {}
        }
    }
    Ok(())
}

/// An empty file that only its owner can read: what comes in are people's data and keys.
fn create_private(path: &Path) -> Result<(), StoreError> {
    private(path).map(drop).map_err(|e| StoreError::caused(format!("making {}", path.display()), e))
}

fn private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    File::open(folder)?.sync_all()
}

fn prepare(copy: &Connection) -> Result<Vec<u64>, SqliteError> {
    copy.execute_batch(
        "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;
         CREATE TABLE backup(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
         CREATE TABLE backup_file(
             name TEXT NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL, UNIQUE(name, part));",
    )?;
    let shards = schema::shards(copy, 0)?;
    (0..shards).map(|shard| log::head(copy, ShardId(shard))).collect()
}

fn add(copy: &mut Connection, name: &str, path: &Path) -> Result<Option<u64>, SqliteError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let transaction = copy.transaction()?;
    let mut size = 0;
    let mut buffer = vec![0; PART];
    for part in 0_i64.. {
        let mut filled = 0;
        while filled < PART {
            match file.read(&mut buffer[filled..])? {
                0 => break,
                read => filled += read,
            }
        }
        // An empty file has one empty part.
        if filled == 0 && part > 0 {
            break;
        }
        transaction
            .prepare_cached("INSERT INTO backup_file(name, part, bytes) VALUES(?1, ?2, ?3)")?
            .execute(params![name, part, &buffer[..filled]])?;
        size += filled as u64;
        if filled < PART {
            break;
        }
    }
    transaction.commit()?;
    Ok(Some(size))
}

fn note(copy: &Connection, contents: &Contents) -> Result<(), SqliteError> {
    let heads: Vec<String> = contents.heads.iter().map(ToString::to_string).collect();
    let mut insert = copy.prepare("INSERT INTO backup(key, value) VALUES(?1, ?2)")?;
    for (key, value) in [
        ("format", FORMAT.to_string()),
        ("heads", heads.join(" ")),
        ("taken-at", contents.taken_at.to_string()),
        ("release", contents.release.clone()),
        ("files", contents.files.to_string()),
        ("file-bytes", contents.file_bytes.to_string()),
    ] {
        insert.execute(params![key, value])?;
    }
    Ok(())
}

fn contents(backup: &Connection) -> Result<Contents, SqliteError> {
    schema::check_format(backup)?;
    let value = |key: &str| -> Result<String, SqliteError> {
        let found =
            backup.query_row("SELECT value FROM backup WHERE key = ?1", params![key], |row| row.get(0)).optional()?;
        found.ok_or_else(|| SqliteError::Other(format!("it does not say its {key}")))
    };
    let number = |key: &str| -> Result<u64, SqliteError> {
        value(key)?.parse().map_err(|_| SqliteError::Other(format!("its {key} is no number")))
    };
    let format = number("format")?;
    if format > FORMAT as u64 {
        return Err(SqliteError::Other(format!(
            "the backup has format {format}, this release reads up to {FORMAT}: use the release that took it, or a newer one"
        )));
    }
    let state: String = backup.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if state != "ok" {
        return Err(SqliteError::Other(format!("it is damaged: {state}")));
    }
    let heads: Result<Vec<u64>, _> = value("heads")?.split_whitespace().map(str::parse).collect();
    Ok(Contents {
        heads: heads.map_err(|_| SqliteError::Other("its heads are no numbers".to_owned()))?,
        taken_at: value("taken-at")?.parse().map_err(|_| SqliteError::Other("its time is none".to_owned()))?,
        release: value("release")?,
        files: number("files")?,
        file_bytes: number("file-bytes")?,
    })
}

fn copy_journal(target: &Connection, backup: &Path) -> Result<(), SqliteError> {
    let name = backup.to_str().ok_or_else(|| SqliteError::Other("its name is not in UTF-8".to_owned()))?;
    target.execute("ATTACH ?1 AS backup", params![name])?;
    target.execute_batch(
        "BEGIN IMMEDIATE;
         INSERT INTO batch(row, writer, format, entries) SELECT row, writer, format, entries FROM backup.batch ORDER BY row;
         INSERT INTO aggregate_batch(kind, tenant, id, seq, batch)
             SELECT kind, tenant, id, seq, batch FROM backup.aggregate_batch ORDER BY kind, tenant, id, seq;
         INSERT INTO snapshot(kind, tenant, id, seq, state) SELECT kind, tenant, id, seq, state FROM backup.snapshot;
         INSERT INTO consumer(name, shard, position) SELECT name, shard, position FROM backup.consumer;
         INSERT OR IGNORE INTO meta(key, value) SELECT key, value FROM backup.meta WHERE key <> 'store-id';
         COMMIT;
         DETACH backup;
         PRAGMA wal_checkpoint(TRUNCATE);",
    )?;
    Ok(())
}

fn names(backup: &Connection) -> Result<Vec<String>, SqliteError> {
    let mut statement = backup.prepare("SELECT DISTINCT name FROM backup_file ORDER BY name")?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

fn extract(backup: &Connection, name: &str, to: &Path) -> Result<(), SqliteError> {
    let mut file = private(to)?;
    let mut statement = backup.prepare("SELECT bytes FROM backup_file WHERE name = ?1 ORDER BY part")?;
    let mut parts = statement.query(params![name])?;
    while let Some(part) = parts.next()? {
        file.write_all(part.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?)?;
    }
    file.sync_all()?;
    Ok(())
}
