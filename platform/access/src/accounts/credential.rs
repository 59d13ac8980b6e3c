//! What a user signs in with: an argon2id hash, sealed.

use super::{MAX_PASSWORD, MIN_PASSWORD};
use crate::hashing::Hashing;
use crate::vault::Vault;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use casewright_journal::{Aggregate, AggregateKey, EntryMeta, TenantId};
use casewright_service::Problem;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// A password as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Credential {
    /// PHC string of argon2id, sealed for this user.
    pub(crate) sealed: String,
    /// Not strong enough for an account with roles: it opens none.
    #[serde(default)]
    pub(crate) weak: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CredentialEvent {
    PasswordSet {
        sealed: String,
        #[serde(default)]
        weak: bool,
    },
    PasswordRemoved,
}

impl Aggregate for Credential {
    type Event = CredentialEvent;
    const KIND: &'static str = "credential";

    fn empty(_key: &AggregateKey) -> Self {
        Self { sealed: String::new(), weak: false }
    }

    fn apply(&mut self, event: &CredentialEvent, _meta: &EntryMeta) {
        match event {
            CredentialEvent::PasswordSet { sealed, weak } => {
                self.sealed.clone_from(sealed);
                self.weak = *weak;
            }
            CredentialEvent::PasswordRemoved => self.sealed.clear(),
        }
    }

    fn event_name(event: &CredentialEvent) -> &'static str {
        match event {
            CredentialEvent::PasswordSet { .. } => "password-set",
            CredentialEvent::PasswordRemoved => "password-removed",
        }
    }
}

fn purpose(tenant: &TenantId, user: &str) -> String {
    format!("credential\u{0}{}\u{0}{user}", tenant.as_str())
}

/// Why a password is too weak for an account with roles; none when it is not.
pub(crate) fn weakness(user: &str, password: &str) -> Option<Problem> {
    let weak = |detail: String| Some(Problem::unprocessable("weak-password", detail));
    if password.chars().count() < MIN_PASSWORD || password.len() > MAX_PASSWORD {
        return weak(format!("A password has at least {MIN_PASSWORD} characters and at most {MAX_PASSWORD} bytes."));
    }
    if password.eq_ignore_ascii_case(user) {
        return weak("The password is the user name.".to_owned());
    }
    None
}

/// A password that is strong enough, as it is to be kept.
pub(crate) async fn hash(
    vault: &Vault,
    hashing: &Hashing,
    tenant: &TenantId,
    user: &str,
    password: &str,
) -> Result<String, Problem> {
    match weakness(user, password) {
        Some(problem) => Err(problem),
        None => hash_any(vault, hashing, tenant, user, password).await,
    }
}

/// Any password, as it is to be kept.
pub(crate) async fn hash_any(
    vault: &Vault,
    hashing: &Hashing,
    tenant: &TenantId,
    user: &str,
    password: &str,
) -> Result<String, Problem> {
    let password = password.to_owned();
    let phc = hashing.run(move || hash_now(&password)).await?.ok_or_else(Problem::internal)?;
    Ok(seal(vault, tenant, user, &phc))
}

/// A hash as it is kept.
pub(crate) fn seal(vault: &Vault, tenant: &TenantId, user: &str, phc: &str) -> String {
    vault.seal(&purpose(tenant, user), phc.as_bytes())
}

fn hash_now(password: &str) -> Option<String> {
    let hash: PasswordHash = Argon2::default().hash_password(password.as_bytes()).ok()?;
    Some(hash.to_string())
}

/// Whether the password is right. Does the same work when nothing is kept for the user.
pub(crate) async fn verify(
    vault: &Vault,
    hashing: &Hashing,
    tenant: &TenantId,
    user: &str,
    sealed: Option<String>,
    password: &str,
) -> Result<bool, Problem> {
    if password.len() > MAX_PASSWORD {
        return Ok(false);
    }
    let kept = sealed
        .and_then(|sealed| vault.open_sealed(&purpose(tenant, user), &sealed))
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let password = password.to_owned();
    let verified = hashing.run(move || match kept {
        Some(phc) => is_match(&phc, &password),
        None => {
            is_match(decoy(), &password);
            false
        }
    });
    verified.await
}

fn is_match(phc: &str, password: &str) -> bool {
    PasswordHash::new(phc).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// A hash nobody knows the password of, so that an unknown user costs what a known one does.
fn decoy() -> &'static str {
    static DECOY: OnceLock<String> = OnceLock::new();
    DECOY.get_or_init(|| hash_now(&crate::vault::random_token()).unwrap_or_default())
}
