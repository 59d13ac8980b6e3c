//! A domain with its records in DNS, and mail of it: signed, changed, sealed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use casewright_testkit::NameServer;
use mail_auth::common::crypto::Ed25519Key;
use mail_auth::common::headers::HeaderWriter as _;
use mail_auth::dkim::DkimSigner;

pub const CLAIMS: &str = "claims@harbor.example";

pub struct Domain {
    name: &'static str,
    pkcs8: Vec<u8>,
}

impl Domain {
    /// With a key of selector `s1`, and what DMARC asks for.
    pub fn publish(dns: &NameServer, name: &'static str, dmarc: &str) -> Self {
        let pkcs8 = Ed25519Key::generate_pkcs8().unwrap();
        let public = STANDARD.encode(Ed25519Key::from_pkcs8_der(&pkcs8).unwrap().public_key());
        dns.say(&format!("s1._domainkey.{name}"), &format!("v=DKIM1; k=ed25519; p={public}"));
        dns.say(&format!("_dmarc.{name}"), &format!("v=DMARC1; p={dmarc}"));
        Self { name, pkcs8 }
    }

    pub fn address(&self) -> String {
        format!("clara@{}", self.name)
    }

    /// Not signed. `fields` are further ones, with their line ends.
    pub fn mail(&self, id: &str, fields: &str) -> Vec<u8> {
        let from = self.address();
        format!(
            "From: Clara <{from}>\r\nTo: {CLAIMS}\r\nSubject: My claim\r\nMessage-ID: <{id}>\r\n{fields}\r\nHello\r\n"
        )
        .into_bytes()
    }

    pub fn signed(&self, message: &[u8]) -> Vec<u8> {
        let key = Ed25519Key::from_pkcs8_der(&self.pkcs8).unwrap();
        let signer = DkimSigner::from_key(key).domain(self.name).selector("s1").headers(["From", "To", "Subject"]);
        let mut signed = signer.sign(message).unwrap().to_header().into_bytes();
        signed.extend_from_slice(message);
        signed
    }
}

/// The message with another word in its body.
pub fn changed(message: &[u8]) -> Vec<u8> {
    String::from_utf8(message.to_vec()).unwrap().replace("\r\n\r\nHello", "\r\n\r\nPay at once").into_bytes()
}
