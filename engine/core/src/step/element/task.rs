//! `task` and `manualTask` have no work for the engine and are passed (BPMN 2.0.2, section 10.3.3).

use super::hooks::{At, Element, Then};
use crate::step::context::Step;
use crate::step::fault::Done;

pub(super) struct Task;

impl Element for Task {
    fn enter(&self, _step: &mut Step<'_>, _at: At<'_>) -> Done<Then> {
        Ok(Then::Leaves)
    }
}
