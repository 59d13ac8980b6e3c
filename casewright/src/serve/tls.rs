//! TLS of the listener, by the settings.

use super::acme::Ordering;
use crate::config::Config;
use anyhow::{Context, Result, bail};
use casewright_service::Shutdown;
use casewright_service::tls::ServedCertificate;
use std::net::SocketAddr;

/// A certificate, and who renews it.
pub(super) struct Shown {
    certificate: ServedCertificate,
    /// None: somebody else, who writes files.
    ordering: Option<Ordering>,
}

impl Shown {
    pub(super) fn certificate(&self) -> &ServedCertificate {
        &self.certificate
    }

    /// Takes up or orders what is new, until a stop is requested.
    pub(super) async fn follow(self, shutdown: Shutdown) {
        match self.ordering {
            Some(ordering) => ordering.follow(shutdown).await,
            None => self.certificate.follow(shutdown).await,
        }
    }
}

/// What the listener shows; none: it speaks in clear.
///
/// # Errors
/// A file cannot be used, nothing can be ordered so, or the address of the platform is not that of a listener with TLS.
pub(super) fn served(config: &Config) -> Result<Option<Shown>> {
    let tls = &config.server.tls;
    if !tls.is_on() {
        return Ok(None);
    }
    if !config.base_url().starts_with("https://") {
        bail!(
            "server.tls: the rooms of the platform, browsers and mails use server.public_url, which is '{}'; it must be the \
             https:// address that the certificate is for",
            config.base_url()
        );
    }
    let is_of_files = !tls.certificate.is_empty() || !tls.key.is_empty();
    if !tls.acme.is_on() {
        let certificate = ServedCertificate::read(tls.certificate.as_ref(), tls.key.as_ref())
            .context("server.tls.certificate, server.tls.key")?;
        return Ok(Some(Shown { certificate, ordering: None }));
    }
    if is_of_files {
        bail!("server.tls: a certificate is either read from files or ordered (server.tls.acme.domains), not both");
    }
    tls.acme.check()?;
    let ordering = Ordering::new(&tls.acme, &config.server.data)?;
    Ok(Some(Shown { certificate: ordering.served(), ordering: Some(ordering) }))
}

/// Passwords and cases in clear, for whoever is on the way: said at every start.
pub(super) fn warn_of_none(config: &Config, address: SocketAddr) {
    let is_encrypted = config.server.tls.is_on() || config.base_url().starts_with("https://");
    if !is_encrypted && !address.ip().is_loopback() {
        tracing::warn!(
            %address,
            "server.listen is reached by others, in clear: set server.tls, or end TLS in front of it and set server.public_url"
        );
    }
}
