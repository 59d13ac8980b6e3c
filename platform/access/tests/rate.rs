//! How often who may ask, over the real layer: who is refused, in which words, and what everybody is told.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, header};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::get;
use casewright_access::rate::{Rate, RateConfig, Rates, limit};
use casewright_journal::TenantId;
use serde_json::Value;
use std::net::SocketAddr;
use support::Platform;
use tower::ServiceExt as _;

const FAR: &str = "192.0.2.7:4711";
const NEAR: &str = "127.0.0.1:4711";
/// What no test reaches.
const AMPLE: Rate = Rate { per_second: 1_000_000, burst: 1_000_000 };

struct Limited {
    _dir: tempfile::TempDir,
    platform: Platform,
    router: Router,
}

impl Limited {
    async fn open(config: RateConfig) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let platform = Platform::open(dir.path()).await.with_anna().await;
        let (api, _) = casewright_access::api::router(platform.access.clone());
        let router = api
            .route("/engine-rest/version", get(async || "7"))
            .route("/health/live", get(async || "up"))
            .layer(from_fn_with_state(Rates::new(platform.access.clone(), &config), limit));
        Self { _dir: dir, platform, router }
    }

    async fn ask(&self, path: &str, token: &str, from: &str) -> Response {
        let mut request = Request::get(path);
        if !token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(from.parse::<SocketAddr>().unwrap()));
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Asks until it is refused, which takes no more than this many times.
    async fn refusal(&self, path: &str, token: &str, from: &str) -> Response {
        for _ in 0..200 {
            let answer = self.ask(path, token, from).await;
            if answer.status() == 429 {
                return answer;
            }
        }
        panic!("nobody was refused at {path}");
    }
}

fn config() -> RateConfig {
    RateConfig { address: AMPLE, user: AMPLE, client: AMPLE, tenant: AMPLE, loopback: false }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

async fn body(answer: Response) -> Value {
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 16).await.unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn a_person_is_told_where_they_stand_and_then_to_wait() {
    let limited = Limited::open(RateConfig { user: Rate { per_second: 1, burst: 3 }, ..config() }).await;
    let tokens = limited.platform.tokens().await;
    let anna = tokens["access_token"].as_str().unwrap();
    let first = limited.ask("/api/v1/me", anna, FAR).await;
    assert_eq!(first.status(), 200);
    assert_eq!(text(first.headers(), "ratelimit"), "\"user\";r=2;t=1");
    let policies = text(first.headers(), "ratelimit-policy");
    assert_eq!(policies, "\"address\";q=1000000;w=1, \"user\";q=3;w=3, \"tenant\";q=1000000;w=1");

    let refused = limited.refusal("/api/v1/me", anna, FAR).await;
    assert_eq!(text(refused.headers(), "retry-after"), "1");
    assert_eq!(text(refused.headers(), "ratelimit"), "\"user\";r=0;t=1");
    assert_eq!(body(refused).await["code"], "too-many-requests");
    // In the words of the contract below it; and wherever she asks from.
    let refused = limited.refusal("/engine-rest/version", anna, "192.0.2.8:1").await;
    assert_eq!(text(refused.headers(), "retry-after"), "1");
    assert_eq!(body(refused).await["type"], "TooManyRequestsException");

    // Others are not asked to wait for her, and what is asked without a name is not counted.
    let worker = limited.platform.access.service_token("system:worker");
    assert_eq!(limited.ask("/api/v1/me", &worker, FAR).await.status(), 200);
    let live = limited.ask("/health/live", anna, FAR).await;
    assert_eq!((live.status().as_u16(), text(live.headers(), "ratelimit")), (200, ""));
}

#[tokio::test]
async fn an_organisation_has_a_limit_of_its_own() {
    let limited = Limited::open(RateConfig { tenant: Rate { per_second: 1, burst: 2 }, ..config() }).await;
    let access = &limited.platform.access;
    let (ours, also_ours) = (access.service_token("system:a"), access.service_token("system:b"));
    let theirs = access.service_token_of(&TenantId::new("b"), "system:a");
    let refused = limited.refusal("/api/v1/me", &ours, FAR).await;
    assert_eq!(text(refused.headers(), "ratelimit"), "\"tenant\";r=0;t=1");
    assert_eq!(limited.refusal("/api/v1/me", &also_ours, FAR).await.status(), 429);
    assert_eq!(limited.ask("/api/v1/me", &theirs, FAR).await.status(), 200);
}

#[tokio::test]
async fn an_address_is_limited_before_anybody_is_known_but_this_machine_is_not() {
    let limited = Limited::open(RateConfig { address: Rate { per_second: 1, burst: 2 }, ..config() }).await;
    let refused = limited.refusal("/api/v1/me", "no token", FAR).await;
    assert_eq!(text(refused.headers(), "ratelimit"), "\"address\";r=0;t=1");
    // The rooms of a platform may all have one address.
    let worker = limited.platform.access.service_token("system:worker");
    assert_eq!(limited.ask("/api/v1/me", &worker, FAR).await.status(), 200);
    for _ in 0..20 {
        let answer = limited.ask("/api/v1/me", "", NEAR).await;
        assert_eq!((answer.status().as_u16(), text(answer.headers(), "ratelimit")), (401, ""));
    }
    let strict = RateConfig { address: Rate { per_second: 1, burst: 2 }, loopback: true, ..config() };
    Limited::open(strict).await.refusal("/api/v1/me", "", NEAR).await;
}
