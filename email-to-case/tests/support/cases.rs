//! Cases as far as the mail room looks at them: rows of the view that the room of cases keeps.

use casewright_contracts::CaseRow;
use casewright_journal::{
    Aggregate, AggregateKey, CommandContext, Decision, Entry, EntryMeta, Journal, Projector, Row, TenantId, ViewSpec,
    ViewWrites,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::convert::Infallible;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Case;

/// Its row.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct Opened(Value);

impl Aggregate for Case {
    type Event = Opened;
    const KIND: &'static str = "case";

    fn empty(_: &AggregateKey) -> Self {
        Self
    }

    fn apply(&mut self, _: &Opened, _: &EntryMeta) {}

    fn event_name(_: &Opened) -> &'static str {
        "case-created"
    }
}

pub struct CaseView;

impl Projector for CaseView {
    fn group(&self) -> &'static str {
        "cases"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec { name: CaseRow::VIEW, indexes: &[&[CaseRow::ID]], full_text: &[], denormalized: None }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Case::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Opened(row) = serde_json::from_slice(&entry.payload).unwrap();
        let (tenant, id) = (&entry.meta.key.tenant, &entry.meta.key.id);
        out.put(tenant, CaseRow::VIEW, id, row.as_object().cloned().unwrap());
    }
}

/// A case that everybody may see.
pub async fn open(journal: &Journal, id: &str, number: &str) {
    keep(journal, CaseRow { id: id.to_owned(), number: number.to_owned(), ..CaseRow::default() }).await;
}

/// A case that these groups may see.
pub async fn restrict(journal: &Journal, id: &str, number: &str, groups: &[&str]) {
    let groups = groups.iter().map(|group| (*group).to_owned()).collect();
    let row =
        CaseRow { id: id.to_owned(), number: number.to_owned(), restricted_to: Some(groups), ..CaseRow::default() };
    keep(journal, row).await;
}

async fn keep(journal: &Journal, row: CaseRow) {
    let id = row.id.clone();
    let row = Value::Object(Row::from(row).into_document());
    journal
        .tenant(&TenantId::default())
        .execute::<Case, (), Infallible, _>(&id, CommandContext::default(), move |_, _| {
            Ok(Decision { events: vec![Opened(row.clone())], answer: () })
        })
        .await
        .unwrap();
}
