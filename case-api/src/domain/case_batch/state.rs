//! A batch and how far it is.
//!
//! A portion of cases is written down as it is before it is changed: a portion that a restart makes anew is then compared with
//! what was before it was begun, and what the batch did can be taken back.

use super::change::{BatchChange, Touched};
use crate::domain::person::Person;
use casewright_instant::Instant;
use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use utoipa::ToSchema;

/// How many cases are changed between two entries of the batch: what a restart may have to do again.
pub(crate) const PORTION: usize = 50;
/// How long a batch can be taken back after its end.
const UNDO: SignedDuration = SignedDuration::from_mins(10);

/// For whom a batch works. Roles and groups are those of the call that began it; where the directory knows the person,
/// their present ones count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BatchOwner {
    pub(crate) person: Person,
    pub(crate) roles: Vec<String>,
    pub(crate) groups: Vec<String>,
}

/// Where a batch is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum BatchPhase {
    #[default]
    Running,
    /// Somebody stopped it: what was changed stays changed.
    Stopped,
    Done,
    /// It is being taken back.
    Undoing,
    Undone,
}

/// What became of one case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    Changed,
    /// It was so already.
    Unchanged,
    /// It could not be, or must not be; `code` and `detail` say why.
    Refused,
}

/// What became of one case, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BatchResult {
    pub(crate) outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<String>,
    /// What the batch touches of the case, as it left it.
    #[serde(default)]
    pub(crate) after: Touched,
}

impl BatchResult {
    pub(crate) fn refused(code: &str, detail: &str) -> Self {
        let (code, detail) = (Some(code.to_owned()), Some(detail.to_owned()));
        Self { outcome: Outcome::Refused, code, detail, after: Touched::default() }
    }

    pub(crate) fn of(outcome: Outcome) -> Self {
        Self { outcome, code: None, detail: None, after: Touched::default() }
    }

    /// By what was and what is.
    pub(crate) fn made(before: &Touched, after: Touched) -> Self {
        let outcome = if *before == after { Outcome::Unchanged } else { Outcome::Changed };
        Self { after, ..Self::of(outcome) }
    }
}

/// The aggregate `case-batch`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CaseBatch {
    /// None: there is no such batch.
    pub(crate) owner: Option<BatchOwner>,
    pub(crate) change: BatchChange,
    /// Ids, in the order in which they are changed.
    pub(crate) cases: Vec<String>,
    /// Of the first cases: what they were like.
    pub(crate) befores: Vec<Touched>,
    /// Of the first cases: what became of them.
    pub(crate) results: Vec<BatchResult>,
    /// Of the first cases: what became of taking it back.
    pub(crate) undone: Vec<BatchResult>,
    pub(crate) phase: BatchPhase,
    pub(crate) started_at: Option<Instant>,
    /// When the last case was changed, or the batch stopped.
    pub(crate) ended_at: Option<Instant>,
}

/// What happens to a batch.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[allow(clippy::enum_variant_names, reason = "the names of entries stand beside those of every other aggregate")]
pub(crate) enum CaseBatchEvent {
    CaseBatchStarted {
        owner: BatchOwner,
        change: BatchChange,
        cases: Vec<String>,
    },
    /// The next cases, as they are.
    CaseBatchPlanned {
        befores: Vec<Touched>,
    },
    /// What became of the next cases.
    CaseBatchStepped {
        results: Vec<BatchResult>,
    },
    CaseBatchStopped {
        by: Person,
    },
    CaseBatchUndoStarted {
        by: Person,
    },
    /// What became of taking back the next cases.
    CaseBatchUndone {
        results: Vec<BatchResult>,
    },
}

/// What is to be done next. The ranges are of [`CaseBatch::cases`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// To write down what these cases are like.
    Plan(Range<usize>),
    /// To change these cases.
    Change(Range<usize>),
    /// To take back what became of these cases.
    Undo(Range<usize>),
    /// Nothing.
    Rest,
}

impl Aggregate for CaseBatch {
    type Event = CaseBatchEvent;
    const KIND: &'static str = "case-batch";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, meta: &EntryMeta) {
        match event {
            CaseBatchEvent::CaseBatchStarted { owner, change, cases } => {
                *self = Self {
                    owner: Some(owner.clone()),
                    change: change.clone(),
                    cases: cases.clone(),
                    started_at: Some(meta.at.into()),
                    ..Self::default()
                };
                self.end_where_all_is_done(meta.at);
            }
            CaseBatchEvent::CaseBatchPlanned { befores } => self.befores.extend(befores.iter().cloned()),
            CaseBatchEvent::CaseBatchStepped { results } => {
                self.results.extend(results.iter().cloned());
                self.end_where_all_is_done(meta.at);
            }
            CaseBatchEvent::CaseBatchStopped { .. } => {
                self.phase = BatchPhase::Stopped;
                self.ended_at = Some(meta.at.into());
            }
            CaseBatchEvent::CaseBatchUndoStarted { .. } => self.phase = BatchPhase::Undoing,
            CaseBatchEvent::CaseBatchUndone { results } => {
                self.undone.extend(results.iter().cloned());
                if self.undone.len() >= self.results.len() {
                    self.phase = BatchPhase::Undone;
                }
            }
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            CaseBatchEvent::CaseBatchStarted { .. } => "case-batch-started",
            CaseBatchEvent::CaseBatchPlanned { .. } => "case-batch-planned",
            CaseBatchEvent::CaseBatchStepped { .. } => "case-batch-stepped",
            CaseBatchEvent::CaseBatchStopped { .. } => "case-batch-stopped",
            CaseBatchEvent::CaseBatchUndoStarted { .. } => "case-batch-undo-started",
            CaseBatchEvent::CaseBatchUndone { .. } => "case-batch-undone",
        }
    }
}

impl CaseBatch {
    fn end_where_all_is_done(&mut self, at: Timestamp) {
        if self.results.len() >= self.cases.len() {
            self.phase = BatchPhase::Done;
            self.ended_at = Some(at.into());
        }
    }

    /// What is to be done next.
    #[must_use]
    pub(crate) fn next(&self) -> Step {
        let portion = |from: usize, of: usize| from..of.min(from + PORTION);
        match self.phase {
            BatchPhase::Running if self.befores.len() > self.results.len() => {
                Step::Change(self.results.len()..self.befores.len())
            }
            BatchPhase::Running => Step::Plan(portion(self.befores.len(), self.cases.len())),
            BatchPhase::Undoing => Step::Undo(portion(self.undone.len(), self.results.len())),
            BatchPhase::Stopped | BatchPhase::Done | BatchPhase::Undone => Step::Rest,
        }
    }

    /// How many cases came to this.
    #[must_use]
    pub(crate) fn count(&self, outcome: Outcome) -> usize {
        self.results.iter().filter(|result| result.outcome == outcome).count()
    }

    /// Until when it can be taken back; none: it cannot.
    #[must_use]
    pub(crate) fn undoable_until(&self) -> Option<Timestamp> {
        let has_ended = matches!(self.phase, BatchPhase::Done | BatchPhase::Stopped);
        if !has_ended || !self.change.is_undoable() || self.count(Outcome::Changed) == 0 {
            return None;
        }
        self.ended_at?.timestamp().checked_add(UNDO).ok()
    }

    /// The comment that the batch writes on a case has an id of its own: a case that is come to twice has it once.
    #[must_use]
    pub(crate) fn comment_id(batch: &str, case: &str) -> String {
        uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, format!("case-batch:{batch}:{case}").as_bytes()).to_string()
    }

    /// Begins it. The answer is whether it is new: the same request sent again begins nothing.
    #[must_use]
    pub(crate) fn start(
        &self,
        owner: &BatchOwner,
        change: &BatchChange,
        cases: &[String],
    ) -> Decision<CaseBatchEvent, bool> {
        if self.owner.is_some() {
            return Decision { events: Vec::new(), answer: false };
        }
        let started =
            CaseBatchEvent::CaseBatchStarted { owner: owner.clone(), change: change.clone(), cases: cases.to_vec() };
        Decision { events: vec![started], answer: true }
    }

    /// Writes a step down. Nothing where it was not the next one any more: somebody stopped the batch, or an entry came twice.
    #[must_use]
    pub(crate) fn note(&self, step: &Step, event: &CaseBatchEvent) -> Decision<CaseBatchEvent, ()> {
        let events = if self.next() == *step { vec![event.clone()] } else { Vec::new() };
        Decision { events, answer: () }
    }

    /// Stops it. What is being changed at this moment may still be.
    #[must_use]
    pub(crate) fn stop(&self, by: &Person) -> Decision<CaseBatchEvent, ()> {
        let events = match self.phase {
            BatchPhase::Running => vec![CaseBatchEvent::CaseBatchStopped { by: by.clone() }],
            BatchPhase::Stopped | BatchPhase::Done | BatchPhase::Undoing | BatchPhase::Undone => Vec::new(),
        };
        Decision { events, answer: () }
    }

    /// Begins to take it back. The answer is whether it can be, or is already.
    #[must_use]
    pub(crate) fn undo(&self, by: &Person, now: Timestamp) -> Decision<CaseBatchEvent, bool> {
        if matches!(self.phase, BatchPhase::Undoing | BatchPhase::Undone) {
            return Decision { events: Vec::new(), answer: true };
        }
        match self.undoable_until().is_some_and(|until| now <= until) {
            true => Decision { events: vec![CaseBatchEvent::CaseBatchUndoStarted { by: by.clone() }], answer: true },
            false => Decision { events: Vec::new(), answer: false },
        }
    }
}
