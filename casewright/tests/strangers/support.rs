//! The binary with the demo in a process of its own, a mailbox of two organisations, a relay that remembers, and calls as strangers
//! make them. [`Platform::start`] is all that the attempts know of how it comes to be.

use super::models::model;
use casewright_testkit::free_port;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::future::Future;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// An administrator of the organisation `b`.
pub(crate) const OTHER: &str = "b/olga";
/// A developer who may not let models use the platform's own workers.
pub(crate) const EVE: &str = "eve";
/// A program that does external tasks.
pub(crate) const WORKER: &str = "system:worker";
/// Of everybody who is not of the demo.
const PASSWORD: &str = "a password of these tests";

pub(crate) struct Platform {
    folder: tempfile::TempDir,
    child: Child,
    http: Client,
    port: u16,
    smtp_port: u16,
    relayed: Arc<Mutex<Vec<String>>>,
}

/// What was answered: the status, and a body where it is JSON.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) headers: reqwest::header::HeaderMap,
}

impl Answer {
    async fn read(answer: reqwest::Response) -> Self {
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.unwrap_or_default();
        Self { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)), headers }
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// Refused as the caller's fault: neither done nor a failure of the platform.
    #[track_caller]
    pub(crate) fn refused(self, what: &str) -> Self {
        assert!((400..500).contains(&self.status), "{what}: {} {}", self.status, self.body);
        self
    }

    #[track_caller]
    pub(crate) fn id(&self) -> String {
        self.body["id"].as_str().unwrap_or_else(|| panic!("no id: {}", self.body)).to_owned()
    }

    pub(crate) fn items(&self) -> &[Value] {
        self.body["items"].as_array().map(Vec::as_slice).unwrap_or_default()
    }
}

impl Platform {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (port, smtp_port) = (free_port(), free_port());
        let (relay, relayed) = relay().await;
        let mailbox = |address: &str, tenant: &str| {
            format!(
                "[[mail.mailboxes]]\naddress = \"{address}\"\nname = \"Desk\"\nprocess = \"email-to-case\"\ntenant = \"{tenant}\"\n"
            )
        };
        let settings = format!(
            "[mail]\nsmtp_listen = \"127.0.0.1:{smtp_port}\"\nhost_name = \"mx.harbor.example\"\n{}{}[mail.relay]\nhost = \"127.0.0.1\"\nport = {relay}\ntls = \"none\"\n[[access.clients]]\nid = \"{WORKER}\"\nsecret = \"{PASSWORD}\"\n",
            mailbox("claims@harbor.example", "default"),
            mailbox("desk@b.example", "b"),
        );
        std::fs::write(folder.path().join("casewright.toml"), settings).unwrap();
        let data = folder.path().join("data");
        user(&data, &["olga", "--organisation", "b", "--email", "olga@b.example", "--role", "admin"]);
        user(&data, &["eve", "--email", "eve@harbor.example", "--role", "process-developer"]);
        let child = serve(folder.path(), port);
        casewright_client::install_tls();
        let redirect = reqwest::redirect::Policy::none();
        let http = Client::builder().no_proxy().redirect(redirect).timeout(Duration::from_secs(40)).build().unwrap();
        let platform = Self { folder, child, http, port, smtp_port, relayed };
        platform.ready().await;
        platform
    }

    /// Ends by SIGTERM within its grace, and answers again once it is started anew.
    pub(crate) async fn restart(&mut self) {
        let began = Instant::now();
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
        while self.child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < Duration::from_secs(30), "SIGTERM does not end it:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.child = serve(self.folder.path(), self.port);
        self.ready().await;
    }

    async fn ready(&self) {
        let is_ready = || async {
            let answer = self.http.get(self.url("/health/ready")).send().await;
            answer.is_ok_and(|answer| answer.status().is_success()).then_some(())
        };
        self.until("it is ready", is_ready).await;
    }

    /// Answers at once, whatever is going on.
    #[track_caller]
    pub(crate) fn alive(&self, after: &str) -> impl Future<Output = ()> {
        let after = after.to_owned();
        async move {
            let asked = self.http.get(self.url("/health/live")).timeout(Duration::from_secs(5)).send().await;
            let is_alive = asked.as_ref().is_ok_and(|answer| answer.status().is_success());
            assert!(is_alive, "after {after}: {asked:?}\n{}", self.log());
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) fn log(&self) -> String {
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        log.lines().rev().take(30).fold(String::new(), |told, line| told + line + "\n")
    }

    /// Memory that is in use, in MiB.
    pub(crate) fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }

    /// Asks again until there is an answer, for a minute at most: the machine may do other things, too.
    pub(crate) async fn until<T, F: Future<Output = Option<T>>>(&self, what: &str, ask: impl Fn() -> F) -> T {
        let began = Instant::now();
        loop {
            if let Some(found) = ask().await {
                return found;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "never: {what}\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    pub(crate) fn request(&self, user: &str, method: &str, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method.parse::<Method>().unwrap(), self.url(path));
        match user {
            "" => request,
            token if token.matches('.').count() == 2 => request.bearer_auth(token),
            person => request.basic_auth(person, Some(password(person))),
        }
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        // A connection that was kept may end at the moment it is used again; who sends then, sends once more (RFC 9112, section 9.3.1).
        let again = request.try_clone();
        let answer = match (request.send().await, again) {
            (Err(error), Some(again)) if error.is_request() && !error.is_timeout() => again.send().await,
            (answer, _) => answer,
        };
        let answer = answer.unwrap_or_else(|error| panic!("{error:?}\n{}", self.log()));
        Answer::read(answer).await
    }

    /// Sends what is refused before all of it is there: the connection may end while the client is still sending.
    pub(crate) async fn send_large(&self, request: reqwest::RequestBuilder) -> Answer {
        match request.send().await {
            Ok(answer) => Answer::read(answer).await,
            Err(error) if error.is_request() && !error.is_timeout() && !error.is_connect() => {
                Answer { status: 413, body: Value::Null, headers: reqwest::header::HeaderMap::new() }
            }
            Err(error) => panic!("{error:?}\n{}", self.log()),
        }
    }

    pub(crate) async fn get(&self, user: &str, path: &str) -> Answer {
        self.send(self.request(user, "GET", path)).await
    }

    pub(crate) async fn with(&self, user: &str, method: &str, path: &str, body: Value) -> Answer {
        self.send(self.request(user, method, path).json(&body)).await
    }

    pub(crate) async fn post(&self, user: &str, path: &str, body: Value) -> Answer {
        self.with(user, "POST", path, body).await
    }

    /// A JSON body as text, which may be none.
    pub(crate) async fn text(&self, user: &str, method: &str, path: &str, body: String) -> Answer {
        let is_large = body.len() > 1 << 20;
        let request = self.request(user, method, path).header("content-type", "application/json").body(body);
        if is_large { self.send_large(request).await } else { self.send(request).await }
    }

    pub(crate) async fn worker_token(&self) -> String {
        let form = [("grant_type", "client_credentials"), ("client_id", WORKER), ("client_secret", PASSWORD)];
        let answer = self.send(self.http.post(self.url("/auth/token")).form(&form)).await.expect(200);
        answer.body["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn deploy(&self, user: &str, file: &str, content: impl Into<Vec<u8>>) -> Answer {
        let part = reqwest::multipart::Part::bytes(content.into()).file_name(file.to_owned());
        let form = reqwest::multipart::Form::new().text("deployment-name", file.to_owned()).part("file", part);
        self.send(self.request(user, "POST", "/engine-rest/deployment/create").multipart(form)).await
    }

    /// Starts a process with variables, as developers do.
    pub(crate) async fn run(&self, user: &str, key: &str, body: Value) -> Answer {
        self.post(user, &format!("/engine-rest/process-definition/key/{key}/start"), body).await
    }

    /// Deploys a process of these nodes and starts it; what the start answered.
    pub(crate) async fn deploy_and_run(&self, key: &str, nodes: &[&str]) -> Answer {
        self.deploy("dana", &format!("{key}.bpmn"), model(key, nodes)).await.expect(200);
        self.run("dana", key, json!({"withVariablesInReturn": true})).await
    }

    /// A definition like the demo's claims, without what a person must fill in, with processes that are started by hand.
    pub(crate) async fn define(&self, key: &str, prefix: &str, processes: &[&str], restricted_to: Value) {
        let mut definition = self.get("dana", "/api/v1/case-definitions/claim").await.expect(200).body;
        let processes = processes.iter().map(|key| json!({"key": key, "name": key, "start": "manual"}));
        definition["processes"] = processes.collect();
        definition["key"] = json!(key);
        definition["name"] = json!(key);
        definition["caseNumberPrefix"] = json!(prefix);
        definition["restrictedTo"] = restricted_to;
        definition["rules"] = json!([]);
        for field in definition["fields"].as_array_mut().unwrap() {
            let field = field.as_object_mut().unwrap();
            field.remove("required");
            field.remove("requiredIn");
        }
        for name in ["version", "createForm", "stageForms"] {
            definition.as_object_mut().unwrap().remove(name);
        }
        let answer = self.with("dana", "PUT", &format!("/api/v1/case-definitions/{key}"), definition).await;
        assert!(answer.status < 300, "{}", answer.body);
    }

    pub(crate) async fn case(&self, user: &str, definition: &str, title: &str) -> Value {
        // What the demo's claims ask for; definitions of the tests ask for nothing.
        let fields = json!({"policyNumber": "HB-204118", "damage": "water", "description": "A pipe burst."});
        let case = json!({"definition": definition, "title": title, "fields": fields});
        self.post(user, "/api/v1/cases", case).await.expect(201).body
    }

    /// Why the processes that an instance is the root of cannot go on, once they cannot.
    pub(crate) async fn incident(&self, instance: &str) -> String {
        let root = &instance[..24];
        self.until(&format!("an incident of {instance}"), || async {
            let all = self.get("root", "/engine-rest/incident").await.expect(200).body;
            let own = all.as_array().unwrap().iter().find(|incident| {
                incident["processInstanceId"].as_str().is_some_and(|instance| instance.starts_with(root))
            });
            own.map(|incident| incident["incidentMessage"].as_str().unwrap_or_default().to_owned())
        })
        .await
    }

    /// A file whose bytes are there; its id, and what the upload answered last.
    pub(crate) async fn upload(&self, user: &str, name: &str, media: &str, bytes: &[u8]) -> (String, Answer, String) {
        let body = json!({"name": name, "contentType": media, "size": bytes.len()});
        let announced = self.post(user, "/api/v1/files", body).await.expect(201);
        let url = announced.body["upload"]["url"].as_str().unwrap().to_owned();
        self.send(self.http.put(&url).body(bytes.to_vec())).await;
        let id = announced.id();
        let completed = self.post(user, &format!("/api/v1/files/{id}/complete"), json!({})).await;
        (id, completed, url)
    }

    /// Bytes as they are; what comes back until the connection ends or is silent for a moment.
    pub(crate) async fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        // Whether it ended or fell silent, what was said by then is what is judged.
        let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.unwrap()
    }

    pub(crate) async fn smtp(&self) -> Smtp {
        let stream = TcpStream::connect(("127.0.0.1", self.smtp_port)).await.unwrap();
        let mut smtp = Smtp(BufReader::new(stream));
        smtp.reply().await;
        smtp.say("EHLO outside.example").await;
        smtp
    }

    /// A mail to the desk of the demo, which takes it.
    pub(crate) async fn receive(&self, to: &str, message: &str) {
        let mut smtp = self.smtp().await;
        let (code, said) = smtp.deliver("x@customer.example", to, message).await;
        assert_eq!(code, 250, "{said}");
    }

    /// The mail with this subject, once it is no longer being read.
    pub(crate) async fn mail(&self, user: &str, subject: &str) -> Value {
        self.until(&format!("mail '{subject}' is read"), || async {
            let page = self.get(user, "/api/v1/mails?limit=200").await.expect(200);
            let found = page.items().iter().find(|mail| mail["subject"] == subject)?;
            let is_open = matches!(found["state"].as_str(), Some("received" | "reading"));
            let id = found["id"].as_str()?;
            if is_open { None } else { Some(self.get(user, &format!("/api/v1/mails/{id}")).await.expect(200).body) }
        })
        .await
    }

    /// Messages that were sent outside, envelope first.
    pub(crate) fn relayed(&self) -> Vec<String> {
        self.relayed.lock().unwrap().clone()
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to stop.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(folder: &Path, port: u16) -> Child {
    let log = std::fs::File::options().create(true).append(true).open(folder.join("log")).unwrap();
    Command::new(env!("CARGO_BIN_EXE_casewright"))
        .args(["serve", "--demo", "--listen", &format!("127.0.0.1:{port}"), "--config"])
        .arg(folder.join("casewright.toml"))
        .arg("--data")
        .arg(folder.join("data"))
        .env("CASEWRIGHT_SERVER__LOG", "warn")
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}

fn user(data: &Path, arguments: &[&str]) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_casewright"))
        .args(["user", "set"])
        .args(arguments)
        // They sign in by HTTP Basic, which asks nobody for a new password.
        .arg("--lasting")
        .arg("--data")
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
    assert!(child.wait().unwrap().success());
}

pub(crate) fn password(user: &str) -> String {
    match user {
        "root" => "rita-demo-1".to_owned(),
        "anna" | "ben" | "dana" => format!("{user}-demo-1"),
        _ => PASSWORD.to_owned(),
    }
}

/// A mail client that says what it likes.
pub(crate) struct Smtp(BufReader<TcpStream>);

impl Smtp {
    /// The last line of a reply: its code and text; 0 when the connection ended or nothing came.
    pub(crate) async fn reply(&mut self) -> (u16, String) {
        let mut line = String::new();
        loop {
            line.clear();
            let read = tokio::time::timeout(Duration::from_secs(5), self.0.read_line(&mut line)).await;
            let is_there = matches!(read, Ok(Ok(length)) if length > 0);
            if !is_there {
                return (0, String::new());
            }
            if line.as_bytes().get(3) == Some(&b' ') {
                return (line[..3].parse().unwrap(), line.clone());
            }
        }
    }

    pub(crate) async fn say(&mut self, line: &str) -> (u16, String) {
        self.bytes(format!("{line}\r\n").as_bytes()).await;
        self.reply().await
    }

    pub(crate) async fn bytes(&mut self, bytes: &[u8]) {
        // Who has been sent away hears of it by the reply.
        let _ = self.0.get_mut().write_all(bytes).await;
    }

    pub(crate) async fn deliver(&mut self, from: &str, to: &str, message: &str) -> (u16, String) {
        for line in [format!("MAIL FROM:<{from}>"), format!("RCPT TO:<{to}>"), "DATA".to_owned()] {
            let (code, said) = self.say(&line).await;
            if code >= 400 || code == 0 {
                return (code, said);
            }
        }
        self.bytes(message.as_bytes()).await;
        self.say("\r\n.").await
    }
}

/// A mail server outside that takes everything; its port and what it took.
async fn relay() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let taken = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&taken);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let kept = Arc::clone(&kept);
            tokio::spawn(async move { take(BufReader::new(stream), &kept).await });
        }
    });
    (port, taken)
}

async fn take(mut stream: BufReader<TcpStream>, kept: &Mutex<Vec<String>>) -> Option<()> {
    stream.get_mut().write_all(b"220 outside ESMTP\r\n").await.ok()?;
    let mut message = String::new();
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await.ok()? == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&line).into_owned();
        let command = line.to_ascii_uppercase();
        write!(message, "{line}").ok()?;
        let reply = match command.get(..4) {
            Some("EHLO") => "250-outside\r\n250 8BITMIME\r\n",
            Some("QUIT") => return None,
            Some("DATA") => {
                stream.get_mut().write_all(b"354 go on\r\n").await.ok()?;
                while !message.ends_with("\r\n.\r\n") {
                    let mut line = Vec::new();
                    if stream.read_until(b'\n', &mut line).await.ok()? == 0 {
                        return None;
                    }
                    message.push_str(&String::from_utf8_lossy(&line));
                }
                kept.lock().unwrap().push(std::mem::take(&mut message));
                "250 taken\r\n"
            }
            _ => "250 fine\r\n",
        };
        stream.get_mut().write_all(reply.as_bytes()).await.ok()?;
    }
}
