//! Rows of views as a test gives them, where the room that writes them is not there.

use casewright_journal::{
    Aggregate, AggregateKey, Column, CommandContext, Decision, Entry, EntryMeta, Journal, Projector, TenantId,
    ViewSpec, ViewWrites,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::convert::Infallible;
use std::sync::Arc;

/// Writes what is [`put`](Rows::put) into these views.
pub struct Rows {
    views: &'static [&'static str],
}

impl Rows {
    /// To open a journal with.
    #[must_use]
    pub fn of(views: &'static [&'static str]) -> Arc<dyn Projector> {
        Arc::new(Self { views })
    }

    /// Puts a row into a view of the default organisation.
    pub async fn put(journal: &Journal, view: &str, id: &str, row: Value) {
        let put = Put { view: view.to_owned(), id: id.to_owned(), row };
        let (key, context) = (format!("{view}-{id}"), CommandContext::default());
        journal
            .tenant(&TenantId::default())
            .execute::<Written, (), Infallible, _>(&key, context, move |_, _| {
                Ok(Decision { events: vec![put.clone()], answer: () })
            })
            .await
            .unwrap();
    }
}

impl Projector for Rows {
    fn group(&self) -> &'static str {
        "rows"
    }

    fn views(&self) -> Vec<ViewSpec> {
        let indexes = const {
            &[&[Column::named("restrictedTo")] as &[Column], &[Column::named("id")], &[Column::named("number")]]
        };
        let view = |name: &'static str| ViewSpec { name, indexes, full_text: &[], denormalized: None };
        self.views.iter().copied().map(view).collect()
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Written::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Put { view, id, row } = serde_json::from_slice(&entry.payload).unwrap();
        let view = *self.views.iter().find(|known| **known == view).unwrap();
        out.put(&entry.meta.key.tenant, view, &id, row.as_object().cloned().unwrap());
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Put {
    view: String,
    id: String,
    row: Value,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Written;

impl Aggregate for Written {
    type Event = Put;
    const KIND: &'static str = "written";

    fn empty(_: &AggregateKey) -> Self {
        Self
    }

    fn apply(&mut self, _: &Put, _: &EntryMeta) {}

    fn event_name(_: &Put) -> &'static str {
        "put"
    }
}
