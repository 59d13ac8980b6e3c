//! Who works a queue, what they can do, and who is away.

use crate::directory;
use crate::domain::availability::Availability;
use crate::domain::queue::Queue;
use crate::domain::routing::Candidate;
use crate::views::case::CaseListRow;
use casewright_contracts::{CaseRow, CaseRowColumns, MemberRow};
use casewright_journal::{Filter, Query, StoreError, TenantHandle};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeSet;

/// How far substitutes of substitutes are asked.
const MOST_SUBSTITUTES: usize = 5;
/// Members of one queue that work is pushed to.
const MOST_MEMBERS: u64 = 500;

/// What somebody has written down; nothing when they have not.
pub(crate) async fn availability(handle: &TenantHandle, person: &str) -> Result<Availability, StoreError> {
    let loaded = handle.load::<Availability>(person).await?;
    Ok(loaded.map(|(availability, _)| availability.as_ref().clone()).unwrap_or_default())
}

/// The person, or who stands in for them now; the person again where nobody does, or those who would are away themselves.
pub(crate) async fn who_is_there(handle: &TenantHandle, person: &str, now: Timestamp) -> Result<String, StoreError> {
    let mut asked = person.to_owned();
    for _ in 0..MOST_SUBSTITUTES {
        let availability = availability(handle, &asked).await?;
        let Some(absence) = availability.absence(now) else {
            return Ok(asked);
        };
        match &absence.substitute {
            Some(substitute) => asked.clone_from(substitute),
            None => break,
        }
    }
    Ok(person.to_owned())
}

/// Ids of those who work a queue, those of its groups too.
pub(crate) async fn members(handle: &TenantHandle, queue: &Queue) -> Result<BTreeSet<String>, StoreError> {
    let mut ids: BTreeSet<String> = queue.members.users.iter().cloned().collect();
    if queue.members.groups.is_empty() {
        return Ok(ids);
    }
    let groups = queue.members.groups.iter().map(|group| Value::from(group.as_str())).collect();
    let mut query = Query::new(MemberRow::VIEW, Filter::In(MemberRow::GROUP_ID.into(), groups));
    query.limit = Some(MOST_MEMBERS);
    let page = handle.query(&query).await?;
    ids.extend(page.rows.iter().filter_map(|(_, row)| MemberRow::USER_ID.text(row).map(str::to_owned)));
    Ok(ids)
}

/// Those who work a queue, as work can be given to them now.
pub(crate) async fn candidates(
    handle: &TenantHandle,
    queue: &Queue,
    now: Timestamp,
) -> Result<Vec<Candidate>, StoreError> {
    let mut found = Vec::new();
    for id in members(handle, queue).await? {
        let availability = availability(handle, &id).await?;
        let is_absent = availability.absence(now).is_some();
        let capacity = availability.capacity.or(queue.settings.capacity);
        let load = load(handle, &id, Filter::All).await?;
        found.push(Candidate { id, skills: availability.skills, capacity, load, is_absent });
    }
    Ok(found)
}

/// How many open cases somebody has, of those that pass a filter: what is shown to others counts what these may see.
pub(crate) async fn load(handle: &TenantHandle, person: &str, seen: Filter) -> Result<u32, StoreError> {
    let open = Filter::And(vec![
        seen,
        Filter::Eq(CaseListRow::ASSIGNEE.into(), Value::from(person)),
        Filter::Eq(CaseListRow::STATUS_KIND.into(), Value::from("open")),
    ]);
    let count = handle.count(&Query::new(CaseRow::VIEW, open)).await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Those of the candidates whose accounts work: what is pushed to a disabled account waits there unseen.
pub(crate) async fn enabled(
    handle: &TenantHandle,
    tenant: &casewright_journal::TenantId,
    id: &str,
) -> Result<Option<directory::Account>, StoreError> {
    Ok(directory::account(handle, tenant, id).await?.filter(|account| account.enabled))
}
