//! A mail whose HTML nests deeply, or reopens what was never closed in every block: quadratic for who builds the tree.

use super::super::door::Door;
use super::super::mail;
use super::{Bomb, none};
use std::io;

pub(super) const BOMB: Bomb =
    Bomb { name: "nested HTML mail", throw: |door, n| Box::pin(throw(door, n)), models: none };

const TIMES: usize = 20_000;

async fn throw(door: &Door, n: u64) -> io::Result<String> {
    let line = match n % 3 {
        0 => "<div>".repeat(20),
        1 => "<font color=1><p>".repeat(5),
        _ => "<table><tr><td><b>".repeat(5),
    };
    let html = format!("{line}\r\n").repeat(TIMES / 20);
    mail::deliver(door, format!("{}\r\n{html}", mail::head(n, "text/html")).as_bytes()).await
}
