//! Which cases changed.
//!
//! Where this process has the store for itself it follows the log from the position that was written with the index. Where
//! several nodes write one store, a node hears live only of its own shards: there each looks every second at the view which
//! cases are newer than what it has seen, a minute back for clocks that differ.

use crate::domain::case::Case;
use crate::state::CaseApiState;
use crate::views::case::CaseListRow;
use casewright_journal::{
    Aggregate, Cursor, Filter, Observation, Observations, Query, ShardId, Sort, StoreError, TenantId,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;
use tokio::time::sleep;

/// How often the view is looked at.
const PERIOD: Duration = Duration::from_secs(1);
/// Milliseconds by which clocks of nodes may differ, and a commit may take.
const OVERLAP: i64 = 60_000;
/// Rows of one look.
const PAGE: u64 = 1_000;

/// Cases that changed.
pub(super) type Changed = HashSet<(TenantId, String)>;

/// How far was read, as it is written with the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Position {
    /// By shard.
    Log(BTreeMap<u16, u64>),
    /// Milliseconds since 1970.
    View { until: i64 },
}

pub(super) struct Feed {
    position: Position,
    way: Way,
    begins_anew: bool,
    has_moved: bool,
}

enum Way {
    Log(Observations),
    View(Rows),
}

/// Where the look at the view is.
struct Rows {
    cursor: Option<Cursor>,
    /// The last version seen of a case that may be seen again.
    seen: HashMap<String, (i64, Value)>,
    is_at_end: bool,
}

impl Feed {
    /// `position`: as it was written last.
    pub(super) fn start(state: &CaseApiState, position: Option<String>) -> Self {
        let journal = state.journal();
        let written = position.and_then(|position| serde_json::from_str::<Position>(&position).ok());
        if !journal.is_exclusive() {
            let until = match written {
                Some(Position::View { until }) => Some(until),
                _ => None,
            };
            let rows = Rows { cursor: None, seen: HashMap::new(), is_at_end: false };
            let position = Position::View { until: until.unwrap_or(0) };
            return Self { position, way: Way::View(rows), begins_anew: until.is_none(), has_moved: false };
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
            (Way::View(rows), _) => rows.is_at_end,
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
                let cases = batch.entries.iter().map(|entry| &entry.meta.key).filter(|key| key.kind == Case::KIND);
                changed.extend(cases.map(|key| (key.tenant.clone(), key.id.to_string())));
                shards.insert(batch.shard.0, batch.position);
                self.has_moved = true;
                Ok(())
            }
            (Way::View(rows), Position::View { until }) => rows.next(state, until, changed).await,
            (Way::Log(_), Position::View { .. }) | (Way::View(_), Position::Log(_)) => {
                Err(StoreError::new("the index was filled in another way"))
            }
        }
    }
}

impl Rows {
    async fn next(&mut self, state: &CaseApiState, until: &mut i64, changed: &mut Changed) -> Result<(), StoreError> {
        if self.is_at_end {
            sleep(PERIOD).await;
        }
        let at = CaseListRow::UPDATED_AT;
        let from = Value::from(until.saturating_sub(OVERLAP));
        let mut query = Query::new(CaseListRow::VIEW, Filter::Gte(at.into(), from));
        query.sort = vec![Sort { field: at.into(), descending: false }];
        query.limit = Some(PAGE);
        query.after = self.cursor.clone();
        let page = state.journal().system_query_all_tenants(&query).await?;
        let mut newest = *until;
        for (id, row) in &page.rows {
            let (Some(tenant), Some(updated)) =
                (CaseListRow::TENANT.text(row), row.get(at.name()).and_then(Value::as_i64))
            else {
                continue;
            };
            let version = row.get(CaseListRow::VERSION.name()).cloned().unwrap_or_default();
            newest = newest.max(updated);
            let known = self.seen.insert(id.to_string(), (updated, version.clone()));
            if known.is_none_or(|(_, known)| known != version) {
                changed.insert((TenantId::new(tenant), id.to_string()));
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
