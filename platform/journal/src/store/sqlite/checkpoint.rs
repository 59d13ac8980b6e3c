//! Moves write-ahead logs into their files on threads of their own, so that neither commits nor readers wait for it.
//!
//! SQLite would do it within the commit that makes the log long enough, and everybody behind that commit would wait for
//! thousands of pages and two syncs. Here only the rest is left to a commit: a log begins anew when all of it is in the file
//! at a moment when nobody writes, which only the writer can bring about.

use super::error::SqliteError;
use crate::causes::Causes;
use crate::store::StoreError;
use rusqlite::hooks::Wal;
use rusqlite::{Connection, ErrorCode};
use std::ffi::c_int;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Pages in a log before they are moved: a page that is changed again meanwhile is moved once.
const PAGES: c_int = 8_000;
/// From here on commits move what is left, however much: they are faster than the thread.
const TOO_LONG: c_int = 32_000;
/// So few pages may be left to a commit.
const REST: i64 = 800;
/// Attempts to get down to the rest while others write.
const ATTEMPTS: usize = 4;

/// The thread of one file; it ends when this is closed or dropped.
pub(super) struct Checkpointer {
    running: Mutex<Option<Running>>,
    /// Little is left in the log.
    is_nearly_done: Arc<AtomicBool>,
}

struct Running {
    wake: SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Checkpointer {
    /// `connection` is used for nothing else.
    pub(super) fn start(name: &'static str, connection: Connection) -> Result<Self, StoreError> {
        let (wake, woken) = sync_channel(1);
        let is_nearly_done = Arc::new(AtomicBool::new(false));
        let nearly_done = Arc::clone(&is_nearly_done);
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || checkpoint_all(&connection, &woken, &nearly_done))
            .map_err(|e| StoreError::caused(format!("starting the thread {name}"), e))?;
        Ok(Self { running: Mutex::new(Some(Running { wake, thread })), is_nearly_done })
    }

    /// Has the log looked at after every commit of `connection`. Does nothing when this is closed.
    pub(super) fn watch(&self, connection: &mut Connection) -> Result<(), StoreError> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(wake) = running.as_ref().map(|running| running.wake.clone()) else {
            return Ok(());
        };
        let is_nearly_done = Arc::clone(&self.is_nearly_done);
        connection
            .wal_hook(Some(move |log: &mut Wal, pages| {
                if pages < PAGES {
                    return Ok(());
                }
                if is_nearly_done.swap(false, Ordering::AcqRel) || pages >= TOO_LONG {
                    finish(log);
                } else {
                    // Full: it is at work.
                    let _at_work = wake.try_send(());
                }
                Ok(())
            }))
            .map_err(|e| StoreError::caused("watching a write-ahead log", e))
    }

    /// Ends the thread. Blocks until all connections that it watches are closed.
    pub(super) fn close(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Running { wake, thread }) = running {
            drop(wake);
            if thread.join().is_err() {
                tracing::error!("a checkpointing thread panicked");
            }
        }
    }
}

/// Moves what is left, by the writer itself: the commit is done, so an error here is none of its business.
fn finish(log: &mut Wal) {
    match log.checkpoint() {
        Ok(()) => {}
        // The thread is at it; the next commit tries again.
        Err(rusqlite::Error::SqliteFailure(error, _)) if error.code == ErrorCode::DatabaseBusy => {}
        Err(error) => unmoved(&error),
    }
}

/// Nothing is lost: the log grows until it can be moved.
fn unmoved(error: &dyn std::error::Error) {
    tracing::warn!(error = %Causes(error), "a write-ahead log was not moved into its file");
}

fn checkpoint_all(connection: &Connection, woken: &Receiver<()>, is_nearly_done: &AtomicBool) {
    while woken.recv().is_ok() {
        match checkpoint(connection) {
            Ok(nearly_done) => is_nearly_done.store(nearly_done, Ordering::Release),
            Err(error) => unmoved(&error),
        }
    }
}

/// Whether little is left in the log.
fn checkpoint(connection: &Connection) -> Result<bool, SqliteError> {
    let mut statement = connection.prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")?;
    for _ in 0..ATTEMPTS {
        let (pages, moved): (i64, i64) = statement.query_row([], |row| Ok((row.get(1)?, row.get(2)?)))?;
        if pages - moved <= REST {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::super::connection;
    use super::*;
    use std::path::Path;

    fn pages(path: &Path) -> u64 {
        std::fs::metadata(path).map_or(0, |file| file.len() / 4096)
    }

    #[test]
    fn a_log_begins_anew_while_it_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("views.db");
        let checkpointer = Checkpointer::start("checkpoint", connection::open_views(&path).unwrap()).unwrap();
        let mut writer = connection::open_views(&path).unwrap();
        checkpointer.watch(&mut writer).unwrap();
        writer.execute_batch("CREATE TABLE t(a INTEGER PRIMARY KEY, b BLOB)").unwrap();
        // Every commit changes some eight hundred pages; ten times as many go through the log as it may hold.
        let written = 400;
        for _ in 0..written {
            writer
                .execute_batch(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 800)
                     INSERT OR REPLACE INTO t SELECT i, randomblob(3500) FROM n",
                )
                .unwrap();
        }
        drop(writer);
        let log = pages(&dir.path().join("views.db-wal"));
        checkpointer.close();
        assert!(pages(&path) >= 800, "nothing was moved");
        assert!(log < 2 * TOO_LONG as u64, "the log has {log} pages");
    }
}
