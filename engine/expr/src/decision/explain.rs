//! Why a decision is what it is: what became of each rule of its tables.

pub use casewright_engine_feel::Verdict;
use casewright_engine_value::{DecisionOutcome, Value};

/// An outcome with the tables that led to it, in the order in which they were evaluated.
#[derive(Clone, Debug)]
pub struct Explained {
    pub outcome: DecisionOutcome,
    pub tables: Vec<TableExplanation>,
}

/// One evaluation of a table.
#[derive(Clone, Debug)]
pub struct TableExplanation {
    /// Key of its decision.
    pub table: String,
    /// Inputs with what their columns are called.
    pub inputs: Vec<(String, Value)>,
    /// In the order of the table.
    pub rules: Vec<Verdict>,
}
