//! Users, from the directory that access keeps.

use crate::domain::person::Person;
use casewright_access::Subject;
use casewright_contracts::views;
use casewright_journal::{Document, Filter, Query, Sort, StoreError, TenantHandle, TenantId};
use serde_json::Value;

/// A user as policy would see them if they asked now.
pub(crate) struct Account {
    pub(crate) subject: Subject,
    pub(crate) enabled: bool,
}

/// A user of the directory.
pub(crate) async fn account(handle: &TenantHandle, tenant: &TenantId, id: &str) -> Result<Option<Account>, StoreError> {
    Ok(handle.get(views::USER, id).await?.map(|row| of_row(tenant, id, &row)))
}

/// Users by name, at most `limit`; those whose name, id or e-mail begins with the words of `search` when given.
pub(crate) async fn accounts(
    handle: &TenantHandle,
    tenant: &TenantId,
    search: Option<&str>,
    limit: u64,
) -> Result<Vec<Account>, StoreError> {
    let mut query = Query::new(views::USER, Filter::All);
    query.sort = vec![Sort { field: "name".into(), descending: false }];
    query.limit = Some(limit);
    query.search = search.map(str::to_owned).filter(|words| !words.trim().is_empty());
    let page = handle.query(&query).await?;
    Ok(page.rows.iter().map(|(id, row)| of_row(tenant, id, row)).collect())
}

/// A user as far as the directory knows; else named by their id.
pub(crate) async fn named(handle: &TenantHandle, id: &str) -> Result<Person, StoreError> {
    let row = handle.get(views::USER, id).await?;
    let name = row.as_ref().and_then(|row| row.get("name")).and_then(Value::as_str).unwrap_or(id);
    Ok(Person::new(id, name))
}

fn of_row(tenant: &TenantId, id: &str, row: &Document) -> Account {
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let texts = |name: &str| {
        let items = row.get(name).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    Account {
        subject: Subject {
            id: id.to_owned(),
            tenant: tenant.clone(),
            name: text("name"),
            email: text("email"),
            roles: texts("roles"),
            groups: texts("groups"),
            on_behalf_of: None,
        },
        enabled: row.get("enabled").and_then(Value::as_bool).unwrap_or(true),
    }
}
