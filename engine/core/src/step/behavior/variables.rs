//! Variables: where a name is found and where it is set.
//!
//! Set = the nearest scope that has the name, else the process instance. Transient variables never become events.

use crate::command::{Lifetime, NewVariable};
use crate::entity::{Holder, Phase, Place, Variable};
use crate::event::Event;
use crate::ids::Id;
use crate::rejection::Subject;
use crate::step::context::{ChangeKind, Step, VariableChange};
use crate::step::fault::Done;
use casewright_engine_value::Value;
use smol_str::SmolStr;
use std::sync::Arc;

pub(crate) fn get(step: &Step<'_>, from: Id, name: &str) -> Option<Value> {
    let mut at = Some(from);
    while let Some(id) = at {
        if let Some(value) = get_local(step, id, name) {
            return Some(value);
        }
        at = step.state().element(id)?.scope;
    }
    None
}

pub(crate) fn get_local(step: &Step<'_>, holder: Id, name: &str) -> Option<Value> {
    stored(step, holder, name).map(Value::evaluable)
}

/// With the type of a null.
fn stored(step: &Step<'_>, holder: Id, name: &str) -> Option<Value> {
    if let Some(value) = step.transient(holder).and_then(|map| map.get(name)) {
        return Some(value.clone());
    }
    step.state().local_variables(holder).and_then(|map| map.get(name)).map(|variable| variable.value.clone())
}

/// Names visible from an element, inner ones first.
pub(crate) fn names(step: &Step<'_>, from: Id) -> Vec<SmolStr> {
    let mut names: Vec<SmolStr> = Vec::new();
    let mut at = Some(from);
    while let Some(id) = at {
        for name in local_names(step, id) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        at = step.state().element(id).and_then(|element| element.scope);
    }
    names
}

pub(crate) fn local_names(step: &Step<'_>, holder: Id) -> Vec<SmolStr> {
    let stored = step.state().local_variables(holder).into_iter().flat_map(|map| map.keys());
    let transient = step.transient(holder).into_iter().flat_map(|map| map.keys());
    stored.chain(transient).cloned().collect()
}

/// The scope a name would be set in, seen from an element.
fn home_of(step: &Step<'_>, from: Id, name: &str) -> Id {
    let mut at = from;
    loop {
        if get_local(step, at, name).is_some() {
            return at;
        }
        match step.state().element(at).and_then(|element| element.scope) {
            Some(scope) => at = scope,
            None => return at,
        }
    }
}

pub(crate) fn set(step: &mut Step<'_>, from: Id, name: &str, value: Value) -> Done {
    let home = home_of(step, from, name);
    set_at(step, Holder::Element(home), from, name, value)
}

pub(crate) fn set_local(step: &mut Step<'_>, holder: Id, name: &str, value: Value) -> Done {
    set_at(step, Holder::Element(holder), holder, name, value)
}

/// Sets in exactly this scope; `by` is the element in whose name it happens.
pub(crate) fn set_at(step: &mut Step<'_>, holder: Holder, by: Id, name: &str, value: Value) -> Done {
    step.weigh(by, &value)?;
    let shadowed = step.transient_mut(holder.id()).and_then(|map| map.get_mut(name));
    if let Some(transient) = shadowed {
        *transient = value;
        note(step, holder, name, ChangeKind::Update);
        return Ok(());
    }
    let existing = step.state().local_variables(holder.id()).and_then(|map| map.get(name)).cloned();
    let (variable, kind) = match existing {
        Some(old) => (Variable { value, revision: old.revision + 1, ..Variable::clone(&old) }, ChangeKind::Update),
        None => (new_variable(step, holder, name, value)?, ChangeKind::Create),
    };
    let by_activity_id = activity_id(step, by);
    let (variable, at) = (Arc::new(variable), step.env.now);
    step.emit(Event::VariableSet { holder, variable, by, by_activity_id, at, vouched: false });
    note(step, holder, name, kind);
    Ok(())
}

fn new_variable(step: &mut Step<'_>, holder: Holder, name: &str, value: Value) -> Done<Variable> {
    let (place, task) = match holder {
        Holder::Element(element) => (place_of_new(step, element)?, None),
        Holder::Task(task) => {
            let place =
                step.state().task(task).map(|task| task.place.clone()).ok_or_else(|| step.gone(Subject::Task, task))?;
            (place, Some(task))
        }
    };
    Ok(Variable {
        id: step.next_id(),
        name: SmolStr::new(name),
        value,
        revision: 0,
        created: step.env.now,
        place: Arc::new(place),
        task,
    })
}

/// A token that has not entered yet belongs to no activity instance.
fn place_of_new(step: &Step<'_>, element: Id) -> Done<Place> {
    let element = step.element(element)?;
    let mut place = element.activity.place.clone();
    if element.phase == Phase::Arriving && element.loop_counter.is_none() {
        place.activity_id = SmolStr::default();
    }
    Ok(place)
}

fn activity_id(step: &Step<'_>, element: Id) -> SmolStr {
    step.state().element(element).map(|element| element.activity.place.activity_id.clone()).unwrap_or_default()
}

fn note(step: &mut Step<'_>, holder: Holder, name: &str, kind: ChangeKind) {
    // Nothing conditional is waiting: the common case costs nothing.
    if step.state().conditionals.is_empty() {
        return;
    }
    if let Holder::Element(holder) = holder {
        step.note_change(VariableChange { holder, name: SmolStr::new(name), kind });
    }
}

pub(crate) fn set_transient(step: &mut Step<'_>, holder: Id, name: &str, value: Value) {
    let before = step.set_transient(holder, SmolStr::new(name), value);
    let kind = if before.is_some() { ChangeKind::Update } else { ChangeKind::Create };
    note(step, Holder::Element(holder), name, kind);
}

/// Removes where the name is found, seen from an element; nothing when it is nowhere.
pub(crate) fn remove(step: &mut Step<'_>, from: Id, name: &str) {
    let home = home_of(step, from, name);
    remove_at(step, Holder::Element(home), from, name);
}

pub(crate) fn remove_at(step: &mut Step<'_>, holder: Holder, by: Id, name: &str) {
    if let Some(map) = step.transient_mut(holder.id()) {
        map.shift_remove(name);
    }
    let Some(variable) = step.state().local_variables(holder.id()).and_then(|map| map.get(name)).cloned() else {
        return;
    };
    let by_activity_id = activity_id(step, by);
    step.emit(Event::VariableRemoved { holder, variable, by, by_activity_id, at: step.env.now });
    note(step, holder, name, ChangeKind::Delete);
}

/// As [`set_all`], in nobody's name: no activity did it.
pub(crate) fn set_unattributed(step: &mut Step<'_>, from: Id, variable: &NewVariable) -> Done {
    step.unattributed(|step| set_new(step, from, variable))
}

/// Variables as a caller gave them, set as seen from an element.
pub(crate) fn set_all(step: &mut Step<'_>, from: Id, variables: &[NewVariable]) -> Done {
    for variable in variables {
        set_new(step, from, variable)?;
    }
    Ok(())
}

fn set_new(step: &mut Step<'_>, from: Id, variable: &NewVariable) -> Done {
    let home = if variable.local { from } else { home_of(step, from, &variable.name) };
    match variable.lifetime {
        Lifetime::Stored => {
            let already = step.emitted();
            set_at(step, Holder::Element(home), from, &variable.name, variable.value.clone())?;
            if variable.vouched {
                step.vouch_since(already);
            }
            Ok(())
        }
        Lifetime::Transient => {
            set_transient(step, home, &variable.name, variable.value.clone());
            Ok(())
        }
    }
}

/// Variables as a caller gave them, into exactly this scope.
pub(crate) fn set_all_local(step: &mut Step<'_>, holder: Id, variables: &[NewVariable]) -> Done {
    for variable in variables {
        let local = NewVariable { local: true, ..variable.clone() };
        set_new(step, holder, &local)?;
    }
    Ok(())
}

/// Local variables with their values, transient ones included.
pub(crate) fn local_values(step: &Step<'_>, holder: Id) -> Vec<(SmolStr, Value)> {
    local_names(step, holder)
        .into_iter()
        .filter_map(|name| {
            let value = stored(step, holder, &name)?;
            Some((name, value))
        })
        .collect()
}
