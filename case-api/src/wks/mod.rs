//! Import from WKS Platform: its configuration (case definitions, forms, record types and queues), and what people have entered
//! (records and cases).
//!
//! Nothing is dropped silently: what has no place here is named in the [`Report`], with what to do about it. Nothing is
//! executed: scripts in forms are reported and left out.

mod case_definition;
mod data;
mod form;
mod record_type;

pub use data::{Data, ImportedCase, ImportedRecord, data, is_data};

use crate::domain::definition::CaseDefinition;
use crate::domain::queue::Queue;
use crate::domain::record::RecordTypeContent;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use utoipa::ToSchema;

/// Bytes of one file.
const MAX_FILE: u64 = 64 << 20;
/// Folders within folders that are looked into.
const MAX_DEPTH: usize = 8;

/// What a collection is called now. Older releases, and WKS's own export, call some of them otherwise.
fn canonical(collection: &str) -> &str {
    match collection {
        "caseDefinitions" | "casesDefinitions" => "caseDefinition",
        "caseInstances" | "casesInstances" => "caseInstance",
        "forms" => "form",
        "queues" => "queue",
        "recordTypes" | "recordsTypes" => "recordType",
        "records" => "record",
        other => other,
    }
}

/// What could not be carried over as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Keys of what is there now.
    pub case_definitions: Vec<String>,
    pub forms: Vec<String>,
    pub queues: Vec<String>,
    pub record_types: Vec<String>,
    pub findings: Vec<Finding>,
}

/// One thing that is different from what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// `form customer-support-form/attachments`
    pub place: String,
    /// Stable: `unsupported-component`, `script-left-out`, `unknown-stage`, ...
    pub code: String,
    pub detail: String,
}

/// What an import comes to, before it is stored.
#[derive(Clone, Debug, Default)]
pub struct Converted {
    pub definitions: Vec<CaseDefinition>,
    /// Key -> form-js schema.
    pub forms: BTreeMap<String, Value>,
    pub queues: BTreeMap<String, Queue>,
    pub(crate) record_types: BTreeMap<String, RecordTypeContent>,
    pub report: Report,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{path} cannot be read")]
    Read {
        path: String,
        #[source]
        source: std::io::Error,
    },
    #[error("{path} is not JSON")]
    Json {
        path: String,
        #[source]
        source: serde_json::Error,
    },
    #[error("{path} is larger than 64 MiB")]
    TooLarge { path: String },
    #[error("no collection of WKS was found: caseDefinition, form, recordType or queue")]
    Nothing,
}

impl Report {
    pub(crate) fn find(&mut self, place: &str, code: &str, detail: impl Into<String>) {
        let finding = Finding { place: place.to_owned(), code: code.to_owned(), detail: detail.into() };
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}

/// Reads all `*.json` files of a folder and converts them; see [`collections`].
///
/// # Errors
/// A file that cannot be read or is not JSON; or nothing of WKS in the folder.
pub fn import(folder: &Path) -> Result<Converted, ImportError> {
    convert(&collections(folder)?)
}

/// The files of a folder and of the folders in it that have one of these extensions, in the order of their paths. Links are not followed.
///
/// # Errors
/// A folder that cannot be read.
pub fn files(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>, ImportError> {
    let read = |path: &Path, source| ImportError::Read { path: path.display().to_string(), source };
    let mut found = Vec::new();
    let mut open = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|source| read(&folder, source))? {
            let entry = entry.map_err(|source| read(&folder, source))?;
            let (kind, path) = (entry.file_type().map_err(|source| read(&folder, source))?, entry.path());
            if kind.is_dir() && depth < MAX_DEPTH {
                open.push((path, depth + 1));
            } else if kind.is_file()
                && path.extension().is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// All `*.json` files of a folder and of the folders in it, as collections by name: `{"caseDefinition": [...], "form": [...], ...}`,
/// in one file or several; or a file for each collection, named as it, with an array of documents or one document a line.
///
/// # Errors
/// A file that cannot be read, is too large, or is not JSON.
pub fn collections(folder: &Path) -> Result<Map<String, Value>, ImportError> {
    let read = |path: &Path, source| ImportError::Read { path: path.display().to_string(), source };
    let mut collections = Map::new();
    for path in files(folder, &["json"])? {
        let size = std::fs::metadata(&path).map_err(|source| read(&path, source))?.len();
        if size > MAX_FILE {
            return Err(ImportError::TooLarge { path: path.display().to_string() });
        }
        let bytes = std::fs::read(&path).map_err(|source| read(&path, source))?;
        let values = serde_json::Deserializer::from_slice(&bytes).into_iter().collect::<Result<Vec<Value>, _>>();
        let values = values.map_err(|source| ImportError::Json { path: path.display().to_string(), source })?;
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        for (name, items) in named(name, values) {
            match collections.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
                Value::Array(present) => present.extend(items),
                other => *other = Value::Array(items),
            }
        }
    }
    Ok(collections)
}

/// What a file holds: collections by their names, or the documents of the one that it is named after.
fn named(name: String, values: Vec<Value>) -> Vec<(String, Vec<Value>)> {
    let is_collections = |value: &Value| value.as_object().is_some_and(|members| members.values().all(Value::is_array));
    if values.len() == 1 && values.iter().all(is_collections) {
        let members = values.into_iter().filter_map(|value| match value {
            Value::Object(members) => Some(members),
            _ => None,
        });
        let arrays = members.flatten().filter_map(|(name, items)| match items {
            Value::Array(items) => Some((name, items)),
            _ => None,
        });
        return arrays.collect();
    }
    let documents = values.into_iter().flat_map(|value| match value {
        Value::Array(items) => items,
        other => vec![other],
    });
    vec![(name, documents.collect())]
}

/// Converts collections as WKS exports them.
///
/// # Errors
/// [`ImportError::Nothing`] when none of its collections is there.
pub fn convert(collections: &Map<String, Value>) -> Result<Converted, ImportError> {
    let items = |name: &str| -> Vec<&Value> {
        let named = collections.iter().filter(|(known, _)| canonical(known) == name);
        named.filter_map(|(_, items)| items.as_array()).flatten().collect()
    };
    let known = ["caseDefinition", "form", "recordType", "queue"];
    if known.iter().all(|name| items(name).is_empty()) {
        return Err(ImportError::Nothing);
    }
    let mut out = Converted::default();
    for (name, value) in collections {
        let count = value.as_array().map_or(0, Vec::len);
        if known.contains(&canonical(name)) || is_data(name) || count == 0 {
            continue;
        }
        let detail = format!("{count} documents of this collection have no place here");
        out.report.find(name, "collection-left-out", detail);
    }
    for queue in items("queue") {
        import_queue(queue, &mut out);
    }
    for form in items("form") {
        let key = text(form, "key").unwrap_or_default();
        let schema = form::convert(&key, text(form, "title").as_deref(), form.get("structure"), &mut out.report);
        keep_form(key, schema, &mut out);
    }
    for record in items("recordType") {
        record_type::import(record, &mut out);
    }
    for definition in items("caseDefinition") {
        if let Some(definition) = case_definition::convert(definition, &out.forms, &out.queues, &mut out.report) {
            out.report.case_definitions.push(definition.key.clone());
            out.definitions.push(definition);
        }
    }
    Ok(out)
}

fn import_queue(queue: &Value, out: &mut Converted) {
    let Some(id) = text(queue, "id").filter(|id| crate::domain::definition::names::is_slug(id)) else {
        out.report.find("queue", "invalid-key", "a queue without a usable id was left out");
        return;
    };
    let name = text(queue, "name").unwrap_or_else(|| id.clone());
    out.report.queues.push(id.clone());
    out.report.find(&format!("queue {id}"), "members-needed", "a queue of WKS has no members; name users or groups");
    let queue = Queue { name, description: text(queue, "description").unwrap_or_default(), ..Queue::default() };
    out.queues.insert(id, queue);
}

fn keep_form(key: String, schema: Option<Value>, out: &mut Converted) {
    match schema {
        Some(schema) if crate::domain::definition::names::is_slug(&key) => {
            out.report.forms.push(key.clone());
            out.forms.insert(key, schema);
        }
        _ => out.report.find(&format!("form {key}"), "form-left-out", "it has no usable key or no components"),
    }
}

/// A member that is a text with something in it.
fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty()).map(str::to_owned)
}
