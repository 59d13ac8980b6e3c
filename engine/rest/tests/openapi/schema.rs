//! Camunda's OpenAPI document as JSON schemas, read strictly: what it declares must be there, what it does not declare must not.
//!
//! The document itself requires nothing and forbids nothing, because it was written for clients. Camunda's server serialises every
//! property of an object, nulls included; so here each declared property is required, and an undeclared one is an error. Where Camunda's
//! own answers differ from its document, the difference is listed in [`super::deviations`] with its reason.

use crate::deviations::{DEVIATIONS, Deviation, STATUSES, What};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

const DOCUMENT: &str = include_str!("reference/openapi.json");
const OPERATIONS: &str = include_str!("reference/operations.tsv");
const SCHEMAS: &str = "#/components/schemas/";

/// How important an operation is; see `reference/README.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Priority {
    A,
    B,
    C,
}

/// An answer as it came over the wire.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) content_type: Option<&'a str>,
    pub(crate) body: &'a str,
}

/// The contract: operations, with what they may answer.
pub(crate) struct Document {
    paths: Map<String, Json>,
    /// As Camunda wrote them.
    schemas: Map<String, Json>,
    /// As they are validated with.
    definitions: Json,
    priorities: BTreeMap<String, Priority>,
}

impl Document {
    pub(crate) fn read() -> Self {
        let document: Json = serde_json::from_str(DOCUMENT).unwrap();
        let schemas = document["components"]["schemas"].as_object().unwrap();
        let definitions = schemas.iter().map(|(name, schema)| (name.clone(), component(schemas, name, schema)));
        Self {
            paths: document["paths"].as_object().unwrap().clone(),
            definitions: Json::Object(definitions.collect()),
            schemas: schemas.clone(),
            priorities: priorities(),
        }
    }

    /// Operations of these priorities, as `GET /task/{id}`.
    pub(crate) fn operations(&self, wanted: &[Priority]) -> Vec<&str> {
        let chosen = self.priorities.iter().filter(|(_, priority)| wanted.contains(priority));
        chosen.map(|(operation, _)| operation.as_str()).collect()
    }

    pub(crate) fn knows(&self, operation: &str) -> bool {
        self.priorities.contains_key(operation)
    }

    /// What is wrong with an answer, each with the JSON pointer of its place; nothing when all is right.
    pub(crate) fn judge(&self, operation: &str, answer: &Answer<'_>) -> Vec<String> {
        let Some(response) = self.response(operation, answer.status) else {
            return self.judge_undocumented(operation, answer);
        };
        let Some(content) = response["content"].as_object().filter(|content| !content.is_empty()) else {
            return must_be_empty(answer);
        };
        let media = answer.content_type.and_then(|full| full.split(';').next()).unwrap_or_default();
        let Some((_, described)) = content.iter().find(|(documented, _)| covers(documented, media)) else {
            let documented: Vec<&String> = content.keys().collect();
            return vec![format!("content type {media:?} is none of {documented:?}")];
        };
        if answer.body.is_empty() {
            return vec![format!("an empty body of {media}")];
        }
        let schema = &described["schema"];
        if media == "application/json" && schema["format"] != "binary" {
            return self.validate(convert(&self.schemas, schema), answer.body);
        }
        Vec::new()
    }

    fn response(&self, operation: &str, status: u16) -> Option<&Json> {
        let (verb, path) = operation.split_once(' ')?;
        // Placeholders have other names here and there in the document.
        let described = self.paths.iter().find(|(documented, _)| nameless(documented) == nameless(path))?.1;
        described.get(verb.to_lowercase())?["responses"].get(status.to_string())
    }

    /// Camunda's document lists few of the statuses of refusals; their bodies are all of one shape.
    fn judge_undocumented(&self, operation: &str, answer: &Answer<'_>) -> Vec<String> {
        if answer.status >= 400 {
            return self.validate(json!({"$ref": "#/$defs/ExceptionDto"}), answer.body);
        }
        if STATUSES.iter().any(|known| known.operation == operation && known.status == answer.status) {
            return must_be_empty(answer);
        }
        vec![format!("status {} is not documented", answer.status)]
    }

    fn validate(&self, mut schema: Json, body: &str) -> Vec<String> {
        let parsed: Json = match serde_json::from_str(body) {
            Ok(parsed) => parsed,
            Err(error) => return vec![format!("no JSON ({error}): {body}")],
        };
        schema["$defs"] = self.definitions.clone();
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .with_format("camunda-date-time", is_camunda_date)
            .should_validate_formats(true)
            .build(&schema)
            .unwrap();
        validator.iter_errors(&parsed).map(|error| format!("at '{}': {error}", error.instance_path())).collect()
    }
}

fn priorities() -> BTreeMap<String, Priority> {
    let rows = OPERATIONS.lines().skip(1).map(|line| {
        let mut cells = line.split('\t');
        let mut next = || cells.next().unwrap();
        let priority = match next() {
            "A" => Priority::A,
            "B" => Priority::B,
            "C" => Priority::C,
            other => panic!("no priority: {other}"),
        };
        (format!("{} {}", next(), next()), priority)
    });
    rows.collect()
}

fn must_be_empty(answer: &Answer<'_>) -> Vec<String> {
    if answer.body.is_empty() {
        return Vec::new();
    }
    vec![format!("a body where none is documented: {}", answer.body)]
}

fn covers(documented: &str, media: &str) -> bool {
    let is_wild = documented.strip_suffix('*').is_some_and(|prefix| media.starts_with(prefix));
    documented == media || documented == "*/*" || is_wild
}

/// A path whose placeholders are all called `{}`.
fn nameless(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// `2026-11-21T12:00:00.000+0000`, and nothing else.
fn is_camunda_date(text: &str) -> bool {
    text.len() == 28 && jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M:%S%.3f%z", text).is_ok()
}

fn component(all: &Map<String, Json>, name: &str, schema: &Json) -> Json {
    let mut converted = convert(all, schema);
    for deviation in DEVIATIONS.iter().filter(|deviation| deviation.schema == name) {
        deviate(&mut converted, deviation);
    }
    converted
}

fn deviate(schema: &mut Json, deviation: &Deviation) {
    let property = deviation.property;
    if deviation.what == What::Adds {
        schema["properties"][property] = json!({});
        return;
    }
    let declared = schema["properties"].get(property).is_some();
    assert!(declared, "{}.{property} is not in the document any more", deviation.schema);
    match deviation.what {
        What::LeavesOut => {
            let required = schema["required"].as_array_mut().unwrap();
            required.retain(|name| name != property);
        }
        What::MayBeNull => {
            let declared = schema["properties"][property].take();
            schema["properties"][property] = json!({"anyOf": [declared, {"type": "null"}]});
        }
        What::AnyValue => schema["properties"][property] = json!({}),
        What::Adds => {}
    }
}

/// A schema of OpenAPI 3.0 in the words of JSON schema 2020-12.
fn convert(all: &Map<String, Json>, schema: &Json) -> Json {
    if let Some(reference) = schema["$ref"].as_str() {
        return json!({"$ref": reference.replace(SCHEMAS, "#/$defs/")});
    }
    let flat = flattened(all, schema);
    let mut converted = Map::new();
    let is_nullable = flat.get("nullable") == Some(&Json::Bool(true));
    if let Some(kind) = flat.get("type") {
        let kinds = if is_nullable { json!([kind, "null"]) } else { kind.clone() };
        converted.insert("type".to_owned(), kinds);
    }
    if let Some(values) = flat.get("enum").and_then(Json::as_array) {
        let mut values = values.clone();
        if is_nullable {
            values.push(Json::Null);
        }
        converted.insert("enum".to_owned(), Json::Array(values));
    }
    if flat.get("format") == Some(&json!("date-time")) {
        converted.insert("format".to_owned(), json!("camunda-date-time"));
    }
    if let Some(items) = flat.get("items") {
        converted.insert("items".to_owned(), convert(all, items));
    }
    if let Some(additional) = flat.get("additionalProperties") {
        let additional = if additional.is_object() { convert(all, additional) } else { additional.clone() };
        converted.insert("additionalProperties".to_owned(), additional);
    }
    if let Some(properties) = flat.get("properties").and_then(Json::as_object).filter(|all| !all.is_empty()) {
        let names: Vec<&String> = properties.keys().collect();
        converted.insert("required".to_owned(), json!(names));
        let each = properties.iter().map(|(name, schema)| (name.clone(), convert(all, schema)));
        converted.insert("properties".to_owned(), Json::Object(each.collect()));
        converted.entry("additionalProperties").or_insert(Json::Bool(false));
    }
    Json::Object(converted)
}

/// One object of what `allOf` inherits: strictness about properties is not to be had part by part.
fn flattened(all: &Map<String, Json>, schema: &Json) -> Map<String, Json> {
    let referenced = schema["$ref"].as_str().and_then(|reference| all.get(reference.strip_prefix(SCHEMAS)?));
    if let Some(referenced) = referenced {
        return flattened(all, referenced);
    }
    let mut own = schema.as_object().cloned().unwrap_or_default();
    let Some(Json::Array(parts)) = own.remove("allOf") else {
        return own;
    };
    let mut properties = Map::new();
    for part in &parts {
        let mut part = flattened(all, part);
        if let Some(Json::Object(inherited)) = part.remove("properties") {
            properties.extend(inherited);
        }
        for (key, value) in part {
            own.entry(key).or_insert(value);
        }
    }
    if let Some(Json::Object(declared)) = own.remove("properties") {
        properties.extend(declared);
    }
    own.insert("properties".to_owned(), Json::Object(properties));
    own
}
