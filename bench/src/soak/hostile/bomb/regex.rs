//! Patterns that backtrack for ever, or that become huge automata.

use super::super::door::Door;
use super::Bomb;
use super::model;
use std::io;

pub(super) const BOMB: Bomb = Bomb { name: "regular expression", throw: |door, n| Box::pin(throw(door, n)), models };

const TEXTS: [(&str, &str); 3] = [
    ("feel", "matches(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\", \"^(a+)+$\")"),
    ("juel", "${'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('(a+)+$')}"),
    ("juel", "${'a'.matches('((a{1,500}){1,500}){1,500}')}"),
];

fn key(n: u64) -> String {
    format!("soak-regex-{}", n % TEXTS.len() as u64)
}

fn models() -> Vec<(String, String)> {
    let of = |(n, (format, text)): (u64, (&str, &str))| model::of(&key(n), &[model::script(0, format, text)]);
    (0..).zip(TEXTS).map(of).collect()
}

async fn throw(door: &Door, n: u64) -> io::Result<String> {
    model::start(door, &key(n), "{}").await
}
