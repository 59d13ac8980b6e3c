//! A DMN file to what can be evaluated, with findings for everything that cannot.
//!
//! Two dialects: what Camunda Modeler writes ([`camunda`]), whose tables declare no inputs and may use JUEL and JavaScript, and
//! standard models ([`Standard`]: boxed expressions, business knowledge, decision services, item definitions, imports).

use super::camunda;
use super::checks::{refuse_cycles, refuse_external_functions, refuse_ragged_rules};
use super::element::{key_of, logic_of, owned, read_xml};
use super::findings::Findings;
use super::model::{Decision, DecisionDiagnostic, DecisionSummary, Logic};
use super::standard::{Imported, Standard};
use crate::xml::{Element, Lines, ParseError};
use std::collections::{HashMap, HashSet};

/// A parsed DMN file.
pub struct DecisionResource {
    /// Id of `<definitions>`: the key of the decision requirements definition.
    pub id: String,
    pub name: Option<String>,
    pub namespace: Option<String>,
    /// Namespaces of the models that it imports.
    pub imports: Vec<String>,
    pub decisions: Vec<DecisionSummary>,
    /// What was found without being fatal.
    pub warnings: Vec<DecisionDiagnostic>,
    pub(crate) evaluable: Evaluable,
}

pub(crate) enum Evaluable {
    Camunda(HashMap<String, Decision>),
    Standard(Standard),
}

impl DecisionResource {
    /// Parses a DMN 1.1 to 1.5 file that stands alone.
    ///
    /// # Errors
    /// Everything that is wrong with it; at least one of the findings is an error.
    pub fn parse(xml: &str) -> Result<Self, Vec<DecisionDiagnostic>> {
        Self::parse_among(xml, Vec::new)
    }

    /// Keys of what has a decision table, with how many rules it has.
    #[must_use]
    pub fn tables(&self) -> Vec<(String, usize)> {
        match &self.evaluable {
            Evaluable::Standard(standard) => standard.tables().to_vec(),
            Evaluable::Camunda(decisions) => {
                let rules = |decision: &Decision| match &decision.logic {
                    Logic::Table(table) => Some((decision.key.clone(), table.rules.len())),
                    Logic::Literal { .. } => None,
                };
                let mut tables: Vec<(String, usize)> = decisions.values().filter_map(rules).collect();
                tables.sort();
                tables
            }
        }
    }

    /// Parses a file that may import others of its deployment; `others` gives their texts, and is asked only when it does.
    ///
    /// # Errors
    /// Everything that is wrong with it; at least one of the findings is an error.
    pub fn parse_among(xml: &str, mut others: impl FnMut() -> Vec<String>) -> Result<Self, Vec<DecisionDiagnostic>> {
        let lines = Lines::of(xml);
        let root = read_xml(xml).map_err(|error| vec![not_xml(error, &lines)])?;
        let mut findings = Findings { lines, all: Vec::new() };
        if root.local_name() != "definitions" {
            findings.error("not-dmn", &root, "Unable to parse DMN file: no definitions".into());
            return Err(findings.all);
        }
        let dialect = dialect(&root);
        let mut decisions = summaries(&root, dialect, &mut findings);
        refuse_external_functions(&root, &mut findings);
        refuse_cycles(&root, &mut findings);
        refuse_ragged_rules(&root, &mut findings);
        findings.fail()?;
        let evaluable = evaluable(&root, dialect, &mut findings, &mut others);
        findings.fail()?;
        if matches!(evaluable, Evaluable::Standard(_)) {
            decisions.extend(services(&root));
        }
        Ok(Self {
            id: root.attribute("id").unwrap_or_default().to_owned(),
            name: owned(root.attribute("name")),
            namespace: owned(root.attribute("namespace")),
            imports: root.children("import").filter_map(|import| owned(import.attribute("namespace"))).collect(),
            decisions,
            warnings: findings.all,
            evaluable,
        })
    }
}

/// A file that might be of either dialect is read as a standard model when it can be.
fn evaluable(root: &Element, dialect: Dialect, findings: &mut Findings<'_>, others: &mut dyn Imported) -> Evaluable {
    match dialect {
        Dialect::Camunda => Evaluable::Camunda(camunda::decisions(root, findings)),
        Dialect::Standard => Evaluable::Standard(Standard::build(root, findings, others)),
        Dialect::Either => {
            let before = findings.all.len();
            let standard = Standard::build(root, findings, others);
            if !findings.all[before..].iter().any(|finding| finding.is_error) {
                return Evaluable::Standard(standard);
            }
            findings.all.truncate(before);
            Evaluable::Camunda(camunda::decisions(root, findings))
        }
    }
}

fn not_xml(error: ParseError, lines: &Lines<'_>) -> DecisionDiagnostic {
    let (position, reason) = match error {
        ParseError::TooLarge => (0, "the file is too large".to_owned()),
        ParseError::TooDeep { position } | ParseError::TooMany { position } => {
            (position, "too many or too deeply nested elements".to_owned())
        }
        ParseError::NotXml { position, message } => (position, message),
    };
    let (line, column) = lines.place(position);
    let message = format!("Unable to parse DMN file: {reason}");
    DecisionDiagnostic { is_error: true, code: "not-xml", message, element_id: None, line, column }
}

fn summaries(root: &Element, dialect: Dialect, findings: &mut Findings<'_>) -> Vec<DecisionSummary> {
    let mut seen = HashSet::new();
    let mut summaries = Vec::new();
    for decision in root.children("decision") {
        let id = decision.attribute("id").unwrap_or_default();
        let key = if dialect == Dialect::Standard { key_of(decision).unwrap_or_default() } else { id };
        if key.is_empty() {
            findings.error("missing-decision-id", decision, "DMN-02010 The decision has no id".to_owned());
            continue;
        }
        if !seen.insert(key) {
            findings.error("duplicate-decision-id", decision, format!("The decision id '{key}' is used twice"));
        }
        summaries.push(DecisionSummary {
            key: key.to_owned(),
            name: owned(decision.attribute("name")),
            version_tag: owned(decision.attribute("versionTag")),
            history_time_to_live: owned(decision.attribute("historyTimeToLive")),
            logic: logic_of(decision).map_or_else(String::new, |logic| logic.local_name().to_owned()),
            elements: decision.child("decisionTable").map_or(1, cells),
        });
    }
    summaries
}

/// Decision services are evaluated as decisions are, by their ids.
fn services(root: &Element) -> impl Iterator<Item = DecisionSummary> {
    root.children("decisionService").filter_map(|service| {
        Some(DecisionSummary {
            key: key_of(service)?.to_owned(),
            name: owned(service.attribute("name")),
            version_tag: None,
            history_time_to_live: None,
            logic: "decisionService".to_owned(),
            elements: 1,
        })
    })
}

/// Inputs and outputs times rules.
fn cells(table: &Element) -> u64 {
    let columns = table.children("input").count() + table.children("output").count();
    (columns * table.children("rule").count()) as u64
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    Camunda,
    /// Standard by its looks, but nothing in it that asks for more than tables.
    Either,
    Standard,
}

fn dialect(root: &Element) -> Dialect {
    let has_modern_namespace = root.attributes.iter().any(|(name, value)| {
        name.starts_with("xmlns")
            && (value.contains("/DMN/20191111/MODEL")
                || value.contains("/DMN/20211108/MODEL")
                || value.contains("/DMN/20230324/MODEL"))
    });
    if !has_modern_namespace {
        return Dialect::Camunda;
    }
    let beyond_tables = root.children.iter().any(|child| match child.local_name() {
        "itemDefinition" | "businessKnowledgeModel" | "decisionService" | "import" => true,
        "decision" => {
            logic_of(child).is_some_and(|logic| !matches!(logic.local_name(), "decisionTable" | "literalExpression"))
        }
        _ => false,
    });
    if beyond_tables {
        return Dialect::Standard;
    }
    let is_camundas = root.attributes.iter().any(|(_, value)| value.contains("camunda.org"));
    let declares_variables = root.children.iter().any(|child| child.child("variable").is_some());
    if declares_variables && !is_camundas { Dialect::Either } else { Dialect::Camunda }
}
