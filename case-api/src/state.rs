//! What the handlers and the background jobs of this room share.

use crate::case::desk::Desk;
use crate::person::{PLATFORM, Person, Represented};
use crate::rooms::Rooms;
use axum::extract::FromRef;
use casewright_access::{Access, Subject};
use casewright_journal::{Journal, TenantHandle, TenantId};
use std::sync::Arc;
use tokio::sync::Notify;

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

/// Cheap to clone.
#[derive(Clone)]
pub struct CaseApiState {
    inner: Arc<Inner>,
}

struct Inner {
    journal: Journal,
    access: Access,
    rooms: Rooms,
    /// Rung when a process of some case has started, for those who wait for theirs.
    started: Notify,
}

impl CaseApiState {
    /// # Errors
    /// When no HTTP client can be made (no TLS provider).
    pub fn new(journal: Journal, access: Access, config: &CaseApiConfig) -> Result<Self, reqwest::Error> {
        let rooms = Rooms::new(&access, config)?;
        Ok(Self { inner: Arc::new(Inner { journal, access, rooms, started: Notify::new() }) })
    }

    pub(crate) fn journal(&self) -> &Journal {
        &self.inner.journal
    }

    pub(crate) fn access(&self) -> &Access {
        &self.inner.access
    }

    pub(crate) fn rooms(&self) -> &Rooms {
        &self.inner.rooms
    }

    pub(crate) fn started(&self) -> &Notify {
        &self.inner.started
    }

    pub(crate) fn tenant(&self, tenant: &TenantId) -> TenantHandle {
        self.inner.journal.tenant(tenant)
    }

    pub(crate) fn desk(&self, tenant: &TenantId) -> Desk {
        Desk::new(self.tenant(tenant))
    }
}

impl FromRef<CaseApiState> for Access {
    fn from_ref(state: &CaseApiState) -> Self {
        state.inner.access.clone()
    }
}

/// Who does what a subject asks for. A machine client is the platform to those who read of it; its id says which one it was,
/// and for whom it acts stands beside it.
pub(crate) fn person(subject: &Subject) -> Person {
    let actor = subject.actor();
    let name = if actor.is_machine() { PLATFORM } else { actor.name };
    let on_behalf_of = actor.on_behalf_of.map(|who| Represented { id: who.id.clone(), name: who.name.clone() });
    Person { on_behalf_of, ..Person::new(actor.id, name) }
}
