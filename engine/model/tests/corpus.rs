//! Every real model at hand is read, or refused with a reason that names a line; nothing panics.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

use std::path::{Path, PathBuf};

use casewright_engine_model::{Limits, Parsed, Rejected, executable_keys, parse};

fn shared(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(folder);
    if path.is_dir() {
        Some(path)
    } else {
        eprintln!("NOT TESTED: {} is missing", path.display());
        None
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn bpmn_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            bpmn_files(&path, found);
        } else if name.ends_with(".bpmn") || name.ends_with(".bpmn20.xml") {
            found.push(path);
        }
    }
}

fn read(path: &Path) -> Result<Parsed, Rejected> {
    let bytes = std::fs::read(path).unwrap();
    parse(&bytes, &path.to_string_lossy(), &Limits::default())
}

/// Answers how many were read and how many were refused.
fn read_or_refused_with_a_line(folder: &Path) -> (usize, usize) {
    let mut files = Vec::new();
    bpmn_files(folder, &mut files);
    let mut refused = 0;
    for file in &files {
        let findings = match read(file) {
            Ok(parsed) => parsed.warnings,
            Err(rejected) => {
                refused += 1;
                assert!(!rejected.errors.is_empty(), "{}", file.display());
                eprintln!("{rejected}");
                [rejected.errors, rejected.warnings].concat()
            }
        };
        for finding in findings {
            assert!(finding.line > 0, "{}: {finding:?}", file.display());
            assert!(!finding.message.is_empty() && finding.help.is_some());
        }
    }
    (files.len() - refused, refused)
}

#[test]
fn fixtures_are_read_with_their_executable_processes() {
    let mut files = Vec::new();
    bpmn_files(&fixtures(), &mut files);
    assert!(files.len() >= 5, "fixtures are part of the crate");
    for file in files {
        let parsed = read(&file).unwrap_or_else(|rejected| panic!("{rejected}"));
        assert!(!executable_keys(&parsed.definitions).is_empty(), "{} has an executable process", file.display());
    }
}

#[test]
fn conformance_models_are_read_or_refused_with_a_line() {
    let Some(folder) = shared("conformance/resources") else {
        return;
    };
    let (read, refused) = read_or_refused_with_a_line(&folder);
    assert!(read > 650 && refused < 100, "{read} read, {refused} refused");
}

#[test]
fn models_of_a_case_platform_are_read() {
    let Some(folder) = shared("models/wks") else {
        return;
    };
    let (read, refused) = read_or_refused_with_a_line(&folder);
    assert!(read > 0 && refused == 0, "{read} read, {refused} refused");
}

#[test]
fn models_of_the_contract_check_are_read_but_the_broken_one() {
    let Some(folder) = shared("contract-check/models") else {
        return;
    };
    let (read, refused) = read_or_refused_with_a_line(&folder);
    assert!(read >= 10, "{read} read");
    assert_eq!(refused, 1);
}

/// Recorded on Camunda 7.24.
#[test]
fn the_finding_of_a_refusal_is_that_of_camunda() {
    let xml = br#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="defs" targetNamespace="http://example.org/shape">
  <process id="broken" isExecutable="true" camunda:historyTimeToLive="180">
    <startEvent id="start"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="svc"/>
    <serviceTask id="svc"/>
  </process>
</definitions>"#;
    let rejected = parse(xml, "broken.bpmn", &Limits::default()).unwrap_err();
    let [finding] = rejected.errors.as_slice() else { panic!("{rejected:?}") };
    assert_eq!(
        finding.message,
        "One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on serviceTask. If you are using a connector, make sure the connect process engine plugin is registered with the process engine."
    );
    assert_eq!((finding.line, finding.column, finding.element_id.as_deref()), (6, 28, Some("svc")));
    assert!(!rejected.is_malformed());
}
