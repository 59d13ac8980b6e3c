//! What the pages of a person ask, one after the other, without a pause; and how long each took.

use super::Platform;
use super::work::{PLAIN, QUEUE, STAGES};
use crate::http::{Answer, Connection};
use crate::latency::Latencies;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Counts every case, however many there are; a list stops counting at 100,000.
const STATISTICS: &str = "/api/v1/cases/statistics";
/// Everything is asked this many times less often that is about all cases, and not a page of them.
const RARELY: usize = 10;
/// Once for the caches of the server; not counted.
const WARM_UP: usize = 5;

#[derive(clap::Args)]
pub(crate) struct Ask {
    #[command(flatten)]
    platform: Platform,
    /// How often everything is asked.
    #[arg(long, default_value_t = 200)]
    rounds: usize,
    /// Cases that are there: what the list counts must be as many.
    #[arg(long)]
    expect: u64,
}

impl Ask {
    pub(super) async fn execute(self) -> Result<()> {
        let mut person =
            Person { connection: self.platform.target()?.connect().await?, latencies: Latencies::default() };
        let total = person.total("count all", STATISTICS).await?;
        if total < self.expect {
            bail!("{total} cases are counted, and there should be {}", self.expect);
        }
        for n in 0..WARM_UP {
            person.look(n).await?;
        }
        person.latencies = Latencies::default();
        for n in 0..self.rounds {
            person.look(WARM_UP + n).await?;
        }
        let found = json!({"cases": total, "rounds": self.rounds, "asked": person.latencies.summaries()});
        std::fs::write(&self.platform.out, serde_json::to_string_pretty(&found)?)?;
        Ok(())
    }
}

struct Person {
    connection: Connection,
    latencies: Latencies,
}

impl Person {
    /// Everything once; `n` varies what is looked for.
    async fn look(&mut self, n: usize) -> Result<()> {
        let stage = STAGES[n % STAGES.len()];
        let page = self.get("list", "/api/v1/cases?statusKind=open,paused&limit=50").await?.json()?;
        let cursor = page["nextCursor"].as_str().context("the list has no second page")?.to_owned();
        let next = format!("/api/v1/cases?statusKind=open,paused&limit=50&cursor={cursor}");
        self.get("list, next page", &next).await?;
        let mine = format!("/api/v1/cases?definition={PLAIN}&assignee=me&statusKind=open&sort=dueAt&limit=50");
        self.get("list, mine by due date", &mine).await?;
        self.get("list by priority", "/api/v1/cases?statusKind=open,paused&sort=-priority&limit=50").await?;
        self.get("list by creation", "/api/v1/cases?statusKind=open,paused&sort=createdAt&limit=50").await?;
        let column = format!("/api/v1/cases?definition={PLAIN}&statusKind=open,paused&stage={stage}&limit=50");
        self.get("board, a column", &column).await?;
        self.total("count of a column", &column.replace("limit=50", "limit=1&total=true")).await?;
        self.total("count of open cases", "/api/v1/cases?statusKind=open,paused&limit=1&total=true").await?;
        self.get("search, words", &format!("/api/v1/cases?search=hail%20customer-{}&limit=50", n % 97)).await?;
        self.get("search, one word that many have", "/api/v1/cases?search=neighbour&limit=50").await?;
        let number = page["items"][n % 50]["number"].as_str().context("a case without number")?.to_owned();
        self.get("search, number", &format!("/api/v1/cases?search={number}&limit=50")).await?;
        let id = page["items"][n % 50]["id"].as_str().context("a case without id")?.to_owned();
        self.get("case", &format!("/api/v1/cases/{id}")).await?;
        self.get("timeline", &format!("/api/v1/cases/{id}/timeline?limit=50")).await?;
        self.get("tasks to claim", "/api/v1/tasks?candidate=me&limit=50").await?;
        self.total("count of tasks to claim", "/api/v1/tasks?candidate=me&limit=1&total=true").await?;
        if n.is_multiple_of(RARELY) {
            let by = format!("{STATISTICS}?statusKind=open,paused&by=stage,queue,assignee,priority,sla&days=30");
            self.get("dashboard", &by).await?;
        }
        let path = format!("/api/v1/queues/{QUEUE}/next");
        let begin = Instant::now();
        let taken = self.connection.post(&path, &Value::Null).await?.success(&path)?;
        self.record("next work", begin.elapsed());
        if taken.body.is_empty() {
            bail!("the queue had nothing for who wants to work");
        }
        Ok(())
    }

    async fn get(&mut self, what: &'static str, path: &str) -> Result<Answer> {
        let begin = Instant::now();
        let answer = self.connection.get(path).await?.success(path)?;
        self.record(what, begin.elapsed());
        Ok(answer)
    }

    async fn total(&mut self, what: &'static str, path: &str) -> Result<u64> {
        let page = self.get(what, path).await?.json()?;
        page["total"].as_u64().with_context(|| format!("{path} gave no total"))
    }

    fn record(&mut self, what: &'static str, took: Duration) {
        self.latencies.record(what, took);
    }
}
