//! What a certificate says: numbers, ids, counts and a digest.

use crate::domain::case::merge::NamedCase;
use casewright_instant::{Instant, optional_rfc3339};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// What belongs to a case, or to nobody's: ids in their rooms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Owned {
    pub(crate) files: BTreeSet<String>,
    pub(crate) mails: BTreeSet<String>,
    /// Root process instances.
    pub(crate) processes: BTreeSet<String>,
    /// Files that something else has as well: they stay.
    pub(crate) shared_files: BTreeSet<String>,
}

impl Owned {
    /// Both. What is shared by now is not deleted, whatever was said before.
    #[must_use]
    pub(crate) fn and(mut self, found: Self) -> Self {
        self.files.extend(found.files);
        self.mails.extend(found.mails);
        self.processes.extend(found.processes);
        self.shared_files.extend(found.shared_files);
        let shared = &self.shared_files;
        self.files.retain(|file| !shared.contains(file));
        self
    }

    /// SHA-256 of what goes: a line each, `file:<id>`, `mail:<id>`, `process-instance:<id>`, in the order of their ids.
    #[must_use]
    pub(crate) fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let kinds = [("file", &self.files), ("mail", &self.mails), ("process-instance", &self.processes)];
        for (kind, ids) in kinds {
            for id in ids {
                hash.update(format!("{kind}:{id}\n"));
            }
        }
        HEXLOWER.encode(&hash.finalize())
    }

    #[must_use]
    pub(crate) fn removed(&self, notifications: u64, entries: u64) -> Removed {
        let count = |ids: &BTreeSet<String>| ids.len() as u64;
        Removed {
            entries,
            files: count(&self.files),
            mails: count(&self.mails),
            process_instances: count(&self.processes),
            notifications,
        }
    }
}

/// How much was deleted, room by room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Removed {
    /// Entries of the case's own log.
    pub(crate) entries: u64,
    pub(crate) files: u64,
    pub(crate) mails: u64,
    pub(crate) process_instances: u64,
    /// Those that the last attempt found: after a restart in the middle they may be fewer than there were.
    pub(crate) notifications: u64,
}

/// A case that was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DisposedCase {
    pub(crate) case: NamedCase,
    /// Key of its definition.
    pub(crate) definition: String,
    #[serde(default, with = "optional_rfc3339")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) closed_at: Option<Instant>,
    pub(crate) removed: Removed,
    /// SHA-256 of the list of what was removed.
    pub(crate) sha256: String,
}

/// Something that was not deleted, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Kept {
    /// The case that it is of; none: of no case.
    pub(crate) case: Option<NamedCase>,
    pub(crate) what: KeptWhat,
    pub(crate) because: NotErasedBecause,
    /// How many.
    pub(crate) count: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum KeptWhat {
    Case,
    Mail,
    File,
    /// A record that names the person.
    Record,
    /// Earlier entries in the log of a case that goes on.
    LogEntries,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum NotErasedBecause {
    /// A legal hold stands on the case.
    OnHold,
    /// The case is open.
    Open,
    /// It belongs to the case of somebody else.
    OtherCase,
    /// Something else has it as well.
    Shared,
    /// Another disposal deletes it.
    OtherDisposal,
    /// Records are not deleted by an erasure; people who may do so have to.
    ByHand,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(of: &[&str]) -> BTreeSet<String> {
        of.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn the_digest_is_of_what_goes_whatever_its_order() {
        let one = Owned { files: ids(&["b", "a"]), mails: ids(&["m"]), ..Owned::default() };
        let hash = Sha256::digest("file:a\nfile:b\nmail:m\n");
        assert_eq!(one.digest(), hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        let shared = Owned { shared_files: ids(&["s"]), ..one.clone() };
        assert_eq!(shared.digest(), one.digest());
    }

    #[test]
    fn what_is_shared_by_now_stays() {
        let before = Owned { files: ids(&["a", "b"]), ..Owned::default() };
        let now = Owned { files: ids(&["c"]), shared_files: ids(&["b"]), ..Owned::default() };
        let both = before.and(now);
        assert_eq!((both.files.clone(), both.shared_files.clone()), (ids(&["a", "c"]), ids(&["b"])));
        assert_eq!(
            both.removed(3, 9),
            Removed { entries: 9, files: 2, mails: 0, process_instances: 0, notifications: 3 }
        );
    }
}
