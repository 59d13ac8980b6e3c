//! A DMN file to what can be evaluated, with findings for everything that cannot.
//!
//! Two dialects: what Camunda Modeler writes is evaluated here, since its tables declare no inputs and may use JUEL and
//! JavaScript; standard models (boxed expressions, business knowledge, item definitions) go to `dsntk` whole.

use super::model::{
    Aggregation, Cell, Decision, DecisionDiagnostic, DecisionSummary, HitPolicy, Input, Language, Logic, Output, Rule,
    Table,
};
use super::standard::Standard;
use crate::feel::Feel;
use crate::xml::{self, Element, Limits, Lines, ParseError};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

const LIMITS: Limits = Limits { bytes: 16 << 20, depth: 64, elements: 500_000 };

/// A parsed DMN file.
pub struct DecisionResource {
    /// Id of `<definitions>`: the key of the decision requirements definition.
    pub id: String,
    pub name: Option<String>,
    pub namespace: Option<String>,
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
    /// Parses a DMN 1.1 to 1.5 file.
    ///
    /// # Errors
    /// Everything that is wrong with it; at least one of the findings is an error.
    pub fn parse(xml: &str) -> Result<Self, Vec<DecisionDiagnostic>> {
        let lines = Lines::of(xml);
        let root = xml::parse(xml, LIMITS).map_err(|error| vec![not_xml(error, &lines)])?;
        let mut findings = Findings { lines, all: Vec::new() };
        if root.local_name() != "definitions" {
            findings.error("not-dmn", &root, "Unable to parse DMN file: no definitions".into());
            return Err(findings.all);
        }
        let decisions = summaries(&root, &mut findings);
        refuse_external_functions(&root, &mut findings);
        refuse_cycles(&root, &mut findings);
        refuse_ragged_rules(&root, &mut findings);
        findings.fail()?;
        let evaluable = match dialect(&root) {
            Dialect::Camunda => Evaluable::Camunda(camunda_decisions(&root, &mut findings)),
            dialect => match (Standard::build(&root, xml), dialect) {
                (Ok(standard), _) => Evaluable::Standard(standard),
                (Err(_), Dialect::Either) => Evaluable::Camunda(camunda_decisions(&root, &mut findings)),
                (Err(message), _) => {
                    findings.error("not-evaluable", &root, message);
                    return Err(findings.all);
                }
            },
        };
        findings.fail()?;
        Ok(Self {
            id: root.attribute("id").unwrap_or_default().to_owned(),
            name: owned(root.attribute("name")),
            namespace: owned(root.attribute("namespace")),
            decisions,
            warnings: findings.all,
            evaluable,
        })
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

struct Findings<'a> {
    lines: Lines<'a>,
    all: Vec<DecisionDiagnostic>,
}

impl Findings<'_> {
    fn error(&mut self, code: &'static str, element: &Element, message: String) {
        self.add(true, code, element, message);
    }

    fn warning(&mut self, code: &'static str, element: &Element, message: String) {
        self.add(false, code, element, message);
    }

    fn add(&mut self, is_error: bool, code: &'static str, element: &Element, message: String) {
        let (line, column) = self.lines.place(element.position);
        let element_id = owned(element.attribute("id"));
        self.all.push(DecisionDiagnostic { is_error, code, message, element_id, line, column });
    }

    fn fail(&mut self) -> Result<(), Vec<DecisionDiagnostic>> {
        if self.all.iter().any(|finding| finding.is_error) {
            return Err(std::mem::take(&mut self.all));
        }
        Ok(())
    }
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

/// The trimmed content of `<text>`; none when it is empty.
fn text_child(element: &Element) -> Option<&str> {
    let text = element.child("text")?.text.trim();
    (!text.is_empty()).then_some(text)
}

/// The name of the element that holds a decision's logic.
pub(super) fn logic_of(decision: &Element) -> Option<&Element> {
    const OTHER: [&str; 12] = [
        "description",
        "extensionElements",
        "question",
        "allowedAnswers",
        "variable",
        "informationRequirement",
        "knowledgeRequirement",
        "authorityRequirement",
        "supportedObjective",
        "impactedPerformanceIndicator",
        "decisionMaker",
        "decisionOwner",
    ];
    let mut children = decision.children.iter().map(Arc::as_ref);
    children.find(|child| !OTHER.contains(&child.local_name()) && !child.local_name().starts_with("using"))
}

fn summaries(root: &Element, findings: &mut Findings<'_>) -> Vec<DecisionSummary> {
    let mut seen = HashSet::new();
    let mut summaries = Vec::new();
    for decision in root.children("decision") {
        let key = decision.attribute("id").unwrap_or_default();
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

/// Inputs and outputs times rules.
fn cells(table: &Element) -> u64 {
    let columns = table.children("input").count() + table.children("output").count();
    (columns * table.children("rule").count()) as u64
}

/// `dsntk` would post to a server on this host for Java and PMML functions.
fn refuse_external_functions(root: &Element, findings: &mut Findings<'_>) {
    let is_external = |element: &Element| {
        let by_kind = matches!(element.attribute("kind"), Some("Java" | "PMML" | "J" | "P"))
            && matches!(element.local_name(), "encapsulatedLogic" | "functionDefinition");
        let by_text = element.local_name() == "text"
            && element.text.split("external").skip(1).any(|after| after.trim_start().starts_with('{'));
        by_kind || by_text
    };
    for element in &root.children {
        if element.any(&is_external) {
            findings.error(
                "external-function",
                element,
                "External functions (Java, PMML) are not supported".to_owned(),
            );
        }
    }
}

/// Every rule has an entry for each input and output of its table (DMN 1.5, 8.3.3); `dsntk` relies on it.
fn refuse_ragged_rules(element: &Element, findings: &mut Findings<'_>) {
    if element.local_name() == "decisionTable" {
        let [inputs, outputs] = ["input", "output"].map(|name| element.children(name).count());
        for rule in element.children("rule") {
            let [conditions, conclusions] = ["inputEntry", "outputEntry"].map(|name| rule.children(name).count());
            if conditions != inputs || conclusions != outputs {
                let id = rule.attribute("id").unwrap_or_default();
                let message = format!(
                    "The rule '{id}' has {conditions} input and {conclusions} output entries, the table has {inputs} inputs and {outputs} outputs"
                );
                findings.error("rule-width", rule, message);
            }
        }
    }
    for child in &element.children {
        refuse_ragged_rules(child, findings);
    }
}

fn requirements(element: &Element) -> Vec<String> {
    let mut ids = Vec::new();
    for kind in ["informationRequirement", "knowledgeRequirement"] {
        for requirement in element.children(kind) {
            for target in &requirement.children {
                if let Some(href) = target.attribute("href") {
                    ids.push(href.rsplit('#').next().unwrap_or_default().to_owned());
                }
            }
        }
    }
    ids
}

fn refuse_cycles(root: &Element, findings: &mut Findings<'_>) {
    let graph: HashMap<&str, Vec<String>> =
        root.children.iter().filter_map(|element| Some((element.attribute("id")?, requirements(element)))).collect();
    for element in root.children("decision") {
        let Some(id) = element.attribute("id") else {
            continue;
        };
        let mut reached: HashSet<&str> = HashSet::new();
        let mut open: Vec<&str> = vec![id];
        while let Some(next) = open.pop() {
            for target in graph.get(next).into_iter().flatten() {
                if target == id {
                    findings.error("requirement-cycle", element, format!("DMN-02015 The decision '{id}' has a loop."));
                    return;
                }
                if reached.insert(target) {
                    open.push(target);
                }
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    Camunda,
    /// Standard by its looks, but nothing in it that only `dsntk` could evaluate.
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

fn camunda_decisions(root: &Element, findings: &mut Findings<'_>) -> HashMap<String, Decision> {
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
        let hit_policy = self.hit_policy(table)?;
        let inputs: Vec<Input> = table.children("input").map(|input| self.input(input)).collect();
        let outputs: Vec<Output> = table.children("output").map(|output| self.output(output)).collect();
        self.check_outputs(table, hit_policy, &outputs);
        let mut rules = Vec::new();
        for rule in table.children("rule") {
            let conditions: Vec<Option<Cell>> =
                rule.children("inputEntry").map(|entry| self.condition(entry)).collect();
            let conclusions: Vec<Option<Cell>> = rule.children("outputEntry").map(|entry| self.cell(entry)).collect();
            rules.push(Rule { id: rule.attribute("id").unwrap_or_default().to_owned(), conditions, conclusions });
        }
        Some(Table { hit_policy, inputs, outputs, rules })
    }

    fn hit_policy(&mut self, table: &Element) -> Option<HitPolicy> {
        let aggregation = match table.attribute("aggregation") {
            None => None,
            Some("SUM") => Some(Aggregation::Sum),
            Some("MIN") => Some(Aggregation::Min),
            Some("MAX") => Some(Aggregation::Max),
            Some("COUNT") => Some(Aggregation::Count),
            Some(other) => {
                let message = format!("The aggregation '{other}' is not supported");
                self.findings.error("unknown-aggregation", table, message);
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
                self.findings.error("unknown-hit-policy", table, unsupported_hit_policy(other, table));
                return None;
            }
        };
        if let Some(aggregation) = table.attribute("aggregation") {
            self.findings.error(
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

    fn condition(&mut self, entry: &Element) -> Option<Cell> {
        let cell = self.raw_cell(entry)?;
        if cell.language == Language::Feel {
            if cell.text == "-" {
                return None;
            }
            self.refuse(entry, Feel::check_unary_tests(&cell.text).err());
        }
        Some(cell)
    }

    fn cell(&mut self, element: &Element) -> Option<Cell> {
        let cell = self.raw_cell(element)?;
        if cell.language == Language::Feel {
            self.refuse(element, Feel::check(&cell.text).err());
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
    fn refuse(&mut self, element: &Element, error: Option<casewright_engine_value::EvaluationError>) {
        if let Some(error) = error {
            self.findings.error("expression-syntax", element, error.to_string());
        }
    }

    /// Camunda finds such cells when they are evaluated, and so files that carry them deploy.
    fn warn_of_syntax(&mut self, element: &Element, error: Option<casewright_engine_value::EvaluationError>) {
        if let Some(error) = error {
            self.findings.warning("expression-syntax", element, error.to_string());
        }
    }
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
