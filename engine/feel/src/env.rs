//! Names and what they stand for, from the inside out: loops, parameters, entries of contexts, then the host's variables.

use crate::types::Type;
use crate::value::{Context, Value};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use smol_str::SmolStr;
use std::sync::Arc;

/// Where an evaluation takes from what is not in its text.
pub trait Host {
    /// A variable; none when there is no such.
    fn variable(&self, name: &str) -> Option<Value>;
    /// An input of a model, which is meant to be of a type; by default the variable of its name.
    fn input(&self, name: &str, _: &Type) -> Option<Value> {
        self.variable(name)
    }
    /// What `now()` and `today()` say.
    fn now(&self) -> Timestamp;
    /// Whose clocks `now()` and `today()` go by.
    fn zone(&self) -> TimeZone {
        TimeZone::UTC
    }
    /// Bits of chance, for `uuid()` and `random number()`.
    fn random(&self) -> u128;
}

/// Frames, the innermost first. Functions keep theirs.
#[derive(Clone, Default)]
pub(crate) struct Env(Option<Arc<Frame>>);

struct Frame {
    bound: Bound,
    parent: Env,
}

enum Bound {
    One(SmolStr, Value),
    /// The element that a filter looks at: `item`, and its entries where it is a context.
    Item(Value),
}

impl Env {
    pub(crate) fn with(&self, name: SmolStr, value: Value) -> Self {
        self.push(Bound::One(name, value))
    }

    pub(crate) fn with_item(&self, item: Value) -> Self {
        self.push(Bound::Item(item))
    }

    fn push(&self, bound: Bound) -> Self {
        Self(Some(Arc::new(Frame { bound, parent: self.clone() })))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        let mut next = self;
        while let Some(frame) = &next.0 {
            match &frame.bound {
                Bound::One(own, value) if own == name => return Some(value),
                Bound::Item(Value::Context(entries)) if entries.contains_key(name) => return entries.get(name),
                Bound::Item(value) if name == "item" => return Some(value),
                _ => next = &frame.parent,
            }
        }
        None
    }
}

/// Long chains of frames are taken apart one by one: a loop over many must not end in a recursion of destructors.
impl Drop for Env {
    fn drop(&mut self) {
        let mut next = self.0.take();
        while let Some(frame) = next {
            match Arc::try_unwrap(frame) {
                Ok(mut frame) => next = frame.parent.0.take(),
                Err(_) => return,
            }
        }
    }
}

/// A context as it is being built.
pub(crate) fn context(entries: impl IntoIterator<Item = (SmolStr, Value)>) -> Value {
    Value::Context(Arc::new(entries.into_iter().collect::<Context>()))
}
