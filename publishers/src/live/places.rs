//! Who may be connected, and how many of whom.
//!
//! A connection takes one of the places only when it has said who it is. Before, it waits among strangers: there is room for
//! many, none of them for long, and when it is full the one that has waited longest leaves, of the address that has the
//! most there. So strangers push out strangers, and who says hello at once gets in beside any number of them.

use casewright_access::Subject;
use casewright_service::Network;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::Notify;

/// What is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Greeted connections.
    pub(crate) connections: usize,
    /// Connections that have not said who they are.
    pub(crate) waiting: usize,
    /// Greeted connections of one user: tabs, devices.
    pub(crate) per_user: usize,
    /// Greeted connections of one address. Does not hold for this machine, where a proxy may be.
    pub(crate) per_address: usize,
}

impl Limits {
    pub(crate) fn of(connections: usize) -> Self {
        Self { connections, waiting: 1_024, per_user: 50, per_address: 1_000 }
    }
}

/// Why there is no place: a code of the protocol.
pub(crate) const TOO_MANY: &str = "too-many-connections";

#[derive(Debug)]
pub(crate) struct Places {
    limits: Limits,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    next: u64,
    waiting: BTreeMap<u64, (Option<Network>, Arc<Notify>)>,
    greeted: usize,
    by_user: HashMap<String, usize>,
    by_network: HashMap<Network, usize>,
}

impl Places {
    pub(crate) fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self { limits, taken: Mutex::default() })
    }

    /// Whether nobody more can be greeted, so that it need not be tried.
    pub(crate) fn is_full(&self) -> bool {
        self.taken().greeted >= self.limits.connections
    }

    /// A place among the strangers.
    pub(crate) fn wait(self: &Arc<Self>, address: Option<IpAddr>) -> Waiting {
        let network = address.map(Network::from);
        let mut taken = self.taken();
        if taken.waiting.len() >= self.limits.waiting {
            taken.send_one_away();
        }
        let number = taken.next;
        taken.next += 1;
        let away = Arc::new(Notify::new());
        taken.waiting.insert(number, (network, Arc::clone(&away)));
        Waiting { places: Arc::clone(self), number, network, away }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Taken {
    fn send_one_away(&mut self) {
        let mut counts: HashMap<Option<Network>, usize> = HashMap::new();
        for (network, _) in self.waiting.values() {
            *counts.entry(*network).or_default() += 1;
        }
        let Some((most, _)) = counts.into_iter().max_by_key(|(_, count)| *count) else { return };
        let oldest = self.waiting.iter().find(|(_, (network, _))| *network == most).map(|(number, _)| *number);
        if let Some((_, away)) = oldest.and_then(|number| self.waiting.remove(&number)) {
            away.notify_one();
        }
    }
}

/// A connection whose hello has not come.
#[derive(Debug)]
pub(crate) struct Waiting {
    places: Arc<Places>,
    number: u64,
    network: Option<Network>,
    away: Arc<Notify>,
}

impl Waiting {
    /// Returns when another one needs the room.
    pub(crate) async fn sent_away(&self) {
        self.away.notified().await;
    }

    /// A place of its own, now that it is known who it is.
    ///
    /// # Errors
    /// A code: too many, of this user, of this address, or at all.
    pub(crate) fn greet(self, subject: &Subject) -> Result<Place, &'static str> {
        let limits = self.places.limits;
        let user = format!("{}\u{0}{}", subject.tenant.as_str(), subject.id);
        let network = self.network.filter(|network| !network.is_this_machine());
        let mut taken = self.places.taken();
        let of_user = taken.by_user.get(&user).copied().unwrap_or_default();
        let of_network = network.and_then(|network| taken.by_network.get(&network).copied()).unwrap_or_default();
        let is_full = taken.greeted >= limits.connections;
        if is_full || of_user >= limits.per_user || of_network >= limits.per_address {
            return Err(TOO_MANY);
        }
        taken.greeted += 1;
        *taken.by_user.entry(user.clone()).or_default() += 1;
        if let Some(network) = network {
            *taken.by_network.entry(network).or_default() += 1;
        }
        drop(taken);
        Ok(Place { places: Arc::clone(&self.places), user, network })
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.places.taken().waiting.remove(&self.number);
    }
}

/// Held by a greeted connection until it ends.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    user: String,
    network: Option<Network>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.greeted = taken.greeted.saturating_sub(1);
        give_back(&mut taken.by_user, &self.user);
        if let Some(network) = &self.network {
            give_back(&mut taken.by_network, network);
        }
    }
}

fn give_back<K: std::hash::Hash + Eq>(counts: &mut HashMap<K, usize>, key: &K) {
    let Some(count) = counts.get_mut(key) else { return };
    *count -= 1;
    if *count == 0 {
        counts.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use casewright_journal::TenantId;

    fn subject(user: &str) -> Subject {
        Subject::system(&TenantId::default(), user)
    }

    fn address(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    fn is_sent_away(waiting: &Waiting) -> bool {
        !waiting.places.taken().waiting.contains_key(&waiting.number)
    }

    #[test]
    fn strangers_push_out_strangers_of_their_own_address_and_take_no_place() {
        let places = Places::new(Limits { connections: 2, waiting: 10, per_user: 2, per_address: 2 });
        let quiet = places.wait(address("192.0.2.7"));
        let crowd: Vec<Waiting> = (0..50).map(|_| places.wait(address("198.51.100.1"))).collect();
        assert!(!is_sent_away(&quiet));
        assert!(is_sent_away(&crowd[0]));
        assert!(!is_sent_away(&crowd[49]));
        assert_eq!(places.taken().waiting.len(), 10);
        assert!(!places.is_full());
        let _place = quiet.greet(&subject("anna")).unwrap();
        drop(crowd);
        assert!(places.taken().waiting.is_empty());
    }

    #[test]
    fn all_addresses_of_a_customer_have_one_share() {
        let places = Places::new(Limits { connections: 10, waiting: 10, per_user: 10, per_address: 2 });
        let greet = |from: &str| places.wait(address(from)).greet(&subject("anna"));
        let _held = [greet("2001:db8::1").unwrap(), greet("2001:db8::2").unwrap()];
        assert_eq!(greet("2001:db8::3").unwrap_err(), TOO_MANY);
        assert!(greet("2001:db8:0:1::1").is_ok());
    }

    #[tokio::test]
    async fn who_is_sent_away_learns_it() {
        let places = Places::new(Limits { connections: 1, waiting: 1, per_user: 1, per_address: 1 });
        let first = places.wait(None);
        let _second = places.wait(None);
        first.sent_away().await;
    }

    #[test]
    fn a_user_and_an_address_have_their_share_and_give_it_back() {
        let places = Places::new(Limits { connections: 10, waiting: 10, per_user: 2, per_address: 3 });
        let greet = |user: &str, from: &str| places.wait(address(from)).greet(&subject(user));
        let first = greet("anna", "192.0.2.1").unwrap();
        let _second = greet("anna", "192.0.2.2").unwrap();
        assert_eq!(greet("anna", "192.0.2.3").unwrap_err(), TOO_MANY);
        drop(first);
        let _held = [greet("anna", "192.0.2.1").unwrap(), greet("ben", "192.0.2.1").unwrap()];
        let _other = greet("ben", "192.0.2.1").unwrap();
        assert_eq!(greet("carla", "192.0.2.1").unwrap_err(), TOO_MANY);
        let _beside: Vec<Place> = ["c", "d", "e", "f"].map(|user| greet(user, "127.0.0.1").unwrap()).into();
        assert_eq!(places.taken().greeted, 8);
        let _last = [greet("g", "::1").unwrap(), greet("h", "::1").unwrap()];
        assert!(places.is_full());
        assert_eq!(greet("i", "192.0.2.9").unwrap_err(), TOO_MANY);
    }
}
