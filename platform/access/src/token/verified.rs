//! Tokens of ours whose signature was found good.
//!
//! A caller sends the same token with each of its requests, and looking at its signature costs more than most of them. What is
//! remembered is only that a signature fits what it signs under a key; whether the key still counts, the token has ended, or the
//! sign-in is over is asked each time.

use super::claims::AccessClaims;
use lru::LruCache;
use sha2::{Digest as _, Sha256};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

/// Callers at a time. Each takes about half a kilobyte.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(10_000).expect("it is not 0");

/// By the digest of the token: a token itself is a secret, and is kept nowhere.
pub(crate) struct Verified(Mutex<LruCache<[u8; 32], Arc<AccessClaims>>>);

impl Default for Verified {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(REMEMBERED)))
    }
}

impl Verified {
    /// What a token says whose signature was good before; otherwise as `verify` finds it. What is not good is not remembered.
    pub(crate) fn claims<E>(
        &self,
        token: &str,
        verify: impl FnOnce() -> Result<AccessClaims, E>,
    ) -> Result<Arc<AccessClaims>, E> {
        let digest: [u8; 32] = Sha256::digest(token).into();
        if let Some(claims) = self.known().get(&digest) {
            return Ok(Arc::clone(claims));
        }
        let claims = Arc::new(verify()?);
        self.known().put(digest, Arc::clone(&claims));
        Ok(claims)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, LruCache<[u8; 32], Arc<AccessClaims>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn a_good_signature_is_looked_at_once_and_a_bad_one_each_time() {
        let (verified, asked) = (Verified::default(), Cell::new(0));
        let claims: AccessClaims = serde_json::from_value(serde_json::json!({
            "iss": "i", "sub": "anna", "aud": "a", "exp": 1, "iat": 0, "jti": "j", "client_id": "c", "tenant": "default",
            "name": "Anna", "email": "", "roles": [], "groups": [],
        }))
        .unwrap();
        let ask = |token: &str, is_good: bool| {
            verified.claims(token, || {
                asked.set(asked.get() + 1);
                is_good.then(|| claims.clone()).ok_or("forged")
            })
        };
        assert_eq!(ask("one", true).unwrap().sub, "anna");
        assert_eq!(ask("one", false).unwrap().sub, "anna");
        assert_eq!(asked.get(), 1);
        assert!(ask("two", false).is_err());
        assert!(ask("two", false).is_err());
        assert_eq!(asked.get(), 3);
    }
}
