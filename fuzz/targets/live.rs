//! What a browser says over the websocket before and after it has said who it is.
//!
//! The source is taken in by itself: the crate around it brings a database and a client of Kafka.
#![no_main]
#![allow(dead_code, reason = "the target uses a part of what it takes in")]

#[path = "../../publishers/src/live/message.rs"]
mod message;

use casewright_fuzz::bounded;
use libfuzzer_sys::fuzz_target;
use message::Request;

fuzz_target!(|data: &[u8]| bounded(|| hear(data)));

fn hear(data: &[u8]) {
    if let Ok(Request::Hello { token, .. }) = serde_json::from_slice(data) {
        assert!(token.len() <= data.len());
    }
}
