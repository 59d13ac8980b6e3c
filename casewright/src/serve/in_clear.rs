//! No password of the configuration leaves this machine in clear: where one would, the process does not start.

use crate::config::Config;
use anyhow::{Result, bail};
use casewright_email_to_case::config::Tls;
use std::net::IpAddr;

/// # Errors
/// A mail server of another machine is signed in to without TLS; the text names the key.
pub(super) fn refuse(config: &Config) -> Result<()> {
    let relay = &config.mail.relay;
    if !relay.user.is_empty() {
        check("mail.relay.tls", relay.tls, &relay.host)?;
    }
    for account in &config.mail.imap {
        check("mail.imap.tls", account.tls, &account.host)?;
    }
    Ok(())
}

fn check(key: &str, tls: Tls, host: &str) -> Result<()> {
    if tls == Tls::None && !host.is_empty() && !is_this_machine(host) {
        bail!("{key}: 'none' would send the password to {host} in clear; use 'starttls' or 'tls'");
    }
    Ok(())
}

/// Whether the name is of this machine whatever a resolver says (RFC 6761, section 6.3).
fn is_this_machine(host: &str) -> bool {
    if let Ok(address) = host.parse::<IpAddr>() {
        return address.to_canonical().is_loopback();
    }
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;
    use casewright_email_to_case::config::ImapAccount;
    use casewright_service::config::Secret;

    fn relay(host: &str, user: &str, tls: Tls) -> Config {
        let mut config = Config::default();
        config.mail.relay.host = host.to_owned();
        config.mail.relay.user = user.to_owned();
        config.mail.relay.password = Secret::new("secret");
        config.mail.relay.tls = tls;
        config
    }

    #[test]
    fn a_relay_of_another_machine_gets_no_password_in_clear() {
        let refused = refuse(&relay("mail.example.org", "casewright", Tls::None)).unwrap_err().to_string();
        assert!(refused.contains("mail.relay.tls") && refused.contains("mail.example.org"), "{refused}");
        for fine in [
            relay("mail.example.org", "casewright", Tls::Starttls),
            relay("mail.example.org", "", Tls::None),
            relay("localhost", "casewright", Tls::None),
            relay("127.0.0.1", "casewright", Tls::None),
            relay("::1", "casewright", Tls::None),
            Config::default(),
        ] {
            refuse(&fine).unwrap();
        }
    }

    #[test]
    fn nor_does_a_mailbox() {
        let mut config = Config::default();
        let account = ImapAccount { host: "imap.example.org".to_owned(), tls: Tls::None, ..ImapAccount::default() };
        config.mail.imap = vec![ImapAccount { tls: Tls::Tls, ..account.clone() }, account];
        let refused = refuse(&config).unwrap_err().to_string();
        assert!(refused.contains("mail.imap.tls") && refused.contains("imap.example.org"), "{refused}");
    }
}
