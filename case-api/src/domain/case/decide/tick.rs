//! What the passing of time does to a case: its clocks are looked at, and what their promises say is done.

use super::perform::{Cause, People, perform};
use super::{Decided, Draft, guard};
use crate::domain::case::clocks;
use crate::domain::case::event::Fact;
use crate::domain::case::state::Case;
use crate::domain::definition::model::CaseDefinition;
use crate::domain::person::Person;
use jiff::Timestamp;

/// Steps of one look: what a definition may have of them, for as many clocks as a case of every day has. More wait for the next look.
const MOST_STEPS: usize = 100;

/// The clocks are looked at. A step is taken with what it does in one decision, so that it is done once.
pub(crate) fn tick(case: &Case, definition: &CaseDefinition, people: &People, at: Timestamp) -> Decided {
    guard(case)?;
    let mut draft = Draft::new(case, definition, &Person::system("sla"), at);
    for fact in clocks::tick(case, at) {
        draft.record(fact);
    }
    for _ in 0..MOST_STEPS {
        let Some((fact, actions)) = clocks::escalation(definition, &draft.case, at) else {
            break;
        };
        let Fact::SlaEscalated { sla, name, percent, .. } = &fact else {
            break;
        };
        let step = format!("{name} ({percent} %)");
        let start = format!("sla-{sla}-{percent}-{}", draft.case.processes.len());
        draft.record(fact);
        perform(&mut draft, &Cause { step: &step, start: &start }, &actions, people);
    }
    Ok(draft.decided(()))
}

/// A calendar says something else now: what is due is planned anew.
pub(crate) fn replan(case: &Case, definition: &CaseDefinition, at: Timestamp) -> Decided {
    guard(case)?;
    let mut draft = Draft::new(case, definition, &Person::system("sla"), at);
    for fact in clocks::replan(definition, case) {
        draft.record(fact);
    }
    Ok(draft.decided(()))
}

#[cfg(test)]
mod tests {
    use super::super::{CasePatch, NewCase, Observation, create, observe, patch};
    use super::*;
    use crate::domain::person::{Origin, OriginKind};
    use crate::domain::sla::SlaState;
    use casewright_journal::{Aggregate as _, AggregateKey, TenantId};
    use serde_json::{Map, json};

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minutes * 60).unwrap()
    }

    fn definition() -> CaseDefinition {
        serde_json::from_value(json!({
            "key": "claim", "name": "Claim", "version": 1, "caseNumberPrefix": "CLM",
            "stages": [{"id": "new", "name": "New"}],
            "statuses": [{"id": "open", "name": "Open", "kind": "open"}, {"id": "waiting", "name": "Waiting", "kind": "paused"}],
            "slas": [
                {"id": "first", "name": "First response", "target": "PT1H", "startOn": "created", "stopOn": "first-reply",
                    "escalations": [{"at": 50, "then": [{"setStatus": "waiting"}]}, {"at": 60, "then": [{"addLabel": "late"}]}],
                    "pauseIn": ["waiting"]},
                {"id": "any", "name": "Any response", "target": "PT1H", "startOn": "created", "stopOn": "any-reply"}
            ]
        }))
        .unwrap()
    }

    fn folded(case: &Case, decided: Decided<impl Sized>, at: Timestamp) -> (Case, Vec<&'static str>) {
        let (mut after, mut names) = (case.clone(), Vec::new());
        let Ok(decision) = decided else { panic!("it was refused") };
        for event in &decision.events {
            names.push(event.fact.name());
            after.fold(event, at);
        }
        (after, names)
    }

    fn new_case() -> Case {
        let new = NewCase {
            number: "CLM-1".to_owned(),
            title: "Water".to_owned(),
            fields: Map::new(),
            priority: None,
            assignee: None,
            queue: None,
            route: None,
            requester: None,
            origin: Origin { kind: OriginKind::Api, reference: None },
            documents: Vec::new(),
            by_person: false,
            split: None,
        };
        let empty = Case::empty(&AggregateKey::new(&TenantId::default(), Case::KIND, "c"));
        let anna = Person::new("anna", "Anna");
        folded(&empty, create(&empty, &definition(), &new, &anna, at(0)), at(0)).0
    }

    #[test]
    fn a_step_is_taken_with_what_it_does_and_only_once() {
        let case = new_case();
        let (early, nothing) = folded(&case, tick(&case, &definition(), &People::new(), at(29)), at(29));
        assert!(nothing.is_empty());
        let (waiting, names) = folded(&early, tick(&early, &definition(), &People::new(), at(30)), at(30));
        assert_eq!(names, ["sla-escalated", "status-changed", "sla-paused"]);
        // What it did has paused the clock: the next step is not due, however late it is.
        let (later, names) = folded(&waiting, tick(&waiting, &definition(), &People::new(), at(50)), at(50));
        assert_eq!(names, ["sla-at-risk"], "the other promise goes on");
        let opened = CasePatch { status: Some("open".to_owned()), ..CasePatch::default() };
        let anna = Person::new("anna", "Anna");
        let (opened, _) = folded(&later, patch(&later, &definition(), &opened, &anna, at(100)), at(100));
        let (late, names) = folded(&opened, tick(&opened, &definition(), &People::new(), at(106)), at(106));
        assert_eq!(names, ["sla-breached", "sla-escalated", "labels-changed"]);
        assert!(tick(&late, &definition(), &People::new(), at(106)).unwrap().events.is_empty());
    }

    #[test]
    fn what_the_platform_sends_by_itself_is_no_first_reply() {
        let case = new_case();
        let sent =
            |mail: &str| Observation::MailSent { mail_id: mail.to_owned(), to: Vec::new(), subject: String::new() };
        let state = |case: &Case, id: &str| case.clocks.iter().find(|clock| clock.id == id).map(|clock| clock.state);
        let machine = Person::system("external-tasks");
        let (case, _) = folded(&case, observe(&case, &definition(), &sent("m-1"), &machine, at(1)), at(1));
        assert_eq!((state(&case, "first"), state(&case, "any")), (Some(SlaState::Running), Some(SlaState::Met)));
        let anna = Person::new("anna", "Anna");
        let (case, _) = folded(&case, observe(&case, &definition(), &sent("m-2"), &anna, at(2)), at(2));
        assert_eq!(state(&case, "first"), Some(SlaState::Met));
    }
}
