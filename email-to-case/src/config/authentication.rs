//! Settings of how it is found out whom a mail is of, and what a mailbox makes of that.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

/// Section `[mail.authentication]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Checks {
    /// How long it may take to find out of whom a mail is; what is not known then is told as `temperror`. 0: nothing is looked at.
    pub seconds: u64,
    /// Mail servers of ours that pass mail on over SMTP, as addresses or networks: whose server they had it from is not known here.
    pub relays: Vec<Hosts>,
    /// Whose `Authentication-Results` are believed in mail of these relays, over LMTP and over HTTP; empty: nobody's.
    pub authserv_id: String,
    /// Domains whose seals (ARC) are believed: what they found authentic counts, though it was changed on the way.
    pub sealers: Vec<String>,
}

impl Default for Checks {
    fn default() -> Self {
        let this_machine = [IpNet::from(IpAddr::from(Ipv4Addr::LOCALHOST)), IpAddr::from(Ipv6Addr::LOCALHOST).into()];
        Self { seconds: 10, relays: this_machine.map(Hosts).to_vec(), authserv_id: String::new(), sealers: Vec::new() }
    }
}

impl Checks {
    /// Whether the address is one of `relays`.
    #[must_use]
    pub fn is_relay(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.relays.iter().any(|hosts| hosts.0.contains(&peer))
    }

    /// Whether seals of the domain are believed.
    #[must_use]
    pub fn believes(&self, sealer: &str) -> bool {
        self.sealers.iter().any(|believed| believed.eq_ignore_ascii_case(sealer))
    }
}

/// What a mailbox does with mail that its domain disowns (DMARC).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// Nothing; what was found is told.
    #[default]
    Observe,
    /// It starts nothing until a person lets it.
    Quarantine,
    /// It is refused where its domain asks for that and its sender is still there to be told; else it is quarantined.
    Reject,
}

/// One address, or a network: `192.0.2.1`, `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hosts(IpNet);

impl TryFrom<String> for Hosts {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let one = || IpAddr::from_str(&text).map(IpNet::from).ok();
        let net = IpNet::from_str(&text).ok().or_else(one);
        net.map(Self).ok_or_else(|| format!("'{text}' is neither an address nor a network"))
    }
}

impl From<Hosts> for String {
    fn from(hosts: Hosts) -> Self {
        hosts.0.to_string()
    }
}

/// A DNS server: `192.0.2.53`, `192.0.2.53:5353`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NameServer(pub SocketAddr);

/// Where DNS is asked unless a port is named (RFC 1035).
const DNS_PORT: u16 = 53;

impl TryFrom<String> for NameServer {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let plain = || IpAddr::from_str(&text).map(|address| SocketAddr::new(address, DNS_PORT)).ok();
        let address = SocketAddr::from_str(&text).ok().or_else(plain);
        address.map(Self).ok_or_else(|| format!("'{text}' is no address of a name server"))
    }
}

impl From<NameServer> for String {
    fn from(server: NameServer) -> Self {
        server.0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_passes_mail_on_and_others_do_when_they_are_named() {
        let checks = Checks::default();
        let is_relay = |checks: &Checks, address: &str| checks.is_relay(address.parse().unwrap());
        assert!(is_relay(&checks, "127.0.0.1") && is_relay(&checks, "::1") && is_relay(&checks, "::ffff:127.0.0.1"));
        assert!(!is_relay(&checks, "127.0.0.2") && !is_relay(&checks, "192.0.2.1"));
        let named: Checks =
            serde_json::from_value(serde_json::json!({"relays": ["10.0.0.0/8", "2001:db8::1"]})).unwrap();
        assert!(is_relay(&named, "10.1.2.3") && is_relay(&named, "2001:db8::1") && !is_relay(&named, "127.0.0.1"));
        let wrong = serde_json::from_value::<Checks>(serde_json::json!({"relays": ["mail.example"]})).unwrap_err();
        assert!(wrong.to_string().contains("'mail.example' is neither"), "{wrong}");
    }

    #[test]
    fn a_name_server_is_an_address_with_or_without_a_port() {
        let server = |text: &str| NameServer::try_from(text.to_owned());
        assert_eq!(String::from(server("192.0.2.53").unwrap()), "192.0.2.53:53");
        assert_eq!(String::from(server("[2001:db8::53]:5353").unwrap()), "[2001:db8::53]:5353");
        assert!(server("dns.example").is_err());
    }
}
