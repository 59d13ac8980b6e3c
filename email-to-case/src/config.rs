//! Settings of the mail room.

mod authentication;

use crate::domain::mail::Origin;
use crate::thread::TOKEN_LENGTH;
pub use authentication::{Checks, Hosts, NameServer, Policy};
pub use casewright_delivery::{Relay, SigningKeyFile, SigningKeyFiles, Tls};
use casewright_service::config::Secret;
use serde::{Deserialize, Deserializer, Serialize};
use std::net::IpAddr;

/// Section `[mail]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EmailConfig {
    /// Where mail is received (SMTP, RFC 5321); empty: nowhere.
    pub smtp_listen: String,
    /// Where mail is taken over LMTP (RFC 2033) from a mail server beside us; empty: nowhere.
    pub lmtp_listen: String,
    /// PEM files with the receiver's certificate chain and its key; both empty: STARTTLS is not offered.
    pub smtp_certificate: String,
    pub smtp_key: String,
    /// SMTP takes mail over TLS only: who sends has to say STARTTLS first. Takes a certificate; LMTP is not concerned.
    pub smtp_require_tls: bool,
    /// Mailboxes on other servers that are read over IMAP.
    pub imap: Vec<ImapAccount>,
    /// Name of this host in greetings and message ids.
    pub host_name: String,
    /// Addresses that mail may be sent to, and which process each mail starts.
    pub mailboxes: Vec<Mailbox>,
    /// Largest message taken, in bytes.
    pub max_message_bytes: usize,
    /// Connections served at once; further ones are told to come back.
    pub max_connections: usize,
    /// Connections of one address served at once; 0: no limit of its own. Does not hold for this machine.
    pub max_connections_per_address: usize,
    /// Seconds a client may take for a command, and be silent within a message.
    pub idle_seconds: u64,
    /// Seconds a client may take for a whole message.
    pub message_seconds: u64,
    /// Seconds a connection may last; a message under way is taken to its end.
    pub session_seconds: u64,
    /// Servers that are asked about domains (DNS); empty: those of the machine.
    pub dns: Vec<NameServer>,
    /// How it is found out of whom a mail is.
    pub authentication: Checks,
    /// Keys that outgoing mail is signed with, by any name.
    pub dkim: SigningKeyFiles,
    /// Where mail is handed over for delivery.
    pub relay: Relay,
    /// Attempts to send a mail before it counts as failed.
    pub send_attempts: u32,
    /// Most mails that one address may be sent within an hour by processes, the brake on mail loops; further ones fail.
    pub automatic_per_hour: u32,
    /// Most mails that processes may send about one case within an hour, to whomever; further ones fail.
    pub automatic_per_case: u32,
    /// Most mails that one person may send within an hour; further ones are refused.
    pub person_per_hour: u32,
    /// Seconds for which a mail can be undone, where who writes it asks for that: so long it is held back; 0: nothing is.
    pub undo_seconds: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mailbox {
    /// `claims@harbor.example`; `claims+anything@harbor.example` is the same mailbox. What stands before the `@` has at most
    /// [`MAILBOX_LIMIT`] octets: answers come back to `<name>+<token>@`.
    #[serde(deserialize_with = "answerable")]
    pub address: String,
    /// Display name of the mails we send from it.
    #[serde(default)]
    pub name: String,
    /// Key of the process that a mail starts.
    #[serde(default = "default_process")]
    pub process: String,
    /// Organisation it belongs to.
    #[serde(default = "default_tenant")]
    pub tenant: String,
    /// What becomes of mail that its domain disowns: `observe`, `quarantine` or `reject`.
    #[serde(default)]
    pub authentication: Policy,
    /// Mail that fails DMARC joins a case only by a token that we signed, and not by what it says it answers.
    #[serde(default)]
    pub strict_threads: bool,
}

/// Octets of a local part (RFC 5321 section 4.5.3.1.1).
pub const LOCAL_PART_LIMIT: usize = 64;
/// Octets of a mailbox's name, so that `<name>+<token>` still is a local part.
pub const MAILBOX_LIMIT: usize = LOCAL_PART_LIMIT - 1 - TOKEN_LENGTH;
/// Octets of an address (RFC 5321 section 4.5.3.1.3: a path of 256 with its angle brackets).
pub const ADDRESS_LIMIT: usize = 254;

/// An address that answers can come back to.
fn answerable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let address = String::deserialize(deserializer)?;
    match check_address(&address) {
        Ok(()) => Ok(address),
        Err(error) => Err(serde::de::Error::custom(error)),
    }
}

/// # Errors
/// What is wrong with the address, in words for who configures it.
pub fn check_address(address: &str) -> Result<(), String> {
    let Some((name, _)) = address.rsplit_once('@').filter(|_| address.parse::<lettre::Address>().is_ok()) else {
        return Err(format!("'{address}' is no mail address"));
    };
    if name.contains('+') {
        return Err(format!("'{address}': what follows a plus sign is for the tokens of answers"));
    }
    if name.len() > MAILBOX_LIMIT {
        return Err(format!(
            "'{address}': '{name}' has {} octets; {MAILBOX_LIMIT} leave room for the token that brings answers back",
            name.len()
        ));
    }
    if address.len() + 1 + TOKEN_LENGTH > ADDRESS_LIMIT {
        return Err(format!("'{address}' is too long for the token that brings answers back"));
    }
    Ok(())
}

fn default_process() -> String {
    "email-to-case".to_owned()
}

fn default_tenant() -> String {
    "default".to_owned()
}

/// A mailbox on another server.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ImapAccount {
    pub host: String,
    pub port: u16,
    /// `none`, `starttls` or `tls`.
    pub tls: Tls,
    /// PEM file with the authorities to trust; empty: those of the machine.
    pub ca_file: String,
    pub user: String,
    pub password: Secret,
    pub folder: String,
    /// Which of `mailboxes` its messages are for.
    pub mailbox: String,
    /// Whose `Authentication-Results` are believed in its messages: the server's own, if it takes off those of others; empty: nobody's.
    pub authserv_id: String,
    /// Seconds between two looks at a server that does not tell by itself (RFC 2177), and at most between two looks at all.
    pub poll_seconds: u64,
}

impl Default for EmailConfig {
    fn default() -> Self {
        Self {
            smtp_listen: "127.0.0.1:2525".to_owned(),
            lmtp_listen: String::new(),
            smtp_certificate: String::new(),
            smtp_key: String::new(),
            smtp_require_tls: false,
            imap: Vec::new(),
            host_name: "localhost".to_owned(),
            mailboxes: Vec::new(),
            max_message_bytes: 25 << 20,
            max_connections: 64,
            max_connections_per_address: 16,
            idle_seconds: 120,
            message_seconds: 600,
            session_seconds: 900,
            dns: Vec::new(),
            authentication: Checks::default(),
            dkim: SigningKeyFiles::new(),
            relay: Relay::default(),
            send_attempts: 10,
            automatic_per_hour: 20,
            automatic_per_case: 30,
            person_per_hour: 200,
            undo_seconds: 10,
        }
    }
}

impl Default for ImapAccount {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 993,
            tls: Tls::Tls,
            ca_file: String::new(),
            user: String::new(),
            password: Secret::default(),
            folder: "INBOX".to_owned(),
            mailbox: String::new(),
            authserv_id: String::new(),
            poll_seconds: 60,
        }
    }
}

impl EmailConfig {
    /// The mailbox an address belongs to: case is ignored, and so is what follows a plus sign (RFC 5233).
    #[must_use]
    pub fn mailbox(&self, address: &str) -> Option<&Mailbox> {
        let (plain, _) = split_detail(address);
        self.mailboxes.iter().find(|mailbox| mailbox.address.eq_ignore_ascii_case(&plain))
    }

    /// What a message came by whose server connected to us: one of ours passes on what others gave it.
    #[must_use]
    pub fn origin(&self, peer: IpAddr, hello: &str) -> Origin {
        match self.authentication.is_relay(peer) {
            true => self.handed_on(),
            false => Origin::Sender { peer: peer.to_canonical(), hello: hello.to_owned() },
        }
    }

    /// What a message came by that a server or program of ours hands on.
    #[must_use]
    pub fn handed_on(&self) -> Origin {
        Origin::HandedOn { authserv_id: self.authentication.authserv_id.clone() }
    }
}

/// `claims+abc@harbor.example` -> (`claims@harbor.example`, `abc`).
#[must_use]
pub fn split_detail(address: &str) -> (String, Option<&str>) {
    let Some((local, domain)) = address.rsplit_once('@') else {
        return (address.to_owned(), None);
    };
    match local.split_once('+') {
        Some((user, detail)) => (format!("{user}@{domain}"), Some(detail)),
        None => (address.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::Tokens;
    use uuid::Uuid;

    #[test]
    fn the_longest_mailbox_still_gets_a_valid_address_for_answers() {
        let name = "m".repeat(MAILBOX_LIMIT);
        assert_eq!(check_address(&format!("{name}@harbor.example")), Ok(()));
        let answers = format!("{name}+{}@harbor.example", Tokens::new(b"secret").mint(Uuid::max()));
        assert_eq!(answers.split('@').next().map(str::len), Some(LOCAL_PART_LIMIT));
        answers.parse::<lettre::Address>().unwrap();
        assert_eq!(split_detail(&answers).0, format!("{name}@harbor.example"));
    }

    #[test]
    fn a_mailbox_that_leaves_no_room_for_tokens_is_refused_by_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("casewright.toml");
        for (address, why) in [
            (format!("{}@harbor.example", "m".repeat(MAILBOX_LIMIT + 1)), "octets"),
            (format!("claims@{}example", "harbor.".repeat(29)), "too long"),
            ("claims+new@harbor.example".to_owned(), "plus sign"),
            ("claims".to_owned(), "no mail address"),
        ] {
            let text = format!("[[mailboxes]]\naddress = 'a@b.example'\n[[mailboxes]]\naddress = '{address}'\n");
            std::fs::write(&file, text).unwrap();
            let refused = casewright_service::config::load::<EmailConfig>(Some(&file), std::iter::empty()).unwrap_err();
            let said = format!("{refused:?} {refused}");
            assert!(said.contains("mailboxes.address") && said.contains(why), "{said}");
        }
    }
}
