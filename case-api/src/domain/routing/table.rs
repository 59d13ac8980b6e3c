//! What rules of routing say, and what they must fulfil.

use super::Skill;
use super::condition::{self, Facts, Undecided};
use super::skill;
use casewright_forms::FieldFault;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Rules of one table.
const MOST_RULES: usize = 200;
/// Longest condition, in bytes.
const MAX_CONDITION: usize = 4_000;

/// Whose rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RoutingScope {
    Definition,
    Organisation,
}

/// When rules are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RoutingMoment {
    /// The case begins, by whatever channel.
    Created,
    /// Mail came to a case that nobody has.
    Mail,
    /// Somebody asks for it.
    Request,
}

impl RoutingMoment {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Mail => "mail",
            Self::Request => "request",
        }
    }
}

/// Ordered rules: the first that holds says where the case goes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoutingTable {
    #[serde(default)]
    pub rules: Vec<RoutingRule>,
    /// The catch-all: where a case goes that no rule holds for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<Target>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoutingRule {
    pub id: String,
    #[serde(default)]
    pub name: String,
    /// A FEEL expression over `case` (`definition`, `title`, `stage`, `status`, `queue`, `priority`, `labels`, `origin`,
    /// `requester`, `fields`), `moment` and, when mail came, `mail` (`from`, `subject`): `case.fields.amount > 1000`.
    pub when: String,
    /// When it is asked; `created` and `request` when absent.
    #[serde(default = "of_every_day")]
    pub on: Vec<RoutingMoment>,
    pub then: Target,
}

fn of_every_day() -> Vec<RoutingMoment> {
    vec![RoutingMoment::Created, RoutingMoment::Request]
}

/// Where a case goes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Target {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// User id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// What is asked of who works on it, beside what its queue asks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<Skill>,
    /// 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
}

/// What became of one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleVerdict {
    pub(crate) scope: RoutingScope,
    pub(crate) rule: String,
    pub(crate) name: String,
    pub(crate) verdict: Verdict,
    /// Why it could not be decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    /// It holds, and says where the case goes.
    Chosen,
    DoesNotHold,
    /// It is not asked at this moment.
    NotAsked,
    /// It holds, and names a queue that the case's definition does not allow.
    QueueNotAllowed,
    /// Its condition cannot be computed; it does not hold.
    Failed,
}

/// Where a case goes by a table, and because of which rule.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Routed {
    pub(crate) scope: RoutingScope,
    /// None: the catch-all.
    pub(crate) rule: Option<String>,
    pub(crate) name: String,
    pub(crate) target: Target,
}

impl RoutingTable {
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// All targets, with their pointers.
    pub(crate) fn targets(&self) -> impl Iterator<Item = (String, &Target)> {
        let rules = self.rules.iter().enumerate().map(|(index, rule)| (format!("/rules/{index}/then"), &rule.then));
        rules.chain(self.otherwise.iter().map(|target| ("/otherwise".to_owned(), target)))
    }

    /// Everything that stands against keeping it by itself, with pointers.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        if self.rules.len() > MOST_RULES {
            faults.push(FieldFault::new("/rules", "too-many", "200 rules at most"));
        }
        for (index, rule) in self.rules.iter().enumerate() {
            let at = |member: &str| format!("/rules/{index}/{member}");
            if rule.id.trim().is_empty() {
                faults.push(FieldFault::new(&at("id"), "required", "an id is needed"));
            } else if self.rules[..index].iter().any(|earlier| earlier.id == rule.id) {
                let detail = format!("`{}` is there twice", rule.id);
                faults.push(FieldFault::new(&at("id"), "duplicate", &detail));
            }
            if rule.when.len() > MAX_CONDITION {
                faults.push(FieldFault::new(&at("when"), "too-long", "a condition is limited to 4,000 bytes"));
            } else if let Err(reason) = condition::check(&rule.when) {
                faults.push(FieldFault::new(&at("when"), "invalid-condition", &reason));
            }
            if rule.on.is_empty() {
                faults.push(FieldFault::new(&at("on"), "required", "created, mail or request"));
            }
        }
        for (pointer, target) in self.targets() {
            if *target == Target::default() {
                faults.push(FieldFault::new(&pointer, "required", "a queue, an assignee, skills or a priority"));
            }
            skill::check(&target.skills, &format!("{pointer}/skills"), &mut faults);
            if target.priority.is_some_and(|priority| !(0..=100).contains(&priority)) {
                let detail = "a priority is between 0 and 100";
                faults.push(FieldFault::new(&format!("{pointer}/priority"), "out-of-range", detail));
            }
        }
        faults
    }

    /// The first rule that holds; its verdict and those before it are added to `told`. Rules that name a queue outside of
    /// `allowed` (empty: any) are passed over.
    pub(crate) fn first(
        &self,
        scope: RoutingScope,
        moment: RoutingMoment,
        facts: &Facts,
        allowed: &[String],
        told: &mut Vec<RuleVerdict>,
    ) -> Option<Routed> {
        for rule in &self.rules {
            let verdict = self.verdict(rule, moment, facts, allowed);
            let (verdict, problem) = match verdict {
                Ok(verdict) => (verdict, None),
                Err(Undecided(reason)) => (Verdict::Failed, Some(reason)),
            };
            let (id, name) = (rule.id.clone(), rule.name.clone());
            told.push(RuleVerdict { scope, rule: id.clone(), name: name.clone(), verdict, problem });
            if verdict == Verdict::Chosen {
                let name = if name.trim().is_empty() { id.clone() } else { name };
                return Some(Routed { scope, rule: Some(id), name, target: rule.then.clone() });
            }
        }
        None
    }

    /// The catch-all. Mail that comes to a case that is somewhere already is caught by nothing.
    pub(crate) fn catch_all(&self, scope: RoutingScope, moment: RoutingMoment, allowed: &[String]) -> Option<Routed> {
        let target = self.otherwise.as_ref().filter(|target| is_allowed(target, allowed))?;
        (moment != RoutingMoment::Mail).then(|| Routed {
            scope,
            rule: None,
            name: "otherwise".to_owned(),
            target: target.clone(),
        })
    }

    fn verdict(
        &self,
        rule: &RoutingRule,
        moment: RoutingMoment,
        facts: &Facts,
        allowed: &[String],
    ) -> Result<Verdict, Undecided> {
        if !rule.on.contains(&moment) {
            return Ok(Verdict::NotAsked);
        }
        Ok(match condition::holds(&rule.when, facts)? {
            false => Verdict::DoesNotHold,
            true if is_allowed(&rule.then, allowed) => Verdict::Chosen,
            true => Verdict::QueueNotAllowed,
        })
    }
}

fn is_allowed(target: &Target, allowed: &[String]) -> bool {
    target.queue.as_ref().is_none_or(|queue| allowed.is_empty() || allowed.contains(queue))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn table() -> RoutingTable {
        serde_json::from_value(json!({
            "rules": [
                {"id": "broken", "when": "case.fields.amount.x.y > 1", "then": {"queue": "nowhere"}},
                {"id": "large", "name": "Large claims", "when": "case.fields.amount > 1000", "then": {"queue": "experts", "skills": [{"skill": "loss", "level": 3}]}},
                {"id": "angry", "when": "contains(mail.subject, \"!\")", "on": ["mail"], "then": {"priority": 90}}
            ],
            "otherwise": {"queue": "desk"}
        }))
        .unwrap()
    }

    fn facts(amount: i64, moment: RoutingMoment) -> Facts {
        Facts::new(
            json!({"fields": {"amount": amount}}),
            moment.as_str(),
            Some(json!({"subject": "At last!"})),
            jiff::Timestamp::UNIX_EPOCH,
        )
    }

    #[test]
    fn the_first_rule_that_holds_says_where_and_the_catch_all_takes_the_rest() {
        let mut told = Vec::new();
        let created = RoutingMoment::Created;
        let large = table().first(RoutingScope::Organisation, created, &facts(5_000, created), &[], &mut told).unwrap();
        assert_eq!((large.rule.as_deref(), large.target.queue.as_deref()), (Some("large"), Some("experts")));
        let verdicts: Vec<Verdict> = told.iter().map(|told| told.verdict).collect();
        assert_eq!(verdicts, [Verdict::DoesNotHold, Verdict::Chosen]);
        let mut told = Vec::new();
        let small = table().first(RoutingScope::Organisation, created, &facts(5, created), &[], &mut told);
        assert_eq!((small, told.last().unwrap().verdict), (None, Verdict::NotAsked));
        let rest = table().catch_all(RoutingScope::Organisation, created, &[]).unwrap();
        assert_eq!((rest.rule, rest.target.queue.as_deref()), (None, Some("desk")));
        assert_eq!(table().catch_all(RoutingScope::Organisation, RoutingMoment::Mail, &[]), None);
    }

    #[test]
    fn mail_is_asked_of_rules_for_mail() {
        let mail = RoutingMoment::Mail;
        let angry = table().first(RoutingScope::Definition, mail, &facts(5_000, mail), &[], &mut Vec::new()).unwrap();
        assert_eq!((angry.rule.as_deref(), angry.target.priority), (Some("angry"), Some(90)));
    }

    #[test]
    fn a_queue_that_the_definition_does_not_allow_is_passed_over() {
        let (mut told, created) = (Vec::new(), RoutingMoment::Created);
        let allowed = ["desk".to_owned()];
        let routed = table().first(RoutingScope::Organisation, created, &facts(5_000, created), &allowed, &mut told);
        assert_eq!((routed, told[1].verdict), (None, Verdict::QueueNotAllowed));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let wrong: RoutingTable = serde_json::from_value(json!({
            "rules": [
                {"id": "a", "when": "case.fields.amount >", "then": {"queue": "x"}},
                {"id": "a", "when": "true", "on": [], "then": {}},
                {"id": "b", "when": "true", "then": {"priority": 101, "skills": [{"skill": " ", "level": 9}]}}
            ]
        }))
        .unwrap();
        let found: Vec<String> = wrong.faults().into_iter().map(|fault| fault.pointer).collect();
        let expected = [
            "/rules/0/when",
            "/rules/1/id",
            "/rules/1/on",
            "/rules/1/then",
            "/rules/2/then/skills/0/skill",
            "/rules/2/then/skills/0/level",
            "/rules/2/then/priority",
        ];
        assert_eq!(found, expected);
        assert!(table().faults().is_empty());
    }
}
