//! `/api/v1/imports/wks`

use super::{definitions, forms, queues, record_types};
use crate::state::CaseApiState;
use crate::wks::{self, Report};
use axum::extract::{Request, State};
use casewright_access::{Authenticated, Resource};
use casewright_service::{Json, Problem, json};
use serde_json::{Map, Value};

/// Bytes of the collections of one import: forms of a large installation, not its cases. Read only once it is known that
/// the caller may import.
const BODY_LIMIT: usize = 8 << 20;

/// Imports collections as WKS Platform exports them: `{"caseDefinition": [...], "form": [...], "recordType": [...],
/// "queue": [...]}`. Importing the same again changes nothing.
#[utoipa::path(post, path = "/api/v1/imports/wks", tag = "imports", request_body = Object,
    responses((status = 200, body = Report), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn wks(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    request: Request,
) -> Result<Json<Report>, Problem> {
    for kind in ["case-definition", "form", "queue", "record-type"] {
        state.access().authorize(&subject, "update", &Resource::kind(kind)).await?;
    }
    let collections: Map<String, Value> = json::read(request, BODY_LIMIT).await?;
    let converted =
        wks::convert(&collections).map_err(|error| Problem::unprocessable("nothing-to-import", error.to_string()))?;
    let mut report = converted.report;
    for (name, documents) in collections.iter().filter(|(name, _)| wks::is_data(name)) {
        let count = documents.as_array().map_or(0, Vec::len);
        let detail = format!("{count} documents are data, not configuration: `casewright import wks` brings them");
        report.find(name, "data-left-out", detail);
    }
    for (id, queue) in converted.queues {
        queues::put(&state, &subject, &id, queue, None).await?;
    }
    for (key, content) in converted.record_types {
        record_types::put(&state, &subject, &key, content, None).await?;
    }
    for (key, schema) in converted.forms {
        forms::put(&state, &subject, &key, schema, None).await?;
    }
    for definition in converted.definitions {
        let faults = definitions::faults(&state, &subject, &definition).await?;
        if faults.is_empty() {
            definitions::put(&state, &subject, definition, None).await?;
            continue;
        }
        report.case_definitions.retain(|key| *key != definition.key);
        for fault in faults {
            report.find(&format!("caseDefinition {}{}", definition.key, fault.pointer), &fault.code, fault.detail);
        }
    }
    Ok(Json(report))
}
