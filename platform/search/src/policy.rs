//! Which of a policy's filters an index can answer itself, and how.
//!
//! What policies usually ask of a case is in the index with each of its documents, as the columns of the view of cases.
//! [`Filter::matches`] decides, so that nothing is understood otherwise than by the view.

use crate::document::CaseFacts;
use casewright_journal::{Document, Field, Filter};
use serde_json::{Value, json};

/// The fields of the view of cases that are in the index.
const FIELDS: [&str; 11] = [
    "definition",
    "stage",
    "status",
    "statusKind",
    "queue",
    "assigneeId",
    "assignee.id",
    "createdById",
    "createdBy.id",
    "restrictedTo",
    "labels",
];

/// Whether the index can tell it of every document. Of what is not in there nobody can say that it is null.
#[must_use]
pub fn is_told(filter: &Filter) -> bool {
    match filter {
        Filter::All => true,
        Filter::And(parts) | Filter::Or(parts) => parts.iter().all(is_told),
        Filter::Not(part) => is_told(part),
        Filter::Eq(field, _)
        | Filter::Ne(field, _)
        | Filter::Lt(field, _)
        | Filter::Lte(field, _)
        | Filter::Gt(field, _)
        | Filter::Gte(field, _)
        | Filter::In(field, _)
        | Filter::Like { field, .. }
        | Filter::EqIgnoreCase(field, _)
        | Filter::IsNull(field)
        | Filter::NotNull(field)
        | Filter::Contains(field, _)
        | Filter::ContainsAny(field, _) => is_there(field),
        Filter::InView { .. } => false,
    }
}

fn is_there(field: &Field) -> bool {
    FIELDS.contains(&&**field)
}

/// What the index keeps of a case for policies. Cases that are alike to policies have the same text.
pub(crate) fn kept(facts: &CaseFacts) -> String {
    let mut labels = facts.labels.clone();
    labels.sort_unstable();
    let mut groups = facts.restricted_to.clone();
    if let Some(groups) = &mut groups {
        groups.sort_unstable();
    }
    let assignee = facts.assignee.as_ref().map(|assignee| assignee.id.as_str());
    json!({
        "definition": facts.definition.id,
        "stage": facts.stage.id,
        "status": facts.status.id,
        "statusKind": facts.status_kind,
        "queue": facts.queue,
        "assigneeId": assignee,
        "assignee": assignee.map(|id| json!({"id": id})),
        "createdById": facts.created_by,
        "createdBy": {"id": facts.created_by},
        "restrictedTo": groups,
        "labels": labels,
    })
    .to_string()
}

/// Whether who has this filter may see the cases of which this was kept. What cannot be read is not shown.
pub(crate) fn is_visible(filter: &Filter, kept: &str) -> bool {
    let document: Option<Document> = serde_json::from_str::<Document>(kept).ok();
    document.is_some_and(|document| filter.matches(&document, &|_, _, _| Vec::<Value>::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_in_the_index_is_not_told_by_it() {
        let open = Filter::IsNull(Field::named("restrictedTo"));
        assert!(is_told(&Filter::Or(vec![open.clone(), Filter::Eq(Field::named("assignee.id"), json!("anna"))])));
        assert!(!is_told(&Filter::And(vec![open, Filter::IsNull(Field::named("fields.secret"))])));
    }
}
