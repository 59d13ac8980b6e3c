//! What a list of cases may be narrowed and sorted by: as a query says it, and as a saved view keeps it.

use casewright_forms::FieldFault;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::IntoParams;

/// How long one filter may be, in bytes. A browser's address holds all of them.
const LONGEST: usize = 1_000;

/// What a list of cases may be narrowed by. Several values of one parameter are separated by commas.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct CaseFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// Case numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `open`, `paused`, `closed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_kind: Option<String>,
    /// Ids of queues; `any`: the case stands in one, whichever it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// How the most urgent promise stands that still counts: `running`, `atRisk`, `breached`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sla: Option<String>,
    /// `me`, `none`, or a user id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// E-mail address of the requester.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requester: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Words to find in title, number, requester and fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// `updatedAt`, `createdAt`, `dueAt`, `number`, `priority`, `title`, `definition`, `stage`, `status`, `assignee`, `queue`,
    /// `requester`; `-` in front: descending. `-updatedAt` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
}

impl CaseFilter {
    /// The names of its members, as a query spells them.
    pub(crate) const NAMES: [&str; 12] = [
        "definition",
        "number",
        "stage",
        "status",
        "statusKind",
        "queue",
        "sla",
        "assignee",
        "requester",
        "label",
        "search",
        "sort",
    ];

    /// Of what somebody wants to keep: names of [`Self::NAMES`] with texts.
    ///
    /// # Errors
    /// A name that no list knows, a value that is no text or too long; each with its pointer under `at`.
    pub(crate) fn of_members(members: &Map<String, Value>, at: &str) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Vec::new();
        for (name, value) in members {
            let pointer = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
            if !Self::NAMES.contains(&name.as_str()) {
                let detail =
                    format!("a list of cases has no filter of this name; there are {}", Self::NAMES.join(", "));
                faults.push(FieldFault::new(&pointer, "unknown-filter", &detail));
                continue;
            }
            match value.as_str() {
                None => faults.push(FieldFault::new(&pointer, "invalid-value", "a text is expected")),
                Some(text) if text.len() > LONGEST => {
                    faults.push(FieldFault::new(&pointer, "too-long", &format!("{LONGEST} bytes at most")));
                }
                Some(_) => {}
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        serde_json::from_value(Value::Object(members.clone()))
            .map_err(|error| vec![FieldFault::new(at, "invalid-value", &error.to_string())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_member_has_its_name_and_nothing_else_is_taken() {
        let all: Map<String, Value> = CaseFilter::NAMES.iter().map(|name| ((*name).to_owned(), json!("x"))).collect();
        let filter = CaseFilter::of_members(&all, "/filters").unwrap();
        assert_eq!(serde_json::to_value(&filter).unwrap(), Value::Object(all));
        let wrong = json!({"stages": "x", "stage": 5, "search": "x".repeat(LONGEST + 1)});
        let faults = CaseFilter::of_members(wrong.as_object().unwrap(), "/filters").unwrap_err();
        let found: Vec<(&str, &str)> = faults.iter().map(|fault| (&*fault.pointer, &*fault.code)).collect();
        let expected = [
            ("/filters/search", "too-long"),
            ("/filters/stage", "invalid-value"),
            ("/filters/stages", "unknown-filter"),
        ];
        let mut found = found;
        found.sort_unstable();
        assert_eq!(found, expected);
    }
}
