//! The public clients of the issuer, and where each may be sent back to: the portal, and the command line.

use crate::config::AccessConfig;

/// Where a command line listens: loopback addresses by their numbers, any port (RFC 8252, section 7.3).
const LOOPBACKS: [&str; 2] = ["http://127.0.0.1:", "http://[::1]:"];
const LOOPBACK_PATH: &str = "/callback";

/// A client that cannot keep a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PublicClient {
    Portal,
    CommandLine,
}

impl PublicClient {
    pub(crate) fn named(id: &str, config: &AccessConfig) -> Option<Self> {
        if id == config.portal_client {
            return Some(Self::Portal);
        }
        let is_command_line = !id.is_empty() && id == config.command_line_client;
        is_command_line.then_some(Self::CommandLine)
    }

    pub(crate) fn may_return_to(self, uri: &str, config: &AccessConfig) -> bool {
        match self {
            Self::Portal => config.redirect_uris.iter().any(|registered| registered == uri),
            Self::CommandLine => is_loopback(uri),
        }
    }

    /// Whether who is signed in already is asked all the same. Any program of the machine can listen on a loopback address and
    /// open a browser, and would get the tokens of its user unseen (RFC 8252, section 8.6).
    pub(crate) fn is_always_asked(self) -> bool {
        self == Self::CommandLine
    }
}

fn is_loopback(uri: &str) -> bool {
    let ports = LOOPBACKS.iter().filter_map(|start| Some((start, uri.strip_prefix(start)?)));
    let mut ports =
        ports.filter_map(|(start, rest)| Some((start, rest.strip_suffix(LOOPBACK_PATH)?.parse::<u16>().ok()?)));
    // Spelled as we would: a number may be parsed from more than one text.
    ports.any(|(start, port)| port != 0 && uri == format!("{start}{port}{LOOPBACK_PATH}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_comes_back_to_its_own_machine_only() {
        let config = AccessConfig::default();
        let client = PublicClient::named("casewright-cli", &config).unwrap();
        for uri in ["http://127.0.0.1:49152/callback", "http://[::1]:8123/callback"] {
            assert!(client.may_return_to(uri, &config), "{uri}");
        }
        for uri in [
            "http://127.0.0.1/callback",
            "http://127.0.0.1:0/callback",
            "http://127.0.0.1:+80/callback",
            "http://127.0.0.1:80@evil.example/callback",
            "http://127.0.0.1:8123/callback?x=1",
            "http://127.0.0.1:8123/callback#x",
            "http://127.0.0.1:8123/other",
            "http://localhost:8123/callback",
            "http://192.0.2.1:8123/callback",
            "https://127.0.0.1:8123/callback",
            "http://127.0.0.1:8080/",
        ] {
            assert!(!client.may_return_to(uri, &config), "{uri}");
        }
    }

    #[test]
    fn the_portal_comes_back_where_it_is_registered() {
        let config = AccessConfig::default();
        let client = PublicClient::named("casewright-portal", &config).unwrap();
        assert!(client.may_return_to("http://127.0.0.1:8080/", &config));
        assert!(!client.may_return_to("http://127.0.0.1:8123/callback", &config));
    }

    #[test]
    fn a_client_without_a_name_is_none() {
        let config = AccessConfig { command_line_client: String::new(), ..AccessConfig::default() };
        assert_eq!(PublicClient::named("", &config), None);
        assert_eq!(PublicClient::named("casewright-cli", &config), None);
    }
}
