//! Where the suite runs: SQLite always, MongoDB when `CASEWRIGHT_TEST_MONGODB` names one.

use super::account::projectors;
use super::faulty::FaultyStore;
use casewright_journal::sqlite::SqliteStore;
use casewright_journal::{Journal, JournalConfig, Store, StoreConfig};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// A place for one store that can be opened again and again.
pub(crate) enum Place {
    Sqlite(TempDir),
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    pub(crate) async fn open(&self) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(dir) => Arc::new(SqliteStore::open(dir.path()).await.unwrap()),
        }
    }

    pub(crate) async fn faulty(&self) -> Arc<FaultyStore> {
        FaultyStore::new(self.open().await)
    }

    pub(crate) async fn journal(&self) -> Journal {
        journal_on(self.open().await).await
    }
}

/// Few shards and short waits, so that tests meet each other's batches and time out soon.
pub(crate) fn config() -> JournalConfig {
    let mut config = JournalConfig::new(StoreConfig::MemorySqlite);
    config.shards = 4;
    config.lease = Duration::from_secs(3);
    config.limits.store_timeout = Duration::from_millis(1500);
    config
}

pub(crate) async fn journal_on(store: Arc<dyn Store>) -> Journal {
    Journal::open_on(store, config(), projectors()).await.unwrap()
}
