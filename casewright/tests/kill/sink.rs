//! The outside world: a real SMTP server (our own receiver) that remembers which messages it was given.

use async_trait::async_trait;
use casewright_email_to_case::EmailConfig;
use casewright_email_to_case::config::{Mailbox, Policy};
use casewright_email_to_case::message;
use casewright_email_to_case::smtp::{self, Envelope, Receive, Refusal};
use casewright_service::Shutdown;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// Message ids by the first line of their text.
type Messages = BTreeMap<String, BTreeSet<String>>;

#[derive(Default)]
struct Memory(Mutex<Messages>);

pub(crate) struct Sink {
    memory: Arc<Memory>,
    address: String,
    _shutdown: Shutdown,
}

impl Sink {
    pub(crate) async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let memory = Arc::new(Memory::default());
        let mailbox = |address: &str| Mailbox {
            address: address.to_owned(),
            name: String::new(),
            process: String::new(),
            tenant: String::new(),
            authentication: Policy::Observe,
            strict_threads: false,
        };
        let addresses = [
            "customer@customer.example",
            "anna.meyer@harbor.example",
            "ben.okafor@harbor.example",
            "root@harbor.example",
        ];
        let config = EmailConfig { mailboxes: addresses.map(mailbox).to_vec(), ..EmailConfig::default() };
        let shutdown = Shutdown::new();
        let receiver: Arc<dyn Receive> = memory.clone();
        tokio::spawn(smtp::serve(listener, Arc::new(config), receiver, shutdown.clone()));
        Self { memory, address, _shutdown: shutdown }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Ids of the messages whose text begins with this line.
    pub(crate) fn messages(&self, line: &str) -> usize {
        self.memory.0.lock().unwrap().get(line).map_or(0, BTreeSet::len)
    }
}

#[async_trait]
impl Receive for Memory {
    async fn receive(&self, _: Envelope, message: Vec<u8>) -> Result<(), Refusal> {
        let parsed = message::parse(&message).map_err(|_| Refusal::Unavailable)?;
        let line = parsed.text.lines().next().unwrap_or_default().trim().to_owned();
        self.0.lock().unwrap().entry(line).or_default().insert(parsed.message_id.unwrap_or_default());
        Ok(())
    }
}
