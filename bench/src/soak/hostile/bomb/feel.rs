//! FEEL over a range of a billion, loops within loops, and a function without end.

use super::super::door::Door;
use super::Bomb;
use super::model;
use std::io;

pub(super) const BOMB: Bomb = Bomb { name: "FEEL ranges", throw: |door, n| Box::pin(throw(door, n)), models };

const TEXTS: [&str; 4] = [
    "for i in 1..1000000000 return i",
    "for a in 1..1000, b in 1..1000, c in 1..1000 return a",
    "{f: function(n) f(n+1), r: f(1)}.r",
    "10**1000000",
];

fn key(n: u64) -> String {
    format!("soak-feel-{}", n % TEXTS.len() as u64)
}

fn models() -> Vec<(String, String)> {
    (0..).zip(TEXTS).map(|(n, text)| model::of(&key(n), &[model::script(0, "feel", text)])).collect()
}

async fn throw(door: &Door, n: u64) -> io::Result<String> {
    model::start(door, &key(n), "{}").await
}
