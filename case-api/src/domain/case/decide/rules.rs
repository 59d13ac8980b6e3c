//! Answers an entry of a case, or a time that has come, with the rules of its definition.

use super::perform::{Cause, People, perform};
use super::{Decided, Draft, guard};
use crate::domain::case::event::Fact;
use crate::domain::case::ground::{Since, ground, variables};
use crate::domain::case::marks;
use crate::domain::case::problem::CaseProblem;
use crate::domain::case::state::Case;
use crate::domain::definition::model::CaseDefinition;
use crate::domain::person::Person;
use crate::domain::rule::run::shown;
use crate::domain::rule::{MAX_DEPTH, Rule, RuleRun, RuleTest, condition};
use jiff::Timestamp;
use serde_json::Value;

/// The entry rules are asked about.
pub(crate) struct Trigger<'a> {
    pub(crate) seq: u64,
    pub(crate) name: &'a str,
    pub(crate) event: &'a Value,
    /// How many rules led here.
    pub(crate) depth: u32,
}

/// All rules that hold, in order; each sees what the one before it did. The answer are those that do not.
pub(crate) fn answer_with_rules(
    case: &Case,
    definition: &CaseDefinition,
    trigger: &Trigger<'_>,
    people: &People,
    by: &Person,
    at: Timestamp,
) -> Decided<Vec<RuleRun>> {
    guard(case)?;
    let mut draft = Draft::new(case, definition, by, at);
    let mut passed_over = Vec::new();
    if trigger.seq <= case.ruled {
        return Ok(draft.decided(passed_over));
    }
    let view = flatten(trigger.event);
    for rule in definition.rules.iter().filter(|rule| rule.on.is_on(trigger.name)) {
        let asked = ask(rule, &view, &draft);
        if !asked.is_matched() {
            passed_over.push(asked);
            continue;
        }
        if trigger.depth >= MAX_DEPTH {
            let reason = format!("rules set each other off more than {MAX_DEPTH} times; this one was not applied");
            let problem = CaseProblem::failed(rule.called(), &reason, at);
            let (step, run) = (rule.called().to_owned(), Some(asked.stopped(reason.clone())));
            draft.record(Fact::RuleApplied { rule: rule.id.clone(), trigger: trigger.seq, came: None, run });
            draft.record(Fact::StepFailed { step, reason, problem, source: None });
            continue;
        }
        let start = format!("{}-{}", rule.id, trigger.seq);
        apply(&mut draft, rule, asked, Applied { trigger: trigger.seq, came: None, start: &start }, people);
    }
    Ok(draft.decided(passed_over))
}

/// A rule whose time has come. The answer is what came of it, when it did nothing; `answered`: until when its time was looked at.
pub(crate) fn answer_time(
    case: &Case,
    definition: &CaseDefinition,
    (rule, answered): (&str, Option<Timestamp>),
    people: &People,
    at: Timestamp,
) -> Decided<Option<RuleRun>> {
    guard(case)?;
    let mut draft = Draft::new(case, definition, &Person::system("rules"), at);
    let known = definition.rules.iter().find(|known| known.id == rule);
    let Some(rule) = known.filter(|rule| marks::due(case, rule, answered).is_some_and(|due| due <= at)) else {
        return Ok(draft.decided(None));
    };
    let asked = ask(rule, &Value::Null, &draft);
    if !asked.is_matched() {
        return Ok(draft.decided(Some(asked)));
    }
    let start = format!("{}-{}", rule.id, at.as_millisecond());
    apply(&mut draft, rule, asked, Applied { trigger: 0, came: Some(at), start: &start }, people);
    Ok(draft.decided(None))
}

/// What a rule would do to the case, which stays as it is. `event` is null where its time has come.
pub(crate) fn try_rule(
    case: &Case,
    definition: &CaseDefinition,
    rule: &Rule,
    event: &Value,
    people: &People,
    at: Timestamp,
) -> RuleRun {
    let mut draft = Draft::new(case, definition, &Person::system("rules"), at);
    let asked = ask(rule, &flatten(event), &draft);
    if !asked.is_matched() {
        return asked;
    }
    let actions = perform(&mut draft, &Cause { step: rule.called(), start: &rule.id }, &rule.then, people);
    asked.with(actions)
}

/// Asks a rule for its conditions.
fn ask(rule: &Rule, event: &Value, draft: &Draft<'_>) -> RuleRun {
    let mut tests = condition::tested(&rule.when, event, &Value::Object(variables(&draft.case)));
    tests.extend(rule.condition.as_deref().map(|condition| {
        let found = ground(&draft.case, draft.definition(), Since::CaseBegan, draft.at).find(condition);
        let (found, reason) = found.map_or_else(|why| (Value::Null, Some(why)), |found| (shown(&found), None));
        let holds = found == Value::Bool(true);
        RuleTest { asked: condition.to_owned(), wanted: None, found, holds, reason }
    }));
    RuleRun::of(&draft.definition().key, rule, tests)
}

/// Why a rule is applied, and what makes the start of a process the one of this time.
struct Applied<'a> {
    trigger: u64,
    came: Option<Timestamp>,
    start: &'a str,
}

fn apply(draft: &mut Draft<'_>, rule: &Rule, asked: RuleRun, applied: Applied<'_>, people: &People) {
    let place = draft.count();
    let (trigger, came) = (applied.trigger, applied.came.map(Into::into));
    draft.record(Fact::RuleApplied { rule: rule.id.clone(), trigger, came, run: None });
    let cause = Cause { step: rule.called(), start: applied.start };
    let actions = perform(draft, &cause, &rule.then, people);
    draft.amend(place, |fact| {
        if let Fact::RuleApplied { run, .. } = fact {
            *run = Some(asked.with(actions));
        }
    });
}

/// The event with the members of its `task` beside its own, so that a rule can say `taskDefinitionKey`.
fn flatten(event: &Value) -> Value {
    let mut flat = event.clone();
    if let (Some(members), Some(task)) = (flat.as_object_mut(), event.get("task").and_then(Value::as_object)) {
        for (key, value) in task {
            members.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
    flat
}

#[cfg(test)]
mod tests;
