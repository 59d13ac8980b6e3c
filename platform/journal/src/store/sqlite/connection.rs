//! Connections: how they are set up, and pools of them for threads that may block.

use super::error::{SqliteError, blocking};
use crate::store::StoreError;
use crate::views::filter;
use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Connections at once: more would only take each other's processors, and every one has a cache of its own.
const CONNECTIONS: usize = 8;
const STATEMENTS: usize = 256;
/// Memory for pages, in KiB. A write empties the caches of all others, so only the writer's is worth much. That of the
/// journal is small: it appends, and SQLite walks the whole cache at the end of every commit that balanced a tree.
const JOURNAL_WRITER_CACHE: u32 = 2_000;
const VIEW_WRITER_CACHE: u32 = 32_000;
const READER_CACHE: u32 = 4_000;

/// How hard a commit tries to survive.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Durability {
    /// fsync before a commit is acknowledged.
    Full,
    /// For a store that is thrown away anyway.
    None,
}

type OpenFn = dyn Fn() -> Result<Connection, StoreError> + Send + Sync;

/// Connections to one file, for work on blocking threads.
pub(super) struct Pool {
    idle: Arc<Mutex<Vec<Connection>>>,
    open: Arc<OpenFn>,
    /// One permit a connection.
    turns: Arc<Semaphore>,
    size: usize,
    closed: Arc<AtomicBool>,
    /// Connections of an earlier generation are not kept.
    generation: Arc<AtomicU64>,
}

impl Pool {
    pub(super) fn new(open: impl Fn() -> Result<Connection, StoreError> + Send + Sync + 'static) -> Self {
        Self {
            idle: Arc::default(),
            open: Arc::new(open),
            turns: Arc::new(Semaphore::new(CONNECTIONS)),
            size: CONNECTIONS,
            closed: Arc::default(),
            generation: Arc::default(),
        }
    }

    /// One connection, one user at a time: for a file that has one writer.
    pub(super) fn single(open: impl Fn() -> Result<Connection, StoreError> + Send + Sync + 'static) -> Self {
        Self { turns: Arc::new(Semaphore::new(1)), size: 1, ..Self::new(open) }
    }

    /// Waits for those under way to finish, and closes all.
    pub(super) async fn close(&self) {
        self.closed.store(true, Ordering::Release);
        // It is never closed, so this only waits.
        drop(self.turns.acquire_many(self.size as u32).await);
        lock(&self.idle).clear();
    }

    /// Lets go of all connections as they fall idle.
    pub(super) fn renew(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
        lock(&self.idle).clear();
    }

    pub(super) async fn with<T: Send + 'static>(
        &self,
        what: &'static str,
        work: impl FnOnce(&mut Connection) -> Result<T, SqliteError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| StoreError::new("the store is closed"))?;
        let idle = Arc::clone(&self.idle);
        let open = Arc::clone(&self.open);
        let closed = Arc::clone(&self.closed);
        let generation = Arc::clone(&self.generation);
        blocking(move || {
            let _turn = turn;
            if closed.load(Ordering::Acquire) {
                return Err(StoreError::new("the store is closed"));
            }
            let begun = generation.load(Ordering::Acquire);
            let kept = lock(&idle).pop();
            let mut connection = match kept {
                Some(connection) => connection,
                None => open()?,
            };
            let result = work(&mut connection);
            // After an error of its own the connection may be in any state; a new one is cheap.
            let is_well = matches!(result, Ok(_) | Err(SqliteError::Store(_)));
            let is_kept = !closed.load(Ordering::Acquire) && begun == generation.load(Ordering::Acquire);
            if is_well && is_kept {
                lock(&idle).push(connection);
            }
            result.map_err(|error| match error {
                // What is wrong with the question says so itself.
                SqliteError::Store(error) => error,
                error => StoreError::caused(what, error),
            })
        })
        .await
    }
}

fn lock(idle: &Mutex<Vec<Connection>>) -> std::sync::MutexGuard<'_, Vec<Connection>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn open_journal(path: &Path, durability: Durability) -> Result<Connection, StoreError> {
    open_journal_with(path, durability, READER_CACHE)
}

pub(super) fn open_journal_writer(path: &Path, durability: Durability) -> Result<Connection, StoreError> {
    open_journal_with(path, durability, JOURNAL_WRITER_CACHE)
}

fn open_journal_with(path: &Path, durability: Durability, cache: u32) -> Result<Connection, StoreError> {
    let connection = open(path)?;
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::None => "OFF",
    };
    set_up(
        &connection,
        &format!(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous};
             PRAGMA cache_size=-{cache}; PRAGMA temp_store=MEMORY;"
        ),
        path,
    )?;
    Ok(connection)
}

pub(super) fn open_views(path: &Path) -> Result<Connection, StoreError> {
    open_views_with(path, READER_CACHE)
}

pub(super) fn open_view_writer(path: &Path) -> Result<Connection, StoreError> {
    open_views_with(path, VIEW_WRITER_CACHE)
}

fn open_views_with(path: &Path, cache: u32) -> Result<Connection, StoreError> {
    let connection = open(path)?;
    set_up(
        &connection,
        // NORMAL: a WAL commit is not fsynced, yet never torn. The file is not mapped: with every write each reader would
        // have to map it anew, and what is mapped counts as memory of ours.
        &format!(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-{cache}; PRAGMA temp_store=MEMORY;"
        ),
        path,
    )?;
    add_functions(&connection).map_err(|e| StoreError::caused(format!("setting up {}", path.display()), e))?;
    Ok(connection)
}

fn open(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)
        .map_err(|e| StoreError::caused(format!("opening {}", path.display()), e))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // A plan holds for all values: otherwise SQLite plans a statement anew for each value that is bound.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(|e| StoreError::caused(format!("setting up {}", path.display()), e))?;
    Ok(connection)
}

fn set_up(connection: &Connection, pragmas: &str, path: &Path) -> Result<(), StoreError> {
    connection
        .busy_timeout(std::time::Duration::from_secs(10))
        .and_then(|()| connection.execute_batch(pragmas))
        .map_err(|e| StoreError::caused(format!("setting up {}", path.display()), e))
}

/// SQLite folds case for ASCII only; these fold as everything else here does.
fn add_functions(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("cw_fold", 1, flags, |c| Ok(text(c.get_raw(0)).map(filter::fold)))?;
    connection.create_scalar_function("cw_like", 3, flags, |c| {
        let pattern = text(c.get_raw(1)).unwrap_or_default();
        let ignore_case: bool = c.get(2)?;
        Ok(text(c.get_raw(0)).map(|text| filter::like(text, pattern, ignore_case)))
    })
}

fn text(value: ValueRef<'_>) -> Option<&str> {
    match value {
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}
