//! Puts what is known of a case into a text. What is put in is plain text and stays it: a value brings no line breaks into a subject,
//! no control characters anywhere, and no placeholders of its own.

use super::placeholder::{Piece, Placeholder, read};
use crate::domain::person::Requester;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Longest value that is put in, in characters; a longer one is cut.
const LONGEST_VALUE: usize = 4_000;

/// What may be put in: what the caller is shown of the case, and the caller.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known<'a> {
    pub number: &'a str,
    pub title: &'a str,
    pub definition: &'a str,
    pub stage: &'a str,
    pub status: &'a str,
    pub queue: Option<&'a str>,
    pub assignee: Option<&'a str>,
    /// RFC 3339 dates.
    pub due: Option<String>,
    pub today: String,
    pub requester: Option<&'a Requester>,
    /// Only fields that the caller may read.
    pub fields: Option<&'a Map<String, Value>>,
    pub my_name: &'a str,
    pub my_email: &'a str,
    /// `en`, `de`, `pt-br`, ...: how yes and no are said.
    pub language: &'a str,
}

/// A text that was filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filled {
    pub text: String,
    /// For what nothing is known, each once; a blank (`____`) stands there.
    pub missing: Vec<Missing>,
}

/// Something that could not be put in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Missing {
    /// As it stands in the template: `field.policyNumber`.
    pub placeholder: String,
}

/// What stands where nothing is known: to be seen before it is sent.
const BLANK: &str = "____";

/// The text with what is known. `one_line`: it is a subject.
pub(crate) fn fill(text: &str, known: &Known<'_>, one_line: bool) -> Filled {
    let mut filled = Filled::default();
    for piece in read(text).0 {
        let placeholder = match piece {
            Piece::Text(text) => {
                filled.text.push_str(text);
                continue;
            }
            Piece::Placeholder(placeholder) => placeholder,
        };
        let value = value(&placeholder, known).map(|value| plain(&value, one_line)).filter(|value| !value.is_empty());
        match value {
            Some(value) => filled.text.push_str(&value),
            None => {
                filled.text.push_str(BLANK);
                let missing = Missing { placeholder: placeholder.to_string() };
                if !filled.missing.contains(&missing) {
                    filled.missing.push(missing);
                }
            }
        }
    }
    filled
}

fn value(placeholder: &Placeholder, known: &Known<'_>) -> Option<String> {
    let name = match placeholder {
        Placeholder::Field(id) => return known.fields?.get(id).and_then(|value| words(value, known.language)),
        Placeholder::Named(name) => *name,
    };
    let requester = known.requester;
    match name {
        "case.number" => Some(known.number.to_owned()),
        "case.title" => Some(known.title.to_owned()),
        "case.definition" => Some(known.definition.to_owned()),
        "case.stage" => Some(known.stage.to_owned()),
        "case.status" => Some(known.status.to_owned()),
        "case.queue" => known.queue.map(str::to_owned),
        "case.assignee" => known.assignee.map(str::to_owned),
        "case.dueDate" => known.due.clone(),
        "requester.name" => requester.and_then(|requester| requester.name.clone()),
        "requester.email" => requester.and_then(|requester| requester.email.clone()),
        "me.name" => Some(known.my_name.to_owned()),
        "me.email" => Some(known.my_email.to_owned()),
        "today" => Some(known.today.clone()),
        _ => None,
    }
}

/// A value as people read it; none: it is nothing, or no text.
fn words(value: &Value, language: &str) -> Option<String> {
    match value {
        Value::Null | Value::Object(_) => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes_or_no(*yes, language).to_owned()),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(|item| words(item, language)).collect();
            Some(items.join(", "))
        }
    }
}

fn yes_or_no(yes: bool, language: &str) -> &'static str {
    match (language.split(['-', '_']).next().unwrap_or(language), yes) {
        ("de", true) => "ja",
        ("de", false) => "nein",
        ("pt", true) => "sim",
        ("pt", false) => "não",
        (_, true) => "yes",
        (_, false) => "no",
    }
}

fn plain(value: &str, one_line: bool) -> String {
    let is_kept = |c: &char| !c.is_control() || (!one_line && matches!(c, '\n' | '\t'));
    let spaced = value.chars().map(|c| if one_line && c.is_whitespace() { ' ' } else { c });
    spaced.filter(is_kept).take(LONGEST_VALUE).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn filled(text: &str, fields: &Value, one_line: bool) -> (String, Vec<String>) {
        let requester = Requester { name: Some("Clara\r\nBcc: x@y".to_owned()), email: None };
        let fields = fields.as_object();
        let known =
            Known { number: "CLM-1", requester: Some(&requester), fields, language: "de-AT", ..Known::default() };
        let Filled { text, missing } = fill(text, &known, one_line);
        (text, missing.into_iter().map(|missing| missing.placeholder).collect())
    }

    #[test]
    fn what_is_known_is_put_in_and_what_is_not_is_reported_once() {
        let fields =
            json!({"insured": true, "parts": ["roof", "wall"], "amount": 12.5, "nothing": null, "deep": {"a": 1}});
        let text = "{{case.number}}: {{field.insured}}, {{field.parts}}, {{field.amount}}; {{field.nothing}}{{field.deep}}{{field.nothing}}";
        let (text, missing) = filled(text, &fields, false);
        assert_eq!(text, "CLM-1: ja, roof, wall, 12.5; ____________");
        assert_eq!(missing, ["field.nothing", "field.deep"]);
    }

    #[test]
    fn a_value_brings_neither_lines_into_a_subject_nor_placeholders_anywhere() {
        assert_eq!(filled("Re {{requester.name}}", &json!({}), true).0, "Re Clara  Bcc: x@y");
        assert_eq!(filled("{{requester.name}}", &json!({}), false).0, "Clara\nBcc: x@y");
        let sly = json!({"a": "{{field.b}}\u{0}\u{1b}", "b": "secret"});
        assert_eq!(filled("{{field.a}}", &sly, false), ("{{field.b}}".to_owned(), Vec::new()));
        let long = json!({"a": "x".repeat(100_000)});
        assert_eq!(filled("{{field.a}}", &long, false).0.len(), LONGEST_VALUE);
    }
}
