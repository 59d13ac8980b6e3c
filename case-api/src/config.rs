//! Where the other rooms answer.

/// Where the other rooms answer. One process serves all of them by default, so these are one address.
#[derive(Clone, Debug)]
pub struct CaseApiConfig {
    /// Address of the engine, without `/engine-rest`: `http://127.0.0.1:8080`.
    pub engine_url: String,
    /// Address of email-to-case, without `/api/v1`.
    pub mail_url: String,
    /// Address of storage-api, without `/api/v1`.
    pub storage_url: String,
}

impl CaseApiConfig {
    /// All rooms behind one address.
    #[must_use]
    pub fn all_at(base: &str) -> Self {
        Self { engine_url: base.to_owned(), mail_url: base.to_owned(), storage_url: base.to_owned() }
    }
}
