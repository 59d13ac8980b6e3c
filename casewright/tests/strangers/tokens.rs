//! Tokens that nobody issued, and codes that should go elsewhere.

use super::support::Platform;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rcgen::{KeyPair, SigningKey as _};
use serde_json::{Value, json};
use sha2::Sha256;

fn part(value: &Value) -> String {
    BASE64.encode(value.to_string())
}

fn read(part: &str) -> Value {
    serde_json::from_slice(&BASE64.decode(part).unwrap()).unwrap()
}

fn signed(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let text = format!("{}.{}", part(header), part(claims));
    format!("{text}.{}", BASE64.encode(sign(text.as_bytes())))
}

fn hs256(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

/// The two numbers of a signature, as RFC 7518, section 3.4 has them.
fn es256(key: &KeyPair, text: &[u8]) -> Vec<u8> {
    let der = key.sign(text).unwrap();
    let mut rest = &der[2..];
    let mut numbers = Vec::new();
    for _ in 0..2 {
        let (number, after) = rest[2..].split_at(usize::from(rest[1]));
        let significant = &number[number.len().saturating_sub(32)..];
        numbers.extend(std::iter::repeat_n(0, 32 - significant.len()).chain(significant.iter().copied()));
        rest = after;
    }
    numbers
}

/// `SubjectPublicKeyInfo` of a point of P-256, as a PEM file.
fn pem(point: &[u8]) -> String {
    let prefix = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
        0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ];
    let text = base64::prelude::BASE64_STANDARD.encode([prefix.as_slice(), point].concat());
    let lines: Vec<&str> = [&text[..64], &text[64..]].to_vec();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
}

pub(crate) async fn forged_tokens_open_nothing(platform: &Platform) {
    let good = platform.worker_token().await;
    let parts: Vec<&str> = good.split('.').collect();
    let (header, claims) = (read(parts[0]), read(parts[1]));
    let mut root = claims.clone();
    root["sub"] = json!("root");
    root["roles"] = json!(["admin"]);
    let keys = platform.get("", "/auth/jwks").await.expect(200).body;
    let number = |name: &str| BASE64.decode(keys["keys"][0][name].as_str().unwrap()).unwrap();
    let point = [vec![4], number("x"), number("y")].concat();
    let own = KeyPair::generate().unwrap();
    let own_point = own.public_key_raw();
    let jwk = json!({"kty": "EC", "crv": "P-256", "x": BASE64.encode(&own_point[1..33]), "y": BASE64.encode(&own_point[33..])});
    let with = |name: &str, value: Value| {
        let mut header = header.clone();
        header[name] = value;
        header
    };
    let mut nameless = header.clone();
    nameless.as_object_mut().unwrap().remove("kid");
    let hmac = with("alg", json!("HS256"));
    let by_own = |header: &Value| signed(header, &root, |text| es256(&own, text));
    let mut past = root.clone();
    past["exp"] = json!(1);
    let tokens = [
        ("payload changed", format!("{}.{}.{}", parts[0], part(&root), parts[2])),
        ("alg none", format!("{}.{}.", part(&with("alg", json!("none"))), part(&root))),
        ("alg None", format!("{}.{}.{}", part(&with("alg", json!("None"))), part(&root), parts[2])),
        ("HS256 with the public PEM", signed(&hmac, &root, |text| hs256(pem(&point).as_bytes(), text))),
        ("HS256 with a number of the key", signed(&hmac, &root, |text| hs256(&number("x"), text))),
        ("HS256 with no key", signed(&hmac, &root, |text| hs256(b"", text))),
        ("a key of one's own", by_own(&header)),
        ("a key of one's own that has ended", signed(&header, &past, |text| es256(&own, text))),
        ("jwk", by_own(&with("jwk", jwk))),
        ("jku", by_own(&with("jku", json!("http://127.0.0.1:9/jwks")))),
        ("x5u", by_own(&with("x5u", json!("http://127.0.0.1:9/x")))),
        (
            "kid is a path",
            signed(
                &{
                    let mut header = hmac.clone();
                    header["kid"] = json!("../../../../dev/null");
                    header
                },
                &root,
                |text| hs256(b"", text),
            ),
        ),
        ("kid is a query", by_own(&with("kid", json!("' OR 1=1 --")))),
        ("no kid", by_own(&nameless)),
        ("a signature of zeros", signed(&header, &root, |_| vec![0; 64])),
        ("empty", "..".to_owned()),
        ("huge", format!("a.{}.c", "b".repeat(15_000))),
    ];
    for (what, token) in tokens {
        let answer = platform.get(&token, "/api/v1/me").await;
        assert_eq!(answer.status, 401, "{what}: {}", answer.body);
        let answer = platform.get(&token, "/engine-rest/version").await;
        assert_eq!(answer.status, 401, "{what}: {}", answer.body);
    }
    platform.get(&good, "/engine-rest/version").await.expect(403);
    let long = platform.request("", "GET", "/api/v1/me").bearer_auth(format!("a.{}.c", "b".repeat(20_000)));
    platform.send(long).await.refused("a token that is longer than any");
    platform.alive("forged tokens").await;
}

pub(crate) async fn a_code_goes_where_it_was_registered_to_go(platform: &Platform) {
    let home = platform.url("/");
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeGWBZhW7qcgFfXqnsQE";
    let base = [
        ("response_type", "code"),
        ("client_id", "casewright-portal"),
        ("redirect_uri", &*home),
        ("scope", "openid"),
        ("state", "s"),
        ("nonce", "n"),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
    ];
    let asked = |changed: &[(&str, &str)], left_out: &[&str]| {
        let is_kept = |name: &str| !left_out.contains(&name) && changed.iter().all(|(other, _)| *other != name);
        let kept = base.iter().filter(|(name, _)| is_kept(name));
        let query: Vec<(String, String)> =
            kept.chain(changed).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        platform.send(platform.request("", "GET", "/auth/authorize").query(&query))
    };
    assert_eq!(asked(&[], &[]).await.status, 200, "the page where people sign in");
    let elsewhere = [
        "https://evil.example/".to_owned(),
        format!("{home}@evil.example"),
        format!("{home}x"),
        home.replace("http://", "http://evil.example@"),
        home.to_uppercase(),
        home.replacen("127.0.0.1", "127.0.0.1@evil.example", 1),
    ];
    for place in &elsewhere {
        let answer = asked(&[("redirect_uri", place.as_str())], &[]).await.refused(place);
        assert!(!answer.headers.contains_key("location"), "{place}");
    }
    for (changed, left_out) in [
        (vec![], vec!["redirect_uri"]),
        (vec![], vec!["code_challenge"]),
        (vec![("code_challenge_method", "plain")], vec![]),
        (vec![("response_type", "token")], vec![]),
        (vec![("client_id", "x")], vec![]),
        (vec![("redirect_uri", &*home), ("redirect_uri", "https://evil.example/")], vec![]),
    ] {
        let answer = asked(&changed, &left_out).await;
        let location = answer.headers.get("location").map(|value| value.to_str().unwrap().to_owned());
        let is_told = location.as_deref().is_some_and(|place| place.starts_with(&home) && place.contains("error="));
        assert!(
            is_told || (400..500).contains(&answer.status),
            "{changed:?} {left_out:?}: {} {location:?}",
            answer.status
        );
    }
    let marked = [("login_hint", "\"><script>alert(1)</script>"), ("state", "\"><img src=x onerror=1>")];
    let page = asked(&marked, &[]).await.expect(200).body.to_string();
    assert!(!page.contains("<script>alert(1)") && !page.contains("<img src=x"), "{page}");
    // A form that no page of ours gave.
    let form = [("username", "anna"), ("password", "anna-demo-1"), ("client_id", "casewright-portal")];
    let answer = platform.send(platform.request("", "POST", "/auth/sign-in").form(&form)).await;
    assert!((400..500).contains(&answer.status) && !answer.headers.contains_key("location"), "{}", answer.status);
}
