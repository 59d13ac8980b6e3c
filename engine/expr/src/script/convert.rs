//! Values on their way into a script and out of it, both ways on one account.
//!
//! What is a kilobyte to JavaScript may be a terabyte as a value: objects share their parts, and a list may say that it is four
//! billion long. So elements and bytes are counted before anything is made of them.

use super::javascript::KIT;
use crate::java::json;
use casewright_engine_value::{Instant, Value};
use indexmap::IndexMap;
use rquickjs::function::This;
use rquickjs::{Array, Constructor, Ctx, Exception, Function, Object, Value as Js};
use smol_str::SmolStr;
use std::cell::Cell;
use std::sync::Arc;

/// How deep arrays and objects may be on their way in or out.
const MAX_DEPTH: usize = 64;
/// Elements of all values that go in or out in one run.
const MAX_ELEMENTS: usize = 200_000;
/// Bytes of their texts.
const MAX_BYTES: usize = 8 << 20;

/// What may still go in and out.
pub(super) struct Account {
    elements: Cell<usize>,
    bytes: Cell<usize>,
    overdrawn: Cell<bool>,
}

impl Default for Account {
    fn default() -> Self {
        Self { elements: Cell::new(MAX_ELEMENTS), bytes: Cell::new(MAX_BYTES), overdrawn: Cell::new(false) }
    }
}

impl Account {
    pub(super) const LIMIT: &'static str = "200000 elements and 8 MiB";

    /// A script that was refused something is over, even if it catches the exception.
    pub(super) fn is_overdrawn(&self) -> bool {
        self.overdrawn.get()
    }

    /// Room for so many elements, before memory is set aside for them.
    fn elements(&self, ctx: &Ctx<'_>, count: usize) -> rquickjs::Result<()> {
        self.take(ctx, &self.elements, count)
    }

    fn bytes(&self, ctx: &Ctx<'_>, count: usize) -> rquickjs::Result<()> {
        self.take(ctx, &self.bytes, count)
    }

    fn take(&self, ctx: &Ctx<'_>, left: &Cell<usize>, count: usize) -> rquickjs::Result<()> {
        match left.get().checked_sub(count) {
            Some(rest) => {
                left.set(rest);
                Ok(())
            }
            None => {
                self.overdrawn.set(true);
                Err(Exception::throw_message(ctx, "the values of a script are too large"))
            }
        }
    }

    /// `Json` variables are Spin nodes to a script, dates are `Date`, lists and maps are arrays and objects with Java's readers.
    pub(super) fn to_js<'js>(&self, ctx: &Ctx<'js>, value: &Value, depth: usize) -> rquickjs::Result<Js<'js>> {
        check_depth(ctx, depth)?;
        self.elements(ctx, 1)?;
        Ok(match value {
            Value::Null | Value::NullOf(_) | Value::Bytes(_) | Value::File(_) => Js::new_null(ctx.clone()),
            Value::Boolean(value) => Js::new_bool(ctx.clone(), *value),
            Value::Short(n) => Js::new_int(ctx.clone(), i32::from(*n)),
            Value::Integer(n) => Js::new_int(ctx.clone(), *n),
            Value::Long(n) => Js::new_number(ctx.clone(), *n as f64),
            Value::Double(n) => Js::new_float(ctx.clone(), *n),
            Value::String(text) | Value::Xml(text) => self.string(ctx, text)?,
            Value::Date(instant) => date_class(ctx)?.construct((instant.0 as f64,))?,
            Value::Json(text) => {
                self.bytes(ctx, text.len())?;
                let kit: Object<'js> = ctx.globals().get(KIT)?;
                let spin: Function<'js> = kit.get("spin")?;
                spin.call((text.as_ref(),))?
            }
            Value::Object(object) => match json::parse_object(object) {
                Some(parsed) => self.to_js(ctx, &parsed, depth + 1)?,
                None => self.string(ctx, object.serialized.as_deref().unwrap_or_default())?,
            },
            Value::List(items) => {
                let array = Array::new(ctx.clone())?;
                for (index, item) in items.iter().enumerate() {
                    array.set(index, self.to_js(ctx, item, depth + 1)?)?;
                }
                array.into_value()
            }
            Value::Map(entries) => {
                let kit: Object<'js> = ctx.globals().get(KIT)?;
                let map: Function<'js> = kit.get("map")?;
                let object: Object<'js> = map.call(())?;
                for (key, value) in entries.iter() {
                    self.bytes(ctx, key.len())?;
                    object.set(key.as_str(), self.to_js(ctx, value, depth + 1)?)?;
                }
                object.into_value()
            }
        })
    }

    fn string<'js>(&self, ctx: &Ctx<'js>, text: &str) -> rquickjs::Result<Js<'js>> {
        self.bytes(ctx, text.len())?;
        Ok(rquickjs::String::from_str(ctx.clone(), text)?.into_value())
    }

    /// Whole numbers become `Integer` or `Long`, fractions `Double`, functions and `undefined` null.
    pub(super) fn value_of<'js>(&self, ctx: &Ctx<'js>, value: &Js<'js>, depth: usize) -> rquickjs::Result<Value> {
        check_depth(ctx, depth)?;
        self.elements(ctx, 1)?;
        if let Some(value) = value.as_bool() {
            return Ok(Value::Boolean(value));
        }
        if let Some(number) = value.as_number() {
            return Ok(number_value(number));
        }
        if let Some(text) = value.as_string() {
            return Ok(Value::String(Arc::from(self.text(ctx, text.to_string()?)?)));
        }
        if let Some(big) = value.as_big_int() {
            return Ok(Value::Long(big.clone().to_i64()?));
        }
        if let Some(array) = value.as_array() {
            return self.list(ctx, array, depth + 1).map(|items| Value::List(Arc::new(items)));
        }
        match value.as_object() {
            Some(object) if !value.is_function() => self.object(ctx, object, depth),
            _ => Ok(Value::Null),
        }
    }

    /// The items of an array, none of which is looked at when there are too many.
    pub(super) fn list<'js>(&self, ctx: &Ctx<'js>, array: &Array<'js>, depth: usize) -> rquickjs::Result<Vec<Value>> {
        // Not `Array::len`, which takes for granted that a length is a small whole number.
        let length: f64 = array.as_object().get("length")?;
        let length = length.max(0.0) as usize;
        if length > self.elements.get() {
            self.elements(ctx, length)?;
        }
        let mut items = Vec::with_capacity(length);
        for index in 0..length {
            let item: Js<'js> = array.get(index)?;
            items.push(self.value_of(ctx, &item, depth)?);
        }
        Ok(items)
    }

    fn text(&self, ctx: &Ctx<'_>, text: String) -> rquickjs::Result<String> {
        self.bytes(ctx, text.len())?;
        Ok(text)
    }

    fn object<'js>(&self, ctx: &Ctx<'js>, object: &Object<'js>, depth: usize) -> rquickjs::Result<Value> {
        let kit: Object<'js> = ctx.globals().get(KIT)?;
        let is_spin: Function<'js> = kit.get("isSpin")?;
        if is_spin.call((object.clone(),))? {
            let to_text: Function<'js> = object.get("toString")?;
            let text: String = to_text.call((This(object.clone()),))?;
            return Ok(Value::Json(Arc::from(self.text(ctx, text)?)));
        }
        if object.is_instance_of(date_class(ctx)?.as_value()) {
            let get_time: Function<'js> = object.get("getTime")?;
            let time: f64 = get_time.call((This(object.clone()),))?;
            return Ok(if time.is_finite() { Value::Date(Instant(time as i64)) } else { Value::Null });
        }
        let mut entries = IndexMap::new();
        for property in object.props::<String, Js<'js>>() {
            let (key, value) = property?;
            if value.is_function() || value.is_undefined() {
                continue;
            }
            let key = SmolStr::from(self.text(ctx, key)?);
            entries.insert(key, self.value_of(ctx, &value, depth + 1)?);
        }
        Ok(Value::Map(Arc::new(entries)))
    }
}

fn date_class<'js>(ctx: &Ctx<'js>) -> rquickjs::Result<Constructor<'js>> {
    let kit: Object<'js> = ctx.globals().get(KIT)?;
    kit.get("RealDate")
}

fn number_value(number: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() != 0.0 || number.abs() > EXACT {
        return Value::Double(number);
    }
    let whole = number as i64;
    i32::try_from(whole).map_or(Value::Long(whole), Value::Integer)
}

fn check_depth(ctx: &Ctx<'_>, depth: usize) -> rquickjs::Result<()> {
    if depth <= MAX_DEPTH {
        return Ok(());
    }
    Err(Exception::throw_message(ctx, "a value is nested too deeply, or contains itself"))
}
