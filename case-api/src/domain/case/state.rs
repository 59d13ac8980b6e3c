//! A case as its facts add up to. `apply` is the only writer, and never refuses.

use super::event::CaseEvent;
use crate::domain::case::document::CaseDocument;
use crate::domain::case::link::CaseLink;
use crate::domain::case::problem::CaseProblem;
use crate::domain::case::process::CaseProcess;
use crate::domain::case::task::TaskFact;
use crate::domain::definition::model::{Stage, Status, StatusKind};
use crate::domain::person::{Origin, OriginKind, Person, Requester};
use crate::domain::sla::SlaClock;
use casewright_instant::{Instant, optional_rfc3339};
use casewright_journal::{Aggregate, AggregateKey, EntryMeta};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Case {
    pub id: String,
    /// Empty: there is no such case.
    pub number: String,
    pub definition: String,
    pub definition_name: String,
    pub definition_version: u32,
    pub title: String,
    pub stage: Stage,
    pub status: Status,
    pub queue: Option<String>,
    pub assignee: Option<Person>,
    pub requester: Option<Requester>,
    pub origin: Origin,
    pub priority: i32,
    pub fields: Map<String, Value>,
    pub labels: BTreeSet<String>,
    /// Groups that may see it; none: everybody who works with cases.
    pub restricted_to: Option<Vec<String>>,
    pub created_at: Timestamp,
    pub created_by: Person,
    pub updated_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    /// Why it was closed, if somebody said so.
    #[serde(default)]
    pub close_reason: Option<String>,
    #[serde(default, with = "optional_rfc3339")]
    pub due_at: Option<Instant>,
    pub clocks: Vec<SlaClock>,
    pub comments: BTreeMap<String, Comment>,
    pub documents: Vec<CaseDocument>,
    #[serde(default)]
    pub links: Vec<CaseLink>,
    pub mails: BTreeSet<String>,
    pub unread_mails: BTreeSet<String>,
    /// Open user tasks by id.
    pub tasks: BTreeMap<String, TaskFact>,
    pub processes: Vec<CaseProcess>,
    pub problem: Option<CaseProblem>,
    /// Per root process instance: the last entry of the engine's log that was observed.
    pub observed: BTreeMap<String, u64>,
    /// The last entry of this case that was answered with a rule.
    pub ruled: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comment {
    pub body: String,
    pub author: Person,
    /// None: as it was written.
    pub edited_at: Option<Timestamp>,
    pub is_deleted: bool,
}

impl Aggregate for Case {
    type Event = CaseEvent;
    const KIND: &'static str = "case";

    fn empty(key: &AggregateKey) -> Self {
        Self {
            id: key.id.to_string(),
            number: String::new(),
            definition: String::new(),
            definition_name: String::new(),
            definition_version: 0,
            title: String::new(),
            stage: Stage { id: String::new(), name: String::new(), required: Vec::new() },
            status: Status { id: String::new(), name: String::new(), kind: StatusKind::Open },
            queue: None,
            assignee: None,
            requester: None,
            origin: Origin { kind: OriginKind::Api, reference: None },
            priority: 0,
            fields: Map::new(),
            labels: BTreeSet::new(),
            restricted_to: None,
            created_at: Timestamp::UNIX_EPOCH,
            created_by: Person::new("", ""),
            updated_at: Timestamp::UNIX_EPOCH,
            closed_at: None,
            close_reason: None,
            due_at: None,
            clocks: Vec::new(),
            comments: BTreeMap::new(),
            documents: Vec::new(),
            links: Vec::new(),
            mails: BTreeSet::new(),
            unread_mails: BTreeSet::new(),
            tasks: BTreeMap::new(),
            processes: Vec::new(),
            problem: None,
            observed: BTreeMap::new(),
            ruled: 0,
        }
    }

    fn apply(&mut self, event: &Self::Event, meta: &EntryMeta) {
        self.fold(event, meta.at);
    }

    fn event_name(event: &Self::Event) -> &'static str {
        event.fact.name()
    }
}

impl Case {
    #[must_use]
    pub fn exists(&self) -> bool {
        !self.number.is_empty()
    }

    /// When a clock wants to be looked at next.
    #[must_use]
    pub fn next_sla_at(clocks: &[SlaClock]) -> Option<Timestamp> {
        clocks.iter().filter_map(SlaClock::next_at).min()
    }
}
