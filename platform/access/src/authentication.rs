//! How somebody signed in, in the words of OpenID Connect: how strongly (`acr`), by what (`amr`, RFC 8176), and when.

use serde::{Deserialize, Serialize};

/// A password.
pub(crate) const PASSWORD: &str = "pwd";
/// A code of an authenticator app, or one that stands in for it.
pub(crate) const CODE: &str = "otp";
/// More than one of them.
const SEVERAL: &str = "mfa";

/// `acr` of the built-in issuer: one factor, and two.
pub(crate) const ONE_FACTOR: &str = "1";
pub(crate) const TWO_FACTORS: &str = "2";

/// How a person signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Authentication {
    /// How strongly; the built-in issuer says `1` (a password) or `2` (and a code).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// By what: `pwd`, `otp`, `mfa`, ...
    #[serde(default)]
    pub amr: Vec<String>,
    /// When, in seconds since 1970; none: with this very call (HTTP Basic), or it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
}

impl Authentication {
    /// At the built-in issuer, by these methods.
    pub(crate) fn built_in(methods: &[String], auth_time: Option<i64>) -> Self {
        let has_several = methods.len() > 1;
        let acr = if has_several { TWO_FACTORS } else { ONE_FACTOR };
        let amr = methods.iter().cloned().chain(has_several.then(|| SEVERAL.to_owned())).collect();
        Self { acr: Some(acr.to_owned()), amr, auth_time }
    }

    /// By a password that came with the call.
    pub(crate) fn by_password() -> Self {
        Self::built_in(&[PASSWORD.to_owned()], None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_methods_are_two_factors() {
        let of = |methods: &[&str]| {
            let methods: Vec<String> = methods.iter().map(|method| (*method).to_owned()).collect();
            let Authentication { acr, amr, .. } = Authentication::built_in(&methods, Some(7));
            (acr.unwrap(), amr.join(" "))
        };
        assert_eq!(of(&[PASSWORD]), ("1".to_owned(), "pwd".to_owned()));
        assert_eq!(of(&[PASSWORD, CODE]), ("2".to_owned(), "pwd otp mfa".to_owned()));
    }
}
