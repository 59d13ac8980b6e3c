//! One change of many cases: asked for once, made case by case behind the answer, and taken back where nothing has come in
//! between. The aggregate `case-batch`.

mod change;
mod state;

pub(crate) use change::{BatchChange, Touched};
pub(crate) use state::{BatchOwner, BatchPhase, BatchResult, CaseBatch, CaseBatchEvent, Outcome, Step};
