//! How many connections are served, and of whom: one sender that keeps many open keeps nobody else out.

use casewright_service::Network;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard};

pub(super) struct Places {
    connections: usize,
    /// 0: no limit.
    per_address: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by_network: HashMap<Network, usize>,
}

/// Held by a connection while it is served.
pub(super) struct Place {
    places: Arc<Places>,
    network: Network,
}

impl Places {
    pub(super) fn new(connections: usize, per_address: usize) -> Arc<Self> {
        Arc::new(Self { connections, per_address, taken: Mutex::default() })
    }

    /// None: there are too many, of this address or at all. A mail server beside us sends for everybody.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let network = Network::from(address);
        let mut taken = self.taken();
        let own = taken.by_network.get(&network).copied().unwrap_or_default();
        let is_limited = self.per_address > 0 && !network.is_this_machine();
        if taken.all >= self.connections || (is_limited && own >= self.per_address) {
            return None;
        }
        taken.all += 1;
        taken.by_network.insert(network, own + 1);
        Some(Place { places: Arc::clone(self), network })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.all = taken.all.saturating_sub(1);
        let left = taken.by_network.get(&self.network).map_or(0, |count| count.saturating_sub(1));
        if left == 0 {
            taken.by_network.remove(&self.network);
        } else {
            taken.by_network.insert(self.network, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_sender_does_not_take_all_places() {
        let places = Places::new(4, 2);
        let held: Vec<Place> = (0..2).map(|_| places.take(address("192.0.2.1")).unwrap()).collect();
        assert!(places.take(address("192.0.2.1")).is_none());
        assert!(places.take(address("::ffff:192.0.2.1")).is_none());
        let other = places.take(address("192.0.2.2")).unwrap();
        drop(held);
        let again = places.take(address("192.0.2.1")).unwrap();
        drop((other, again));
        assert!(places.taken().by_network.is_empty());
    }

    #[test]
    fn all_addresses_of_a_customer_are_one_sender() {
        let places = Places::new(4, 2);
        let _held = ["2001:db8::1", "2001:db8::2"].map(|own| places.take(address(own)).unwrap());
        assert!(places.take(address("2001:db8::3")).is_none());
        assert!(places.take(address("2001:db8:0:1::1")).is_some());
    }

    #[test]
    fn a_mail_server_beside_us_may_have_all_places_but_no_more() {
        let places = Places::new(4, 2);
        let held: Vec<Place> = (0..4).map(|_| places.take(address("127.0.0.1")).unwrap()).collect();
        assert!(places.take(address("127.0.0.1")).is_none());
        assert!(places.take(address("192.0.2.1")).is_none());
        drop(held);
    }
}
