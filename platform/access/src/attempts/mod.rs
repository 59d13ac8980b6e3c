//! Slows guessing down. An attempt takes its place in the counters *before* it is checked, so that a hundred guesses at
//! once are not a hundred guesses.
//!
//! What is counted, so that strangers who know a name cannot shut its owner out:
//! - failures of an account **from one address**: ten, then it is closed there, for longer with every further failure;
//! - failures **of an address** whatever the account, and of **an account** from all addresses it is not known at: those
//!   close the door to strangers only. An address from which the password was right, and a browser with a cookie of an
//!   earlier sign-in ([`crate::issuer`]), are not asked for these; a browser's own failures are counted by themselves.
//!
//! Counted in memory, per process and bounded: a restart forgives, which costs a guesser a restart per window.

mod buckets;

use buckets::{Bucket, Buckets, Rule};
use casewright_journal::TenantId;
pub(crate) use casewright_service::Network;
use casewright_service::Problem;
use lru::LruCache;
use sha2::{Digest as _, Sha256};
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Failures of one account from one address or browser.
const OF_ACCOUNT_HERE: Rule = Rule { limit: 10, is_remembered: true };
/// Failures of one address; offices share one.
const OF_ADDRESS: Rule = Rule { limit: 60, is_remembered: false };
/// Failures of one account from all addresses where it is not known.
const OF_ACCOUNT_ANYWHERE: Rule = Rule { limit: 100, is_remembered: false };
/// Addresses at which an account was right.
const KNOWN: NonZeroUsize = NonZeroUsize::new(50_000).unwrap();

/// An account as it is counted: of a fixed size, however long the name is that somebody sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Account([u8; 16]);

impl Account {
    /// A user who signs in with a password.
    pub(crate) fn user(tenant: &TenantId, user: &str) -> Self {
        Self::of(&["user", tenant.as_str(), user])
    }

    /// The second factor of a user: counted by itself, or a password that is right would forgive guesses at the code.
    pub(crate) fn factor(tenant: &TenantId, user: &str) -> Self {
        Self::of(&["factor", tenant.as_str(), user])
    }

    /// A machine client with a secret.
    pub(crate) fn client(client: &str) -> Self {
        Self::of(&["client", client])
    }

    fn of(words: &[&str]) -> Self {
        let digest = Sha256::digest(words.join("\u{0}"));
        let mut key = [0; 16];
        key.copy_from_slice(&digest[..16]);
        Self(key)
    }
}

/// Somebody who says who they are.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub(crate) account: Account,
    /// None: where they are is not known.
    pub(crate) network: Option<Network>,
    /// The browser of an earlier sign-in of this account, by its cookie.
    pub(crate) device: Option<String>,
}

impl Attempt {
    /// A guess at a user's second factor, by somebody who knows the password. From wherever they are it is counted as one: six
    /// digits are found out by who has many addresses. Only a browser of an earlier sign-in is counted by itself.
    pub(crate) fn at_factor(tenant: &TenantId, user: &str, device: Option<&str>) -> Self {
        let device = device.map(|device| format!("{device}/factor"));
        Self { account: Account::factor(tenant, user), network: None, device }
    }
}

/// Attempts of this process.
pub(crate) struct Attempts {
    counted: Mutex<Counted>,
}

struct Counted {
    here: Buckets<(Account, Option<Network>)>,
    devices: Buckets<String>,
    networks: Buckets<Network>,
    accounts: Buckets<Account>,
    known: LruCache<(Account, Network), ()>,
}

impl Default for Attempts {
    fn default() -> Self {
        let counted = Counted {
            here: Buckets::new(OF_ACCOUNT_HERE),
            devices: Buckets::new(OF_ACCOUNT_HERE),
            networks: Buckets::new(OF_ADDRESS),
            accounts: Buckets::new(OF_ACCOUNT_ANYWHERE),
            known: LruCache::new(KNOWN),
        };
        Self { counted: Mutex::new(counted) }
    }
}

impl Counted {
    fn is_known(&self, attempt: &Attempt) -> bool {
        attempt.device.is_some()
            || attempt.network.is_some_and(|network| self.known.contains(&(attempt.account, network)))
    }

    /// Runs over all counters that this attempt is counted in.
    fn each(&mut self, attempt: &Attempt, is_known: bool, mut visit: impl FnMut(&mut dyn Bucket)) {
        match &attempt.device {
            Some(device) => visit(&mut self.devices.of(device.clone())),
            None => visit(&mut self.here.of((attempt.account, attempt.network))),
        }
        if is_known {
            return;
        }
        if let Some(network) = attempt.network {
            visit(&mut self.networks.of(network));
        }
        visit(&mut self.accounts.of(attempt.account));
    }
}

impl Attempts {
    /// Whether this one may try now; nothing is counted.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub(crate) fn check(&self, attempt: &Attempt, now: Instant) -> Result<(), Problem> {
        let mut counted = self.lock();
        let is_known = counted.is_known(attempt);
        let mut wait = Duration::ZERO;
        counted.each(attempt, is_known, |bucket| wait = wait.max(bucket.wait(now)));
        if wait.is_zero() { Ok(()) } else { Err(too_many(wait)) }
    }

    /// A place for one attempt. Until it is settled it counts as one that failed, and so it does when it is dropped: who
    /// hangs up before the answer has guessed all the same.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub(crate) fn begin(&self, attempt: Attempt, now: Instant) -> Result<Place<'_>, Problem> {
        let mut counted = self.lock();
        let is_known = counted.is_known(&attempt);
        let mut wait = Duration::ZERO;
        counted.each(&attempt, is_known, |bucket| wait = wait.max(bucket.wait(now)));
        if !wait.is_zero() {
            return Err(too_many(wait));
        }
        counted.each(&attempt, is_known, |bucket| bucket.begin());
        Ok(Place { attempts: self, attempt, is_known, is_settled: false })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn too_many(wait: Duration) -> Problem {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    Problem::too_many_requests("Too many failed attempts to sign in. Try again later.", seconds)
}

/// An attempt under way.
pub(crate) struct Place<'a> {
    attempts: &'a Attempts,
    attempt: Attempt,
    /// As it was when it began: the same counters must be settled.
    is_known: bool,
    is_settled: bool,
}

impl Place<'_> {
    /// It was right: the account is its owner's again, here. The address stays counted, or one own account would free a
    /// guesser.
    pub(crate) fn right(mut self) {
        self.is_settled = true;
        let mut counted = self.attempts.lock();
        counted.each(&self.attempt, self.is_known, |bucket| bucket.give_back());
        match &self.attempt.device {
            Some(device) => counted.devices.forget(device),
            None => counted.here.forget(&(self.attempt.account, self.attempt.network)),
        }
        if let Some(network) = self.attempt.network {
            counted.known.put((self.attempt.account, network), ());
        }
    }

    /// It was wrong.
    pub(crate) fn wrong(mut self, now: Instant) {
        self.fail(now);
    }

    /// It could not be found out, for a reason of our own.
    pub(crate) fn unknown(mut self) {
        self.is_settled = true;
        self.attempts.lock().each(&self.attempt, self.is_known, |bucket| bucket.give_back());
    }

    fn fail(&mut self, now: Instant) {
        self.is_settled = true;
        self.attempts.lock().each(&self.attempt, self.is_known, |bucket| bucket.fail(now));
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if !self.is_settled {
            self.fail(Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    const WINDOW: Duration = Duration::from_secs(15 * 60);

    fn attempt(user: &str, address: Option<&str>) -> Attempt {
        let network = address.map(|address| Network::from(address.parse::<IpAddr>().unwrap()));
        Attempt { account: Account::user(&TenantId::default(), user), network, device: None }
    }

    fn fail(attempts: &Attempts, attempt: &Attempt, now: Instant) {
        attempts.begin(attempt.clone(), now).unwrap().wrong(now);
    }

    #[test]
    fn an_account_is_closed_after_too_many_failures_and_opens_again() {
        let attempts = Attempts::default();
        let start = Instant::now();
        for _ in 0..OF_ACCOUNT_HERE.limit {
            assert!(attempts.check(&attempt("anna", None), start).is_ok());
            fail(&attempts, &attempt("anna", None), start);
        }
        let refused = attempts.check(&attempt("anna", None), start).unwrap_err();
        assert_eq!(refused.status, 429);
        assert!(refused.retry_after.is_some());
        assert!(attempts.check(&attempt("ben", None), start).is_ok());
        assert!(attempts.check(&attempt("anna", None), start + WINDOW).is_ok());
    }

    #[test]
    fn an_address_that_tries_many_accounts_is_closed() {
        let attempts = Attempts::default();
        let now = Instant::now();
        let here = Some("192.0.2.1");
        for n in 0..OF_ADDRESS.limit {
            fail(&attempts, &attempt(&format!("user-{n}"), here), now);
        }
        assert!(attempts.check(&attempt("new", here), now).is_err());
        assert!(attempts.check(&attempt("new", None), now).is_ok());
        assert!(attempts.check(&attempt("new", Some("192.0.2.2")), now).is_ok());
    }

    #[test]
    fn an_own_account_does_not_free_the_address_of_a_guesser() {
        let attempts = Attempts::default();
        let now = Instant::now();
        let here = Some("192.0.2.1");
        for n in 0..OF_ADDRESS.limit - 1 {
            fail(&attempts, &attempt(&format!("user-{n}"), here), now);
        }
        attempts.begin(attempt("mine", here), now).unwrap().right();
        fail(&attempts, &attempt("other", here), now);
        assert!(attempts.check(&attempt("new", here), now).is_err());
    }

    #[test]
    fn of_a_hundred_guesses_at_once_ten_are_tried() {
        let attempts = Attempts::default();
        let now = Instant::now();
        let places: Vec<_> =
            (0..100).filter_map(|_| attempts.begin(attempt("anna", Some("192.0.2.1")), now).ok()).collect();
        assert_eq!(places.len(), 10);
        drop(places);
        assert!(attempts.check(&attempt("anna", Some("192.0.2.1")), now).is_err(), "dropped is failed");
    }

    #[test]
    fn strangers_do_not_shut_out_the_owner_where_the_password_was_right_before() {
        let attempts = Attempts::default();
        let now = Instant::now();
        let (home, office) = (attempt("anna", Some("192.0.2.1")), attempt("anna", Some("192.0.2.77")));
        attempts.begin(home.clone(), now).unwrap().right();
        for host in 0..=OF_ACCOUNT_ANYWHERE.limit {
            let Ok(place) = attempts.begin(attempt("anna", Some(&format!("198.51.100.{host}"))), now) else { break };
            place.wrong(now);
        }
        assert!(attempts.check(&office, now).is_err(), "an address where she never was");
        attempts.begin(home, now).unwrap().right();
        let laptop = Attempt { device: Some("d".to_owned()), ..office };
        attempts.begin(laptop, now).unwrap().right();
    }

    #[test]
    fn colleagues_behind_an_address_that_somebody_guesses_from_go_on() {
        let attempts = Attempts::default();
        let now = Instant::now();
        let here = Some("192.0.2.1");
        attempts.begin(attempt("anna", here), now).unwrap().right();
        for n in 0..OF_ADDRESS.limit {
            fail(&attempts, &attempt(&format!("user-{n}"), here), now);
        }
        attempts.begin(attempt("anna", here), now).unwrap().right();
    }

    #[test]
    fn every_further_failure_closes_for_longer() {
        let attempts = Attempts::default();
        let anna = attempt("anna", Some("192.0.2.1"));
        let mut now = Instant::now();
        for _ in 0..OF_ACCOUNT_HERE.limit {
            fail(&attempts, &anna, now);
        }
        let mut waits = Vec::new();
        for _ in 0..8 {
            let wait = attempts.check(&anna, now).unwrap_err().retry_after.unwrap();
            waits.push(wait);
            now += Duration::from_secs(wait);
            fail(&attempts, &anna, now);
        }
        assert_eq!(waits, [30, 60, 120, 240, 480, 900, 900, 900]);
    }

    #[test]
    fn a_right_password_does_not_forgive_guesses_at_the_code_from_wherever_they_come() {
        let attempts = Attempts::default();
        let (now, tenant) = (Instant::now(), TenantId::default());
        for host in 0..OF_ACCOUNT_HERE.limit {
            attempts.begin(attempt("anna", Some(&format!("198.51.100.{host}"))), now).unwrap().right();
            fail(&attempts, &Attempt::at_factor(&tenant, "anna", None), now);
        }
        assert!(attempts.check(&Attempt::at_factor(&tenant, "anna", None), now).is_err());
        assert!(attempts.check(&Attempt::at_factor(&tenant, "anna", Some("d")), now).is_ok(), "her own browser");
        assert!(attempts.check(&Attempt::at_factor(&tenant, "ben", None), now).is_ok());
    }

    #[test]
    fn what_could_not_be_found_out_is_not_counted() {
        let attempts = Attempts::default();
        let now = Instant::now();
        for _ in 0..20 {
            attempts.begin(attempt("anna", None), now).unwrap().unknown();
        }
        assert!(attempts.check(&attempt("anna", None), now).is_ok());
    }

    #[test]
    fn one_network_of_version_6_is_one_guesser() {
        let of = |text: &str| Network::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::2:3"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
