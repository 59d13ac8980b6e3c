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

/// What people have entered, in the two ways in which WKS gives it away.
fn entered() -> Map<String, serde_json::Value> {
    let text = |key: &str| json!({"type": "textfield", "key": key, "label": key, "input": true});
    let collections = json!({
        "casesDefinitions": [{"id": "permit", "name": "Permit", "formKey": "permit", "stages": [
            {"id": "0", "index": 0, "name": "Requested"}, {"id": "1", "index": 1, "name": "Granted"}]}],
        "forms": [{"key": "permit", "structure": {"components": [text("plate"),
            {"type": "number", "key": "fee", "label": "Fee", "input": true},
            {"type": "selectboxes", "key": "days", "label": "Days", "input": true, "values": [{"label": "Mo", "value": "mo"}, {"label": "Tu", "value": "tu"}]}]}}],
        "recordType": [{"id": "contact", "fields": {"components": [text("name")]}}],
        "queue": [{"id": "permits", "name": "Permits"}],
        "rec_contact": [{"_id": {"$oid": "64b1"}, "name": "Clara Weiss", "shoe": 39}],
        "records": [{"type": "contact", "value": {"_id": "64b2", "name": "Otto"}}, {"type": "boat", "value": {"_id": "1"}}],
        "caseInstance": [
            {"businessKey": "4711", "caseDefinitionId": "permit", "stage": "Granted", "status": "CLOSED_CASE_STATUS", "queueId": "permits",
             "caseOwner": "demo", "attributes": [{"name": "plate", "value": "HH-1"}, {"name": "fee", "value": "12.5"},
                {"name": "days", "value": "{\"mo\":true,\"tu\":false}"}],
             "comments": [{"body": "Paid.", "userName": "Demo", "createdAt": {"$date": "2024-01-02T10:00:00Z"}}], "documents": [{"name": "a.pdf"}]},
            {"businessKey": "4712", "caseDefinitionId": "permit", "stage": "Nowhere", "status": "WIP_CASE_STATUS",
             "attributes": [{"name": "fee", "value": "a lot"}]},
            {"businessKey": "4713", "caseDefinitionId": "other"}],
        "caseEmail": [{"subject": "Hello"}],
    });
    collections.as_object().unwrap().clone()
}

#[test]
fn records_and_cases_are_what_their_fields_take() {
    let data = wks::data(&entered()).unwrap();
    let records: Vec<_> = data.records.iter().map(|one| (one.id.as_str(), json!(one.fields))).collect();
    assert_eq!(records, [("64b1", json!({"name": "Clara Weiss"})), ("64b2", json!({"name": "Otto"}))]);
    let [granted, requested] = data.cases.as_slice() else { panic!("{:?}", data.cases) };
    assert_eq!(json!(granted.fields), json!({"plate": "HH-1", "fee": 12.5, "days": ["mo"]}));
    assert_eq!((granted.title.as_str(), granted.label()), ("Permit 4711", "wks:4711".to_owned()));
    assert_eq!((granted.stage.as_deref(), granted.status), (Some("granted"), Some("closed")));
    assert_eq!((granted.queue.as_deref(), granted.owner.as_deref()), (Some("permits"), Some("demo")));
    assert_eq!(granted.comments, ["Demo, 2024-01-02T10:00:00Z:\n\nPaid."]);
    assert_eq!((requested.stage.as_deref(), requested.status, requested.fields.len()), (None, None, 0));
    let mut findings: Vec<_> = data.report.findings.iter().map(|one| (one.code.as_str(), one.place.as_str())).collect();
    findings.sort_unstable();
    assert_eq!(
        findings,
        [
            ("case-left-out", "case 4713"),
            ("documents-left-out", "case 4711"),
            ("record-left-out", "record boat"),
            ("unknown-field", "record contact/64b1/shoe"),
            ("unknown-stage", "case 4712"),
            ("value-left-out", "case 4712/fee"),
        ]
    );
}

#[test]
fn what_has_no_place_is_named_once_and_data_is_not_configuration() {
    let found = wks::convert(&entered()).unwrap().report.findings;
    let left_out: Vec<_> =
        found.iter().filter(|one| one.code == "collection-left-out").map(|one| one.place.as_str()).collect();
    assert_eq!(left_out, ["caseEmail"]);
    assert!(wks::is_data("rec_contact") && wks::is_data("caseInstances") && !wks::is_data("caseEmail"));
}

#[test]
fn folders_in_a_folder_are_looked_into() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("data/mongodb");
    std::fs::create_dir_all(&deep).unwrap();
    std::fs::write(deep.join("queue.json"), json!([{"id": "one", "name": "One"}]).to_string()).unwrap();
    std::fs::write(folder.path().join("readme.txt"), "not JSON").unwrap();
    assert_eq!(wks::import(folder.path()).unwrap().queues.len(), 1);
}
