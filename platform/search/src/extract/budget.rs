//! What reading a file may come to, and what it comes to when it is too much.

/// What reading one file may come to.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Bytes of the file.
    pub bytes: usize,
    /// Bytes of text; the rest is left out.
    pub text: usize,
    /// Bytes that come out of a compressed file.
    pub unpacked: u64,
    /// Files within a compressed file.
    pub entries: usize,
    pub pages: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { bytes: 20 << 20, text: 200_000, unpacked: 64 << 20, entries: 4_000, pages: 500 }
    }
}

/// Why a file gives no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("nothing here reads files of this kind")]
    Unknown,
    #[error("the file is larger than is read")]
    TooLarge,
    #[error("reading the file took too long, or too much")]
    TooMuch,
    #[error("the file is damaged: {0}")]
    Damaged(String),
}

/// Text that grows no longer than it may.
pub(super) struct Room {
    pub(super) text: String,
    most: usize,
}

impl Room {
    pub(super) fn new(budget: &Budget) -> Self {
        Self { text: String::new(), most: budget.text }
    }

    pub(super) fn is_full(&self) -> bool {
        self.text.len() >= self.most
    }

    pub(super) fn push(&mut self, text: &str) {
        if !self.is_full() {
            self.text.push_str(&text[..text.floor_char_boundary(self.most - self.text.len())]);
        }
    }

    /// What follows is another word.
    pub(super) fn part(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(['\n', ' ']) {
            self.push("\n");
        }
    }
}
