//! Signing in from the command line at the identity provider of a platform, and staying signed in.
//!
//! Where a browser is at hand it is the code flow with PKCE over a loopback address ([`browser`], RFC 8252), else the device flow
//! ([`device`], RFC 8628). What came of it is kept per platform ([`kept`]) and renewed when it is about to end ([`session`]).
//! Tokens are told to nobody: they stand in that file and in requests.

pub(crate) mod browser;
mod callback;
pub(crate) mod device;
pub(crate) mod failure;
pub(crate) mod kept;
pub(crate) mod provider;
pub(crate) mod session;

/// The address of a platform, as what is kept is found by it.
pub(crate) fn spelled(url: &str) -> String {
    let parsed = reqwest::Url::parse(url).map_or_else(|_| url.to_owned(), String::from);
    parsed.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_has_one_spelling() {
        for url in ["http://Cases.example:80", "http://cases.example/", "http://cases.example"] {
            assert_eq!(spelled(url), "http://cases.example");
        }
        assert_eq!(spelled("http://127.0.0.1:8080/"), "http://127.0.0.1:8080");
    }
}
