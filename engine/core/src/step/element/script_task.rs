//! A script task runs its script at once; the result goes into a variable when it is not null (BPMN 2.0.2, section 10.3.3).

use super::hooks::{At, Element, Then};
use crate::step::behavior::variables;
use crate::step::context::Step;
use crate::step::evaluation::Context;
use crate::step::fault::Done;
use casewright_engine_model::model::ScriptTask;
use casewright_engine_value::Value;

impl Element for ScriptTask {
    fn enter(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
        let value = step.run_script(Context::of(at.id), &self.script)?;
        if let Some(name) = &self.result_variable
            && value != Value::Null
        {
            variables::set(step, at.id, name, value)?;
        }
        Ok(Then::Leaves)
    }
}
