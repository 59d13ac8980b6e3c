//! Who holds an address: what is counted by address counts this.

use std::net::{IpAddr, Ipv6Addr};

/// One host of version 4, a customer's network (/64) of version 6: whoever has one address of it has them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// Whether it is this machine itself, where a proxy may be and rooms of other processes are.
    #[must_use]
    pub fn is_this_machine(self) -> bool {
        self.0.is_loopback()
    }
}

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(host) if !host.is_loopback() => Self(Ipv6Addr::from(u128::from(host) >> 64 << 64).into()),
            host => Self(host),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(address: &str) -> Network {
        address.parse::<IpAddr>().unwrap().into()
    }

    #[test]
    fn a_host_of_version_4_is_one_and_a_network_of_version_6_is_one() {
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("192.0.2.1"), network("::ffff:192.0.2.1"));
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:2"));
        assert_ne!(network("2001:db8:0:1::1"), network("2001:db8:0:2::1"));
    }

    #[test]
    fn this_machine_is_known_in_both_versions() {
        assert!(network("127.0.0.1").is_this_machine() && network("::1").is_this_machine());
        assert!(network("::ffff:127.0.0.1").is_this_machine());
        assert!(!network("192.0.2.1").is_this_machine() && !network("2001:db8::1").is_this_machine());
    }
}
