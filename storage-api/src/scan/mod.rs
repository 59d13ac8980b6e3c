//! Asking a virus scanner (clamd) about bytes: where it is, how long it may take, and how many files are with it at once.

mod clamd;

pub use clamd::Verdict;

use crate::config::AntivirusConfig;
use crate::store::ByteStream;
use casewright_journal::TenantId;
use std::collections::{HashMap, HashSet};
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::Semaphore;

/// Files that are with the scanner at once. It works for each in a thread of its own, of which it has ten unless told otherwise.
pub(crate) const AT_ONCE: usize = 4;
/// How long a connection to it may take.
const CONNECTING: Duration = Duration::from_secs(5);
/// Pause after the first failure of a file, doubled with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// Why nothing is known of a file.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    #[error("the virus scanner cannot be reached")]
    Unreachable(#[source] io::Error),
    #[error("the virus scanner gave no answer")]
    BrokenOff(#[source] io::Error),
    #[error("the virus scanner took too long")]
    TookTooLong,
    #[error("the file is larger than the virus scanner takes")]
    TooLarge,
    #[error("the virus scanner answered '{0}'")]
    Refused(String),
    #[error("the bytes could not be read")]
    Content(#[source] io::Error),
}

impl ScanError {
    /// Whether it is about all files rather than this one.
    pub(crate) fn is_of_the_scanner(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }
}

/// An address that is none.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is no address: write host:port or unix:/path/of/the/socket")]
pub struct AddressError(String);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Address {
    Tcp(String),
    Unix(PathBuf),
}

fn address_of(text: &str) -> Result<Address, AddressError> {
    if let Some(path) = text.strip_prefix("unix:").filter(|path| path.starts_with('/')) {
        return Ok(Address::Unix(path.into()));
    }
    let is_tcp = text.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
    if is_tcp { Ok(Address::Tcp(text.to_owned())) } else { Err(AddressError(text.to_owned())) }
}

/// A file of a tenant.
type FileId = (TenantId, String);

/// The scanner of the configuration, and what is with it.
pub struct Scanner {
    pub(crate) config: AntivirusConfig,
    address: Address,
    turns: Semaphore,
    under_way: Mutex<HashSet<FileId>>,
    /// How often a file has failed in a row, and when it is tried again.
    failed: Mutex<HashMap<FileId, (u32, Instant)>>,
}

/// While it lives, nobody else has this file scanned.
pub(crate) struct UnderWay<'a> {
    scanner: &'a Scanner,
    file: FileId,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        locked(&self.scanner.under_way).remove(&self.file);
    }
}

impl Scanner {
    /// None where nothing is to be scanned.
    ///
    /// # Errors
    /// The address is none.
    pub fn of(config: &AntivirusConfig) -> Result<Option<Self>, AddressError> {
        if config.address.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self {
            address: address_of(&config.address)?,
            config: config.clone(),
            turns: Semaphore::new(AT_ONCE),
            under_way: Mutex::default(),
            failed: Mutex::default(),
        }))
    }

    /// What it says of `content`, which has `size` bytes.
    ///
    /// # Errors
    /// It said nothing that helps.
    pub async fn scan(&self, size: u64, content: ByteStream) -> Result<Verdict, ScanError> {
        if size > self.config.max_bytes {
            return Err(ScanError::TooLarge);
        }
        // Never closed.
        let _turn = self.turns.acquire().await.map_err(|_| ScanError::TookTooLong)?;
        let scan = async {
            match &self.address {
                Address::Tcp(address) => clamd::scan(within(TcpStream::connect(address)).await?, content).await,
                Address::Unix(path) => clamd::scan(within(UnixStream::connect(path)).await?, content).await,
            }
        };
        tokio::time::timeout(self.config.timeout(), scan).await.unwrap_or(Err(ScanError::TookTooLong))
    }

    /// Nobody else has the file scanned as long as what is returned lives; none: somebody has.
    pub(crate) fn begin(&self, tenant: &TenantId, file: &str) -> Option<UnderWay<'_>> {
        let file = (tenant.clone(), file.to_owned());
        let is_first = locked(&self.under_way).insert(file.clone());
        is_first.then_some(UnderWay { scanner: self, file })
    }

    /// Whether a file that has failed waits for its next turn.
    pub(crate) fn rests(&self, tenant: &TenantId, file: &str) -> bool {
        let failed = locked(&self.failed);
        failed.get(&(tenant.clone(), file.to_owned())).is_some_and(|(_, next)| Instant::now() < *next)
    }

    /// The file has failed once more, for a reason of its own: the scanner has others to look at meanwhile.
    pub(crate) fn let_rest(&self, tenant: &TenantId, file: &str) {
        let mut failed = locked(&self.failed);
        let (times, next) = failed.entry((tenant.clone(), file.to_owned())).or_insert_with(|| (0, Instant::now()));
        *next = Instant::now() + FIRST_PAUSE.saturating_mul(1 << (*times).min(12)).min(LONGEST_PAUSE);
        *times += 1;
    }

    /// Nothing more is to be asked about the file.
    pub(crate) fn forget(&self, tenant: &TenantId, file: &str) {
        locked(&self.failed).remove(&(tenant.clone(), file.to_owned()));
    }
}

async fn within<C>(connecting: impl Future<Output = io::Result<C>>) -> Result<C, ScanError> {
    let connected = tokio::time::timeout(CONNECTING, connecting).await;
    connected.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map_err(ScanError::Unreachable)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_of_a_host_or_of_a_socket() {
        assert_eq!(address_of("clamd:3310").unwrap(), Address::Tcp("clamd:3310".to_owned()));
        assert_eq!(address_of("[::1]:3310").unwrap(), Address::Tcp("[::1]:3310".to_owned()));
        assert_eq!(address_of("unix:/run/clamd.ctl").unwrap(), Address::Unix("/run/clamd.ctl".into()));
        for wrong in ["clamd", "unix:clamd.ctl", ":3310", "clamd:port", "/run/clamd.ctl"] {
            assert!(address_of(wrong).unwrap_err().to_string().contains(wrong));
        }
    }
}
