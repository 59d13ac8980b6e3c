//! A working day of an office: what the chapters leave behind is what the later ones look at.

mod administration;
mod batches;
mod decisions;
mod definitions;
mod events;
mod history;
mod instances;
mod people;
mod tasks;
mod variables;
mod workers;

use crate::calls::{Api, id};
use serde_json::{Value as Json, json};

/// Operations whose lists have no rows in this story.
pub(crate) const ALWAYS_EMPTY: &[&str] = &[
    // The engine keeps no user operation log yet: who did what is in the journal, and in `/api/v1`.
    "GET /history/user-operation",
];

pub(crate) async fn tell(api: &Api<'_>) {
    Box::pin(people::tell(api)).await;
    Box::pin(definitions::tell(api)).await;
    Box::pin(decisions::tell(api)).await;
    Box::pin(instances::tell(api)).await;
    Box::pin(variables::tell(api)).await;
    Box::pin(tasks::tell(api)).await;
    Box::pin(workers::tell(api)).await;
    Box::pin(events::tell(api)).await;
    Box::pin(administration::tell(api)).await;
    Box::pin(batches::tell(api)).await;
    Box::pin(history::tell(api)).await;
    Box::pin(definitions::clear(api)).await;
}

/// Starts an instance by key.
async fn started(api: &Api<'_>, key: &str, body: Json) -> String {
    id(&api.post("/process-definition/key/{key}/start").at(&[key]).json(body).ok().await)
}

/// Every type that a variable can have.
fn variables() -> Json {
    json!({
        "subject": {"value": "passport", "type": "String"},
        "copies": {"value": 3, "type": "Integer"},
        "number": {"value": 4_200_000_000_i64, "type": "Long"},
        "short": {"value": 7, "type": "Short"},
        "price": {"value": 3.5, "type": "Double"},
        "urgent": {"value": true, "type": "Boolean"},
        "on": {"value": "2026-11-21T12:00:00.000+0000", "type": "Date"},
        "nothing": {"value": null, "type": "Null"},
        "scan": {"value": "aGVsbG8=", "type": "Bytes"},
        "letter": {"value": "aGVsbG8=", "type": "File", "valueInfo": {"filename": "letter.txt", "mimetype": "text/plain"}},
        "address": {"value": "{\"city\":\"Harbor\"}", "type": "Json"},
        "seal": {"value": "<seal/>", "type": "Xml"},
        "pages": {
            "value": "[1,2]",
            "type": "Object",
            "valueInfo": {"objectTypeName": "java.util.ArrayList", "serializationDataFormat": "application/json"},
        },
    })
}

/// The list of a resource and its count, by the query of a URL.
async fn list(api: &Api<'_>, path: &str, query: &str) -> Json {
    let rows = api.get(path).query(query).ok().await;
    let counted = api.get(&format!("{path}/count")).query(query).ok().await;
    assert_eq!(counted["count"].as_u64(), rows.as_array().map(|rows| rows.len() as u64), "{path}?{query}");
    rows
}

/// Asks a list and its count by a body; both must agree.
async fn query(api: &Api<'_>, path: &str, body: Json) -> Json {
    let rows = api.post(path).json(body.clone()).ok().await;
    let counted = api.post(&format!("{path}/count")).json(body).ok().await;
    assert_eq!(counted["count"].as_u64(), rows.as_array().map(|rows| rows.len() as u64), "{path}");
    rows
}
