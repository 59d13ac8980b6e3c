//! Form schemas with a submission, their FEEL and their patterns: `{"schema": .., "data": {..}, "known": {..}}`.
#![no_main]

use casewright_forms::{check, validate};
use casewright_fuzz::bounded;
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

fuzz_target!(|data: &[u8]| bounded(|| judge(data)));

fn judge(data: &[u8]) {
    let Ok(Value::Object(mut input)) = serde_json::from_slice(data) else {
        return;
    };
    let mut object = |name| match input.remove(name) {
        Some(Value::Object(map)) => map,
        _ => Map::new(),
    };
    let (data, known) = (object("data"), object("known"));
    let schema = input.remove("schema").unwrap_or_default();
    // What is published can be read; what cannot is told with its place.
    for refusal in check(&schema).err().unwrap_or_default() {
        assert!(refusal.fault.pointer.starts_with('/'), "{refusal:?}");
    }
    let is_computed = schema.to_string().contains("\"expression\"");
    match validate(&schema, &data, &known) {
        Ok(submission) => {
            for key in submission.data.keys() {
                // Expression fields are computed, whether they were submitted or not.
                assert!(data.contains_key(key) || is_computed, "'{key}' was not submitted");
            }
        }
        Err(faults) => {
            assert!(!faults.is_empty(), "a refusal says why");
            for fault in faults {
                assert!(fault.pointer.starts_with("/data") || fault.pointer.starts_with("/form"), "{fault:?}");
            }
        }
    }
}
