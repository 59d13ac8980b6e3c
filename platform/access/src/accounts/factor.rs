//! A user's second factor: an authenticator app, and recovery codes for who has lost it.
//!
//! The secret and the hashes of the recovery codes are part of the [`super::Credential`], so a new one ends other sign-ins.
//! What was used of it is an aggregate of its own, [`FactorUse`]: a code is good once, also after a restart, and using it
//! ends nobody's sign-in.

use crate::vault::{hash_token, is_same};
use casewright_journal::{Aggregate, AggregateKey, EntryMeta, TenantId};
use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Codes for who has lost the app.
const RECOVERY_CODES: usize = 10;
/// Bytes of one: 120 bits, which a plain hash keeps (ASVS 6.5.2).
const RECOVERY_LEN: usize = 15;
/// Characters between two dashes.
const GROUP: usize = 4;

/// A second factor as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Factor {
    /// Unlike that of any other enrolment.
    pub(crate) id: String,
    /// The secret, sealed for this user.
    pub(crate) sealed: String,
    /// Hashes of the recovery codes, the used ones too.
    pub(crate) recovery: Vec<String>,
    pub(crate) since: Timestamp,
}

impl Factor {
    /// The hash of a recovery code, when it is one of these.
    pub(crate) fn recovery_hash(&self, code: &str) -> Option<&str> {
        let hash = hash_token(&normal(code));
        // All are looked at: how long it takes says nothing of which one it is.
        let one = |found, known| if is_same(known, &hash) { Some(known) } else { found };
        self.recovery.iter().map(String::as_str).fold(None, one)
    }
}

/// For whom a secret is sealed.
pub(crate) fn purpose(tenant: &TenantId, user: &str) -> String {
    format!("second-factor\u{0}{}\u{0}{user}", tenant.as_str())
}

/// Fresh recovery codes as they are shown, and the hashes that are kept.
pub(crate) fn recovery_codes() -> (Vec<String>, Vec<String>) {
    let codes = std::iter::repeat_with(|| BASE32_NOPAD.encode(&rand::random::<[u8; RECOVERY_LEN]>()));
    let codes: Vec<String> = codes.take(RECOVERY_CODES).collect();
    let hashes = codes.iter().map(|code| hash_token(code)).collect();
    (codes.iter().map(|code| grouped(code)).collect(), hashes)
}

fn grouped(code: &str) -> String {
    let characters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = characters.chunks(GROUP).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// However somebody types it.
fn normal(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// What was used of a second factor, by [`Factor::id`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FactorUse {
    /// The period of the last code.
    period: i64,
    /// Hashes of recovery codes.
    spent: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FactorUseEvent {
    CodeUsed { period: i64 },
    RecoveryCodeUsed { hash: String },
}

impl FactorUse {
    /// Whether what is about to be used was used before.
    pub(crate) fn has(&self, event: &FactorUseEvent) -> bool {
        match event {
            FactorUseEvent::CodeUsed { period } => *period <= self.period,
            FactorUseEvent::RecoveryCodeUsed { hash } => self.spent.contains(hash),
        }
    }

    /// How many recovery codes were used.
    pub(crate) fn spent(&self) -> usize {
        self.spent.len()
    }
}

impl Aggregate for FactorUse {
    type Event = FactorUseEvent;
    const KIND: &'static str = "second-factor-use";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &FactorUseEvent, _meta: &EntryMeta) {
        match event {
            FactorUseEvent::CodeUsed { period } => self.period = *period,
            FactorUseEvent::RecoveryCodeUsed { hash } => {
                self.spent.insert(hash.clone());
            }
        }
    }

    fn event_name(event: &FactorUseEvent) -> &'static str {
        match event {
            FactorUseEvent::CodeUsed { .. } => "second-factor-code-used",
            FactorUseEvent::RecoveryCodeUsed { .. } => "recovery-code-used",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recovery_codes_are_kept_as_hashes_and_known_however_they_are_typed() {
        let (shown, recovery) = recovery_codes();
        assert_eq!((shown.len(), recovery.len()), (RECOVERY_CODES, RECOVERY_CODES));
        assert_eq!(shown.iter().collect::<BTreeSet<_>>().len(), RECOVERY_CODES);
        let (id, sealed) = ("f".to_owned(), String::new());
        let factor = Factor { id, sealed, recovery: recovery.clone(), since: Timestamp::UNIX_EPOCH };
        assert_eq!(shown[3].len(), 29, "{}", shown[3]);
        for typed in [shown[3].clone(), shown[3].to_lowercase(), format!(" {} ", shown[3].replace('-', " "))] {
            assert_eq!(factor.recovery_hash(&typed), Some(recovery[3].as_str()), "{typed}");
        }
        assert_eq!(factor.recovery_hash(""), None);
        assert_eq!(factor.recovery_hash(&recovery[3]), None);
    }

    #[test]
    fn a_code_and_those_before_it_are_used_and_so_is_a_recovery_code() {
        let key = AggregateKey::new(&TenantId::default(), FactorUse::KIND, "f");
        let meta = EntryMeta { key, seq: 1, at: Timestamp::UNIX_EPOCH, actor: "t".into(), cause: "".into() };
        let code = |period| FactorUseEvent::CodeUsed { period };
        let recovery = |hash: &str| FactorUseEvent::RecoveryCodeUsed { hash: hash.to_owned() };
        let mut used = FactorUse::default();
        used.apply(&code(5), &meta);
        used.apply(&recovery("x"), &meta);
        assert!(used.has(&code(5)) && used.has(&code(4)) && !used.has(&code(6)));
        assert!(used.has(&recovery("x")) && !used.has(&recovery("y")));
        assert_eq!(used.spent(), 1);
    }
}
