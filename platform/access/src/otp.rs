//! One-time passwords by time (RFC 6238), as authenticator apps make them: 30 seconds, 6 digits, SHA-1, which is what all of
//! them know.

use crate::vault::is_same;
use data_encoding::BASE32_NOPAD;
use ring::hmac;

/// Seconds a code is shown.
const PERIOD: i64 = 30;
const DIGITS: usize = 6;
/// Codes of this many periods before and after are taken: clocks differ, and people type.
const SKEW: i64 = 1;
/// As long as what SHA-1 gives (RFC 4226, section 4).
const SECRET_LEN: usize = 20;
/// What apps show beside the code.
const ISSUER: &str = "Casewright";

/// What an app and the issuer share.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret([u8; SECRET_LEN]);

impl Secret {
    pub(crate) fn random() -> Self {
        Self(rand::random())
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As people type it into an app that has no camera.
    pub(crate) fn text(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    pub(crate) fn from_text(text: &str) -> Option<Self> {
        Self::from_bytes(&BASE32_NOPAD.decode(text.as_bytes()).ok()?)
    }

    /// As apps read it from a picture (Key URI Format of Google Authenticator).
    pub(crate) fn uri(&self, user: &str) -> String {
        let label: String = url::form_urlencoded::byte_serialize(user.as_bytes()).collect();
        format!("otpauth://totp/{ISSUER}:{}?secret={}&issuer={ISSUER}", label.replace('+', "%20"), self.text())
    }

    /// The period whose code this is, among those that are taken now; the latest of them.
    pub(crate) fn period_of(&self, code: &str, now: i64) -> Option<i64> {
        let present = now.div_euclid(PERIOD);
        // All are compared, so that the time tells nothing.
        let matching = (present - SKEW..=present + SKEW).filter(|period| is_same(&self.code(*period), code));
        matching.max()
    }

    /// HOTP of the period's number (RFC 4226, section 5.3).
    fn code(&self, period: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &period.to_be_bytes());
        let digest = tag.as_ref();
        let offset = usize::from(digest[digest.len() - 1] & 0x0f);
        let number = digest[offset..offset + 4].iter().fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
        format!("{:0DIGITS$}", (number & 0x7fff_ffff) % 10_u32.pow(6))
    }
}

/// Whether a text is spelled like a code, without the spaces that apps show in it.
pub(crate) fn is_code(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238_and_good_for_a_period_before_and_after() {
        let secret = Secret::from_bytes(b"12345678901234567890").unwrap();
        // Appendix B has 8 digits; these are the last 6.
        for (at, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(secret.period_of(code, at), Some(at / PERIOD), "{at}");
            assert_eq!(secret.period_of(code, at + PERIOD), Some(at / PERIOD));
            assert_eq!(secret.period_of(code, at - PERIOD), Some(at / PERIOD));
            assert_eq!(secret.period_of(code, at + 2 * PERIOD), None);
        }
        assert_eq!(secret.period_of("", 59), None);
    }

    #[test]
    fn a_secret_is_read_back_from_its_text_and_stands_in_its_address() {
        let secret = Secret::random();
        assert!(Secret::from_text(&secret.text()) == Some(secret.clone()));
        let uri = secret.uri("anna meyer");
        assert!(uri.starts_with("otpauth://totp/Casewright:anna%20meyer?secret="), "{uri}");
        assert!(uri.contains(&secret.text()));
        assert!(Secret::from_text("A").is_none());
    }
}
