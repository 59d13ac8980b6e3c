//! Views against the log: all of them are built once more, in a temporary store, and compared row by row.

use super::{Census, Progress, Report, STRIDE};
use crate::journal::Journal;
use crate::key::{ShardId, TenantId};
use crate::store::sqlite::SqliteStore;
use crate::store::{Store, StoreError};
use crate::views::group::Group;
use crate::views::view::{Filter, Query, ViewWrites};
use casewright_rows::Document;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::time::Duration;

const PAGE: u64 = 1000;
/// A store whose views are built anew at its opening needs its time.
const CATCHING_UP: Duration = Duration::from_secs(60 * 60);
/// Batches projected into one write.
const BATCHES: usize = 256;

pub(super) async fn check(
    journal: &Journal,
    census: &Census,
    report: &mut Report,
    progress: &mut (impl FnMut(Progress) + Send),
) -> Result<(), StoreError> {
    let store = journal.store().as_ref();
    let anew = SqliteStore::temporary().await?;
    for group in journal.views().groups() {
        let specs = group.specs();
        journal.group_caught_up(group, CATCHING_UP).await?;
        anew.ensure_views(&specs).await?;
        build(store, &anew, group, report).await?;
        for spec in &specs {
            for tenant in &census.tenants {
                compare(store, &anew, tenant, spec.name, report, progress).await?;
            }
        }
    }
    progress(Progress { step: "rows", done: report.rows, of: report.rows });
    anew.close().await;
    Ok(())
}

async fn build(store: &dyn Store, anew: &dyn Store, group: &Group, report: &Report) -> Result<(), StoreError> {
    for (shard, head) in (0..).map(ShardId).zip(&report.heads) {
        let mut position = 0;
        while position < *head {
            // What cannot be read is reported already; the views cannot hold it either.
            let Ok(batches) = store.read(shard, position + 1, BATCHES).await else { break };
            let Some(last) = batches.last() else { break };
            position = last.position;
            let mut writes = ViewWrites::default();
            for batch in &batches {
                group.project(batch, &mut writes);
            }
            anew.write_views(group.name, shard, position, writes.coalesce()).await?;
        }
    }
    Ok(())
}

/// Both sides come in the order of their ids, so one walk over both is enough.
async fn compare(
    store: &dyn Store,
    anew: &dyn Store,
    tenant: &TenantId,
    view: &'static str,
    report: &mut Report,
    progress: &mut (impl FnMut(Progress) + Send),
) -> Result<(), StoreError> {
    let mut there = Rows::new(store, tenant, view);
    let mut wanted = Rows::new(anew, tenant, view);
    loop {
        there.fill().await?;
        wanted.fill().await?;
        // Up to here both pages are complete.
        let end = match (there.end(), wanted.end()) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        let mut found = there.take_up_to(end.as_ref());
        for (id, expected) in wanted.take_up_to(end.as_ref()) {
            report.rows += 1;
            if report.rows.is_multiple_of(STRIDE) {
                progress(Progress { step: "rows", done: report.rows, of: report.rows });
            }
            let place = format!("{view} {id}");
            match found.remove(&id) {
                Some(row) if row == expected => {}
                Some(row) => report.find("row-differs", place, differing(&row, &expected)),
                None => report.find("row-missing", place, "the log says that there is such a row"),
            }
        }
        for id in found.keys() {
            report.find("row-unfounded", format!("{view} {id}"), "the log knows of no such row");
        }
        if end.is_none() {
            return Ok(());
        }
    }
}

/// Names only: what stands in the fields is nobody's business here.
fn differing(row: &Document, expected: &Document) -> String {
    let fields: Vec<&str> = row
        .keys()
        .chain(expected.keys().filter(|field| !row.contains_key(*field)))
        .filter(|field| row.get(*field) != expected.get(*field))
        .map(String::as_str)
        .collect();
    format!("another value than the log's in {}", fields.join(", "))
}

/// Rows of one view and tenant, page by page.
struct Rows<'a> {
    store: &'a dyn Store,
    tenant: &'a TenantId,
    query: Query,
    page: BTreeMap<SmolStr, Document>,
    is_over: bool,
}

impl<'a> Rows<'a> {
    fn new(store: &'a dyn Store, tenant: &'a TenantId, view: &'static str) -> Self {
        let query = Query { limit: Some(PAGE), ..Query::new(view, Filter::All) };
        Self { store, tenant, query, page: BTreeMap::new(), is_over: false }
    }

    async fn fill(&mut self) -> Result<(), StoreError> {
        if self.is_over || self.page.len() as u64 >= PAGE {
            return Ok(());
        }
        let page = self.store.query(self.tenant, &self.query).await?;
        self.page.extend(page.rows);
        self.is_over = page.next.is_none();
        self.query.after = page.next;
        Ok(())
    }

    /// The last id of the page, unless it is the last page.
    fn end(&self) -> Option<SmolStr> {
        if self.is_over {
            return None;
        }
        self.page.keys().next_back().cloned()
    }

    fn take_up_to(&mut self, end: Option<&SmolStr>) -> BTreeMap<SmolStr, Document> {
        let Some(end) = end else {
            return std::mem::take(&mut self.page);
        };
        let mut rest = self.page.split_off(end);
        if let Some(last) = rest.remove(end) {
            self.page.insert(end.clone(), last);
        }
        std::mem::replace(&mut self.page, rest)
    }
}
