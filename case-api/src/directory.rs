//! Users, from the directory that access keeps.

use crate::domain::person::Person;
use casewright_access::Subject;
use casewright_contracts::UserRow;
use casewright_journal::{Filter, Query, RowError, Sort, StoreError, TenantHandle, TenantId};

/// A user as policy would see them if they asked now.
pub(crate) struct Account {
    pub(crate) subject: Subject,
    pub(crate) enabled: bool,
}

impl Account {
    fn of(tenant: &TenantId, row: UserRow) -> Self {
        let UserRow { id, name, email, roles, groups, enabled, .. } = row;
        let subject = Subject { name, email, roles, groups, ..Subject::person(tenant, &id) };
        Self { subject, enabled }
    }
}

/// A user of the directory.
pub(crate) async fn account(handle: &TenantHandle, tenant: &TenantId, id: &str) -> Result<Option<Account>, StoreError> {
    Ok(user(handle, id).await?.map(|row| Account::of(tenant, row)))
}

/// Users by name, at most `limit`; those whose name, id or e-mail begins with the words of `search` when given.
pub(crate) async fn accounts(
    handle: &TenantHandle,
    tenant: &TenantId,
    search: Option<&str>,
    limit: u64,
) -> Result<Vec<Account>, StoreError> {
    let mut query = Query::new(UserRow::VIEW, Filter::All);
    query.sort = vec![Sort { field: UserRow::NAME.into(), descending: false }];
    query.limit = Some(limit);
    query.search = search.map(str::to_owned).filter(|words| !words.trim().is_empty());
    let page = handle.query(&query).await?;
    page.rows.iter().map(|(_, row)| Ok(Account::of(tenant, UserRow::read(row).map_err(unreadable)?))).collect()
}

/// A user as far as the directory knows; else named by their id.
pub(crate) async fn named(handle: &TenantHandle, id: &str) -> Result<Person, StoreError> {
    let user = user(handle, id).await?;
    Ok(Person::new(id, user.as_ref().map_or(id, |user| &user.name)))
}

async fn user(handle: &TenantHandle, id: &str) -> Result<Option<UserRow>, StoreError> {
    let row = handle.get(UserRow::VIEW, id).await?;
    row.map(|row| UserRow::read(&row).map_err(unreadable)).transpose()
}

fn unreadable(error: RowError) -> StoreError {
    StoreError::caused("a row of the directory could not be read", error)
}
