//! Which of a policy's filters an index can answer itself, and how.
//!
//! What policies usually ask of a case is in the index with each of its documents, as the columns of the view of cases; so is what
//! they ask of a record and of a person.
//! [`Filter::matches`] decides, so that nothing is understood otherwise than by the view.

use crate::document::{CaseFacts, Facts, RecordFacts, Scope, Whole};
use casewright_journal::{Document, Field, Filter};
use serde_json::{Value, json};

/// Between the scope of what was kept and what was.
const SEPARATOR: char = ' ';
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

/// The column of a record's type, for policies and for whoever narrows what they say.
pub const RECORD_TYPE: &str = "recordType";
/// The fields of the view of records that are in the index.
const RECORD_FIELDS: [&str; 3] = [RECORD_TYPE, "createdById", "createdBy.id"];
/// The fields of the view of users that are in the index.
const PERSON_FIELDS: [&str; 1] = ["id"];

/// What policy lets somebody see of each scope, over the columns of its view. None: nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policies {
    pub case: Option<Filter>,
    pub record: Option<Filter>,
    pub person: Option<Filter>,
}

impl Policies {
    /// What is seen of a scope.
    #[must_use]
    pub fn of(&self, scope: Scope) -> Option<&Filter> {
        match scope {
            Scope::Case => self.case.as_ref(),
            Scope::Record => self.record.as_ref(),
            Scope::Person => self.person.as_ref(),
        }
    }

    /// Whether the index can tell all of them of every document.
    #[must_use]
    pub fn are_told(&self) -> bool {
        let is_told = |scope| self.of(scope).is_none_or(|filter| is_told(scope, filter));
        [Scope::Case, Scope::Record, Scope::Person].into_iter().all(is_told)
    }
}

/// Whether the index can tell it of every document. Of what is not in there nobody can say that it is null.
#[must_use]
fn is_told(scope: Scope, filter: &Filter) -> bool {
    match filter {
        Filter::All => true,
        Filter::And(parts) | Filter::Or(parts) => parts.iter().all(|part| is_told(scope, part)),
        Filter::Not(part) => is_told(scope, part),
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
        | Filter::ContainsAny(field, _) => is_there(scope, field),
        Filter::InView { .. } => false,
    }
}

fn is_there(scope: Scope, field: &Field) -> bool {
    let fields: &[&str] = match scope {
        Scope::Case => &FIELDS,
        Scope::Record => &RECORD_FIELDS,
        Scope::Person => &PERSON_FIELDS,
    };
    fields.contains(&&**field)
}

/// What the index keeps of a whole for policies. Those that are alike to policies have the same text.
pub(crate) fn kept(whole: &Whole, facts: &Facts) -> String {
    let kept = match facts {
        Facts::Case(case) => of_case(case),
        Facts::Record(record) => of_record(record),
        Facts::Person => json!({"id": whole.id}),
    };
    format!("{}{SEPARATOR}{kept}", whole.scope.as_str())
}

fn of_record(record: &RecordFacts) -> Value {
    let created_by = record.created_by.as_ref();
    json!({
        RECORD_TYPE: record.of.id,
        "createdById": created_by,
        "createdBy": created_by.map(|id| json!({"id": id})),
    })
}

fn of_case(facts: &CaseFacts) -> Value {
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
}

/// Whether who is under these policies may see that of which this was kept. What cannot be read is not shown; what the index cannot
/// tell is.
pub(crate) fn is_visible(policies: &Policies, kept: &str) -> bool {
    let Some((name, kept)) = kept.split_once(SEPARATOR) else {
        return false;
    };
    let scope = [Scope::Case, Scope::Record, Scope::Person].into_iter().find(|scope| scope.as_str() == name);
    let Some((scope, filter)) = scope.and_then(|scope| Some((scope, policies.of(scope)?))) else {
        return false;
    };
    if !is_told(scope, filter) {
        return true;
    }
    let document: Option<Document> = serde_json::from_str::<Document>(kept).ok();
    document.is_some_and(|document| filter.matches(&document, &|_, _, _| Vec::<Value>::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_in_the_index_is_not_told_by_it() {
        let open = Filter::IsNull(Field::named("restrictedTo"));
        let mine = Filter::Eq(Field::named("assignee.id"), json!("anna"));
        assert!(is_told(Scope::Case, &Filter::Or(vec![open.clone(), mine])));
        assert!(!is_told(Scope::Case, &Filter::And(vec![open.clone(), Filter::IsNull(Field::named("fields.secret"))])));
        assert!(!is_told(Scope::Record, &open), "a record has no such column");
    }

    #[test]
    fn each_scope_has_a_policy_of_its_own_and_none_shows_nothing() {
        let kept = kept(&Whole::new(Scope::Person, "anna"), &Facts::Person);
        let people = |person: Option<Filter>| Policies { person, case: Some(Filter::All), record: Some(Filter::All) };
        let one = |id: &str| Filter::Eq(Field::named("id"), json!(id));
        assert!(is_visible(&people(Some(one("anna"))), &kept));
        assert!(!is_visible(&people(Some(one("ben"))), &kept));
        assert!(!is_visible(&people(None), &kept));
    }
}
