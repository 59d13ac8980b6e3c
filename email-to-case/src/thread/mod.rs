//! How an answer finds its case: by a token of ours that cannot be guessed, else by message ids that we have seen.
//!
//! Authority is our own signature. A subject line is never trusted, and a token with a wrong signature is worse than none: it
//! is flagged.

mod base32;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

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
/// What a token begins with.
const MARK: &str = "c";
/// Octets of a token: the mark, a case's id (16 bytes) and the signature (10 bytes) in base 32, two dots.
pub const TOKEN_LENGTH: usize = MARK.len() + 1 + 26 + 1 + 16;

impl Tokens {
    /// `key` is a secret of the installation, the same on every node.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        Self { key: key.to_vec() }
    }

    /// `c.<case>.<signature>` of [`TOKEN_LENGTH`] octets, safe in the local part of an address (RFC 5321) and in a message id.
    #[must_use]
    pub fn mint(&self, case: Uuid) -> String {
        let signature = self.mac(case).finalize().into_bytes();
        let [case, signature] = [&case.as_bytes()[..], &signature[..SIGNATURE]].map(base32::encode);
        format!("{MARK}.{case}.{signature}")
    }

    /// Reads a local part's detail or a message id: a token is what its local part ends with.
    #[must_use]
    pub fn read(&self, text: &str) -> Claim {
        let local = text.split('@').next().unwrap_or(text);
        let mut parts = local.rsplit('.');
        let (Some(signature), Some(case), Some(mark)) = (parts.next(), parts.next(), parts.next()) else {
            return Claim::None;
        };
        let (Some(signature), Some(case)) = (base32::decode::<SIGNATURE>(signature), base32::decode::<16>(case)) else {
            return Claim::None;
        };
        if !mark.eq_ignore_ascii_case(MARK) {
            return Claim::None;
        }
        let case = Uuid::from_bytes(case);
        if self.mac(case).verify_truncated_left(&signature).is_ok() {
            Claim::Case(case.to_string())
        } else {
            Claim::Forged
        }
    }

    fn mac(&self, case: Uuid) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        mac.update(b"mail-thread\0");
        mac.update(case.as_bytes());
        mac
    }

    /// Message id of our own mail `mail` about `case`, without angle brackets.
    #[must_use]
    pub fn message_id(&self, mail: &str, case: Uuid, host: &str) -> String {
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

    const CASE: Uuid = Uuid::from_u128(0x0198_a3f2_7b1c_7def_8123_4567_89ab_cdef);

    #[test]
    fn a_minted_token_is_read_back_from_an_address_and_a_message_id() {
        let tokens = Tokens::new(b"secret");
        let case = Claim::Case(CASE.to_string());
        assert_eq!(tokens.mint(CASE).len(), TOKEN_LENGTH);
        assert_eq!(tokens.read(&tokens.mint(CASE)), case);
        assert_eq!(tokens.read(&tokens.message_id("m1", CASE, "mail.example")), case);
    }

    #[test]
    fn a_token_survives_systems_that_change_the_case_of_letters() {
        let tokens = Tokens::new(b"secret");
        assert_eq!(tokens.read(&tokens.mint(CASE).to_uppercase()), Claim::Case(CASE.to_string()));
    }

    #[test]
    fn a_token_signed_by_another_key_or_for_another_case_is_forged() {
        let tokens = Tokens::new(b"secret");
        assert_eq!(tokens.read(&Tokens::new(b"other").mint(CASE)), Claim::Forged);
        let other = base32::encode(Uuid::nil().as_bytes());
        let signature = tokens.mint(CASE).rsplit('.').next().unwrap().to_owned();
        assert_eq!(tokens.read(&format!("c.{other}.{signature}")), Claim::Forged);
    }

    #[test]
    fn a_strangers_message_id_claims_nothing() {
        let tokens = Tokens::new(b"secret");
        for id in ["01.kitchen.4f1a@customer.example", "c.d.e@customer.example", "", "@", "CAF+x.c@mail.example"] {
            assert_eq!(tokens.read(id), Claim::None, "{id}");
        }
    }
}
