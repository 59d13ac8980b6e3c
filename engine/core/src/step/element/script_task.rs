//! A script task runs its script at once; the result goes into a variable when it is not null (BPMN 2.0.2, section 10.3.3).

use crate::ids::Id;
use crate::step::behavior::variables;
use crate::step::fault::Done;
use crate::step::run::{Step, Work};
use crate::step::scope::Context;
use casewright_engine_model::model::ScriptTask;
use casewright_engine_value::Value;

pub(super) fn execute(step: &mut Step<'_>, id: Id, task: &ScriptTask) -> Done {
    let value = step.run_script(Context::of(id), &task.script)?;
    if let Some(name) = &task.result_variable
        && value != Value::Null
    {
        variables::set(step, id, name, value)?;
    }
    step.push(Work::Leave(id));
    Ok(())
}
