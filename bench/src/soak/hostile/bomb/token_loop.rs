//! Processes that go on for ever in one step: a loop of tasks, tokens that multiply, a call of itself.

use super::super::door::Door;
use super::Bomb;
use super::model;
use std::io;

pub(super) const BOMB: Bomb = Bomb { name: "process without end", throw: |door, n| Box::pin(throw(door, n)), models };

const KEYS: [&str; 3] = ["soak-loop", "soak-fork", "soak-call"];
const LOOP: &str = "<startEvent id=\"s\"/><task id=\"a\"/><task id=\"b\"/>\
    <sequenceFlow id=\"f1\" sourceRef=\"s\" targetRef=\"a\"/><sequenceFlow id=\"f2\" sourceRef=\"a\" targetRef=\"b\"/>\
    <sequenceFlow id=\"f3\" sourceRef=\"b\" targetRef=\"a\"/>";
const FORK: &str = "<startEvent id=\"s\"/><task id=\"a\"/><sequenceFlow id=\"f1\" sourceRef=\"s\" targetRef=\"a\"/>\
    <sequenceFlow id=\"f2\" sourceRef=\"a\" targetRef=\"a\"/><sequenceFlow id=\"f3\" sourceRef=\"a\" targetRef=\"a\"/>";
const CALL: &str = "<callActivity id=\"n0\" calledElement=\"soak-call\"/>";

fn models() -> Vec<(String, String)> {
    vec![model::file(KEYS[0], LOOP), model::file(KEYS[1], FORK), model::of(KEYS[2], &[CALL.to_owned()])]
}

async fn throw(door: &Door, n: u64) -> io::Result<String> {
    model::start(door, KEYS[(n % KEYS.len() as u64) as usize], "{}").await
}
