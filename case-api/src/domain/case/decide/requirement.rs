//! What must be so before a case may move to another stage, and what is missing.
//!
//! Of everybody, rules and machines included: that the stage may be reached from where the case is, the fields that it names
//! (`required`) and its entry criteria. Of people besides, when they move the case on: fields that the definition calls required,
//! the form of the stage that is left and its exit criteria, and why a stage is passed over; and that a full stage is left alone.
//! Sending a case back asks for nothing of that, and nobody is asked for what is not shown.

use crate::domain::case::ground::{Since, ground};
use crate::domain::case::state::Case;
use crate::domain::definition::field::{formula, states};
use crate::domain::definition::model::{CaseDefinition, Stage, StageKind};
use crate::domain::definition::stage::{Skip, StageRef};
use crate::domain::definition::value;
use crate::domain::sentry::{Sentry, any_holds};
use casewright_forms::FieldFault;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Who moves a case, and what its stages are checked with.
#[derive(Clone, Debug, Default)]
pub(crate) struct StageChecks {
    /// A person, who is held to all requirements.
    pub(crate) by_person: bool,
    /// Stage id -> schema of its form.
    pub(crate) stage_forms: BTreeMap<String, Value>,
    /// Open cases in the stage that is entered, where it has a hard limit.
    pub(crate) open_in_stage: Option<u64>,
}

/// What a move lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LackKind {
    /// A field without a value, or with one that its form does not take.
    Field,
    /// An entry or exit criterion that does not hold.
    Criterion,
    /// The definition has no way from stage to stage, or a stage that is not passed over.
    Transition,
    /// Why a stage is passed over or left undone.
    Reason,
    /// The stage is full.
    WipLimit,
}

/// One thing that a move lacks, with a pointer into the request that would bring it.
#[derive(Clone, Debug, PartialEq)]
pub struct Lack {
    pub(crate) kind: LackKind,
    pub(crate) fault: FieldFault,
}

/// A move to another stage, as it is asked for.
pub(crate) struct Move<'a> {
    /// The case as it is after all else that comes with the move.
    pub(crate) case: &'a Case,
    pub(crate) definition: &'a CaseDefinition,
    pub(crate) to: &'a Stage,
    pub(crate) reason: Option<&'a str>,
    pub(crate) at: Timestamp,
}

/// A move that may be made, or what it lacks.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Judged {
    pub(crate) lacks: Vec<Lack>,
    /// Stages that are passed over or left undone.
    pub(crate) skipped: Vec<StageRef>,
}

impl Judged {
    fn add(&mut self, kind: LackKind, fault: FieldFault) {
        // One field is reported once, however many places ask for it; so is the one reason.
        let is_known = matches!(kind, LackKind::Field | LackKind::Reason)
            && self.lacks.iter().any(|known| known.fault.pointer == fault.pointer);
        if !is_known {
            self.lacks.push(Lack { kind, fault });
        }
    }

    fn add_fields(&mut self, faults: Vec<FieldFault>) {
        for fault in faults {
            self.add(LackKind::Field, fault);
        }
    }
}

impl Move<'_> {
    /// What everybody is held to.
    pub(crate) fn of_everybody(&self) -> Judged {
        let mut judged = Judged::default();
        let from = self.definition.stage(&self.case.stage.id);
        if let Some(ways) = from.and_then(|from| from.to.as_ref())
            && !ways.contains(&self.to.id)
        {
            let names: Vec<&str> =
                ways.iter().filter_map(|id| self.definition.stage(id)).map(|stage| stage.name.as_str()).collect();
            let detail = match names.as_slice() {
                [] => format!("From {} there is no way on", self.case.stage.name),
                names => format!("From {} a case goes to {}", self.case.stage.name, names.join(" or ")),
            };
            judged.add(LackKind::Transition, FieldFault::new("/stage", "no-transition", &detail));
        }
        judged.add_fields(of_stage(self.definition, self.to, &self.case.fields, self.at));
        if !self.to.entry_criteria.is_empty() && !self.holds(&self.to.entry_criteria, Since::CaseBegan) {
            let detail = format!("{} is entered when: {}", self.to.name, told(&self.to.entry_criteria));
            judged.add(LackKind::Criterion, FieldFault::new("/stage", "entry-criterion", &detail));
        }
        judged
    }

    /// All that whoever `checks` speaks of is held to.
    pub(crate) fn judge(&self, checks: &StageChecks) -> Judged {
        let mut judged = self.of_everybody();
        if !checks.by_person {
            return judged;
        }
        if self.is_onward() {
            self.judge_onward(checks, &mut judged);
        }
        if let Some(limit) = self.to.wip_limit.filter(|limit| limit.is_hard)
            && checks.open_in_stage.is_some_and(|open| open >= u64::from(limit.limit))
        {
            let detail = format!("{} is full: it takes {} open cases", self.to.name, limit.limit);
            judged.add(LackKind::WipLimit, FieldFault::new("/stage", "wip-limit", &detail));
        }
        judged
    }

    fn judge_onward(&self, checks: &StageChecks, judged: &mut Judged) {
        let needed = states::required(self.definition.field_set(), &self.case.fields, self.at);
        judged.add_fields(value::missing(self.definition.field_set(), needed.into_iter(), &self.case.fields));
        if let Some(from) = self.definition.stage(&self.case.stage.id) {
            self.judge_leaving(from, checks, judged);
        }
        for passed in self.passed_over() {
            match passed.skip {
                Skip::Never => {
                    let detail = format!("{} is not passed over", passed.name);
                    judged.add(LackKind::Transition, FieldFault::new("/stage", "not-skippable", &detail));
                }
                Skip::WithReason if self.reason.is_none() => {
                    let detail = format!("{} is passed over: say why", passed.name);
                    judged.add(LackKind::Reason, FieldFault::new("/reason", "required", &detail));
                }
                Skip::WithReason | Skip::Free => judged.skipped.push(passed.into()),
            }
        }
    }

    fn judge_leaving(&self, from: &Stage, checks: &StageChecks, judged: &mut Judged) {
        let form = checks.stage_forms.get(&from.id);
        let unfilled =
            form.and_then(|schema| casewright_forms::judge_fields(schema, &self.case.fields).err()).unwrap_or_default();
        let is_undone = !from.exit_criteria.is_empty() && !self.holds(&from.exit_criteria, Since::StageEntered);
        if from.skip == Skip::WithReason && self.reason.is_some() {
            if is_undone || !unfilled.is_empty() {
                judged.skipped.push(from.into());
            }
            return;
        }
        judged.add_fields(unfilled);
        if !is_undone {
            return;
        }
        let criteria = told(&from.exit_criteria);
        if from.skip == Skip::WithReason {
            let detail = format!("{} is not done ({criteria}): say why it is left", from.name);
            judged.add(LackKind::Reason, FieldFault::new("/reason", "required", &detail));
        } else {
            let detail = format!("{} is left when: {criteria}", from.name);
            judged.add(LackKind::Criterion, FieldFault::new("/stage", "exit-criterion", &detail));
        }
    }

    fn holds(&self, criteria: &[Sentry], since: Since) -> bool {
        any_holds(criteria, &ground(self.case, self.definition, since, self.at))
    }

    /// On the usual way, and further than it is.
    pub(crate) fn is_onward(&self) -> bool {
        self.to.kind == StageKind::Primary && self.place(&self.to.id) > self.place(&self.case.stage.id)
    }

    /// Primary stages between, in which the case never was.
    fn passed_over(&self) -> impl Iterator<Item = &Stage> {
        let from = self.place(&self.case.stage.id).map_or(0, |place| place + 1);
        let until = self.place(&self.to.id).unwrap_or(0);
        let between = self.definition.stages.iter().take(until).skip(from);
        between.filter(|stage| stage.kind == StageKind::Primary && !self.case.progress.visited.contains(&stage.id))
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.definition.stages.iter().position(|stage| stage.id == id)
    }
}

/// What the stage itself names, as far as it is shown.
pub(crate) fn of_stage(
    definition: &CaseDefinition,
    to: &Stage,
    fields: &Map<String, Value>,
    at: Timestamp,
) -> Vec<FieldFault> {
    if to.required.is_empty() {
        return Vec::new();
    }
    let visible = states::visible(definition.field_set(), fields, at);
    // What a stage asks for and no field of the definition is, is not hidden by it.
    let is_shown = |key: &&str| visible.contains(key) || definition.field(key).is_none();
    value::missing(definition.field_set(), to.required.iter().map(String::as_str).filter(is_shown), fields)
}

/// What the change itself leaves open: a required field that was filled, or one that was not required before. One that was open
/// all the time does not stand in the way of another.
pub(crate) fn left_open(
    case: &Case,
    definition: &CaseDefinition,
    after: &Map<String, Value>,
    at: Timestamp,
) -> Vec<FieldFault> {
    let open_before = |key: &str| value::is_blank(case.fields.get(key));
    let asked_before = states::required(definition.field_set(), &case.fields, at);
    let asked_now = states::required(definition.field_set(), after, at).into_iter();
    let is_new = |key: &&str| !open_before(key) || !asked_before.contains(key);
    value::missing(definition.field_set(), asked_now.filter(is_new), after)
}

/// The fields after a change, with what is computed of them.
pub(crate) fn merged(
    definition: &CaseDefinition,
    fields: &Map<String, Value>,
    changes: Option<&Map<String, Value>>,
    at: Timestamp,
) -> Map<String, Value> {
    let mut merged = fields.clone();
    for (key, value) in changes.into_iter().flatten() {
        if value.is_null() {
            merged.remove(key);
        } else {
            merged.insert(key.clone(), value.clone());
        }
    }
    let changed: Vec<&str> = changes.into_iter().flatten().map(|(key, _)| key.as_str()).collect();
    formula::recompute(definition.field_set(), &mut merged, Some(&changed), at);
    merged
}

/// Criteria in the words of their author.
fn told(criteria: &[Sentry]) -> String {
    let words = criteria.iter().map(|sentry| match (sentry.name.as_str(), &sentry.condition) {
        ("", Some(condition)) => condition.as_str(),
        ("", None) => "what it waits for has happened",
        (name, _) => name,
    });
    words.collect::<Vec<_>>().join(", or ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use casewright_journal::{Aggregate as _, AggregateKey, TenantId};
    use serde_json::json;

    fn definition() -> CaseDefinition {
        serde_json::from_value(json!({
            "key": "claim", "name": "Claim", "version": 1, "caseNumberPrefix": "CLM",
            "stages": [
                {"id": "intake", "name": "Intake", "to": ["check", "assessment", "decision", "lost"]},
                {"id": "check", "name": "Check", "skip": "with-reason"},
                {"id": "assessment", "name": "Assessment", "skip": "never",
                    "exitCriteria": [{"name": "The amount is agreed", "on": [{"fieldChanged": "amount"}]}]},
                {"id": "decision", "name": "Decision", "required": ["amount"], "wipLimit": {"limit": 2, "isHard": true},
                    "entryCriteria": [{"name": "A supervisor has it", "if": "assignee = \"ben\""}]},
                {"id": "archive", "name": "Archive"},
                {"id": "lost", "name": "Lost", "kind": "alternate"}
            ],
            "statuses": [{"id": "open", "name": "Open", "kind": "open"}],
            "fields": [{"key": "amount", "label": "Amount", "type": "number"}]
        }))
        .unwrap()
    }

    fn case_in(stage: &str) -> Case {
        let mut case =
            Case::empty(&AggregateKey { tenant: TenantId::default(), kind: Case::KIND.into(), id: "c".into() });
        case.stage = StageRef { id: stage.to_owned(), name: stage.to_owned() };
        case
    }

    fn judged(
        case: &Case,
        to: &str,
        reason: Option<&str>,
        checks: &StageChecks,
    ) -> (Vec<(String, String)>, Vec<String>) {
        let definition = definition();
        let to = definition.stage(to).unwrap();
        let judged = Move { case, definition: &definition, to, reason, at: Timestamp::UNIX_EPOCH }.judge(checks);
        let told = judged.lacks.into_iter().map(|lack| (lack.fault.code, lack.fault.pointer)).collect();
        (told, judged.skipped.into_iter().map(|stage| stage.id).collect())
    }

    fn lack(code: &str, pointer: &str) -> (String, String) {
        (code.to_owned(), pointer.to_owned())
    }

    #[test]
    fn a_refused_move_is_told_everything_that_is_missing() {
        let person = StageChecks { by_person: true, open_in_stage: Some(2), ..StageChecks::default() };
        let of_everybody = [lack("required", "/fields/amount"), lack("entry-criterion", "/stage")];
        let of_people = [lack("required", "/reason"), lack("not-skippable", "/stage"), lack("wip-limit", "/stage")];
        let (told, _) = judged(&case_in("intake"), "decision", None, &person);
        assert_eq!(told, [of_everybody.to_vec(), of_people.to_vec()].concat());
        let (told, _) = judged(&case_in("intake"), "decision", None, &StageChecks::default());
        assert_eq!(told, of_everybody, "a machine is not asked what people are");
        let (told, _) = judged(&case_in("intake"), "archive", None, &StageChecks::default());
        assert_eq!(told, [lack("no-transition", "/stage")]);
    }

    #[test]
    fn a_stage_is_passed_over_by_who_says_why() {
        let person = StageChecks { by_person: true, ..StageChecks::default() };
        let (told, skipped) = judged(&case_in("intake"), "assessment", Some("Known customer"), &person);
        assert_eq!((told, skipped), (Vec::new(), vec!["check".to_owned()]));
        let mut been_there = case_in("intake");
        been_there.progress.visited = vec!["check".to_owned(), "intake".to_owned()];
        assert_eq!(judged(&been_there, "assessment", None, &person), (Vec::new(), Vec::new()));
        assert_eq!(judged(&case_in("intake"), "lost", None, &person), (Vec::new(), Vec::new()), "beside the way");
    }

    #[test]
    fn a_stage_is_left_when_an_exit_criterion_holds_and_sent_back_at_any_time() {
        let person = StageChecks { by_person: true, ..StageChecks::default() };
        let case = case_in("assessment");
        assert_eq!(judged(&case, "archive", None, &person).0, [lack("exit-criterion", "/stage")]);
        assert_eq!(judged(&case, "intake", None, &person).0, []);
        let mut changed = case;
        let amount = crate::domain::sentry::Occurrence::FieldChanged("amount".to_owned());
        changed.progress.happened.insert(amount.clone());
        assert_eq!(
            judged(&changed, "archive", None, &person).0,
            [lack("exit-criterion", "/stage")],
            "before the stage"
        );
        changed.progress.happened_in_stage.insert(amount);
        assert_eq!(judged(&changed, "archive", None, &person).0, []);
    }
}
