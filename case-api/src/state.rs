//! What the handlers and the background jobs of this room share.

use crate::begun::Begun;
use crate::config::CaseApiConfig;
use crate::domain::person::{PLATFORM, Person, Represented};
use crate::repository::CaseRepository;
use crate::rooms::Rooms;
use crate::search::Search;
use axum::extract::FromRef;
use casewright_access::{Access, OnBehalfOf, Subject};
use casewright_journal::{Journal, TenantHandle, TenantId};
use std::sync::Arc;
use tokio::sync::Notify;

/// Cheap to clone.
#[derive(Clone)]
pub struct CaseApiState {
    inner: Arc<Inner>,
}

struct Inner {
    journal: Journal,
    access: Access,
    rooms: Rooms,
    search: Search,
    /// Rung when a case has noted what was done for it elsewhere, for those who wait for theirs.
    noted: Notify,
    begun: Begun,
}

impl CaseApiState {
    /// # Errors
    /// When no HTTP client can be made (no TLS provider).
    pub fn new(journal: Journal, access: Access, config: &CaseApiConfig) -> Result<Self, reqwest::Error> {
        let rooms = Rooms::new(&access, config)?;
        let search = Search::new(config.search.clone());
        let inner = Inner { journal, access, rooms, search, noted: Notify::new(), begun: Begun::default() };
        Ok(Self { inner: Arc::new(inner) })
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

    pub(crate) fn search(&self) -> &Search {
        &self.inner.search
    }

    pub(crate) fn noted(&self) -> &Notify {
        &self.inner.noted
    }

    pub(crate) fn begun(&self) -> &Begun {
        &self.inner.begun
    }

    pub(crate) fn tenant(&self, tenant: &TenantId) -> TenantHandle {
        self.inner.journal.tenant(tenant)
    }

    pub(crate) fn cases(&self, tenant: &TenantId) -> CaseRepository {
        CaseRepository::new(self.tenant(tenant))
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
    let represented =
        |who: &OnBehalfOf| Represented { id: who.id.clone(), name: who.name.clone(), issuer: who.issuer.clone() };
    let on_behalf_of = actor.on_behalf_of.map(represented);
    Person { issuer: actor.issuer.map(str::to_owned), on_behalf_of, ..Person::new(actor.id, name) }
}
