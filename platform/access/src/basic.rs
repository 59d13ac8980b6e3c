//! HTTP Basic (RFC 7617) for the Camunda 7 contract and the Modeler, which send a password with every call.
//!
//! A password that was right is remembered for a minute, as a keyed digest that dies with the process: hashing on every
//! call would cost more than the call.

use crate::attempts::Attempt;
use crate::flight::Question;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use casewright_journal::TenantId;
use lru::LruCache;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::time::{Duration, Instant};

const REMEMBERED: Duration = Duration::from_secs(60);
/// Who has not called for longest gives way, and is hashed again.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(10_000).expect("10,000 is not zero");

/// User name and password of a header's credentials.
pub(crate) fn decode(credentials: &str) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

/// Whose user a name is: `organisation/user`, or without an organisation one of that which every installation has. Ids of
/// users hold no slash.
pub(crate) fn whose(name: &str) -> (TenantId, &str) {
    match name.split_once('/') {
        Some((organisation, user)) => (TenantId::new(organisation), user),
        None => (TenantId::default(), name),
    }
}

/// Passwords that were right a moment ago, each where it was: who guesses elsewhere learns nothing from them.
pub(crate) struct BasicCache {
    key: ring::hmac::Key,
    known: Mutex<LruCache<Question, Instant>>,
}

impl Default for BasicCache {
    fn default() -> Self {
        let key: [u8; 32] = rand::random();
        Self { key: ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key), known: Mutex::new(LruCache::new(CAPACITY)) }
    }
}

impl BasicCache {
    /// This password for this version of the account's credential, from there.
    pub(crate) fn key(&self, attempt: &Attempt, password: &str, version: u64) -> Question {
        let Attempt { account, network, .. } = attempt;
        let mut context = ring::hmac::Context::with_key(&self.key);
        context.update(format!("{account:?} {network:?} {version} ").as_bytes());
        context.update(password.as_bytes());
        let mut key = [0; 32];
        key.copy_from_slice(context.sign().as_ref());
        key
    }

    /// Whether it was right a moment ago.
    pub(crate) fn is_known(&self, key: &Question, now: Instant) -> bool {
        self.lock().get(key).is_some_and(|until| *until > now)
    }

    pub(crate) fn remember(&self, key: Question, now: Instant) {
        self.lock().put(key, now + REMEMBERED);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LruCache<Question, Instant>> {
        self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempts::{Account, Network};

    #[test]
    fn a_name_may_say_whose_user_it_is() {
        assert_eq!(whose("anna"), (TenantId::default(), "anna"));
        assert_eq!(whose("harbor/anna"), (TenantId::new("harbor"), "anna"));
        assert_eq!(whose("harbor/anna/x"), (TenantId::new("harbor"), "anna/x"));
    }

    fn attempt(user: &str, address: &str) -> Attempt {
        let network = Some(Network::from(address.parse::<std::net::IpAddr>().unwrap()));
        Attempt { account: Account::user(&TenantId::default(), user), network, device: None }
    }

    #[test]
    fn a_password_is_known_for_its_account_version_place_and_time_only() {
        let cache = BasicCache::default();
        let now = Instant::now();
        let (anna, ben) = (attempt("anna", "192.0.2.1"), attempt("ben", "192.0.2.1"));
        cache.remember(cache.key(&anna, "right", 1), now);
        assert!(cache.is_known(&cache.key(&anna, "right", 1), now));
        assert!(!cache.is_known(&cache.key(&anna, "wrong", 1), now));
        assert!(!cache.is_known(&cache.key(&ben, "right", 1), now));
        assert!(!cache.is_known(&cache.key(&anna, "right", 2), now));
        assert!(!cache.is_known(&cache.key(&attempt("anna", "192.0.2.2"), "right", 1), now));
        assert!(!cache.is_known(&cache.key(&anna, "right", 1), now + REMEMBERED));
    }

    #[test]
    fn a_password_may_have_a_colon() {
        assert_eq!(decode("YW5uYTphOmI=").unwrap(), ("anna".to_owned(), "a:b".to_owned()));
        assert!(decode("bm9jb2xvbg==").is_none());
    }
}
