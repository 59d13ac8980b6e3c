//! Signing in with a browser of another device, for machines without one (RFC 8628).

use super::failure::Failure;
use super::provider::{Provider, Tokens};
use openidconnect::core::CoreDeviceAuthorizationResponse;
use openidconnect::{Nonce, Scope};

/// Signs in; `show` is given the address that the person has to open, and the code to enter there.
pub(crate) async fn sign_in(
    provider: &Provider,
    scopes: Vec<Scope>,
    show: impl FnOnce(&str, &str),
) -> Result<Tokens, Failure> {
    let unavailable = || Failure::DeviceUnavailable { issuer: provider.issuer().to_owned() };
    let endpoint = provider.device_endpoint().ok_or_else(unavailable)?;
    let client = provider.client().set_device_authorization_url(endpoint.clone());
    let call = |request| provider.call(request);
    let details = client.exchange_device_code().add_scopes(scopes).request_async(&call).await;
    let details: CoreDeviceAuthorizationResponse = details.map_err(|error| provider.failed(error))?;
    show(details.verification_uri().as_str(), details.user_code().secret());
    let request = client.exchange_device_access_token(&details).map_err(|error| provider.no_endpoint(error))?;
    let answer = request.request_async(&call, tokio::time::sleep, None).await;
    let answer = answer.map_err(|error| provider.failed(error))?;
    // This flow sends no nonce (RFC 8628, section 3.1).
    provider.check(&answer, &client.id_token_verifier(), |_: Option<&Nonce>| Ok(()), false)?;
    Ok(Tokens::of(&answer))
}
