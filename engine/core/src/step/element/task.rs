//! `task` and `manualTask` have no work for the engine and are passed (BPMN 2.0.2, section 10.3.3).

use crate::ids::Id;
use crate::step::fault::Done;
use crate::step::run::{Step, Work};

pub(super) fn execute(step: &mut Step<'_>, id: Id) -> Done {
    step.push(Work::Leave(id));
    Ok(())
}
