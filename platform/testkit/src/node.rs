//! A node in a folder: a real journal on SQLite and real keys, with a clock that stands still until the test moves it.

use casewright_access::{Access, AccessConfig};
use casewright_journal::{Clock, Journal, JournalConfig, ManualClock, Projector, StoreConfig};
use std::path::Path;
use std::sync::Arc;

/// How a node is opened.
pub struct NodeSetup {
    /// Of the rooms under test; those of access are there.
    pub projectors: Vec<Arc<dyn Projector>>,
    pub shards: u16,
    /// When it is.
    pub now: &'static str,
    /// The key file is the folder's.
    pub access: AccessConfig,
}

impl Default for NodeSetup {
    fn default() -> Self {
        Self { projectors: Vec::new(), shards: 4, now: "2026-11-20T12:00:00Z", access: AccessConfig::default() }
    }
}

impl NodeSetup {
    /// Opens the journal of the folder, and nothing else.
    pub async fn journal(self, folder: &Path) -> (Journal, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(self.now.parse().unwrap()));
        let mut config = JournalConfig::new(StoreConfig::Sqlite { dir: folder.join("journal") });
        let as_clock: Arc<dyn Clock> = clock.clone();
        config.clock = as_clock;
        config.shards = self.shards;
        let mut projectors = self.projectors;
        projectors.extend(casewright_access::projectors());
        (Journal::open(config, projectors).await.unwrap(), clock)
    }
}

/// A journal and who may use it.
#[derive(Clone)]
pub struct Node {
    pub journal: Journal,
    pub access: Access,
    pub clock: Arc<ManualClock>,
}

impl Node {
    /// Opens what is in the folder; open it again for a restart.
    pub async fn open(folder: &Path, setup: NodeSetup) -> Self {
        let access = AccessConfig { key_file: folder.join("access.key"), ..setup.access.clone() };
        let (journal, clock) = setup.journal(folder).await;
        let access = Access::open(journal.clone(), access).await.unwrap();
        Self { journal, access, clock }
    }
}
