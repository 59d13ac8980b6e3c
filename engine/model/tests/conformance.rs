//! The models that a real Camunda 7.24 accepted must be accepted, and those it refused must be refused with the same
//! words about the same elements. What the scenarios say beyond deployment is not looked at here.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

use std::path::{Path, PathBuf};

use casewright_engine_model::{Limits, Rejected, parse};
use serde_json::Value;

/// Refused by the check of expressions at deployment, which is not this crate's.
const BY_EXPRESSION: &[&str] = &["bpmn.parse.BpmnParseTest.testExpressionParsingErrors"];

fn conformance() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance");
    if folder.is_dir() {
        Some(folder)
    } else {
        eprintln!("NOT TESTED: {} is missing", folder.display());
        None
    }
}

struct Resource {
    name: String,
    bytes: Vec<u8>,
}

/// The BPMN files of one `deploy` step or `deploy` list.
fn resources(root: &Path, list: Option<&Value>, strings: Option<&Value>) -> Vec<Resource> {
    let mut found = Vec::new();
    for entry in list.and_then(Value::as_array).into_iter().flatten() {
        let file = entry.as_str().or_else(|| entry["file"].as_str()).unwrap();
        let name = entry["name"].as_str().unwrap_or(file);
        found
            .push(Resource { name: name.to_owned(), bytes: std::fs::read(root.join("resources").join(file)).unwrap() });
    }
    for (name, text) in strings.and_then(Value::as_object).into_iter().flatten() {
        if let Some(text) = text.as_str() {
            found.push(Resource { name: name.clone(), bytes: text.as_bytes().to_vec() });
        }
    }
    found.retain(|r| r.name.ends_with(".bpmn") || r.name.ends_with(".bpmn20.xml"));
    found
}

fn refusal(resources: &[Resource]) -> Option<(String, Rejected)> {
    resources.iter().find_map(|r| {
        let rejected = parse(&r.bytes, &r.name, &Limits::default()).err()?;
        Some((r.name.clone(), rejected))
    })
}

fn check_steps(root: &Path, id: &str, steps: &Value, failures: &mut Vec<String>, counts: &mut (usize, usize)) {
    let Some(steps) = steps.as_array() else { return };
    for (position, step) in steps.iter().enumerate() {
        if step["op"] == "expectError" {
            let deploy = step["steps"].as_array().and_then(|s| s.iter().find(|s| s["op"] == "deploy"));
            if let Some(deploy) = deploy {
                let files = resources(root, deploy.get("resources"), deploy.get("strings"));
                if !files.is_empty() && !BY_EXPRESSION.contains(&id) {
                    counts.1 += 1;
                    check_refusal(id, &files, &steps[position + 1..], failures);
                }
            }
            continue;
        }
        if step["op"] == "deploy" {
            let files = resources(root, step.get("resources"), step.get("strings"));
            counts.0 += files.len();
            check_accepted(id, &files, failures);
        }
        for nested in ["steps", "then", "else", "body"] {
            check_steps(root, id, &step[nested], failures, counts);
        }
    }
}

/// What clients are told of a file that is refused, as far as it is said here.
fn told(rejected: &Rejected, name: &str) -> String {
    let findings = rejected.errors.iter();
    let lines = findings.map(|error| {
        let place =
            if error.line > 0 { format!(" | line {} | column {}", error.line, error.column) } else { String::new() };
        format!("* {} | resource {name}{place}", error.message)
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn check_accepted(id: &str, files: &[Resource], failures: &mut Vec<String>) {
    if let Some((name, rejected)) = refusal(files) {
        failures.push(format!("{id}: {}", told(&rejected, &name)));
    }
}

fn check_refusal(id: &str, files: &[Resource], after: &[Value], failures: &mut Vec<String>) {
    let Some((name, rejected)) = refusal(files) else {
        failures.push(format!("{id}: was accepted"));
        return;
    };
    let message = told(&rejected, &name);
    for step in after.iter().take_while(|s| s["op"] != "expectError") {
        let text = step.to_string();
        for expected in expected_texts(step) {
            let found = if text.contains("toLowerCase") || text.contains("lower") {
                message.to_lowercase().contains(&expected.to_lowercase())
            } else {
                message.contains(&expected)
            };
            if !found {
                failures.push(format!("{id}: wants {expected:?}, has {message}"));
            }
        }
        if !text.contains("\"errors\"") {
            continue;
        }
        if step["kind"] == "size" && step["expected"] != rejected.errors.len() {
            failures.push(format!("{id}: wants {} errors, has {message}", step["expected"]));
        }
        if text.contains("\"mainElementId\"") && step["kind"] == "eq" {
            let index =
                usize::from(text.contains("\"errors\"]},1]")) + 2 * usize::from(text.contains("\"errors\"]},2]"));
            let found = rejected.errors.get(index).and_then(|e| e.element_id.as_deref());
            if step["expected"].as_str() != found {
                failures.push(format!("{id}: error {index} is about {found:?}, not {}: {message}", step["expected"]));
            }
        }
    }
}

/// What Camunda says in front of all findings: a sentence of the contract, which is told where that is (engine/rest).
const OF_THE_CONTRACT: &str = "Could not parse BPMN process.";

/// What the message must contain, wherever the step says so.
fn expected_texts(step: &Value) -> Vec<String> {
    let mut found = Vec::new();
    if step["kind"] == "textContains" {
        found.extend(step["expected"].as_str().map(str::to_owned));
    }
    collect_contains(step, &mut found);
    found.retain(|text| text != OF_THE_CONTRACT);
    found
}

fn collect_contains(value: &Value, found: &mut Vec<String>) {
    if value["fn"] == "strContains" {
        found.extend(value["args"][1].as_str().map(str::to_owned));
    }
    match value {
        Value::Array(list) => list.iter().for_each(|v| collect_contains(v, found)),
        Value::Object(map) => map.values().for_each(|v| collect_contains(v, found)),
        _ => {}
    }
}

#[test]
fn camunda_accepts_and_refuses_the_same_models() {
    let Some(root) = conformance() else { return };
    let mut failures = Vec::new();
    let mut counts = (0, 0);
    for entry in std::fs::read_dir(root.join("scenarios")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let scenario: Value = serde_json::from_str(&text).unwrap();
        let id = scenario["id"].as_str().unwrap();
        let files = resources(&root, scenario.get("deploy"), None);
        counts.0 += files.len();
        check_accepted(id, &files, &mut failures);
        check_steps(&root, id, &scenario["steps"], &mut failures, &mut counts);
    }
    eprintln!("{} deployments accepted, {} refused by Camunda", counts.0, counts.1);
    assert!(counts.0 > 1000 && counts.1 > 50, "scenarios were found: {counts:?}");
    failures.sort();
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n"));
}
