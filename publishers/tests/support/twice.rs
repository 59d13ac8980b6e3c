//! The worst a bus may do by its contract: every entry reaches its handler twice. All else is the real bus.

use async_trait::async_trait;
use casewright_bus::{Broadcast, Bus, BusError, Handler, Resume, Subscription, handler};
use casewright_journal::TenantId;
use std::sync::Arc;

pub struct Twice(pub Arc<dyn Bus>);

#[async_trait]
impl Bus for Twice {
    fn subscribe(&self, consumer: &'static str, kinds: &[&str], inner: Handler) -> Subscription {
        let twice = handler(move |entry: casewright_bus::EntryEnvelope| {
            let inner = inner.clone();
            async move {
                inner(entry.clone()).await?;
                inner(entry).await
            }
        });
        self.0.subscribe(consumer, kinds, twice)
    }

    async fn broadcast(&self, kinds: &[&str], resume: Option<&Resume>) -> Result<Broadcast, BusError> {
        self.0.broadcast(kinds, resume).await
    }

    async fn retry_dead_letter(&self, tenant: &TenantId, id: &str, actor: &str) -> Result<(), BusError> {
        self.0.retry_dead_letter(tenant, id, actor).await
    }
}
