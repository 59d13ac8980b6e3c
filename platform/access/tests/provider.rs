//! Tokens that an external provider, or somebody who would like to be it, could sign: one row each. The provider here signs whatever it is
//! told to.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use casewright_access::config::ExternalIssuer;
use casewright_access::{AccessConfig, Subject};
use casewright_contracts::actor::is_machine;
use jiff::Timestamp;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair as RsaKeyPair, PublicKeyComponents};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use support::Platform;
use tokio::net::TcpListener;

/// A key of nobody.
const RSA: &str = include_str!("fixtures/provider/signing-rsa.pem");
/// A secret that is published among the keys, as nobody should.
const SHARED: &[u8] = b"a secret that all who verify have";

/// A provider, and a platform that trusts it and takes the organisation from its claim `org`.
struct Both {
    _dir: tempfile::TempDir,
    platform: Platform,
    issuer: String,
    keys: Keys,
    /// How often its keys were read.
    reads: Arc<AtomicUsize>,
}

struct Keys {
    rsa: RsaKeyPair,
    elliptic: EcdsaKeyPair,
}

/// How a token is signed, and by which name of a key it says so.
#[derive(Clone, Copy)]
enum Signed {
    Rs256(&'static str),
    Es256,
    Hs256(&'static str, &'static [u8]),
    Nothing,
}

fn encoded(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

impl Keys {
    fn new() -> Self {
        let text: String = RSA.lines().filter(|line| !line.starts_with('-')).collect();
        let rsa = RsaKeyPair::from_pkcs8(&STANDARD.decode(text).unwrap()).unwrap();
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let elliptic = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        Self { rsa, elliptic }
    }

    /// RFC 7517.
    fn published(&self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(self.rsa.public());
        let point = self.elliptic.public_key().as_ref();
        let rsa = |kid: &str, of: &str| json!({"kty": "RSA", "kid": kid, "use": of, "n": text(&n), "e": text(&e)});
        json!({"keys": [
            rsa("rsa", "sig"),
            rsa("for-secrets", "enc"),
            {"kty": "EC", "kid": "elliptic", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..])},
            {"kty": "oct", "kid": "shared", "k": text(SHARED)},
        ]})
    }

    fn token(&self, signed: Signed, claims: &Value) -> String {
        let (algorithm, kid) = match signed {
            Signed::Rs256(kid) => ("RS256", kid),
            Signed::Es256 => ("ES256", "elliptic"),
            Signed::Hs256(kid, _) => ("HS256", kid),
            Signed::Nothing => ("none", "rsa"),
        };
        let header = json!({"alg": algorithm, "kid": kid, "typ": "JWT"});
        let text = format!("{}.{}", encoded(&header), encoded(claims));
        let random = SystemRandom::new();
        let signature = match signed {
            Signed::Rs256(_) => {
                let mut signature = vec![0; self.rsa.public().modulus_len()];
                self.rsa.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature).unwrap();
                signature
            }
            Signed::Es256 => self.elliptic.sign(&random, text.as_bytes()).unwrap().as_ref().to_vec(),
            Signed::Hs256(_, secret) => {
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
                ring::hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
            }
            Signed::Nothing => Vec::new(),
        };
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

impl Both {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}/realms/x", listener.local_addr().unwrap());
        let (keys, reads) = (Keys::new(), Arc::new(AtomicUsize::new(0)));
        let metadata = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        });
        let (published, counted) = (keys.published(), Arc::clone(&reads));
        let router = Router::new()
            .route("/realms/x/.well-known/openid-configuration", get(move || async move { Json(metadata) }))
            .route(
                "/realms/x/jwks",
                get(move || async move {
                    counted.fetch_add(1, Ordering::SeqCst);
                    Json(published)
                }),
            );
        tokio::spawn(async move { axum::serve(listener, router).await });
        let trusted = ExternalIssuer {
            issuer: issuer.clone(),
            tenant_claim: "org".to_owned(),
            subject_claim: "preferred_username".to_owned(),
            ..ExternalIssuer::default()
        };
        let dir = tempfile::tempdir().unwrap();
        let config = AccessConfig { oidc: Some(trusted), ..support::config(dir.path()) };
        let platform = Platform::open_with(dir.path(), config).await.with_anna().await;
        Self { _dir: dir, platform, issuer, keys, reads }
    }

    /// What a good token says, but for what is changed; null takes a claim out.
    fn claims(&self, changed: Value) -> Value {
        let now = Timestamp::now().as_second();
        let mut claims = json!({
            "iss": self.issuer, "aud": "casewright", "sub": "0d5e", "preferred_username": "xaver",
            "iat": now, "exp": now + 300, "typ": "Bearer", "org": "default",
            "realm_access": {"roles": ["case-worker"]},
        });
        let claims_of = claims.as_object_mut().unwrap();
        for (name, value) in changed.as_object().unwrap() {
            match value {
                Value::Null => drop(claims_of.remove(name)),
                value => drop(claims_of.insert(name.clone(), value.clone())),
            }
        }
        claims
    }

    async fn of(&self, signed: Signed, changed: Value) -> Result<Subject, u16> {
        let token = self.keys.token(signed, &self.claims(changed));
        self.platform.access.authenticate_token(&token).await.map_err(|problem| problem.status)
    }
}

const GOOD: Signed = Signed::Rs256("rsa");

#[tokio::test]
async fn what_is_signed_for_us_and_now_is_taken_and_nothing_else() {
    let both = Both::start().await;
    let now = Timestamp::now().as_second();
    for (what, signed, changed) in [
        ("RS256", GOOD, json!({})),
        ("ES256", Signed::Es256, json!({})),
        ("ended 15 s ago, within what clocks differ", GOOD, json!({"exp": now - 15})),
        ("for several", GOOD, json!({"aud": ["other", "casewright"]})),
        ("without typ", GOOD, json!({"typ": null})),
    ] {
        let subject = both.of(signed, changed).await;
        assert_eq!(subject.map(|subject| subject.id), Ok("xaver".to_owned()), "{what}");
    }
    for (what, signed, changed) in [
        ("ended an hour ago", GOOD, json!({"exp": now - 3_600})),
        ("without an end", GOOD, json!({"exp": null})),
        ("not yet", GOOD, json!({"nbf": now + 3_600})),
        ("for another", GOOD, json!({"aud": "other"})),
        ("for nobody", GOOD, json!({"aud": null})),
        ("an ID token", GOOD, json!({"typ": "ID"})),
        ("a refresh token", GOOD, json!({"typ": "Refresh"})),
        ("of another issuer", GOOD, json!({"iss": "https://other.example"})),
        ("in the name of the platform's own issuer", GOOD, json!({"iss": "http://portal.test/auth"})),
        ("HS256 by the public key", Signed::Hs256("rsa", RSA.as_bytes()), json!({})),
        ("HS256 by a published secret", Signed::Hs256("shared", SHARED), json!({})),
        ("by a key for something else", Signed::Rs256("for-secrets"), json!({})),
        ("by nobody", Signed::Nothing, json!({})),
    ] {
        let subject = both.of(signed, changed).await;
        assert_eq!(subject.map(|subject| subject.id), Err(401), "{what}");
    }
}

#[tokio::test]
async fn an_organisation_is_one_text_and_there_is_no_other_by_default() {
    let both = Both::start().await;
    let subject = both.of(GOOD, json!({"org": "b"})).await.unwrap();
    assert_eq!(subject.tenant.as_str(), "b");
    for org in [json!(null), json!(""), json!(["default", "b"]), json!({"name": "b"}), json!(7)] {
        let subject = both.of(GOOD, json!({"org": org})).await;
        assert_eq!(subject.map(|subject| subject.tenant.as_str().to_owned()), Err(401), "{org}");
    }
}

#[tokio::test]
async fn nobody_of_the_provider_is_one_of_ours() {
    let both = Both::start().await;
    let named = |id: &str, role: &str| json!({"preferred_username": id, "realm_access": {"roles": [role]}});
    // A person stays one, whatever role the provider gives them.
    let person = both.of(GOOD, named("xaver", "system:case-api")).await.unwrap();
    assert!(!is_machine(&person.id) && person.actor().issuer.is_some(), "{person:?}");
    for id in ["system:case-api", "system:external-tasks", "system:"] {
        assert_eq!(both.of(GOOD, named(id, "system:case-api")).await.map(|person| person.id), Err(401), "{id}");
    }
    // One of the same name as an account here that has a password is another one, and is not let in as it.
    assert_eq!(both.of(GOOD, named("anna", "admin")).await.map(|anna| anna.id), Err(401));
    // On whose behalf a call is, only we say.
    let behalf = both.of(GOOD, json!({"on_behalf_of": {"id": "root", "name": "Rita"}})).await;
    assert_eq!(behalf.map(|subject| subject.id), Err(401));
}

#[tokio::test]
async fn invented_key_names_do_not_have_the_provider_asked_each_time() {
    let both = Both::start().await;
    both.of(GOOD, json!({})).await.unwrap();
    let before = both.reads.load(Ordering::SeqCst);
    let invented = ["k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9", "../rsa", "' OR 1=1 --"];
    for kid in invented.into_iter().cycle().take(60) {
        assert_eq!(both.of(Signed::Rs256(kid), json!({})).await.map(|subject| subject.id), Err(401), "{kid}");
    }
    assert!(both.reads.load(Ordering::SeqCst) <= before + 1);
    both.of(GOOD, json!({})).await.unwrap();
}
