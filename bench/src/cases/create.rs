//! Makes cases over the REST API: first those that are copied later, one at a time; then as many as go through.

use super::Platform;
use super::work::{GROUP, PLAIN, QUEUE, WORKED, case, change};
use crate::http::{Connection, Target};
use crate::latency::{Latencies, Summary};
use crate::process;
use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Cases that are copied. A prime, so that copies side by side are not alike.
const TEMPLATES: usize = 211;
/// One of so many has a process.
const ONE_IN: usize = 10;
/// For the process of a case to be there.
const PATIENCE: Duration = Duration::from_secs(30);
/// For the processes of all that were made, when none is made any more.
const CATCHING_UP: Duration = Duration::from_secs(600);
const PAUSE: Duration = Duration::from_millis(20);
/// Tasks that the processes of cases ask a person for.
const TASKS: &str = "/api/v1/tasks?candidate=me&limit=1&total=true";

#[derive(clap::Args)]
pub(crate) struct Create {
    #[command(flatten)]
    platform: Platform,
    /// File for the cases that are copied.
    #[arg(long)]
    templates: PathBuf,
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// How long cases of each kind are made, after a warm-up of a quarter of it.
    #[arg(long, default_value_t = 20.0)]
    seconds: f64,
    /// Process of the platform, whose processor time is counted.
    #[arg(long)]
    pid: u32,
}

/// A case with the process instances that it started: what `casewright-multiply` writes again.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Template {
    pub(crate) case: String,
    pub(crate) number: String,
    pub(crate) instances: Vec<String>,
}

/// How fast cases of one kind were made.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rate {
    definition: String,
    /// Answered in a second.
    per_second: f64,
    /// Done in a second with all that follows from them: from the first request until every process waits for its person.
    settled_per_second: f64,
    /// Processor time of the platform for one, until then.
    cpu_ms: f64,
    create: Option<Summary>,
}

/// What the makers of one connection came to.
#[derive(Default)]
struct Made {
    count: u64,
    latencies: Latencies,
}

impl Create {
    pub(super) async fn execute(self) -> Result<()> {
        let target = self.platform.target()?;
        let mut connection = target.connect().await?;
        publish(&mut connection).await?;
        let mut templates = Vec::new();
        for n in 0..TEMPLATES {
            let is_worked = n % ONE_IN == 0;
            let made = made(&mut connection, if is_worked { WORKED } else { PLAIN }, n).await?;
            templates.push(settled(&mut connection, &made, n, is_worked).await?);
        }
        std::fs::write(&self.templates, serde_json::to_string_pretty(&templates)?)?;
        let mut rates = Vec::new();
        for definition in [PLAIN, WORKED] {
            let rate = self.measure(&target, definition).await?;
            println!(
                "{}: {:.0} cases/s answered, {:.0} done, {:.2} ms of processor time each",
                rate.definition, rate.per_second, rate.settled_per_second, rate.cpu_ms
            );
            rates.push(rate);
        }
        std::fs::write(&self.platform.out, serde_json::to_string_pretty(&rates)?)?;
        Ok(())
    }

    async fn measure(&self, target: &Target, definition: &'static str) -> Result<Rate> {
        let mut connection = target.connect().await?;
        let tasks_before = tasks(&mut connection).await?;
        let cpu_before = process::usage(&[self.pid])?.cpu_seconds;
        let begin = Instant::now();
        let warm_up = begin + Duration::from_secs_f64(self.seconds / 4.0);
        let end = warm_up + Duration::from_secs_f64(self.seconds);
        let next = Arc::new(AtomicUsize::new(TEMPLATES));
        let makers = (0..self.connections).map(|_| {
            let (target, next) = (target.clone(), Arc::clone(&next));
            tokio::spawn(async move {
                let mut connection = target.connect().await?;
                let mut all = Made::default();
                while Instant::now() < end {
                    let begin = Instant::now();
                    made(&mut connection, definition, next.fetch_add(1, Ordering::Relaxed)).await?;
                    all.count += 1;
                    if begin > warm_up && Instant::now() < end {
                        all.latencies.record("create", begin.elapsed());
                    }
                }
                anyhow::Ok(all)
            })
        });
        let mut all = Made::default();
        for ended in futures::future::join_all(makers).await {
            let ended = ended??;
            all.count += ended.count;
            all.latencies.merge(&ended.latencies);
        }
        if definition == WORKED {
            caught_up(&mut connection, tasks_before + all.count).await?;
        }
        let took = begin.elapsed().as_secs_f64();
        let cpu = process::usage(&[self.pid])?.cpu_seconds - cpu_before;
        let create = all.latencies.summaries().remove("create");
        let count = create.as_ref().map_or(0, |summary| summary.count);
        Ok(Rate {
            definition: definition.to_owned(),
            per_second: count as f64 / self.seconds,
            settled_per_second: all.count as f64 / took,
            cpu_ms: cpu * 1000.0 / all.count.max(1) as f64,
            create,
        })
    }
}

/// Tasks that who asks may claim.
async fn tasks(connection: &mut Connection) -> Result<u64> {
    let page = connection.get(TASKS).await?.success(TASKS)?.json()?;
    page["total"].as_u64().context("the tasks have no total")
}

/// Until the processes of all cases ask a person.
async fn caught_up(connection: &mut Connection, expected: u64) -> Result<()> {
    let begin = Instant::now();
    loop {
        let there = tasks(connection).await?;
        if there >= expected {
            return Ok(());
        }
        if begin.elapsed() > CATCHING_UP {
            bail!("{there} tasks are there after {CATCHING_UP:?}, and there should be {expected}");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn publish(connection: &mut Connection) -> Result<()> {
    let model = include_str!("../../models/tasks.bpmn");
    let boundary = "casewright-bench-boundary";
    let body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"deployment-name\"\r\n\r\nbench\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"model\"; filename=\"tasks.bpmn\"\r\n\r\n{model}\r\n--{boundary}--\r\n"
    );
    let kind = format!("multipart/form-data; boundary={boundary}");
    let path = "/engine-rest/deployment/create";
    connection.send(Method::POST, path, &kind, Bytes::from(body)).await?.success("the deployment")?;
    put(connection, &format!("/api/v1/queues/{QUEUE}"), &json!({"name": "Bench", "members": {"groups": [GROUP]}}))
        .await?;
    let definitions = [include_str!("../../models/plain.case.json"), include_str!("../../models/worked.case.json")];
    for definition in definitions {
        let definition: Value = serde_json::from_str(definition)?;
        let key = definition["key"].as_str().context("a definition without key")?.to_owned();
        put(connection, &format!("/api/v1/case-definitions/{key}"), &definition).await?;
    }
    Ok(())
}

async fn put(connection: &mut Connection, path: &str, body: &Value) -> Result<()> {
    let body = Bytes::from(serde_json::to_vec(body)?);
    connection.send(Method::PUT, path, "application/json", body).await?.success(path).map(drop)
}

/// The n-th case, as it was answered.
async fn made(connection: &mut Connection, definition: &str, n: usize) -> Result<Value> {
    connection.post("/api/v1/cases", &case(definition, n)).await?.success("making a case")?.json()
}

/// A case when its process waits for a person, and when it was changed as cases are.
async fn settled(connection: &mut Connection, made: &Value, n: usize, is_worked: bool) -> Result<Template> {
    let id = made["id"].as_str().context("a case without id")?.to_owned();
    let path = format!("/api/v1/cases/{id}");
    let begin = Instant::now();
    let seen = loop {
        let seen = connection.get(&path).await?.success(&path)?.json()?;
        if !is_worked || seen["openTaskCount"] == 1 {
            break seen;
        }
        if begin.elapsed() > PATIENCE {
            bail!("the process of {path} did not ask for a person: {seen}");
        }
        tokio::time::sleep(PAUSE).await;
    };
    // One with open work stays open: closing it would end that.
    if let Some(change) = change(n).filter(|change| !is_worked || change["status"] != "closed") {
        let body = Bytes::from(serde_json::to_vec(&change)?);
        connection.send(Method::PATCH, &path, "application/merge-patch+json", body).await?.success(&path)?;
    }
    let instances = seen["processInstances"].as_array().into_iter().flatten();
    let instances = instances.filter_map(|process| process["id"].as_str().map(str::to_owned)).collect();
    let number = made["number"].as_str().context("a case without number")?.to_owned();
    Ok(Template { case: id, number, instances })
}
