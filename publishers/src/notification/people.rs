//! Who is concerned, from the directory and the queues; and what they may see.

use casewright_access::Subject;
use casewright_contracts::{QueueMembersRow, UserRow};
use casewright_journal::{Filter, Query, RowError, StoreError, TenantHandle};
use serde_json::Value;
use std::collections::BTreeSet;

/// Members of one group that are told at most; a larger group is a mailing list, not a team.
const MAX_MEMBERS: u64 = 500;

/// A user as far as notifications need them.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) subject: Subject,
    pub(crate) is_enabled: bool,
}

/// A user of the directory; none: unknown there.
pub(crate) async fn find(handle: &TenantHandle, id: &str) -> Result<Option<Person>, StoreError> {
    let Some(row) = handle.get(UserRow::VIEW, id).await? else {
        return Ok(None);
    };
    Ok(Some(person(handle, UserRow::read(&row).map_err(unreadable)?)))
}

fn person(handle: &TenantHandle, row: UserRow) -> Person {
    let UserRow { id, name, email, roles, groups, enabled, .. } = row;
    Person {
        subject: Subject { name, email, roles, groups, ..Subject::person(handle.tenant(), &id) },
        is_enabled: enabled,
    }
}

/// Ids of the members of groups.
pub(crate) async fn members(handle: &TenantHandle, groups: &[String]) -> Result<BTreeSet<String>, StoreError> {
    if groups.is_empty() {
        return Ok(BTreeSet::new());
    }
    let wanted = groups.iter().map(|group| Value::from(group.as_str())).collect();
    let mut query = Query::new(UserRow::VIEW, Filter::ContainsAny(UserRow::GROUPS.into(), wanted));
    query.limit = Some(MAX_MEMBERS);
    let page = handle.query(&query).await?;
    Ok(page.rows.into_iter().map(|(id, _)| id.to_string()).collect())
}

/// Ids of those who work a queue.
pub(crate) async fn of_queue(handle: &TenantHandle, queue: &str) -> Result<BTreeSet<String>, StoreError> {
    let Some(row) = handle.get(QueueMembersRow::VIEW, queue).await? else {
        return Ok(BTreeSet::new());
    };
    let QueueMembersRow { users, groups } = QueueMembersRow::read(&row).map_err(unreadable)?;
    let mut all = members(handle, &groups).await?;
    all.extend(users);
    Ok(all)
}

fn unreadable(error: RowError) -> StoreError {
    StoreError::caused("a row of a view could not be read", error)
}
