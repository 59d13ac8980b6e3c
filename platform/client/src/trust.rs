//! Whom clients of this process trust: the authorities of the machine, and those of a file of one's own (`server.tls.authority`).
//!
//! Whatever connects to others by TLS asks here, whichever library it does so with: no other place of the platform decides whom to trust,
//! but for settings that name a file for one connection alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::io::{Error, ErrorKind, Result};
use std::path::Path;
use std::sync::OnceLock;

/// Characters of a line of PEM (RFC 7468, section 2).
const LINE: usize = 64;

/// Authorities that clients of this process trust besides those of the machine.
static OWN: OnceLock<Vec<CertificateDer<'static>>> = OnceLock::new();

/// Lets clients that are made from now on trust the authorities in a PEM file, too. The first file counts.
///
/// # Errors
/// It cannot be read, or holds no certificate of an authority.
pub fn trust(authority: &Path) -> Result<()> {
    let found = authorities(&std::fs::read(authority)?)?;
    if OWN.set(found).is_err() {
        tracing::debug!("an authority was trusted before");
    }
    Ok(())
}

/// Every certificate of a text, each one that can be trusted: libraries would panic over others later.
fn authorities(text: &[u8]) -> Result<Vec<CertificateDer<'static>>> {
    let unusable = |error: &dyn std::fmt::Display| Error::new(ErrorKind::InvalidData, error.to_string());
    let found: std::result::Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
    let found = found.map_err(|error| unusable(&error))?;
    if found.is_empty() {
        return Err(unusable(&"there is no certificate in it"));
    }
    let mut roots = RootCertStore::empty();
    for certificate in &found {
        roots.add(certificate.clone()).map_err(|error| unusable(&error))?;
        reqwest::Certificate::from_der(certificate).map_err(|error| unusable(&error))?;
    }
    Ok(found)
}

/// Those of the file that [`trust`] was told; none when it was told nothing. For libraries that know the machine's by themselves.
#[must_use]
pub fn own_authorities() -> &'static [CertificateDer<'static>] {
    OWN.get().map(Vec::as_slice).unwrap_or_default()
}

/// [`own_authorities`] as PEM; none when there are none.
#[must_use]
pub fn own_authorities_pem() -> Option<String> {
    OWN.get().map(|own| own.iter().map(pem).collect())
}

/// Everybody who is trusted: the machine's, and one's own.
#[must_use]
pub fn all_authorities() -> Vec<CertificateDer<'static>> {
    let mut all = rustls_native_certs::load_native_certs().certs;
    all.extend_from_slice(own_authorities());
    all
}

/// [`all_authorities`] as PEM, for libraries that trust nobody else when they are told whom; none when there are none of one's own, and
/// such a library need not be told.
#[must_use]
pub fn all_authorities_pem() -> Option<String> {
    let own = own_authorities_pem()?;
    let mut roots = RootCertStore::empty();
    let mut of_machine = rustls_native_certs::load_native_certs().certs;
    // One that cannot be read would keep all others out.
    of_machine.retain(|certificate| roots.add(certificate.clone()).is_ok());
    Some(of_machine.iter().map(pem).chain([own]).collect())
}

/// An HTTP client that trusts them.
pub fn trusting(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    // Each was tried when it was read.
    let own: Vec<_> = own_authorities().iter().filter_map(|own| reqwest::Certificate::from_der(own).ok()).collect();
    if own.is_empty() { builder } else { builder.tls_certs_merge(own) }
}

fn pem(certificate: &CertificateDer<'_>) -> String {
    let text = STANDARD.encode(certificate);
    let mut lines = String::from("-----BEGIN CERTIFICATE-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, behind) = rest.split_at(rest.len().min(LINE));
        lines.push_str(line);
        lines.push('\n');
        rest = behind;
    }
    lines + "-----END CERTIFICATE-----\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of an authority that nobody knows, made for this test.
    fn made() -> rcgen::Certificate {
        rcgen::generate_simple_self_signed(vec!["authority.example".to_owned()]).unwrap().cert
    }

    #[test]
    fn a_file_without_a_usable_certificate_is_refused_and_one_with_several_has_all() {
        assert!(authorities(b"nothing").unwrap_err().to_string().contains("no certificate"));
        let broken = pem(&CertificateDer::from(b"no certificate".to_vec()));
        assert_eq!(authorities(broken.as_bytes()).unwrap_err().kind(), ErrorKind::InvalidData);
        let (one, two) = (made(), made());
        let both = one.pem() + &two.pem();
        assert_eq!(authorities(both.as_bytes()).unwrap(), [one.der().clone(), two.der().clone()]);
    }

    #[test]
    fn what_is_trusted_reads_back_as_it_was() {
        let made = made();
        assert_eq!(authorities(pem(made.der()).as_bytes()).unwrap(), [made.der().clone()]);
    }

    #[test]
    fn clients_are_told_of_the_file_besides_the_machine() {
        let (made, folder) = (made(), std::env::temp_dir());
        let file = folder.join(format!("casewright-authority-{}.pem", std::process::id()));
        std::fs::write(&file, made.pem()).unwrap();
        trust(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert_eq!(own_authorities(), [made.der().clone()]);
        let own = own_authorities_pem().unwrap();
        assert_eq!(authorities(own.as_bytes()).unwrap(), own_authorities());
        let all = all_authorities();
        assert_eq!(all.last(), Some(made.der()));
        assert!(all_authorities_pem().unwrap().ends_with(&own), "and the machine's before it");
    }
}
