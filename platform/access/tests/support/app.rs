//! An authenticator app: it knows a secret, and shows a code for a time.

use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;
use ring::hmac;

pub fn code(secret: &str, at: Timestamp) -> String {
    let secret = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret);
    let period = u64::try_from(at.as_second()).unwrap() / 30;
    let tag = hmac::sign(&key, &period.to_be_bytes());
    let offset = usize::from(tag.as_ref()[19] & 0x0f);
    let bytes: [u8; 4] = tag.as_ref()[offset..offset + 4].try_into().unwrap();
    format!("{:06}", (u32::from_be_bytes(bytes) & 0x7fff_ffff) % 1_000_000)
}
