//! Moves write-ahead logs into their files on threads of their own, so that neither commits nor readers wait for it.
//!
//! SQLite would do it within the commit that makes the log long enough, and everybody behind that commit would wait for
//! thousands of pages and two syncs.

use super::SqliteError;
use crate::causes::Causes;
use crate::store::StoreError;
use rusqlite::Connection;
use rusqlite::hooks::Wal;
use std::ffi::c_int;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Pages in a log before they are moved: a page that is changed again meanwhile is moved once.
const PAGES: c_int = 8000;
/// So few pages may be moved while writers wait, so that the log begins anew.
const REST: i64 = 800;
/// Attempts to get down to the rest while writers go on.
const ATTEMPTS: usize = 4;
/// How long the log may wait for its readers to let it begin anew. Writers wait with it.
const PATIENCE: Duration = Duration::from_millis(20);

/// The thread of one file; it ends when this is closed or dropped.
pub(super) struct Checkpointer {
    running: Mutex<Option<Running>>,
}

struct Running {
    wake: SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Checkpointer {
    /// `connection` is used for nothing else.
    pub(super) fn start(name: &'static str, connection: Connection) -> Result<Self, StoreError> {
        let failed = |error: &dyn std::fmt::Display| StoreError::new(format!("starting the thread {name}: {error}"));
        connection.busy_timeout(PATIENCE).map_err(|e| failed(&e))?;
        let (wake, woken) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || checkpoint_all(&connection, &woken))
            .map_err(|e| failed(&e))?;
        Ok(Self { running: Mutex::new(Some(Running { wake, thread })) })
    }

    /// Has it called by every commit of `connection` that leaves the log long. Does nothing when this is closed.
    pub(super) fn watch(&self, connection: &mut Connection) -> Result<(), StoreError> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(wake) = running.as_ref().map(|running| running.wake.clone()) else {
            return Ok(());
        };
        connection
            .wal_hook(Some(move |_: &mut Wal, pages| {
                if pages >= PAGES {
                    // Full: it is at work, and will look again.
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

fn checkpoint_all(connection: &Connection, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        if let Err(error) = checkpoint(connection) {
            // The log grows until the next commit calls again; nothing is lost.
            tracing::warn!(error = %Causes(&error), "a write-ahead log was not moved into its file");
        }
    }
}

fn checkpoint(connection: &Connection) -> Result<(), SqliteError> {
    for _ in 0..ATTEMPTS {
        if rest(connection, "PRAGMA wal_checkpoint(PASSIVE)")? <= REST {
            // Writers wait for this one; what they would wait for is little by now.
            rest(connection, "PRAGMA wal_checkpoint(RESTART)")?;
            return Ok(());
        }
    }
    Ok(())
}

/// Pages that are left in the log.
fn rest(connection: &Connection, pragma: &str) -> Result<i64, SqliteError> {
    let (pages, moved) =
        connection.prepare_cached(pragma)?.query_row([], |row| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)))?;
    Ok(pages - moved)
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
        // Every commit changes some eight hundred pages; twenty times as many go through the log as it may hold at its longest.
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
        assert!(log < 800 * written / 2, "the log has {log} pages");
    }
}
