//! The binary as strangers meet it: what it refuses to start with, whom it lets in, and what it leaves readable.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_testkit::{free_address, free_port};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use support::{Finished, Server};

async fn started(folder: &Path, arguments: &[&str]) -> Server {
    let mut server = Server::new(folder);
    server.start(arguments).await;
    server
}

/// With these settings in a file.
async fn configured(folder: &Path, settings: &str) -> Server {
    let config = folder.join("casewright.toml");
    std::fs::write(&config, settings).unwrap();
    started(folder, &["--config", config.to_str().unwrap()]).await
}

async fn told(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
}

#[tokio::test]
async fn without_authentication_no_page_of_a_stranger_reaches_the_engine() {
    let folder = tempfile::tempdir().unwrap();
    let server = started(folder.path(), &["--engine-rest-auth", "none"]).await;
    let version = || server.ask(Method::GET, "/engine-rest/version");
    assert_eq!(told(version()).await.0, 200);
    let (status, body) = told(version().header("host", "rebind.evil.example")).await;
    assert_eq!(status, 421, "{body}");
    assert_eq!(body["type"], "InvalidRequestException");

    let start = || server.ask(Method::POST, "/engine-rest/process-definition/key/none/start");
    let foreign = |request: RequestBuilder| {
        request.header("origin", "https://evil.example").header("sec-fetch-site", "cross-site")
    };
    assert_eq!(told(start().json(&serde_json::json!({}))).await.0, 404);
    assert_eq!(told(foreign(start().json(&serde_json::json!({})))).await.0, 403);
    assert_eq!(told(foreign(start().body("{}"))).await.0, 403);
    assert_eq!(told(start().body("{}")).await.0, 415);
    let form = "--b\r\nContent-Disposition: form-data; name=\"deployment-name\"\r\n\r\nx\r\n--b--\r\n";
    let deploy = server.ask(Method::POST, "/engine-rest/deployment/create").body(form);
    let deploy = foreign(deploy.header("content-type", "multipart/form-data; boundary=b"));
    assert_eq!(told(deploy).await.0, 403);
}

#[tokio::test]
async fn addresses_that_are_none_are_errors_and_answers_are_not_stored() {
    let folder = tempfile::tempdir().unwrap();
    let server = started(folder.path(), &[]).await;
    for path in ["/api/v1/nope", "/api/v2/x", "/auth/nope", "/files/nope"] {
        let (status, body) = told(server.ask(Method::GET, path)).await;
        assert_eq!((status, &body["code"]), (404, &"not-found".into()), "{path}");
    }
    // Who is not known learns nothing about what there is.
    assert_eq!(told(server.ask(Method::GET, "/engine-rest/nope")).await.0, 404);
    let answer =
        server.ask(Method::GET, "/api/v1/openapi.json").header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let large = "a".repeat((1 << 20) + 1);
    let form = "application/x-www-form-urlencoded";
    let (status, body) = told(server.ask(Method::POST, "/auth/token").header("content-type", form).body(large)).await;
    assert_eq!((status, &body["code"]), (413, &"body-too-large".into()));
}

#[tokio::test]
async fn strangers_learn_whether_it_is_ready_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let internal = free_address();
    let text = format!(
        "[server]\ninternal_listen = \"{internal}\"\n\n[[access.clients]]\nid = \"system:monitoring\"\nsecret = \"s\"\n\n\
         [[access.clients]]\nid = \"system:worker\"\nsecret = \"s\"\n"
    );
    let server = configured(folder.path(), &text).await;
    let ready = || server.ask(Method::GET, "/health/ready");
    assert_eq!(told(ready()).await, (200, serde_json::json!({"status": "up"})));
    assert_eq!(told(ready().bearer_auth("no token")).await, (200, serde_json::json!({"status": "up"})));
    for path in ["/metrics", "/api/v1/openapi.json"] {
        assert_eq!(told(server.ask(Method::GET, path)).await.0, 401, "{path}");
    }

    let token = async |client: &str| {
        let form = [("grant_type", "client_credentials"), ("client_id", client), ("client_secret", "s")];
        let (_, answer) = told(server.ask(Method::POST, "/auth/token").form(&form)).await;
        answer["access_token"].as_str().unwrap().to_owned()
    };
    let (monitoring, worker) = (token("system:monitoring").await, token("system:worker").await);
    assert_eq!(told(server.ask(Method::GET, "/metrics").bearer_auth(&worker)).await.0, 403);
    assert_eq!(told(ready().bearer_auth(&worker)).await.1, serde_json::json!({"status": "up"}));
    assert_eq!(told(server.ask(Method::GET, "/metrics").bearer_auth(&monitoring)).await.0, 200);
    assert_eq!(told(ready().bearer_auth(&monitoring)).await.1["checks"]["journal"]["status"], "up");

    for path in ["/metrics", "/api/v1/openapi.json", "/health/live"] {
        let answer = server.http.get(format!("http://{internal}{path}")).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
    }
    let (status, reasons) = told(server.http.get(format!("http://{internal}/health/ready"))).await;
    assert_eq!((status, &reasons["checks"]["journal"]["status"]), (200, &"up".into()));
    let (status, _) = told(server.http.get(format!("http://{internal}/api/v1/me"))).await;
    assert_eq!(status, 404, "nothing else is there");
}

#[tokio::test]
async fn who_asks_too_often_waits() {
    let folder = tempfile::tempdir().unwrap();
    let rate = "[server.rate]\nloopback = true\naddress = { per_second = 1, burst = 5 }\n";
    let server = configured(folder.path(), rate).await;
    let mut statuses = Vec::new();
    for _ in 0..40 {
        let answer = server.ask(Method::GET, "/engine-rest/version").send().await.unwrap();
        statuses.push(answer.status().as_u16());
        if answer.status() == 429 {
            assert_eq!(answer.headers()["ratelimit-policy"], "\"address\";q=5;w=5");
            assert!(answer.headers().contains_key("retry-after") && answer.headers().contains_key("ratelimit"));
            assert_eq!(answer.json::<Value>().await.unwrap()["type"], "TooManyRequestsException");
        }
    }
    assert!(statuses.starts_with(&[401; 5]) && statuses.contains(&429), "{statuses:?}");
    assert_eq!(told(server.ask(Method::GET, "/health/ready")).await.0, 200);
}

#[tokio::test]
async fn listed_pages_may_call() {
    let folder = tempfile::tempdir().unwrap();
    let server = configured(folder.path(), "[server]\ncors_origins = [\"https://app.example\"]\n").await;
    for path in ["/engine-rest/user", "/api/v1/cases"] {
        let asked = server.ask(Method::OPTIONS, path).header("origin", "https://app.example");
        let asked = asked.header("access-control-request-method", "POST");
        let answer = asked.header("access-control-request-headers", "authorization,content-type").send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers()["access-control-allow-origin"], "https://app.example");
        let allowed = answer.headers()["access-control-allow-headers"].to_str().unwrap().to_lowercase();
        assert!(allowed.contains("authorization") && allowed.contains("content-type"), "{allowed}");
    }
    let other = server.ask(Method::OPTIONS, "/engine-rest/user").header("origin", "https://evil.example");
    let other = other.header("access-control-request-method", "POST").send().await.unwrap();
    assert!(!other.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn what_is_kept_is_nobody_else_s_to_read() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir_all(data.join("journal")).unwrap();
    for path in [&data, &data.join("journal")] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let server = started(folder.path(), &[]).await;
    assert_eq!(told(server.ask(Method::GET, "/health/live")).await.0, 200);
    let mut seen = 0;
    let mut folders = vec![data];
    while let Some(path) = folders.pop() {
        let about = std::fs::metadata(&path).unwrap();
        assert_eq!(about.permissions().mode() & 0o077, 0, "{}", path.display());
        seen += 1;
        if about.is_dir() {
            folders.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    assert!(seen > 4, "{seen} files and folders");
}

/// A volume of Kubernetes with `fsGroup`: of root, open to a group of the process. Only root can make one.
#[test]
fn a_data_folder_of_root_that_our_group_may_use_is_taken_and_one_for_everybody_is_not() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("SKIPPED: only root can make a folder of somebody else");
        return;
    }
    const SOMEBODY: u32 = 65532;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::os::unix::fs::chown(&data, Some(0), Some(SOMEBODY)).unwrap();
    let opened = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    opened(folder.path(), 0o755);
    let list = |mode: u32| {
        opened(&data, mode);
        let mut command = support::casewright();
        command.args(["user", "list", "--data"]).arg(&data).uid(SOMEBODY).gid(SOMEBODY);
        let output = command.output().unwrap();
        Finished { output, command: format!("user list, mode {mode:o}") }
    };
    list(0o2770).success();
    assert_eq!(
        std::fs::metadata(&data).unwrap().permissions().mode() & 0o7777,
        0o2770,
        "it is root's, and stays as it is"
    );
    assert_eq!(std::fs::metadata(data.join("journal")).unwrap().permissions().mode() & 0o077, 0);
    for (mode, wrong) in [(0o2775, "everybody"), (0o2750, "may not both read and write")] {
        let said = list(mode).failure();
        let place = format!("{} (mode {mode:04o}, owner 0:{SOMEBODY})", data.display());
        assert!(said.contains(&place) && said.contains(wrong), "{said}");
    }
}

#[test]
fn what_is_not_safe_or_cannot_work_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let open = ["serve", "--demo", "--listen", &format!("0.0.0.0:{}", free_port())];
    let said = Server::new(folder.path()).run(&open, "").failure();
    assert!(said.contains("--demo-on-network"), "{said}");
}
