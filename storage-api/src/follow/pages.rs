//! All files that a filter lets through, page by page.

use crate::state::{Failure, StorageState};
use crate::views::file::{FILE, FileRow};
use casewright_journal::{Filter, Query, TenantId};

/// Rows of one page.
const PAGE: u64 = 200;

/// Everything that passes, before anything is changed: pages of a list that shrinks would skip some.
pub(super) async fn found(state: &StorageState, filter: Filter) -> Result<Vec<(TenantId, String)>, Failure> {
    let mut query = Query::new(FILE, filter);
    query.limit = Some(PAGE);
    let mut found = Vec::new();
    loop {
        let page = state.journal.system_query_all_tenants(&query).await?;
        for (id, row) in page.rows {
            let tenant = FileRow::TENANT.text(&row).unwrap_or(TenantId::DEFAULT);
            found.push((TenantId::new(tenant), id.to_string()));
        }
        query.after = page.next;
        if query.after.is_none() {
            return Ok(found);
        }
    }
}
