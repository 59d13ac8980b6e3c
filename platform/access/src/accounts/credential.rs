//! What a user signs in with: an argon2id hash, sealed, and a second factor where they have one. Every change of it ends the
//! sign-ins that began before ([`super::standing`]): its version is theirs.

use super::factor::Factor;
use super::strength::weakness;
use crate::hashing::Hashing;
use crate::vault::Vault;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use casewright_journal::{Aggregate, AggregateKey, EntryMeta, TenantId};
use casewright_service::Problem;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// Longest password that is looked at, in bytes: earlier releases kept such.
pub const MAX_PASSWORD: usize = 1024;

/// How long a password is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordLife {
    /// Until somebody changes it.
    Lasting,
    /// Somebody else has chosen it: until its owner signs in, who has to change it then.
    Initial,
}

/// A password as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Credential {
    /// PHC string of argon2id, sealed for this user.
    pub(crate) sealed: String,
    /// Not strong enough for an account with roles: it opens none.
    #[serde(default)]
    pub(crate) weak: bool,
    /// A sign-in that the last change did not end.
    #[serde(default)]
    pub(crate) keeps: Option<String>,
    /// Since when it waits to be changed by its owner; none: it does not.
    #[serde(default)]
    pub(crate) initial_since: Option<Timestamp>,
    #[serde(default)]
    pub(crate) factor: Option<Factor>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CredentialEvent {
    PasswordSet {
        sealed: String,
        #[serde(default)]
        weak: bool,
        /// The sign-in in which its owner changed it.
        #[serde(default)]
        keeps: Option<String>,
        /// Its owner changes it at the first sign-in.
        #[serde(default)]
        initial: bool,
    },
    /// With the second factor: nobody is left who signs in.
    PasswordRemoved,
    FactorEnrolled {
        /// Unlike that of any other enrolment.
        factor: String,
        /// The secret, sealed for this user.
        sealed: String,
        /// Hashes of recovery codes.
        recovery: Vec<String>,
        keeps: Option<String>,
    },
    /// By its owner, or by an administrator: the entry names who it was.
    FactorRemoved { keeps: Option<String> },
    /// Whoever is signed in signs in anew, but the one that is kept.
    SessionsEnded { keeps: Option<String> },
}

impl CredentialEvent {
    /// A password that is good for an account without roles only.
    pub(crate) fn weak(sealed: String) -> Self {
        Self::PasswordSet { sealed, weak: true, keeps: None, initial: false }
    }

    /// A password that is strong enough for any account.
    pub(crate) fn strong(sealed: String, life: PasswordLife, keeps: Option<String>) -> Self {
        Self::PasswordSet { sealed, weak: false, keeps, initial: life == PasswordLife::Initial }
    }

    pub(crate) fn keeps(&self) -> Option<&str> {
        match self {
            Self::PasswordSet { keeps, .. }
            | Self::FactorEnrolled { keeps, .. }
            | Self::FactorRemoved { keeps }
            | Self::SessionsEnded { keeps } => keeps.as_deref(),
            Self::PasswordRemoved => None,
        }
    }
}

impl Aggregate for Credential {
    type Event = CredentialEvent;
    const KIND: &'static str = "credential";

    fn empty(_key: &AggregateKey) -> Self {
        Self { sealed: String::new(), weak: false, keeps: None, initial_since: None, factor: None }
    }

    fn apply(&mut self, event: &CredentialEvent, meta: &EntryMeta) {
        self.keeps = event.keeps().map(str::to_owned);
        match event {
            CredentialEvent::PasswordSet { sealed, weak, keeps: _, initial } => {
                self.sealed.clone_from(sealed);
                self.weak = *weak;
                self.initial_since = initial.then_some(meta.at);
            }
            CredentialEvent::PasswordRemoved => {
                self.sealed.clear();
                self.initial_since = None;
                self.factor = None;
            }
            CredentialEvent::FactorEnrolled { factor, sealed, recovery, keeps: _ } => {
                self.factor = Some(Factor {
                    id: factor.clone(),
                    sealed: sealed.clone(),
                    recovery: recovery.clone(),
                    since: meta.at,
                });
            }
            CredentialEvent::FactorRemoved { keeps: _ } => self.factor = None,
            CredentialEvent::SessionsEnded { keeps: _ } => {}
        }
    }

    fn event_name(event: &CredentialEvent) -> &'static str {
        match event {
            CredentialEvent::PasswordSet { .. } => "password-set",
            CredentialEvent::PasswordRemoved => "password-removed",
            CredentialEvent::FactorEnrolled { .. } => "second-factor-enrolled",
            CredentialEvent::FactorRemoved { .. } => "second-factor-removed",
            CredentialEvent::SessionsEnded { .. } => "sessions-ended",
        }
    }
}

fn purpose(tenant: &TenantId, user: &str) -> String {
    format!("credential\u{0}{}\u{0}{user}", tenant.as_str())
}

/// A password that is strong enough, as it is to be kept. `about` is what everybody knows of the user.
///
/// # Errors
/// 422 `weak-password`; 429 when too many passwords wait to be hashed.
pub(crate) async fn hash(
    vault: &Vault,
    hashing: &Hashing,
    tenant: &TenantId,
    user: &str,
    about: Vec<String>,
    password: &str,
) -> Result<String, Problem> {
    if let Some(problem) = judge(hashing, user, about, password).await? {
        return Err(problem);
    }
    hash_any(vault, hashing, tenant, user, password).await
}

/// [`weakness`], where passwords are worked on: a long one made for it takes a second.
pub(crate) async fn judge(
    hashing: &Hashing,
    user: &str,
    about: Vec<String>,
    password: &str,
) -> Result<Option<Problem>, Problem> {
    let (user, password) = (user.to_owned(), password.to_owned());
    hashing.run(move || weakness(&user, &about, &password)).await
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
