//! Mail that leaves is signed for the domain that it is of (DKIM, RFC 6376): whoever receives it can tell that nobody else wrote it.
//!
//! A key is read at the start and never shown; who may look for it by its public half finds that in DNS.

use mail_auth::common::crypto::{Algorithm, DkimKey, Ed25519Key, RsaKey, Sha256, SigningKey};
use mail_auth::common::headers::{HeaderWriter as _, Writable};
use mail_auth::dkim::DkimSigner;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A section `[mail.dkim.<name>]`: whose mail is signed, with which key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningKeyFile {
    /// The domain of the senders: what stands behind the `@` in `From`.
    pub domain: String,
    /// Where the public key is found: `<selector>._domainkey.<domain>`.
    pub selector: String,
    /// PEM file with the private key: RSA of at least 2048 bits, or Ed25519.
    pub key_file: String,
}

/// The keys of `[mail.dkim]`, by the name of their section.
pub type SigningKeyFiles = BTreeMap<String, SigningKeyFile>;

/// Why a key cannot be used. The text is for who starts the program; it names the key of the configuration.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("mail.dkim.{section}.key_file: {} cannot be read: {source}", path.display())]
    Unreadable { section: String, path: PathBuf, source: std::io::Error },
    #[error("mail.dkim.{section}.key_file: {} holds no private key in PEM", path.display())]
    NoKey { section: String, path: PathBuf },
    #[error("mail.dkim.{section}.key_file: {} holds neither an RSA key of at least 2048 bits nor an Ed25519 key", path.display())]
    Unusable { section: String, path: PathBuf },
    #[error("mail.dkim.{section}: {key} is no name in DNS: '{value}'")]
    NoName { section: String, key: &'static str, value: String },
    #[error("mail.dkim.{section}: {domain} has a key of selector '{selector}' already")]
    Twice { section: String, domain: String, selector: String },
}

/// Header fields that are signed when they are there (RFC 6376 section 5.4.1), beside `From`.
const SIGNED: [&str; 14] = [
    "Reply-To",
    "Subject",
    "Date",
    "To",
    "Cc",
    "Message-ID",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "List-Unsubscribe",
];

/// Signs for the domains that it has keys of. Cheap to clone.
#[derive(Clone, Default)]
pub struct Signer {
    keys: Arc<[Key]>,
}

struct Key {
    domain: String,
    selector: String,
    key: DkimKey,
}

impl Signer {
    /// Reads the keys.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn open(files: &SigningKeyFiles) -> Result<Self, KeyError> {
        let mut keys: Vec<Key> = Vec::with_capacity(files.len());
        for (section, file) in files {
            let key = Key::open(section, file)?;
            if keys.iter().any(|other| other.domain == key.domain && other.selector == key.selector) {
                let (section, domain, selector) = (section.clone(), key.domain, key.selector);
                return Err(KeyError::Twice { section, domain, selector });
            }
            tracing::info!(
                domain = key.domain,
                selector = key.selector,
                "outgoing mail of the domain is signed (DKIM)"
            );
            keys.push(key);
        }
        Ok(Self { keys: keys.into() })
    }

    /// Whether mail of the domain is signed.
    #[must_use]
    pub fn signs(&self, domain: &str) -> bool {
        self.of(domain).next().is_some()
    }

    /// The message with a signature of each key of the domain in front: as it came where there is none.
    ///
    /// # Errors
    /// The message has no header, or the key cannot sign.
    pub fn sign(&self, domain: &str, message: &[u8]) -> Result<Vec<u8>, mail_auth::Error> {
        let mut signed = Vec::with_capacity(message.len() + 1_024);
        for key in self.of(domain) {
            let signer = DkimSigner::from_key(Lent(&key.key)).domain(&key.domain).selector(&key.selector);
            signer.headers(to_sign(message)).sign(message)?.write_header(&mut signed);
        }
        signed.extend_from_slice(message);
        Ok(signed)
    }

    fn of(&self, domain: &str) -> impl Iterator<Item = &Key> {
        self.keys.iter().filter(move |key| key.domain.eq_ignore_ascii_case(domain))
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.keys.iter().map(|key| (&key.selector, &key.domain))).finish()
    }
}

/// Names of the fields that a signature covers. `From` is named once more than it is there: a second one breaks the signature.
fn to_sign(message: &[u8]) -> Vec<&'static str> {
    let header = message.windows(4).position(|window| window == b"\r\n\r\n").map_or(message, |end| &message[..end]);
    let is_there = |name: &&str| {
        header.split(|byte| *byte == b'\n').any(|line| {
            let end = line.iter().position(|byte| *byte == b':').unwrap_or_default();
            line[..end].trim_ascii_end().eq_ignore_ascii_case(name.as_bytes())
        })
    };
    ["From", "From"].into_iter().chain(SIGNED.into_iter().filter(is_there)).collect()
}

impl Key {
    fn open(section: &str, file: &SigningKeyFile) -> Result<Self, KeyError> {
        for (key, value) in [("domain", &file.domain), ("selector", &file.selector)] {
            if !is_name(value) {
                return Err(KeyError::NoName { section: section.to_owned(), key, value: value.clone() });
            }
        }
        let path = Path::new(&file.key_file);
        let pem = std::fs::read(path).map_err(|source| {
            let (section, path) = (section.to_owned(), path.to_owned());
            KeyError::Unreadable { section, path, source }
        })?;
        let der = PrivateKeyDer::from_pem_slice(&pem)
            .map_err(|_| KeyError::NoKey { section: section.to_owned(), path: path.to_owned() })?;
        let key =
            key_of(der).ok_or_else(|| KeyError::Unusable { section: section.to_owned(), path: path.to_owned() })?;
        Ok(Self { domain: file.domain.to_ascii_lowercase(), selector: file.selector.to_ascii_lowercase(), key })
    }
}

/// Labels of letters, digits and hyphens: what is not ASCII is written as DNS has it (`xn--`).
fn is_name(text: &str) -> bool {
    let is_label = |label: &str| {
        let is_plain = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        is_plain && !label.is_empty() && label.len() <= 63
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

fn key_of(der: PrivateKeyDer<'_>) -> Option<DkimKey> {
    if let PrivateKeyDer::Pkcs8(pkcs8) = &der
        && let Ok(key) = Ed25519Key::from_pkcs8_maybe_unchecked_der(pkcs8.secret_pkcs8_der())
    {
        return Some(DkimKey::Ed25519(key));
    }
    RsaKey::<Sha256>::from_key_der(der).ok().map(DkimKey::Rsa)
}

/// A key that is only looked at.
struct Lent<'a>(&'a DkimKey);

impl SigningKey for Lent<'_> {
    type Hasher = Sha256;

    fn sign(&self, input: impl Writable) -> mail_auth::Result<Vec<u8>> {
        self.0.sign(input)
    }

    fn algorithm(&self) -> Algorithm {
        self.0.algorithm()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(domain: &str, selector: &str, pem: &str) -> Result<Signer, KeyError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        std::fs::write(&path, pem).unwrap();
        let file = SigningKeyFile {
            domain: domain.to_owned(),
            selector: selector.to_owned(),
            key_file: path.to_string_lossy().into_owned(),
        };
        Signer::open(&SigningKeyFiles::from([("main".to_owned(), file)]))
    }

    fn ed25519() -> String {
        use rustls::pki_types::PrivatePkcs8KeyDer;
        let der = PrivatePkcs8KeyDer::from(Ed25519Key::generate_pkcs8().unwrap());
        let text: Vec<String> = base64(der.secret_pkcs8_der()).as_bytes().chunks(64).map(as_text).collect();
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", text.join("\n"))
    }

    fn as_text(line: &[u8]) -> String {
        String::from_utf8(line.to_vec()).unwrap()
    }

    fn base64(bytes: &[u8]) -> String {
        use ::base64::Engine as _;
        ::base64::engine::general_purpose::STANDARD.encode(bytes)
    }

    #[test]
    fn a_key_that_cannot_be_used_is_named_and_not_shown() {
        let secret = "TWFuIGlzIGRpc3Rpbmd1aXNoZWQ=";
        let wrong = format!("-----BEGIN PRIVATE KEY-----\n{secret}\n-----END PRIVATE KEY-----\n");
        let good = ed25519();
        for (domain, selector, pem, why) in [
            ("harbor.example", "main", wrong.as_str(), "neither an RSA key"),
            ("harbor.example", "main", "no PEM at all", "no private key"),
            ("harbor example", "main", &good, "domain is no name"),
            ("harbor.example", "", &good, "selector is no name"),
        ] {
            let error = opened(domain, selector, pem).unwrap_err();
            let said = format!("{error} {error:?}");
            assert!(said.contains("mail.dkim.main") && said.contains(why) && !said.contains(secret), "{said}");
        }
        let missing = SigningKeyFile {
            domain: "harbor.example".to_owned(),
            selector: "main".to_owned(),
            key_file: "/nowhere/key.pem".to_owned(),
        };
        let said = Signer::open(&SigningKeyFiles::from([("a".to_owned(), missing)])).unwrap_err().to_string();
        assert!(said.contains("mail.dkim.a.key_file") && said.contains("/nowhere/key.pem"), "{said}");
    }

    #[test]
    fn only_mail_of_its_domain_is_signed_and_every_named_field_is_there_but_a_second_from() {
        let signer = opened("Harbor.example", "main", &ed25519()).unwrap();
        assert!(signer.signs("harbor.EXAMPLE") && !signer.signs("a.harbor.example"));
        let message =
            b"From: a@harbor.example\r\nTo: b@c.example\r\nSubject: x\r\n cc: no field\r\n\r\nCc: neither\r\n";
        assert_eq!(signer.sign("other.example", message).unwrap(), message);
        let signed = String::from_utf8(signer.sign("harbor.example", message).unwrap()).unwrap();
        assert!(signed.starts_with("DKIM-Signature: v=1; a=ed25519-sha256; s=main; d=harbor.example; "), "{signed}");
        let names = signed.split("h=").nth(1).unwrap().split(';').next().unwrap().to_ascii_lowercase();
        let mut names: Vec<&str> = names.split(':').map(str::trim).collect();
        names.sort_unstable();
        assert_eq!(names, ["from", "from", "subject", "to"]);
        assert!(signed.ends_with("Cc: neither\r\n"));
    }
}
