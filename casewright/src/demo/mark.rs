//! Remembers that the desk had its work once: what people have done with it since is theirs, however often it is started.

use anyhow::{Context, Result};
use casewright_journal::{
    Aggregate, AggregateKey, CommandContext, DecideContext, Decision, EntryMeta, Journal, Kind, TenantId,
};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;

const ID: &str = "claims";

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Desk {
    is_filled: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum DeskEvent {
    DemoFilled,
}

impl Aggregate for Desk {
    type Event = DeskEvent;
    const KIND: &'static str = "demo";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &DeskEvent, _meta: &EntryMeta) {
        match event {
            DeskEvent::DemoFilled => self.is_filled = true,
        }
    }

    fn event_name(event: &DeskEvent) -> &'static str {
        match event {
            DeskEvent::DemoFilled => "demo-filled",
        }
    }
}

/// For checking a store.
pub(crate) fn kind() -> Kind {
    Kind::of::<Desk>()
}

pub(super) async fn is_set(journal: &Journal) -> Result<bool> {
    let desk = journal.tenant(&TenantId::default()).load::<Desk>(ID).await;
    Ok(desk.context("looking whether the desk had its work")?.is_some_and(|(desk, _)| desk.is_filled))
}

pub(super) async fn set(journal: &Journal) -> Result<()> {
    let context = CommandContext { actor: super::ACTOR.into(), ..CommandContext::default() };
    let decide = |desk: &Desk, _: &DecideContext| {
        let events = if desk.is_filled { Vec::new() } else { vec![DeskEvent::DemoFilled] };
        Ok::<_, Infallible>(Decision { events, answer: () })
    };
    let set = journal.tenant(&TenantId::default()).execute(ID, context, decide).await;
    set.map_err(|error| anyhow::anyhow!("remembering that the desk had its work: {error}"))?;
    Ok(())
}
