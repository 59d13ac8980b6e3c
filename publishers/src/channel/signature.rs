//! How a receiver can tell that a webhook is ours: `Casewright-Signature: t=<seconds>,v1=<hex>`, where the hex is the
//! HMAC-SHA256 of `<seconds>.<id>.<body>` under the shared secret. Time and id are signed, so that a captured delivery
//! cannot be replayed as a new one.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The value of the header.
#[must_use]
pub fn sign(secret: &[u8], seconds: i64, id: &str, body: &[u8]) -> String {
    // Any key length is accepted by HMAC (RFC 2104, section 2).
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(format!("{seconds}.{id}.").as_bytes());
    mac.update(body);
    let hex = HEXLOWER.encode(&mac.finalize().into_bytes());
    format!("t={seconds},v1={hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_depends_on_time_id_body_and_secret() {
        let signature = sign(b"secret", 1, "a", b"{}");
        assert_eq!(signature, sign(b"secret", 1, "a", b"{}"));
        for other in [
            sign(b"other", 1, "a", b"{}"),
            sign(b"secret", 2, "a", b"{}"),
            sign(b"secret", 1, "b", b"{}"),
            sign(b"secret", 1, "a", b"{ }"),
        ] {
            assert_ne!(signature, other);
        }
    }
}
