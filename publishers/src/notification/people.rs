//! Who is concerned, from the directory and the queues; and what they may see.

use casewright_access::Subject;
use casewright_contracts::views;
use casewright_journal::{Document, Filter, Query, StoreError, TenantHandle};
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
    let row = handle.get(views::USER, id).await?;
    Ok(row.map(|row| person(handle, id, &row)))
}

fn person(handle: &TenantHandle, id: &str, row: &Document) -> Person {
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let texts = |name: &str| -> Vec<String> {
        let items = row.get(name).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    Person {
        subject: Subject {
            id: id.to_owned(),
            tenant: handle.tenant().clone(),
            name: text("name"),
            email: text("email"),
            roles: texts("roles"),
            groups: texts("groups"),
            on_behalf_of: None,
        },
        is_enabled: row.get("enabled") != Some(&Value::Bool(false)),
    }
}

/// Ids of the members of groups.
pub(crate) async fn members(handle: &TenantHandle, groups: &[String]) -> Result<BTreeSet<String>, StoreError> {
    if groups.is_empty() {
        return Ok(BTreeSet::new());
    }
    let wanted = groups.iter().map(|group| Value::from(group.as_str())).collect();
    let mut query = Query::new(views::USER, Filter::ContainsAny("groups".into(), wanted));
    query.limit = Some(MAX_MEMBERS);
    let page = handle.query(&query).await?;
    Ok(page.rows.into_iter().map(|(id, _)| id.to_string()).collect())
}

/// Ids of those who work a queue.
pub(crate) async fn of_queue(handle: &TenantHandle, queue: &str) -> Result<BTreeSet<String>, StoreError> {
    let Some(row) = handle.get(views::QUEUE, queue).await? else {
        return Ok(BTreeSet::new());
    };
    let texts = |name: &str| -> Vec<String> {
        let items = row.get(name).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut all = members(handle, &texts("groups")).await?;
    all.extend(texts("users"));
    Ok(all)
}
