//! Mails as they come in: read, their HTML cleaned; the input is also taken as HTML alone.
//!
//! The sources of reading are taken in by themselves: the crate around them brings a database and a client of Kafka.
#![no_main]
#![allow(dead_code, reason = "the target uses a part of what it takes in")]

#[path = "../../../email-to-case/src/html/mod.rs"]
mod html;
#[path = "../../../email-to-case/src/message/mod.rs"]
mod message;

use casewright_fuzz::bounded;
use html::{Excess, Limits};
use libfuzzer_sys::fuzz_target;
use std::time::Duration;

fuzz_target!(|data: &[u8]| bounded(|| read(data)));

fn read(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        // Cleaned or left out: both are answers.
        let _ = clean(text);
    }
    let Ok(mut read) = message::read(data) else { return };
    let parsed = match read.take_html() {
        Some(html) => read.with_html(clean(&html)),
        None => read.without_html(),
    };
    assert!(parsed.from.address.contains('@'), "{:?}", parsed.from);
    assert!(!parsed.subject.contains(char::is_control), "{:?}", parsed.subject);
    assert!(parsed.text.len() <= message::TEXT_LIMIT && parsed.parts.len() <= message::PARTS_LIMIT);
}

/// The clock decides nothing here: the other limits have to.
fn clean(html: &str) -> Result<String, Excess> {
    let limits = Limits { time: Duration::from_secs(3_600), ..Limits::default() };
    let cleaned = html::clean(html, &limits);
    assert_ne!(cleaned, Err(Excess::TookTooLong));
    cleaned
}
