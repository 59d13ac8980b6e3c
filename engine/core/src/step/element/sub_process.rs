//! Embedded subprocesses and transactions: a scope that begins at its none start event (BPMN 2.0.2, section 10.3.5) and
//! completes when its last token has ended.

use super::hooks::{At, Element, Then};
use crate::rejection::Impasse;
use crate::step::behavior::tokens::{self, Branch};
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::SubProcess;

impl Element for SubProcess {
    fn enter(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
        let Some(start) = at.graph.scope(Some(at.node)).start else {
            return Err(Impasse::SubProcessStart(at.graph.node(at.node).id.clone()).into());
        };
        tokens::place_and_arrive(step, at.graph, at.id, start, Branch::Auto)?;
        Ok(Then::Waits)
    }
}
