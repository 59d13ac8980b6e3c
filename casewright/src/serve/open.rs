//! The journal of this process, with the views of every room: all nodes of an installation keep the same ones.

use super::authorities;
use crate::config::{Config, StoreKind};
use crate::private;
use anyhow::{Context, Result, bail};
use casewright_journal::{Clock, Journal, JournalConfig, Kind, Projector, StoreConfig};
use std::sync::Arc;

pub(crate) async fn journal(config: &Config, clock: Option<Arc<dyn Clock>>) -> Result<Journal> {
    private::folder(&config.server.data).context("server.data")?;
    let store = match config.journal.store {
        StoreKind::Sqlite => StoreConfig::Sqlite { dir: config.server.data.join("journal") },
        StoreKind::Mongodb if config.journal.uri.is_empty() => {
            bail!(
                "journal.uri: journal.store is 'mongodb', so this must be a connection string such as mongodb://host:27017/?replicaSet=rs0"
            )
        }
        StoreKind::Mongodb => {
            StoreConfig::Mongo { uri: authorities::mongodb(config)?, database: config.journal.database.clone() }
        }
    };
    let mut settings = JournalConfig::new(store);
    settings.shards = config.journal.shards.unwrap_or(match config.journal.store {
        StoreKind::Sqlite => 8,
        StoreKind::Mongodb => 64,
    });
    if config.journal.store == StoreKind::Sqlite {
        // A row may be large, unlike a document of MongoDB: ten thousand parallel children begin in one decision.
        settings.limits.decision_bytes = 64 << 20;
    }
    settings.address = config.base_url();
    settings.weights = config.quotas.weights();
    // `serve` joins once it can do its share; a start that fails, and a command that only looks, take nothing away.
    settings.joins_later = true;
    if let Some(clock) = clock {
        settings.clock = clock;
    }
    Journal::open(settings, projectors(config)).await.context("opening the journal")
}

/// For commands that look at a store and must not make one.
pub(crate) fn must_exist(config: &Config) -> Result<()> {
    let journal = config.server.data.join("journal/journal.db");
    if config.journal.store == StoreKind::Sqlite && !journal.exists() {
        bail!("server.data: there is no {}; `--data` names the folder", journal.display());
    }
    Ok(())
}

/// Every kind of aggregate there is.
pub(crate) fn kinds() -> Vec<Kind> {
    [
        casewright_access::kinds(),
        casewright_bus::kinds(),
        casewright_engine_runtime::kinds(),
        casewright_case_api::kinds(),
        casewright_storage_api::kinds(),
        casewright_email_to_case::kinds(),
        casewright_publishers::kinds(),
        vec![crate::demo::kind()],
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn projectors(config: &Config) -> Vec<Arc<dyn Projector>> {
    [
        casewright_access::projectors(),
        casewright_bus::projectors(),
        casewright_engine_views::projectors_at(config.engine.history.level),
        casewright_case_api::projectors(),
        casewright_storage_api::projectors(),
        casewright_email_to_case::projectors(),
        casewright_publishers::projectors(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
