//! Signing in with a browser of this machine: authorization code with PKCE, back to a loopback address (RFC 8252, RFC 7636).

use super::callback::Callback;
use super::failure::Failure;
use super::provider::{Provider, Tokens};
use openidconnect::core::CoreAuthenticationFlow;
use openidconnect::{
    AuthenticationContextClass, AuthorizationCode, CsrfToken, Nonce, PkceCodeChallenge, RedirectUrl, Scope,
};
use std::time::Duration;

/// What a sign-in asks the provider for.
pub(crate) struct Wanted {
    pub(crate) scopes: Vec<Scope>,
    /// How strongly the person signs in (`acr_values`), the wanted first.
    pub(crate) levels: Vec<AuthenticationContextClass>,
    /// How long ago at most they proved to be themselves (`max_age`).
    pub(crate) max_age: Option<Duration>,
}

/// Signs in; `show` is given the address that the person has to open.
pub(crate) async fn sign_in(provider: &Provider, wanted: Wanted, show: impl FnOnce(&str)) -> Result<Tokens, Failure> {
    let callback = Callback::listen().await?;
    let back = RedirectUrl::new(callback.address()).map_err(|error| provider.unusable(error.into()))?;
    let client = provider.client().set_redirect_uri(back);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let mut request = client
        .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(wanted.scopes)
        .set_pkce_challenge(challenge);
    for level in wanted.levels {
        request = request.add_auth_context_value(level);
    }
    if let Some(max_age) = wanted.max_age {
        request = request.set_max_age(max_age);
    }
    let (url, state, nonce) = request.url();
    show(url.as_str());
    let code = callback.code(state, provider.issuer()).await?;
    let request = client.exchange_code(AuthorizationCode::new(code)).map_err(|error| provider.no_endpoint(error))?;
    let answer = request.set_pkce_verifier(verifier).request_async(&|request| provider.call(request)).await;
    let answer = answer.map_err(|error| provider.failed(error))?;
    provider.check(&answer, &client.id_token_verifier(), &nonce, true)?;
    Ok(Tokens::of(&answer))
}
