//! Decisions of the dialect that Camunda Modeler writes: tables that declare no inputs, and cells in FEEL, JUEL or JavaScript.

use super::element::{logic_of, owned, text_child};
use super::findings::Findings;
use super::model::{Aggregation, Cell, Condition, Decision, HitPolicy, Input, Language, Logic, Output, Rule, Table};
use crate::feel::Reading;
use crate::xml::Element;
use casewright_engine_feel::Dialect;
use casewright_engine_value::EvaluationError;
use std::collections::{HashMap, HashSet};

pub(super) fn decisions(root: &Element, findings: &mut Findings<'_>) -> HashMap<String, Decision> {
    let global =
        root.attribute("expressionLanguage").filter(|language| !language.contains("/FEEL") && !language.is_empty());
    let mut decisions = HashMap::new();
    for element in root.children("decision") {
        let Some(key) = element.attribute("id") else {
            continue;
        };
        let mut reader = Reader { global, findings: &mut *findings };
        if let Some(logic) = reader.logic(element) {
            decisions.insert(
                key.to_owned(),
                Decision {
                    key: key.to_owned(),
                    name: owned(element.attribute("name")),
                    required: element
                        .children("informationRequirement")
                        .filter_map(|requirement| requirement.child("requiredDecision"))
                        .filter_map(|required| required.attribute("href"))
                        .map(|href| href.rsplit('#').next().unwrap_or_default().to_owned())
                        .collect(),
                    logic,
                },
            );
        }
    }
    let missing: Vec<(String, String)> = decisions
        .values()
        .flat_map(|decision| {
            decision
                .required
                .iter()
                .filter(|required| !decisions.contains_key(*required))
                .map(|required| (decision.key.clone(), required.clone()))
        })
        .collect();
    for (key, required) in missing {
        findings.error(
            "unknown-required-decision",
            root,
            format!("The decision '{key}' requires '{required}', which is not in the file"),
        );
    }
    decisions
}

/// Of the cells of tables.
const READING: Reading = Reading(Dialect::Camunda);

struct Reader<'a, 'text> {
    global: Option<&'a str>,
    findings: &'a mut Findings<'text>,
}

impl Reader<'_, '_> {
    fn logic(&mut self, decision: &Element) -> Option<Logic> {
        let key = decision.attribute("id").unwrap_or_default();
        match logic_of(decision) {
            Some(table) if table.local_name() == "decisionTable" => self.table(table).map(Logic::Table),
            Some(literal) if literal.local_name() == "literalExpression" => {
                let variable = decision.child("variable");
                Some(Logic::Literal {
                    variable: variable.and_then(|variable| variable.attribute("name")).unwrap_or(key).to_owned(),
                    type_ref: variable.and_then(|variable| owned(variable.attribute("typeRef"))),
                    expression: self.cell(literal),
                })
            }
            Some(other) => {
                let message = format!("The logic '{}' of decision '{key}' is not supported", other.local_name());
                self.findings.error("unsupported-logic", other, message);
                None
            }
            None => {
                let message = format!("DMN-02003 The expression type 'null' of decision '{key}' is not supported.");
                self.findings.error("missing-logic", decision, message);
                None
            }
        }
    }

    fn table(&mut self, table: &Element) -> Option<Table> {
        let hit_policy = hit_policy(table, self.findings)?;
        let inputs: Vec<Input> = table.children("input").map(|input| self.input(input)).collect();
        let outputs: Vec<Output> = table.children("output").map(|output| self.output(output)).collect();
        self.check_outputs(table, hit_policy, &outputs);
        let mut rules = Vec::new();
        for rule in table.children("rule") {
            let conditions: Vec<Option<Condition>> =
                rule.children("inputEntry").map(|entry| self.condition(entry)).collect();
            let conclusions: Vec<Option<Cell>> = rule.children("outputEntry").map(|entry| self.cell(entry)).collect();
            rules.push(Rule { id: rule.attribute("id").unwrap_or_default().to_owned(), conditions, conclusions });
        }
        Some(Table::new(hit_policy, inputs, outputs, rules))
    }

    /// Priorities are the order of the output values: without them there are none.
    fn check_outputs(&mut self, table: &Element, policy: HitPolicy, outputs: &[Output]) {
        let is_ranked = matches!(policy, HitPolicy::Priority | HitPolicy::OutputOrder);
        if is_ranked && outputs.iter().all(|output| output.values.is_empty()) {
            let name = table.attribute("hitPolicy").unwrap_or_default();
            self.findings.error("hit-policy-without-output-values", table, unsupported_hit_policy(name, table));
        }
        if outputs.is_empty() {
            self.findings.error("table-without-output", table, "The decision table has no output".to_owned());
        }
        let mut names = HashSet::new();
        for output in table.children("output") {
            let name = output.attribute("name").unwrap_or_default();
            if outputs.len() > 1 && name.is_empty() {
                self.findings.error(
                    "output-without-name",
                    output,
                    format!(
                        "DMN-02008 The decision table '{}' has a compound output, but output '{}' does not have a name.",
                        table.attribute("id").unwrap_or_default(),
                        output.attribute("id").unwrap_or_default()
                    ),
                );
            } else if !name.is_empty() && !names.insert(name) {
                self.findings.error(
                    "duplicate-output-name",
                    output,
                    format!(
                        "DMN-02009 The decision table '{}' has a compound output but the name of the output '{name}' is duplicated.",
                        table.attribute("id").unwrap_or_default()
                    ),
                );
            }
        }
    }

    fn input(&mut self, input: &Element) -> Input {
        let expression = input.child("inputExpression");
        Input {
            id: input.attribute("id").unwrap_or_default().to_owned(),
            label: owned(input.attribute("label")),
            variable: input.attribute("inputVariable").unwrap_or("cellInput").to_owned(),
            expression: expression.and_then(|expression| self.cell(expression)),
            type_ref: expression.and_then(|expression| owned(expression.attribute("typeRef"))),
        }
    }

    fn output(&mut self, output: &Element) -> Output {
        let id = output.attribute("id").unwrap_or_default();
        let values = output.child("outputValues").and_then(text_child).map(split_values).unwrap_or_default();
        Output {
            id: id.to_owned(),
            label: owned(output.attribute("label")),
            name: output.attribute("name").unwrap_or(id).to_owned(),
            type_ref: owned(output.attribute("typeRef")),
            values: values.into_iter().map(|text| Cell { language: Language::Feel, text }).collect(),
            default: output.child("defaultOutputEntry").and_then(|entry| self.cell(entry)),
        }
    }

    fn condition(&mut self, entry: &Element) -> Option<Condition> {
        let cell = self.raw_cell(entry)?;
        if cell.language != Language::Feel {
            return Some(Condition { cell, tests: None });
        }
        if cell.text == "-" {
            return None;
        }
        let tests = match READING.constant_tests(&cell.text) {
            Ok(tests) => tests,
            Err(error) => {
                self.refuse(entry, Some(error));
                None
            }
        };
        Some(Condition { cell, tests })
    }

    fn cell(&mut self, element: &Element) -> Option<Cell> {
        let cell = self.raw_cell(element)?;
        if cell.language == Language::Feel {
            self.refuse(element, READING.check(&cell.text).err());
        }
        Some(cell)
    }

    fn raw_cell(&mut self, element: &Element) -> Option<Cell> {
        let text = text_child(element)?;
        let name =
            element.attribute("expressionLanguage").filter(|name| !name.is_empty()).or(self.global).unwrap_or("feel");
        let Some(language) = language(name) else {
            self.findings.error(
                "unsupported-language",
                element,
                format!("DMN-01006 Unable to find script engine for expression language '{name}'."),
            );
            return None;
        };
        // In tables the braces of JUEL may be left out.
        let is_bare = language == Language::Juel && !["${", "#{"].iter().any(|open| text.trim().starts_with(open));
        let text = if is_bare { format!("${{{text}}}") } else { text.to_owned() };
        if language == Language::Juel {
            let error = crate::juel::parse(&text).err();
            self.warn_of_syntax(element, error);
        }
        Some(Cell { language, text })
    }

    /// FEEL that cannot be read never could: Camunda finds it when it is evaluated, here it does not get that far.
    fn refuse(&mut self, element: &Element, error: Option<EvaluationError>) {
        if let Some(error) = error {
            self.findings.error("expression-syntax", element, error.to_string());
        }
    }

    /// Camunda finds such cells when they are evaluated, and so files that carry them deploy.
    fn warn_of_syntax(&mut self, element: &Element, error: Option<EvaluationError>) {
        if let Some(error) = error {
            self.findings.warning("expression-syntax", element, error.to_string());
        }
    }
}

/// The hit policy of a table, with its aggregation; none, and findings, for what there is not.
pub(super) fn hit_policy(table: &Element, findings: &mut Findings<'_>) -> Option<HitPolicy> {
    let aggregation = match table.attribute("aggregation") {
        None => None,
        Some("SUM") => Some(Aggregation::Sum),
        Some("MIN") => Some(Aggregation::Min),
        Some("MAX") => Some(Aggregation::Max),
        Some("COUNT") => Some(Aggregation::Count),
        Some(other) => {
            let message = format!("The aggregation '{other}' is not supported");
            findings.error("unknown-aggregation", table, message);
            return None;
        }
    };
    let name = table.attribute("hitPolicy").unwrap_or("UNIQUE");
    let policy = match name {
        "UNIQUE" => HitPolicy::Unique,
        "FIRST" => HitPolicy::First,
        "ANY" => HitPolicy::Any,
        "PRIORITY" => HitPolicy::Priority,
        "RULE ORDER" => HitPolicy::RuleOrder,
        "OUTPUT ORDER" => HitPolicy::OutputOrder,
        "COLLECT" => return Some(HitPolicy::Collect(aggregation)),
        other => {
            findings.error("unknown-hit-policy", table, unsupported_hit_policy(other, table));
            return None;
        }
    };
    if let Some(aggregation) = table.attribute("aggregation") {
        findings.error(
            "aggregation-without-collect",
            table,
            format!(
                "DMN-02004 The hit policy '{name}' with aggregation '{aggregation}' of decision table '{}' is not supported.",
                table.attribute("id").unwrap_or_default()
            ),
        );
    }
    Some(policy)
}

fn unsupported_hit_policy(name: &str, table: &Element) -> String {
    format!(
        "DMN-02004 The hit policy '{name}' of decision table '{}' is not supported.",
        table.attribute("id").unwrap_or_default()
    )
}

fn language(name: &str) -> Option<Language> {
    match crate::script::Format::named(name)? {
        crate::script::Format::Feel => Some(Language::Feel),
        crate::script::Format::Juel => Some(Language::Juel),
        crate::script::Format::JavaScript => Some(Language::JavaScript),
    }
}

/// `"a", "b, c"` -> two expressions.
fn split_values(text: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut current = String::new();
    let mut quoted = false;
    for letter in text.chars() {
        match letter {
            '"' => {
                quoted = !quoted;
                current.push(letter);
            }
            ',' if !quoted => values.push(std::mem::take(&mut current)),
            other => current.push(other),
        }
    }
    values.push(current);
    values.into_iter().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
}
