//! Service tasks, send tasks and message throw events: an external worker or an expression does the work (BPMN 2.0.2,
//! section 10.3.3).

use crate::compile::Graph;
use crate::ids::Id;
use crate::outcome::Rejection;
use crate::step::behavior::{external_tasks, listeners, variables};
use crate::step::fault::Done;
use crate::step::run::{Step, Work};
use crate::step::scope::Context;
use casewright_engine_model::model::{Implementation, ServiceTask};

pub(super) fn execute(step: &mut Step<'_>, graph: &Graph, id: Id, task: &ServiceTask) -> Done {
    match &task.implementation {
        Implementation::External { topic, priority, .. } => {
            external_tasks::create(step, graph, id, topic, priority.as_deref())
        }
        Implementation::Expression(text) => {
            let value = step.evaluate(Context::of(id), text)?;
            if let Some(name) = &task.result_variable {
                variables::set(step, id, name, value)?;
            }
            step.push(Work::Leave(id));
            Ok(())
        }
        Implementation::None => {
            step.push(Work::Leave(id));
            Ok(())
        }
        Implementation::JavaClass(class) => Err(listeners::java_class(class)),
        Implementation::DelegateExpression(text) => Err(Rejection::Evaluation(format!(
            "ENGINE-02008 Delegate expression {text} did neither resolve to an implementation of \
             interface org.camunda.bpm.engine.impl.pvm.delegate.ActivityBehavior nor interface \
             org.camunda.bpm.engine.delegate.JavaDelegate"
        ))
        .into()),
        Implementation::Connector { id: connector, .. } => {
            Err(Rejection::Evaluation(format!("No connector found for connector id '{connector}'")).into())
        }
    }
}
