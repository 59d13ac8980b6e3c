//! Decisions of the DMN TCK: a few copied models always, all that lie beside the checkout when they are there.
//!
//! A result agrees when it is equal to the expected value after both are read as JSON-like values; numbers within 10^-8.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use casewright_engine_expr::{DecisionDeployment, DecisionResource, Expressions};
use casewright_engine_value::{DecisionOutcome, EvaluationError, Evaluator, Instant, Value};
use indexmap::IndexMap;
use quick_xml::Reader;
use quick_xml::events::Event;
use smol_str::SmolStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Default)]
struct Node {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Node>,
    text: String,
}

impl Node {
    fn attribute(&self, local: &str) -> Option<&str> {
        self.attributes.iter().find(|(name, _)| name.rsplit(':').next() == Some(local)).map(|(_, value)| value.as_str())
    }

    fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }
}

fn read(text: &str) -> Node {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Node::default()];
    loop {
        let event = reader.read_event().expect("well-formed");
        let is_empty = matches!(event, Event::Empty(_));
        match event {
            Event::Start(tag) | Event::Empty(tag) => {
                let node = Node {
                    name: tag.local_name().as_ref().to_owned(),
                    attributes: tag
                        .attributes()
                        .map(|attribute| attribute.expect("an attribute"))
                        .map(|attribute| {
                            let value =
                                quick_xml::escape::unescape(&attribute.value).expect("an attribute value").into_owned();
                            (attribute.key.as_ref().to_owned(), value)
                        })
                        .collect(),
                    ..Node::default()
                };
                open.push(node);
                if is_empty {
                    close(&mut open);
                }
            }
            Event::End(_) => close(&mut open),
            Event::Text(content) => push(&mut open, &content),
            Event::CData(content) => push(&mut open, &content),
            Event::GeneralRef(name) => {
                let text = quick_xml::escape::unescape(&format!("&{};", &*name)).expect("a reference").into_owned();
                push(&mut open, &text);
            }
            Event::Eof => return open.remove(0).children.remove(0),
            _ => {}
        }
    }
}

fn push(open: &mut [Node], text: &str) {
    open.last_mut().expect("an open element").text.push_str(text);
}

fn close(open: &mut Vec<Node>) {
    let closed = open.pop().expect("an open element");
    open.last_mut().expect("a parent").children.push(closed);
}

/// `<value xsi:type=..>`, `<list>`, `<component>` below `node`.
fn value_of(node: &Node) -> Value {
    if let Some(list) = node.child("list") {
        return Value::List(Arc::new(
            list.children.iter().filter(|child| child.name == "item").map(value_of).collect(),
        ));
    }
    if node.child("component").is_some() {
        return Value::Map(Arc::new(
            node.children
                .iter()
                .filter(|child| child.name == "component")
                .map(|child| {
                    let name = child.attribute("name").unwrap_or_default();
                    (SmolStr::new(name), value_of(child))
                })
                .collect(),
        ));
    }
    let Some(value) = node.child("value") else {
        return Value::Null;
    };
    if value.attribute("nil") == Some("true") {
        return Value::Null;
    }
    let kind = value.attribute("type").unwrap_or("xsd:string");
    match kind.rsplit(':').next() {
        Some("boolean") => Value::Boolean(value.text.trim() == "true"),
        Some("decimal" | "double" | "integer") => Value::Double(value.text.trim().parse().expect("a number")),
        // Variables have dates as instants; the other temporal types are text.
        Some("date" | "dateTime") => Expressions::new()
            .date(&Value::string(&value.text), Instant(0))
            .map_or_else(|_| Value::string(&value.text), Value::Date),
        _ => Value::string(&value.text),
    }
}

fn agree(actual: &Value, expected: &Value) -> bool {
    let number = |value: &Value| match value {
        Value::Integer(n) => Some(f64::from(*n)),
        Value::Long(n) => Some(*n as f64),
        Value::Double(n) => Some(*n),
        _ => None,
    };
    match (actual, expected) {
        (Value::List(actual), Value::List(expected)) => {
            actual.len() == expected.len() && actual.iter().zip(expected.iter()).all(|(a, e)| agree(a, e))
        }
        (Value::Map(actual), Value::Map(expected)) => {
            actual.len() == expected.len()
                && expected.iter().all(|(key, e)| actual.get(key).is_some_and(|a| agree(a, e)))
        }
        (Value::Date(date), Value::String(text)) => {
            Expressions::new().date(&Value::String(Arc::clone(text)), Instant(0)) == Ok(*date)
        }
        _ => match (number(actual), number(expected)) {
            (Some(actual), Some(expected)) => (actual - expected).abs() < 1e-8,
            _ => actual == expected,
        },
    }
}

/// What does not agree, and why: model, case (all when empty), reason.
const KNOWN: [(&str, &str, &str); 3] = [
    ("0007-date-time.dmn", "001", "P1Y0M is written P1Y: the same duration"),
    ("0068-feel-equality.dmn", "range_010", "(=10) is the range from 10 to 10, which equals [10..10]"),
    ("1111-feel-matches-function.dmn", "K2-MatchesFunc-17", "a back-reference could only be matched by backtracking"),
];

/// Models that are refused on deployment: functions in Java are code that the engine does not run.
const REFUSED: [&str; 1] = ["0076-feel-external-java.dmn"];

#[derive(Default)]
struct Score {
    passed: usize,
    refused: Vec<String>,
    failed: Vec<String>,
}

fn run(folder: &Path, score: &mut Score) {
    let mut cases: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.to_string_lossy().contains("-test-"))
        .collect();
    cases.sort();
    for path in cases {
        let suite = read(&std::fs::read_to_string(&path).expect("a case file"));
        let model = suite.child("modelName").expect("a model").text.trim().to_owned();
        let xml = std::fs::read_to_string(folder.join(&model)).expect("a model file");
        let others = || {
            let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
            let models =
                files.filter(|path| path.extension().is_some_and(|ext| ext == "dmn") && !path.ends_with(&model));
            models.map(|path| std::fs::read_to_string(path).expect("a model file")).collect()
        };
        let resource = match DecisionResource::parse_among(&xml, others) {
            Ok(resource) => Arc::new(resource),
            Err(findings) => {
                let why = findings.iter().find(|finding| finding.is_error);
                score.refused.push(format!("{model}: {why:?}"));
                continue;
            }
        };
        let expressions = Expressions::new();
        for decision in &resource.decisions {
            let about = DecisionDeployment {
                definition_id: SmolStr::new(decision.name.as_deref().unwrap_or_default()),
                key: SmolStr::new(&decision.key),
                version: 1,
                version_tag: None,
                tenant: None,
                deployment: "d".into(),
            };
            expressions.decisions().deploy_parsed(about, Arc::clone(&resource));
        }
        for case in suite.children.iter().filter(|node| node.name == "testCase") {
            check(case, &expressions, &model, score);
        }
    }
}

/// A decision by its own name, or the service or function that the case names.
fn evaluated(
    case: &Node,
    name: &str,
    expressions: &Expressions,
    variables: &IndexMap<SmolStr, Value>,
) -> Result<DecisionOutcome, EvaluationError> {
    let (decisions, now) = (expressions.decisions(), Instant(0));
    let invoked = case.attribute("invocableName").unwrap_or_default();
    let outcome = match case.attribute("type") {
        Some("decisionService") => decisions.evaluate(invoked, variables.clone(), now)?,
        Some("bkm") => {
            let value = decisions.call("model", invoked, variables.clone(), now)?;
            DecisionOutcome {
                definition_id: "model".into(),
                rules: vec![IndexMap::from([(SmolStr::new(name), value)])],
                collected: None,
                is_literal: true,
                trace: None,
            }
        }
        _ => decisions.evaluate(name, variables.clone(), now)?,
    };
    // Of a service with several output decisions the case names one.
    let is_compound = !outcome.is_literal && case.attribute("type") == Some("decisionService");
    match outcome.rules.first().and_then(|rule| rule.get(name)).filter(|_| is_compound) {
        Some(value) => Ok(DecisionOutcome {
            rules: vec![IndexMap::from([(SmolStr::new(name), value.clone())])],
            is_literal: true,
            ..outcome.clone()
        }),
        None => Ok(outcome),
    }
}

fn check(case: &Node, expressions: &Expressions, model: &str, score: &mut Score) {
    let variables: IndexMap<SmolStr, Value> = case
        .children
        .iter()
        .filter(|node| node.name == "inputNode")
        .map(|node| (SmolStr::new(node.attribute("name").unwrap_or_default()), value_of(node)))
        .collect();
    for result in case.children.iter().filter(|node| node.name == "resultNode") {
        let name = result.attribute("name").unwrap_or_default();
        let expected = result.child("expected").map(value_of).unwrap_or_default();
        let outcome = evaluated(case, name, expressions, &variables);
        let actual = match &outcome {
            Ok(outcome) if outcome.is_literal => outcome.rules[0].values().next().cloned().unwrap_or_default(),
            Ok(outcome) => match (outcome.rules.as_slice(), &expected) {
                ([], _) => Value::Null,
                (rules, Value::List(_)) => {
                    Value::List(Arc::new(rules.iter().map(|rule| Value::Map(Arc::new(rule.clone()))).collect()))
                }
                ([single, ..], Value::Map(_)) => Value::Map(Arc::new(single.clone())),
                ([single, ..], _) => single.values().next().cloned().unwrap_or_default(),
            },
            Err(_) => Value::Null,
        };
        if agree(&actual, &expected) {
            score.passed += 1;
        } else {
            let id = case.attribute("id").unwrap_or_default();
            score
                .failed
                .push(format!("{model} {id} {name}: expected {expected:?}, is {actual:?} ({:?})", outcome.err()));
        }
    }
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for level in ["compliance-level-2", "compliance-level-3"] {
        let Ok(entries) = std::fs::read_dir(root.join(level)) else {
            continue;
        };
        found.extend(entries.map(|entry| entry.expect("an entry").path()));
    }
    found.sort();
    found
}

#[test]
fn the_selected_models_give_the_results_of_the_tck() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dmn-tck");
    let mut score = Score::default();
    for folder in folders(&root) {
        run(&folder, &mut score);
    }
    assert!(score.failed.is_empty(), "{}", score.failed.join("\n"));
    assert!(score.refused.is_empty(), "{}", score.refused.join("\n"));
    assert!(score.passed > 20, "only {} results were checked", score.passed);
}

#[test]
fn the_models_beside_the_checkout_give_the_results_of_the_tck() {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/models/dmn-tck");
    let root = std::env::var_os("CASEWRIGHT_DMN_TCK").map_or_else(beside, PathBuf::from);
    if !root.exists() {
        eprintln!("NOT RUN: there is no {} on this machine", root.display());
        return;
    }
    let mut score = Score::default();
    for folder in folders(&root) {
        run(&folder, &mut score);
    }
    println!("{}\n{}", score.refused.join("\n"), score.failed.join("\n"));
    println!(
        "{} results agree, {} do not, {} models are refused",
        score.passed,
        score.failed.len(),
        score.refused.len()
    );
    score
        .failed
        .retain(|failure| !KNOWN.iter().any(|(model, case, _)| failure.contains(model) && failure.contains(case)));
    score.refused.retain(|refusal| !REFUSED.iter().any(|model| refusal.starts_with(model)));
    assert!(score.passed > 1_000);
    assert!(score.failed.is_empty(), "{}", score.failed.join("\n"));
    assert!(score.refused.is_empty(), "{}", score.refused.join("\n"));
}
