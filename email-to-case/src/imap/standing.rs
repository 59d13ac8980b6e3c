//! How the reading of each account stands, since this process runs: for who looks after mailboxes, and wants one looked at now.

use crate::config::ImapAccount;
use crate::domain::folder_cursor;
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// How the reading of one account stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// When its folder was read to the end last.
    pub succeeded_at: Option<Timestamp>,
    /// Why the last attempt failed, and when; none: it did not.
    pub failure: Option<(Timestamp, String)>,
    /// What went wrong before the last success, and when.
    pub last_error: Option<(Timestamp, String)>,
    /// Attempts in a row that failed.
    pub failures: u32,
    /// When it is looked at next by itself.
    pub next_at: Option<Timestamp>,
    /// Attempts that have ended.
    looks: u64,
}

/// One account: how it stands, and the bell that has it read now.
#[derive(Debug, Default)]
pub struct Reader {
    standing: watch::Sender<Standing>,
    bell: Notify,
}

impl Reader {
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.standing.borrow().clone()
    }

    /// The folder was read to the end.
    pub(super) fn succeeded(&self, now: Timestamp, next: Duration) {
        self.standing.send_modify(|standing| {
            standing.succeeded_at = Some(now);
            standing.failure = None;
            standing.failures = 0;
            standing.next_at = after(now, next);
            standing.looks += 1;
        });
    }

    /// An attempt failed.
    pub(super) fn failed(&self, now: Timestamp, next: Duration, problem: &str) {
        self.standing.send_modify(|standing| {
            standing.failure = Some((now, problem.to_owned()));
            standing.last_error.clone_from(&standing.failure);
            standing.failures += 1;
            standing.next_at = after(now, next);
            standing.looks += 1;
        });
    }

    /// Somebody wants it read now.
    pub(super) async fn rung(&self) {
        self.bell.notified().await;
    }

    /// Has it read now, and waits until it was, for a time at most; whether it was.
    pub async fn look(&self, at_most: Duration) -> bool {
        let mut standing = self.standing.subscribe();
        let before = standing.borrow_and_update().looks;
        self.bell.notify_one();
        let looked = standing.wait_for(|standing| standing.looks > before);
        tokio::time::timeout(at_most, looked).await.is_ok()
    }
}

fn after(now: Timestamp, pause: Duration) -> Option<Timestamp> {
    now.checked_add(pause).ok()
}

/// The readers of all accounts.
#[derive(Clone, Debug, Default)]
pub struct Readers {
    by_id: Arc<HashMap<String, Arc<Reader>>>,
}

impl Readers {
    #[must_use]
    pub fn of(accounts: &[ImapAccount]) -> Self {
        let by_id = accounts.iter().map(|account| (folder_cursor::id_of(account), Arc::default())).collect();
        Self { by_id: Arc::new(by_id) }
    }

    /// The reader of an account of the configuration.
    #[must_use]
    pub fn reader(&self, account: &ImapAccount) -> Arc<Reader> {
        self.by_id.get(&folder_cursor::id_of(account)).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(60);

    #[test]
    fn what_went_wrong_is_told_until_it_went_well_and_remembered_after() {
        let reader = Reader::default();
        let (first, second) = (Timestamp::from_second(1_000).unwrap(), Timestamp::from_second(2_000).unwrap());
        reader.failed(first, PAUSE, "refused");
        reader.failed(second, PAUSE, "refused");
        let standing = reader.standing();
        assert_eq!((standing.failures, standing.failure), (2, Some((second, "refused".to_owned()))));
        assert_eq!(standing.next_at, Some(Timestamp::from_second(2_060).unwrap()));
        reader.succeeded(second, PAUSE);
        let standing = reader.standing();
        assert_eq!((standing.failures, standing.failure, standing.succeeded_at), (0, None, Some(second)));
        assert_eq!(standing.last_error, Some((second, "refused".to_owned())));
    }

    #[tokio::test]
    async fn who_wants_it_read_now_waits_for_that_attempt() {
        let reader = Arc::new(Reader::default());
        let reading = Arc::clone(&reader);
        let task = tokio::spawn(async move {
            reading.rung().await;
            reading.failed(Timestamp::UNIX_EPOCH, PAUSE, "still refused");
        });
        assert!(reader.look(Duration::from_secs(30)).await);
        task.await.unwrap();
        assert_eq!(reader.standing().failures, 1);
    }
}
