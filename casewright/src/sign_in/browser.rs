//! Signing in with a browser of this machine: authorization code with PKCE, back to a loopback address (RFC 8252, RFC 7636).

use super::callback::Callback;
use super::failure::Failure;
use super::provider::{Provider, Tokens};
use openidconnect::core::CoreAuthenticationFlow;
use openidconnect::{AuthorizationCode, CsrfToken, Nonce, PkceCodeChallenge, RedirectUrl, Scope};

/// Signs in; `show` is given the address that the person has to open.
pub(crate) async fn sign_in(
    provider: &Provider,
    scopes: Vec<Scope>,
    show: impl FnOnce(&str),
) -> Result<Tokens, Failure> {
    let callback = Callback::listen().await?;
    let back = RedirectUrl::new(callback.address()).map_err(|error| provider.unusable(error.into()))?;
    let client = provider.client().set_redirect_uri(back);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let (url, state, nonce) = client
        .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(scopes)
        .set_pkce_challenge(challenge)
        .url();
    show(url.as_str());
    let code = callback.code(state, provider.issuer()).await?;
    let request = client.exchange_code(AuthorizationCode::new(code)).map_err(|error| provider.no_endpoint(error))?;
    let answer = request.set_pkce_verifier(verifier).request_async(&|request| provider.call(request)).await;
    let answer = answer.map_err(|error| provider.failed(error))?;
    provider.check(&answer, &client.id_token_verifier(), &nonce, true)?;
    Ok(Tokens::of(&answer))
}
