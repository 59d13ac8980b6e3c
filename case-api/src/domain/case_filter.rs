//! What a list of cases may be narrowed and sorted by: as a query says it, and as a saved view keeps it.

use casewright_forms::FieldFault;
use casewright_instant::{Instant, optional_rfc3339};
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
    /// Ids of queues; `any`: the case stands in one, whichever it is; `none`: it stands in none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// How the most urgent promise stands that still counts: `running`, `atRisk`, `breached`; `none`: none counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sla: Option<String>,
    /// `me`, `none`, or a user id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// `me`: cases that the caller follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub following: Option<String>,
    /// E-mail address of the requester.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requester: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// `high` (80 to 100), `normal` (40 to 79), `low` (0 to 39).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// Created at this instant or later.
    #[serde(default, with = "optional_rfc3339", skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>, format = DateTime)]
    pub created_from: Option<Instant>,
    /// Created before this instant.
    #[serde(default, with = "optional_rfc3339", skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>, format = DateTime)]
    pub created_before: Option<Instant>,
    /// Closed at this instant or later, and not opened again.
    #[serde(default, with = "optional_rfc3339", skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>, format = DateTime)]
    pub closed_from: Option<Instant>,
    /// Closed before this instant, and not opened again.
    #[serde(default, with = "optional_rfc3339", skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>, format = DateTime)]
    pub closed_before: Option<Instant>,
    /// Due to be deleted before this instant.
    #[serde(default, with = "optional_rfc3339", skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>, format = DateTime)]
    pub dispose_before: Option<Instant>,
    /// `true`: a legal hold stands; `false`: none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<String>,
    /// Values of fields, all of which a case has: `expert:ben,perils:Fire`. A person is found by id, another case by id or number,
    /// money by its currency, several options by each of them. Between two ends with `>=`, `>`, `<=`, `<`: `amount>=100,visit<2026-02-01`;
    /// money by its amount, a day is all of it (UTC), durations as `PT4H`, texts by their beginning in small letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Words to find in title, number, requester and fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// `updatedAt`, `createdAt`, `dueAt`, `urgency`, `number`, `priority`, `title`, `definition`, `stage`, `status`, `assignee`, `queue`,
    /// `requester`, `field.<key>` for a field of any kind that has an order; `-` in front: descending. `-updatedAt` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
}

impl CaseFilter {
    /// The names of its members, as a query spells them.
    pub(crate) const NAMES: [&str; 21] = [
        "definition",
        "number",
        "stage",
        "status",
        "statusKind",
        "queue",
        "sla",
        "assignee",
        "following",
        "requester",
        "label",
        "priority",
        "createdFrom",
        "createdBefore",
        "closedFrom",
        "closedBefore",
        "disposeBefore",
        "hold",
        "field",
        "search",
        "sort",
    ];

    /// The values of fields that are asked for, as `key:value`, and their ends, as `key>=value`. A comma within a value is one when
    /// neither follows it.
    pub(crate) fn field_values(&self) -> Vec<String> {
        let mut values: Vec<String> = Vec::new();
        for part in self.field.as_deref().unwrap_or_default().split(',') {
            match values.last_mut() {
                Some(before) if !part.contains([':', '<', '>']) => {
                    before.push(',');
                    before.push_str(part);
                }
                _ if part.trim().is_empty() => {}
                _ => values.push(part.trim_start().to_owned()),
            }
        }
        values
    }

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
    fn values_of_fields_are_separated_by_commas_and_may_have_some() {
        let of = |text: &str| CaseFilter { field: Some(text.to_owned()), ..CaseFilter::default() }.field_values();
        assert_eq!(of("expert:ben,perils:Fire"), ["expert:ben", "perils:Fire"]);
        assert_eq!(of("perils:Water, hot,expert:ben"), ["perils:Water, hot", "expert:ben"]);
        assert_eq!(of("amount>=100,visit<2026-02-01"), ["amount>=100", "visit<2026-02-01"]);
        assert_eq!(of(""), Vec::<String>::new());
    }

    #[test]
    fn every_member_has_its_name_and_nothing_else_is_taken() {
        let told = |name: &str| match name.ends_with("From") || name.ends_with("Before") {
            true => json!("2026-11-21T12:00:00.000Z"),
            false => json!("x"),
        };
        let all: Map<String, Value> = CaseFilter::NAMES.iter().map(|name| ((*name).to_owned(), told(name))).collect();
        let filter = CaseFilter::of_members(&all, "/filters").unwrap();
        assert_eq!(serde_json::to_value(&filter).unwrap(), Value::Object(all));
        let no_time = json!({"createdFrom": "yesterday"});
        let faults = CaseFilter::of_members(no_time.as_object().unwrap(), "/filters").unwrap_err();
        assert_eq!((&*faults[0].pointer, &*faults[0].code), ("/filters", "invalid-value"));
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
