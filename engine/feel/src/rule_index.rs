//! Which rules of a decision table an input can meet at all: by the first column whose cells are literals, where there is one.

use crate::value::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// Tables of fewer rules are faster read through.
const MIN_RULES: usize = 16;

/// Rules of one column by the literals in its cells.
#[derive(Debug)]
pub struct RuleIndex {
    column: usize,
    /// In the order of the table, with those that take any value.
    by_value: HashMap<Key, Vec<usize>>,
    /// Rules that take any value.
    any: Vec<usize>,
}

/// What a rule asks of the input of a column.
pub(crate) enum Cell<'a> {
    Any,
    /// To be one of these.
    Literals(Vec<&'a Value>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Text(Arc<str>),
    Whole(i64),
    Boolean(bool),
}

impl RuleIndex {
    /// Of so many rules and columns; a cell that is no list of literals answers none. None when no column tells rules apart.
    pub(crate) fn of_cells<'a>(
        rules: usize,
        columns: usize,
        cell: impl Fn(usize, usize) -> Option<Cell<'a>>,
    ) -> Option<Self> {
        if rules < MIN_RULES {
            return None;
        }
        (0..columns).find_map(|column| Self::of_column(rules, column, &cell))
    }

    fn of_column<'a>(rules: usize, column: usize, cell: &impl Fn(usize, usize) -> Option<Cell<'a>>) -> Option<Self> {
        let mut keys = Vec::with_capacity(rules);
        for rule in 0..rules {
            keys.push(cell(rule, column)?.keys()?);
        }
        let mut index = Self { column, by_value: HashMap::new(), any: Vec::new() };
        for key in keys.iter().flatten().flatten() {
            index.by_value.entry(key.clone()).or_default();
        }
        // Every value has the rules that take any; so there must be few of the one or the other.
        let wild = keys.iter().filter(|keys| keys.is_none()).count();
        if index.by_value.len() < 2 || wild * index.by_value.len() > 8 * rules {
            return None;
        }
        for (rule, keys) in keys.into_iter().enumerate() {
            match keys {
                None => {
                    index.any.push(rule);
                    index.by_value.values_mut().for_each(|rules| rules.push(rule));
                }
                Some(keys) => {
                    for key in keys {
                        let rules = index.by_value.entry(key).or_default();
                        if rules.last() != Some(&rule) {
                            rules.push(rule);
                        }
                    }
                }
            }
        }
        Some(index)
    }

    /// Place of the column whose input tells.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }

    /// Rules, in the order of the table, whose cells in the column may accept this input; all others do not.
    #[must_use]
    pub fn candidates(&self, input: &Value) -> &[usize] {
        key(input).and_then(|key| self.by_value.get(&key)).unwrap_or(&self.any)
    }
}

fn key(value: &Value) -> Option<Key> {
    match value {
        Value::String(text) => Some(Key::Text(Arc::clone(text))),
        Value::Boolean(value) => Some(Key::Boolean(*value)),
        Value::Number(number) => number.to_i64().map(Key::Whole),
        _ => None,
    }
}

impl Cell<'_> {
    /// None within: any value. None at all when a literal is of a kind that is not told apart here.
    fn keys(&self) -> Option<Option<Vec<Key>>> {
        match self {
            Self::Any => Some(None),
            Self::Literals(values) => values.iter().map(|value| key(value)).collect::<Option<_>>().map(Some),
        }
    }
}
