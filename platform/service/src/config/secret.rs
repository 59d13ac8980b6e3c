//! A value that is never printed.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cell::Cell;

thread_local! {
    static REVEALED: Cell<bool> = const { Cell::new(false) };
}

/// What is shown instead.
pub(crate) const MASK: &str = "********";

/// A password, key or token of the configuration. `Debug` and `Serialize` show a mask; [`Secret::reveal`] gives it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(String);

impl Secret {
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself; call it where it is used, never where it is logged.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_empty() { "\"\"" } else { MASK })
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shown = REVEALED.with(Cell::get) || self.0.is_empty();
        serializer.serialize_str(if shown { &self.0 } else { MASK })
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

/// Serialises secrets as they are while `work` runs: the loader needs the defaults as data.
pub(crate) fn revealed<R>(work: impl FnOnce() -> R) -> R {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            REVEALED.with(|cell| cell.set(self.0));
        }
    }
    let _restore = Restore(REVEALED.with(|cell| cell.replace(true)));
    work()
}
