//! The outside world as our relay: a real SMTP server (our own receiver) that knows a few addresses and can be out of order.

use super::{free_address, mailbox};
use async_trait::async_trait;
use casewright_email_to_case::EmailConfig;
use casewright_email_to_case::config::Relay;
use casewright_email_to_case::smtp::{self, Envelope, Receive, Refusal};
use casewright_service::Shutdown;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

#[derive(Default)]
pub struct Seen {
    pub taken: Vec<(Envelope, Vec<u8>)>,
    pub refusals_left: usize,
    /// A recipient who cannot be served just now.
    pub busy: Option<String>,
}

#[derive(Clone, Default)]
pub struct Memory(pub Arc<Mutex<Seen>>);

#[async_trait]
impl Receive for Memory {
    async fn receive(&self, envelope: Envelope, message: Vec<u8>) -> Result<(), Refusal> {
        let mut seen = self.0.lock().unwrap();
        if seen.busy.as_ref().is_some_and(|busy| envelope.to.contains(busy)) {
            return Err(Refusal::Unavailable);
        }
        if seen.refusals_left > 0 {
            seen.refusals_left -= 1;
            return Err(Refusal::Unavailable);
        }
        seen.taken.push((envelope, message));
        Ok(())
    }
}

pub struct Outside {
    pub memory: Memory,
    pub address: String,
    shutdown: Shutdown,
}

impl Outside {
    pub async fn listen(known: &[&str]) -> Self {
        let config = EmailConfig { mailboxes: known.iter().map(|to| mailbox(to)).collect(), ..EmailConfig::default() };
        Self::listen_with(config).await
    }

    pub async fn listen_with(config: EmailConfig) -> Self {
        let address = free_address();
        let listener = TcpListener::bind(&address).await.unwrap();
        let (memory, shutdown) = (Memory::default(), Shutdown::new());
        tokio::spawn(smtp::serve(listener, Arc::new(config), Arc::new(memory.clone()), shutdown.clone()));
        Self { memory, address, shutdown }
    }

    pub fn relay(&self) -> Relay {
        let (host, port) = self.address.split_once(':').unwrap();
        Relay { host: host.to_owned(), port: port.parse().unwrap(), ..Relay::default() }
    }

    pub fn refuse(&self, times: usize) {
        self.memory.0.lock().unwrap().refusals_left = times;
    }

    /// Messages taken so far, as text.
    pub fn messages(&self) -> Vec<(Envelope, String)> {
        let seen = self.memory.0.lock().unwrap();
        seen.taken.iter().map(|(envelope, raw)| (envelope.clone(), String::from_utf8_lossy(raw).into_owned())).collect()
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        self.shutdown.trigger();
    }
}
