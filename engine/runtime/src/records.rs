//! Small documents without a process: see [`Record`].

use crate::base::Base;
use crate::{Caller, EngineResult};
use casewright_engine_views::aggregate::record::key;
use casewright_engine_views::aggregate::{Record, RecordEvent};
use casewright_journal::{DecideContext, Decision, Document, Row};
use std::convert::Infallible;

/// Records of the organisation, an aggregate each.
pub struct Records {
    base: Base,
}

impl Records {
    pub(crate) fn new(base: Base) -> Self {
        Self { base }
    }

    /// Stores a record.
    pub async fn put(&self, caller: &Caller, view: &'static str, id: &str, row: impl Into<Row>) -> EngineResult<()> {
        let document = row.into().into_document();
        self.change(caller, view, id, move |_| {
            Some(RecordEvent::RecordPut { view: view.to_owned(), document: document.clone() })
        })
        .await
    }

    /// Forgets a record; an unknown one is forgotten already.
    pub async fn forget(&self, caller: &Caller, view: &'static str, id: &str) -> EngineResult<()> {
        self.change(caller, view, id, move |known| {
            known.map(|_| RecordEvent::RecordRemoved { view: view.to_owned(), rows: Vec::new() })
        })
        .await
    }

    /// Changes a record by what it is; none leaves it as it is.
    pub(crate) async fn change(
        &self,
        caller: &Caller,
        view: &str,
        id: &str,
        change: impl Fn(Option<&Document>) -> Option<RecordEvent> + Send + 'static,
    ) -> EngineResult<()> {
        let decide = move |known: &Record, _: &DecideContext| {
            let events = change(known.document.as_ref()).into_iter().collect();
            Ok(Decision { events, answer: () })
        };
        self.base.journal.execute::<Record, _, Infallible, _>(&key(view, id), caller.context(), decide).await?;
        Ok(())
    }
}
