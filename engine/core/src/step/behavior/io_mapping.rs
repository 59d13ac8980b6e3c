//! `camunda:inputOutput` and `zeebe:ioMapping`: inputs become local variables of the activity, outputs are written to its
//! parent scope.

use crate::compile::Graph;
use crate::ids::Id;
use crate::step::behavior::variables;
use crate::step::context::Step;
use crate::step::evaluation::Context;
use crate::step::fault::Done;
use casewright_engine_model::model::{Mapping, MappingValue, NodeIndex};
use casewright_engine_value::Value;
use indexmap::IndexMap;
use smol_str::SmolStr;
use std::sync::Arc;

pub(crate) fn map_inputs(step: &mut Step<'_>, graph: &Graph, id: Id, node: NodeIndex) -> Done {
    // In order: a later input may refer to an earlier one.
    for mapping in &graph.node(node).inputs {
        let value = evaluate(step, id, &mapping.value)?;
        put(step, Target::Local(id), mapping, value)?;
    }
    Ok(())
}

pub(crate) fn map_outputs(step: &mut Step<'_>, graph: &Graph, id: Id, node: NodeIndex) -> Done {
    let outputs = &graph.node(node).outputs;
    if outputs.is_empty() {
        return Ok(());
    }
    let Some(scope) = step.element(id)?.scope else {
        return Ok(());
    };
    for mapping in outputs {
        let value = evaluate(step, id, &mapping.value)?;
        put(step, Target::From(scope), mapping, value)?;
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Target {
    Local(Id),
    From(Id),
}

/// `zeebe:` targets may go into an object: `order.price`.
fn put(step: &mut Step<'_>, target: Target, mapping: &Mapping, value: Value) -> Done {
    let (name, path) = match mapping.name.split_once('.') {
        None => (mapping.name.as_str(), None),
        Some((name, path)) => (name, Some(path)),
    };
    let value = match path {
        None => value,
        Some(path) => {
            let at = match target {
                Target::Local(id) | Target::From(id) => id,
            };
            nest(variables::get(step, at, name), path, value)
        }
    };
    match target {
        Target::Local(id) => variables::set_local(step, id, name, value),
        Target::From(id) => variables::set(step, id, name, value),
    }
}

fn nest(base: Option<Value>, path: &str, value: Value) -> Value {
    let mut map = match base {
        Some(Value::Map(map)) => IndexMap::clone(&map),
        _ => IndexMap::new(),
    };
    match path.split_once('.') {
        None => map.insert(SmolStr::new(path), value),
        Some((head, rest)) => {
            let inner = nest(map.get(head).cloned(), rest, value);
            map.insert(SmolStr::new(head), inner)
        }
    };
    Value::Map(Arc::new(map))
}

pub(crate) fn evaluate(step: &mut Step<'_>, id: Id, value: &MappingValue) -> Done<Value> {
    match value {
        MappingValue::Null => Ok(Value::Null),
        MappingValue::Text(text) => step.evaluate(Context::of(id), text),
        MappingValue::Script(script) => step.run_script(Context::of(id), script),
        MappingValue::List(items) => {
            let items = items.iter().map(|item| evaluate(step, id, item)).collect::<Done<Vec<_>>>()?;
            Ok(Value::List(Arc::new(items)))
        }
        MappingValue::Map(entries) => {
            let entries = entries
                .iter()
                .map(|(key, item)| {
                    let key = step.evaluate_text(Context::of(id), key)?.unwrap_or_default();
                    Ok((key, evaluate(step, id, item)?))
                })
                .collect::<Done<IndexMap<_, _>>>()?;
            Ok(Value::Map(Arc::new(entries)))
        }
    }
}
