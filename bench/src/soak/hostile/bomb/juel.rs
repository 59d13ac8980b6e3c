//! An expression of a few hundred characters that makes a text of gigabytes.

use super::Bomb;
use super::model;

pub(super) const BOMB: Bomb = Bomb {
    name: "JUEL text that grows",
    throw: |door, _| Box::pin(model::start(door, KEY, "{}")),
    models: || vec![model::of(KEY, &[model::script(0, "juel", &text())])],
};

const KEY: &str = "soak-juel";

fn text() -> String {
    format!("${{'aaaaaaaaaa'{}.length()}}", ".replace('a','aaaaaaaaaa')".repeat(8))
}
