//! From wishes to events. Pure: time and names come in, nothing is read from outside, and a decision may run twice.
//!
//! A file decides one thing; [`Draft`] is what all of them write events with. Only here a wish about a case is refused.

mod ad_hoc_task;
mod change;
mod close;
mod comment;
mod compensate;
mod create;
mod disposal;
mod document;
mod draft;
mod duplicate;
mod ending;
mod limits;
mod link;
mod merge;
mod migrate;
mod observe;
mod open_work;
mod party;
mod patch;
mod perform;
mod playbook;
mod process;
mod read_mails;
mod rejection;
mod reopen;
mod requirement;
mod resolution;
mod route;
mod rules;
mod settle;
mod stage;
mod submission;
mod take;
mod tick;

pub(crate) use ad_hoc_task::{
    NewTask, TaskPatch, add_task, change_task, claim_task, complete_task, remove_task, reopen_task, tick_item,
};
pub(crate) use close::{CloseWish, Closing, OnOpenWork, close};
pub(crate) use comment::{NewComment, add_comment, delete_comment, edit_comment};
pub(crate) use compensate::compensate;
pub(crate) use create::{NewCase, Split, SplitComment, create};
pub(crate) use disposal::{begin_disposal, forget, lift_hold, may_be_disposed, place_hold, redact_requester};
pub(crate) use document::{add_document, remove_document};
pub(crate) use draft::Draft;
pub(crate) use duplicate::dismiss_duplicate;
pub(crate) use link::{link, relink, unlink};
pub(crate) use merge::{
    MergeTarget, Taken, TakenMail, abandon_merge, finish_merge, receive_merge, reference_to, refusal, request_merge,
    take_in,
};
pub(crate) use migrate::migrate;
pub(crate) use observe::{Observation, observe};
pub(crate) use open_work::OpenWork;
pub(crate) use party::{add_party, remove_party};
pub(crate) use patch::{CasePatch, patch};
pub(crate) use perform::People;
pub(crate) use playbook::tick_playbook;
pub(crate) use process::start_process;
pub(crate) use read_mails::read_mails;
pub(crate) use rejection::CaseRejection;
pub(crate) use reopen::{Reopening, reopen};
pub(crate) use requirement::{Lack, LackKind, Move, StageChecks};
pub(crate) use route::{Route, move_on, push, route};
pub(crate) use rules::{Trigger, answer_time, answer_with_rules, try_rule};
pub(crate) use settle::settle;
pub(crate) use submission::{TaskSubmission, fields_of, keep_submission};
pub(crate) use take::take;
pub(crate) use tick::{replan, tick};

use super::event::CaseEvent;
use super::state::Case;
use casewright_journal::Decision;

/// What a decision comes to: events and an answer, or a refusal.
pub(crate) type Decided<T = ()> = Result<Decision<CaseEvent, T>, CaseRejection>;

fn guard(case: &Case) -> Result<(), CaseRejection> {
    if !case.exists() {
        return Err(CaseRejection::NotFound);
    }
    // What is being deleted takes nothing any more: it would be left behind.
    if case.disposal.is_some() { Err(CaseRejection::BeingDisposed) } else { Ok(()) }
}

/// [`guard`] of what people do to a case: what has become part of another one stays as it is.
fn guard_unmerged(case: &Case) -> Result<(), CaseRejection> {
    guard(case)?;
    match case.merged_into() {
        Some(into) => Err(CaseRejection::Merged(into.clone())),
        None => Ok(()),
    }
}
