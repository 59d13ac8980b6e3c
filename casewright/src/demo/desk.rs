//! Brings work to the desk: customers write, people open cases, take tasks and do them, a worker fails. Everything happens
//! through the public doors, in the names of the demo's people; nothing is written behind their backs.
//!
//! Each step finds out whether it has been done, so a start that was broken off goes on where it was.

use super::script::{Create, Mail, Script, Step, Story};
use anyhow::{Context, Result, bail};
use casewright_client::{Call, CallError, Client, Identity, Refused};
use casewright_service::{RequestPath, path};
use lettre::message::Mailbox;
use reqwest::{Method, StatusCode};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// How long the platform may take for what follows from a step.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);

/// Fills the desk of the platform at `base`. `people` are ids and passwords, `administrator` one of them.
pub(super) async fn fill(
    http: reqwest::Client,
    base: &str,
    people: BTreeMap<String, String>,
    administrator: &str,
) -> Result<()> {
    let script: Script = serde_json::from_slice(&super::file("desk.json")?)?;
    let client = |(id, password): (String, String)| {
        let identity = Identity::Password(Arc::new((id.clone(), Some(password))));
        (id, Client::new(http.clone(), base, identity))
    };
    let people = people.into_iter().map(client).collect();
    let desk = Arc::new(Desk { people, administrator: administrator.to_owned() });
    // One after the other: a first sign-in costs a password hash, all at once would cost memory and patience.
    for person in desk.people.keys() {
        desk.call(person, Method::GET, &path!("/api/v1/me"), None, None).await?;
    }
    let mut stories = JoinSet::new();
    for story in script.cases {
        let desk = Arc::clone(&desk);
        stories.spawn(async move {
            let key = story.key.clone();
            Box::pin(desk.tell(story)).await.with_context(|| format!("case '{key}' of the demo"))
        });
    }
    while let Some(told) = stories.join_next().await {
        told.context("a case of the demo")??;
    }
    Ok(())
}

struct Desk {
    /// The platform, as each of them reaches it.
    people: BTreeMap<String, Client>,
    administrator: String,
}

/// The case of a story.
struct Subject {
    id: String,
    number: String,
    key: String,
}

impl Desk {
    async fn tell(&self, story: Story) -> Result<()> {
        let id = match (&story.mail, &story.create) {
            (Some(mail), None) => self.mail(&story.key, mail).await?,
            (None, Some(create)) => self.create(&story.key, create).await?,
            _ => bail!("it comes by mail or is created, one of both"),
        };
        let case = self.case(&id).await?;
        let number = case["number"].as_str().context("a case without number")?.to_owned();
        let subject = Subject { id, number, key: story.key };
        for (nth, step) in story.steps.into_iter().enumerate() {
            self.step(&subject, nth, step).await.with_context(|| format!("step {}", nth + 1))?;
        }
        Ok(())
    }

    /// Hands in a mail, and waits for its case.
    async fn mail(&self, key: &str, mail: &Mail) -> Result<String> {
        let from: Mailbox = mail.from.parse().context("from")?;
        let mailbox = super::mailbox();
        let to = Mailbox::new(Some(mailbox.name), mailbox.address.parse()?);
        let message = lettre::Message::builder()
            .message_id(Some(format!("<demo.{key}@customer.example>")))
            .from(from.clone())
            .to(to)
            .subject(&mail.subject)
            .body(mail.text.clone())?
            .formatted();
        let path = path!("/api/v1/mails?from={}&to={}", from.email, mailbox.address);
        let received = self
            .send(&self.administrator, |client| {
                client.call(Method::POST, path.clone()).content("message/rfc822", message.clone())
            })
            .await?;
        let path = path!("/api/v1/mails/{}", received["id"].as_str().context("a mail without id")?);
        let case = |mail: Value| mail["caseId"].as_str().map(str::to_owned);
        self.until("the mail has a case", &path, case).await
    }

    async fn create(&self, key: &str, create: &Create) -> Result<String> {
        let key = format!("demo-{key}");
        let made = self.call(&create.by, Method::POST, &path!("/api/v1/cases"), Some(&create.case), Some(&key)).await?;
        Ok(made["id"].as_str().context("a case without id")?.to_owned())
    }

    async fn step(&self, case: &Subject, nth: usize, step: Step) -> Result<()> {
        let path = path!("/api/v1/cases/{}", case.id);
        let key = format!("demo-{}-{nth}", case.key);
        match step {
            Step::Change { by, patch } => self.change(&by, &path, patch).await,
            Step::Due { by, days } => {
                let seconds = days.checked_mul(24 * 60 * 60).context("days")?;
                let at = jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_secs(seconds))?;
                let at = at.round(jiff::Unit::Minute)?;
                self.change(&by, &path, Map::from_iter([("dueAt".to_owned(), json!(at))])).await
            }
            Step::Comment { by, body, mentions } => {
                let body = json!({ "body": body, "mentions": mentions });
                self.post(&by, &path!("/api/v1/cases/{}/comments", case.id), &body, &key).await
            }
            Step::Reply { by, subject, text } => {
                let requester = self.case(&case.id).await?["requester"]["email"].clone();
                let body = json!({ "to": [requester], "subject": subject, "text": text });
                self.post(&by, &path!("/api/v1/cases/{}/mails", case.id), &body, &key).await
            }
            Step::Process { by, key: process } => {
                let body = json!({ "key": process, "variables": {} });
                self.post(&by, &path!("/api/v1/cases/{}/processes", case.id), &body, &key).await
            }
            Step::Claim { by, task } => {
                if let Some(id) = self.task(case, &task).await? {
                    self.take(&by, &id).await?;
                }
                Ok(())
            }
            Step::Complete { by, task, data } => {
                let Some(id) = self.task(case, &task).await? else {
                    return Ok(());
                };
                self.take(&by, &id).await?;
                let body = json!({ "data": data });
                self.call(&by, Method::POST, &path!("/api/v1/tasks/{}/complete", id), Some(&body), None).await?;
                Ok(())
            }
            Step::UntilTask { task } => self.task(case, &task).await.map(|_| ()),
            Step::UntilStatus { status } => {
                self.until("the status", &path, |case| (case["status"] == status.as_str()).then_some(())).await
            }
            Step::UntilTimeline { kind } => {
                let path = path!("/api/v1/cases/{}/timeline?limit=200", case.id);
                let has = |page: &Value| items(page).any(|item| item["kind"] == kind.as_str());
                self.until(&format!("'{kind}' on the timeline"), &path, |page| has(&page).then_some(())).await
            }
            Step::UntilIncident { activity } => self.incident(case, &activity).await,
        }
    }

    async fn change(&self, by: &str, path: &RequestPath, patch: Map<String, Value>) -> Result<()> {
        self.call(by, Method::PATCH, path, Some(&Value::Object(patch)), None).await?;
        Ok(())
    }

    async fn post(&self, by: &str, path: &RequestPath, body: &Value, key: &str) -> Result<()> {
        self.call(by, Method::POST, path, Some(body), Some(key)).await?;
        Ok(())
    }

    /// Waits for a task of the case; none when it has been done already.
    async fn task(&self, case: &Subject, element: &str) -> Result<Option<String>> {
        let done = path!(
            "/engine-rest/history/task?processInstanceBusinessKey={}&taskDefinitionKey={}&finished=true",
            case.number,
            element
        );
        let done = self.call(&self.administrator, Method::GET, &done, None, None).await?;
        if done.as_array().is_some_and(|tasks| !tasks.is_empty()) {
            return Ok(None);
        }
        let path = path!("/api/v1/tasks?case={}", case.id);
        let open = |page: Value| {
            let found = items(&page).find(|task| task["taskDefinitionKey"] == element);
            found.and_then(|task| task["id"].as_str()).map(str::to_owned)
        };
        self.until(&format!("task '{element}'"), &path, open).await.map(Some)
    }

    async fn take(&self, by: &str, task: &str) -> Result<()> {
        let path = path!("/api/v1/tasks/{}", task);
        let present = self.call(&self.administrator, Method::GET, &path, None, None).await?;
        if present["assignee"] != by {
            self.call(by, Method::POST, &path!("/api/v1/tasks/{}/claim", task), None, None).await?;
        }
        Ok(())
    }

    async fn incident(&self, case: &Subject, activity: &str) -> Result<()> {
        let path = path!("/engine-rest/process-instance?businessKey={}", case.number);
        let instance = |list: Value| list[0]["id"].as_str().map(str::to_owned);
        let instance = self.until("the case's process", &path, instance).await?;
        let path = path!("/engine-rest/incident?processInstanceId={}&activityId={}", instance, activity);
        let is_there = |list: Value| list.as_array().is_some_and(|found| !found.is_empty()).then_some(());
        self.until("an incident", &path, is_there).await
    }

    async fn case(&self, id: &str) -> Result<Value> {
        self.call(&self.administrator, Method::GET, &path!("/api/v1/cases/{}", id), None, None).await
    }

    /// Asks until the answer has what is looked for.
    async fn until<T>(&self, what: &str, path: &RequestPath, found: impl Fn(Value) -> Option<T>) -> Result<T> {
        let begin = Instant::now();
        loop {
            if let Some(found) = found(self.call(&self.administrator, Method::GET, path, None, None).await?) {
                return Ok(found);
            }
            if begin.elapsed() > PATIENCE {
                bail!("{what} did not come within {PATIENCE:?}");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn call(
        &self,
        by: &str,
        method: Method,
        path: &RequestPath,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> Result<Value> {
        self.send(by, |client| {
            let mut call = client.call(method.clone(), path.clone());
            if let Some(key) = key {
                call = call.once(key);
            }
            match body {
                Some(body) => call.json(body),
                None => call,
            }
        })
        .await
    }

    /// Sends until it is taken: a platform that has just started may ask to come back.
    async fn send(&self, by: &str, call: impl Fn(&Client) -> Call) -> Result<Value> {
        let client = self.people.get(by).with_context(|| format!("'{by}' is nobody of the demo"))?;
        let begin = Instant::now();
        loop {
            match call(client).value().await {
                Ok(answer) => return Ok(answer),
                Err(CallError::Refused(refused)) if asks_to_come_back(&refused) && begin.elapsed() <= PATIENCE => {
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

fn asks_to_come_back(refused: &Refused) -> bool {
    matches!(refused.status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS)
}

fn items(page: &Value) -> impl Iterator<Item = &Value> {
    page["items"].as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_reads_and_names_only_people_of_the_demo() {
        let script: Script = serde_json::from_slice(&super::super::file("desk.json").unwrap()).unwrap();
        let demo: Value = serde_json::from_slice(&super::super::file("demo.json").unwrap()).unwrap();
        let is_known = |id: &str| demo["users"].as_array().unwrap().iter().any(|user| user["id"] == id);
        let mut keys: Vec<&str> = script.cases.iter().map(|story| story.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), script.cases.len());
        for step in script.cases.iter().flat_map(|story| &story.steps) {
            match step {
                Step::Change { by, .. }
                | Step::Due { by, .. }
                | Step::Comment { by, .. }
                | Step::Claim { by, .. }
                | Step::Complete { by, .. }
                | Step::Reply { by, .. }
                | Step::Process { by, .. } => assert!(is_known(by), "{by}"),
                Step::UntilTask { .. }
                | Step::UntilStatus { .. }
                | Step::UntilTimeline { .. }
                | Step::UntilIncident { .. } => {}
            }
        }
    }
}
