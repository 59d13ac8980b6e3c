//! What is over, in memory: every call with a token asks, so it must cost no look-up.
//!
//! Kept as long as a token that was signed before could live, and no longer. What ends in this process is noted before
//! who ended it is answered; what ends elsewhere is read from the views ([`super::follow`]).

use super::session::SessionEvent;
use super::sign_in::SignIn;
use casewright_journal::TenantId;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use tokio::sync::watch;

/// Something after which tokens open nothing any more, or an account opens again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// A session, by its id.
    Session(String),
    /// A grant of a session, by its id.
    Grant(String),
    /// All sessions of a user that began with an earlier version of the credential, but the one that is kept.
    Sessions { tenant: TenantId, user: String, version: u64, keeps: Option<String> },
    /// Everything of a user whose account is disabled or gone.
    Account { tenant: TenantId, user: String },
    /// The account is open again.
    Reopened { tenant: TenantId, user: String },
}

impl End {
    /// What an event of a session ends.
    pub(crate) fn of_session(session: &str, event: &SessionEvent) -> Option<Self> {
        match event {
            SessionEvent::Ended => Some(Self::Session(session.to_owned())),
            SessionEvent::GrantRevoked { grant, .. } => Some(Self::Grant(grant.clone())),
            SessionEvent::Started { .. }
            | SessionEvent::GrantIssued { .. }
            | SessionEvent::GrantRotated { .. }
            | SessionEvent::Forgotten { .. } => None,
        }
    }
}

/// What ended lately.
pub(crate) struct Over {
    /// The life of an access token, and what clocks may differ.
    memory: SignedDuration,
    known: RwLock<Known>,
    /// Whether all that ended lately is here.
    is_complete: AtomicBool,
    changes: watch::Sender<u64>,
}

#[derive(Default)]
struct Known {
    /// Sessions and grants, by id.
    ids: HashMap<String, Timestamp>,
    /// By tenant and user.
    sessions: HashMap<String, Replaced>,
    accounts: HashMap<String, Door>,
}

/// Whether an account lets anybody in, since when.
struct Door {
    is_closed: bool,
    at: Timestamp,
}

/// The versions before this one are over.
struct Replaced {
    version: u64,
    keeps: Option<String>,
    at: Timestamp,
}

impl Over {
    pub(crate) fn new(memory: SignedDuration) -> Self {
        Self { memory, known: RwLock::default(), is_complete: AtomicBool::new(false), changes: watch::Sender::new(0) }
    }

    pub(crate) fn memory(&self) -> SignedDuration {
        self.memory
    }

    /// Counts what is noted: the same as before, and no account has changed since.
    pub(crate) fn generation(&self) -> u64 {
        *self.changes.borrow()
    }

    /// Whether what is not here is not over.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_complete.load(Ordering::Acquire)
    }

    pub(crate) fn set_complete(&self, is_complete: bool) {
        self.is_complete.store(is_complete, Ordering::Release);
    }

    /// Remembers what has just happened, and tells those who wait for [`Over::changes`].
    pub(crate) fn note(&self, at: Timestamp, end: End) {
        self.remember(at, |known| known.note(at, end));
    }

    /// Remembers what is read of the past: it takes nothing back that happened since.
    pub(crate) fn recall(&self, at: Timestamp, end: End) {
        self.remember(at, |known| !known.is_behind(at, &end) && known.note(at, end));
    }

    /// `change` says whether it is new.
    fn remember(&self, at: Timestamp, change: impl FnOnce(&mut Known) -> bool) {
        let is_new = {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            known.forget_before(at.saturating_sub(self.memory).unwrap_or(Timestamp::MIN));
            change(&mut known)
        };
        if is_new {
            self.changes.send_modify(|count| *count += 1);
        }
    }

    /// Whether the sign-in of a token is known to be over.
    pub(crate) fn holds(&self, tenant: &TenantId, user: &str, sign_in: &SignIn) -> bool {
        let known = self.known();
        if known.ids.contains_key(&sign_in.session) || known.ids.contains_key(&sign_in.grant) {
            return true;
        }
        if known.sessions.is_empty() && known.accounts.is_empty() {
            return false;
        }
        let key = key(tenant, user);
        known.accounts.get(&key).is_some_and(|door| door.is_closed)
            || known.sessions.get(&key).is_some_and(|replaced| replaced.ends(sign_in))
    }

    /// Changes with everything that is noted.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// Whether it is new.
    fn note(&mut self, at: Timestamp, end: End) -> bool {
        match end {
            End::Session(id) | End::Grant(id) => self.ids.insert(id, at).is_none(),
            End::Sessions { tenant, user, version, keeps } => {
                let known = self.sessions.insert(key(&tenant, &user), Replaced { version, keeps, at });
                known.is_none_or(|known| known.version != version)
            }
            End::Account { tenant, user } => self.turn(key(&tenant, &user), Door { is_closed: true, at }),
            End::Reopened { tenant, user } => self.turn(key(&tenant, &user), Door { is_closed: false, at }),
        }
    }

    fn turn(&mut self, key: String, door: Door) -> bool {
        let is_closed = door.is_closed;
        self.accounts.insert(key, door).is_none_or(|known| known.is_closed != is_closed)
    }

    /// Whether something later is known of the same.
    fn is_behind(&self, at: Timestamp, end: &End) -> bool {
        match end {
            End::Session(id) | End::Grant(id) => self.ids.contains_key(id),
            End::Sessions { tenant, user, version, keeps: _ } => {
                self.sessions.get(&key(tenant, user)).is_some_and(|known| known.version >= *version)
            }
            End::Account { tenant, user } | End::Reopened { tenant, user } => {
                self.accounts.get(&key(tenant, user)).is_some_and(|known| known.at >= at)
            }
        }
    }

    fn forget_before(&mut self, since: Timestamp) {
        self.ids.retain(|_, at| *at >= since);
        self.sessions.retain(|_, replaced| replaced.at >= since);
        self.accounts.retain(|_, door| door.at >= since);
    }
}

impl Replaced {
    fn ends(&self, sign_in: &SignIn) -> bool {
        sign_in.version < self.version && self.keeps.as_deref() != Some(&sign_in.session)
    }
}

fn key(tenant: &TenantId, user: &str) -> String {
    format!("{}\u{0}{user}", tenant.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: &str = "2026-11-21T12:00:00Z";

    fn at(minutes: i64) -> Timestamp {
        NOON.parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
    }

    fn sign_in(session: &str, version: u64) -> SignIn {
        SignIn { session: session.to_owned(), grant: format!("{session}-grant"), version }
    }

    fn over() -> Over {
        Over::new(SignedDuration::from_mins(6))
    }

    fn sessions(version: u64, keeps: Option<&str>) -> End {
        let (tenant, user) = (TenantId::default(), "anna".to_owned());
        End::Sessions { tenant, user, version, keeps: keeps.map(str::to_owned) }
    }

    #[test]
    fn a_session_and_a_grant_are_over_for_themselves_only() {
        let (over, tenant) = (over(), TenantId::default());
        over.note(at(0), End::Session("a".to_owned()));
        over.note(at(0), End::Grant("b-grant".to_owned()));
        assert!(over.holds(&tenant, "anna", &sign_in("a", 1)));
        assert!(over.holds(&tenant, "anna", &sign_in("b", 1)));
        assert!(!over.holds(&tenant, "anna", &sign_in("c", 1)));
    }

    #[test]
    fn a_new_version_ends_all_of_the_user_but_the_one_that_is_kept() {
        let (over, tenant) = (over(), TenantId::default());
        over.note(at(0), sessions(3, Some("own")));
        assert!(!over.holds(&tenant, "anna", &sign_in("own", 1)));
        assert!(over.holds(&tenant, "anna", &sign_in("other", 2)));
        assert!(!over.holds(&tenant, "anna", &sign_in("new", 3)));
        assert!(!over.holds(&tenant, "ben", &sign_in("his", 1)));
        assert!(!over.holds(&TenantId::new("acme"), "anna", &sign_in("theirs", 1)));
        // An older one, read late, changes nothing; the next one ends what was kept.
        over.recall(at(0), sessions(2, None));
        assert!(!over.holds(&tenant, "anna", &sign_in("own", 1)));
        over.note(at(0), sessions(4, None));
        assert!(over.holds(&tenant, "anna", &sign_in("own", 1)));
    }

    #[test]
    fn a_closed_account_holds_until_it_opens() {
        let (over, tenant) = (over(), TenantId::default());
        let user = "anna".to_owned();
        over.note(at(0), End::Account { tenant: tenant.clone(), user: user.clone() });
        assert!(over.holds(&tenant, "anna", &sign_in("a", 9)));
        over.recall(at(-1), End::Reopened { tenant: tenant.clone(), user: user.clone() });
        assert!(over.holds(&tenant, "anna", &sign_in("a", 9)), "that was before");
        over.recall(at(1), End::Reopened { tenant: tenant.clone(), user });
        assert!(!over.holds(&tenant, "anna", &sign_in("a", 9)));
    }

    #[test]
    fn what_no_token_can_be_of_any_more_is_forgotten_and_who_waits_is_told() {
        let over = over();
        let mut changes = over.changes();
        over.note(at(0), End::Session("a".to_owned()));
        assert!(changes.has_changed().unwrap());
        changes.mark_unchanged();
        over.note(at(5), End::Session("b".to_owned()));
        assert!(over.holds(&TenantId::default(), "anna", &sign_in("a", 1)));
        over.note(at(7), End::Session("c".to_owned()));
        assert!(!over.holds(&TenantId::default(), "anna", &sign_in("a", 1)));
        assert_eq!(over.known().ids.len(), 2);
    }
}
