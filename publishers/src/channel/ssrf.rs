//! A user names a webhook's URL, so it must not lead into our own network. The name is resolved here, every address is
//! judged, and the connection goes to the very address that was judged: a second lookup could say something else.

use casewright_delivery::DeliveryError;
use reqwest::Url;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Which targets are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// `https` to addresses of the public internet.
    PublicOnly,
    /// Also `http` and private addresses: for trying out, and for receivers on one's own network.
    Everything,
}

/// The address to connect to.
///
/// # Errors
/// Permanent when the target is not allowed; passing when its name cannot be resolved now.
pub async fn judge(url: &Url, reach: Reach) -> Result<SocketAddr, DeliveryError> {
    let refused = |what: &str| DeliveryError::Final(format!("the webhook is not allowed: {what}"));
    if reach == Reach::PublicOnly && url.scheme() != "https" {
        return Err(refused("only https is"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("no user or password in the URL"));
    }
    let host = url.host_str().ok_or_else(|| refused("it names no host"))?;
    let port = url.port_or_known_default().ok_or_else(|| refused("it names no port"))?;
    let name = host.trim_start_matches('[').trim_end_matches(']');
    let addresses: Vec<SocketAddr> = tokio::net::lookup_host((name, port))
        .await
        .map_err(|error| DeliveryError::Passing(format!("the host cannot be resolved: {error}")))?
        .collect();
    // One private address among public ones is enough to refuse: which one is used must not be chance.
    if reach == Reach::PublicOnly && addresses.iter().any(|address| !is_public(address.ip())) {
        return Err(refused("it leads to an address that is not public"));
    }
    addresses.into_iter().next().ok_or_else(|| DeliveryError::Passing("the host has no address".to_owned()))
}

/// Whether an address is one of the public internet (RFC 6890 lists those that are not).
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        // Shared address space (RFC 6598), protocol assignments (RFC 6890), benchmarks (RFC 2544).
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // Addresses that carry an IPv4 address lead where that one leads.
    if let Some(v4) = address.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let [a, b, ..] = address.segments();
    let is_global_unicast = (0x2000..0x4000).contains(&a);
    let is_documentation = a == 0x2001 && b == 0x0db8;
    let is_6to4_or_teredo = a == 0x2002 || (a == 0x2001 && b == 0);
    is_global_unicast && !is_documentation && !is_6to4_or_teredo
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_our_own_network_are_not_public() {
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "ff02::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111"] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[tokio::test]
    async fn a_webhook_into_our_own_network_is_refused_for_good() {
        for url in [
            "https://127.0.0.1/x",
            "https://[::1]/x",
            "https://localhost/x",
            "http://93.184.215.14/x",
            "https://a:b@93.184.215.14/",
        ] {
            let judged = judge(&url.parse().unwrap(), Reach::PublicOnly).await;
            assert!(matches!(judged, Err(DeliveryError::Final(_))), "{url}: {judged:?}");
        }
        assert!(judge(&"https://93.184.215.14/x".parse().unwrap(), Reach::PublicOnly).await.is_ok());
    }
}
