//! The stored files that fields and forms refer to: each is looked up, told as the file store knows it, and becomes a
//! document of its case.

use super::error::{invalid, room_problem};
use crate::domain::case::Case;
use crate::domain::case::document::CaseDocument;
use crate::domain::definition::field::model::FieldType;
use crate::domain::definition::model::CaseDefinition;
use crate::state::{CaseApiState, person};
use casewright_access::Subject;
use casewright_client::files::FileState;
use casewright_forms::reference;
use casewright_forms::{FieldFault, escape};
use casewright_service::Problem;
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Files that are looked up for one request.
const MAX_LOOKUPS: usize = 100;

/// Where in a request files are referred to, and what is known of files before it.
pub(crate) struct Attached<'a> {
    /// `/fields` or `/data`.
    pub(crate) base: &'static str,
    /// Places of lists of references.
    pub(crate) places: Vec<Vec<String>>,
    /// Whose documents may be referred to, whoever uploaded them.
    pub(crate) case: Option<&'a Case>,
    /// What the form was filled with: files in it may stay.
    pub(crate) known: Option<&'a Map<String, Value>>,
}

/// The places of fields that hold files by the definition.
pub(crate) fn places_of(definition: &CaseDefinition, fields: &Map<String, Value>) -> Vec<Vec<String>> {
    let files = definition.fields.iter().filter(|field| field.kind == FieldType::Files);
    files.filter(|field| fields.contains_key(&field.key)).map(|field| vec![field.key.clone()]).collect()
}

/// Replaces every reference by what the file store says of the file, and gives the documents they are.
///
/// # Errors
/// 422 `unknown-file` with a pointer for each that is not there, not complete, or not the caller's to give.
pub(crate) async fn settle(
    state: &CaseApiState,
    subject: &Subject,
    data: &mut Map<String, Value>,
    attached: Attached<'_>,
) -> Result<Vec<CaseDocument>, Problem> {
    let known: HashSet<String> = attached.known.into_iter().flat_map(Map::values).flat_map(reference::ids_in).collect();
    let mut seen: HashMap<String, CaseDocument> = HashMap::new();
    let mut faults = Vec::new();
    for place in &attached.places {
        let base = place.iter().fold(attached.base.to_owned(), |pointer, part| format!("{pointer}/{}", escape(part)));
        let Some(Value::Array(references)) = reference::at(data, place) else {
            continue;
        };
        for (index, value) in references.iter_mut().enumerate() {
            let pointer = format!("{base}/{index}");
            let Some(id) = reference::file_id(value).map(str::to_owned) else {
                faults.push(FieldFault::new(&pointer, "type", reference::EXPECTED));
                continue;
            };
            let of_case = attached.case.and_then(|case| case.documents.iter().find(|document| document.file_id == id));
            if let Some(document) = of_case.or_else(|| seen.get(&id)) {
                *value = reference_to(document);
                continue;
            }
            if seen.len() >= MAX_LOOKUPS {
                faults.push(FieldFault::new(&pointer, "too-many", "at most 100 files are taken at once"));
                continue;
            }
            match look_up(state, subject, &id, known.contains(&id)).await? {
                Ok(document) => {
                    *value = reference_to(&document);
                    seen.insert(id, document);
                }
                Err(detail) => faults.push(FieldFault::new(&pointer, "unknown-file", detail)),
            }
        }
    }
    if !faults.is_empty() {
        return Err(invalid("unknown-file", faults));
    }
    Ok(seen.into_values().collect())
}

/// A file that is complete and that the caller may give away: their own, or one they were shown.
async fn look_up(
    state: &CaseApiState,
    subject: &Subject,
    id: &str,
    is_known: bool,
) -> Result<Result<CaseDocument, &'static str>, Problem> {
    let file = match state.rooms().storage(&subject.tenant).files().get(id).await {
        Ok(file) => file,
        Err(error) if error.is_not_found() => return Ok(Err("there is no such file")),
        Err(error) => return Err(room_problem(&error)),
    };
    let is_own = file.created_by == subject.id;
    if !is_own && !is_known && !subject.is_system() {
        // Who may not use it must not learn that it exists.
        return Ok(Err("there is no such file"));
    }
    match file.state {
        FileState::Ready | FileState::Scanning => {}
        FileState::Rejected => return Ok(Err("the file was rejected")),
        FileState::Infected => return Ok(Err("the virus scanner found something in the file")),
        _ => return Ok(Err("the upload of the file is not complete")),
    }
    Ok(Ok(CaseDocument {
        id: Uuid::now_v7().to_string(),
        file_id: id.to_owned(),
        name: file.name,
        content_type: Some(file.content_type),
        size: Some(file.size),
        added_at: state.journal().clock().now().into(),
        added_by: person(subject),
        sha256: file.sha256,
    }))
}

fn reference_to(document: &CaseDocument) -> Value {
    json!({
        "fileId": document.file_id, "name": document.name, "size": document.size, "contentType": document.content_type,
    })
}
