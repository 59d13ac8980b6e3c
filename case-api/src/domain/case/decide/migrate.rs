//! A case that is open while its definition changes: it moves to another version, where that has a place for it.

use super::{CaseRejection, Decided, Draft, guard};
use crate::domain::case::event::Fact;
use crate::domain::case::state::Case;
use crate::domain::definition::model::{CaseDefinition, StatusKind};
use crate::domain::definition::value;
use crate::domain::person::Person;
use casewright_forms::FieldFault;
use casewright_journal::Decision;
use jiff::Timestamp;

/// Moves the case to this version. What it is, and has, stays as it is; stage and status get the names that they have there.
pub(crate) fn migrate(case: &Case, to: &CaseDefinition, by: &Person, at: Timestamp) -> Decided {
    guard(case)?;
    if case.definition != to.key || case.definition_version == to.version {
        return Ok(Decision { events: Vec::new(), answer: () });
    }
    let version = to.version;
    let mut faults = value::check(to.field_set(), &case.fields);
    let stage = to.stage(&case.stage.id);
    if stage.is_none() {
        let detail = format!("version {version} has no stage `{}`, where the case is", case.stage.id);
        faults.push(FieldFault::new("/stages", "stage-missing", &detail));
    }
    let is_closed = |kind: StatusKind| kind == StatusKind::Closed;
    let status = to.status(&case.status.id).filter(|status| is_closed(status.kind) == is_closed(case.status.kind));
    if status.is_none() {
        let detail = format!("version {version} has no status `{}` of the same kind", case.status.id);
        faults.push(FieldFault::new("/statuses", "status-missing", &detail));
    }
    if let Some(queue) = case.queue.as_ref().filter(|queue| !to.queues.is_empty() && !to.queues.contains(queue)) {
        let detail = format!("version {version} has no queue `{queue}`, in which the case is");
        faults.push(FieldFault::new("/queues", "queue-missing", &detail));
    }
    let (Some(stage), Some(status), true) = (stage, status, faults.is_empty()) else {
        return Err(CaseRejection::NotMigratable(faults));
    };
    let mut draft = Draft::new(case, to, by, at);
    draft.record(Fact::DefinitionMigrated {
        from: case.definition_version,
        to: version,
        definition_name: to.name.clone(),
        stage: stage.into(),
        status: status.clone(),
    });
    Ok(draft.decided(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::definition::stage::StageRef;
    use casewright_journal::{Aggregate as _, AggregateKey, TenantId};
    use serde_json::{Value, json};

    fn version(version: u32, changes: Value) -> CaseDefinition {
        let mut definition = json!({
            "key": "claim", "name": "Claim", "version": version, "caseNumberPrefix": "CLM",
            "stages": [{"id": "intake", "name": "Intake"}], "statuses": [{"id": "open", "name": "Open", "kind": "open"}],
            "fields": [{"key": "amount", "label": "Amount", "type": "number"}]
        });
        definition.as_object_mut().unwrap().extend(changes.as_object().cloned().unwrap());
        serde_json::from_value(definition).unwrap()
    }

    fn case() -> Case {
        let key = AggregateKey { tenant: TenantId::default(), kind: Case::KIND.into(), id: "c".into() };
        let mut case = Case::empty(&key);
        (case.number, case.definition, case.definition_version) = ("CLM-1".to_owned(), "claim".to_owned(), 1);
        case.stage = StageRef { id: "intake".to_owned(), name: "Intake".to_owned() };
        (case.status.id, case.queue) = ("open".to_owned(), Some("claims".to_owned()));
        case.fields.insert("amount".to_owned(), json!(5));
        case
    }

    #[test]
    fn a_case_moves_to_a_version_that_has_a_place_for_it() {
        let by = Person::new("dana", "Dana");
        let to = version(2, json!({"stages": [{"id": "intake", "name": "First look"}]}));
        let mut moved = case();
        for event in migrate(&moved.clone(), &to, &by, Timestamp::UNIX_EPOCH).unwrap().events {
            moved.fold(&event, Timestamp::UNIX_EPOCH);
        }
        assert_eq!((moved.definition_version, moved.stage.name.as_str()), (2, "First look"));
        assert_eq!(migrate(&moved, &to, &by, Timestamp::UNIX_EPOCH).unwrap().events.len(), 0, "it is there already");
    }

    #[test]
    fn a_case_without_a_place_stays_and_says_why() {
        let to = version(
            3,
            json!({"stages": [{"id": "new", "name": "New"}], "queues": ["other"],
                "statuses": [{"id": "open", "name": "Done", "kind": "closed"}],
                "fields": [{"key": "amount", "label": "Amount", "type": "boolean"}]}),
        );
        let faults = match migrate(&case(), &to, &Person::new("dana", "Dana"), Timestamp::UNIX_EPOCH) {
            Err(CaseRejection::NotMigratable(faults)) => faults,
            other => panic!("{other:?}"),
        };
        let codes: Vec<&str> = faults.iter().map(|fault| fault.code.as_str()).collect();
        assert_eq!(codes, ["type", "stage-missing", "status-missing", "queue-missing"]);
    }
}
