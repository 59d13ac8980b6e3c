//! Long lists in little memory: rows come from the views a portion at a time.
//!
//! Each portion is a query of its own that begins behind the last row of the one before, by the sort keys and the id. A row
//! that stands still is told exactly once. Of rows that change meanwhile: what is removed before its portion is read is not
//! told, what comes in front of the place reached is not told, and a row whose sort key moves from one side of that place to
//! the other is told twice or not at all. Camunda reads all rows first; who needs one moment asks for one page.

use super::criteria::is_in;
use casewright_journal::{Column, Document, Query, StoreError, TenantHandle};
use futures::stream::BoxStream;
use futures::{StreamExt, stream};
use serde_json::Value as Json;
use smol_str::SmolStr;
use std::collections::HashMap;

/// Rows of the first portion, and of one whose rows are large.
const FEW: u64 = 100;

/// Rows of a portion at most.
const MANY: u64 = 1000;

/// What a portion should weigh, in bytes of its values.
const WEIGHT: u64 = 1 << 20;

/// Portions of rows.
pub type Rows = BoxStream<'static, Result<Vec<Document>, StoreError>>;

struct Place {
    query: Query,
    /// Rows that are still wanted; none: all.
    left: Option<u64>,
    size: u64,
    is_first: bool,
}

/// The rows of a query in its order; its limit and offset hold for all portions together.
pub fn portions(journal: &TenantHandle, query: Query) -> Rows {
    let journal = journal.clone();
    let begin = Place { left: query.limit, query, size: FEW, is_first: true };
    stream::try_unfold(Some(begin), move |place| {
        let journal = journal.clone();
        async move {
            match place {
                None => Ok(None),
                Some(place) => read(&journal, place).await.map(Some),
            }
        }
    })
    .boxed()
}

async fn read(journal: &TenantHandle, mut place: Place) -> Result<(Vec<Document>, Option<Place>), StoreError> {
    place.query.limit = Some(place.left.map_or(place.size, |left| left.min(place.size)));
    let page = if place.is_first {
        journal.query(&place.query).await?
    } else {
        journal.query_further(place.query.view, &place.query).await?
    };
    let count = page.rows.len() as u64;
    let rows: Vec<Document> = page.rows.into_iter().map(|(_, row)| row).collect();
    let left = place.left.map(|left| left.saturating_sub(count));
    let size = next_size(&rows);
    let next = page.next.filter(|_| left != Some(0)).map(|cursor| {
        let query = Query { after: Some(cursor), offset: 0, ..place.query };
        Place { query, left, size, is_first: false }
    });
    Ok((rows, next))
}

/// Rows that weigh as much as a portion should, when they are like these.
fn next_size(rows: &[Document]) -> u64 {
    let weight: usize = rows.iter().map(|row| row.values().map(weight).sum::<usize>()).sum();
    let each = (weight as u64 / (rows.len() as u64).max(1)).max(1);
    (WEIGHT / each).clamp(1, MANY)
}

fn weight(value: &Json) -> usize {
    match value {
        Json::String(text) => text.len(),
        Json::Array(items) => items.iter().map(weight).sum(),
        Json::Object(fields) => fields.iter().map(|(name, value)| name.len() + weight(value)).sum(),
        _ => 8,
    }
}

/// The rows of these ids, which stand in the column `id`, in this order; those that have gone are left out.
pub fn by_ids(journal: &TenantHandle, view: &'static str, id: Column, ids: Vec<SmolStr>) -> Rows {
    let journal = journal.clone();
    let chunks: Vec<Vec<SmolStr>> = ids.chunks(FEW as usize).map(<[SmolStr]>::to_vec).collect();
    stream::iter(chunks)
        .then(move |ids| {
            let journal = journal.clone();
            async move {
                let among = is_in(id, ids.iter().map(SmolStr::as_str));
                let page = journal.query_further(view, &Query::new(view, among)).await?;
                let mut found: HashMap<SmolStr, Document> = page.rows.into_iter().collect();
                Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
            }
        })
        .boxed()
}

/// No rows at all, told without asking anybody.
pub fn none() -> Rows {
    stream::once(async { Ok(Vec::new()) }).boxed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn large_rows_come_a_few_at_a_time() {
        let rows = |bytes: usize| vec![json!({"text": "x".repeat(bytes)}).as_object().cloned().unwrap_or_default()];
        assert_eq!(next_size(&rows(100)), MANY);
        assert_eq!(next_size(&rows(100 << 10)), 10);
        assert_eq!(next_size(&rows(64 << 20)), 1);
        assert_eq!(next_size(&[]), MANY);
    }
}
