//! Plans the clocks of cases anew when the calendar that they count by says something else.

use super::error::FollowError;
use crate::domain::case::decide;
use crate::domain::person::Person;
use crate::repository::Command;
use crate::state::CaseApiState;
use crate::views::case::CaseListRow;
use casewright_bus::EntryEnvelope;
use casewright_journal::{Filter, Query};
use serde_json::Value;

pub(super) const CONSUMER: &str = "case-api-replanner";

/// Cases in one go.
const BATCH: u64 = 200;

/// Planning twice changes nothing.
pub(super) async fn follow(state: &CaseApiState, entry: &EntryEnvelope) -> Result<(), FollowError> {
    if entry.event != "calendar-defined" {
        return Ok(());
    }
    let cases = state.cases(&entry.tenant);
    let filter = Filter::Contains(CaseListRow::SLA_CALENDARS.into(), Value::from(entry.id.as_str()));
    let mut query = Query::new(CaseListRow::VIEW, filter);
    query.limit = Some(BATCH);
    query.only = Some(&[CaseListRow::URGENT_AT]);
    loop {
        let page = cases.handle.query(&query).await?;
        for (id, _) in &page.rows {
            let cause = format!("calendar:{}:{}", entry.id, entry.seq);
            let command = Command::by(Person::system("sla")).because(&cause);
            let planned =
                cases.command(id, command, |case, definition, _, at| decide::replan(case, definition, at)).await;
            match planned {
                Ok(_) => {}
                Err(error) if error.is_gone() => {}
                Err(error) => return Err(error.into()),
            }
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return Ok(()),
        }
    }
}
