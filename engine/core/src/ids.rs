//! Ids of everything inside one root process instance: a counter in the state, spelled as UUIDs outside.
//!
//! The first 20 hex digits are the root's prefix, given once by whoever starts it; the last 12 are the counter. So
//! the root of any task, job or execution is known from its id alone, and replaying a command gives the same ids. Nothing
//! here may draw a random number.

use serde::{Deserialize, Serialize};
use smol_str::{SmolStr, format_smolstr};
use std::fmt;

/// Number of an entity within its root process instance, from 1. [`Id::ROOT`] is the root process instance, its root
/// execution and its root activity instance at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Id(pub u64);

impl Id {
    pub const ROOT: Self = Self(1);
}

const HEX: &[u8; 16] = b"0123456789abcdef";
/// Where a UUID has its dashes.
const DASHES: [usize; 4] = [8, 13, 18, 23];

/// The 80 bits that all ids of one root process instance share, and no other has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Prefix([u8; 10]);

impl Prefix {
    #[must_use]
    pub const fn new(bits: [u8; 10]) -> Self {
        Self(bits)
    }

    /// `xxxxxxxx-xxxx-xxxx-xxxx-cccccccccccc`.
    #[must_use]
    pub fn text(&self, id: Id) -> SmolStr {
        // Every row and answer spells several of these, so it is done without the formatting machinery.
        let [.., c0, c1, c2, c3, c4, c5] = id.0.to_be_bytes();
        let mut text = [b'-'; 36];
        let mut at = 0;
        for byte in self.0.iter().chain(&[c0, c1, c2, c3, c4, c5]) {
            at += usize::from(DASHES.contains(&at));
            text[at] = HEX[usize::from(byte >> 4)];
            text[at + 1] = HEX[usize::from(byte & 0xf)];
            at += 2;
        }
        SmolStr::new(std::str::from_utf8(&text).unwrap_or_default())
    }

    /// Id of the root process instance, which is also the key of the aggregate.
    #[must_use]
    pub fn root(&self) -> SmolStr {
        self.text(Id::ROOT)
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl From<Prefix> for String {
    fn from(prefix: Prefix) -> Self {
        prefix.to_string()
    }
}

impl TryFrom<String> for Prefix {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        prefix_from_hex(text.as_bytes()).ok_or("a prefix is 20 hex digits")
    }
}

/// Takes an id apart; none when it was not made here.
#[must_use]
pub fn parse(text: &str) -> Option<(Prefix, Id)> {
    let bytes: &[u8; 36] = text.as_bytes().try_into().ok()?;
    let mut digits = [0; 32];
    let mut count = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if DASHES.contains(&at) {
            if *byte != b'-' {
                return None;
            }
        } else {
            digits[count] = *byte;
            count += 1;
        }
    }
    let prefix = prefix_from_hex(&digits[..20])?;
    let mut number = 0;
    for digit in &digits[20..] {
        number = number << 4 | u64::from(char::from(*digit).to_digit(16)?);
    }
    (number > 0).then_some((prefix, Id(number)))
}

/// The root process instance that an id belongs to; also takes activity instance ids (`activityId:uuid`).
#[must_use]
pub fn root_of(text: &str) -> Option<SmolStr> {
    parse(bare(text)).map(|(prefix, _)| prefix.root())
}

/// The uuid part of an activity instance id.
#[must_use]
pub fn bare(text: &str) -> &str {
    text.rsplit(':').next().unwrap_or(text)
}

/// Activity instance id of the contract: `activityId:uuid`, the bare uuid when that would be longer than 64.
#[must_use]
pub fn activity_instance_id(activity_id: &str, uuid: &str) -> SmolStr {
    if activity_id.len() + 1 + uuid.len() > 64 { SmolStr::new(uuid) } else { format_smolstr!("{activity_id}:{uuid}") }
}

fn prefix_from_hex(digits: &[u8]) -> Option<Prefix> {
    if digits.len() != 20 {
        return None;
    }
    let mut prefix = [0; 10];
    for (byte, pair) in prefix.iter_mut().zip(digits.chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(Prefix(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREFIX: Prefix = Prefix::new([0xde, 0xad, 0xbe, 0xef, 1, 2, 3, 4, 5, 0xff]);

    #[test]
    fn an_id_is_shaped_as_a_uuid_and_read_back() {
        let text = PREFIX.text(Id(0x1f));
        assert_eq!(text, "deadbeef-0102-0304-05ff-00000000001f");
        assert_eq!(parse(&text), Some((PREFIX, Id(0x1f))));
    }

    #[test]
    fn the_root_of_any_id_is_known_from_it() {
        let root = "deadbeef-0102-0304-05ff-000000000001";
        assert_eq!(root_of(&PREFIX.text(Id(99))).as_deref(), Some(root));
        assert_eq!(root_of(&activity_instance_id("approve", &PREFIX.text(Id(99)))).as_deref(), Some(root));
    }

    #[test]
    fn what_was_not_made_here_has_no_root() {
        for text in [
            "",
            "x",
            "deadbeef-0102-0304-05ff-00000000000",
            "deadbeef-0102-0304-05ff-00000000000g",
            "deadbeef-0102-0304-05ff-000000000000",
            "deadbeef_0102_0304_05ff_000000000001",
        ] {
            assert_eq!(root_of(text), None, "{text}");
        }
    }

    #[test]
    fn a_long_activity_id_leaves_only_the_uuid() {
        let uuid = PREFIX.text(Id(2));
        assert_eq!(activity_instance_id(&"a".repeat(28), &uuid), uuid);
        assert_eq!(activity_instance_id(&"a".repeat(27), &uuid).len(), 64);
    }
}
