//! A form as the browser would have it open: the data it holds, which of it counts, and what its expression fields compute.
//!
//! form-js keeps what was entered into a field that is hidden now, and shows expressions what it kept at the beginning instead.
//! So here: `state` is all data, `initial` what the form was shown with; where a condition on `state` hides a component,
//! expressions see its value of `initial`. What is shown and sent is then told by conditions on that.

use crate::begin::begun;
use crate::fault::FieldFault;
use crate::formula::Purse;
use crate::place::{Place, below, clear, get, pointer, put};
use crate::schema::{Component, ComputedOn, Kind, Lock, Schema};
use crate::scope::{Pass, Scope};
use crate::truth::is_same;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// Times that expression fields are computed anew because others have changed.
const MAX_ROUNDS: usize = 24;

/// A form that is open.
pub(crate) struct Viewer<'a> {
    schema: &'a Schema,
    now: Timestamp,
    purse: Purse,
    initial: Map<String, Value>,
    state: Map<String, Value>,
}

impl<'a> Viewer<'a> {
    /// Opens a form with what is known, enters `data`, and lets it compute.
    ///
    /// # Errors
    /// An expression that takes more than it may, with the pointer of its field.
    pub(crate) fn open(
        schema: &'a Schema,
        data: &Map<String, Value>,
        known: &Map<String, Value>,
        now: Timestamp,
    ) -> Result<Self, FieldFault> {
        let initial = begun(&schema.components, known);
        let state = begun(&schema.components, &entered(&schema.components, data, known));
        let mut viewer = Self { schema, now, purse: Purse::new(), initial, state };
        viewer.compute(data)?;
        Ok(viewer)
    }

    pub(crate) fn purse(&self) -> &Purse {
        &self.purse
    }

    /// What the form was shown with.
    pub(crate) fn initial(&self) -> &Map<String, Value> {
        &self.initial
    }

    /// All data, also of what is hidden.
    pub(crate) fn state(&self) -> &Map<String, Value> {
        &self.state
    }

    /// What expressions see once all is entered and computed.
    ///
    /// # Errors
    /// See [`Viewer::open`].
    pub(crate) fn scope(&self) -> Result<Scope, FieldFault> {
        self.page(&self.state)
    }

    /// What expressions saw before anything was entered.
    ///
    /// # Errors
    /// See [`Viewer::open`].
    pub(crate) fn first_scope(&self) -> Result<Scope, FieldFault> {
        self.page(&self.initial)
    }

    /// Whether a component is hidden at a place.
    ///
    /// # Errors
    /// See [`Viewer::open`].
    pub(crate) fn is_hidden(&self, component: &Component, scope: &Scope, place: &[String]) -> Result<bool, FieldFault> {
        for condition in &component.hide {
            if condition.holds(scope, &self.purse).map_err(|fault| fault.under(&pointer(place)))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn page(&self, state: &Map<String, Value>) -> Result<Scope, FieldFault> {
        let scope = Scope::of_form(state, Pass::Data, self.now);
        let mut hidden = Vec::new();
        self.hidden(&self.schema.components, &[], &Value::Object(state.clone()), &scope, &mut hidden)?;
        let mut cleared = state.clone();
        hidden.iter().for_each(|place| clear(&mut cleared, place));
        let mut shown = self.initial.clone();
        shown.extend(cleared);
        Ok(Scope::of_form(&shown, Pass::Page, self.now))
    }

    /// The places of what is hidden.
    fn hidden(
        &self,
        components: &[Component],
        base: &[String],
        around: &Value,
        scope: &Scope,
        found: &mut Vec<Place>,
    ) -> Result<(), FieldFault> {
        for component in components {
            let place = below(base, &component.path);
            if self.is_hidden(component, scope, &place)? {
                found.push(place);
                continue;
            }
            each_row(component, &place, around, scope, |components, place, row, scope| {
                self.hidden(components, place, row, scope, found)
            })?;
        }
        Ok(())
    }

    /// Computes expression fields until nothing changes. What does not settle, as a field that counts itself up, is what was
    /// sent for it: how often the browser has computed it is not known.
    fn compute(&mut self, data: &Map<String, Value>) -> Result<(), FieldFault> {
        if !has_computed(&self.schema.components) {
            return Ok(());
        }
        for round in 0..=MAX_ROUNDS {
            let mut changes = Vec::new();
            let scope = self.scope()?;
            let state = Value::Object(self.state.clone());
            self.changes(&self.schema.components, &[], &state, &scope, &mut changes)?;
            if changes.is_empty() {
                return Ok(());
            }
            for (place, value) in changes {
                let sent = || get(data, &place).cloned().unwrap_or_default();
                let value = if round == MAX_ROUNDS { sent() } else { value };
                put(&mut self.state, &place, value);
            }
        }
        Ok(())
    }

    fn changes(
        &self,
        components: &[Component],
        base: &[String],
        around: &Value,
        scope: &Scope,
        found: &mut Vec<(Place, Value)>,
    ) -> Result<(), FieldFault> {
        for component in components {
            let place = below(base, &component.path);
            if self.is_hidden(component, scope, &place)? {
                continue;
            }
            if let Kind::Computed { on: ComputedOn::Change, .. } = component.kind {
                let value = self.computed(component, scope, &place)?;
                let held = get(&self.state, &place).unwrap_or(&Value::Null);
                found.extend(value.filter(|value| !is_same(value, held)).map(|value| (place, value)));
                continue;
            }
            each_row(component, &place, around, scope, |components, place, row, scope| {
                self.changes(components, place, row, scope, found)
            })?;
        }
        Ok(())
    }

    /// What an expression field gives; none where it is locked, or is no expression field.
    ///
    /// # Errors
    /// See [`Viewer::open`].
    pub(crate) fn computed(
        &self,
        component: &Component,
        scope: &Scope,
        place: &[String],
    ) -> Result<Option<Value>, FieldFault> {
        let Kind::Computed { formula, .. } = &component.kind else {
            return Ok(None);
        };
        let at_place = |fault: FieldFault| fault.under(&pointer(place));
        match &component.lock {
            Lock::Disabled | Lock::ReadOnly => return Ok(None),
            Lock::ReadOnlyWhen(condition) if condition.holds(scope, &self.purse).map_err(at_place)? => return Ok(None),
            Lock::ReadOnlyWhen(_) | Lock::Open => {}
        }
        let value = formula.as_ref().map(|formula| formula.value(scope, &self.purse)).transpose().map_err(at_place)?;
        Ok(Some(value.unwrap_or_default()))
    }
}

#[cfg(test)]
impl Viewer<'_> {
    /// Pointers of all that is shown and not disabled.
    pub(crate) fn shown(&self) -> Result<Vec<String>, FieldFault> {
        let mut found = Vec::new();
        let state = Value::Object(self.state.clone());
        self.find_shown(&self.schema.components, &[], &state, &self.scope()?, &mut found)?;
        Ok(found)
    }

    fn find_shown(
        &self,
        components: &[Component],
        base: &[String],
        around: &Value,
        scope: &Scope,
        found: &mut Vec<String>,
    ) -> Result<(), FieldFault> {
        for component in components {
            let place = below(base, &component.path);
            if self.is_hidden(component, scope, &place)? {
                continue;
            }
            if !matches!(component.kind, Kind::Rows(_)) && !matches!(component.lock, Lock::Disabled) {
                found.push(pointer(&place));
            }
            each_row(component, &place, around, scope, |components, place, row, scope| {
                self.find_shown(components, place, row, scope, found)
            })?;
        }
        Ok(())
    }
}

/// Does something with each row of a list, with what expressions see in it.
fn each_row(
    component: &Component,
    place: &[String],
    around: &Value,
    scope: &Scope,
    mut act: impl FnMut(&[Component], &[String], &Value, &Scope) -> Result<(), FieldFault>,
) -> Result<(), FieldFault> {
    let Kind::Rows(rows) = &component.kind else {
        return Ok(());
    };
    let items = component.path.iter().try_fold(around, |value, part| value.get(part)).and_then(Value::as_array);
    let Some(items) = items.filter(|items| !items.is_empty()) else {
        return Ok(());
    };
    let parent = scope.as_parent();
    for (index, row) in items.iter().enumerate() {
        let scope = scope.of_row(&parent, row, index + 1);
        act(&rows.components, &below(place, &[index.to_string()]), row, &scope)?;
    }
    Ok(())
}

fn has_computed(components: &[Component]) -> bool {
    components.iter().any(|component| match &component.kind {
        Kind::Computed { .. } => true,
        Kind::Rows(rows) => has_computed(&rows.components),
        _ => false,
    })
}

/// Whether nobody can have changed it.
fn is_fixed(component: &Component) -> bool {
    matches!(component.lock, Lock::Disabled | Lock::ReadOnly)
}

/// What is known, with what was sent in its place. Rows are matched by their number when there are as many as before: what is
/// hidden or disabled in them is not sent.
fn entered(components: &[Component], data: &Map<String, Value>, known: &Map<String, Value>) -> Map<String, Value> {
    let mut out = known.clone();
    for (name, value) in data {
        let is_of_form = components.iter().any(|component| component.path.first() == Some(name));
        // Nobody can enter what the form has not, so it never stands in for what is known.
        if !is_of_form && !known.contains_key(name) {
            out.insert(name.clone(), value.clone());
        }
    }
    for component in components {
        let Some(sent) = get(data, &component.path) else {
            continue;
        };
        let value = match (&component.kind, sent, get(known, &component.path)) {
            // Computed here, from what was known of it.
            (Kind::Computed { .. }, ..) => continue,
            (kind, _, Some(_)) if is_fixed(component) && !matches!(kind, Kind::Rows(_)) => continue,
            (Kind::Rows(rows), Value::Array(sent), Some(Value::Array(known))) if sent.len() == known.len() => {
                let merged = sent.iter().zip(known).map(|(sent, known)| match (sent.as_object(), known.as_object()) {
                    (Some(sent), Some(known)) => Value::Object(entered(&rows.components, sent, known)),
                    (None, Some(known)) => Value::Object(known.clone()),
                    _ => sent.clone(),
                });
                merged.collect()
            }
            (_, sent, _) => sent.clone(),
        };
        put(&mut out, &component.path, value);
    }
    out
}
