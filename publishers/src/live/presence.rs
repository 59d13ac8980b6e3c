//! Who is at which case at this moment: who looks on, and who writes, so that two people do not answer the same mail.
//!
//! Nothing of it is kept. A connection says what its person does and is taken out when it ends, however it ends. It is known to one
//! process: people who are connected to different nodes do not see each other.

use super::message::{Activity, Present};
use casewright_access::Subject;
use casewright_instant::Instant;
use casewright_journal::TenantId;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Cases that one connection may be at: the pages of one browser tab.
const MAX_CASES: usize = 20;
/// Connections at one case; who comes later is not shown.
const MAX_AT_A_CASE: usize = 100;
/// What a connection may say of itself at once, and how many milliseconds it takes to earn another one.
const BURST: u32 = 30;
const EARNED_EVERY_MS: u128 = 500;
/// Longest name of a field, in bytes.
const LONGEST_DETAIL: usize = 200;

/// All who are at a case, by tenant and case.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    next: u64,
    cases: HashMap<(TenantId, String), Vec<Member>>,
}

#[derive(Debug)]
struct Member {
    connection: u64,
    present: Present,
    bell: Arc<Bell>,
}

/// Rung when somebody came, went or does something else at a case that the connection is at.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    changed: Mutex<BTreeSet<String>>,
    notify: Notify,
}

impl Bell {
    /// The cases at which something changed, each once however often it did.
    pub(crate) async fn rung(&self) -> BTreeSet<String> {
        loop {
            let changed = std::mem::take(&mut *self.changed.lock().unwrap_or_else(PoisonError::into_inner));
            if !changed.is_empty() {
                return changed;
            }
            self.notify.notified().await;
        }
    }

    fn ring(&self, case: &str) {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).insert(case.to_owned());
        self.notify.notify_one();
    }
}

impl Presence {
    /// For a connection of somebody, which is at no case yet.
    pub(crate) fn enter(self: &Arc<Self>, subject: &Subject) -> Here {
        let mut known = self.known();
        known.next += 1;
        Here {
            connection: known.next,
            tenant: subject.tenant.clone(),
            id: subject.id.clone(),
            name: subject.actor().name.to_owned(),
            presence: Arc::clone(self),
            bell: Arc::default(),
            cases: HashSet::new(),
            budget: Budget { left: BURST, counted_at: None },
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// Says to all at the case that something changed there.
    fn ring(&self, place: &(TenantId, String)) {
        for member in self.cases.get(place).into_iter().flatten() {
            member.bell.ring(&place.1);
        }
    }

    fn take_out(&mut self, place: &(TenantId, String), connection: u64) {
        let Some(members) = self.cases.get_mut(place) else { return };
        members.retain(|member| member.connection != connection);
        if members.is_empty() {
            self.cases.remove(place);
        } else {
            self.ring(place);
        }
    }
}

/// How much a connection may still say of itself.
#[derive(Debug)]
struct Budget {
    left: u32,
    counted_at: Option<std::time::Instant>,
}

impl Budget {
    fn spend(&mut self, now: std::time::Instant) -> bool {
        let earned = now.duration_since(*self.counted_at.get_or_insert(now)).as_millis() / EARNED_EVERY_MS;
        if earned > 0 {
            self.left = self.left.saturating_add(u32::try_from(earned).unwrap_or(BURST)).min(BURST);
            self.counted_at = Some(now);
        }
        let is_left = self.left > 0;
        self.left = self.left.saturating_sub(1);
        is_left
    }
}

/// What one connection says of its person. Dropped, they are nowhere.
#[derive(Debug)]
pub(crate) struct Here {
    connection: u64,
    tenant: TenantId,
    id: String,
    name: String,
    presence: Arc<Presence>,
    bell: Arc<Bell>,
    cases: HashSet<String>,
    budget: Budget,
}

impl Here {
    pub(crate) fn bell(&self) -> Arc<Bell> {
        Arc::clone(&self.bell)
    }

    /// Counts a message about oneself, at this time of the machine.
    ///
    /// # Errors
    /// A code of the protocol: too many came, or it is about too many cases, or is none.
    pub(crate) fn count(
        &mut self,
        case: &str,
        detail: Option<&str>,
        now: std::time::Instant,
    ) -> Result<(), &'static str> {
        if !self.budget.spend(now) {
            return Err("too-many-messages");
        }
        if case.is_empty() || case.len() > 128 || detail.is_some_and(|detail| detail.len() > LONGEST_DETAIL) {
            return Err("invalid-message");
        }
        if self.cases.len() >= MAX_CASES && !self.cases.contains(case) {
            return Err("too-many-cases");
        }
        Ok(())
    }

    /// They are at the case, and do this there. Whoever says so may read the case: that was asked before.
    pub(crate) fn be_at(&mut self, case: &str, activity: Activity, detail: Option<String>, at: Instant) {
        let place = (self.tenant.clone(), case.to_owned());
        let mut known = self.presence.known();
        let members = known.cases.entry(place.clone()).or_default();
        let is_full = members.len() >= MAX_AT_A_CASE;
        match members.iter_mut().find(|member| member.connection == self.connection) {
            Some(member) if member.present.activity == activity && member.present.detail == detail => return,
            Some(member) => member.present = Present { activity, detail, since: at, ..member.present.clone() },
            None if is_full => return,
            None => {
                let present = Present { id: self.id.clone(), name: self.name.clone(), activity, detail, since: at };
                members.push(Member { connection: self.connection, present, bell: Arc::clone(&self.bell) });
            }
        }
        known.ring(&place);
        drop(known);
        self.cases.insert(case.to_owned());
    }

    /// They are no longer at the case.
    pub(crate) fn leave(&mut self, case: &str) {
        if self.cases.remove(case) {
            self.presence.known().take_out(&(self.tenant.clone(), case.to_owned()), self.connection);
        }
    }

    /// The others at a case, each once with the weightiest of what they do, who came first first.
    pub(crate) fn others_at(&self, case: &str) -> Vec<Present> {
        let known = self.presence.known();
        let members = known.cases.get(&(self.tenant.clone(), case.to_owned()));
        let mut others: Vec<Present> = Vec::new();
        for member in members.into_iter().flatten().filter(|member| member.present.id != self.id) {
            match others.iter_mut().find(|other| other.id == member.present.id) {
                Some(other) if other.activity < member.present.activity => *other = member.present.clone(),
                Some(_) => {}
                None => others.push(member.present.clone()),
            }
        }
        others
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        let mut known = self.presence.known();
        for case in self.cases.drain() {
            known.take_out(&(self.tenant.clone(), case), self.connection);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant as Time};

    fn enter(presence: &Arc<Presence>, user: &str) -> Here {
        presence.enter(&Subject::system(&TenantId::default(), user))
    }

    fn seen(here: &Here, case: &str) -> Vec<(String, Activity)> {
        here.others_at(case).into_iter().map(|other| (other.id, other.activity)).collect()
    }

    #[tokio::test]
    async fn who_is_at_a_case_hears_who_comes_and_goes_and_what_they_do() {
        let presence = Arc::new(Presence::default());
        let (mut ada, mut ben) = (enter(&presence, "ada"), enter(&presence, "ben"));
        ada.be_at("c-1", Activity::Viewing, None, Instant(1));
        ada.bell.rung().await;
        ben.be_at("c-1", Activity::Replying, None, Instant(2));
        assert_eq!(ada.bell.rung().await, BTreeSet::from(["c-1".to_owned()]));
        assert_eq!(seen(&ada, "c-1"), [("ben".to_owned(), Activity::Replying)]);
        assert_eq!(seen(&ben, "c-1"), [("ada".to_owned(), Activity::Viewing)]);
        drop(ben);
        ada.bell.rung().await;
        assert_eq!(seen(&ada, "c-1"), []);
        ada.leave("c-1");
        assert!(presence.known().cases.is_empty(), "nothing stays behind");
    }

    #[test]
    fn a_person_with_two_tabs_is_shown_once_with_the_weightier_and_not_to_themselves() {
        let presence = Arc::new(Presence::default());
        let (mut one, mut two, mut ben) = (enter(&presence, "ada"), enter(&presence, "ada"), enter(&presence, "ben"));
        one.be_at("c-1", Activity::Replying, None, Instant(1));
        two.be_at("c-1", Activity::Viewing, None, Instant(2));
        ben.be_at("c-1", Activity::Viewing, None, Instant(3));
        assert_eq!(seen(&ben, "c-1"), [("ada".to_owned(), Activity::Replying)]);
        assert_eq!(seen(&one, "c-1"), [("ben".to_owned(), Activity::Viewing)]);
    }

    #[test]
    fn a_connection_has_a_budget_of_messages_and_earns_it_back() {
        let presence = Arc::new(Presence::default());
        let (mut ada, start) = (enter(&presence, "ada"), Time::now());
        assert!((0..BURST).all(|_| ada.count("c-1", None, start).is_ok()));
        assert_eq!(ada.count("c-1", None, start), Err("too-many-messages"));
        assert!(ada.count("c-1", None, start + Duration::from_millis(600)).is_ok());
        for n in 0..MAX_CASES {
            ada.be_at(&format!("c-{n}"), Activity::Viewing, None, Instant(1));
        }
        let later = start + Duration::from_secs(60);
        assert_eq!(ada.count("another", None, later), Err("too-many-cases"));
        assert!(ada.count("c-1", None, later).is_ok());
    }
}
