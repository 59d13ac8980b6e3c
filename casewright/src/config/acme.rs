//! Settings of certificates by ACME, and what is refused of them.

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Whose certificates every browser knows, and who takes nothing for them.
const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// A certificate that the platform orders and renews itself (RFC 8555).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Acme {
    /// Names that the certificate is for, e.g. `["desk.example"]`; none: no certificate is ordered. They lead to `server.listen`, and
    /// from outside to port 443.
    pub(crate) domains: Vec<String>,
    /// Address of the authority's directory; that of Let's Encrypt unless another is named.
    pub(crate) directory: String,
    /// Mail addresses to which the authority may write, e.g. `["operators@desk.example"]`.
    pub(crate) contact: Vec<String>,
    /// You agree to the authority's terms of service; nothing is ordered otherwise.
    pub(crate) agree_to_terms: bool,
    /// Folder for the account's key and the certificate, below `server.data`; each process has its own.
    pub(crate) cache: PathBuf,
    /// File with the authority that signed the directory's own certificate, PEM, when machines do not trust it anyway.
    pub(crate) authority: String,
}

impl Default for Acme {
    fn default() -> Self {
        Self {
            domains: Vec::new(),
            directory: LETS_ENCRYPT.to_owned(),
            contact: Vec::new(),
            agree_to_terms: false,
            cache: PathBuf::from("acme"),
            authority: String::new(),
        }
    }
}

impl Acme {
    pub(crate) fn is_on(&self) -> bool {
        !self.domains.is_empty()
    }

    /// # Errors
    /// What cannot be ordered so; the text names the setting.
    pub(crate) fn check(&self) -> Result<()> {
        if !self.agree_to_terms {
            bail!(
                "server.tls.acme.agree_to_terms: read the terms of service of the authority at {}, and set this to true if you agree",
                self.directory
            );
        }
        if !self.directory.starts_with("https://") {
            bail!("server.tls.acme.directory: '{}' is no https:// address", self.directory);
        }
        for domain in &self.domains {
            if !is_name(domain) {
                bail!(
                    "server.tls.acme.domains: '{domain}' is no name of a host; wildcards and addresses cannot be proven on the listener \
                     (TLS-ALPN-01)"
                );
            }
        }
        if let Some(other) = self.contact.iter().find(|address| !address.contains('@')) {
            bail!("server.tls.acme.contact: '{other}' is no mail address");
        }
        Ok(())
    }
}

/// A name as RFC 1123 (section 2.1) has it, and no address.
fn is_name(text: &str) -> bool {
    let is_label = |label: &str| {
        let is_plain = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        is_plain && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_label) && text.parse::<std::net::IpAddr>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_ordered_is_refused_by_the_name_of_its_setting() {
        let fine = Acme { domains: vec!["desk.example".to_owned()], agree_to_terms: true, ..Acme::default() };
        fine.check().unwrap();
        assert!(fine.is_on() && !Acme::default().is_on());
        let named = |domain: &str| Acme { domains: vec![domain.to_owned()], ..fine.clone() };
        for (refused, setting) in [
            (Acme { agree_to_terms: false, ..fine.clone() }, "agree_to_terms"),
            (Acme { directory: "http://acme.example".to_owned(), ..fine.clone() }, "directory"),
            (Acme { contact: vec!["operators".to_owned()], ..fine.clone() }, "contact"),
            (named("*.example"), "domains"),
            (named("192.0.2.1"), "domains"),
            (named("a..example"), "domains"),
            (named("-a.example"), "domains"),
            (named(""), "domains"),
        ] {
            let told = refused.check().unwrap_err().to_string();
            assert!(told.starts_with(&format!("server.tls.acme.{setting}:")), "{told}");
        }
    }
}
