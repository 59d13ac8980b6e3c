//! Where the other rooms answer, and where search is kept.

use casewright_search::extract::Isolated;
use std::path::PathBuf;

/// Where the other rooms answer. One process serves all of them by default, so these are one address.
#[derive(Clone)]
pub struct CaseApiConfig {
    /// Address of the engine, without `/engine-rest`: `http://127.0.0.1:8080`.
    pub engine_url: String,
    /// Address of email-to-case, without `/api/v1`.
    pub mail_url: String,
    /// Address of storage-api, without `/api/v1`.
    pub storage_url: String,
    /// Address of publishers, without `/api/v1`.
    pub publishers_url: String,
    pub search: SearchConfig,
}

/// What search needs of this process.
#[derive(Clone, Default)]
pub struct SearchConfig {
    /// The folder of the index; none: it is kept in memory and goes with the process.
    pub folder: Option<PathBuf>,
    /// Reads files of strangers; none: files are found by their names alone.
    pub reader: Option<Isolated>,
}

impl CaseApiConfig {
    /// All rooms behind one address.
    #[must_use]
    pub fn all_at(base: &str) -> Self {
        let url = || base.to_owned();
        Self {
            engine_url: url(),
            mail_url: url(),
            storage_url: url(),
            publishers_url: url(),
            search: SearchConfig::default(),
        }
    }
}
