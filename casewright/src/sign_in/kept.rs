//! Sign-ins as they are kept: a file of the user's configuration folder that nobody else can read, with one per platform.
//!
//! Whoever reads is never shown half a file: it is replaced, not written into. Whoever changes it has the lock beside it, so that
//! of two commands one renews a sign-in and the other finds it renewed.

use super::failure::Failure;
use super::provider::Tokens;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

const FILE: &str = "credentials.json";
const LOCK: &str = "credentials.lock";

/// A sign-in at one platform.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignIn {
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(super) access_token: String,
    /// None: it cannot be renewed.
    pub(super) refresh_token: Option<String>,
    /// When the access token ends; none when the provider did not say.
    pub(super) expires_at: Option<Timestamp>,
}

impl SignIn {
    pub(crate) fn new(issuer: &str, client_id: &str, tokens: Tokens) -> Self {
        let Tokens { access: access_token, refresh: refresh_token, expires_at } = tokens;
        Self { issuer: issuer.to_owned(), client_id: client_id.to_owned(), access_token, refresh_token, expires_at }
    }

    pub(crate) fn refresh_token(&self) -> Option<&str> {
        self.refresh_token.as_deref()
    }
}

type ByPlatform = BTreeMap<String, SignIn>;

/// The file.
#[derive(Clone)]
pub(crate) struct Kept {
    folder: PathBuf,
}

/// The file, which nobody else changes meanwhile.
pub(crate) struct Locked {
    kept: Kept,
    _lock: File,
}

impl Kept {
    /// That of the user; none when there is no home.
    pub(crate) fn of_user() -> Option<Self> {
        // A relative path is to be ignored (XDG Base Directory Specification, section 2).
        let configured = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let configuration = configured.or_else(|| Some(std::env::home_dir()?.join(".config")))?;
        Some(Self { folder: configuration.join("casewright") })
    }

    pub(crate) fn find(&self, url: &str) -> Result<Option<SignIn>, Failure> {
        Ok(self.read()?.remove(url))
    }

    /// Waits until nobody else changes the file.
    pub(crate) async fn lock(&self) -> Result<Locked, Failure> {
        let kept = self.clone();
        let path = kept.folder.join(LOCK);
        let taken = tokio::task::spawn_blocking({
            let (folder, path) = (kept.folder.clone(), path.clone());
            move || take(&folder, &path)
        });
        let lock = taken.await.unwrap_or_else(|error| Err(io::Error::other(error)));
        Ok(Locked { kept, _lock: lock.map_err(|source| Failure::File { path, source })? })
    }

    fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    fn read(&self) -> Result<ByPlatform, Failure> {
        let text = match fs::read_to_string(self.path()) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(ByPlatform::new()),
            Err(source) => return Err(Failure::File { path: self.path(), source }),
        };
        serde_json::from_str(&text).map_err(|error| Failure::File { path: self.path(), source: error.into() })
    }

    fn write(&self, all: &ByPlatform) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        serde_json::to_writer_pretty(&mut file, all)?;
        file.write_all(b"\n")?;
        file.as_file().sync_all()?;
        file.persist(self.path())?;
        Ok(())
    }
}

impl Locked {
    pub(crate) fn find(&self, url: &str) -> Result<Option<SignIn>, Failure> {
        self.kept.find(url)
    }

    /// Keeps a sign-in in the place of the one before.
    pub(crate) fn keep(&self, url: &str, sign_in: SignIn) -> Result<(), Failure> {
        self.change(|all| {
            all.insert(url.to_owned(), sign_in);
        })
    }

    pub(crate) fn forget(&self, url: &str) -> Result<(), Failure> {
        self.change(|all| {
            all.remove(url);
        })
    }

    fn change(&self, change: impl FnOnce(&mut ByPlatform)) -> Result<(), Failure> {
        let mut all = self.kept.read()?;
        change(&mut all);
        self.kept.write(&all).map_err(|source| Failure::File { path: self.kept.path(), source })
    }
}

fn take(folder: &Path, path: &Path) -> io::Result<File> {
    fs::create_dir_all(folder)?;
    let lock = File::options().create(true).append(true).open(path)?;
    lock.lock()?;
    Ok(lock)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn sign_in(token: &str) -> SignIn {
        let tokens = Tokens { access: token.to_owned(), refresh: None, expires_at: None };
        SignIn::new("https://id.example", "casewright-cli", tokens)
    }

    #[tokio::test]
    async fn each_platform_has_its_own_and_nobody_else_reads_them() {
        let home = tempfile::tempdir().unwrap();
        let kept = Kept { folder: home.path().join("casewright") };
        assert!(kept.find("https://a.example").unwrap().is_none());
        let locked = kept.lock().await.unwrap();
        locked.keep("https://a.example", sign_in("a")).unwrap();
        locked.keep("https://b.example", sign_in("b")).unwrap();
        locked.forget("https://a.example").unwrap();
        assert!(kept.find("https://a.example").unwrap().is_none());
        assert_eq!(kept.find("https://b.example").unwrap().unwrap().access_token, "b");
        assert_eq!(fs::metadata(kept.path()).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[tokio::test]
    async fn what_is_no_such_file_is_left_as_it_is() {
        let home = tempfile::tempdir().unwrap();
        let kept = Kept { folder: home.path().to_owned() };
        fs::write(kept.path(), "{").unwrap();
        let locked = kept.lock().await.unwrap();
        let failure = locked.keep("https://a.example", sign_in("a")).unwrap_err().to_string();
        assert!(failure.starts_with("credentials-file: "), "{failure}");
        assert_eq!(fs::read_to_string(kept.path()).unwrap(), "{");
    }
}
