//! TLS of the listener, by the settings.

use crate::config::Config;
use anyhow::{Context, Result, bail};
use casewright_service::tls::ServedCertificate;
use std::net::SocketAddr;

/// What the listener shows; none: it speaks in clear.
///
/// # Errors
/// A file cannot be used, or the address of the platform is not that of a listener with TLS.
pub(super) fn served(config: &Config) -> Result<Option<ServedCertificate>> {
    let tls = &config.server.tls;
    if tls.certificate.is_empty() && tls.key.is_empty() {
        return Ok(None);
    }
    if !config.base_url().starts_with("https://") {
        bail!(
            "server.tls: the rooms of the platform, browsers and mails use server.public_url, which is '{}'; it must be the \
             https:// address that the certificate is for",
            config.base_url()
        );
    }
    let read = ServedCertificate::read(tls.certificate.as_ref(), tls.key.as_ref());
    read.context("server.tls.certificate, server.tls.key").map(Some)
}

/// Passwords and cases in clear, for whoever is on the way: said at every start.
pub(super) fn warn_of_none(config: &Config, address: SocketAddr) {
    let is_encrypted = !config.server.tls.certificate.is_empty() || config.base_url().starts_with("https://");
    if !is_encrypted && !address.ip().is_loopback() {
        tracing::warn!(
            %address,
            "server.listen is reached by others, in clear: set server.tls, or end TLS in front of it and set server.public_url"
        );
    }
}
