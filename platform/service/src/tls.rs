//! TLS of listeners: a certificate from two files, taken up again when they change, so that renewing one needs no restart.

use crate::shutdown::Shutdown;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio_rustls::TlsAcceptor;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(30);

/// Why a certificate cannot be used. The text is for the person who starts the program.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    #[error("{} cannot be read", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{} cannot be read as PEM", path.display())]
    NotPem {
        path: PathBuf,
        #[source]
        source: pem::Error,
    },
    #[error("the certificate or its key cannot be used")]
    Unusable(#[from] rustls::Error),
}

/// A certificate with its chain and key, as listeners show it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ServedCertificate(Arc<Served>);

#[derive(Debug)]
struct Served {
    files: Files,
    now: RwLock<Taken>,
}

#[derive(Debug)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

/// What was read, and what it came to.
#[derive(Debug)]
struct Taken {
    text: (Vec<u8>, Vec<u8>),
    certified: Arc<CertifiedKey>,
}

impl ResolvesServerCert for Served {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner).certified))
    }
}

impl Files {
    fn read(&self) -> Result<(Vec<u8>, Vec<u8>), CertificateError> {
        let read = |path: &Path| {
            std::fs::read(path).map_err(|source| CertificateError::Unreadable { path: path.to_owned(), source })
        };
        Ok((read(&self.certificate)?, read(&self.key)?))
    }

    fn certified(&self, (certificate, key): &(Vec<u8>, Vec<u8>)) -> Result<CertifiedKey, CertificateError> {
        let not_pem = |path: &Path| {
            let path = path.to_owned();
            move |source| CertificateError::NotPem { path, source }
        };
        let chain = CertificateDer::pem_slice_iter(certificate).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(not_pem(&self.certificate))?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(not_pem(&self.key))?;
        Ok(CertifiedKey::from_der(chain, key, &provider())?)
    }
}

fn provider() -> CryptoProvider {
    ring::default_provider()
}

impl ServedCertificate {
    /// `certificate` is a chain in PEM, the own one first; `key` its private key.
    ///
    /// # Errors
    /// A file cannot be read, or the key is of another certificate.
    pub fn read(certificate: &Path, key: &Path) -> Result<Self, CertificateError> {
        let files = Files { certificate: certificate.to_owned(), key: key.to_owned() };
        let text = files.read()?;
        let certified = Arc::new(files.certified(&text)?);
        Ok(Self(Arc::new(Served { files, now: RwLock::new(Taken { text, certified }) })))
    }

    /// What shakes hands with it, for the protocols of ALPN (RFC 7301) in the order in which we like them; none: no ALPN.
    /// TLS 1.2 and 1.3.
    ///
    /// # Errors
    /// Not with the provider we have; rustls may say so.
    pub fn acceptor(&self, protocols: &[&[u8]]) -> Result<TlsAcceptor, CertificateError> {
        let resolver: Arc<dyn ResolvesServerCert> = Arc::clone(&self.0) as Arc<_>;
        let mut config = ServerConfig::builder_with_provider(Arc::new(provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(resolver);
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Looks at the files and takes up what has changed; whether anything had.
    ///
    /// # Errors
    /// They cannot be used as they are now (one of the two may not be written yet): what was there before is served on.
    pub fn look(&self) -> Result<bool, CertificateError> {
        let text = self.0.files.read()?;
        if self.0.now.read().unwrap_or_else(PoisonError::into_inner).text == text {
            return Ok(false);
        }
        let certified = Arc::new(self.0.files.certified(&text)?);
        *self.0.now.write().unwrap_or_else(PoisonError::into_inner) = Taken { text, certified };
        Ok(true)
    }

    /// Looks at the files until a stop is requested.
    pub async fn follow(self, shutdown: Shutdown) {
        loop {
            tokio::select! {
                () = shutdown.requested() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            let looking = self.clone();
            match tokio::task::spawn_blocking(move || looking.look()).await {
                Ok(Ok(false)) => {}
                Ok(Ok(true)) => {
                    tracing::info!(certificate = %self.0.files.certificate.display(), "a new certificate is served");
                }
                Ok(Err(error)) => {
                    let cause = std::error::Error::source(&error).map(ToString::to_string);
                    tracing::error!(%error, cause, "a new certificate cannot be used; the one before is served on");
                }
                Err(error) => tracing::error!(%error, "looking at the certificate failed"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
        let rcgen::CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
        std::fs::write(&certificate, cert.pem()).unwrap();
        std::fs::write(&key, signing_key.serialize_pem()).unwrap();
        (certificate, key)
    }

    fn shown(served: &ServedCertificate) -> Vec<u8> {
        served.0.now.read().unwrap().certified.cert[0].to_vec()
    }

    #[test]
    fn a_renewed_certificate_is_taken_up_and_a_broken_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = write(folder.path(), "a.example");
        let served = ServedCertificate::read(&certificate, &key).unwrap();
        let first = shown(&served);
        assert!(!served.look().unwrap(), "nothing has changed");
        write(folder.path(), "b.example");
        assert!(served.look().unwrap());
        let second = shown(&served);
        assert_ne!(first, second);

        let other = std::fs::read(&certificate).unwrap();
        write(folder.path(), "c.example");
        std::fs::write(&certificate, other).unwrap();
        assert!(matches!(served.look(), Err(CertificateError::Unusable(_))), "the key is of another certificate");
        std::fs::remove_file(&key).unwrap();
        assert!(matches!(served.look(), Err(CertificateError::Unreadable { path, .. }) if path == key));
        assert_eq!(shown(&served), second, "what was there is served on");
    }

    #[test]
    fn what_is_no_certificate_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = write(folder.path(), "a.example");
        std::fs::write(&key, "no key").unwrap();
        let refused = ServedCertificate::read(&certificate, &key);
        assert!(matches!(refused, Err(CertificateError::NotPem { path, .. }) if path == key));
    }
}
