//! How many connections there are, and whose: when all places are taken, who only waits makes room for who comes.

use super::limits::Limits;
use super::watch::Watch;
use crate::Network;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard};

/// The places of one listener.
#[derive(Debug)]
pub(super) struct Places {
    limits: Limits,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    next: u64,
    open: HashMap<u64, (Network, Arc<Watch>)>,
    by_network: HashMap<Network, usize>,
}

/// Held by a connection for as long as its socket is open, whatever it is used for.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    number: u64,
    watch: Arc<Watch>,
}

impl Places {
    pub(super) fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self { limits, taken: Mutex::default() })
    }

    /// A place for a connection from there; none: they are all in use.
    ///
    /// What one network may have does not hold for the machine itself: rooms of other processes and a proxy beside us are
    /// many clients in one.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let network = Network::from(address);
        let mut taken = self.taken();
        let own = taken.by_network.get(&network).copied().unwrap_or_default();
        let is_limited = self.limits.connections_per_address > 0 && !network.is_this_machine();
        if is_limited && own >= self.limits.connections_per_address && !taken.make_room(Some(network)) {
            return None;
        }
        if taken.open.len() >= self.limits.connections && !taken.make_room(None) {
            return None;
        }
        let number = taken.next;
        taken.next += 1;
        let watch = Watch::new(&self.limits);
        taken.open.insert(number, (network, Arc::clone(&watch)));
        *taken.by_network.entry(network).or_default() += 1;
        Some(Place { places: Arc::clone(self), number, watch })
    }

    /// Ends the connection that has waited longest. False: none only waits.
    pub(super) fn make_room(&self) -> bool {
        self.taken().make_room(None)
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Taken {
    fn make_room(&mut self, of: Option<Network>) -> bool {
        let waiting = self.open.iter().filter(|(_, (network, _))| of.is_none_or(|of| of == *network));
        let waiting = waiting.filter_map(|(number, (_, watch))| Some((watch.idle_since()?, *number)));
        let Some((_, number)) = waiting.min() else { return false };
        if let Some(watch) = self.remove(number) {
            watch.evict();
        }
        true
    }

    fn remove(&mut self, number: u64) -> Option<Arc<Watch>> {
        let (network, watch) = self.open.remove(&number)?;
        if let Some(count) = self.by_network.get_mut(&network) {
            *count -= 1;
            if *count == 0 {
                self.by_network.remove(&network);
            }
        }
        Some(watch)
    }
}

impl Place {
    pub(super) fn watch(&self) -> &Arc<Watch> {
        &self.watch
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.taken().remove(self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(connections: usize, connections_per_address: usize) -> Arc<Places> {
        Places::new(Limits { connections, connections_per_address, ..Limits::default() })
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn who_waits_longest_makes_room_and_who_works_does_not() {
        let places = places(2, 0);
        let first = places.take(address("192.0.2.1")).unwrap();
        let second = places.take(address("192.0.2.1")).unwrap();
        let running = first.watch().begin(http::Version::HTTP_11);
        let third = places.take(address("192.0.2.2")).unwrap();
        assert!(second.watch().idle_since().is_some());
        let _third_runs = third.watch().begin(http::Version::HTTP_11);
        assert!(places.take(address("192.0.2.2")).is_none(), "both work");
        drop(running);
        assert!(places.take(address("192.0.2.2")).is_some());
        assert_eq!(places.taken().open.len(), 1, "what was evicted has no place, though its socket is still closing");
    }

    #[test]
    fn an_address_has_its_share_and_the_machine_itself_more() {
        let places = places(100, 2);
        let own = address("192.0.2.1");
        let held: Vec<Place> = (0..2).map(|_| places.take(own).unwrap()).collect();
        let _running: Vec<_> = held.iter().map(|place| place.watch().begin(http::Version::HTTP_11)).collect();
        assert!(places.take(own).is_none());
        assert!(places.take(address("::ffff:192.0.2.1")).is_none());
        let _other = places.take(address("192.0.2.2")).unwrap();
        let beside: Vec<_> = (0..50).map(|_| places.take(address("127.0.0.1")).unwrap()).collect();
        drop(beside);
        drop(held);
        assert_eq!(places.taken().by_network.len(), 1);
    }

    #[test]
    fn all_addresses_of_a_customer_have_one_share() {
        let places = places(100, 2);
        let held: Vec<Place> = ["2001:db8::1", "2001:db8::2"].map(|own| places.take(address(own)).unwrap()).into();
        let _running: Vec<_> = held.iter().map(|place| place.watch().begin(http::Version::HTTP_11)).collect();
        assert!(places.take(address("2001:db8::3")).is_none());
        assert!(places.take(address("2001:db8:0:1::1")).is_some());
    }
}
