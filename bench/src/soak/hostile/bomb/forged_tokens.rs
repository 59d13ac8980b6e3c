//! Tokens that nobody signed: without a signature, with another one, with a key of their own, and very long.

use super::super::door::Door;
use super::super::exchange::{Request, ask};
use super::{Bomb, none};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::io;

pub(super) const BOMB: Bomb = Bomb { name: "forged token", throw: |door, n| Box::pin(throw(door, n)), models: none };

async fn throw(door: &Door, n: u64) -> io::Result<String> {
    let token = forged(n, &door.http.to_string());
    let request = Request::get("/api/v1/cases").with(&format!("Authorization: Bearer {token}\r\n"));
    Ok(ask(door, &request).await?.status())
}

/// In the name of an administrator.
pub(super) fn forged(n: u64, issuer: &str) -> String {
    let head = match n % 4 {
        0 => r#"{"alg":"none","typ":"at+jwt"}"#.to_owned(),
        1 => r#"{"alg":"HS256","typ":"at+jwt","kid":"../../../../dev/null"}"#.to_owned(),
        2 => format!(r#"{{"alg":"RS256","typ":"at+jwt","jku":"http://{issuer}/","kid":"k"}}"#),
        _ => format!(r#"{{"alg":"EdDSA","typ":"at+jwt","kid":"{}"}}"#, "k".repeat(4_000)),
    };
    let claims = format!(
        r#"{{"iss":"http://{issuer}/auth","sub":"bench","roles":["admin"],"aud":"casewright","exp":4102444800}}"#
    );
    let signature = if n.is_multiple_of(4) { String::new() } else { URL_SAFE_NO_PAD.encode([7; 64]) };
    format!("{}.{}.{signature}", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(claims))
}
