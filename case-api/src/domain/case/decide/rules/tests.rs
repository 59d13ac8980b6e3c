//! What rules do, what is kept of it, and what would have been done.

use super::super::{CasePatch, NewCase, create, patch};
use super::*;
use crate::domain::case::event::CaseEvent;
use crate::domain::case::trial::Trial;
use crate::domain::person::{Origin, OriginKind};
use crate::domain::rule::{ActionOutcome, RunOutcome};
use casewright_journal::{Aggregate as _, AggregateKey, Entry, EntryMeta, TenantId};
use jiff::SignedDuration;
use serde_json::{Map, json};

fn at(hours: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap() + SignedDuration::from_hours(hours)
}

fn definition(rules: Value) -> CaseDefinition {
    serde_json::from_value(json!({
        "key": "claim", "name": "Claim", "version": 1, "caseNumberPrefix": "CLM",
        "stages": [{"id": "new", "name": "New"}, {"id": "decision", "name": "Decision", "required": ["amount"]}],
        "statuses": [{"id": "open", "name": "Open", "kind": "open"}, {"id": "closed", "name": "Closed", "kind": "closed"}],
        "fields": [{"key": "amount", "label": "Amount", "type": "number"}], "rules": rules
    }))
    .unwrap()
}

/// A case with its log.
struct Story {
    definition: CaseDefinition,
    case: Case,
    entries: Vec<Entry>,
}

impl Story {
    fn of(rules: Value) -> Self {
        let key = AggregateKey::new(&TenantId::default(), Case::KIND, "c");
        let mut story = Self { definition: definition(rules), case: Case::empty(&key), entries: Vec::new() };
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
        let decided = create(&story.case, &story.definition, &new, &Person::new("anna", "Anna"), at(0));
        story.tell(decided, at(0));
        story
    }

    fn tell<R>(&mut self, decided: Decided<R>, at: Timestamp) -> R {
        let Ok(decision) = decided else { panic!("it was refused") };
        for event in &decision.events {
            let meta = EntryMeta {
                key: AggregateKey::new(&TenantId::default(), Case::KIND, "c"),
                seq: self.entries.len() as u64 + 1,
                at,
                actor: "anna".into(),
                cause: "".into(),
            };
            self.case.apply(event, &meta);
            let payload = serde_json::to_vec(event).unwrap().into();
            let decided = casewright_journal::Decided::default();
            self.entries.push(Entry { meta, event: event.fact.name().into(), payload, command: None, decided });
        }
        decision.answer
    }

    fn patch(&mut self, wish: Value, at: Timestamp) {
        let fields = wish["fields"].as_object().cloned();
        let stage = wish["stage"].as_str().map(str::to_owned);
        let status = wish["status"].as_str().map(str::to_owned);
        let wish = CasePatch { fields, stage, status, ..CasePatch::default() };
        let decided = patch(&self.case, &self.definition, &wish, &Person::new("anna", "Anna"), at);
        self.tell(decided, at);
    }

    /// Has the rules answer the last entry; gives those that did nothing.
    fn answer(&mut self, people: &People, at: Timestamp) -> Vec<RuleRun> {
        let last = self.entries.last().unwrap().clone();
        let event: Value = serde_json::from_slice(&last.payload).unwrap();
        let trigger = Trigger { seq: last.meta.seq, name: &last.event, event: &event, depth: 0 };
        let by = Person::system("rules");
        let decided = answer_with_rules(&self.case, &self.definition, &trigger, people, &by, at);
        self.tell(decided, at)
    }

    fn time(&mut self, rule: &str, answered: Option<Timestamp>, at: Timestamp) -> Option<RuleRun> {
        let decided = answer_time(&self.case, &self.definition, (rule, answered), &People::new(), at);
        self.tell(decided, at)
    }

    /// What was kept of the rules that were applied.
    fn applied(&self) -> Vec<RuleRun> {
        let event = |entry: &Entry| serde_json::from_slice::<CaseEvent>(&entry.payload).unwrap().fact;
        let run = |fact| match fact {
            Fact::RuleApplied { run, .. } => run,
            _ => None,
        };
        self.entries.iter().map(event).filter_map(run).collect()
    }
}

#[test]
fn what_was_asked_and_done_is_kept_with_the_case() {
    let mut story =
        Story::of(json!([{"id": "large", "name": "Large claims", "on": "field-changed", "if": "fields.amount > 500",
        "then": [{"addLabel": "large"}, {"setStatus": "open"}, {"assign": "ghost"}, {"assign": "ben"}]}]));
    story.patch(json!({"fields": {"amount": 900}}), at(1));
    let people = People::from([("ben".to_owned(), Person::new("ben", "Ben Okafor"))]);
    assert!(story.answer(&people, at(1)).is_empty());
    let run = story.applied().remove(0);
    assert_eq!((run.name.as_str(), run.outcome), ("Large claims", RunOutcome::Failed));
    assert_eq!((run.tests[0].asked.as_str(), &run.tests[0].found), ("fields.amount > 500", &json!(true)));
    let outcomes: Vec<ActionOutcome> = run.actions.iter().map(|action| action.outcome).collect();
    use ActionOutcome::{Done, Failed, Unchanged};
    assert_eq!(outcomes, [Done, Unchanged, Failed, Done]);
    assert!(run.actions[2].reason.as_ref().is_some_and(|reason| reason.contains("ghost")));
    assert_eq!(story.case.assignee.as_ref().map(|person| person.name.as_str()), Some("Ben Okafor"));
    assert_eq!(story.case.problem.as_ref().map(|problem| problem.step.as_str()), Some("Large claims"));
}

#[test]
fn what_does_not_hold_changes_nothing_and_says_what_was_found() {
    let mut story = Story::of(
        json!([{"id": "large", "on": "field-changed", "when": {"fields.amount": {"gt": 500}, "stage": "new"},
        "then": [{"addLabel": "large"}]}]),
    );
    story.patch(json!({"fields": {"amount": 100}}), at(1));
    let count = story.entries.len();
    let passed = story.answer(&People::new(), at(1));
    assert_eq!((story.entries.len(), passed.len(), passed[0].outcome), (count, 1, RunOutcome::NotMatched));
    let found: Vec<(&str, bool)> = passed[0].tests.iter().map(|test| (test.asked.as_str(), test.holds)).collect();
    assert_eq!(found, [("fields.amount", false), ("stage", true)]);
}

#[test]
fn a_move_that_is_refused_is_told_with_its_reason() {
    let mut story = Story::of(json!([{"id": "on", "on": "status-changed", "then": [{"setStage": "decision"}]}]));
    story.patch(json!({"status": "closed"}), at(1));
    story.answer(&People::new(), at(1));
    let run = story.applied().remove(0);
    assert_eq!(run.actions[0].outcome, ActionOutcome::Failed);
    assert!(run.actions[0].reason.as_ref().is_some_and(|reason| reason.contains("Amount is needed")));
}

#[test]
fn a_rule_waits_from_when_its_stage_was_entered_and_comes_once() {
    let mut story = Story::of(
        json!([{"id": "late", "on": {"after": "P2D", "since": "stage-entered"}, "then": [{"addLabel": "late"}]}]),
    );
    let due = |story: &Story, answered| marks::next_due(&story.case, &story.definition, &answered);
    assert_eq!(due(&story, [].into()), Some(at(48)));
    story.patch(json!({"fields": {"amount": 1}, "stage": "decision"}), at(24));
    assert_eq!(due(&story, [].into()), Some(at(72)), "the wait begins anew");
    assert_eq!(story.time("late", None, at(71)), None);
    assert!(story.case.labels.is_empty());
    story.time("late", None, at(72));
    assert!(story.case.labels.contains("late"));
    // Told again before it was noted: nothing is done twice.
    let count = story.entries.len();
    story.time("late", None, at(73));
    assert_eq!((story.entries.len(), due(&story, [].into())), (count, None));
}

#[test]
fn a_daily_rule_comes_until_the_case_is_closed() {
    let mut story = Story::of(
        json!([{"id": "daily", "on": {"daily": "08:00"}, "if": "fields.amount > 0", "then": [{"setPriority": 90}]}]),
    );
    let due = |story: &Story, answered| marks::next_due(&story.case, &story.definition, &answered);
    let first = due(&story, [].into()).unwrap();
    let passed = story.time("daily", None, first).unwrap();
    assert_eq!((passed.outcome, &passed.tests[0].found), (RunOutcome::NotMatched, &Value::Null));
    let next = due(&story, [("daily".to_owned(), first)].into()).unwrap();
    assert_eq!(next, first + SignedDuration::from_hours(24));
    story.patch(json!({"fields": {"amount": 1}}), first);
    story.time("daily", Some(first), next);
    assert_eq!(story.case.priority, 90);
    story.patch(json!({"status": "closed"}), next);
    assert_eq!(due(&story, [].into()), None);
    let later = next + SignedDuration::from_hours(100);
    story.patch(json!({"status": "open"}), later);
    assert!(due(&story, [].into()).is_some_and(|due| due > later), "nothing is made up for");
}

#[test]
fn a_dry_run_asks_about_the_case_as_it_was() {
    let mut story = Story::of(json!([]));
    story.patch(json!({"fields": {"amount": 100}}), at(1));
    story.patch(json!({"fields": {"amount": 900}}), at(2));
    story.patch(json!({"fields": {"amount": 50}, "stage": "decision"}), at(30));
    let trial = |rule: Value, from: i64| Trial {
        rule: serde_json::from_value(rule).unwrap(),
        definition: story.definition.clone(),
        people: People::new(),
        from: at(from),
        to: at(100),
    };
    let large =
        json!({"id": "large", "on": "field-changed", "if": "fields.amount > 500", "then": [{"addLabel": "large"}]});
    let tried = trial(large.clone(), 0).of_case(&story.entries);
    let told: Vec<(i64, RunOutcome)> =
        tried.iter().map(|one| ((one.at - at(0)).get_seconds() / 3_600, one.run.outcome)).collect();
    assert_eq!(told, [(1, RunOutcome::NotMatched), (2, RunOutcome::Done), (30, RunOutcome::NotMatched)]);
    assert_eq!(tried[1].run.actions[0].outcome, ActionOutcome::Done);
    assert_eq!(trial(large, 3).of_case(&story.entries).len(), 1, "what was before the period is not asked");
    // Twelve hours in the first stage, and twelve in the second.
    let waits =
        json!({"id": "late", "on": {"after": "PT12H", "since": "stage-entered"}, "then": [{"addLabel": "late"}]});
    let tried = trial(waits, 0).of_case(&story.entries);
    assert_eq!(tried.iter().map(|one| one.at).collect::<Vec<_>>(), [at(12), at(42)]);
    assert!(story.case.labels.is_empty(), "nothing was done");
}
