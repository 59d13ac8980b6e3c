//! The platform's own API, typed: for rooms that call each other, for workers, and for the command line.
//!
//! What this crate must never do: decide what a refusal means for who asked, make a path out of a value (`path!` does, and
//! escapes it), or tell a token or a signed address in an error.
//!
//! - [`Client`] is where the platform is and who calls it; [`Call`] is one request.
//! - [`CallError`] is why there is no answer that can be used; [`Refused`] what the platform said, and whether that may pass.
//! - [`engine`], [`cases`], [`files`], [`mails`] and [`notifications`] are its operations, with what they take and answer.
//! - [`variables`] are process variables as the Camunda 7 contract writes them.

mod call;
pub mod cases;
pub mod engine;
mod error;
pub mod files;
mod http;
mod identity;
pub mod mails;
pub mod notifications;
mod trust;
pub mod variables;

pub use call::Call;
pub use error::{CallError, Fault, Refused};
pub use http::{http_client, install_tls};
pub use identity::{Identity, Tokens};
pub use trust::{all_authorities, all_authorities_pem, own_authorities, own_authorities_pem, trust, trusting};
pub use variables::{TypedValue, VariableError, Variables};

use casewright_contracts::OnBehalfOf;
use casewright_service::RequestPath;
use reqwest::Method;
use std::sync::Arc;

/// Tenant of an installation that has one.
const DEFAULT_TENANT: &str = "default";

/// The platform, as one caller reaches it. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    /// Without a slash at the end.
    base: Arc<str>,
    identity: Identity,
    tenant: Arc<str>,
    caller: Option<Arc<OnBehalfOf>>,
}

impl std::fmt::Debug for Client {
    /// Without the identity, which holds secrets.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Client").field("base", &self.base).field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

impl Client {
    /// `base` is the address of the platform: `http://127.0.0.1:8080`.
    #[must_use]
    pub fn new(http: reqwest::Client, base: &str, identity: Identity) -> Self {
        let base = base.trim_end_matches('/').into();
        Self { http, base, identity, tenant: DEFAULT_TENANT.into(), caller: None }
    }

    /// This client in another tenant. Only an identity that issues tokens tells the platform of it.
    #[must_use]
    pub fn in_tenant(&self, tenant: &str) -> Self {
        Self { tenant: tenant.into(), ..self.clone() }
    }

    /// This client, whose requests say for whom they are made: the platform writes down that they did it. Only an identity that
    /// issues tokens tells the platform of it.
    #[must_use]
    pub fn on_behalf_of(&self, caller: Option<OnBehalfOf>) -> Self {
        Self { caller: caller.map(Arc::new), ..self.clone() }
    }

    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// A request that is not made by any operation here.
    pub fn call(&self, method: Method, path: impl Into<RequestPath>) -> Call {
        let path = path.into();
        let request = self.http.request(method.clone(), format!("{}{path}", self.base));
        let request = self.identity.sign(request, &self.tenant, self.caller.as_deref());
        Call::new(request, &method, &path)
    }

    pub(crate) fn get(&self, path: RequestPath) -> Call {
        self.call(Method::GET, path)
    }

    pub(crate) fn post(&self, path: RequestPath) -> Call {
        self.call(Method::POST, path)
    }
}
