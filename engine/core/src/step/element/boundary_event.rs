//! A boundary event that has fired is passed (BPMN 2.0.2, section 10.5.4). What it does to its activity is done where it
//! fires: `behavior/boundary.rs`.

use super::hooks::{At, Element, Then};
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::BoundaryEvent;

impl Element for BoundaryEvent {
    fn enter(&self, _step: &mut Step<'_>, _at: At<'_>) -> Done<Then> {
        Ok(Then::Leaves)
    }
}
