//! The demo: a claims desk, deployed and brought to life through the same doors that everybody uses. Loading it again
//! changes nothing.

mod desk;
mod mark;
mod script;

pub(crate) use mark::kind;

use anyhow::{Context, Result, bail};
use casewright_access::Access;
use casewright_access::accounts::NewUser;
use casewright_email_to_case::config::{Mailbox, Policy};
use casewright_journal::{Journal, TenantId};
use casewright_service::path;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use rust_embed::RustEmbed;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tracing::{error, info};

#[derive(RustEmbed)]
#[folder = "../examples/claims"]
#[exclude = "mails/*"]
struct Files;

#[derive(Deserialize)]
struct Demo {
    users: Vec<DemoUser>,
    groups: Vec<DemoGroup>,
    calendars: Vec<Value>,
    queues: Vec<Value>,
    routing: Value,
    /// By user id.
    availability: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct DemoGroup {
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct DemoUser {
    id: String,
    name: String,
    email: String,
    password: String,
    roles: Vec<String>,
    groups: Vec<String>,
}

const ACTOR: &str = "system:demo";

pub(crate) fn mailbox() -> Mailbox {
    Mailbox {
        address: "claims@harbor.example".to_owned(),
        name: "Harbor Insurance Claims".to_owned(),
        process: "email-to-case".to_owned(),
        tenant: TenantId::DEFAULT.to_owned(),
        authentication: Policy::Observe,
        strict_threads: false,
    }
}

/// Where the demo is loaded, and how far.
pub(crate) struct Loading {
    /// Address of the platform.
    pub(crate) base: String,
    pub(crate) access: Access,
    pub(crate) journal: Journal,
    /// This process plays all roles, so that there are people, workers and a mailbox: then there is work on the desk, too.
    pub(crate) is_whole: bool,
    /// Set when the demo is there.
    pub(crate) ready: Arc<AtomicBool>,
}

/// Loads the demo. Tried again for a while, since other rooms may still be starting.
pub(crate) async fn load(loading: Loading) {
    let Loading { base, access, journal, is_whole, ready } = loading;
    for attempt in 1..=10_u64 {
        match Box::pin(load_once(&base, &access, &journal, is_whole)).await {
            Ok(()) => {
                info!("the demo is loaded");
                ready.store(true, Ordering::Release);
                return;
            }
            Err(error) => error!(attempt, error = format!("{error:#}"), "the demo could not be loaded"),
        }
        tokio::time::sleep(Duration::from_millis(200 * attempt)).await;
    }
}

async fn load_once(base: &str, access: &Access, journal: &Journal, is_whole: bool) -> Result<()> {
    let demo: Demo = serde_json::from_slice(&file("demo.json")?)?;
    let tenant = TenantId::default();
    for group in &demo.groups {
        access.accounts().ensure_group(&tenant, ACTOR, &group.id, &group.name).await?;
    }
    for user in &demo.users {
        let known = access.accounts().user(&tenant, &user.id).await?.is_some();
        let wanted = NewUser {
            id: user.id.clone(),
            name: user.name.clone(),
            email: user.email.clone(),
            roles: user.roles.clone(),
            groups: user.groups.clone(),
        };
        access.accounts().ensure_user(&tenant, ACTOR, wanted).await?;
        if !known {
            access.accounts().set_password(&tenant, ACTOR, &user.id, &user.password).await?;
        }
    }
    let administrator = demo.users.iter().find(|user| user.roles.iter().any(|role| role == "admin"));
    let administrator = administrator.context("the demo has no administrator")?;
    let http = super::serve::http_client()?;
    let call = |method: Method, path: &str| {
        http.request(method, format!("{base}{path}")).basic_auth(&administrator.id, Some(&administrator.password))
    };
    let without_id = |item: &Value| {
        let mut body = item.clone();
        if let Some(fields) = body.as_object_mut() {
            fields.remove("id");
        }
        body
    };
    for calendar in &demo.calendars {
        let id = calendar["id"].as_str().context("a calendar without id")?;
        send(call(Method::PUT, &path!("/api/v1/calendars/{}", id)).json(&without_id(calendar))).await?;
    }
    for queue in &demo.queues {
        let id = queue["id"].as_str().context("a queue without id")?;
        send(call(Method::PUT, &path!("/api/v1/queues/{}", id)).json(&without_id(queue))).await?;
    }
    send(call(Method::PUT, "/api/v1/routing").json(&demo.routing)).await?;
    for (person, availability) in &demo.availability {
        send(call(Method::PUT, &path!("/api/v1/people/{}/availability", person)).json(availability)).await?;
    }
    deploy(call(Method::POST, "/engine-rest/deployment/create")).await?;
    for name in Files::iter().filter(|name| name.ends_with(".form")) {
        let schema: Value = serde_json::from_slice(&file(&name)?)?;
        let id = schema["id"].as_str().context("a form without id")?;
        send(call(Method::PUT, &path!("/api/v1/forms/{}", id)).json(&schema)).await?;
    }
    for name in Files::iter().filter(|name| name.ends_with(".case.json")) {
        let definition: Value = serde_json::from_slice(&file(&name)?)?;
        let key = definition["key"].as_str().context("a case definition without key")?;
        send(call(Method::PUT, &path!("/api/v1/case-definitions/{}", key)).json(&definition)).await?;
    }
    if is_whole && !mark::is_set(journal).await? {
        let people = demo.users.iter().map(|user| (user.id.clone(), user.password.clone())).collect();
        desk::fill(http, base, people, &administrator.id).await.context("bringing work to the desk")?;
        mark::set(journal).await?;
    }
    Ok(())
}

async fn deploy(request: RequestBuilder) -> Result<()> {
    let mut form = Form::new()
        .text("deployment-name", "demo")
        .text("deployment-source", "casewright demo")
        .text("enable-duplicate-filtering", "true");
    let is_deployable = |name: &str| [".bpmn", ".dmn", ".form"].iter().any(|ending| name.ends_with(ending));
    for name in Files::iter().filter(|name| is_deployable(name)) {
        let short = name.rsplit('/').next().unwrap_or(&name).to_owned();
        form = form.part(short.clone(), Part::bytes(file(&name)?).file_name(short));
    }
    send(request.multipart(form)).await
}

async fn send(request: RequestBuilder) -> Result<()> {
    let answer = request.send().await?;
    let (status, url) = (answer.status(), answer.url().clone());
    if !status.is_success() {
        bail!("{url} answered {status}: {}", answer.text().await?);
    }
    Ok(())
}

fn file(name: &str) -> Result<Vec<u8>> {
    Ok(Files::get(name).with_context(|| format!("the demo has no {name}"))?.data.into_owned())
}
