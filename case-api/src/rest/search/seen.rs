//! What somebody may see, as a filter of the index, and once more of the views: they know what happened since the index was written.

use super::body::{FoundCase, FoundType};
use crate::rest::error::store;
use crate::rest::page::readable;
use crate::state::CaseApiState;
use crate::views::case::CaseListRow;
use crate::views::record::RecordRow;
use crate::views::record_type::RecordTypeRow;
use casewright_access::Subject;
use casewright_contracts::{CaseRowColumns, UserRow};
use casewright_journal::{Column, Document, Field, Filter, Query};
use casewright_search::policy::RECORD_TYPE;
use casewright_search::{Hit, Kind, Policies, Scope};
use casewright_service::Problem;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Types of records of one organisation that are looked through.
const MOST_TYPES: u64 = 1_000;

/// What a hit is found in, as it is now.
#[derive(Clone, Debug)]
pub(super) enum Seen {
    InCase(FoundCase),
    Record(FoundType),
    Person,
}

/// Who looks, and what they may see.
pub(super) struct Reader<'a> {
    state: &'a CaseApiState,
    subject: &'a Subject,
    pub(super) policies: Policies,
    /// Types of records that they may see, by key.
    types: BTreeMap<String, FoundType>,
}

impl<'a> Reader<'a> {
    pub(super) async fn of(state: &'a CaseApiState, subject: &'a Subject) -> Result<Self, Problem> {
        let may = |kind| async move { state.access().list_filter(subject, "read", kind).await.ok() };
        let mut reader = Self { state, subject, policies: Policies::default(), types: BTreeMap::new() };
        reader.policies.case = may("case").await;
        reader.policies.person = may("user").await;
        // Records are seen as their type is.
        if let (Some(records), Some(types)) = (may("record").await, may("record-type").await) {
            reader.types = reader.types_of(types).await?;
            let keys = reader.types.keys().map(|key| Value::from(key.as_str())).collect();
            let of_seen_types = Filter::In(Field::named(RECORD_TYPE), keys);
            reader.policies.record = Some(Filter::And(vec![records, of_seen_types]));
        }
        Ok(reader)
    }

    async fn types_of(&self, filter: Filter) -> Result<BTreeMap<String, FoundType>, Problem> {
        let mut query = Query::new(RecordTypeRow::VIEW, filter);
        query.limit = Some(MOST_TYPES);
        let page = self.state.tenant(&self.subject.tenant).query(&query).await.map_err(store)?;
        let rows = page.rows.iter().filter_map(|(id, row)| readable(RecordTypeRow::VIEW, id, RecordTypeRow::read(row)));
        Ok(rows.map(|row| (row.key.clone(), FoundType { key: row.key, name: row.name })).collect())
    }

    /// Those of the wanted kinds that they may see at all; all when none are named. What belongs to a case is seen as the case is, by
    /// those who may see such things at all.
    pub(super) async fn kinds(&self, wanted: Vec<Kind>) -> Result<Vec<Kind>, Problem> {
        let mut kinds = Vec::new();
        for kind in wanted {
            let of_its_own = match kind {
                Kind::Mail => Some("mail"),
                Kind::File => Some("file"),
                Kind::Task => Some("task"),
                Kind::Case | Kind::Comment | Kind::Record | Kind::Person => None,
            };
            let is_granted = match of_its_own {
                Some(name) => self.state.access().list_filter(self.subject, "read", name).await.is_ok(),
                None => true,
            };
            if is_granted && self.policies.of(kind.scope()).is_some() {
                kinds.push(kind);
            }
        }
        if kinds.is_empty() { Err(Problem::forbidden("You may not see what is of this kind.")) } else { Ok(kinds) }
    }

    /// What these hits are found in, by their places; what is missing may not be seen now, or is no more.
    pub(super) async fn seen(&self, hits: &[Hit]) -> Result<BTreeMap<usize, Seen>, Problem> {
        let (cases, records) = (self.cases(hits).await?, self.records(hits).await?);
        let people = self.people(hits).await?;
        let one = |hit: &Hit| match hit.kind.scope() {
            Scope::Case => cases.get(&hit.whole.id).cloned().map(Seen::InCase),
            Scope::Record => records.get(&hit.id).and_then(|of| self.types.get(of)).cloned().map(Seen::Record),
            Scope::Person => people.contains(&hit.id).then_some(Seen::Person),
        };
        Ok(hits.iter().enumerate().filter_map(|(place, hit)| Some((place, one(hit)?))).collect())
    }

    async fn cases(&self, hits: &[Hit]) -> Result<BTreeMap<String, FoundCase>, Problem> {
        let rows = self.rows(Scope::Case, hits, CaseListRow::VIEW, CaseListRow::ID).await?;
        let rows = rows.iter().filter_map(|(id, row)| readable(CaseListRow::VIEW, id, CaseListRow::read(row)));
        let cases = rows.map(|row| FoundCase {
            id: row.shared.id,
            number: row.shared.number,
            title: row.shared.title,
            stage_name: row.stage_name,
            status_name: row.status_name,
            status_kind: row.status_kind,
        });
        Ok(cases.map(|case| (case.id.clone(), case)).collect())
    }

    /// The type of each.
    async fn records(&self, hits: &[Hit]) -> Result<BTreeMap<String, String>, Problem> {
        let rows = self.rows(Scope::Record, hits, RecordRow::VIEW, RecordRow::ID).await?;
        let of = |row: &Document| RecordRow::RECORD_TYPE.text(row).map(str::to_owned);
        Ok(rows.into_iter().filter_map(|(id, row)| Some((id, of(&row)?))).collect())
    }

    async fn people(&self, hits: &[Hit]) -> Result<BTreeSet<String>, Problem> {
        let rows = self.rows(Scope::Person, hits, UserRow::VIEW, UserRow::ID).await?;
        Ok(rows.into_iter().map(|(id, _)| id).collect())
    }

    /// What of these wholes may be seen.
    async fn rows(
        &self,
        scope: Scope,
        hits: &[Hit],
        view: &'static str,
        id: Column,
    ) -> Result<Vec<(String, Document)>, Problem> {
        let ids: BTreeSet<&str> =
            hits.iter().filter(|hit| hit.whole.scope == scope).map(|hit| hit.whole.id.as_str()).collect();
        let (Some(policy), false) = (self.policies.of(scope), ids.is_empty()) else {
            return Ok(Vec::new());
        };
        let limit = ids.len() as u64;
        let wanted = Filter::In(id.into(), ids.into_iter().map(Value::from).collect());
        let mut query = Query::new(view, Filter::And(vec![policy.clone(), wanted]));
        query.limit = Some(limit);
        let page = self.state.tenant(&self.subject.tenant).query(&query).await.map_err(store)?;
        Ok(page.rows.into_iter().map(|(id, row)| (id.to_string(), row)).collect())
    }
}
