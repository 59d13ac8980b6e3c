//! BPMN files: read, compiled, their expressions checked; a refusal names a place and says why.
#![no_main]

use casewright_engine_core::{DefinitionInfo, compile};
use casewright_engine_expr::Expressions;
use casewright_engine_model::model::Dialect;
use casewright_engine_model::{
    Limits, Parsed, Text, executable_keys, expressions, java_as_external, java_references, parse,
};
use casewright_engine_value::{Evaluator, Language};
use casewright_fuzz::bounded;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| bounded(|| read(data)));

fn read(data: &[u8]) {
    let lines = data.iter().filter(|byte| **byte == b'\n').count() + 1;
    match parse(data, "fuzz.bpmn", &Limits::default()) {
        Ok(parsed) => deploy(parsed),
        Err(rejected) => {
            assert!(!rejected.errors.is_empty(), "a refusal says why");
            for finding in rejected.errors.iter().chain(&rejected.warnings) {
                assert!(!finding.message.is_empty() && finding.line as usize <= lines, "{finding:?}");
            }
        }
    }
}

fn deploy(parsed: Parsed) {
    let mut definitions = parsed.definitions;
    assert_eq!(executable_keys(&definitions).len(), definitions.processes.len());
    let dialect = definitions.dialect;
    let language = match dialect {
        Dialect::Camunda => Language::Juel,
        Dialect::Zeebe => Language::Feel,
    };
    let evaluator = Expressions::new();
    for found in expressions(&definitions) {
        if let Text::Expression(text) = found.text {
            // Refused or not: deployment asks, and must get an answer.
            let _ = evaluator.check(language, text);
        }
    }
    let of_java = java_references(&definitions).len();
    assert!(java_as_external(&mut definitions) <= of_java);
    for process in definitions.processes {
        let key = process.id.clone();
        let info = DefinitionInfo {
            id: format!("{key}:1").into(),
            key,
            version: 1,
            tenant_id: None,
            deployment_id: "d".into(),
        };
        let graph = compile(process, dialect, info, &evaluator);
        assert_eq!(graph.process.id, graph.info.key);
    }
}
