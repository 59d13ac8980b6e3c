//! Deploying a model is not the right to act as the platform: topics of its own workers are for who may let models have them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine as _;
use casewright_access::Access;
use casewright_engine_api::api_router;
use casewright_engine_rest::EngineRestAuth;
use casewright_engine_runtime::EngineConfig;
use http_body_util::BodyExt as _;
use serde_json::Value;
use support::{Part, Server, multipart, process};
use tower::ServiceExt as _;

struct Platform {
    _dir: tempfile::TempDir,
    server: Server,
    access: Access,
}

impl Platform {
    async fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (journal, clock) = support::journal(dir.path()).await;
        let access = support::access(&journal, dir.path()).await;
        let config = EngineConfig { built_in_topics: vec!["case.update", "notify"], ..EngineConfig::default() };
        let auth = EngineRestAuth::Required(access.clone());
        let server = Server::configured(journal, clock, auth, config).await;
        support::account(&access, "dana", "process-developer").await;
        support::account(&access, "otto", "automation-developer").await;
        Self { _dir: dir, server, access }
    }

    fn api(&self) -> Router {
        api_router(self.server.engine.clone(), self.access.clone()).0
    }

    /// Deploys a process with one task by both interfaces; what each answered.
    async fn deploy(&self, user: &str, task: &str, fields: &[(&str, &str)]) -> [(u16, Value); 2] {
        let mut parts = vec![Part::text("deployment-name", "x")];
        parts.extend(fields.iter().map(|(name, value)| Part::text(name, value)));
        parts.push(Part::file("model.bpmn", "model.bpmn", &process("machine", task)));
        let (media, body) = multipart(&parts);
        let credentials = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{}", support::PASSWORD));
        let request = |path: &str| {
            Request::post(path)
                .header(header::AUTHORIZATION, format!("Basic {credentials}"))
                .header(header::CONTENT_TYPE, &media)
                .body(Body::from(body.clone()))
                .unwrap()
        };
        let contract = self.server.send(request("/engine-rest/deployment/create")).await;
        let own = self.api().oneshot(request("/api/v1/deployments")).await.unwrap();
        let status = own.status().as_u16();
        let bytes = own.into_body().collect().await.unwrap().to_bytes();
        [(contract.status, contract.json()), (status, serde_json::from_slice(&bytes).unwrap())]
    }
}

fn external(topic: &str) -> String {
    format!(r#"<serviceTask id="work" camunda:type="external" camunda:topic="{topic}"/>"#)
}

#[tokio::test]
async fn a_developer_does_not_act_as_the_platform_by_a_model() {
    let platform = Platform::open().await;
    let java = r#"<serviceTask id="work" camunda:class="case.update"/>"#.to_owned();
    let send = r#"<sendTask id="work" camunda:type="external" camunda:topic="notify"/>"#.to_owned();
    for (task, fields) in [
        (external("case.update"), &[] as &[(&str, &str)]),
        (send, &[]),
        // An expression may come to anything.
        (external("case.${verb}"), &[]),
        (external("#{topic}"), &[]),
        (java, &[("java-as-external", "true")]),
    ] {
        let [contract, own] = platform.deploy("dana", &task, fields).await;
        assert_eq!(contract.0, 403, "{task}: {}", contract.1);
        assert_eq!(contract.1["missingAuthorizations"][0]["permissionName"], "allow-topics", "{}", contract.1);
        assert!(contract.1["message"].as_str().unwrap().contains("'work' in 'model.bpmn'"), "{}", contract.1);
        assert_eq!((own.0, &own.1["code"]), (403, &"built-in-topic".into()), "{task}: {}", own.1);
    }
    let definitions = platform.server.engine.catalog().state().processes.len();
    assert_eq!(definitions, 0, "nothing of a refused deployment is kept");
}

#[tokio::test]
async fn topics_of_ones_own_workers_are_free_and_the_right_can_be_given() {
    let platform = Platform::open().await;
    let [contract, own] = platform.deploy("dana", &external("invoice"), &[]).await;
    assert_eq!((contract.0, own.0), (200, 201), "{} {}", contract.1, own.1);
    let [contract, own] = platform.deploy("anna", &external("case.update"), &[]).await;
    assert_eq!((contract.0, own.0), (200, 201), "{} {}", contract.1, own.1);
    // By itself the role deploys in the platform's own interface only.
    let [contract, own] = platform.deploy("otto", &external("case.update"), &[]).await;
    assert_eq!((contract.0, own.0), (403, 201), "{} {}", contract.1, own.1);

    // What an administrator has deployed is not deployed anew by who could not have.
    let state = platform.server.engine.catalog().state();
    // Version 3 is the first that anna deployed.
    let deployed = state.processes.values().find(|process| process.version == 3).unwrap().deployment_id.clone();
    let credentials = base64::engine::general_purpose::STANDARD.encode(format!("dana:{}", support::PASSWORD));
    let again = Request::post(format!("/engine-rest/deployment/{deployed}/redeploy"))
        .header(header::AUTHORIZATION, format!("Basic {credentials}"))
        .header(header::CONTENT_TYPE, "application/json");
    platform.server.send(again.body(Body::from("{}")).unwrap()).await.expect(403);
}
