//! TLS of listeners: a certificate from two files, taken up again when they change, so that renewing one needs no restart.
//!
//! One that is ordered of an authority by ACME is awaited ([`ServedCertificate::awaited`]): until it is there nobody can shake hands but the
//! authority, which is shown a proof that a name leads here (TLS-ALPN-01, RFC 8737).

use crate::shutdown::Shutdown;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio_rustls::TlsAcceptor;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(30);

/// What is spoken by who looks for a proof, and by nobody else (RFC 8737, section 6.2).
pub(crate) const ACME_TLS: &[u8] = b"acme-tls/1";

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
    /// None: it is awaited.
    now: RwLock<Option<Taken>>,
    /// What authorities are shown, by name; none: none orders.
    proofs: Option<RwLock<HashMap<String, Arc<CertifiedKey>>>>,
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
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        if let Some(proofs) = &self.proofs
            && is_looking_for_a_proof(&hello)
        {
            let name = hello.server_name()?.to_ascii_lowercase();
            return proofs.read().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
        }
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        now.as_ref().map(|taken| Arc::clone(&taken.certified))
    }
}

/// RFC 8737, section 3: nothing but that is offered then.
fn is_looking_for_a_proof(hello: &ClientHello<'_>) -> bool {
    hello.alpn().is_some_and(|mut offered| offered.next() == Some(ACME_TLS) && offered.next().is_none())
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
        Ok(Self(Arc::new(Served { files, now: RwLock::new(Some(Taken { text, certified })), proofs: None })))
    }

    /// `file` has chain and key in one, PEM, and need not be there yet: it is taken up when somebody has [looked](Self::look).
    ///
    /// # Errors
    /// It is there, and cannot be used.
    pub fn awaited(file: &Path) -> Result<Self, CertificateError> {
        let files = Files { certificate: file.to_owned(), key: file.to_owned() };
        let served = Self(Arc::new(Served { files, now: RwLock::default(), proofs: Some(RwLock::default()) }));
        match served.look() {
            Err(CertificateError::Unreadable { source, .. }) if source.kind() == ErrorKind::NotFound => {}
            looked => drop(looked?),
        }
        Ok(served)
    }

    /// The certificate without its chain, DER; none: it is awaited.
    pub fn shown(&self) -> Option<CertificateDer<'static>> {
        let now = self.0.now.read().unwrap_or_else(PoisonError::into_inner);
        now.as_ref()?.certified.cert.first().cloned()
    }

    /// Whoever looks for a proof that `name` leads here is shown this certificate, until [all are taken off](Self::proven).
    /// Nobody can look for one where the certificate is not an [awaited](Self::awaited) one.
    ///
    /// # Errors
    /// The key is of a kind that nobody signs with.
    pub fn prove(
        &self,
        name: &str,
        certificate: CertificateDer<'static>,
        key: PrivateKeyDer<'static>,
    ) -> Result<(), CertificateError> {
        // Not held against the certificate: that has a critical extension (RFC 8737, section 3), which only authorities understand.
        let key = provider().key_provider.load_private_key(key)?;
        let proof = Arc::new(CertifiedKey::new(vec![certificate], key));
        if let Some(proofs) = &self.0.proofs {
            proofs.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_ascii_lowercase(), proof);
        }
        Ok(())
    }

    /// Takes all proofs off.
    pub fn proven(&self) {
        if let Some(proofs) = &self.0.proofs {
            proofs.write().unwrap_or_else(PoisonError::into_inner).clear();
        }
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
        let of_proofs = self.0.proofs.is_some().then_some(ACME_TLS);
        config.alpn_protocols = protocols.iter().copied().chain(of_proofs).map(<[u8]>::to_vec).collect();
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Looks at the files and takes up what has changed; whether anything had.
    ///
    /// # Errors
    /// They cannot be used as they are now (one of the two may not be written yet): what was there before is served on.
    pub fn look(&self) -> Result<bool, CertificateError> {
        let text = self.0.files.read()?;
        if self.0.now.read().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(|now| now.text == text) {
            return Ok(false);
        }
        let certified = Arc::new(self.0.files.certified(&text)?);
        *self.0.now.write().unwrap_or_else(PoisonError::into_inner) = Some(Taken { text, certified });
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
        served.shown().unwrap().to_vec()
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

    /// Shakes hands and says which certificate was shown and what is spoken; none: nobody shook hands.
    async fn shown_to(served: &ServedCertificate, name: &str, offered: &[&[u8]]) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
        let acceptor = served.acceptor(&[b"http/1.1"]).unwrap();
        let mut roots = rustls::RootCertStore::empty();
        // Whoever looks for a proof asks nobody whether to trust it; here it is its own authority.
        let known =
            served.0.proofs.iter().flat_map(|proofs| proofs.read().unwrap().values().cloned().collect::<Vec<_>>());
        let own = served.0.now.read().unwrap().as_ref().map(|now| Arc::clone(&now.certified));
        for certified in known.chain(own) {
            roots.add(certified.cert[0].clone()).unwrap();
        }
        roots
            .add(CertificateDer::from(rcgen::generate_simple_self_signed(vec!["x".to_owned()]).unwrap().cert))
            .unwrap();
        let config = rustls::ClientConfig::builder_with_provider(Arc::new(provider()));
        let config = config.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots);
        let mut config = config.with_no_client_auth();
        config.alpn_protocols = offered.iter().map(|name| name.to_vec()).collect();
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        let (here, there) = tokio::io::duplex(1 << 16);
        let name = rustls::pki_types::ServerName::try_from(name.to_owned()).unwrap();
        let (shaken, _accepted) = tokio::join!(connector.connect(name, here), acceptor.accept(there));
        let shaken = shaken.ok()?;
        let connection = shaken.get_ref().1;
        let shown = connection.peer_certificates().unwrap()[0].to_vec();
        Some((shown, connection.alpn_protocol().map(<[u8]>::to_vec)))
    }

    #[tokio::test]
    async fn an_awaited_certificate_is_shown_when_it_is_there_and_proofs_to_who_looks_for_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("both.pem");
        let served = ServedCertificate::awaited(&file).unwrap();
        assert_eq!(served.shown(), None);
        assert_eq!(shown_to(&served, "a.example", &[b"http/1.1"]).await, None, "there is nothing to show");

        let rcgen::CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(vec!["a.example".to_owned()]).unwrap();
        let proof = cert.der().to_vec();
        served.prove("A.example", cert.into(), signing_key.into()).unwrap();
        let (seen, spoken) = shown_to(&served, "a.example", &[ACME_TLS]).await.unwrap();
        assert_eq!((seen, spoken.as_deref()), (proof, Some(ACME_TLS)));
        assert_eq!(shown_to(&served, "b.example", &[ACME_TLS]).await, None, "that name is not proven");
        assert_eq!(shown_to(&served, "a.example", &[b"http/1.1"]).await, None, "a proof is no certificate");

        let (certificate, key) = write(folder.path(), "a.example");
        let both = [std::fs::read(certificate).unwrap(), std::fs::read(key).unwrap()].concat();
        std::fs::write(&file, both).unwrap();
        assert!(served.look().unwrap());
        let own = shown(&served);
        let (seen, _) = shown_to(&served, "a.example", &[b"http/1.1"]).await.unwrap();
        assert_eq!(seen, own);
        let (seen, _) = shown_to(&served, "a.example", &[ACME_TLS, b"http/1.1"]).await.unwrap();
        assert_eq!(seen, own, "who offers more than that looks for no proof");
        served.proven();
        assert_eq!(shown_to(&served, "a.example", &[ACME_TLS]).await, None);
        // The next start finds it.
        assert_eq!(shown(&ServedCertificate::awaited(&file).unwrap()), own);
    }
}
