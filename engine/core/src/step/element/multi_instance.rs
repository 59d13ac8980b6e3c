//! Multi-instance activities: a body scope around the instances (BPMN 2.0.2, section 10.3.8).
//!
//! Bookkeeping is per body, in constant time per instance: ten thousand instances cost no more each than ten. Many that are to run
//! side by side are created in portions, the first at once and each further one by a job of the body: it is kept, tried again and
//! withdrawn with the body like any other. The body does not end before all are created, unless its completion condition holds.

use super::hooks::{At, Element, Next, Progress, Remains, Then, Token};
use crate::compile::Graph;
use crate::entity::{Body, ElementInstance, JobKind, Position};
use crate::event::Event;
use crate::ids::Id;
use crate::rejection::Failure;
use crate::step::behavior::tokens::{self, Branch, Origin};
use crate::step::behavior::{jobs, scopes, variables};
use crate::step::context::Step;
use crate::step::evaluation::{Context, as_integer};
use crate::step::fault::Done;
use casewright_engine_model::model::{Condition, MultiInstance, NodeIndex};
use casewright_engine_value::{Language, Value};
use std::ops::Range;
use std::sync::Arc;

/// Places of a list that collects a result of every instance: it is made at once, and written with each result.
const MOST_COLLECTED: i32 = 10_000;

impl Element for MultiInstance {
    fn enter(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
        begin(step, at, self)
    }

    /// The instance is still alive, so its loop counter and element can be used in the completion condition.
    fn child_completing(&self, step: &mut Step<'_>, body: At<'_>, inner: &ElementInstance) -> Done<Progress> {
        count_completed(step, body.id, inner, self)
    }

    /// The body completes, or the next instance begins. No token of an instance goes further than that.
    fn child_completed(
        &self,
        step: &mut Step<'_>,
        body: At<'_>,
        _inner: &ElementInstance,
        _next: &Next,
        progress: Progress,
    ) -> Done<Token> {
        instance_completed(step, body, self, progress)?;
        Ok(Token::Ends)
    }

    fn child_cancelled(&self, step: &mut Step<'_>, body: At<'_>) -> Done<Remains> {
        if !step.state().has_children(body.id) && !waits_for_more(step, body.id, self)? {
            return Ok(Remains::Goes);
        }
        let active = step.element(body.id)?.body.as_ref().map_or(0, |counts| counts.active - 1);
        tokens::change(step, body.id, |element| {
            if let Some(counts) = &mut element.body {
                counts.active = active;
            }
        })?;
        variables::set_local(step, body.id, "nrOfActiveInstances", Value::Integer(active))?;
        Ok(Remains::Stays)
    }

    fn emptied(&self, step: &mut Step<'_>, body: At<'_>) -> Done<Then> {
        Ok(if waits_for_more(step, body.id, self)? { Then::Waits } else { Then::Leaves })
    }
}

/// Is there a job that creates further instances? Then the body stays, also with nothing inside.
pub(crate) fn waits_for_more(step: &Step<'_>, body: Id, repeat: &MultiInstance) -> Done<bool> {
    let has_more = step.element(body)?.body.as_ref().is_some_and(Body::has_more);
    Ok(has_more && !repeat.is_sequential)
}

fn begin(step: &mut Step<'_>, at: At<'_>, repeat: &MultiInstance) -> Done<Then> {
    let At { id, graph, .. } = at;
    let items = items(step, graph, id, repeat)?;
    let total = match &items {
        Some(items) => i32::try_from(items.len()).unwrap_or(i32::MAX),
        None => cardinality(step, id, repeat)?,
    };
    let most = match (&repeat.output_collection, repeat.is_sequential) {
        (Some(_), _) => step.env.options.max_instances.min(MOST_COLLECTED),
        (None, false) => step.env.options.max_instances,
        (None, true) => i32::MAX,
    };
    if total > most {
        return Err(step.exceeds(id, "the number of instances", usize::try_from(most).unwrap_or_default()));
    }
    let active = total.min(if repeat.is_sequential { 1 } else { portion(step) });
    tokens::change(step, id, |element| {
        element.body = Some(Body { total, created: active, completed: 0, active });
    })?;
    for (name, number) in [("nrOfInstances", total), ("nrOfCompletedInstances", 0), ("nrOfActiveInstances", active)] {
        variables::set_local(step, id, name, Value::Integer(number))?;
    }
    if let Some(name) = &repeat.output_collection {
        let empty = vec![Value::Null; usize::try_from(total).unwrap_or(0)];
        variables::set_local(step, id, name, Value::List(Arc::new(empty)))?;
    }
    if total == 0 {
        return Ok(Then::Leaves);
    }
    create_portion(step, at, repeat, items.as_deref(), 0..active)?;
    if !repeat.is_sequential {
        create_later(step, id, active..total)?;
    }
    Ok(Then::Waits)
}

fn portion(step: &Step<'_>) -> i32 {
    step.env.options.portion.max(1)
}

fn create_portion(
    step: &mut Step<'_>,
    at: At<'_>,
    repeat: &MultiInstance,
    items: Option<&Vec<Value>>,
    counters: Range<i32>,
) -> Done {
    let mut created = Vec::new();
    for counter in counters {
        let item = items.and_then(|items| items.get(usize::try_from(counter).ok()?));
        step.within_limits(at.id)?;
        created.push(create(step, at.graph, at.id, at.node, repeat, counter, item)?);
    }
    for inner in created.into_iter().rev() {
        step.arrive(inner);
    }
    Ok(())
}

/// Leaves the instances with these loop counters to a job; to none when there are none.
fn create_later(step: &mut Step<'_>, body: Id, counters: Range<i32>) -> Done {
    if counters.is_empty() {
        return Ok(());
    }
    let element = step.element(body)?;
    jobs::create_async(step, &element, JobKind::FurtherInstances { from: counters.start, to: counters.end })
}

/// The next portion of these, and a job for those behind it. The collection is read again, as it is for each instance where
/// they run one after the other.
pub(crate) fn create_further(step: &mut Step<'_>, body: Id, counters: Range<i32>) -> Done {
    let element = step.element(body)?;
    let graph = step.graph_of(&element)?;
    let Some(node) = element.node() else {
        return Ok(());
    };
    let Some(repeat) = &graph.node(node).loop_characteristics else {
        return Ok(());
    };
    let end = counters.end.min(counters.start.saturating_add(portion(step)));
    let number = end - counters.start;
    let active = element.body.as_ref().map_or(0, |counts| counts.active) + number;
    tokens::change(step, body, |element| {
        if let Some(counts) = &mut element.body {
            counts.created += number;
            counts.active = active;
        }
    })?;
    variables::set_local(step, body, "nrOfActiveInstances", Value::Integer(active))?;
    let items = items(step, &graph, body, repeat)?;
    let at = At { id: body, node, graph: &graph };
    create_portion(step, at, repeat, items.as_deref(), counters.start..end)?;
    create_later(step, body, end..counters.end)
}

fn cardinality(step: &mut Step<'_>, id: Id, repeat: &MultiInstance) -> Done<i32> {
    let text = repeat.cardinality.as_deref().unwrap_or("0");
    let value = step.evaluate(Context::of(id), text)?;
    let number = as_integer(&value).and_then(|number| i32::try_from(number).ok());
    match number {
        Some(number) if number >= 0 => Ok(number),
        Some(number) => Err(Failure::InstanceCount(number).into()),
        None => Err(Failure::Cardinality(text.to_owned()).into()),
    }
}

fn items(step: &mut Step<'_>, graph: &Graph, id: Id, repeat: &MultiInstance) -> Done<Option<Arc<Vec<Value>>>> {
    let Some(text) = &repeat.collection else {
        return Ok(None);
    };
    // Text without braces is the name of a variable.
    let is_name = graph.language == Language::Juel && !text.contains('{');
    let value = if is_name {
        variables::get(step, id, text.trim()).ok_or_else(|| Failure::CollectionMissing(text.clone()))?
    } else {
        step.evaluate(Context::of(id), text)?
    };
    match as_collection(&value) {
        Some(items) => Ok(Some(items)),
        None if is_name => Err(Failure::VariableNoCollection(text.clone()).into()),
        None => Err(Failure::NoCollection(text.clone()).into()),
    }
}

/// Lists, and what is stored as a Java collection in JSON.
fn as_collection(value: &Value) -> Option<Arc<Vec<Value>>> {
    match value {
        Value::List(items) => Some(Arc::clone(items)),
        Value::Object(object) if object.format == "application/json" => {
            let parsed = serde_json::from_str(object.serialized.as_deref()?).ok()?;
            match from_json(parsed) {
                Value::List(items) => Some(items),
                _ => None,
            }
        }
        _ => None,
    }
}

fn from_json(json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Boolean(value),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) => i32::try_from(whole).map_or(Value::Long(whole), Value::Integer),
            None => Value::Double(number.as_f64().unwrap_or_default()),
        },
        serde_json::Value::String(text) => Value::string(&text),
        serde_json::Value::Array(items) => Value::List(Arc::new(items.into_iter().map(from_json).collect())),
        serde_json::Value::Object(map) => {
            Value::Map(Arc::new(map.into_iter().map(|(key, value)| (key.into(), from_json(value))).collect()))
        }
    }
}

/// One instance with its loop counter and element, both local to it.
pub(crate) fn create(
    step: &mut Step<'_>,
    graph: &Graph,
    body: Id,
    node: NodeIndex,
    repeat: &MultiInstance,
    counter: i32,
    item: Option<&Value>,
) -> Done<Id> {
    let branch = if repeat.is_sequential { Branch::Auto } else { Branch::New };
    let position = Position::Node(node);
    let mut element = tokens::prepare(step, graph, body, position, Origin::Placed, branch)?;
    element.loop_counter = Some(counter);
    let id = element.id;
    step.emit(Event::TokenPlaced { element: Arc::new(element) });
    // One after the other they share the variables of the body; side by side each has its own.
    let holder = if repeat.is_sequential { body } else { id };
    variables::set_local(step, holder, "loopCounter", Value::Integer(counter))?;
    if let Some(name) = &repeat.element_variable {
        variables::set_local(step, holder, name, item.cloned().unwrap_or_default())?;
    }
    Ok(id)
}

/// Counts an instance that is about to end, and says whether the completion condition holds.
fn count_completed(step: &mut Step<'_>, body: Id, inner: &ElementInstance, repeat: &MultiInstance) -> Done<Progress> {
    let mut counted = step.element(body)?.body.clone();
    if let Some(counts) = &mut counted {
        counts.completed += 1;
        if !repeat.is_sequential {
            counts.active -= 1;
        }
    }
    let Some(counts) = counted.clone() else {
        return Ok(Progress::GoesOn);
    };
    tokens::change(step, body, |element| element.body = counted)?;
    let completed = Value::Integer(counts.completed);
    variables::set_local(step, body, "nrOfCompletedInstances", completed)?;
    if !repeat.is_sequential {
        let active = Value::Integer(counts.active);
        variables::set_local(step, body, "nrOfActiveInstances", active)?;
    }
    collect_output(step, body, inner, repeat)?;
    let Some(text) = &repeat.completion_condition else {
        return Ok(Progress::GoesOn);
    };
    let at = if step.state().element(inner.id).is_some() { inner.id } else { body };
    let is_satisfied = step.evaluate_condition(Context::of(at), &Condition::Expression(text.clone()))?;
    Ok(if is_satisfied { Progress::Satisfied } else { Progress::GoesOn })
}

/// `zeebe:loopCharacteristics outputCollection`.
fn collect_output(step: &mut Step<'_>, body: Id, inner: &ElementInstance, repeat: &MultiInstance) -> Done {
    let (Some(name), Some(text)) = (&repeat.output_collection, &repeat.output_element) else {
        return Ok(());
    };
    let value = step.evaluate(Context::of(inner.id), text)?;
    let Some(Value::List(collected)) = variables::get_local(step, body, name) else {
        return Ok(());
    };
    let mut collected = Vec::clone(&collected);
    let at = inner.loop_counter.and_then(|at| usize::try_from(at).ok());
    if let Some(slot) = at.and_then(|at| collected.get_mut(at)) {
        *slot = value;
    }
    variables::set_local(step, body, name, Value::List(Arc::new(collected)))
}

fn instance_completed(step: &mut Step<'_>, at: At<'_>, repeat: &MultiInstance, progress: Progress) -> Done {
    let At { id: body, node, graph } = at;
    let element = step.element(body)?;
    let Some(counts) = &element.body else {
        return Ok(());
    };
    if progress == Progress::Satisfied {
        scopes::cancel_children(step, body, None)?;
        return body_completed(step, &element, repeat);
    }
    if step.state().has_children(body) {
        return Ok(());
    }
    if !counts.has_more() {
        return body_completed(step, &element, repeat);
    }
    if !repeat.is_sequential {
        // A job creates them.
        return Ok(());
    }
    let counter = counts.created;
    tokens::change(step, body, |element| {
        if let Some(counts) = &mut element.body {
            counts.created += 1;
        }
    })?;
    // The collection is read again for each instance, as Camunda does.
    let items = items(step, graph, body, repeat)?;
    let item = items.as_ref().and_then(|items| items.get(counter as usize));
    let inner = create(step, graph, body, node, repeat, counter, item)?;
    step.arrive(inner);
    Ok(())
}

fn body_completed(step: &mut Step<'_>, body: &ElementInstance, repeat: &MultiInstance) -> Done {
    if let (Some(name), Some(scope)) = (&repeat.output_collection, body.scope)
        && let Some(collected) = variables::get_local(step, body.id, name)
    {
        variables::set(step, scope, name, collected)?;
    }
    // What a sequential one last counted is seen by nobody: the body is left, and with it the events that wait beside it.
    // Those beside parallel ones see it, as in Camunda 7.
    if repeat.is_sequential {
        step.forget_changes(body.id);
    }
    step.leave(body.id);
    Ok(())
}
