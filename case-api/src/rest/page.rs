//! Pages of views.

use super::error::store;
use casewright_journal::{Cursor, Page, Query, RowError, TenantHandle};
use casewright_service::{MOST_COUNTED, PageBody, PageParams, Problem};

/// A page of a view.
pub(crate) async fn page(
    handle: &TenantHandle,
    mut query: Query,
    params: &PageParams,
) -> Result<(Page, Option<u64>), Problem> {
    query.limit = Some(params.limit);
    query.after = params.cursor.clone().map(Cursor);
    let page = handle.query(&query).await.map_err(store)?;
    let total = if params.total { Some(handle.count_up_to(&query, MOST_COUNTED).await.map_err(store)?) } else { None };
    Ok((page, total))
}

pub(crate) fn page_body<T>(items: Vec<T>, page: &Page, total: Option<u64>) -> PageBody<T> {
    PageBody { items, next_cursor: page.next.as_ref().map(|cursor| cursor.0.clone()), total }
}

/// A row, when it is what its struct says; else none, with a line in the log: a list without it is better than no list.
pub(crate) fn readable<T>(view: &str, id: &str, row: Result<T, RowError>) -> Option<T> {
    row.inspect_err(|error| tracing::error!(view, id, %error, "a row of a view cannot be read")).ok()
}
