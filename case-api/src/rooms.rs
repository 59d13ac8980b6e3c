//! The other rooms, called as this room's machine client. What a user may do was decided before: the other room sees
//! `system:case-api`, and whose call is passed on, which is who it writes down.

use crate::config::CaseApiConfig;
use crate::domain::person::Person;
use casewright_access::{Access, OnBehalfOf, ServiceTokens, Subject};
use casewright_client::engine::Start;
use casewright_client::{CallError, Client, Identity, Variables, http_client};
use casewright_journal::TenantId;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// This room's machine client.
pub(crate) const CLIENT: &str = "system:case-api";
const TIMEOUT: Duration = Duration::from_secs(30);

pub(crate) struct Rooms {
    engine: Client,
    mail: Client,
    storage: Client,
    publishers: Client,
}

/// For whom another room is called.
pub(crate) struct Behalf {
    tenant: TenantId,
    /// None: this room does it by itself.
    caller: Option<OnBehalfOf>,
}

impl Behalf {
    /// Because of what somebody did: a person, or a machine client.
    pub(crate) fn of(tenant: &TenantId, by: &Person) -> Self {
        let person = by
            .on_behalf_of
            .as_ref()
            .map(|who| Box::new(OnBehalfOf { issuer: who.issuer.clone(), ..OnBehalfOf::new(&who.id, &who.name) }));
        let (issuer, caller) = (by.issuer.clone(), OnBehalfOf::new(&by.id, &by.name));
        let caller = OnBehalfOf { issuer, on_behalf_of: person, ..caller };
        Self { tenant: tenant.clone(), caller: Some(caller) }
    }

    fn calls(self, room: &Client) -> Client {
        room.in_tenant(self.tenant.as_str()).on_behalf_of(self.caller)
    }
}

impl From<&Subject> for Behalf {
    fn from(subject: &Subject) -> Self {
        Self { tenant: subject.tenant.clone(), caller: Some(subject.actor().passed_on()) }
    }
}

impl From<&TenantId> for Behalf {
    fn from(tenant: &TenantId) -> Self {
        Self { tenant: tenant.clone(), caller: None }
    }
}

/// What to start for a case, once.
pub(crate) struct ProcessStart<'a> {
    pub(crate) key: &'a str,
    pub(crate) business_key: &'a str,
    pub(crate) case: &'a str,
    /// Which of the starts of that case it is.
    pub(crate) start_id: &'a str,
    pub(crate) variables: Variables,
}

impl Rooms {
    /// # Errors
    /// No HTTP client can be made.
    pub(crate) fn new(access: &Access, config: &CaseApiConfig) -> Result<Self, reqwest::Error> {
        let http = http_client(TIMEOUT)?;
        let identity = Identity::Issued(Arc::new(ServiceTokens::new(access.clone(), CLIENT)));
        let client = |base: &str| Client::new(http.clone(), base, identity.clone());
        Ok(Self {
            engine: client(&config.engine_url),
            mail: client(&config.mail_url),
            storage: client(&config.storage_url),
            publishers: client(&config.publishers_url),
        })
    }

    pub(crate) fn engine(&self, behalf: impl Into<Behalf>) -> Client {
        behalf.into().calls(&self.engine)
    }

    pub(crate) fn mail(&self, behalf: impl Into<Behalf>) -> Client {
        behalf.into().calls(&self.mail)
    }

    pub(crate) fn storage(&self, behalf: impl Into<Behalf>) -> Client {
        behalf.into().calls(&self.storage)
    }

    pub(crate) fn publishers(&self, behalf: impl Into<Behalf>) -> Client {
        behalf.into().calls(&self.publishers)
    }

    /// Starts a process for a case, or gives the instance of this very start when it was made before.
    pub(crate) async fn start_process(
        &self,
        tenant: &TenantId,
        start: ProcessStart<'_>,
        by: &Person,
    ) -> Result<String, CallError> {
        let ProcessStart { key, business_key, case, start_id, variables } = start;
        // The id of a case begins with the time it was made at; what tells the start may be of any length and script.
        let once = format!("{case}:{}", Uuid::new_v5(&Uuid::NAMESPACE_OID, start_id.as_bytes()));
        let start = Start { business_key, variables };
        Ok(self.engine(Behalf::of(tenant, by)).engine().start_once(key, &start, &once).await?.id)
    }
}
