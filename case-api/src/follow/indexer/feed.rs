//! Which cases, records and people changed.
//!
//! Where this process has the store for itself it follows the log from the position that was written with the index. Where
//! several nodes write one store, a node hears live only of its own shards: there each looks every second at views which
//! cases, records and people are newer than what it has seen, a minute back for clocks that differ.

use crate::domain::case::Case;
use crate::domain::record::Record;
use crate::state::CaseApiState;
use crate::views::case::CaseListRow;
use crate::views::search_mark::SearchMarkRow;
use casewright_contracts::kinds;
use casewright_journal::{
    Aggregate, Cursor, Document, Filter, Observation, Observations, Query, ShardId, Sort, StoreError, TenantId,
};
use casewright_rows::Column;
use casewright_search::{Scope, Whole};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;
use tokio::time::sleep;

/// How often the views are looked at.
const PERIOD: Duration = Duration::from_secs(1);
/// Milliseconds by which clocks of nodes may differ, and a commit may take.
const OVERLAP: i64 = 60_000;
/// Rows of one look.
const PAGE: u64 = 1_000;

/// What changed.
pub(super) type Changed = HashSet<(TenantId, Whole)>;

/// What an aggregate is to the index; none: nothing.
fn scope_of(kind: &str) -> Option<Scope> {
    match kind {
        Case::KIND => Some(Scope::Case),
        Record::KIND => Some(Scope::Record),
        kinds::USER => Some(Scope::Person),
        _ => None,
    }
}

/// How far was read, as it is written with the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Position {
    /// By shard.
    Log(BTreeMap<u16, u64>),
    /// Milliseconds since 1970.
    View { cases: i64, marks: i64 },
}

pub(super) struct Feed {
    position: Position,
    way: Way,
    begins_anew: bool,
    has_moved: bool,
}

enum Way {
    Log(Observations),
    Views { cases: Rows, marks: Rows },
}

/// Where the look at a view is.
struct Rows {
    of: Looked,
    cursor: Option<Cursor>,
    /// The last version seen of what may be seen again.
    seen: HashMap<String, (i64, Value)>,
    is_at_end: bool,
}

impl Feed {
    /// `position`: as it was written last.
    pub(super) fn start(state: &CaseApiState, position: Option<String>) -> Self {
        let journal = state.journal();
        let written = position.and_then(|position| serde_json::from_str::<Position>(&position).ok());
        if !journal.is_exclusive() {
            let position = written.filter(|position| matches!(position, Position::View { .. }));
            let begins_anew = position.is_none();
            let position = position.unwrap_or(Position::View { cases: 0, marks: 0 });
            let way = Way::Views { cases: Rows::of(CASES), marks: Rows::of(MARKS) };
            return Self { position, way, begins_anew, has_moved: false };
        }
        let heads = journal.positions();
        // A log that is behind the index is another log: of a backup.
        let written = match written {
            Some(Position::Log(shards)) => {
                let is_there = |(shard, at): (&u16, &u64)| heads.get(&ShardId(*shard)).is_some_and(|head| at <= head);
                shards.iter().all(is_there).then_some(shards)
            }
            _ => None,
        };
        let begins_anew = written.is_none();
        let mut shards = written.unwrap_or_default();
        for shard in heads.keys() {
            shards.entry(shard.0).or_insert(0);
        }
        let from = shards.iter().map(|(shard, at)| (ShardId(*shard), *at)).collect();
        let way = Way::Log(journal.live(&from));
        Self { position: Position::Log(shards), way, begins_anew, has_moved: false }
    }

    /// Nothing of what the index holds counts.
    pub(super) fn begins_anew(&self) -> bool {
        self.begins_anew
    }

    pub(super) fn has_moved(&self) -> bool {
        self.has_moved
    }

    pub(super) fn written(&mut self) {
        self.has_moved = false;
    }

    pub(super) fn position(&self) -> String {
        serde_json::to_string(&self.position).unwrap_or_default()
    }

    /// All that is committed was read.
    pub(super) fn is_at_end(&self, state: &CaseApiState) -> bool {
        match (&self.way, &self.position) {
            (Way::Views { cases, marks }, _) => cases.is_at_end && marks.is_at_end,
            (Way::Log(_), Position::Log(shards)) => {
                let heads = state.journal().positions();
                heads.iter().all(|(shard, head)| shards.get(&shard.0).is_some_and(|at| at >= head))
            }
            (Way::Log(_), Position::View { .. }) => false,
        }
    }

    /// Waits for what is next. May be dropped at any time.
    pub(super) async fn next(&mut self, state: &CaseApiState, changed: &mut Changed) -> Result<(), StoreError> {
        match (&mut self.way, &mut self.position) {
            (Way::Log(observations), Position::Log(shards)) => {
                let Observation::Committed(batch) = observations.next().await? else {
                    return Ok(());
                };
                let keys = batch.entries.iter().map(|entry| &entry.meta.key);
                let whole = |kind: &str, id: &str| scope_of(kind).map(|scope| Whole::new(scope, id));
                changed.extend(keys.filter_map(|key| Some((key.tenant.clone(), whole(&key.kind, &key.id)?))));
                shards.insert(batch.shard.0, batch.position);
                self.has_moved = true;
                Ok(())
            }
            (Way::Views { cases, marks }, Position::View { cases: cases_until, marks: marks_until }) => {
                if !cases.is_at_end {
                    return cases.next(state, cases_until, changed).await;
                }
                if !marks.is_at_end {
                    return marks.next(state, marks_until, changed).await;
                }
                sleep(PERIOD).await;
                cases.next(state, cases_until, changed).await?;
                marks.next(state, marks_until, changed).await
            }
            (Way::Log(_), Position::View { .. }) | (Way::Views { .. }, Position::Log(_)) => {
                Err(StoreError::new("the index was filled in another way"))
            }
        }
    }
}

/// A view that is looked at.
#[derive(Clone, Copy)]
struct Looked {
    view: &'static str,
    at: Column,
    version: Column,
    /// What a row is about; none: it cannot be read.
    whole: fn(&str, &Document) -> Option<(TenantId, Whole)>,
}

const CASES: Looked = Looked {
    view: CaseListRow::VIEW,
    at: CaseListRow::UPDATED_AT,
    version: CaseListRow::VERSION,
    whole: |id, row| Some((TenantId::new(CaseListRow::TENANT.text(row)?), Whole::case(id))),
};

const MARKS: Looked = Looked {
    view: SearchMarkRow::VIEW,
    at: SearchMarkRow::UPDATED_AT,
    version: SearchMarkRow::VERSION,
    whole: |_, row| {
        let tenant = TenantId::new(SearchMarkRow::TENANT.text(row)?);
        let scope = scope_of(SearchMarkRow::KIND.text(row)?)?;
        Some((tenant, Whole::new(scope, SearchMarkRow::WHOLE.text(row)?)))
    },
};

impl Rows {
    fn of(of: Looked) -> Self {
        Self { of, cursor: None, seen: HashMap::new(), is_at_end: false }
    }

    async fn next(&mut self, state: &CaseApiState, until: &mut i64, changed: &mut Changed) -> Result<(), StoreError> {
        let Looked { view, at, version, whole } = self.of;
        let from = Value::from(until.saturating_sub(OVERLAP));
        let mut query = Query::new(view, Filter::Gte(at.into(), from));
        query.sort = vec![Sort { field: at.into(), descending: false }];
        query.limit = Some(PAGE);
        query.after = self.cursor.clone();
        let page = state.journal().system_query_all_tenants(&query).await?;
        let mut newest = *until;
        for (id, row) in &page.rows {
            let (Some(whole), Some(updated)) = (whole(id, row), row.get(at.name()).and_then(Value::as_i64)) else {
                continue;
            };
            let version = row.get(version.name()).cloned().unwrap_or_default();
            newest = newest.max(updated);
            let known = self.seen.insert(id.to_string(), (updated, version.clone()));
            if known.is_none_or(|(_, known)| known != version) {
                changed.insert(whole);
            }
        }
        self.cursor = page.next;
        self.is_at_end = self.cursor.is_none();
        if self.is_at_end {
            *until = newest;
            self.seen.retain(|_, (updated, _)| *updated >= newest.saturating_sub(OVERLAP));
        }
        Ok(())
    }
}
