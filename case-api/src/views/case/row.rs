//! The row of view `case`.

use crate::domain::case::hold::LegalHold;
use crate::domain::case::merge::NamedCase;
use crate::domain::case::problem::CaseProblem;
use crate::domain::case::process::CaseProcess;
use crate::domain::definition::resolution::CaseResolution;
use crate::domain::person::{Origin, Person, Requester};
use crate::domain::routing::Skill;
use crate::domain::sla::SlaClock;
use casewright_contracts::{CaseHoldRow, CaseHoldRowColumns, CaseRow, CaseRowColumns};
use casewright_instant::Instant;
use casewright_rows::Row;
use serde_json::{Map, Value};

/// A case as lists ask for it: what other rooms read ([`CaseRow`]), and what is this room's own.
#[derive(Clone, Debug, Row)]
#[row(view = casewright_contracts::views::CASE)]
pub(crate) struct CaseListRow {
    #[row(flatten)]
    pub(crate) shared: CaseRow,
    /// For the ticker, the one reader over all tenants.
    pub(crate) tenant: String,
    /// Number of the last entry.
    pub(crate) version: u64,
    pub(crate) definition_name: String,
    pub(crate) stage_name: String,
    pub(crate) status_name: String,
    /// `open`, `paused` or `closed`.
    pub(crate) status_kind: String,
    #[row(json, name = "assignee")]
    pub(crate) assigned_to: Option<Person>,
    #[row(json)]
    pub(crate) requester: Option<Requester>,
    pub(crate) requester_email: Option<String>,
    /// Name and address, for search.
    pub(crate) requester_text: Option<String>,
    #[row(json)]
    pub(crate) origin: Origin,
    pub(crate) priority: i32,
    /// From 0 to 1,000, by priority and promises.
    pub(crate) urgency: i32,
    /// [`Self::urgency`] below zero: rising as all else that next work is ordered by, so that one index has them in order.
    pub(crate) urgency_order: i32,
    /// When it came into its queue, or began without one.
    pub(crate) queued_at: Instant,
    /// What is asked of who works on it.
    #[row(json)]
    pub(crate) skills: Vec<Skill>,
    #[row(json)]
    pub(crate) fields: Map<String, Value>,
    /// The words of all fields, for search.
    pub(crate) fields_text: String,
    /// What the fields are found by exactly: `key:value`.
    pub(crate) field_marks: Vec<String>,
    /// What the fields are sorted by, and found by between two ends: numbers, and words.
    #[row(json)]
    pub(crate) field_numbers: Map<String, Value>,
    #[row(json)]
    pub(crate) field_words: Map<String, Value>,
    pub(crate) created_at: Instant,
    #[row(json, name = "createdBy")]
    pub(crate) creator: Person,
    pub(crate) updated_at: Instant,
    pub(crate) closed_at: Option<Instant>,
    pub(crate) close_reason: Option<String>,
    #[row(json)]
    pub(crate) resolution: Option<CaseResolution>,
    /// When somebody said that it is due.
    pub(crate) due_at: Option<Instant>,
    /// [`Self::due_at`], or behind every instant.
    pub(crate) due_sort: Instant,
    #[row(json)]
    pub(crate) slas: Vec<SlaClock>,
    /// How the most urgent promise stands that still counts; null when none counts.
    pub(crate) sla_worst: Option<String>,
    /// When a clock wants to be looked at.
    pub(crate) next_sla_at: Option<Instant>,
    /// When the first promise that still counts is due, or behind every instant.
    pub(crate) urgent_at: Instant,
    /// Shared calendars that its clocks count by.
    pub(crate) sla_calendars: Vec<String>,
    pub(crate) open_task_count: u32,
    pub(crate) unread_mail_count: u32,
    #[row(json)]
    pub(crate) problem: Option<CaseProblem>,
    #[row(json)]
    pub(crate) process_instances: Vec<CaseProcess>,
    pub(crate) process_ids: Vec<String>,
    /// The case that it has become part of.
    #[row(json)]
    pub(crate) merged_into: Option<NamedCase>,
    /// When it is due to be deleted, while it is closed and nothing has begun to delete it.
    pub(crate) dispose_at: Option<Instant>,
    /// Legal holds that stand.
    #[row(json)]
    pub(crate) holds: Vec<LegalHold>,
    #[row(flatten)]
    pub(crate) held: CaseHoldRow,
}
