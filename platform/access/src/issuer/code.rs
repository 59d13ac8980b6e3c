//! Authorisation codes and refresh tokens as they travel: sealed, so that any node can open them and none is kept.
//!
//! That a code is used once is kept by its session: the grant of a code exists at most once.

use crate::vault::{Vault, hash_token, random_token};
use casewright_journal::TenantId;
use serde::{Deserialize, Serialize};

/// Seconds a code may be redeemed.
pub(crate) const CODE_SECONDS: i64 = 60;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Code {
    /// The grant it becomes.
    pub(crate) grant: String,
    pub(crate) tenant: TenantId,
    pub(crate) session: String,
    pub(crate) client: String,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    pub(crate) scope: String,
    pub(crate) nonce: Option<String>,
    pub(crate) expires: i64,
}

impl Code {
    pub(crate) fn seal(&self, vault: &Vault) -> String {
        seal(vault, "code", self)
    }

    pub(crate) fn open(vault: &Vault, sealed: &str) -> Option<Self> {
        open(vault, "code", sealed)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RefreshToken {
    pub(crate) tenant: TenantId,
    pub(crate) session: String,
    pub(crate) grant: String,
    secret: String,
}

impl RefreshToken {
    pub(crate) fn new(tenant: &TenantId, session: &str, grant: &str) -> Self {
        Self { tenant: tenant.clone(), session: session.to_owned(), grant: grant.to_owned(), secret: random_token() }
    }

    /// What is kept of it.
    pub(crate) fn hash(&self) -> String {
        hash_token(&self.secret)
    }

    pub(crate) fn seal(&self, vault: &Vault) -> String {
        seal(vault, "refresh", self)
    }

    pub(crate) fn open(vault: &Vault, sealed: &str) -> Option<Self> {
        open(vault, "refresh", sealed)
    }
}

/// What the browser keeps to be recognised by the issuer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SessionCookie {
    pub(crate) tenant: TenantId,
    pub(crate) session: String,
    secret: String,
}

impl SessionCookie {
    pub(crate) fn new(tenant: &TenantId, session: &str) -> Self {
        Self { tenant: tenant.clone(), session: session.to_owned(), secret: random_token() }
    }

    pub(crate) fn hash(&self) -> String {
        hash_token(&self.secret)
    }

    pub(crate) fn seal(&self, vault: &Vault) -> String {
        seal(vault, "cookie", self)
    }

    pub(crate) fn open(vault: &Vault, sealed: &str) -> Option<Self> {
        open(vault, "cookie", sealed)
    }
}

pub(super) fn seal<T: Serialize>(vault: &Vault, purpose: &str, value: &T) -> String {
    let plain = serde_json::to_vec(value).expect("a plain struct serialises");
    vault.seal(purpose, &plain)
}

pub(super) fn open<T: for<'de> Deserialize<'de>>(vault: &Vault, purpose: &str, sealed: &str) -> Option<T> {
    if sealed.len() > 8 * 1024 {
        return None;
    }
    serde_json::from_slice(&vault.open_sealed(purpose, sealed)?).ok()
}
