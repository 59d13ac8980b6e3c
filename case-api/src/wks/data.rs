//! What people have entered in WKS: records and cases, as requests that our API takes. They are sent one by one, in the name of
//! who imports, so policy is asked about each.

use super::{Converted, ImportError, Report, canonical, convert, text};
use crate::domain::definition::CaseDefinition;
use crate::domain::definition::field::model::{FieldDefinition, FieldType};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The collections of records are named after their type: `rec_contact`.
const RECORDS_OF: &str = "rec_";
/// Signs of a label.
const LABEL: usize = 64;

/// Records and cases, and what could not be carried over.
#[derive(Clone, Debug, Default)]
pub struct Data {
    pub records: Vec<ImportedRecord>,
    pub cases: Vec<ImportedCase>,
    pub report: Report,
}

/// A record, under the id that it had.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedRecord {
    pub id: String,
    pub record_type: String,
    pub fields: Map<String, Value>,
}

/// A case, under the number that it had.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedCase {
    pub number: String,
    pub definition: String,
    pub title: String,
    pub fields: Map<String, Value>,
    pub queue: Option<String>,
    /// Who had it; whether there is somebody of that id is for the platform to say.
    pub owner: Option<String>,
    /// Where it is, unless that is where cases begin.
    pub stage: Option<String>,
    /// How it stands, unless it is open.
    pub status: Option<&'static str>,
    pub comments: Vec<String>,
}

impl ImportedCase {
    /// The label by which the case is found by its old number, and known to have been brought over whole.
    #[must_use]
    pub fn label(&self) -> String {
        format!("wks:{}", self.number).chars().take(LABEL).collect()
    }
}

/// Whether a collection holds what people have entered: it is sent piece by piece, not with the configuration.
#[must_use]
pub fn is_data(collection: &str) -> bool {
    collection.starts_with(RECORDS_OF) || ["caseInstance", "record"].contains(&canonical(collection))
}

/// Converts what people have entered, by the configuration that comes with it.
///
/// # Errors
/// [`ImportError::Nothing`] when no configuration is there.
pub fn data(collections: &Map<String, Value>) -> Result<Data, ImportError> {
    let configuration = convert(collections)?;
    let mut out = Data::default();
    for (name, documents) in collections {
        let documents = documents.as_array().into_iter().flatten();
        match (name.strip_prefix(RECORDS_OF), canonical(name)) {
            (Some(record_type), _) => {
                documents.for_each(|document| record(record_type, document, &configuration, &mut out))
            }
            // As WKS itself exports them: `{"type": "contact", "value": {..}}`.
            (None, "record") => documents.for_each(|document| {
                let record_type = text(document, "type").unwrap_or_default();
                record(&record_type, &document["value"], &configuration, &mut out);
            }),
            (None, "caseInstance") => documents.for_each(|document| case(document, &configuration, &mut out)),
            _ => {}
        }
    }
    Ok(out)
}

fn record(record_type: &str, source: &Value, configuration: &Converted, out: &mut Data) {
    let place = format!("record {record_type}");
    let (Some(known), Some(source)) = (configuration.record_types.get(record_type), source.as_object()) else {
        out.report.find(&place, "record-left-out", "its record type is not part of the import");
        return;
    };
    let Some(id) = id_of(source) else {
        out.report.find(&place, "record-left-out", "a record without `_id`: a second import could not know it again");
        return;
    };
    let place = format!("{place}/{id}");
    let given = source.iter().filter(|(name, _)| !name.starts_with('_'));
    let given = given.map(|(name, value)| (name.clone(), value.clone())).collect();
    let fields = fields(&known.fields, &given, &place, &mut out.report);
    out.records.push(ImportedRecord { id, record_type: record_type.to_owned(), fields });
}

fn case(source: &Value, configuration: &Converted, out: &mut Data) {
    let Some(number) = text(source, "businessKey") else {
        out.report.find("case", "case-left-out", "a case without a business key");
        return;
    };
    let place = format!("case {number}");
    let key = text(source, "caseDefinitionId").unwrap_or_default();
    let Some(definition) = configuration.definitions.iter().find(|definition| definition.key == key) else {
        out.report.find(&place, "case-left-out", format!("its definition `{key}` is not part of the import"));
        return;
    };
    let attributes = source["attributes"].as_array().into_iter().flatten();
    let given = attributes.filter_map(|each| Some((text(each, "name")?, each["value"].clone()))).collect();
    let documents = source["documents"].as_array().map_or(0, Vec::len);
    if documents > 0 {
        let detail = format!("{documents} documents are in the store of WKS, not in its database");
        out.report.find(&place, "documents-left-out", detail);
    }
    out.cases.push(ImportedCase {
        title: format!("{} {number}", definition.name),
        fields: fields(&definition.fields, &given, &place, &mut out.report),
        queue: queue(source, configuration, &place, &mut out.report),
        owner: text(source, "caseOwner"),
        stage: stage(source, definition, &place, &mut out.report),
        status: status(source),
        comments: source["comments"].as_array().into_iter().flatten().filter_map(comment).collect(),
        definition: key,
        number,
    });
}

/// `{"$oid": ".."}` of MongoDB, or a text.
fn id_of(source: &Map<String, Value>) -> Option<String> {
    let id = source.get("_id")?;
    id.as_str().or_else(|| id["$oid"].as_str()).map(str::to_owned)
}

fn queue(source: &Value, configuration: &Converted, place: &str, report: &mut Report) -> Option<String> {
    let id = text(source, "queueId")?;
    if !configuration.queues.contains_key(&id) {
        report.find(place, "unknown-queue", format!("its queue `{id}` is not part of the import"));
        return None;
    }
    Some(id)
}

fn stage(source: &Value, definition: &CaseDefinition, place: &str, report: &mut Report) -> Option<String> {
    let name = text(source, "stage")?;
    let at = definition.stages.iter().position(|stage| stage.name == name);
    if at.is_none() {
        report.find(place, "unknown-stage", format!("its stage `{name}` is not there; it begins in the first one"));
    }
    at.filter(|at| *at > 0).map(|at| definition.stages[at].id.clone())
}

/// `CLOSED_CASE_STATUS` and `ARCHIVED_CASE_STATUS`, in whatever way they are written; what else there is is open.
fn status(source: &Value) -> Option<&'static str> {
    let status = text(source, "status")?.to_ascii_uppercase();
    ["closed", "archived"].into_iter().find(|id| status.starts_with(&id.to_ascii_uppercase()))
}

/// Who wrote it and when is part of the text: nobody here did.
fn comment(source: &Value) -> Option<String> {
    let body = text(source, "body")?;
    let by = text(source, "userName").or_else(|| text(source, "userId")).unwrap_or_else(|| "WKS".to_owned());
    let at = &source["createdAt"];
    let at = at.as_str().or_else(|| at["$date"].as_str()).map(|at| format!(", {at}")).unwrap_or_default();
    Some(format!("{by}{at}:\n\n{body}"))
}

/// What was entered, as the fields take it. WKS keeps all of it as text.
fn fields(
    known: &[FieldDefinition],
    given: &BTreeMap<String, Value>,
    place: &str,
    report: &mut Report,
) -> Map<String, Value> {
    let mut out = Map::new();
    for (name, value) in given {
        let place = format!("{place}/{name}");
        let Some(field) = known.iter().find(|field| field.key == *name) else {
            report.find(&place, "unknown-field", "no form asks for it");
            continue;
        };
        if value.is_null() || value == "" {
            continue;
        }
        match fitting(field, value) {
            Some(value) => _ = out.insert(name.clone(), value),
            None => report.find(&place, "value-left-out", "it is none of the type of its field"),
        }
    }
    out
}

fn fitting(field: &FieldDefinition, value: &Value) -> Option<Value> {
    let written = value.as_str();
    let parsed = || written.map_or_else(|| Some(value.clone()), |text| serde_json::from_str(text).ok());
    match field.kind {
        FieldType::Number => parsed().filter(Value::is_number),
        FieldType::Boolean => parsed().filter(Value::is_boolean),
        FieldType::MultiSelect => chosen(&parsed()?, &field.options),
        FieldType::Json => Some(parsed().unwrap_or_else(|| value.clone())),
        FieldType::Date => written.and_then(|text| text.get(..10)).map(Value::from),
        FieldType::Files => None,
        _ => Some(Value::from(written.map_or_else(|| value.to_string(), str::to_owned))),
    }
}

/// `["a", "b"]`, or the boxes of Form.io: `{"a": true, "b": false}`.
fn chosen(value: &Value, options: &[String]) -> Option<Value> {
    let names: Vec<String> = match value {
        Value::Array(names) => names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect(),
        Value::Object(boxes) => boxes.iter().filter(|(_, is)| **is == true).map(|(name, _)| name.clone()).collect(),
        _ => return None,
    };
    names.iter().all(|name| options.contains(name)).then(|| Value::from(names))
}
