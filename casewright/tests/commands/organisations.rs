//! A second organisation works in the same process: its mail becomes its case, and neither sees what the other has.

use crate::platform::Platform;
use casewright_testkit::free_port;
use lettre::address::Envelope;
use lettre::{SmtpTransport, Transport as _};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const ROLES: &str = "access,engine,storage-api,case-api,email-to-case,publishers,external-tasks";
const PASSWORD: &str = "organisations-test-1";
/// Stands in the mail.
const SECRET: &str = "SEALED-7C1B";

/// A mail becomes a case; a second process waits for a while.
const MODEL: &str = r#"<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  targetNamespace="t"><bpmn:process id="inquiry" isExecutable="true" camunda:historyTimeToLive="30">
  <bpmn:startEvent id="start"/><bpmn:sequenceFlow id="a" sourceRef="start" targetRef="validate"/>
  <bpmn:serviceTask id="validate" camunda:type="external" camunda:topic="mail.validate"/>
  <bpmn:sequenceFlow id="b" sourceRef="validate" targetRef="create"/>
  <bpmn:serviceTask id="create" camunda:type="external" camunda:topic="case.create"><bpmn:extensionElements><camunda:inputOutput>
    <camunda:inputParameter name="caseDefinition">inquiry</camunda:inputParameter>
    <camunda:inputParameter name="caseTitle">${subject}</camunda:inputParameter>
  </camunda:inputOutput></bpmn:extensionElements></bpmn:serviceTask></bpmn:process>
  <bpmn:process id="later" isExecutable="true" camunda:historyTimeToLive="30">
  <bpmn:startEvent id="begin"/><bpmn:sequenceFlow id="c" sourceRef="begin" targetRef="wait"/>
  <bpmn:intermediateCatchEvent id="wait"><bpmn:timerEventDefinition><bpmn:timeDuration>PT3S</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
  </bpmn:process></bpmn:definitions>"#;

struct Person<'a> {
    platform: &'a Platform,
    http: &'a Client,
    name: &'static str,
}

impl Person<'_> {
    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let request = self.http.request(method, format!("{}{path}", self.platform.base()));
        let mut request = request.basic_auth(self.name, Some(PASSWORD));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        (answer.status(), serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.send(Method::GET, path, None).await;
        assert_eq!(status, 200, "{} {path}: {body}", self.name);
        body
    }

    async fn deploy(&self) {
        let form = Form::new().part("model.bpmn", Part::text(MODEL).file_name("model.bpmn"));
        let request = self.http.post(format!("{}/engine-rest/deployment/create", self.platform.base()));
        let answer = request.basic_auth(self.name, Some(PASSWORD)).multipart(form).send().await.unwrap();
        assert!(answer.status().is_success(), "{}: {}", self.name, answer.text().await.unwrap());
    }

    /// Asks again until the answer is as wanted, for a minute at most.
    async fn until(&self, path: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        let begin = Instant::now();
        loop {
            let body = self.get(path).await;
            if is_wanted(&body) {
                return body;
            }
            assert!(begin.elapsed() < Duration::from_secs(60), "{} {path} stays {body}", self.name);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn settings(folder: &Path) -> PathBuf {
    let path = folder.join("casewright.toml");
    let text = "[[mail.mailboxes]]\naddress = \"desk@b.example\"\nprocess = \"inquiry\"\ntenant = \"b\"\n";
    std::fs::write(&path, text).unwrap();
    path
}

fn add_people(platform: &Platform) {
    for (organisation, id, role) in [
        ("default", "dev", "automation-developer"),
        ("default", "clerk", "case-worker"),
        ("default", "olga", "operator"),
        ("b", "dev", "automation-developer"),
        ("b", "clerk", "case-worker"),
    ] {
        let mut set = vec![
            "user",
            "set",
            id,
            "--lasting",
            "--email",
            "p@example.org",
            "--role",
            role,
            "--organisation",
            organisation,
        ];
        if role != "case-worker" {
            set.extend(["--role", "process-developer"]);
        }
        platform.run(&set, PASSWORD).success();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_organisation_really_works_mail_included() {
    let folder = tempfile::tempdir().unwrap();
    let smtp_port = free_port();
    let mut platform = Platform::new();
    platform.set("CASEWRIGHT_CONFIG", settings(folder.path()));
    platform.set("CASEWRIGHT_MAIL__SMTP_LISTEN", format!("127.0.0.1:{smtp_port}"));
    add_people(&platform);
    platform.start(ROLES).await;
    let http = Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap();
    {
        let person = |name| Person { platform: &platform, http: &http, name };
        let (dev, clerk, their_dev, their_clerk) = (person("dev"), person("clerk"), person("b/dev"), person("b/clerk"));
        dev.deploy().await;
        their_dev.deploy().await;
        let definition = json!({
            "name": "Inquiry", "caseNumberPrefix": "INQ", "stages": [{"id": "new", "name": "New"}],
            "statuses": [{"id": "open", "name": "Open", "kind": "open"}, {"id": "closed", "name": "Closed", "kind": "closed"}],
            "fields": [],
        });
        let path = "/api/v1/case-definitions/inquiry";
        let (status, body) = their_dev.send(Method::PUT, path, Some(definition)).await;
        assert!(status.is_success(), "{body}");

        let mail = format!(
            "From: Ada <ada@customer.example>\r\nTo: desk@b.example\r\nSubject: {SECRET}\r\nMessage-ID: <1@customer.example>\r\n\
             Date: Tue, 01 Dec 2026 09:00:00 +0000\r\n\r\nHello\r\n"
        );
        let envelope =
            Envelope::new(Some("ada@customer.example".parse().unwrap()), vec!["desk@b.example".parse().unwrap()])
                .unwrap();
        tokio::task::spawn_blocking(move || {
            let transport = SmtpTransport::builder_dangerous("127.0.0.1").port(smtp_port).build();
            transport.send_raw(&envelope, mail.as_bytes()).unwrap();
        })
        .await
        .unwrap();

        let cases = their_clerk.until("/api/v1/cases", |page| page["items"][0]["title"] == SECRET).await;
        assert_eq!(cases["items"].as_array().unwrap().len(), 1, "{cases}");
        let started = "/engine-rest/history/process-instance?processDefinitionKey=inquiry&finished=true";
        their_dev.until(started, |list| list.as_array().is_some_and(|list| list.len() == 1)).await;
        for path in ["/api/v1/cases", "/api/v1/mails", "/api/v1/process-instances"] {
            assert_eq!(clerk.get(path).await["items"], json!([]), "{path}");
        }
        for path in [
            "/engine-rest/history/process-instance",
            "/engine-rest/history/variable-instance",
            "/engine-rest/external-task",
        ] {
            assert_eq!(dev.get(path).await, json!([]), "{path}");
        }
        let case = cases["items"][0]["id"].as_str().unwrap();
        assert_eq!(clerk.send(Method::GET, &format!("/api/v1/cases/{case}"), None).await.0, 404);
        let (status, body) =
            their_dev.send(Method::POST, "/engine-rest/process-definition/key/later/start", Some(json!({}))).await;
        assert_eq!(status, 200, "{body}");
    }

    // Organisations are still there after a restart, for an operator too.
    platform.stop();
    platform.start(ROLES).await;
    let operator = Person { platform: &platform, http: &http, name: "olga" };
    let ended = "/engine-rest/engine/b/history/process-instance?processDefinitionKey=later&finished=true";
    operator.until(ended, |list| list.as_array().is_some_and(|list| list.len() == 1)).await;
}
