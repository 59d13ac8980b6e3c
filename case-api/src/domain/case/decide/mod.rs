//! From wishes to events. Pure: time and names come in, nothing is read from outside, and a decision may run twice.
//!
//! A file decides one thing; [`Draft`] is what all of them write events with. Only here a wish about a case is refused.

mod change;
mod close;
mod comment;
mod compensate;
mod create;
mod document;
mod draft;
mod limits;
mod link;
mod observe;
mod patch;
mod process;
mod read_mails;
mod rejection;
mod requirement;
mod rules;
mod submission;
mod take;
mod tick;

pub(crate) use close::{Closing, OnOpenWork, OpenWork, close};
pub(crate) use comment::{add_comment, delete_comment, edit_comment};
pub(crate) use compensate::compensate;
pub(crate) use create::{NewCase, create};
pub(crate) use document::{add_document, remove_document};
pub(crate) use draft::Draft;
pub(crate) use link::{link, unlink};
pub(crate) use observe::{Observation, observe};
pub(crate) use patch::{CasePatch, patch};
pub(crate) use process::start_process;
pub(crate) use read_mails::read_mails;
pub(crate) use rejection::CaseRejection;
pub(crate) use requirement::StageChecks;
pub(crate) use rules::{Trigger, answer_with_rules};
pub(crate) use submission::{TaskSubmission, fields_of, keep_submission};
pub(crate) use take::take;
pub(crate) use tick::tick;

use super::event::CaseEvent;
use super::state::Case;
use casewright_journal::Decision;

/// What a decision comes to: events and an answer, or a refusal.
pub(crate) type Decided<T = ()> = Result<Decision<CaseEvent, T>, CaseRejection>;

fn guard(case: &Case) -> Result<(), CaseRejection> {
    case.exists().then_some(()).ok_or(CaseRejection::NotFound)
}
