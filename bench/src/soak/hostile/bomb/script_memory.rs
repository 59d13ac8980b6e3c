//! JavaScript that takes all memory: by itself, by one huge array, by a result that doubles when it is copied.

use super::super::door::Door;
use super::Bomb;
use super::model;
use std::io;

pub(super) const BOMB: Bomb = Bomb { name: "script of much memory", throw: |door, n| Box::pin(throw(door, n)), models };

const TEXTS: [&str; 3] = [
    "let a = []; while (true) { a.push(new Array(1000).fill(1)); }",
    "new Array(4294967295)",
    "let a = 1; for (let i = 0; i < 40; i++) a = [a, a]; a",
];

fn key(n: u64) -> String {
    format!("soak-script-memory-{}", n % TEXTS.len() as u64)
}

fn models() -> Vec<(String, String)> {
    (0..).zip(TEXTS).map(|(n, text)| model::of(&key(n), &[model::script(0, "javascript", text)])).collect()
}

async fn throw(door: &Door, n: u64) -> io::Result<String> {
    model::start(door, &key(n), "{}").await
}
