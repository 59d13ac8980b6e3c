//! What is kept between starts: the account with its key, and the certificate with its own. Both are this user's alone (0600).

use anyhow::{Context, Result};
use instant_acme::AccountCredentials;
use serde::{Deserialize, Serialize};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

const ACCOUNT: &str = "account.json";
const CERTIFICATE: &str = "certificate.pem";

/// The account at an authority.
#[derive(Serialize, Deserialize)]
struct Account {
    /// At another authority it is another account.
    directory: String,
    credentials: AccountCredentials,
}

/// A folder of its own.
pub(super) struct Kept {
    folder: PathBuf,
}

impl Kept {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The file with chain and key.
    pub(super) fn certificate(&self) -> PathBuf {
        self.folder.join(CERTIFICATE)
    }

    /// # Errors
    /// It cannot be written.
    pub(super) fn keep_certificate(&self, chain_and_key: &str) -> Result<()> {
        self.replace(CERTIFICATE, chain_and_key.as_bytes())
    }

    /// The account at the authority with this directory, if there is one.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn account(&self, directory: &str) -> Result<Option<AccountCredentials>> {
        let path = self.folder.join(ACCOUNT);
        let text = match std::fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            read => read.with_context(|| format!("{} cannot be read", path.display()))?,
        };
        let kept: Account =
            serde_json::from_slice(&text).with_context(|| format!("{} is no account", path.display()))?;
        Ok((kept.directory == directory).then_some(kept.credentials))
    }

    /// # Errors
    /// It cannot be written.
    pub(super) fn keep_account(&self, directory: &str, credentials: AccountCredentials) -> Result<()> {
        let account = Account { directory: directory.to_owned(), credentials };
        self.replace(ACCOUNT, &serde_json::to_vec(&account)?)
    }

    /// Durable, and there is never half of it. Temporary files are their owner's alone, and stay so under their name.
    fn replace(&self, name: &str, content: &[u8]) -> Result<()> {
        let path = self.folder.join(name);
        self.try_replace(&path, content).with_context(|| format!("{} cannot be written", path.display()))
    }

    fn try_replace(&self, path: &Path, content: &[u8]) -> Result<()> {
        crate::private::folder(&self.folder)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(content)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        std::fs::File::open(&self.folder)?.sync_all()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    const KEY: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJVWC_QzOTCS5vtsJp2IG-UDc8cdDfeoKtxSZxaznM-mhRANCAAQenCPoGgPFTdPJ7VLLKt56RxPlYT1wNXnHc54PEyBg3LxKaH0-sJkX0mL8LyPEdsfL_Oz4TxHkWLJGrXVtNhfH";

    #[test]
    fn an_account_is_kept_for_its_authority_and_nobody_else_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::new(folder.path().join("acme"));
        assert!(kept.account("https://a.example").unwrap().is_none());
        let text = format!(r#"{{"id":"https://a.example/7","key_pkcs8":"{KEY}","directory":"https://a.example"}}"#);
        kept.keep_account("https://a.example", serde_json::from_str(&text).unwrap()).unwrap();
        kept.keep_certificate("chain and key").unwrap();
        assert!(kept.account("https://a.example").unwrap().is_some());
        assert!(kept.account("https://b.example").unwrap().is_none(), "that is another account");
        for name in [ACCOUNT, CERTIFICATE] {
            let mode = std::fs::metadata(folder.path().join("acme").join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        std::fs::write(folder.path().join("acme").join(ACCOUNT), "{").unwrap();
        assert!(kept.account("https://a.example").is_err(), "it is not overwritten without a word");
    }
}
