//! TLS of mailboxes that are polled. One provider, as in every room: ring.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::{ClientConfig, RootCertStore};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::TlsConnector;

/// Why TLS cannot be set up. The text is for the person who starts the program.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("{} cannot be read as PEM", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: pem::Error,
    },
    #[error("the certificates cannot be used")]
    Unusable(#[from] rustls::Error),
    #[error("there are no certificates of authorities on this machine; name a file with them (mail.imap.ca_file)")]
    NoAuthorities,
}

/// Trusts the authorities of `ca_file`, or those that all clients of this process trust when it is none.
///
/// # Errors
/// The file cannot be read, or there is nobody to trust.
pub fn connector(ca_file: Option<&Path>) -> Result<TlsConnector, TlsError> {
    let mut roots = RootCertStore::empty();
    let trusted = match ca_file {
        Some(file) => certificates(file)?,
        None => casewright_client::all_authorities(),
    };
    let (usable, _) = roots.add_parsable_certificates(trusted);
    if usable == 0 {
        return Err(TlsError::NoAuthorities);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let unreadable = |source| TlsError::Unreadable { path: file.to_owned(), source };
    let certificates = CertificateDer::pem_file_iter(file).map_err(unreadable)?;
    certificates.collect::<Result<_, _>>().map_err(unreadable)
}
