//! The whole platform with the demo in a process of its own, and in it cases with everything that can belong to one.

use crate::support::Server;
use casewright_testkit::free_address;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// A machine client in another language.
pub(crate) const WORKER: &str = "system:worker";
const WORKER_SECRET: &str = "a secret of the tests";
/// Stands in everything that is in the restricted case.
pub(crate) const SECRET: &str = "SEALED-7C1B";

pub(crate) struct Platform {
    server: Server,
    worker: String,
    _folder: tempfile::TempDir,
}

/// What was answered: the status, and a body where it is JSON.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl Answer {
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// What tells one refusal from another.
    pub(crate) fn refusal(&self) -> (u16, String, String) {
        let text = |name: &str| self.body[name].as_str().unwrap_or_default().to_owned();
        (self.status.as_u16(), text("code"), text("detail"))
    }

    #[track_caller]
    pub(crate) fn id(&self) -> String {
        self.body["id"].as_str().unwrap_or_else(|| panic!("no id: {}", self.body)).to_owned()
    }
}

/// A case, and one of everything that belongs to it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Things {
    pub(crate) case: String,
    pub(crate) number: String,
    pub(crate) comment: String,
    pub(crate) document: String,
    pub(crate) file: String,
    pub(crate) mail: String,
    pub(crate) instance: String,
    pub(crate) incident: String,
    pub(crate) task: String,
    pub(crate) notification: String,
    pub(crate) added_task: String,
}

impl Platform {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = folder.path().join("casewright.toml");
        let text = format!("[[access.clients]]\nid = \"{WORKER}\"\nsecret = \"{WORKER_SECRET}\"\n");
        std::fs::write(&settings, text).unwrap();
        let mut server = Server::new(folder.path());
        server.set("CASEWRIGHT_MAIL__SMTP_LISTEN", free_address());
        server.run(&OTHER_ADMINISTRATOR, OTHER_PASSWORD).success();
        server.run(&PRIVACY_OFFICER, PRIVACY_PASSWORD).success();
        server.start(&["--demo", "--config", settings.to_str().unwrap()]).await;
        let mut platform = Self { server, worker: String::new(), _folder: folder };
        platform.worker = platform.worker_token().await;
        platform
    }

    pub(crate) fn log(&self) -> String {
        self.server.log()
    }

    /// Where all of it is kept.
    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.server.data()
    }

    /// A mail comes to the mailbox of the demo.
    pub(crate) async fn deliver(&self, from: &str, raw: String) {
        let path = format!("/api/v1/mails?to=claims@harbor.example&from={from}");
        let request = self.server.ask(Method::POST, &path).basic_auth("root", Some(password("root")));
        let answer = request.header("content-type", "message/rfc822").body(raw).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED, "{}", answer.text().await.unwrap());
    }

    async fn worker_token(&self) -> String {
        let form = [("grant_type", "client_credentials"), ("client_id", WORKER), ("client_secret", WORKER_SECRET)];
        let answer = self.server.ask(Method::POST, "/auth/token").form(&form).send().await.unwrap();
        let answer: Value = answer.error_for_status().unwrap().json().await.unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// Asks again until there is an answer, for a minute at most.
    pub(crate) async fn until<T, F: Future<Output = Option<T>>>(&self, what: &str, ask: impl Fn() -> F) -> T {
        self.server.until(what, ask).await
    }

    pub(crate) async fn send(
        &self,
        user: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let method: Method = method.parse().unwrap();
        let request = self.server.ask(method, path);
        let mut request = match user {
            WORKER => request.bearer_auth(&self.worker),
            person => request.basic_auth(person, Some(password(person))),
        };
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    pub(crate) async fn get(&self, user: &str, path: &str) -> Answer {
        self.send(user, "GET", path, &[], None).await
    }

    pub(crate) async fn post(&self, user: &str, path: &str, body: Value) -> Answer {
        self.send(user, "POST", path, &[], Some(body)).await
    }

    /// The first of a list that is as wanted, once there is one.
    pub(crate) async fn first(&self, user: &str, path: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        self.until(&format!("{path} has it"), || async {
            let page = self.get(user, path).await.expect(200).body;
            page["items"].as_array().unwrap().iter().find(|item| is_wanted(item)).cloned()
        })
        .await
    }

    /// A file whose bytes are there.
    pub(crate) async fn upload(&self, user: &str, name: &str, content: &str) -> String {
        let body = json!({"name": name, "contentType": "text/plain", "size": content.len()});
        let announced = self.post(user, "/api/v1/files", body).await.expect(201);
        let url = announced.body["upload"]["url"].as_str().unwrap().to_owned();
        self.server.http.put(url).body(content.to_owned()).send().await.unwrap().error_for_status().unwrap();
        let id = announced.id();
        self.post(user, &format!("/api/v1/files/{id}/complete"), json!({})).await.expect(200);
        id
    }

    /// A definition like that of the demo's claims, with a process that cannot go on besides; restricted when groups are named.
    pub(crate) async fn define(&self, key: &str, prefix: &str, restricted_to: Value) {
        let mut definition = self.get("dana", "/api/v1/case-definitions/claim").await.expect(200).body;
        definition["key"] = json!(key);
        definition["name"] = json!(key);
        definition["caseNumberPrefix"] = json!(prefix);
        definition["restrictedTo"] = restricted_to;
        definition["processes"] = json!([
            {"key": "claim-handling", "name": "Claim handling", "start": "on-create"},
            {"key": "broken", "name": "Broken", "start": "on-create"}
        ]);
        definition["rules"] = json!([]);
        definition["queues"] = json!(["claims", "sealed"]);
        // What a person must fill in is not asked here.
        for field in definition["fields"].as_array_mut().unwrap() {
            field.as_object_mut().unwrap().remove("required");
            field.as_object_mut().unwrap().remove("requiredIn");
        }
        for name in ["version", "createForm", "stageForms"] {
            definition.as_object_mut().unwrap().remove(name);
        }
        let path = format!("/api/v1/case-definitions/{key}");
        let answer = self.send("dana", "PUT", &path, &[], Some(definition)).await;
        assert!(answer.status.is_success(), "{}", answer.body);
    }

    pub(crate) async fn deploy(&self, name: &str, model: &str) {
        let answer = self.deploy_as("root", name, model).await;
        assert!(answer.status.is_success(), "{}", answer.body);
    }

    pub(crate) async fn deploy_as(&self, user: &str, name: &str, model: &str) -> Answer {
        let file = reqwest::multipart::Part::bytes(model.as_bytes().to_vec()).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new().text("deployment-name", name.to_owned()).part("file", file);
        let request = self.server.ask(Method::POST, "/engine-rest/deployment/create");
        let answer = request.basic_auth(user, Some(password(user))).multipart(form).send().await.unwrap();
        Answer { status: answer.status(), body: answer.json().await.unwrap() }
    }

    /// A case made by `user`, once all that belongs to it is there.
    pub(crate) async fn case_with_everything(&self, user: &str, definition: &str, title: &str) -> Things {
        let body = json!({
            "definition": definition, "title": title, "fields": {"description": title},
            "requester": {"name": "Clara Weiss", "email": "clara.weiss@customer.example"},
        });
        let case = self.post(user, "/api/v1/cases", body).await.expect(201);
        let mut things = Things { case: case.id(), ..Things::default() };
        things.number = case.body["number"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/cases/{}", things.case);
        let comment = json!({"body": title, "mentions": ["root"]});
        things.comment = self.post(user, &format!("{path}/comments"), comment).await.expect(201).id();
        let task = json!({"title": title});
        things.added_task = self.post(user, &format!("{path}/tasks"), task).await.expect(201).id();
        things.file = self.upload(user, "paper.txt", title).await;
        let document = json!({"fileId": things.file});
        things.document = self.post(user, &format!("{path}/documents"), document).await.expect(201).id();
        let mail = json!({"to": ["clara.weiss@customer.example"], "subject": title, "text": title});
        things.mail = self.post(user, &format!("{path}/mails"), mail).await.expect(202).id();
        let number = things.number.as_str();
        let tasks = format!("/api/v1/tasks?case={}", things.case);
        let task = self.first("root", &tasks, |it| it["source"] == "process").await;
        things.task = task["id"].as_str().unwrap().to_owned();
        things.instance = task["processInstanceId"].as_str().unwrap().to_owned();
        let incident = self.first("root", "/api/v1/incidents?limit=200", |it| it["businessKey"] == number).await;
        things.incident = incident["id"].as_str().unwrap().to_owned();
        let told =
            self.first("root", "/api/v1/notifications?limit=200", |it| it["caseId"] == things.case.as_str()).await;
        things.notification = told["id"].as_str().unwrap().to_owned();
        things
    }
}

/// Of a user of the demo.
fn password(user: &str) -> String {
    match user {
        OTHER => OTHER_PASSWORD.to_owned(),
        "root" => "rita-demo-1".to_owned(),
        OFFICER => PRIVACY_PASSWORD.to_owned(),
        _ => format!("{user}-demo-1"),
    }
}

/// Somebody who may do everything in another organisation.
pub(crate) const OTHER: &str = "b/olga";
const OTHER_PASSWORD: &str = "another-organisation-1";

/// Somebody who looks after privacy.
pub(crate) const OFFICER: &str = "pia";
const PRIVACY_PASSWORD: &str = "a second pair of eyes 1";

const PRIVACY_OFFICER: [&str; 8] =
    ["user", "set", OFFICER, "--email", "pia@harbor.example", "--lasting", "--role", "privacy-officer"];

const OTHER_ADMINISTRATOR: [&str; 12] = [
    "user",
    "set",
    "olga",
    "--organisation",
    "b",
    "--email",
    "olga@b.example",
    "--lasting",
    "--role",
    "admin",
    "--role",
    "supervisor",
];

/// A process that waits for group `claims`.
pub(crate) const WAITS: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">
<process id="waits" isExecutable="true" camunda:historyTimeToLive="30"><startEvent id="start"/>
<sequenceFlow id="a" sourceRef="start" targetRef="wait"/><userTask id="wait" camunda:candidateGroups="claims"/>
</process></definitions>"#;

/// A process that changes the case it is started for, as the platform.
pub(crate) const MACHINE: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">
<process id="machine" isExecutable="true" camunda:historyTimeToLive="30"><startEvent id="start"/>
<sequenceFlow id="a" sourceRef="start" targetRef="change"/><serviceTask id="change" camunda:type="external" camunda:topic="case.update">
<extensionElements><camunda:inputOutput><camunda:inputParameter name="caseTitle">CHANGED BY A DEVELOPER</camunda:inputParameter></camunda:inputOutput></extensionElements>
</serviceTask></process></definitions>"#;

/// A process whose only step fails at once and for good.
pub(crate) const BROKEN: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">
<process id="broken" name="Broken" isExecutable="true" camunda:historyTimeToLive="30"><startEvent id="start"/>
<sequenceFlow id="a" sourceRef="start" targetRef="pay"/>
<serviceTask id="pay" camunda:asyncBefore="true" camunda:expression="${nobodyKnows > 1}"/>
</process></definitions>"#;
