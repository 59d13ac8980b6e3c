//! A boundary event that has fired is passed (BPMN 2.0.2, section 10.5.4). What it does to its activity is done where it
//! fires: `behavior/boundary.rs`.

use crate::ids::Id;
use crate::step::fault::Done;
use crate::step::run::{Step, Work};

pub(super) fn execute(step: &mut Step<'_>, id: Id) -> Done {
    step.push(Work::Leave(id));
    Ok(())
}
