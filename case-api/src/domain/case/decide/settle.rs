//! What follows by itself once a decision is made: milestones are reached, and stages that go on by themselves do.
//!
//! It is decided with the events that it follows from, in one batch of the log: nothing is lost between the two, and nothing
//! happens twice. What does not come to rest is stopped, and told as a problem of the case.

use super::Draft;
use super::requirement::Move;
use super::stage::{Entering, enter_with_status};
use crate::domain::case::event::{CaseEvent, Fact};
use crate::domain::case::ground::{Since, ground};
use crate::domain::case::problem::CaseProblem;
use crate::domain::case::state::Case;
use crate::domain::definition::model::{CaseDefinition, Milestone, Stage, StatusKind};
use crate::domain::person::Person;
use crate::domain::sentry::any_holds;
use casewright_journal::Decision;
use jiff::Timestamp;

/// Moves that one decision leads to by itself.
const MOST_MOVES: usize = 10;

/// The decision with what follows from it; one that changes nothing is followed by nothing.
pub(crate) fn settle<R>(
    case: &Case,
    definition: &CaseDefinition,
    decision: Decision<CaseEvent, R>,
    at: Timestamp,
) -> Decision<CaseEvent, R> {
    let may_follow = !definition.milestones.is_empty() || definition.stages.iter().any(|stage| stage.auto_advance);
    // Of a case that is being deleted nothing follows any more.
    let ends = |event: &CaseEvent| matches!(event.fact, Fact::DisposalBegun { .. } | Fact::Forgotten { .. });
    if decision.events.is_empty() || !may_follow || decision.events.iter().any(ends) {
        return decision;
    }
    let Decision { events, answer } = decision;
    let mut draft = Draft::after(case, definition, events, &Person::system("stages"), at);
    for _ in 0..MOST_MOVES {
        reach_milestones(&mut draft, definition);
        let Some(next) = next(&draft.case, definition, at) else {
            return draft.decided(answer);
        };
        draft.begin_anew();
        enter_with_status(&mut draft, next, Entering { is_automatic: true, ..Entering::default() });
    }
    reach_milestones(&mut draft, definition);
    if next(&draft.case, definition, at).is_some() {
        tell_endless(&mut draft);
    }
    draft.decided(answer)
}

/// One milestone may be what another waits for. Each is reached once, so this ends.
fn reach_milestones(draft: &mut Draft<'_>, definition: &CaseDefinition) {
    loop {
        let reached = {
            let on = ground(&draft.case, definition, Since::CaseBegan, draft.at);
            let is_ahead = |milestone: &&Milestone| !draft.case.progress.has_reached(&milestone.id);
            definition.milestones.iter().filter(is_ahead).find(|milestone| any_holds(&milestone.criteria, &on))
        };
        let Some(milestone) = reached else {
            return;
        };
        draft.record(Fact::MilestoneReached { milestone: milestone.into() });
    }
}

/// Where the case goes by itself now.
fn next<'a>(case: &Case, definition: &'a CaseDefinition, at: Timestamp) -> Option<&'a Stage> {
    if case.status.kind == StatusKind::Closed || case.progress.rests {
        return None;
    }
    let stage = definition.stage(&case.stage.id).filter(|stage| stage.auto_advance)?;
    let to = definition.next_of(stage).filter(|to| to.id != stage.id)?;
    let is_done = any_holds(&stage.exit_criteria, &ground(case, definition, Since::StageEntered, at));
    // It waits until the next stage may be entered: what that asks for is shown where the case is.
    let is_welcome = || Move { case, definition, to, reason: None, at }.of_everybody().lacks.is_empty();
    (is_done && is_welcome()).then_some(to)
}

fn tell_endless(draft: &mut Draft<'_>) {
    let step = "stages".to_owned();
    let stays = &draft.case.stage.name;
    let reason = format!("stages led to each other more than {MOST_MOVES} times; the case stays in {stays}");
    let is_known = |problem: &CaseProblem| problem.step == step && problem.reason == reason;
    if !draft.case.problem.as_ref().is_some_and(is_known) {
        let problem = CaseProblem::failed(&step, &reason, draft.at);
        draft.record(Fact::StepFailed { step, reason, problem, source: None });
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CasePatch, CaseRejection, NewCase, Reopening, StageChecks, create, patch, reopen};
    use super::*;
    use crate::domain::case::decide::{CloseWish, close};
    use crate::domain::person::{Origin, OriginKind};
    use casewright_journal::{Aggregate as _, AggregateKey, TenantId};
    use serde_json::{Map, Value, json};

    const AT: Timestamp = Timestamp::UNIX_EPOCH;

    fn definition(stages: Value, milestones: Value) -> CaseDefinition {
        serde_json::from_value(json!({
            "key": "claim", "name": "Claim", "version": 1, "caseNumberPrefix": "CLM", "stages": stages, "milestones": milestones,
            "statuses": [{"id": "open", "name": "Open", "kind": "open"}, {"id": "closed", "name": "Closed", "kind": "closed"}],
            "fields": [{"key": "amount", "label": "Amount", "type": "number"}, {"key": "decision", "label": "Decision", "type": "string"}]
        }))
        .unwrap()
    }

    /// Intake goes on with an amount, assessment with a decision, for which the last stage asks as well.
    fn flowing() -> CaseDefinition {
        let stages = json!([
            {"id": "intake", "name": "Intake", "autoAdvance": true, "exitCriteria": [{"if": "fields.amount > 0"}]},
            {"id": "assessment", "name": "Assessment", "autoAdvance": true, "exitCriteria": [{"on": [{"fieldChanged": "amount"}]}]},
            {"id": "decision", "name": "Decision", "required": ["decision"]},
            {"id": "paid", "name": "Paid", "kind": "resolution", "status": "closed"}
        ]);
        let milestones = json!([
            {"id": "known", "name": "Amount is known", "criteria": [{"if": "fields.amount != null"}]},
            {"id": "moving", "name": "It moves", "criteria": [{"on": [{"milestoneReached": "known"}, {"stageEntered": "assessment"}]}]}
        ]);
        definition(stages, milestones)
    }

    struct Story {
        definition: CaseDefinition,
        case: Case,
    }

    impl Story {
        fn of(definition: CaseDefinition) -> Self {
            let key = AggregateKey { tenant: TenantId::default(), kind: Case::KIND.into(), id: "c".into() };
            let mut story = Self { definition, case: Case::empty(&key) };
            let new = NewCase {
                number: "CLM-000001".to_owned(),
                title: "Water".to_owned(),
                fields: Map::new(),
                priority: None,
                assignee: None,
                queue: None,
                route: None,
                requester: None,
                origin: Origin { kind: OriginKind::Api, reference: None },
                documents: Vec::new(),
                by_person: true,
                split: None,
            };
            let created = create(&story.case, &story.definition, &new, &anna(), AT).unwrap();
            story.settled(Decision { events: created.events, answer: () });
            story
        }

        /// The names of what happened, with who did it.
        fn settled(&mut self, decision: Decision<CaseEvent, ()>) -> Vec<(&'static str, String)> {
            let events = settle(&self.case, &self.definition, decision, AT).events;
            for event in &events {
                self.case.fold(event, AT);
            }
            events.into_iter().map(|event| (event.fact.name(), event.by.id)).collect()
        }

        fn patch(&mut self, wish: Value) -> Result<Vec<(&'static str, String)>, CaseRejection> {
            let text = |name: &str| wish[name].as_str().map(str::to_owned);
            let patched = CasePatch {
                fields: wish["fields"].as_object().cloned(),
                stage: text("stage"),
                reason: text("reason"),
                checks: StageChecks { by_person: true, ..StageChecks::default() },
                ..CasePatch::default()
            };
            let decided = patch(&self.case, &self.definition, &patched, &anna(), AT)?;
            Ok(self.settled(decided))
        }
    }

    fn anna() -> Person {
        Person::new("anna", "Anna")
    }

    fn by<'a>(who: &str, name: &'a str) -> (&'a str, String) {
        (name, who.to_owned())
    }

    #[test]
    fn milestones_and_stages_follow_from_an_event_in_the_same_decision() {
        let mut story = Story::of(flowing());
        let told = story.patch(json!({"fields": {"amount": 5}})).unwrap();
        let system = |name| by("system:stages", name);
        let follows = [system("milestone-reached"), system("stage-changed"), system("milestone-reached")];
        assert_eq!(told, [vec![by("anna", "field-changed")], follows.to_vec()].concat());
        assert_eq!(story.case.stage.id, "assessment");
        let reached: Vec<&str> = story.case.progress.milestones.iter().map(|reached| reached.id.as_str()).collect();
        assert_eq!(reached, ["known", "moving"]);
        // Once each: what happens later does not tell them again.
        assert_eq!(story.patch(json!({"fields": {"amount": null}})).unwrap(), [by("anna", "field-changed")]);
    }

    #[test]
    fn a_stage_waits_until_the_next_one_may_be_entered() {
        let mut story = Story::of(flowing());
        story.patch(json!({"fields": {"amount": 5}})).unwrap();
        story.patch(json!({"fields": {"amount": 6}})).unwrap();
        assert_eq!(story.case.stage.id, "assessment", "a decision is missing");
        story.patch(json!({"fields": {"decision": "pay"}})).unwrap();
        assert_eq!(story.case.stage.id, "decision");
    }

    #[test]
    fn what_was_sent_back_rests_until_something_changes() {
        let mut story = Story::of(flowing());
        story.patch(json!({"fields": {"amount": 5}})).unwrap();
        let told = story.patch(json!({"stage": "intake", "reason": "Look again"})).unwrap();
        assert_eq!(told, [by("anna", "stage-changed")]);
        assert_eq!(story.case.stage.id, "intake", "its exit criterion holds, and it stays");
        story.patch(json!({"fields": {"amount": 7}})).unwrap();
        assert_eq!(story.case.stage.id, "assessment");
    }

    #[test]
    fn stages_that_lead_to_each_other_without_end_are_stopped_and_told() {
        let turning = |id: &str, next: &str| {
            let exit = json!([{"if": "fields.amount != null"}]);
            json!({"id": id, "name": id, "autoAdvance": true, "next": next, "exitCriteria": exit})
        };
        let mut story = Story::of(definition(json!([turning("a", "b"), turning("b", "a")]), json!([])));
        let told = story.patch(json!({"fields": {"amount": 1}})).unwrap();
        let moves = told.iter().filter(|(name, _)| *name == "stage-changed").count();
        assert_eq!((moves, told.last().unwrap().0), (MOST_MOVES, "step-failed"));
        assert!(story.case.problem.unwrap().reason.contains("more than 10 times"));
    }

    #[test]
    fn a_resolution_stage_closes_and_reopening_leads_back_and_stays() {
        let mut definition = flowing();
        definition.stages[2].auto_advance = true;
        definition.stages[2].next = Some("paid".to_owned());
        definition.stages[2].exit_criteria =
            serde_json::from_value(json!([{"if": "fields.decision = \"pay\""}])).unwrap();
        let mut story = Story::of(definition);
        story.patch(json!({"fields": {"amount": 5, "decision": "pay"}})).unwrap();
        assert_eq!(story.case.stage.id, "assessment");
        story.patch(json!({"fields": {"amount": 6}})).unwrap();
        assert_eq!((story.case.stage.id.as_str(), story.case.status.id.as_str()), ("paid", "closed"));
        assert_eq!(story.case.resolution.as_ref().unwrap().name, "Paid");
        let wish = |reason: &str| Reopening { reason: reason.to_owned(), ..Reopening::default() };
        let refused = reopen(&story.case, &story.definition, &wish(" "), &anna(), AT);
        assert!(matches!(refused, Err(CaseRejection::Invalid(faults)) if faults[0].pointer == "/reason"));
        let decided = reopen(&story.case, &story.definition, &wish("It was not paid"), &anna(), AT).unwrap();
        assert_eq!(story.settled(decided), [by("anna", "status-changed"), by("anna", "stage-changed")]);
        assert_eq!((story.case.stage.id.as_str(), story.case.status.id.as_str()), ("decision", "open"));
        assert_eq!(story.case.resolution, None);
        let again = reopen(&story.case, &story.definition, &wish("Again"), &anna(), AT);
        assert_eq!(again.unwrap_err(), CaseRejection::NotClosed);
    }

    #[test]
    fn who_closes_says_how_it_ends_where_the_definition_lists_that() {
        let mut definition = flowing();
        definition.resolutions = serde_json::from_value(json!([{"id": "withdrawn", "name": "Withdrawn"}])).unwrap();
        let mut story = Story::of(definition);
        let wish = |said: Option<&str>, by_person: bool| {
            let mut wish = CloseWish::default();
            wish.closing.resolution = said.map(str::to_owned);
            wish.closing.by_person = by_person;
            wish
        };
        let close = |story: &Story, wish: &CloseWish| close(&story.case, &story.definition, wish, &anna(), AT);
        for (said, code) in [(None, "required"), (Some("lost"), "unknown-resolution")] {
            let refused = close(&story, &wish(said, true));
            assert!(matches!(refused, Err(CaseRejection::Invalid(faults)) if faults[0].code == code), "{code}");
        }
        assert!(close(&story, &wish(None, false)).is_ok(), "a machine need not");
        let decided = close(&story, &wish(Some("withdrawn"), true)).unwrap();
        story.settled(decided);
        assert_eq!(story.case.resolution.unwrap().name, "Withdrawn");
    }
}
