//! One command for many instances: each by a call of its own when they are few, as a batch when they are many.

use super::batches::follow;
use super::mistake::Mistake;
use super::output::{Output, json, table};
use super::selection::{Instance, Names};
use crate::command::client::Target;
use anyhow::Result;
use casewright_service::RequestPath;
use reqwest::Method;
use serde_json::{Value, json};

/// More than that become a batch of their own accord.
const AT_ONCE: usize = 10;

#[derive(clap::Args)]
pub(super) struct Way {
    /// Show what would be done; change nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// As a batch of the platform, however few they are; more than ten always are one.
    #[arg(long)]
    batch: bool,
    /// Do not wait for the batch.
    #[arg(long)]
    no_wait: bool,
}

/// What is sent.
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) path: RequestPath,
    pub(super) body: Option<Value>,
}

impl Call {
    pub(super) fn post(path: RequestPath, body: Value) -> Self {
        Self { method: Method::POST, path, body: Some(body) }
    }

    pub(super) fn put(path: RequestPath, body: Value) -> Self {
        Self { method: Method::PUT, path, body: Some(body) }
    }

    async fn send(&self, target: &Target) -> Result<Value> {
        target.call(self.method.clone(), &self.path, self.body.as_ref()).await
    }
}

impl Way {
    /// Does it: `one` is the call for one item, `all` the one that makes a batch. `done` says what was done to an item.
    pub(super) async fn carry_out(
        &self,
        target: &Target,
        output: Output,
        items: &[String],
        done: &str,
        one: Option<&dyn Fn(&str) -> Call>,
        all: impl FnOnce() -> Call,
    ) -> Result<()> {
        match one.filter(|_| !self.batch && items.len() <= AT_ONCE) {
            Some(one) => each(target, output, items, done, one).await,
            None => {
                let batch = all().send(target).await?;
                follow(target, output, &batch, !self.no_wait).await
            }
        }
    }

    /// The instances that would be touched.
    pub(super) async fn preview(
        &self,
        target: &Target,
        output: Output,
        what: &str,
        instances: &[Instance],
    ) -> Result<()> {
        let mut names = Names::default();
        let mut rows = Vec::with_capacity(instances.len());
        for instance in instances {
            let name = names.of(target, &instance.definition).await?;
            rows.push([instance.id.clone(), name, instance.business_key.clone(), instance.state.clone()]);
        }
        if output.json {
            let rows: Vec<Value> = rows
                .iter()
                .map(|[id, process, key, state]| json!({"id": id, "process": process, "businessKey": key, "state": state}))
                .collect();
            return super::output::json(&json!({"dryRun": true, "action": what, "instances": rows}));
        }
        println!("Would {what} {} process instance(s); nothing was changed.", rows.len());
        table(&["INSTANCE", "PROCESS", "BUSINESS KEY", "STATE"], rows.into_iter().map(Vec::from));
        Ok(())
    }
}

/// Goes on after a refusal: the others are not to blame.
async fn each(target: &Target, output: Output, items: &[String], done: &str, one: &dyn Fn(&str) -> Call) -> Result<()> {
    let mut refused = 0;
    let mut told = Vec::with_capacity(items.len());
    for item in items {
        match one(item).send(target).await {
            Ok(_) if output.json => told.push(json!({"id": item, "done": done})),
            Ok(_) => println!("{item} {done}"),
            Err(error) => {
                refused += 1;
                if output.json {
                    told.push(json!({"id": item, "error": format!("{error:#}")}));
                } else {
                    eprintln!("{item} {error:#}");
                }
            }
        }
    }
    if output.json {
        json(&Value::Array(told))?;
    }
    if refused > 0 {
        return Err(Mistake::SomeFailed { failed: refused, all: items.len() }.into());
    }
    Ok(())
}

pub(super) fn ids(instances: &[Instance]) -> Vec<String> {
    instances.iter().map(|instance| instance.id.clone()).collect()
}
