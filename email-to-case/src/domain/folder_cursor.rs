//! The `mail-folder` aggregate: how far a folder on an IMAP server was read.
//!
//! UIDs only grow, and mean something only together with the folder's UIDVALIDITY (RFC 3501 section 2.3.1.1).

use crate::config::ImapAccount;
use crate::thread::fingerprint;
use casewright_journal::{Aggregate, AggregateKey, EntryMeta};
use serde::{Deserialize, Serialize};

/// Facts about a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum CursorEvent {
    /// Everything up to this message is kept here.
    FolderRead { uid_validity: u32, uid: u32 },
}

/// How far a folder was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderCursor {
    pub uid_validity: u32,
    /// The last message that was taken.
    pub uid: u32,
}

impl Aggregate for FolderCursor {
    type Event = CursorEvent;

    const KIND: &'static str = "mail-folder";

    fn empty(_: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &CursorEvent, _: &EntryMeta) {
        let CursorEvent::FolderRead { uid_validity, uid } = event;
        self.uid_validity = *uid_validity;
        self.uid = *uid;
    }

    fn event_name(_: &CursorEvent) -> &'static str {
        "folder-read"
    }
}

/// The key of a folder: its server, its user and its name.
#[must_use]
pub fn id_of(account: &ImapAccount) -> String {
    let ImapAccount { host, port, user, folder, .. } = account;
    fingerprint(format!("{user}\0{host}\0{port}\0{folder}").as_bytes())
}
