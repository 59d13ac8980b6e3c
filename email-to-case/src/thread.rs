//! How an answer finds its case: by a token of ours that cannot be guessed, else by message ids that we have seen.
//!
//! Authority is our own signature. A subject line is never trusted, and a token with a wrong signature is worse than none: it
//! is flagged.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Mints and checks the tokens in addresses and message ids.
#[derive(Clone)]
pub struct Tokens {
    key: Vec<u8>,
}

/// What a string that may hold a token of ours says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// No token at all.
    None,
    /// Ours, about this case.
    Case(String),
    /// It looks like ours and is not.
    Forged,
}

/// Bytes of the signature that are kept: 80 bits, as many as a mail address has room for.
const SIGNATURE: usize = 10;

impl Tokens {
    /// `key` is a secret of the installation, the same on every node.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        Self { key: key.to_vec() }
    }

    /// `case.<id>.<signature>`, safe in the local part of an address (RFC 5321) and in a message id.
    #[must_use]
    pub fn mint(&self, case: &str) -> String {
        format!("case.{case}.{}", self.sign(case))
    }

    /// Reads a local part's detail or a message id.
    #[must_use]
    pub fn read(&self, text: &str) -> Claim {
        let local = text.split('@').next().unwrap_or(text);
        let Some(start) = local.find("case.") else {
            return Claim::None;
        };
        let mut parts = local[start + "case.".len()..].splitn(3, '.');
        let (Some(case), Some(signature)) = (parts.next(), parts.next()) else {
            return Claim::None;
        };
        // Case of letters may be lost on the way through other systems' addresses; the alphabet below has none.
        if self.is_signature(case, signature) { Claim::Case(case.to_owned()) } else { Claim::Forged }
    }

    fn sign(&self, case: &str) -> String {
        let digest = self.mac(case).finalize().into_bytes();
        digest[..SIGNATURE].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn is_signature(&self, case: &str, signature: &str) -> bool {
        let given: Option<Vec<u8>> = (0..signature.len())
            .step_by(2)
            .map(|at| signature.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
            .collect();
        given.is_some_and(|given| given.len() == SIGNATURE && self.mac(case).verify_truncated_left(&given).is_ok())
    }

    fn mac(&self, case: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        mac.update(b"mail-thread\0");
        mac.update(case.as_bytes());
        mac
    }

    /// Message id of our own mail `mail` about `case`, without angle brackets.
    #[must_use]
    pub fn message_id(&self, mail: &str, case: &str, host: &str) -> String {
        format!("{mail}.{}@{host}", self.mint(case))
    }
}

/// A short, stable name for bytes: for deduplication, not for trust.
#[must_use]
pub fn fingerprint(bytes: &[u8]) -> String {
    use sha2::Digest;
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minted_token_is_read_back_from_an_address_and_a_message_id() {
        let tokens = Tokens::new(b"secret");
        let case = "0198a3f2-7b1c";
        assert_eq!(tokens.read(&tokens.mint(case)), Claim::Case(case.to_owned()));
        assert_eq!(tokens.read(&tokens.message_id("m1", case, "mail.example")), Claim::Case(case.to_owned()));
    }

    #[test]
    fn a_token_signed_by_another_key_is_forged() {
        let foreign = Tokens::new(b"other").mint("42");
        assert_eq!(Tokens::new(b"secret").read(&foreign), Claim::Forged);
    }

    #[test]
    fn a_strangers_message_id_claims_nothing() {
        assert_eq!(Tokens::new(b"secret").read("01.kitchen.4f1a@customer.example"), Claim::None);
    }
}
