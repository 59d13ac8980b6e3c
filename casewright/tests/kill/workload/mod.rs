//! Clients that go on whatever happens to the server, and write down what they asked and what it answered.
//!
//! Those that begin something stop first; those that finish what was begun go on until nothing is open.

mod cases;
mod external;
mod mail;
mod starts;
mod tasks;

pub(crate) use starts::payload;

use crate::history::{Answer, History, Operation};
use crate::platform::{Api, Platform};
use reqwest::RequestBuilder;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Between two commands of a client.
const PAUSE: Duration = Duration::from_millis(20);
/// While nobody listens.
const DOWN: Duration = Duration::from_millis(15);

pub(crate) struct Workload {
    beginning: Clients,
    finishing: Clients,
    gate: watch::Sender<bool>,
}

#[derive(Default)]
struct Clients {
    is_over: Arc<AtomicBool>,
    running: JoinSet<()>,
}

/// What every client has.
#[derive(Clone)]
struct Client {
    api: Api,
    history: Arc<History>,
    is_over: Arc<AtomicBool>,
    /// Closed while nobody may ask.
    gate: watch::Receiver<bool>,
}

impl Workload {
    pub(crate) fn start(platform: &Platform, history: &Arc<History>) -> Self {
        let (mut beginning, mut finishing) = (Clients::default(), Clients::default());
        let (gate, opened) = watch::channel(true);
        let of = |clients: &Clients| Client {
            api: platform.api(),
            history: Arc::clone(history),
            is_over: Arc::clone(&clients.is_over),
            gate: opened.clone(),
        };
        let (begin, finish) = (of(&beginning), of(&finishing));
        beginning.running.spawn(mail::deliver(begin.clone()));
        beginning.running.spawn(cases::reply(begin.clone()));
        for shape in starts::SHAPES {
            beginning.running.spawn(starts::start(begin.clone(), shape));
        }
        finishing.running.spawn(external::work(finish.clone(), "kill-external", "worker"));
        finishing.running.spawn(external::work(finish.clone(), "kill-decision", "left-hand"));
        finishing.running.spawn(external::work(finish.clone(), "kill-decision", "right-hand"));
        finishing.running.spawn(cases::complete_tasks(finish.clone()));
        finishing.running.spawn(tasks::serve(finish));
        Self { beginning, finishing, gate }
    }

    /// While it is closed clients ask nothing new.
    pub(crate) fn set_gate(&self, is_open: bool) {
        self.gate.send_replace(is_open);
    }

    /// Nothing new is begun; lets every client finish what it is at.
    pub(crate) async fn begin_no_more(&mut self) {
        self.beginning.stop().await;
    }

    pub(crate) async fn stop(mut self) {
        self.beginning.stop().await;
        self.finishing.stop().await;
    }
}

impl Clients {
    async fn stop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        while let Some(ended) = self.running.join_next().await {
            ended.expect("a client found what must not be");
        }
    }
}

impl Client {
    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    async fn enter(&self) {
        let mut gate = self.gate.clone();
        gate.wait_for(|is_open| *is_open).await.expect("the gate is there as long as the clients");
    }

    /// Sends a command once; waits for somebody to listen, who was not there has not been asked.
    async fn ask(
        &self,
        operation: Operation,
        subject: &str,
        detail: Value,
        request: impl Fn() -> RequestBuilder,
    ) -> Answer {
        loop {
            self.enter().await;
            if let Some(answer) = Api::attempt(request()).await {
                self.history.note(operation, subject, detail, &answer);
                return answer;
            }
            tokio::time::sleep(DOWN).await;
        }
    }
}
