//! Spin's JSON nodes: `S(v).prop("a").elements()`.
//!
//! Every call gives a new node; a call that changes one answers the changed node, which the expression writes back when
//! the receiver is a variable.

use super::model::{Object, Outcome, int_argument, text_argument};
use super::{json_path, xml};
use crate::java::{json, to_text};
use crate::juel::Failure;
use casewright_engine_value::Value;
use serde_json::Value as Json;
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Any,
    Json,
    Xml,
}

/// `S(x)`, `JSON(x)`, `XML(x)`.
pub(crate) fn wrap(argument: &Object, format: Format) -> Result<Object, Failure> {
    if matches!(argument, Object::Node(_) | Object::Element(_)) {
        return Ok(argument.clone());
    }
    match argument.to_value()? {
        Value::Null => Err(Failure::evaluation("SPIN-01005 Parameter 'input' is null".to_owned())),
        Value::Xml(text) => Ok(Object::Element(Arc::new(xml::parse(&text)?))),
        Value::String(text)
            if format == Format::Xml || (format == Format::Any && text.trim_start().starts_with('<')) =>
        {
            Ok(Object::Element(Arc::new(xml::parse(&text)?)))
        }
        Value::String(text) | Value::Json(text) => parse_node(&text).map(Object::Node),
        other => Ok(Object::Node(Arc::new(json::value_to_json(&other)))),
    }
}

pub(crate) fn parse_node(text: &str) -> Result<Arc<Json>, Failure> {
    serde_json::from_str(text)
        .map(Arc::new)
        .map_err(|_| Failure::evaluation("SPIN/JACKSON-JSON-01001 Unable to parse input into json node".to_owned()))
}

/// A node as the `Json` value it becomes outside.
pub(crate) fn json_value(node: &Json) -> Value {
    Value::Json(Arc::from(node.to_string()))
}

/// The bean properties of a node; a member of the object it stands for is `prop(name)`, not a property.
pub(super) fn node_property(node: &Arc<Json>, name: &str) -> Result<Object, Failure> {
    let getter = format!("{}{}", name[..name.len().min(1)].to_uppercase(), name.get(1..).unwrap_or_default());
    for method in [format!("is{getter}"), name.to_owned(), format!("get{getter}")] {
        if let Some(outcome) = read(node, &method, &[])? {
            return Ok(outcome);
        }
    }
    Err(Failure::Property(format!(
        "The class 'org.camunda.spin.impl.json.jackson.JacksonJsonNode' does not have the property '{name}'."
    )))
}

pub(super) fn invoke_node(node: &Arc<Json>, method: &str, arguments: &[Object]) -> Result<Option<Outcome>, Failure> {
    if let Some(object) = read(node, method, arguments)? {
        return Ok(Some(Outcome::object(object)));
    }
    let Some(changed) = change(node, method, arguments)? else {
        return Ok(None);
    };
    let changed = Arc::new(changed);
    Ok(Some(Outcome { changed: Some(json_value(&changed)), result: Object::Node(changed) }))
}

fn read(node: &Arc<Json>, method: &str, arguments: &[Object]) -> Result<Option<Object>, Failure> {
    let value = match (method, arguments) {
        ("prop", [name]) => {
            let name = text_argument(name)?;
            return match node.get(name.as_str()) {
                Some(found) => Ok(Some(Object::Node(Arc::new(found.clone())))),
                None => Err(unable_to_find(&name)),
            };
        }
        ("hasProp", [name]) => Value::Boolean(node.get(text_argument(name)?.as_str()).is_some()),
        ("fieldNames", []) => Value::List(Arc::new(object_of(node)?.keys().map(|name| Value::string(name)).collect())),
        ("elements", []) => Value::List(Arc::new(array_of(node)?.iter().map(json_value).collect())),
        ("stringValue", []) => match node.as_ref() {
            Json::String(text) => Value::string(text),
            _ => return Err(wrong_type(node, "String")),
        },
        ("numberValue", []) => match node.as_ref() {
            Json::Number(_) => json::value_from_json(node),
            _ => return Err(wrong_type(node, "Number")),
        },
        ("boolValue", []) => match node.as_ref() {
            Json::Bool(value) => Value::Boolean(*value),
            _ => return Err(wrong_type(node, "Boolean")),
        },
        ("value", []) => match node.as_ref() {
            Json::Array(_) | Json::Object(_) => return Err(wrong_type(node, "Value")),
            scalar => json::value_from_json(scalar),
        },
        ("isNull", []) => Value::Boolean(node.is_null()),
        ("isObject", []) => Value::Boolean(node.is_object()),
        ("isArray", []) => Value::Boolean(node.is_array()),
        ("isString", []) => Value::Boolean(node.is_string()),
        ("isNumber", []) => Value::Boolean(node.is_number()),
        ("isBoolean", []) => Value::Boolean(node.is_boolean()),
        ("isValue", []) => Value::Boolean(!node.is_object() && !node.is_array()),
        ("getDataFormatName", []) => Value::string("application/json"),
        ("unwrap", []) => return Ok(Some(Object::Node(Arc::clone(node)))),
        ("toString", []) => Value::string(&node.to_string()),
        ("mapTo", [_]) => json::value_from_json(node),
        ("contains", [sought]) => Value::Boolean(position(node, sought)?.is_some()),
        ("indexOf", [sought]) => Value::Integer(
            position(node, sought)?
                .and_then(|at| i32::try_from(at).ok())
                .ok_or_else(|| unable_to_find(&text_argument(sought).unwrap_or_default()))?,
        ),
        ("jsonPath", [path]) => {
            let found = json_path::find(node, &text_argument(path)?)?;
            return Ok(Some(Object::Matches(Arc::new(found))));
        }
        _ => return Ok(None),
    };
    Ok(Some(Object::Plain(value)))
}

fn change(node: &Json, method: &str, arguments: &[Object]) -> Result<Option<Json>, Failure> {
    let mut changed = node.clone();
    match (method, arguments) {
        ("prop", [name, value]) => {
            let value = node_argument(value)?;
            members(&mut changed)?.insert(text_argument(name)?, value);
        }
        ("deleteProp", [name]) => {
            let name = text_argument(name)?;
            if members(&mut changed)?.shift_remove(&name).is_none() {
                return Err(unable_to_find(&name));
            }
        }
        ("append", [value]) => items(&mut changed)?.push(node_argument(value)?),
        ("insertAt", [at, value]) => {
            let at = index(int_argument(at)?, array_of(node)?.len() + 1)?;
            let value = node_argument(value)?;
            items(&mut changed)?.insert(at, value);
        }
        ("removeAt", [at]) => {
            let at = index(int_argument(at)?, array_of(node)?.len())?;
            items(&mut changed)?.remove(at);
        }
        ("remove" | "removeLast", [sought]) => {
            let Some(at) = position(node, sought)? else {
                return Err(unable_to_find(&text_argument(sought)?));
            };
            items(&mut changed)?.remove(at);
        }
        _ => return Ok(None),
    }
    Ok(Some(changed))
}

/// The readers of `jsonPath(..)`.
pub(super) fn invoke_matches(found: &[Json], method: &str) -> Result<Option<Object>, Failure> {
    if method == "elementList" {
        // A path that leads to one array lists what is in it.
        let list = match found {
            [Json::Array(items)] => items.iter().map(json_value).collect(),
            many => many.iter().map(json_value).collect(),
        };
        return Ok(Some(Object::Plain(Value::List(Arc::new(list)))));
    }
    let first = match found {
        [] => {
            return Err(Failure::evaluation("SPIN/JACKSON-JSON-01008 Unable to find json path".to_owned()));
        }
        [single] => Arc::new(single.clone()),
        many => Arc::new(Json::Array(many.to_vec())),
    };
    match method {
        "element" => Ok(Some(Object::Node(first))),
        "stringValue" | "numberValue" | "boolValue" => read(&first, method, &[]),
        _ => Ok(None),
    }
}

fn position(node: &Json, sought: &Object) -> Result<Option<usize>, Failure> {
    let sought = node_argument(sought)?;
    Ok(array_of(node)?.iter().position(|item| *item == sought))
}

fn node_argument(argument: &Object) -> Result<Json, Failure> {
    Ok(match argument {
        Object::Node(node) => node.as_ref().clone(),
        other => json::value_to_json(&other.to_value()?),
    })
}

fn object_of(node: &Json) -> Result<&serde_json::Map<String, Json>, Failure> {
    node.as_object().ok_or_else(|| wrong_type(node, "Object"))
}

fn array_of(node: &Json) -> Result<&Vec<Json>, Failure> {
    node.as_array().ok_or_else(|| wrong_type(node, "Array"))
}

fn members(node: &mut Json) -> Result<&mut serde_json::Map<String, Json>, Failure> {
    let failure = wrong_type(node, "Object");
    node.as_object_mut().ok_or(failure)
}

fn items(node: &mut Json) -> Result<&mut Vec<Json>, Failure> {
    let failure = wrong_type(node, "Array");
    node.as_array_mut().ok_or(failure)
}

fn index(at: i64, length: usize) -> Result<usize, Failure> {
    usize::try_from(at).ok().filter(|at| *at < length).ok_or_else(|| {
        Failure::evaluation(format!("SPIN/JACKSON-JSON-01006 Index is out of bounds! Index: '{at}', Size: '{length}'"))
    })
}

fn unable_to_find(name: &str) -> Failure {
    Failure::evaluation(format!("SPIN/JACKSON-JSON-01004 Unable to find property '{name}'"))
}

fn wrong_type(node: &Json, expected: &str) -> Failure {
    let found = match node {
        Json::Null => "NULL",
        Json::Bool(_) => "BOOLEAN",
        Json::Number(_) => "NUMBER",
        Json::String(_) => "STRING",
        Json::Array(_) => "ARRAY",
        Json::Object(_) => "OBJECT",
    };
    Failure::evaluation(format!(
        "SPIN/JACKSON-JSON-01005 Unable to parse node with type '{found}' to type '{expected}': {}",
        to_text(&json_value(node))
    ))
}
