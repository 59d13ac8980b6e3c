//! `casewright login --device` at an external provider: the issuer of a node, with the two requests of RFC 8628 added.

use crate::platform::Platform;
use crate::sign_in::Login;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use casewright_access::AccessConfig;
use casewright_testkit::people::{self, ANNA};
use casewright_testkit::{Browser, CALLBACK, Node, NodeSetup, PASSWORD};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Notify;

const DOCUMENT: &str = "/auth/.well-known/openid-configuration";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A provider that knows Anna. Its first answer to whoever asks for tokens is that nobody has entered the code yet.
#[derive(Clone)]
struct Provider {
    issuer: String,
    browser: Browser,
    asked: Arc<Notify>,
    entered: Arc<std::sync::atomic::AtomicBool>,
}

impl Provider {
    async fn start(folder: &std::path::Path) -> (Self, Node) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}/auth", listener.local_addr().unwrap());
        let access = AccessConfig {
            issuer: issuer.clone(),
            redirect_uris: vec![CALLBACK.to_owned()],
            ..AccessConfig::default()
        };
        let node = Node::open(folder, NodeSetup { access, ..NodeSetup::default() }).await;
        node.clock.set(jiff::Timestamp::now());
        people::register(&node.access, &[ANNA]).await;
        let own = casewright_access::issuer::router(node.access.clone());
        let provider =
            Self { issuer, browser: Browser::new(own.clone()), asked: Arc::default(), entered: Arc::default() };
        let router = Router::new()
            .route(DOCUMENT, get(document))
            .route("/auth/device", post(device))
            .route("/auth/token", post(token))
            .with_state(provider.clone())
            .fallback_service(own);
        tokio::spawn(async move { axum::serve(listener, router).await });
        (provider, node)
    }
}

async fn document(State(provider): State<Provider>) -> Json<Value> {
    let mut document = provider.browser.get(DOCUMENT, &[]).await.expect(200).body;
    document["device_authorization_endpoint"] = json!(format!("{}/device", provider.issuer));
    Json(document)
}

async fn device(State(provider): State<Provider>, Form(form): Form<HashMap<String, String>>) -> Json<Value> {
    assert_eq!(form["client_id"], "desk-tools");
    Json(json!({
        "device_code": "d-1", "user_code": "WDJB-MJHT", "verification_uri": format!("{}/enter", provider.issuer),
        "expires_in": 600, "interval": 1,
    }))
}

async fn token(State(provider): State<Provider>, Form(form): Form<HashMap<String, String>>) -> Response {
    assert_eq!((form["grant_type"].as_str(), form["device_code"].as_str()), (GRANT, "d-1"));
    provider.asked.notify_one();
    if !provider.entered.load(std::sync::atomic::Ordering::SeqCst) {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": "authorization_pending"}))).into_response();
    }
    let mut tokens = provider.browser.tokens_of(ANNA.id, PASSWORD).await;
    // It is for another client than the one that asked here.
    tokens.as_object_mut().unwrap().remove("id_token");
    Json(tokens).into_response()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_no_browser_here_enters_a_code_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let (provider, node) = Provider::start(folder.path()).await;
    let mut platform = Platform::new();
    for (variable, value) in [
        ("CASEWRIGHT_ACCESS__OIDC__ISSUER", provider.issuer.as_str()),
        ("CASEWRIGHT_ACCESS__OIDC__COMMAND_LINE_CLIENT", "desk-tools"),
        ("CASEWRIGHT_ACCESS__OIDC__SUBJECT_CLAIM", "sub"),
        ("CASEWRIGHT_ACCESS__OIDC__ROLES_CLAIM", "roles"),
    ] {
        platform.set(variable, value);
    }
    platform.start("access").await;

    let mut login = Login::begin(&platform, &["--device"]);
    let (said, address) = login.address();
    assert!(said.contains("WDJB-MJHT"), "{said}");
    assert_eq!(address, format!("{}/enter", provider.issuer));
    provider.asked.notified().await;
    provider.entered.store(true, std::sync::atomic::Ordering::SeqCst);
    let url = platform.base();
    assert_eq!(login.end().success(), format!("Signed in at {url} as anna (Anna Meyer).\n"));
    let known = platform.run(&["whoami", "--url", url], "").success();
    assert_eq!(known, "anna\tAnna Meyer\tanna@harbor.example\tcase-worker\tclaims\n");
    node.journal.shutdown().await;
}
