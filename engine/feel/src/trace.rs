//! What became of each rule of a table, for those who ask why.

use crate::value::Value;
use smol_str::SmolStr;

/// One evaluation of a table.
#[derive(Clone, Debug)]
pub struct TableTrace {
    pub table: SmolStr,
    /// Inputs with what their columns are called.
    pub inputs: Vec<(SmolStr, Value)>,
    /// In the order of the table.
    pub rules: Vec<Verdict>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Hit,
    /// The first cell that did not accept its input, by the place of its column from 0.
    Refused(usize),
    /// A rule before it had decided.
    NotAsked,
}
