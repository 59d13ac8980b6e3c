//! What those who follow a case are told, beside those whom it concerns.

use casewright_contracts::case::Person;
use casewright_contracts::links::CaseFollowerRow;
use casewright_contracts::{CaseFact, CaseRow};
use casewright_journal::{Filter, Query, StoreError, TenantHandle};
use serde_json::Value;
use std::collections::BTreeSet;

/// The kind of what they are told.
pub(super) const KIND: &str = "case-followed";

/// Followers of one case that are told at most.
const MOST: u64 = 500;

/// What a follower is told of it, and what stands below that; none: nothing.
pub(super) fn news(by: &Person, case: &CaseRow, fact: &CaseFact) -> Option<(String, String)> {
    let CaseRow { number, title, .. } = case;
    let news = match fact {
        CaseFact::CommentAdded { .. } => (format!("{} commented on {number}", by.name), title.clone()),
        CaseFact::StageChanged { to } => (format!("{number} is in stage {}", to.name), title.clone()),
        CaseFact::StatusChanged { to } => (format!("{number} has status {}", to.name), title.clone()),
        CaseFact::MailReceived { subject } => (format!("New mail in {number}"), subject.clone()),
        CaseFact::MailSent { subject } => (format!("A mail of {number} was sent"), subject.clone()),
        CaseFact::CaseCreated { .. }
        | CaseFact::Assigned { .. }
        | CaseFact::CommentEdited { .. }
        | CaseFact::SlaAtRisk { .. }
        | CaseFact::SlaBreached { .. }
        | CaseFact::Notified { .. }
        | CaseFact::AdHocTaskAdded { .. }
        | CaseFact::AdHocTaskAssigned { .. } => return None,
    };
    Some(news)
}

/// Ids of those who follow a case.
pub(super) async fn of_case(handle: &TenantHandle, case: &str) -> Result<BTreeSet<String>, StoreError> {
    let mut query = Query::new(CaseFollowerRow::VIEW, Filter::Eq(CaseFollowerRow::CASE_ID.into(), Value::from(case)));
    query.limit = Some(MOST);
    let page = handle.query(&query).await?;
    Ok(page.rows.iter().filter_map(|(_, row)| CaseFollowerRow::USER_ID.text(row).map(str::to_owned)).collect())
}
