//! What a task was completed with, kept on its case: values that the case's definition names as fields, and files as
//! documents.

use super::observe::is_new;
use super::{Decided, Draft, change, guard};
use crate::domain::case::document::CaseDocument;
use crate::domain::case::event::{Fact, Source};
use crate::domain::case::problem::CaseProblem;
use crate::domain::case::state::Case;
use crate::domain::definition::field::model::FieldType;
use crate::domain::definition::model::CaseDefinition;
use crate::domain::definition::value;
use crate::domain::person::Person;
use casewright_forms::FieldFault;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// What was submitted at a task, and where that was seen.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TaskSubmission {
    pub(crate) task: String,
    pub(crate) data: Map<String, Value>,
    pub(crate) documents: Vec<CaseDocument>,
    pub(crate) source: Source,
}

/// Keeps a submission once, however often it is seen. A value that the case cannot take any more is told as its problem: the
/// task is done, and the process has the value.
pub(crate) fn keep_submission(
    case: &Case,
    definition: &CaseDefinition,
    submission: &TaskSubmission,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard(case)?;
    let mut draft = Draft::new(case, definition, by, at);
    if is_new(case, &submission.source).is_none() {
        return Ok(draft.decided(()));
    }
    let source = Some(&submission.source);
    let mut fields = fields_of(definition, &submission.data);
    let faults = value::check(definition.field_set(), &fields);
    fields.retain(|key, _| {
        let place = value::pointer(key);
        let is_of_it = |fault: &FieldFault| {
            fault.pointer.strip_prefix(&place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        !faults.iter().any(is_of_it)
    });
    change::merge_fields(&mut draft, &fields, source);
    change::attach(&mut draft, &submission.documents, source);
    if !faults.is_empty() {
        let step = case.tasks.get(&submission.task).map_or(submission.task.as_str(), |task| task.name.as_str());
        let reason = reason(&faults);
        let problem = CaseProblem::failed(step, &reason, at);
        draft.record(Fact::StepFailed { step: step.to_owned(), reason, problem, source: source.cloned() });
    }
    Ok(draft.decided(()))
}

/// The values of a submission that are fields of the case; a form may show what is computed, and hands it back.
pub(crate) fn fields_of(definition: &CaseDefinition, data: &Map<String, Value>) -> Map<String, Value> {
    data.iter()
        .filter(|(key, _)| definition.field(key).is_some_and(|field| field.kind != FieldType::Computed))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn reason(faults: &[FieldFault]) -> String {
    let told: Vec<String> = faults.iter().map(|fault| format!("{}: {}", fault.pointer, fault.detail)).collect();
    format!("What was filled in does not fit the case: {}", told.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use casewright_journal::{Aggregate as _, AggregateKey, TenantId};
    use serde_json::json;

    fn definition() -> CaseDefinition {
        serde_json::from_value(json!({
            "key": "claim", "name": "Claim", "version": 1, "caseNumberPrefix": "CLM",
            "stages": [{"id": "new", "name": "New"}], "statuses": [{"id": "open", "name": "Open", "kind": "open"}],
            "fields": [{"key": "policy", "label": "Policy", "type": "text"}, {"key": "amount", "label": "Amount", "type": "number"},
                {"key": "items", "label": "Items", "type": "table", "columns": [{"key": "what", "label": "What", "required": true}]}]
        }))
        .unwrap()
    }

    fn applied(case: &Case, decided: Decided<()>) -> (Case, usize) {
        let mut after = case.clone();
        let events = decided.unwrap().events;
        for event in &events {
            after.fold(event, Timestamp::UNIX_EPOCH);
        }
        (after, events.len())
    }

    #[test]
    fn a_submission_is_kept_once_and_what_does_not_fit_is_told() {
        let (definition, by) = (definition(), Person::new("anna", "Anna"));
        let mut case =
            Case::empty(&AggregateKey { tenant: TenantId::default(), kind: Case::KIND.into(), id: "c".into() });
        case.number = "CLM-000001".to_owned();
        let submission = |seq: u64, data: Value| TaskSubmission {
            task: "t".to_owned(),
            data: data.as_object().cloned().unwrap(),
            documents: Vec::new(),
            source: Source { instance: "i".to_owned(), seq },
        };
        let keep = |case: &Case, submission: &TaskSubmission| {
            applied(case, keep_submission(case, &definition, submission, &by, Timestamp::UNIX_EPOCH))
        };
        let first = submission(5, json!({"policy": "HB-1", "note": "is no field"}));
        let (case, events) = keep(&case, &first);
        assert_eq!((events, Value::Object(case.fields.clone())), (1, json!({"policy": "HB-1"})));
        // Somebody corrects it, and the entry is heard again.
        let mut corrected = case;
        corrected.fields.insert("policy".to_owned(), json!("HB-2"));
        let (heard_again, events) = keep(&corrected, &first);
        assert_eq!((events, &heard_again.fields["policy"]), (0, &json!("HB-2")));
        let (case, _) = keep(&corrected, &submission(9, json!({"policy": "HB-3", "amount": "much"})));
        assert_eq!(Value::Object(case.fields.clone()), json!({"policy": "HB-3"}));
        assert!(case.problem.as_ref().unwrap().reason.contains("/fields/amount"));
        let (case, _) = keep(&case, &submission(11, json!({"policy": "HB-4", "items": [{"what": ""}]})));
        assert_eq!(Value::Object(case.fields.clone()), json!({"policy": "HB-4"}));
        assert!(case.problem.unwrap().reason.contains("/fields/items/0/what"));
    }
}
