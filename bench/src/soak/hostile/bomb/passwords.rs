//! Wrong passwords, of a name that exists and of names that do not, by HTTP Basic and in the form.

use super::super::door::Door;
use super::super::exchange::{Request, ask};
use super::{Bomb, none};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io;

pub(super) const BOMB: Bomb = Bomb { name: "wrong password", throw: |door, n| Box::pin(throw(door, n)), models: none };

/// Somebody who exists: nobody else of the soak signs in with this name.
const KNOWN: &str = "victim";
/// The challenge is that of RFC 7636.
const QUESTION: &str = "response_type=code&client_id=casewright-portal&scope=openid&state=s&nonce=n\
    &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

async fn throw(door: &Door, n: u64) -> io::Result<String> {
    let name = if n.is_multiple_of(4) { KNOWN.to_owned() } else { format!("user-{n}") };
    if n % 2 == 1 {
        return in_the_form(door, &name).await;
    }
    let request = Request::get("/engine-rest/version")
        .with(&format!("Authorization: Basic {}\r\n", STANDARD.encode(format!("{name}:wrong-{n}"))));
    Ok(ask(door, &request).await?.status())
}

async fn in_the_form(door: &Door, name: &str) -> io::Result<String> {
    let question = format!("{QUESTION}&redirect_uri=http%3A%2F%2F{}%2F", door.http.to_string().replace(':', "%3A"));
    let page = ask(door, &Request::get(format!("/auth/authorize?{question}"))).await?;
    let text = String::from_utf8_lossy(page.body()).into_owned();
    let token = text.split_once("name=\"form_token\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
    let head = page.head();
    let cookie =
        head.lines().find_map(|line| line.to_ascii_lowercase().starts_with("set-cookie: ").then(|| &line[12..]));
    let (Some((token, _)), Some(cookie)) = (token, cookie) else {
        return Ok(format!("no form: {}", page.status()));
    };
    let cookie = cookie.split(';').next().unwrap_or_default();
    let form = format!("{question}&form_token={token}&username={name}&password=wrong");
    let request = Request::post("/auth/sign-in", "application/x-www-form-urlencoded", form)
        .with(&format!("Cookie: {cookie}\r\n"));
    Ok(format!("form {}", ask(door, &request).await?.status()))
}
