//! How a room of the platform shows who it is when it calls another: tokens of its machine client, renewed before they end.

use crate::access::{Access, SERVICE_TOKEN_SECONDS};
use casewright_client::Tokens;
use casewright_contracts::OnBehalfOf;
use casewright_journal::TenantId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// A token is made anew when it has less than this left, in seconds.
const MARGIN: i64 = 60;
/// Tokens that are kept at most: one for each who called within the life of a token.
const REMEMBERED: usize = 10_000;

/// Tokens of one machine client.
#[derive(Clone)]
pub struct ServiceTokens {
    access: Access,
    /// `system:<role>`.
    client: Arc<str>,
    remembered: Arc<Mutex<Remembered>>,
}

/// By tenant, and by whose call is passed on: the token, and when it ends.
type Remembered = HashMap<(TenantId, Option<OnBehalfOf>), (String, i64)>;

impl ServiceTokens {
    /// `client` is who calls: `system:case-api`.
    #[must_use]
    pub fn new(access: Access, client: &str) -> Self {
        Self { access, client: client.into(), remembered: Arc::default() }
    }
}

impl Tokens for ServiceTokens {
    fn token(&self, tenant: &str, caller: Option<&OnBehalfOf>) -> String {
        let now = self.access.now_seconds();
        let key = (TenantId::new(tenant), caller.cloned());
        let mut remembered = self.remembered.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((token, expires)) = remembered.get(&key)
            && *expires - now > MARGIN
        {
            return token.clone();
        }
        if remembered.len() >= REMEMBERED {
            remembered.retain(|_, (_, expires)| *expires - now > MARGIN);
        }
        let token = self.access.service_token_for(&key.0, &self.client, caller);
        if remembered.len() < REMEMBERED {
            remembered.insert(key, (token.clone(), now + SERVICE_TOKEN_SECONDS));
        }
        token
    }
}
