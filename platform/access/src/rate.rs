//! Slows guessing down: failures are counted per account and per address, and too many close the door for a while.
//!
//! Counted in memory: a restart forgives, which costs a guesser a restart per window.

use casewright_service::Problem;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Failures are forgotten after this long.
const WINDOW: Duration = Duration::from_secs(15 * 60);
const PER_ACCOUNT: u32 = 10;
/// Offices share an address.
const PER_ADDRESS: u32 = 60;
/// What is remembered at most; beyond, the oldest go.
const CAPACITY: usize = 50_000;

/// Failed attempts of this process.
#[derive(Default)]
pub(crate) struct Attempts {
    failures: Mutex<HashMap<Key, Failures>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Account(String),
    Address(IpAddr),
}

struct Failures {
    count: u32,
    since: Instant,
}

impl Attempts {
    /// Refuses with 429 when the account or the address has failed too often.
    pub(crate) fn check(&self, account: &str, address: Option<IpAddr>, now: Instant) -> Result<(), Problem> {
        let failures = self.lock();
        let limits = [(Some(Key::Account(account.to_owned())), PER_ACCOUNT), (address.map(Key::Address), PER_ADDRESS)];
        for (key, limit) in limits {
            let Some(failed) = key.and_then(|key| failures.get(&key)) else {
                continue;
            };
            let age = now.saturating_duration_since(failed.since);
            if failed.count >= limit && age < WINDOW {
                let wait = (WINDOW - age).as_secs().max(1);
                return Err(Problem::too_many_requests("Too many failed attempts to sign in. Try again later.", wait));
            }
        }
        Ok(())
    }

    pub(crate) fn failed(&self, account: &str, address: Option<IpAddr>, now: Instant) {
        let mut failures = self.lock();
        if failures.len() >= CAPACITY {
            failures.retain(|_, failed| now.saturating_duration_since(failed.since) < WINDOW);
        }
        if failures.len() >= CAPACITY {
            failures.clear();
        }
        let keys = [Some(Key::Account(account.to_owned())), address.map(Key::Address)];
        for key in keys.into_iter().flatten() {
            let failed = failures.entry(key).or_insert(Failures { count: 0, since: now });
            if now.saturating_duration_since(failed.since) >= WINDOW {
                *failed = Failures { count: 0, since: now };
            }
            failed.count += 1;
        }
    }

    /// The account is its owner's again; the address stays counted, or one own account would free a guesser.
    pub(crate) fn succeeded(&self, account: &str) {
        self.lock().remove(&Key::Account(account.to_owned()));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Failures>> {
        self.failures.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_closed_after_too_many_failures_and_opens_again() {
        let attempts = Attempts::default();
        let start = Instant::now();
        for _ in 0..PER_ACCOUNT {
            assert!(attempts.check("anna", None, start).is_ok());
            attempts.failed("anna", None, start);
        }
        let refused = attempts.check("anna", None, start).unwrap_err();
        assert_eq!(refused.status, 429);
        assert!(attempts.check("ben", None, start).is_ok());
        assert!(attempts.check("anna", None, start + WINDOW).is_ok());
    }

    #[test]
    fn an_address_that_tries_many_accounts_is_closed() {
        let attempts = Attempts::default();
        let address: IpAddr = "192.0.2.1".parse().unwrap();
        let now = Instant::now();
        for n in 0..PER_ADDRESS {
            attempts.failed(&format!("user-{n}"), Some(address), now);
        }
        assert!(attempts.check("new", Some(address), now).is_err());
        attempts.succeeded("new");
        assert!(attempts.check("new", Some(address), now).is_err());
        assert!(attempts.check("new", None, now).is_ok());
    }
}
