//! The configuration that WKS Platform ships (`fixtures/wks`, MIT) is imported: definitions, forms that judge what is
//! submitted, queues; what could not be carried over is named.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use casewright_case_api::wks;
use casewright_forms::validate;
use serde_json::{Map, json};
use std::path::PathBuf;

fn converted() -> wks::Converted {
    wks::import(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wks")).unwrap()
}

#[test]
fn all_definitions_forms_and_queues_are_there() {
    let converted = converted();
    assert_eq!(converted.definitions.len(), 8);
    assert_eq!(converted.forms.len(), 16);
    assert_eq!(converted.queues.len(), 2);
    let keys: Vec<&str> = converted.forms.keys().map(String::as_str).collect();
    for form in ["customer-support-create-ticket", "employee-onboarding-registration"] {
        assert!(keys.contains(&form), "{keys:?}");
    }
}

#[test]
fn every_form_can_be_read_by_the_judge_of_submissions() {
    for (key, schema) in converted().forms {
        if let Err(faults) = validate(&schema, &Map::new(), &Map::new()) {
            assert!(faults.iter().all(|fault| fault.pointer.starts_with("/data/")), "{key}: {faults:?}");
        }
    }
}

#[test]
fn what_could_not_be_carried_over_is_named() {
    let mut findings: Vec<String> = converted()
        .report
        .findings
        .into_iter()
        .map(|finding| format!("{} {}: {}", finding.code, finding.place, finding.detail))
        .collect();
    findings.sort();
    assert!(findings.iter().all(|finding| finding.len() > 20));
    insta::assert_snapshot!(findings.join("\n"));
}

#[test]
fn a_file_may_be_a_collection_as_the_tools_of_mongodb_export_it() {
    let folder = tempfile::tempdir().unwrap();
    let queue = |id: &str| json!({"_id": {"$oid": "64b1"}, "id": id, "name": id, "description": "d"});
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    write("queue.json", format!("{}\n{}\n", queue("one"), queue("two")));
    write("form.json", json!([{"key": "f", "title": "F", "structure": {"display": "form", "components": [{"type": "textfield", "key": "t", "label": "T", "input": true}]}}]).to_string());
    write("more.json", json!({"queue": [queue("three")]}).to_string());
    write("empty.json", "{}".to_owned());
    let converted = wks::import(folder.path()).unwrap();
    assert_eq!(converted.queues.keys().collect::<Vec<_>>(), ["one", "three", "two"]);
    assert_eq!(converted.forms.len(), 1);
}

#[test]
fn a_folder_without_collections_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("other.json"), json!({"other": []}).to_string()).unwrap();
    assert!(matches!(wks::import(folder.path()), Err(wks::ImportError::Nothing)));
}
