//! The engine answers its own organisation only, whatever is asked: every operation there is, with a good token of another.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use casewright_access::Access;
use casewright_engine_api::api_router;
use casewright_engine_rest::{EngineRestAuth, engine_rest_router};
use casewright_journal::TenantId;
use http_body_util::BodyExt as _;
use serde_json::Value;
use support::Server;
use tower::ServiceExt as _;

/// What works here; only the organisation is another.
const ROLE: &str = "system:external-tasks";

async fn platform() -> (tempfile::TempDir, Server, Access) {
    let dir = tempfile::tempdir().unwrap();
    let (journal, clock) = support::journal(dir.path()).await;
    let access = support::access(&journal, dir.path()).await;
    let server = Server::over(journal, clock, EngineRestAuth::Required(access.clone())).await;
    (dir, server, access)
}

async fn ask(router: &Router, method: &str, path: &str, token: &str) -> (u16, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from("{}"))
        .unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

#[tokio::test]
async fn no_operation_of_the_contract_answers_another_organisation() {
    let (_dir, server, access) = platform().await;
    let auth = EngineRestAuth::Required(access.clone());
    let router = Router::new().nest("/engine-rest", engine_rest_router(server.engine.clone(), auth));
    let paths = support::paths(&router);
    assert!(paths.len() > 300, "{} paths were found", paths.len());
    assert!(paths.iter().any(|path| path == "/engine-rest/engine/default/task/{id}/complete"), "{paths:?}");
    let (ours, theirs) = (access.service_token(ROLE), access.service_token_of(&TenantId::new("b"), ROLE));
    for path in &paths {
        // Open to everybody: the list of engines, which is one word.
        if path == "/engine-rest/engine" {
            continue;
        }
        let mut operations = 0;
        for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS"] {
            let (status, body) = ask(&router, method, &support::filled(path), &theirs).await;
            // There is no such operation, for nobody.
            if status == 405 {
                continue;
            }
            assert_eq!(status, 403, "{method} {path}: {body}");
            assert_eq!(body["message"], "The engine belongs to another organisation", "{method} {path}");
            operations += 1;
        }
        assert!(operations > 0, "{path} has no operation");
    }
    assert_eq!(ask(&router, "GET", "/engine-rest/history/task/count", &ours).await.0, 200);
}

#[tokio::test]
async fn no_operation_of_the_engine_s_own_interface_answers_another_organisation() {
    let (_dir, server, access) = platform().await;
    let (router, description) = api_router(server.engine.clone(), access.clone());
    let (ours, theirs) = (access.service_token(ROLE), access.service_token_of(&TenantId::new("b"), ROLE));
    let description = serde_json::to_value(description).unwrap();
    let mut count = 0;
    for (path, item) in description["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys().filter(|key| key.as_str() != "parameters") {
            let method = method.to_uppercase();
            let (status, body) = ask(&router, &method, &support::filled(path), &theirs).await;
            assert_eq!((status, &body["code"]), (403, &"other-tenant".into()), "{method} {path}");
            let (_, body) = ask(&router, &method, &support::filled(path), &ours).await;
            assert_ne!(body["code"], "other-tenant", "{method} {path}");
            let (status, _) = ask(&router, &method, &support::filled(path), "no token").await;
            assert_eq!(status, 401, "{method} {path}");
            count += 1;
        }
    }
    assert!(count >= 12, "{count} operations were found");
}

#[tokio::test]
async fn who_guesses_too_often_is_told_to_wait_and_not_to_ask_for_another_password() {
    let (_dir, server, _access) = platform().await;
    let asked = |password: &'static str| {
        let request = Request::get("/engine-rest/version").header(header::AUTHORIZATION, support::basic(password));
        server.send(request.body(Body::empty()).unwrap())
    };
    for _ in 0..10 {
        let refused = asked("wrong").await;
        assert_eq!(refused.status, 401);
        assert!(refused.header("www-authenticate").is_some());
    }
    let refused = asked(support::PASSWORD).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("www-authenticate"), None);
    assert_eq!(refused.header("retry-after"), Some("30"));
    assert_eq!(refused.json()["type"], "AuthenticationException");
}
