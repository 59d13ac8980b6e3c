//! Seals what is secret before it goes into the journal: AES-256-GCM under one key file.
//!
//! The file never goes into a backup of the journal: each alone is worth nothing.

use crate::error::AccessError;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf;
use std::io::Write as _;
use std::path::Path;

const KEY_LEN: usize = 32;

/// The opened key file.
pub(crate) struct Vault {
    sealing: LessSafeKey,
    mac: ring::hmac::Key,
}

impl Vault {
    /// Reads the key file, or makes it, readable by its owner only.
    pub(crate) fn open(path: &Path) -> Result<Self, AccessError> {
        let refused = |reason: String| AccessError::KeyFile { path: path.to_owned(), reason };
        let key = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                create(path).map_err(|error| refused(error.to_string()))?
            }
            Err(error) => return Err(refused(error.to_string())),
        };
        if key.len() != KEY_LEN {
            return Err(refused(format!("it has {} bytes, {KEY_LEN} are needed", key.len())));
        }
        Self::from_key(&key).ok_or_else(|| refused("it is not a key".to_owned()))
    }

    /// Under a key that nobody else has, now or later.
    pub(crate) fn ephemeral() -> Self {
        let key: [u8; KEY_LEN] = rand::random();
        Self::from_key(&key).expect("a key of the right length")
    }

    fn from_key(key: &[u8]) -> Option<Self> {
        let sealing = derive(key, b"casewright seal v1")?;
        let mac = derive(key, b"casewright mac v1")?;
        Some(Self {
            sealing: LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &sealing).ok()?),
            mac: ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &mac),
        })
    }

    /// Seals bytes for one purpose; what is opened for another purpose does not open.
    pub(crate) fn seal(&self, purpose: &str, plain: &[u8]) -> String {
        let nonce: [u8; NONCE_LEN] = rand::random();
        let mut sealed = plain.to_vec();
        self.sealing
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose.as_bytes()), &mut sealed)
            .expect("AES-GCM seals anything shorter than 64 GiB");
        let mut out = nonce.to_vec();
        out.append(&mut sealed);
        URL_SAFE_NO_PAD.encode(out)
    }

    /// Opens what [`Vault::seal`] made for the same purpose; none when it was made elsewhere or changed.
    pub(crate) fn open_sealed(&self, purpose: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, cipher) = bytes.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut cipher = cipher.to_vec();
        let plain = self.sealing.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut cipher).ok()?;
        Some(plain.to_vec())
    }

    /// A keyed digest of a text for one purpose.
    pub(crate) fn digest(&self, purpose: &str, text: &str) -> String {
        let mut context = ring::hmac::Context::with_key(&self.mac);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(text.as_bytes());
        URL_SAFE_NO_PAD.encode(context.sign())
    }
}

struct KeyLength;

impl hkdf::KeyType for KeyLength {
    fn len(&self) -> usize {
        KEY_LEN
    }
}

fn derive(key: &[u8], purpose: &[u8]) -> Option<[u8; KEY_LEN]> {
    let mut out = [0; KEY_LEN];
    hkdf::Salt::new(hkdf::HKDF_SHA256, b"casewright")
        .extract(key)
        .expand(&[purpose], KeyLength)
        .ok()?
        .fill(&mut out)
        .ok()?;
    Some(out)
}

fn create(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let key: [u8; KEY_LEN] = rand::random();
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(&key)?;
    file.sync_all()?;
    Ok(key.to_vec())
}

/// A fresh secret of 256 bits, as text.
pub(crate) fn random_token() -> String {
    let bytes: [u8; 32] = rand::random();
    URL_SAFE_NO_PAD.encode(bytes)
}

/// SHA-256 of a random secret, for keeping: a stolen journal gives no token. Only for secrets of full entropy.
pub(crate) fn hash_token(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, token.as_bytes()))
}

/// Whether two texts are equal, in time that does not depend on where they differ.
pub(crate) fn is_same(a: &str, b: &str) -> bool {
    use subtle::ConstantTimeEq as _;
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn what_is_sealed_opens_after_a_restart_and_only_for_its_purpose() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/access.key");
        let sealed = Vault::open(&path).unwrap().seal("a", b"secret");
        let again = Vault::open(&path).unwrap();
        assert_eq!(again.open_sealed("a", &sealed).unwrap(), b"secret");
        assert!(again.open_sealed("b", &sealed).is_none());
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_changed_seal_does_not_open() {
        let dir = tempfile::tempdir().unwrap();
        let vault = Vault::open(&dir.path().join("k")).unwrap();
        let mut sealed = vault.seal("a", b"secret");
        let last = if sealed.pop() == Some('A') { 'B' } else { 'A' };
        sealed.push(last);
        assert!(vault.open_sealed("a", &sealed).is_none());
        assert!(vault.open_sealed("a", "").is_none());
    }

    #[test]
    fn a_key_file_of_another_length_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("k");
        std::fs::write(&path, b"short").unwrap();
        assert!(matches!(Vault::open(&path), Err(AccessError::KeyFile { .. })));
    }
}
