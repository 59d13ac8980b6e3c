//! What an expression of a form sees: all data of the form by name; `this`, `parent` and `i`, as form-js has them in rows of
//! dynamic lists; and these three once more as `_this_`, `_parent_` and `_i_`, for forms whose data has such names itself.

use casewright_engine_feel::{Context, Host, Number, Value as Feel};
use jiff::Timestamp;
use serde_json::{Map, Value};
use smol_str::SmolStr;
use std::sync::Arc;

/// Lists and objects within one another that an expression is shown of JSON.
const DEEPEST: usize = 32;

/// When an expression is evaluated: form-js gives `parent` another shape in either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pass {
    /// While it is told which data counts: `parent` is the plain data around.
    Data,
    /// While the page is drawn: `parent` has its own `parent` and `i` besides.
    Page,
}

/// A place in a form.
pub(crate) struct Scope {
    data: Arc<Context>,
    this: Feel,
    parent: Feel,
    rows: Vec<Feel>,
    pass: Pass,
    now: Timestamp,
}

impl Scope {
    /// Outside of all lists.
    pub(crate) fn of_form(data: &Map<String, Value>, pass: Pass, now: Timestamp) -> Self {
        let data = Arc::new(entries(data, 0));
        Self { this: Feel::Context(Arc::clone(&data)), data, parent: Feel::Null, rows: Vec::new(), pass, now }
    }

    /// In a row of a list, counted from 1; `parent` is what [`Scope::as_parent`] gave around the list.
    pub(crate) fn of_row(&self, parent: &Feel, row: &Value, number: usize) -> Self {
        let mut rows = self.rows.clone();
        rows.push(Feel::Number(Number::from(number)));
        let (data, this) = (Arc::clone(&self.data), to_feel(row));
        Self { data, this, parent: parent.clone(), rows, pass: self.pass, now: self.now }
    }

    /// What rows of a list here have as `parent`.
    pub(crate) fn as_parent(&self) -> Feel {
        let Feel::Context(own) = &self.this else {
            return self.this.clone();
        };
        if self.pass == Pass::Data {
            return self.this.clone();
        }
        let special = [("this", self.this.clone()), ("parent", self.parent.clone()), ("i", self.numbers())];
        let mut all: Context = special.iter().map(|(name, value)| (SmolStr::new(name), value.clone())).collect();
        all.extend(own.iter().map(|(name, value)| (name.clone(), value.clone())));
        all.extend(special.into_iter().map(|(name, value)| (SmolStr::new(format!("_{name}_")), value)));
        Feel::Context(Arc::new(all))
    }

    fn numbers(&self) -> Feel {
        Feel::list(self.rows.clone())
    }

    fn special(&self, name: &str) -> Option<Feel> {
        match name {
            "this" => Some(self.this.clone()),
            "parent" => Some(self.parent.clone()),
            "i" => Some(self.numbers()),
            _ => None,
        }
    }
}

impl Host for Scope {
    fn variable(&self, name: &str) -> Option<Feel> {
        let underscored = name.strip_prefix('_').and_then(|name| name.strip_suffix('_'));
        underscored
            .and_then(|name| self.special(name))
            .or_else(|| self.data.get(name).cloned())
            .or_else(|| self.special(name))
    }

    fn now(&self) -> Timestamp {
        self.now
    }

    /// A judgement that is repeated comes to the same.
    fn random(&self) -> u128 {
        self.now.as_nanosecond().unsigned_abs()
    }
}

fn entries(members: &Map<String, Value>, depth: usize) -> Context {
    members.iter().map(|(name, value)| (SmolStr::new(name), plain(value, depth + 1))).collect()
}

/// JSON as expressions see it; what is nested too deeply is null.
pub(crate) fn to_feel(value: &Value) -> Feel {
    plain(value, 0)
}

fn plain(value: &Value, depth: usize) -> Feel {
    if depth > DEEPEST {
        return Feel::Null;
    }
    match value {
        Value::Null => Feel::Null,
        Value::Bool(value) => Feel::Boolean(*value),
        Value::Number(number) => Number::parse(&number.to_string()).map(Feel::Number).unwrap_or_default(),
        Value::String(text) => Feel::string(text),
        Value::Array(items) => Feel::list(items.iter().map(|item| plain(item, depth + 1)).collect()),
        Value::Object(members) => Feel::Context(Arc::new(entries(members, depth))),
    }
}

/// A value of FEEL as the browser puts it into data; none when it is larger than `left`, which it is taken from: a value for
/// each value in it, and one for each kilobyte of text.
pub(crate) fn to_json(value: &Feel, left: &mut u64) -> Option<Value> {
    json(value, 0, left)
}

fn json(value: &Feel, depth: usize, left: &mut u64) -> Option<Value> {
    let weight = if let Feel::String(text) = value { 1 + text.len() as u64 / 1_024 } else { 1 };
    *left = left.checked_sub(weight)?;
    if depth > DEEPEST {
        return Some(Value::Null);
    }
    Some(match value {
        Feel::Boolean(value) => Value::Bool(*value),
        Feel::Number(number) => match number.to_i64() {
            Some(whole) => Value::from(whole),
            None => serde_json::Number::from_f64(number.to_f64()).map(Value::Number).unwrap_or_default(),
        },
        Feel::String(text) => Value::from(&**text),
        // There a date is the midnight it begins with.
        Feel::Date(date) => date.civil().map(|date| Value::from(format!("{date}T00:00:00.000Z"))).unwrap_or_default(),
        Feel::DateTime(moment) => {
            moment.timestamp().map(|moment| Value::from(format!("{moment:.3}"))).unwrap_or_default()
        }
        Feel::YearMonthDuration(_) | Feel::DayTimeDuration(_) => {
            Value::from(value.zero_duration().map_or_else(|| value.to_string(), str::to_owned))
        }
        Feel::Time(_) => Value::from(value.to_string()),
        Feel::List(items) => {
            Value::Array(items.iter().map(|item| json(item, depth + 1, left)).collect::<Option<Vec<_>>>()?)
        }
        Feel::Context(entries) => {
            let members = entries.iter().map(|(name, value)| Some((name.to_string(), json(value, depth + 1, left)?)));
            Value::Object(members.collect::<Option<Map<_, _>>>()?)
        }
        Feel::Null | Feel::Range(_) | Feel::Function(_) => Value::Null,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::{Condition, Purse};
    use casewright_engine_feel::Names;
    use serde_json::json;

    fn holds(text: &str, scope: &Scope) -> bool {
        Condition::read(text, &Names::default()).unwrap().unwrap().holds(scope, &Purse::new()).unwrap()
    }

    #[test]
    fn rows_see_themselves_what_is_around_and_their_numbers() {
        let data = json!({"express": true, "items": [{"kind": "car", "parts": [{"n": 1}, {"n": 2}]}], "this": 7});
        let form = Scope::of_form(data.as_object().unwrap(), Pass::Page, Timestamp::UNIX_EPOCH);
        let row = form.of_row(&form.as_parent(), &data["items"][0], 1);
        let part = row.of_row(&row.as_parent(), &data["items"][0]["parts"][1], 2);
        for (text, scope) in [
            ("=_this_.kind = \"car\"", &row),
            ("=this = 7", &row),
            ("=parent.express", &row),
            ("=i[1] = 1", &row),
            ("=kind = null", &row),
            ("=i[2] = 2 and _this_.n = 2", &part),
            ("=parent.kind = \"car\" and parent.parent.express", &part),
            ("=parent = null", &form),
            ("=_this_.express", &form),
        ] {
            assert!(holds(text, scope), "{text}");
        }
    }
}
