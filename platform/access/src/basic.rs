//! HTTP Basic (RFC 7617) for the Camunda 7 contract and the Modeler, which send a password with every call.
//!
//! A password that was right is remembered for a minute, as a keyed digest that dies with the process: hashing on every
//! call would cost more than the call.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

const REMEMBERED: Duration = Duration::from_secs(60);
const CAPACITY: usize = 10_000;

/// User name and password of a header's credentials.
pub(crate) fn decode(credentials: &str) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

/// Passwords that were right a moment ago.
pub(crate) struct BasicCache {
    key: ring::hmac::Key,
    known: Mutex<HashMap<String, Known>>,
}

struct Known {
    digest: Vec<u8>,
    version: u64,
    until: Instant,
}

impl Default for BasicCache {
    fn default() -> Self {
        let key: [u8; 32] = rand::random();
        Self { key: ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key), known: Mutex::default() }
    }
}

impl BasicCache {
    /// Whether this password was right for this version of the account's credential.
    pub(crate) fn is_known(&self, account: &str, password: &str, version: u64, now: Instant) -> bool {
        let known = self.lock();
        known.get(account).is_some_and(|known| {
            known.until > now
                && known.version == version
                && ring::hmac::verify(&self.key, &text(account, password), &known.digest).is_ok()
        })
    }

    pub(crate) fn remember(&self, account: &str, password: &str, version: u64, now: Instant) {
        let digest = ring::hmac::sign(&self.key, &text(account, password));
        let mut known = self.lock();
        if known.len() >= CAPACITY {
            known.clear();
        }
        known.insert(account.to_owned(), Known { digest: digest.as_ref().to_vec(), version, until: now + REMEMBERED });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn text(account: &str, password: &str) -> Vec<u8> {
    let mut text = account.as_bytes().to_vec();
    text.push(0);
    text.extend_from_slice(password.as_bytes());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_for_its_account_version_and_time_only() {
        let cache = BasicCache::default();
        let now = Instant::now();
        cache.remember("anna", "right", 1, now);
        assert!(cache.is_known("anna", "right", 1, now));
        assert!(!cache.is_known("anna", "wrong", 1, now));
        assert!(!cache.is_known("ben", "right", 1, now));
        assert!(!cache.is_known("anna", "right", 2, now));
        assert!(!cache.is_known("anna", "right", 1, now + REMEMBERED));
    }

    #[test]
    fn a_password_may_have_a_colon() {
        assert_eq!(decode("YW5uYTphOmI=").unwrap(), ("anna".to_owned(), "a:b".to_owned()));
        assert!(decode("bm9jb2xvbg==").is_none());
    }
}
