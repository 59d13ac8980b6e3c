//! A user task waits for a person (BPMN 2.0.2, section 10.3.4.1).

use super::hooks::{At, Element, Then};
use crate::step::behavior::tasks;
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::UserTask;

impl Element for UserTask {
    fn enter(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
        tasks::create(step, at.graph, at.id, at.node, self)?;
        Ok(Then::Waits)
    }
}
