//! Where the suite runs: memory and SQLite always, MongoDB when `CASEWRIGHT_TEST_MONGODB` names one.

use super::account::projectors;
use super::faulty::FaultyStore;
use casewright_journal::memory::MemoryStore;
use casewright_journal::mongo::MongoStore;
use casewright_journal::sqlite::SqliteStore;
use casewright_journal::{Journal, JournalConfig, Store, StoreConfig};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// A place for one store that can be opened again and again.
pub(crate) enum Place {
    Memory(Arc<MemoryStore>),
    Sqlite(TempDir),
    Mongo { uri: String, database: String },
}

impl Place {
    pub(crate) fn memory() -> Self {
        Self::Memory(Arc::new(MemoryStore::exclusive()))
    }

    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    /// None, said loudly, when there is no MongoDB to test on.
    pub(crate) fn mongo() -> Option<Self> {
        let Ok(uri) = std::env::var("CASEWRIGHT_TEST_MONGODB") else {
            eprintln!("SKIPPED: set CASEWRIGHT_TEST_MONGODB=mongodb://... to run this on MongoDB");
            return None;
        };
        Some(Self::mongo_at(uri))
    }

    /// An empty one of the same sort.
    pub(crate) fn another(&self) -> Self {
        match self {
            Self::Memory(_) => Self::memory(),
            Self::Sqlite(_) => Self::sqlite(),
            Self::Mongo { uri, .. } => Self::mongo_at(uri.clone()),
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Memory(_) => "memory",
            Self::Sqlite(_) => "SQLite",
            Self::Mongo { .. } => "MongoDB",
        }
    }

    /// Several nodes can have it at once.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Self::Mongo { .. })
    }

    fn mongo_at(uri: String) -> Self {
        Self::Mongo { uri, database: format!("test-{}", uuid::Uuid::new_v4().simple()) }
    }

    pub(crate) async fn remove(self) {
        if let Self::Mongo { uri, database } = self {
            let client = mongodb::Client::with_uri_str(uri).await.unwrap();
            client.database(&database).drop().await.unwrap();
        }
    }

    pub(crate) async fn open(&self) -> Arc<dyn Store> {
        match self {
            Self::Memory(store) => store.clone(),
            Self::Sqlite(dir) => Arc::new(SqliteStore::open(dir.path()).await.unwrap()),
            Self::Mongo { uri, database } => Arc::new(MongoStore::open(uri, database).await.unwrap()),
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
    config.limits.snapshot_bytes = 400;
    config.limits.store_timeout = Duration::from_millis(1500);
    config
}

pub(crate) async fn journal_on(store: Arc<dyn Store>) -> Journal {
    Journal::open_on(store, config(), projectors()).await.unwrap()
}

/// Waits for a condition; fails after ten seconds.
pub(crate) async fn wait_until(what: &str, condition: impl AsyncFn() -> bool) {
    let reached = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), reached).await.unwrap_or_else(|_| panic!("never: {what}"));
}
