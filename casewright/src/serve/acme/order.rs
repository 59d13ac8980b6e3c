//! One order: the account, a proof for each name, the certificate.

use super::http::Authority;
use super::kept::Kept;
use crate::config::Acme;
use anyhow::{Context, Result, bail};
use casewright_service::tls::ServedCertificate;
use instant_acme::{
    Account, AuthorizationStatus, ChallengeType, Identifier, NewAccount, NewOrder, Order, OrderStatus, RetryPolicy,
};
use rcgen::{Certificate, CertificateParams, CustomExtension, KeyPair};
use std::time::Duration;

/// An authority looks for proofs from several places, and may take its time; no longer than this is waited for it.
const PATIENCE: RetryPolicy =
    RetryPolicy::new().initial_delay(Duration::from_secs(1)).timeout(Duration::from_secs(180));

/// Chain and key, PEM.
///
/// # Errors
/// The authority cannot be reached, wants something else, or has found no proof; what was kept is as it was.
pub(super) async fn order(settings: &Acme, kept: &Kept, served: &ServedCertificate) -> Result<String> {
    let account = account(settings, kept).await.context("the account at the authority")?;
    let names: Vec<Identifier> = settings.domains.iter().cloned().map(Identifier::Dns).collect();
    let mut order = account.new_order(&NewOrder::new(&names)).await.context("the order")?;
    prove(&mut order, served).await?;
    match order.poll_ready(&PATIENCE).await {
        Ok(OrderStatus::Ready) => {}
        Ok(other) => bail!("the order is {other:?}: {}", refusals(&mut order).await),
        Err(error) => bail!("the order is not ready ({error}): {}", refusals(&mut order).await),
    }
    // The key is made here, anew for each certificate (ECDSA P-256), and never leaves this machine.
    let key = order.finalize().await.context("asking for the certificate")?;
    let chain = order.poll_certificate(&PATIENCE).await.context("fetching the certificate")?;
    Ok(format!("{}\n{key}", chain.trim_end()))
}

/// The one that was kept, or a new one.
async fn account(settings: &Acme, kept: &Kept) -> Result<Account> {
    let builder = || Ok::<_, anyhow::Error>(Account::builder_with_http(Box::new(Authority::new(&settings.authority)?)));
    if let Some(credentials) = kept.account(&settings.directory)? {
        return Ok(builder()?.from_credentials(credentials).await?);
    }
    let contact: Vec<String> = settings.contact.iter().map(|address| format!("mailto:{address}")).collect();
    let contact: Vec<&str> = contact.iter().map(String::as_str).collect();
    let wanted =
        NewAccount { contact: &contact, terms_of_service_agreed: settings.agree_to_terms, only_return_existing: false };
    let (account, credentials) = builder()?.create(&wanted, settings.directory.clone(), None).await?;
    kept.keep_account(&settings.directory, credentials)?;
    Ok(account)
}

/// Has the listener show a proof for each name that the authority does not know to be ours, and tells it to look.
async fn prove(order: &mut Order, served: &ServedCertificate) -> Result<()> {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization.context("what the authority wants to see")?;
        match authorization.status {
            AuthorizationStatus::Valid => continue,
            AuthorizationStatus::Pending => {}
            other => bail!("the authority says that a name is {other:?}"),
        }
        let mut challenge = authorization
            .challenge(ChallengeType::TlsAlpn01)
            .context("the authority takes no proof on the listener (TLS-ALPN-01)")?;
        let name = challenge.identifier().to_string();
        let (certificate, key) = proof(&name, challenge.key_authorization().digest().as_ref())?;
        served.prove(&name, certificate.into(), key.into())?;
        challenge.set_ready().await.with_context(|| format!("telling that there is a proof for {name}"))?;
    }
    Ok(())
}

/// A certificate that says only that we know what the authority told us (RFC 8737, section 3).
fn proof(name: &str, digest: &[u8]) -> Result<(Certificate, KeyPair)> {
    let mut wanted = CertificateParams::new(vec![name.to_owned()])?;
    wanted.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
    let key = KeyPair::generate()?;
    let certificate = wanted.self_signed(&key)?;
    Ok((certificate, key))
}

/// Why names were refused.
async fn refusals(order: &mut Order) -> String {
    let mut told = Vec::new();
    let mut authorizations = order.authorizations();
    while let Some(Ok(mut authorization)) = authorizations.next().await {
        // What is known of it is from before it was looked at.
        let Ok(state) = authorization.refresh().await else { continue };
        let errors = state.challenges.iter().filter_map(|challenge| challenge.error.as_ref());
        told.extend(errors.map(|error| format!("{}: {error}", state.identifier())));
    }
    if told.is_empty() { "the authority does not say why".to_owned() } else { told.join("; ") }
}
