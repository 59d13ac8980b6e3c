//! Models whose XML grows when it is read, or nests without end.

use super::super::door::Door;
use super::model;
use super::{Bomb, none};
use std::io;

pub(super) const BOMB: Bomb = Bomb { name: "XML bomb", throw: |door, n| Box::pin(throw(door, n)), models: none };

async fn throw(door: &Door, n: u64) -> io::Result<String> {
    let (name, text) = model::of("soak-xml", &[]);
    let (before, after) = text.split_once("<startEvent").unwrap_or((&text, ""));
    let text = match n % 3 {
        0 => text.replacen("<definitions", &format!("{}<definitions", entities()), 1),
        1 => format!("{before}{}{}<startEvent{after}", "<x>".repeat(100_000), "</x>".repeat(100_000)),
        _ => {
            let attributes: String = (0..50_000).map(|n| format!(" a{n}=\"1\"")).collect();
            format!("{before}<startEvent{attributes}{after}")
        }
    };
    model::deploy(door, &name, &text).await
}

/// A billion of the first, by ten of the one before each.
fn entities() -> String {
    let names: Vec<char> = ('a'..='j').collect();
    let rest =
        names.windows(2).map(|pair| format!("<!ENTITY {} \"{}\">", pair[1], format!("&{};", pair[0]).repeat(10)));
    format!("<!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\">{}]>", rest.collect::<String>())
}
