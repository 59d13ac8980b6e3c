//! A case as its facts add up to. `apply` is the only writer, and never refuses.

use super::event::CaseEvent;
use crate::domain::case::ad_hoc_task::AdHocTask;
use crate::domain::case::document::{CaseDocument, FileDigest};
use crate::domain::case::hold::{CaseDisposal, LegalHold};
use crate::domain::case::link::CaseLink;
use crate::domain::case::marks::Marks;
use crate::domain::case::merge::{CaseMerge, MergePhase, NamedCase};
use crate::domain::case::party::CaseParty;
use crate::domain::case::problem::CaseProblem;
use crate::domain::case::process::{CaseProcess, CaseProcessState};
use crate::domain::case::progress::Progress;
use crate::domain::case::task::TaskFact;
use crate::domain::definition::model::{Status, StatusKind};
use crate::domain::definition::playbook::Ticks;
use crate::domain::definition::resolution::CaseResolution;
use crate::domain::definition::stage::StageRef;
use crate::domain::person::{Origin, OriginKind, Person, Requester};
use crate::domain::routing::Skill;
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
    pub stage: StageRef,
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
    /// Why it has its status, if somebody said so.
    #[serde(default)]
    pub status_reason: Option<String>,
    /// How it has ended, if somebody said so.
    #[serde(default)]
    pub resolution: Option<CaseResolution>,
    #[serde(default)]
    pub(crate) progress: Progress,
    #[serde(default, with = "optional_rfc3339")]
    pub due_at: Option<Instant>,
    /// What is asked of who works on it, beside what its queue asks.
    #[serde(default)]
    pub skills: Vec<Skill>,
    pub clocks: Vec<SlaClock>,
    pub comments: BTreeMap<String, Comment>,
    pub documents: Vec<CaseDocument>,
    #[serde(default)]
    pub links: Vec<CaseLink>,
    /// Records in their roles.
    #[serde(default)]
    pub parties: Vec<CaseParty>,
    pub mails: BTreeSet<String>,
    /// Files that came with a mail, by its id.
    #[serde(default)]
    pub(crate) mail_files: BTreeMap<String, Vec<FileDigest>>,
    pub unread_mails: BTreeSet<String>,
    /// Open user tasks by id.
    pub tasks: BTreeMap<String, TaskFact>,
    pub processes: Vec<CaseProcess>,
    pub problem: Option<CaseProblem>,
    /// Per root process instance: the last entry of the engine's log that was observed.
    pub observed: BTreeMap<String, u64>,
    /// The last entry of this case that was answered with a rule.
    pub ruled: u64,
    #[serde(default)]
    pub(crate) marks: Marks,
    /// Tasks that somebody added by hand, in the order of their making.
    #[serde(default)]
    pub(crate) ad_hoc_tasks: Vec<AdHocTask>,
    /// Stage id -> what of its playbook is done.
    #[serde(default)]
    pub(crate) playbook: BTreeMap<String, Ticks>,
    /// What it is part of, or is about to be.
    #[serde(default)]
    pub(crate) merge: Option<CaseMerge>,
    /// Cases that have become part of it.
    #[serde(default)]
    pub(crate) merged_from: Vec<NamedCase>,
    /// Ids of cases that somebody said are no duplicates of it.
    #[serde(default)]
    pub(crate) no_duplicates: BTreeSet<String>,
    /// When it is due to be deleted, while it is closed.
    #[serde(default, with = "optional_rfc3339")]
    pub(crate) dispose_at: Option<Instant>,
    /// While one stands nothing of it is deleted.
    #[serde(default)]
    pub(crate) holds: Vec<LegalHold>,
    /// It is being deleted.
    #[serde(default)]
    pub(crate) disposal: Option<CaseDisposal>,
    /// It was deleted, and its log is about to lose it.
    #[serde(default)]
    pub(crate) is_forgotten: bool,
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
    // Snapshots of before do not say what has happened to the case, in which stages it was, and since when.
    const SNAPSHOT_VERSION: u32 = 3;

    fn empty(key: &AggregateKey) -> Self {
        Self::nothing(key.id.to_string())
    }

    fn apply(&mut self, event: &Self::Event, meta: &EntryMeta) {
        self.fold(event, meta.at);
    }

    fn event_name(event: &Self::Event) -> &'static str {
        event.fact.name()
    }
}

impl Case {
    /// No case yet, or no case any more.
    pub(in crate::domain::case) fn nothing(id: String) -> Self {
        Self {
            id,
            number: String::new(),
            definition: String::new(),
            definition_name: String::new(),
            definition_version: 0,
            title: String::new(),
            stage: StageRef::default(),
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
            status_reason: None,
            resolution: None,
            progress: Progress::default(),
            due_at: None,
            skills: Vec::new(),
            clocks: Vec::new(),
            comments: BTreeMap::new(),
            documents: Vec::new(),
            links: Vec::new(),
            parties: Vec::new(),
            mails: BTreeSet::new(),
            mail_files: BTreeMap::new(),
            unread_mails: BTreeSet::new(),
            tasks: BTreeMap::new(),
            processes: Vec::new(),
            problem: None,
            observed: BTreeMap::new(),
            ruled: 0,
            marks: Marks::default(),
            ad_hoc_tasks: Vec::new(),
            playbook: BTreeMap::new(),
            merge: None,
            merged_from: Vec::new(),
            no_duplicates: BTreeSet::new(),
            dispose_at: None,
            holds: Vec::new(),
            disposal: None,
            is_forgotten: false,
        }
    }

    #[must_use]
    pub fn exists(&self) -> bool {
        !self.number.is_empty()
    }

    /// A task that somebody added by hand.
    #[must_use]
    pub(crate) fn ad_hoc_task(&self, id: &str) -> Option<&AdHocTask> {
        self.ad_hoc_tasks.iter().find(|task| task.id == id)
    }

    /// Tasks of both kinds that are open.
    #[must_use]
    pub(crate) fn open_task_count(&self) -> usize {
        self.tasks.len() + self.ad_hoc_tasks.iter().filter(|task| task.is_open()).count()
    }

    /// Whether a process of it runs, or is about to.
    #[must_use]
    pub(crate) fn has_open_processes(&self) -> bool {
        let is_open = |state| matches!(state, CaseProcessState::Starting | CaseProcessState::Active);
        self.processes.iter().any(|process| is_open(process.state))
    }

    /// Its documents and the files of its mails, by what is in them.
    pub(crate) fn digests(&self) -> impl Iterator<Item = FileDigest> {
        self.documents.iter().filter_map(CaseDocument::digest).chain(self.mail_files.values().flatten().cloned())
    }

    pub(super) fn keep_mail_files(&mut self, mail: &str, files: &[FileDigest]) {
        if !files.is_empty() {
            self.mail_files.insert(mail.to_owned(), files.to_vec());
        }
    }

    /// The case that this one has become part of.
    #[must_use]
    pub(crate) fn merged_into(&self) -> Option<&NamedCase> {
        self.merge.as_ref().filter(|merge| merge.phase == MergePhase::Done).map(|merge| &merge.into)
    }

    /// When a clock wants to be looked at next.
    #[must_use]
    pub fn next_sla_at(clocks: &[SlaClock]) -> Option<Timestamp> {
        clocks.iter().filter_map(SlaClock::next_at).min()
    }
}
