//! Variables that go into a called process and come out of it (`camunda:in`, `camunda:out`).

use super::{tokens, variables};
use crate::command::NewVariable;
use crate::ids::Id;
use crate::step::context::Step;
use crate::step::evaluation::Context;
use crate::step::fault::Done;
use casewright_engine_model::model::{CallActivity, MappingSource, VariableMapping};
use casewright_engine_value::Value;
use smol_str::SmolStr;

/// Reads mappings in the name of `from`.
pub(crate) fn read(step: &mut Step<'_>, from: Id, mappings: &[VariableMapping]) -> Done<Vec<(SmolStr, Value)>> {
    let mut values: Vec<(SmolStr, Value)> = Vec::new();
    for mapping in mappings {
        match &mapping.source {
            MappingSource::All => {
                let names =
                    if mapping.local { variables::local_names(step, from) } else { variables::names(step, from) };
                for name in names {
                    let value = variables::get(step, from, &name).unwrap_or_default();
                    values.push((name, value));
                }
            }
            MappingSource::Variable(source) => {
                let value = if mapping.local {
                    variables::get_local(step, from, source)
                } else {
                    variables::get(step, from, source)
                };
                let name = mapping.target.clone().unwrap_or_else(|| source.clone());
                values.push((name, value.unwrap_or_default()));
            }
            MappingSource::Expression(text) => {
                let value = step.evaluate(Context::of(from), text)?;
                values.push((mapping.target.clone().unwrap_or_default(), value));
            }
        }
    }
    Ok(values)
}

pub(crate) fn ins(step: &mut Step<'_>, id: Id, call: &CallActivity) -> Done<Vec<NewVariable>> {
    let mut values = Vec::new();
    if call.propagate_all_parent {
        for name in variables::names(step, id) {
            let value = variables::get(step, id, &name).unwrap_or_default();
            values.push((name, value));
        }
    }
    values.extend(read(step, id, &call.ins)?);
    Ok(values.into_iter().map(|(name, value)| NewVariable::new(name, value)).collect())
}

/// Runs when the called instance ends, or when an error or escalation leaves it.
pub(crate) fn map_outs(step: &mut Step<'_>, caller: Id, called: Id) -> Done {
    let element = step.element(caller)?;
    let graph = step.graph_of(&element)?;
    let Some(call) = element.node().and_then(|node| graph.call(node)) else {
        return Ok(());
    };
    if call.propagate_all_child {
        for (name, value) in variables::local_values(step, called) {
            variables::set(step, caller, &name, value)?;
        }
    }
    for mapping in &call.outs {
        let is_local = mapping.local;
        // `local` of an out says where to, not where from.
        let from_anywhere = VariableMapping { local: false, ..mapping.clone() };
        for (name, value) in read(step, called, std::slice::from_ref(&from_anywhere))? {
            if is_local {
                variables::set_local(step, caller, &name, value)?;
            } else {
                variables::set(step, caller, &name, value)?;
            }
        }
    }
    Ok(())
}

pub(crate) fn returned(step: &mut Step<'_>, caller: Id) -> Done {
    tokens::change(step, caller, |element| element.called = None)?;
    step.leave(caller);
    Ok(())
}
