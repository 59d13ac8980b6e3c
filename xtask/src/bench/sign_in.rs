//! A person's token, as a browser gets one from the built-in issuer.

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const CLIENT: &str = "casewright-portal";
const SEE_OTHER: u16 = 303;

/// Signs somebody in at `http://{listen}`.
pub(super) fn token(listen: &str, name: &str, password: &str) -> Result<String> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
    let issuer = format!("http://{listen}/auth");
    let back = format!("http://{listen}/");
    let question = [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("scope", "openid"),
        ("state", "s"),
        ("nonce", "n"),
        ("redirect_uri", &back),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let mut page = agent.get(format!("{issuer}/authorize")).query_pairs(question).call()?;
    let cookie = page.headers().get("set-cookie").and_then(|value| value.to_str().ok()?.split(';').next());
    let cookie = cookie.context("the form to sign in comes with no cookie")?.to_owned();
    let text = page.body_mut().read_to_string()?;
    let form_token = text.split_once("name=\"form_token\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
    let (form_token, _) = form_token.with_context(|| format!("no form to sign in: {text}"))?;
    let filled = [("form_token", form_token), ("username", name), ("password", password)];
    let form = question.into_iter().chain(filled);
    let sent = agent.post(format!("{issuer}/sign-in")).header("Cookie", &cookie).send_form(form)?;
    let location = sent.headers().get("location").and_then(|value| value.to_str().ok());
    let code = location.and_then(|address| address.split_once("code=")).map(|(_, rest)| rest);
    let (Some(code), SEE_OTHER) = (code, sent.status().as_u16()) else {
        bail!("signing in answered {} to {location:?}", sent.status());
    };
    let code = code.split('&').next().unwrap_or(code);
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT),
        ("code", code),
        ("redirect_uri", &back),
        ("code_verifier", VERIFIER),
    ];
    let answer: Value = agent.post(format!("{issuer}/token")).send_form(form)?.body_mut().read_json()?;
    answer["access_token"].as_str().map(str::to_owned).with_context(|| format!("no token in {answer}"))
}
