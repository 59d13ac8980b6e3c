//! Values as texts: of `string()`, and of what is put into JSON.

use crate::number::Number;
use crate::temporal::{months_text, nanos_text};
use crate::value::{Range, Value};
use std::fmt::Write;

/// A string as it is, anything else as FEEL writes it.
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::String(text) => f.write_str(text),
            other => write(other, PLAIN, f),
        }
    }
}

/// How values are written.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    /// Follows the colon after the name of an entry: Camunda has none there, DMN a blank.
    gap: &'static str,
    /// Whether a quotation mark in a text has a backslash before it, so that it can be read back.
    escapes: bool,
    number: fn(&Number) -> String,
}

const PLAIN: Style = Style { gap: "", escapes: true, number: Number::to_string };
pub(crate) const SPACED: Style = Style { gap: " ", escapes: true, number: Number::to_string };
/// feel-scala's.
pub(crate) const RAW: Style = Style { gap: "", escapes: false, number: Number::java_text };
/// feelin's.
pub(crate) const DOUBLES: Style = Style { gap: " ", escapes: true, number: Number::double_text };

fn write(value: &Value, style: Style, f: &mut dyn Write) -> std::fmt::Result {
    match value {
        Value::Null => f.write_str("null"),
        Value::Boolean(value) => write!(f, "{value}"),
        Value::Number(number) => f.write_str(&(style.number)(number)),
        Value::String(text) if !style.escapes => write!(f, "\"{text}\""),
        Value::String(text) => quote(text, f),
        Value::Date(date) => write!(f, "{date}"),
        Value::Time(time) => write!(f, "{time}"),
        Value::DateTime(moment) => write!(f, "{moment}"),
        Value::YearMonthDuration(months) => f.write_str(&months_text(*months)),
        Value::DayTimeDuration(nanos) => f.write_str(&nanos_text(*nanos)),
        Value::List(items) => {
            f.write_char('[')?;
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    f.write_str(", ")?;
                }
                write(item, style, f)?;
            }
            f.write_char(']')
        }
        Value::Context(entries) => {
            f.write_char('{')?;
            let told = entries.iter().filter(|(_, value)| style.escapes || !matches!(value, Value::Function(_)));
            for (position, (name, value)) in told.enumerate() {
                if position > 0 {
                    f.write_str(", ")?;
                }
                write!(f, "{name}:{}", style.gap)?;
                write(value, style, f)?;
            }
            f.write_char('}')
        }
        Value::Range(range) => write_range(range, style, f),
        Value::Function(function) => write!(f, "{function:?}"),
    }
}

fn write_range(range: &Range, style: Style, f: &mut dyn Write) -> std::fmt::Result {
    f.write_char(if range.low_included { '[' } else { '(' })?;
    if let Some(low) = &range.low {
        write(low, style, f)?;
    }
    f.write_str("..")?;
    if let Some(high) = &range.high {
        write(high, style, f)?;
    }
    f.write_char(if range.high_included { ']' } else { ')' })
}

fn quote(text: &str, f: &mut dyn Write) -> std::fmt::Result {
    f.write_char('"')?;
    for letter in text.chars() {
        match letter {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            other => f.write_char(other)?,
        }
    }
    f.write_char('"')
}

/// A text that stops to grow: values share what they hold, so their text may be far larger than they are.
pub(crate) struct Bounded {
    pub(crate) text: String,
    limit: usize,
}

impl Bounded {
    /// None when the text would be longer than the limit, in bytes.
    pub(crate) fn of(value: &Value, limit: usize) -> Option<String> {
        Self::styled(value, PLAIN, limit)
    }

    pub(crate) fn styled(value: &Value, style: Style, limit: usize) -> Option<String> {
        let mut bounded = Self { text: String::new(), limit };
        let written = match value {
            Value::String(text) => bounded.write_str(text),
            other => write(other, style, &mut bounded),
        };
        written.ok().map(|()| bounded.text)
    }

    /// The text as far as it goes within the limit and the piece that went beyond it.
    pub(crate) fn start_of(value: &Value, limit: usize) -> String {
        let mut bounded = Self { text: String::new(), limit };
        // The error says only that there is more.
        match write(value, PLAIN, &mut bounded) {
            Ok(()) => bounded.text,
            Err(_) => bounded.text + "...",
        }
    }
}

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        if self.text.len() + text.len() > self.limit {
            return Err(std::fmt::Error);
        }
        self.text.push_str(text);
        Ok(())
    }
}
