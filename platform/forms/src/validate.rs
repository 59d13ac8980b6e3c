//! Judges a submission by its schema, and hands back what may be stored: hidden, locked and unknown values are dropped,
//! so that a form is a fence and not a suggestion. Expression fields are computed here, whatever was sent for them.

mod value;

use crate::fault::FieldFault;
use crate::formula;
use crate::place::{below, get, pointer, put};
use crate::schema::{self, Component, ComputedOn, Kind, Lock, Rows, Schema};
use crate::scope::Scope;
use crate::truth::is_same;
use crate::viewer::Viewer;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// Rows of a dynamic list.
const MAX_ROWS: usize = 1_000;

/// What passed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Submission {
    /// What may be stored.
    pub data: Map<String, Value>,
}

/// Judges `data` by `schema`. `known` is what the form was filled with before: its expressions look at it as well.
///
/// # Errors
/// A fault per field, with pointers from `/data`; or, when the schema itself cannot be read, from `/form`.
pub fn validate(
    schema: &Value,
    data: &Map<String, Value>,
    known: &Map<String, Value>,
) -> Result<Submission, Vec<FieldFault>> {
    judge(schema, (data, known), "/data", Asks::All).map(|passed| Submission { data: passed.data })
}

/// [`validate`] of a form that is handed on before it is filled in: what is there is judged, nothing is asked for.
///
/// # Errors
/// Those of [`validate`].
pub fn validate_begun(
    schema: &Value,
    data: &Map<String, Value>,
    known: &Map<String, Value>,
) -> Result<Submission, Vec<FieldFault>> {
    judge(schema, (data, known), "/data", Asks::Nothing).map(|passed| Submission { data: passed.data })
}

/// Judges the fields of a case by the form of a stage; pointers are from `/fields`. Nothing is stored of what passes.
///
/// # Errors
/// Those of [`validate`].
pub fn judge_fields(schema: &Value, fields: &Map<String, Value>) -> Result<(), Vec<FieldFault>> {
    judge(schema, (fields, &Map::new()), "/fields", Asks::Again).map(|_| ())
}

/// Judges the fields a case is created with by its form, and gives those that may be stored: what the form knows as it
/// lets it through, and what it does not know as it came. Pointers are from `/fields`.
///
/// # Errors
/// Those of [`validate`].
pub fn judge_new(schema: &Value, fields: &Map<String, Value>) -> Result<Map<String, Value>, Vec<FieldFault>> {
    let passed = judge(schema, (fields, &Map::new()), "/fields", Asks::All)?;
    let mut data = passed.data;
    let is_of_form =
        |key: &String| passed.schema.components.iter().any(|component| component.path.first() == Some(key));
    for (key, value) in fields.iter().filter(|(key, _)| !is_of_form(key)) {
        data.insert(key.clone(), value.clone());
    }
    Ok(data)
}

/// What of a form has to be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    All,
    Nothing,
    /// All, of what was entered some time ago.
    Again,
}

/// What may be stored, and the schema that says so.
struct Passed {
    schema: Schema,
    data: Map<String, Value>,
}

fn judge(
    schema: &Value,
    (data, known): (&Map<String, Value>, &Map<String, Value>),
    base: &str,
    asks: Asks,
) -> Result<Passed, Vec<FieldFault>> {
    // Names are not taken from what strangers send: one like `amount < 5` would be read as a name where it is compared.
    let shown: &[_] = if asks == Asks::Again { &[data, known] } else { &[known] };
    let names = formula::names(schema, shown);
    let schema = schema::read_for(schema, &names)
        .map_err(|faults| faults.into_iter().map(|fault| fault.under("/form")).collect::<Vec<_>>())?;
    let under = |faults: Vec<FieldFault>| faults.into_iter().map(|fault| fault.under(base)).collect::<Vec<_>>();
    let data = passed(&schema, (data, known), asks, Timestamp::now()).map_err(under)?;
    Ok(Passed { schema, data })
}

/// What passes at a time; pointers of faults are from the data.
fn passed(
    schema: &Schema,
    (data, known): (&Map<String, Value>, &Map<String, Value>),
    asks: Asks,
    now: Timestamp,
) -> Result<Map<String, Value>, Vec<FieldFault>> {
    let single = |fault| vec![fault];
    let viewer = Viewer::open(schema, data, known, now).map_err(single)?;
    let scope = viewer.scope().map_err(single)?;
    let first = viewer.first_scope().map_err(single)?;
    let mut judge = Judge { viewer, first, known, asks, now, faults: Vec::new() };
    let mut out = Map::new();
    judge
        .components(&schema.components, &Around { place: &[], sent: data, scope: &scope }, &mut out)
        .map_err(single)?;
    if judge.faults.is_empty() { Ok(out) } else { Err(judge.faults) }
}

/// Where components stand: in the form, or in a row.
struct Around<'a> {
    place: &'a [String],
    /// What was sent for it.
    sent: &'a Map<String, Value>,
    scope: &'a Scope,
}

struct Judge<'a> {
    viewer: Viewer<'a>,
    /// What expressions saw before anything was entered.
    first: Scope,
    known: &'a Map<String, Value>,
    asks: Asks,
    now: Timestamp,
    faults: Vec<FieldFault>,
}

impl Judge<'_> {
    fn components(
        &mut self,
        components: &[Component],
        around: &Around<'_>,
        out: &mut Map<String, Value>,
    ) -> Result<(), FieldFault> {
        for component in components {
            let place = below(around.place, &component.path);
            if self.viewer.is_hidden(component, around.scope, &place)? {
                continue;
            }
            let value = self.of_component(component, around, &place)?;
            if let Some(value) = value {
                put(out, &component.path, value);
            }
        }
        Ok(())
    }

    /// The value to store; none when there is none, or it was refused.
    fn of_component(
        &mut self,
        component: &Component,
        around: &Around<'_>,
        place: &[String],
    ) -> Result<Option<Value>, FieldFault> {
        let sent = get(around.sent, &component.path);
        match &component.kind {
            Kind::Rows(rows) => match sent {
                Some(sent) => self.rows(rows, sent, place, around.scope),
                None => Ok(None),
            },
            _ if matches!(component.lock, Lock::Disabled) => Ok(None),
            Kind::Computed { on: ComputedOn::Change, .. } => {
                let value = get(self.viewer.state(), place).cloned();
                self.judged(component, value, place, around.scope)
            }
            Kind::Computed { on: ComputedOn::Submit, .. } => {
                let value = self.viewer.computed(component, around.scope, place)?;
                self.judged(component, value, place, around.scope)
            }
            _ if self.is_locked(component, around, place)? => {
                let kept = sent.and_then(|sent| self.untouched(component, place, sent));
                if matches!(component.lock, Lock::ReadOnlyWhen(_)) {
                    // What opens the lock is asked for as well.
                    let held = get(self.viewer.initial(), place).cloned();
                    self.judged(component, held, place, around.scope)?;
                }
                Ok(kept)
            }
            _ => self.judged(component, sent.cloned(), place, around.scope),
        }
    }

    fn judged(
        &mut self,
        component: &Component,
        value: Option<Value>,
        place: &[String],
        scope: &Scope,
    ) -> Result<Option<Value>, FieldFault> {
        if component.rules.required && self.asks != Asks::Nothing && is_missing(component, value.as_ref()) {
            self.fault(place, "required", format!("{} is needed", component.label));
        }
        match value {
            // An emptied field is a fact too: it is stored as it came.
            Some(value) if !is_empty(&value) => self.value(component, value, place, scope),
            value => Ok(value),
        }
    }

    /// Whether what was sent cannot have been entered. A lock that the data opens and closes counts when it was closed from
    /// the beginning; in rows, which come and go, it cannot be told.
    fn is_locked(&self, component: &Component, around: &Around<'_>, place: &[String]) -> Result<bool, FieldFault> {
        let Lock::ReadOnlyWhen(condition) = &component.lock else {
            return Ok(matches!(component.lock, Lock::ReadOnly));
        };
        if !around.place.is_empty() {
            return Ok(false);
        }
        let holds =
            |scope: &Scope| condition.holds(scope, self.viewer.purse()).map_err(|fault| fault.under(&pointer(place)));
        Ok(holds(around.scope)? && holds(&self.first)?)
    }

    /// The value of a locked component, when it is what was there before: in the form, or in whichever row.
    fn untouched(&self, component: &Component, place: &[String], sent: &Value) -> Option<Value> {
        let is_default = component.default.as_ref().is_some_and(|default| is_same(default, sent));
        let was_there = if place.len() == component.path.len() {
            get(self.viewer.initial(), place).is_some_and(|initial| is_same(initial, sent))
        } else {
            let first = place.first().and_then(|first| self.viewer.initial().get(first));
            first.is_some_and(|initial| held(initial, &place[1..], sent))
        };
        (is_default || was_there).then(|| sent.clone())
    }

    fn rows(
        &mut self,
        rows: &Rows,
        sent: &Value,
        place: &[String],
        scope: &Scope,
    ) -> Result<Option<Value>, FieldFault> {
        let Some(items) = sent.as_array().filter(|items| items.len() <= MAX_ROWS) else {
            self.fault(place, "type", "a list of at most 1,000 rows is expected");
            return Ok(None);
        };
        let before = self.faults.len();
        let parent = scope.as_parent();
        let mut out = Vec::with_capacity(items.len());
        for (index, row) in items.iter().enumerate() {
            let place = below(place, &[index.to_string()]);
            // A row of which nothing is shown is null in what the browser sends.
            let sent = match row {
                Value::Object(row) => row.clone(),
                Value::Null => Map::new(),
                _ => {
                    self.fault(&place, "type", "an object is expected");
                    continue;
                }
            };
            let held = get(self.viewer.state(), &place).cloned().unwrap_or_default();
            let scope = scope.of_row(&parent, &held, index + 1);
            let mut kept = Map::new();
            self.components(&rows.components, &Around { place: &place, sent: &sent, scope: &scope }, &mut kept)?;
            out.push(if row.is_null() && kept.is_empty() { Value::Null } else { Value::Object(kept) });
        }
        Ok((self.faults.len() == before).then_some(Value::Array(out)))
    }

    fn fault(&mut self, place: &[String], code: &str, detail: impl AsRef<str>) {
        self.faults.push(FieldFault::new(&pointer(place), code, detail.as_ref()));
    }
}

/// Whether a value stood at this place before, in whichever row.
fn held(known: &Value, place: &[String], value: &Value) -> bool {
    match (known, place.split_first()) {
        (known, None) => is_same(known, value),
        (Value::Array(rows), Some((_, rest))) => rows.iter().any(|row| held(row, rest, value)),
        (known, Some((first, rest))) => known.get(first).is_some_and(|known| held(known, rest, value)),
    }
}

/// Empty as form-js sees it.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// A checkbox that is needed must be checked.
fn is_missing(component: &Component, value: Option<&Value>) -> bool {
    value
        .is_none_or(|value| is_empty(value) || matches!(component.kind, Kind::Checkbox) && *value == Value::Bool(false))
}

/// Pointers of all that is shown and not disabled.
#[cfg(test)]
pub(crate) fn visible(schema: &Value, data: &Map<String, Value>, known: &Map<String, Value>) -> Vec<String> {
    let schema = schema::read_for(schema, &formula::names(schema, &[known])).unwrap();
    let viewer = Viewer::open(&schema, data, known, Timestamp::now()).unwrap();
    let mut places = viewer.shown().unwrap();
    places.sort();
    places
}

#[cfg(test)]
mod tests;
