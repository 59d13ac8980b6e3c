//! JSON of request bodies that becomes the value of a variable, and comes back.
#![no_main]

use casewright_engine_expr::{value_from_json, value_to_json};
use casewright_fuzz::bounded;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| bounded(|| read(data)));

fn read(data: &[u8]) {
    let Ok(json) = serde_json::from_slice::<serde_json::Value>(data) else {
        return;
    };
    let value = value_from_json(&json);
    assert_eq!(value_from_json(&value_to_json(&value)), value, "{json}");
}
