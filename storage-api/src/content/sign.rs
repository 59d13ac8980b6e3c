//! Signed addresses: who holds one may do exactly one thing with one file until it expires.
//!
//! The signature covers method, tenant, file, expiry and the terms (size of an upload, disposition of a download).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use casewright_journal::TenantId;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

type HmacSha256 = Hmac<Sha256>;

/// What an address allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permit {
    /// To put exactly this many bytes.
    Upload { size: u64 },
    /// To read, shown or saved.
    Download { disposition: super::name::Disposition },
}

impl Permit {
    fn terms(self) -> String {
        match self {
            Self::Upload { size } => format!("put\n{size}"),
            Self::Download { disposition } => format!("get\n{}", disposition.as_str()),
        }
    }
}

/// Why an address is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the signature is not ours, or not for this")]
    Signature,
    #[error("the address has expired")]
    Expired,
}

/// Makes and checks signatures.
#[derive(Clone)]
pub struct Signer {
    key: [u8; 32],
}

impl Signer {
    /// `secret` is one of the installation, the same on every node; the key made of it signs nothing else.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self { key: mac(secret, b"casewright storage-api addresses v1") }
    }

    /// `expires` in seconds since 1970.
    #[must_use]
    pub fn sign(&self, tenant: &TenantId, file: &str, permit: Permit, expires: i64) -> String {
        URL_SAFE_NO_PAD.encode(self.digest(tenant, file, permit, expires))
    }

    /// # Errors
    /// A signature that is not ours for exactly this, or one that is too old.
    pub fn check(
        &self,
        tenant: &TenantId,
        file: &str,
        permit: Permit,
        expires: i64,
        signature: &str,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let given = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Refusal::Signature)?;
        let ours = self.digest(tenant, file, permit, expires);
        if !bool::from(ours.as_slice().ct_eq(&given)) {
            return Err(Refusal::Signature);
        }
        if now.as_second() >= expires {
            return Err(Refusal::Expired);
        }
        Ok(())
    }

    fn digest(&self, tenant: &TenantId, file: &str, permit: Permit, expires: i64) -> [u8; 32] {
        // Lengths in front, so that no two requests are the same text.
        let tenant = tenant.as_str();
        let text = format!("{}\n{tenant}\n{}\n{file}\n{expires}\n{}", tenant.len(), file.len(), permit.terms());
        mac(&self.key, text.as_bytes())
    }
}

fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = HmacSha256::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::name::Disposition;

    #[test]
    fn a_signature_is_good_for_one_thing_until_it_expires() {
        let signer = Signer::new(b"secret");
        let (tenant, other) = (TenantId::new("a"), TenantId::new("b"));
        let upload = Permit::Upload { size: 10 };
        let signature = signer.sign(&tenant, "f", upload, 1000);
        let at = |second| Timestamp::from_second(second).unwrap();
        let check = |tenant: &TenantId, file: &str, permit, expires, now| {
            signer.check(tenant, file, permit, expires, &signature, at(now))
        };
        assert_eq!(check(&tenant, "f", upload, 1000, 999), Ok(()));
        assert_eq!(check(&tenant, "f", upload, 1000, 1000), Err(Refusal::Expired));
        let inline = Permit::Download { disposition: Disposition::Inline };
        for (tenant, file, permit, expires) in [
            (&other, "f", upload, 1000),
            (&tenant, "g", upload, 1000),
            (&tenant, "f", Permit::Upload { size: 11 }, 1000),
            (&tenant, "f", inline, 1000),
            (&tenant, "f", upload, 2000),
        ] {
            assert_eq!(check(tenant, file, permit, expires, 0), Err(Refusal::Signature));
        }
        assert_ne!(signature, Signer::new(b"other").sign(&tenant, "f", upload, 1000));
    }
}
