//! Decisions of the Camunda dialect as they are evaluated: tables and literal expressions with their languages.

pub(crate) use casewright_engine_feel::{Aggregation, HitPolicy};
use casewright_engine_feel::{RuleIndex, UnaryTests};
use serde::Serialize;

#[derive(Debug)]
pub(crate) struct Decision {
    pub(crate) key: String,
    pub(crate) name: Option<String>,
    /// Keys of decisions of the same file that are evaluated before.
    pub(crate) required: Vec<String>,
    pub(crate) logic: Logic,
}

#[derive(Debug)]
pub(crate) enum Logic {
    Table(Table),
    Literal { variable: String, type_ref: Option<String>, expression: Option<Cell> },
}

#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) hit_policy: HitPolicy,
    pub(crate) inputs: Vec<Input>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) index: Option<RuleIndex>,
}

impl Table {
    pub(crate) fn new(hit_policy: HitPolicy, inputs: Vec<Input>, outputs: Vec<Output>, rules: Vec<Rule>) -> Self {
        // Rules that the index leaves out are not looked at: so nothing before its column may fail or have an effect.
        let is_plain = |column: usize| {
            rules.iter().all(|rule| rule.conditions[column].as_ref().is_none_or(|condition| condition.tests.is_some()))
                && inputs[column].expression.as_ref().is_none_or(|cell| cell.language == Language::Feel)
        };
        let plain = (0..inputs.len()).take_while(|column| is_plain(*column)).count();
        let any = UnaryTests::any();
        let index = RuleIndex::of(rules.len(), plain, |rule, column| match &rules[rule].conditions[column] {
            None => Some(&any),
            Some(condition) => condition.tests.as_ref(),
        });
        Self { hit_policy, inputs, outputs, rules, index }
    }
}

#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) id: String,
    pub(crate) label: Option<String>,
    /// Name under which cells see the input value.
    pub(crate) variable: String,
    pub(crate) expression: Option<Cell>,
    pub(crate) type_ref: Option<String>,
}

impl Input {
    /// What it asks for, as written.
    pub(crate) fn text(&self) -> String {
        self.expression.as_ref().map_or_else(|| self.variable.clone(), |cell| cell.text.clone())
    }
}

#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) id: String,
    pub(crate) label: Option<String>,
    pub(crate) name: String,
    pub(crate) type_ref: Option<String>,
    /// In order of priority, each an expression of its own.
    pub(crate) values: Vec<Cell>,
    pub(crate) default: Option<Cell>,
}

#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) id: String,
    /// None: whatever the input is.
    pub(crate) conditions: Vec<Option<Condition>>,
    /// None: no such output for this rule.
    pub(crate) conclusions: Vec<Option<Cell>>,
}

#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) cell: Cell,
    /// FEEL that names no variable, read once; other cells are read for the variables that there are.
    pub(crate) tests: Option<UnaryTests>,
}

#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) language: Language,
    pub(crate) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Feel,
    Juel,
    JavaScript,
}

impl Language {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Feel => "feel",
            Self::Juel => "juel",
            Self::JavaScript => "javascript",
        }
    }
}

/// One finding about a DMN file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DecisionDiagnostic {
    /// An error refuses the file; a warning does not.
    pub is_error: bool,
    /// Stable, kebab case.
    pub code: &'static str,
    /// In Camunda 7's words where it has them.
    pub message: String,
    pub element_id: Option<String>,
    /// 1-based; 0 when unknown.
    pub line: u32,
    pub column: u32,
}

/// One decision of a file, as a deployment lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionSummary {
    /// The element's id.
    pub key: String,
    pub name: Option<String>,
    pub version_tag: Option<String>,
    /// `camunda:historyTimeToLive` as written: days, or an ISO 8601 period.
    pub history_time_to_live: Option<String>,
    /// `decisionTable`, `literalExpression`, the name of the boxed expression, or `decisionService`.
    pub logic: String,
    /// Cells of its table, or 1: what Camunda counts as executed elements of one evaluation.
    pub elements: u64,
}
