//! Byte offset to line and column, in one forward pass.

/// 1-based; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

pub(super) struct Tracker<'a> {
    source: &'a str,
    offset: usize,
    at: Position,
}

impl<'a> Tracker<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self { source, offset: 0, at: Position { line: 1, column: 1 } }
    }

    /// Goes forward to `offset` (never back: an earlier offset answers the current position).
    pub(super) fn advance(&mut self, offset: usize) -> Position {
        let end = offset.min(self.source.len());
        if let Some(passed) = self.source.get(self.offset..end) {
            for c in passed.chars() {
                if c == '\n' {
                    self.at.line += 1;
                    self.at.column = 1;
                } else {
                    self.at.column += 1;
                }
            }
            self.offset = end;
        }
        self.at
    }
}
