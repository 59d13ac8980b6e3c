//! Service tasks, send tasks and message throw events: an external worker or an expression does the work (BPMN 2.0.2,
//! section 10.3.3).

use super::hooks::{At, Element, Then};
use crate::rejection::{Delegate, Failure};
use crate::step::behavior::{external_tasks, variables};
use crate::step::context::Step;
use crate::step::evaluation::Context;
use crate::step::fault::Done;
use casewright_engine_model::model::{Implementation, ServiceTask};

impl Element for ServiceTask {
    fn enter(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
        match &self.implementation {
            Implementation::External { topic, priority, .. } => {
                external_tasks::create(step, at.graph, at.id, topic, priority.as_deref())?;
                Ok(Then::Waits)
            }
            Implementation::Expression(text) => {
                let value = step.evaluate(Context::of(at.id), text)?;
                if let Some(name) = &self.result_variable {
                    variables::set(step, at.id, name, value)?;
                }
                Ok(Then::Leaves)
            }
            Implementation::None => Ok(Then::Leaves),
            Implementation::JavaClass(class) => Err(Failure::JavaClass(class.clone()).into()),
            Implementation::DelegateExpression(text) => {
                Err(Failure::Delegate { text: text.clone(), wanted: Delegate::Activity }.into())
            }
            Implementation::Connector { id, .. } => Err(Failure::Connector(id.clone()).into()),
        }
    }
}
