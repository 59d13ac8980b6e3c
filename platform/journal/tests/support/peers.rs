//! The way between the nodes of a test, in one process, with what may happen on it.

use async_trait::async_trait;
use casewright_journal::{Answer, Forwarded, Journal, Peers, StoreError};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;

/// What happens to one message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mishap {
    /// It does not arrive.
    LoseRequest,
    /// It is acted upon, and nobody hears of it.
    LoseAnswer,
    /// It is acted upon, and the node that did is gone before it can say so.
    LoseNode,
    /// It arrives twice; the second answer is heard.
    Repeat,
    /// It arrives when [`Wire::let_go`] is called, whether anybody still waits or not.
    Hold,
}

/// Nodes by their addresses.
#[derive(Default)]
pub(crate) struct Wire {
    nodes: Mutex<HashMap<String, Journal>>,
    plan: Mutex<VecDeque<Mishap>>,
    carried: Mutex<Vec<Forwarded>>,
    go: Arc<Notify>,
    held: Notify,
}

impl Wire {
    pub(crate) fn connect(&self, address: &str, node: &Journal) {
        self.nodes.lock().unwrap().insert(address.to_owned(), node.clone());
    }

    pub(crate) fn disconnect(&self, address: &str) {
        self.nodes.lock().unwrap().remove(address);
    }

    /// What happens to the next messages, one after the other.
    pub(crate) fn plan(&self, mishaps: impl IntoIterator<Item = Mishap>) {
        self.plan.lock().unwrap().extend(mishaps);
    }

    /// All messages so far.
    pub(crate) fn carried(&self) -> Vec<Forwarded> {
        self.carried.lock().unwrap().clone()
    }

    pub(crate) fn let_go(&self) {
        self.go.notify_one();
    }

    /// Waits until a message is held.
    pub(crate) async fn is_held(&self) {
        self.held.notified().await;
    }
}

fn lost() -> StoreError {
    StoreError::new("the connection broke")
}

#[async_trait]
impl Peers for Wire {
    async fn append(&self, address: &str, forwarded: &Forwarded, within: Duration) -> Result<Answer, StoreError> {
        self.carried.lock().unwrap().push(forwarded.clone());
        // As on a real wire.
        let arrived = Forwarded::from_bytes(forwarded.shard(), &forwarded.to_bytes()).unwrap();
        let node = self.nodes.lock().unwrap().get(address).cloned();
        let node = node.ok_or_else(|| StoreError::new(format!("nobody answers at {address}")))?;
        let mishap = self.plan.lock().unwrap().pop_front();
        match mishap {
            None => Ok(node.accept(&arrived, within).await),
            Some(Mishap::LoseRequest) => Err(lost()),
            Some(Mishap::LoseAnswer) => {
                node.accept(&arrived, within).await;
                Err(lost())
            }
            Some(Mishap::LoseNode) => {
                node.accept(&arrived, within).await;
                self.disconnect(address);
                Err(lost())
            }
            Some(Mishap::Repeat) => {
                node.accept(&arrived, within).await;
                Ok(node.accept(&arrived, within).await)
            }
            Some(Mishap::Hold) => {
                let go = Arc::clone(&self.go);
                let late = tokio::spawn(async move {
                    go.notified().await;
                    node.accept(&arrived, within).await
                });
                self.held.notify_one();
                late.await.map_err(|_| lost())
            }
        }
    }
}
