//! Heads that do not end: one huge field, thousands of fields, a huge path; and a mail of that sort.

use super::super::door::Door;
use super::super::exchange::{Request, ask};
use super::super::mail;
use super::{Bomb, none};
use std::io;

pub(super) const BOMB: Bomb = Bomb { name: "huge headers", throw: |door, n| Box::pin(throw(door, n)), models: none };

async fn throw(door: &Door, n: u64) -> io::Result<String> {
    let request = match n % 4 {
        0 => Request::get("/health/live").with(&format!("X-Huge: {}\r\n", "a".repeat(300_000))),
        1 => Request::get("/health/live").with(&(0..5_000).map(|n| format!("X-{n}: 1\r\n")).collect::<String>()),
        2 => Request::get(format!("/{}", "a".repeat(60_000))),
        _ => {
            let encoded = "=?utf-8?q?=e2=82=ac?= ".repeat(20_000);
            let message = format!("{}X-Huge: {encoded}\r\n\r\ntext", mail::head(n, "text/plain"));
            return mail::deliver(door, message.as_bytes()).await;
        }
    };
    Ok(ask(door, &request).await?.status())
}
