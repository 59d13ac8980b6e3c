//! What is wrong with a text, and where.

/// A text that is not FEEL, with the place in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (line {line}, column {column})")]
pub struct SyntaxError {
    pub message: String,
    /// Both from 1; columns count letters.
    pub line: u32,
    pub column: u32,
    /// Too large or too deep, whatever it says.
    pub is_limit: bool,
}

impl SyntaxError {
    pub(crate) fn at(text: &str, position: usize, message: String) -> Self {
        let before = text.get(..position).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { message, line: small(line), column: small(column), is_limit: false }
    }

    pub(crate) fn limit(mut self) -> Self {
        self.is_limit = true;
        self
    }
}
