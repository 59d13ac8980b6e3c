//! The token of the command line: whoever can read the key file administers the installation anyway, so a command that
//! has it may speak to the running platform for a minute.
//!
//! `casewright-local.<claims>.<digest>`: base64url, under a key of the key file that is used for nothing else.

use crate::error::AccessError;
use crate::subject::Subject;
use crate::vault::{Vault, is_same, random_token};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use casewright_journal::TenantId;
use serde::{Deserialize, Serialize};
use std::path::Path;

const PREFIX: &str = "casewright-local.";
const PURPOSE: &str = "token of the command line";
/// What its caller is called, and its role in policies.
pub const COMMAND_LINE: &str = "system:command-line";
/// Life, in seconds.
const SECONDS: i64 = 60;
/// Two clocks of one machine, one of which a program may set.
const LEEWAY: i64 = 10;

#[derive(Serialize, Deserialize)]
struct Claims {
    /// Seconds since 1970.
    exp: i64,
    /// So that no two are the same.
    nonce: String,
    /// The organisation that it administers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tenant: Option<TenantId>,
}

/// A token for the platform whose key file this is, and for one organisation of it.
///
/// # Errors
/// There is no such file, or it holds no key. None is made here: it would be another platform's.
pub fn command_line_token(key_file: &Path, tenant: &TenantId) -> Result<String, AccessError> {
    if !key_file.exists() {
        return Err(AccessError::KeyFile { path: key_file.to_owned(), reason: "it is not there".to_owned() });
    }
    let vault = Vault::open(key_file)?;
    Ok(sign(&vault, jiff::Timestamp::now().as_second(), tenant))
}

fn sign(vault: &Vault, now: i64, tenant: &TenantId) -> String {
    let claims = Claims { exp: now + SECONDS, nonce: random_token(), tenant: Some(tenant.clone()) };
    let claims = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&claims).expect("numbers and texts are JSON"));
    let digest = vault.digest(PURPOSE, &claims);
    format!("{PREFIX}{claims}.{digest}")
}

/// Whether a text wants to be such a token.
pub(crate) fn is_one(token: &str) -> bool {
    token.starts_with(PREFIX)
}

/// The caller and the end of the token; none when it is not ours, over, or made for longer than we make them.
pub(crate) fn verify(vault: &Vault, token: &str, now: i64) -> Option<(Subject, i64)> {
    let (claims, digest) = token.strip_prefix(PREFIX)?.split_once('.')?;
    if !is_same(&vault.digest(PURPOSE, claims), digest) {
        return None;
    }
    let Claims { exp, tenant, .. } = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    let is_now = exp + LEEWAY >= now && exp <= now + SECONDS + LEEWAY;
    is_now.then(|| (Subject::system(&tenant.unwrap_or_default(), COMMAND_LINE), exp))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault() -> (tempfile::TempDir, Vault) {
        let dir = tempfile::tempdir().unwrap();
        let vault = Vault::open(&dir.path().join("k")).unwrap();
        (dir, vault)
    }

    #[test]
    fn it_is_good_for_a_minute_and_under_its_own_key_file_only() {
        let ((_one, vault), (_two, other)) = (vault(), vault());
        let tenant = TenantId::new("b");
        let token = sign(&vault, 1000, &tenant);
        let (subject, _) = verify(&vault, &token, 1030).unwrap();
        assert_eq!((subject.id.as_str(), &subject.tenant), (COMMAND_LINE, &tenant));
        assert!(verify(&vault, &token, 1000 + SECONDS + LEEWAY + 1).is_none(), "over");
        assert!(verify(&vault, &sign(&vault, 5000, &tenant), 1000).is_none(), "of another time");
        assert!(verify(&other, &token, 1030).is_none());
        assert!(verify(&vault, &format!("{token}x"), 1030).is_none());
        assert!(verify(&vault, PREFIX, 1030).is_none());
    }

    #[test]
    fn no_key_file_is_made_for_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("access.key");
        assert!(matches!(command_line_token(&path, &TenantId::default()), Err(AccessError::KeyFile { .. })));
        assert!(!path.exists());
    }
}
