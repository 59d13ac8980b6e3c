//! A sign-in that is used: its token, renewed before it ends.

use super::failure::Failure;
use super::kept::{Kept, SignIn};
use super::provider::{Provider, Tokens};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

/// A token that ends so soon might not arrive in time.
const SOON: SignedDuration = SignedDuration::from_secs(30);

/// Somebody who is signed in at a platform.
pub(crate) struct Session {
    url: String,
    kept: Kept,
    current: Mutex<SignIn>,
}

impl Session {
    /// None: nobody is signed in there from here.
    pub(crate) fn at(url: &str) -> Result<Option<Self>, Failure> {
        let url = super::spelled(url);
        let Some(kept) = Kept::of_user() else {
            return Ok(None);
        };
        let sign_in = kept.find(&url)?;
        Ok(sign_in.map(|sign_in| Self { url, kept, current: Mutex::new(sign_in) }))
    }

    /// An access token that lasts for a request.
    pub(crate) async fn token(&self) -> Result<String, Failure> {
        let mut current = self.current.lock().await;
        if !current.ends_soon(Timestamp::now()) {
            return Ok(current.access_token.clone());
        }
        *current = self.renewed().await?;
        Ok(current.access_token.clone())
    }

    /// By one command at a time: a provider that sees a refresh token twice ends the sign-in.
    async fn renewed(&self) -> Result<SignIn, Failure> {
        let ended = || Failure::Ended { url: self.url.clone() };
        let locked = self.kept.lock().await?;
        let sign_in = locked.find(&self.url)?.ok_or_else(ended)?;
        if !sign_in.ends_soon(Timestamp::now()) {
            return Ok(sign_in);
        }
        let Some(refresh_token) = &sign_in.refresh_token else {
            locked.forget(&self.url)?;
            return Err(ended());
        };
        let provider = Provider::discover(&sign_in.issuer, &sign_in.client_id).await?;
        let Some(tokens) = provider.refresh(refresh_token).await? else {
            locked.forget(&self.url)?;
            return Err(ended());
        };
        let renewed = sign_in.renewed_by(tokens);
        locked.keep(&self.url, renewed.clone())?;
        Ok(renewed)
    }
}

impl SignIn {
    fn ends_soon(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end.duration_since(now) < SOON)
    }

    fn renewed_by(&self, tokens: Tokens) -> Self {
        let Tokens { access: access_token, refresh, expires_at } = tokens;
        // A provider need not give another refresh token (RFC 6749, section 6).
        let refresh_token = refresh.or_else(|| self.refresh_token.clone());
        Self { access_token, refresh_token, expires_at, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_token_is_used_on_where_no_other_is_given() {
        let tokens = |access: &str, refresh: Option<&str>, expires_at| Tokens {
            access: access.to_owned(),
            refresh: refresh.map(str::to_owned),
            expires_at,
        };
        let now = Timestamp::now();
        let first = SignIn::new("https://id.example", "casewright-cli", tokens("a1", Some("r1"), Some(now)));
        assert!(first.ends_soon(now));
        let second = first.renewed_by(tokens("a2", None, None));
        assert!(!second.ends_soon(now), "the provider does not say when it ends");
        assert_eq!((second.access_token.as_str(), second.refresh_token()), ("a2", Some("r1")));
        assert_eq!(second.renewed_by(tokens("a3", Some("r3"), None)).refresh_token(), Some("r3"));
    }
}
