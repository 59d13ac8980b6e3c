//! Start events are passed: what triggers them has happened already (BPMN 2.0.2, section 10.5.2).

use crate::ids::Id;
use crate::step::behavior::variables;
use crate::step::fault::Done;
use crate::step::run::{Step, Work};
use casewright_engine_model::model::StartEvent;
use casewright_engine_value::Value;

pub(super) fn execute(step: &mut Step<'_>, id: Id, event: &StartEvent) -> Done {
    if let Some(initiator) = &event.initiator {
        let user = step.env.user.clone();
        let user = user.as_deref().map_or(Value::Null, Value::string);
        variables::set(step, id, initiator, user)?;
    }
    step.push(Work::Leave(id));
    Ok(())
}
