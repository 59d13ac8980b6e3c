//! What there is of a person, found by their address: for who asks before, and for what carries an erasure out.

use crate::domain::record::Record;
use crate::follow::rows;
use crate::views::case::CaseListRow;
use crate::views::record::RecordRow;
use casewright_contracts::links::{MailCaseRow, MailFileRow, MailPeopleRow};
use casewright_contracts::{CaseHoldRowColumns, CaseRowColumns, views};
use casewright_journal::{Filter, Query, StoreError, TenantHandle};
use serde_json::Value;
use std::collections::BTreeSet;

/// Records that are looked at.
const MOST_RECORDS: u64 = 200;

/// All that names them.
#[derive(Clone, Debug, Default)]
pub(crate) struct OfPerson {
    /// Cases that they asked for.
    pub(crate) cases: Vec<FoundCase>,
    /// From them, or to them.
    pub(crate) mails: Vec<FoundMail>,
    /// Ids of records that have their address.
    pub(crate) records: Vec<String>,
    /// Ids of files that came or go with their mails.
    pub(crate) files: BTreeSet<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct FoundCase {
    pub(crate) id: String,
    pub(crate) number: String,
    /// `open`, `paused` or `closed`.
    pub(crate) status_kind: String,
    pub(crate) is_held: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct FoundMail {
    pub(crate) id: String,
    /// The case that it belongs to.
    pub(crate) case: Option<String>,
}

pub(crate) async fn of_person(handle: &TenantHandle, email: &str) -> Result<OfPerson, StoreError> {
    let mut found = OfPerson::default();
    let asked = Filter::EqIgnoreCase(CaseListRow::REQUESTER_EMAIL.into(), email.to_owned());
    for (id, row) in rows(handle, CaseListRow::VIEW, asked).await? {
        found.cases.push(FoundCase {
            id: id.to_string(),
            number: CaseListRow::NUMBER.text(&row).unwrap_or_default().to_owned(),
            status_kind: CaseListRow::STATUS_KIND.text(&row).unwrap_or_default().to_owned(),
            is_held: CaseListRow::HOLD_COUNT.integer(&row).unwrap_or_default() > 0,
        });
    }
    let named = Filter::Or(vec![
        Filter::EqIgnoreCase(MailPeopleRow::FROM_ADDRESS.into(), email.to_owned()),
        Filter::Contains(MailPeopleRow::RECIPIENTS.into(), email.into()),
    ]);
    for (id, row) in rows(handle, views::MAIL, named).await? {
        let case = [MailCaseRow::CASE_ID, MailCaseRow::THREAD_CASE_ID]
            .into_iter()
            .find_map(|column| column.text(&row))
            .map(str::to_owned);
        let files =
            rows(handle, MailFileRow::VIEW, Filter::Eq(MailFileRow::MAIL_ID.into(), id.as_str().into())).await?;
        found.files.extend(files.iter().filter_map(|(_, row)| MailFileRow::FILE_ID.text(row)).map(str::to_owned));
        found.mails.push(FoundMail { id: id.to_string(), case });
    }
    found.records = records(handle, email).await?;
    Ok(found)
}

/// Records whose title, which search looks into, has the words of the address, and that have it as a field or in the title.
async fn records(handle: &TenantHandle, email: &str) -> Result<Vec<String>, StoreError> {
    let mut query = Query::new(RecordRow::VIEW, Filter::All);
    query.search = Some(email.to_owned());
    query.limit = Some(MOST_RECORDS);
    let is_it = |text: &str| text.to_lowercase().contains(&email.to_lowercase());
    let mut found = Vec::new();
    for (id, row) in handle.query(&query).await?.rows {
        let of_fields = handle.load::<Record>(&id).await?;
        let in_fields =
            of_fields.is_some_and(|(record, _)| record.fields.values().filter_map(Value::as_str).any(is_it));
        if in_fields || RecordRow::TITLE.text(&row).is_some_and(is_it) {
            found.push(id.to_string());
        }
    }
    Ok(found)
}
