//! JavaScript that does not end: in itself, and in a native function, which nobody can interrupt.

use super::super::door::Door;
use super::Bomb;
use super::model;
use std::io;

pub(super) const BOMB: Bomb = Bomb { name: "endless script", throw: |door, n| Box::pin(throw(door, n)), models };

const TEXTS: [&str; 3] =
    ["while (true) {}", "'a'.repeat(2e7).indexOf('a'.repeat(1e7) + 'b')", "/^(a+)+$/.test('a'.repeat(40) + '!')"];

fn key(n: u64) -> String {
    format!("soak-script-loop-{}", n % TEXTS.len() as u64)
}

fn models() -> Vec<(String, String)> {
    (0..).zip(TEXTS).map(|(n, text)| model::of(&key(n), &[model::script(0, "javascript", text)])).collect()
}

async fn throw(door: &Door, n: u64) -> io::Result<String> {
    model::start(door, &key(n), "{}").await
}
