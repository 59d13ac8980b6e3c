//! One case becomes part of another. Each of the two decides its own part; making a step again changes nothing.

use super::ad_hoc_task::end_open_tasks;
use super::change::attach;
use super::close::{self, Closing};
use super::{CaseRejection, Decided, Draft, guard};
use crate::domain::case::ad_hoc_task::{AdHocTask, AdHocTaskState};
use crate::domain::case::document::{CaseDocument, FileDigest};
use crate::domain::case::event::Fact;
use crate::domain::case::link::{CaseLink, LinkKind};
use crate::domain::case::merge::{MergePhase, MergeRefusal, NamedCase};
use crate::domain::case::state::{Case, Comment};
use crate::domain::definition::model::{CaseDefinition, StatusKind};
use crate::domain::person::Person;
use casewright_journal::Decision;
use jiff::Timestamp;

/// The case that another one is to become part of, as far as that one has to know it.
#[derive(Clone, Debug)]
pub(crate) struct MergeTarget {
    pub(crate) reference: NamedCase,
    pub(crate) restricted_to: Option<Vec<String>>,
    pub(crate) is_closed: bool,
    pub(crate) is_merging: bool,
}

impl From<&Case> for MergeTarget {
    fn from(case: &Case) -> Self {
        Self {
            reference: reference_to(case),
            restricted_to: case.restricted_to.clone(),
            is_closed: case.status.kind == StatusKind::Closed,
            is_merging: case.merge.is_some(),
        }
    }
}

/// What of a case goes on in the one that it is part of now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Taken {
    /// Id of the case it comes from.
    pub(crate) from: String,
    pub(crate) documents: Vec<CaseDocument>,
    pub(crate) comments: Vec<(String, Comment)>,
    /// Open tasks, under the ids that they have from now on.
    pub(crate) tasks: Vec<AdHocTask>,
    pub(crate) mails: Vec<TakenMail>,
}

/// A mail that goes on in another case.
#[derive(Clone, Debug)]
pub(crate) struct TakenMail {
    pub(crate) id: String,
    /// Nobody has read it yet.
    pub(crate) is_unread: bool,
    pub(crate) files: Vec<FileDigest>,
}

/// The case wants to become part of the other one. Asked again, nothing happens.
pub(crate) fn request_merge(
    case: &Case,
    definition: &CaseDefinition,
    target: &MergeTarget,
    closing: &Closing,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard(case)?;
    if let Some(known) = &case.merge {
        return match known.into.id == target.reference.id {
            true => Ok(Decision { events: Vec::new(), answer: () }),
            false => Err(CaseRejection::NotMergeable(MergeRefusal::AlreadyMerged)),
        };
    }
    refusal(&case.id, &case.restricted_to, target).map_or(Ok(()), |why| Err(CaseRejection::NotMergeable(why)))?;
    close::consent_of_processes(case, closing)?;
    let mut draft = Draft::new(case, definition, by, at);
    let cancels = closing.open_work == close::OnOpenWork::Cancel;
    draft.record(Fact::MergeRequested { into: target.reference.clone(), cancels });
    Ok(draft.decided(()))
}

/// Why one case cannot become part of another one as that is now.
pub(crate) fn refusal(id: &str, restricted_to: &Option<Vec<String>>, target: &MergeTarget) -> Option<MergeRefusal> {
    if target.reference.id == id {
        return Some(MergeRefusal::SameCase);
    }
    if target.is_merging {
        return Some(MergeRefusal::TargetMerging);
    }
    if target.is_closed {
        return Some(MergeRefusal::TargetClosed);
    }
    // What few may see is not shown to more, and what all may see is not taken from them.
    (*restricted_to != target.restricted_to).then_some(MergeRefusal::RestrictionMismatch)
}

/// The other case takes this one in, or says why it does not.
pub(crate) fn receive_merge(
    case: &Case,
    definition: &CaseDefinition,
    from: &NamedCase,
    restricted_to: &Option<Vec<String>>,
    by: &Person,
    at: Timestamp,
) -> Decided<Option<MergeRefusal>> {
    guard(case)?;
    if case.merged_from.iter().any(|known| known.id == from.id) {
        return Ok(Decision { events: Vec::new(), answer: None });
    }
    if let Some(why) = refusal(&from.id, restricted_to, &MergeTarget::from(case)) {
        return Ok(Decision { events: Vec::new(), answer: Some(why) });
    }
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::MergeReceived { from: from.clone() });
    Ok(draft.decided(None))
}

/// Takes over what is not here yet.
pub(crate) fn take_in(case: &Case, definition: &CaseDefinition, taken: &Taken, by: &Person, at: Timestamp) -> Decided {
    guard(case)?;
    let mut draft = Draft::new(case, definition, by, at);
    attach(&mut draft, &taken.documents, None);
    for (id, comment) in &taken.comments {
        if comment.is_deleted || draft.case.comments.contains_key(id) {
            continue;
        }
        draft.record(Fact::CommentTaken {
            comment_id: id.clone(),
            body: comment.body.clone(),
            author: comment.author.clone(),
            from: taken.from.clone(),
        });
    }
    for task in &taken.tasks {
        if draft.case.ad_hoc_task(&task.id).is_none() {
            let open = u32::try_from(draft.case.open_task_count() + 1).unwrap_or(u32::MAX);
            draft.record(Fact::AdHocTaskAdded { task: task.clone(), open });
        }
    }
    for TakenMail { id, is_unread, files } in &taken.mails {
        if draft.case.mails.contains(id) {
            continue;
        }
        let unread = draft.case.unread_mails.len() + usize::from(*is_unread);
        draft.record(Fact::MailTaken {
            mail_id: id.clone(),
            from: taken.from.clone(),
            is_unread: *is_unread,
            unread: u32::try_from(unread).unwrap_or(u32::MAX),
            files: files.clone(),
        });
    }
    Ok(draft.decided(()))
}

/// The case is part of the other one: it is closed, its tasks go on there, what is open of its processes ends.
pub(crate) fn finish_merge(
    case: &Case,
    definition: &CaseDefinition,
    link: &str,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard(case)?;
    let Some(merge) = case.merge.as_ref().filter(|merge| merge.phase == MergePhase::Requested) else {
        return Ok(Decision { events: Vec::new(), answer: () });
    };
    let mut draft = Draft::new(case, definition, by, at);
    end_open_tasks(&mut draft, AdHocTaskState::Moved);
    let other = merge.into.id.clone();
    let link = CaseLink { id: link.to_owned(), kind: LinkKind::MergedInto, other, is_incoming: false };
    draft.record(Fact::Linked { link });
    draft.record(Fact::Merged { into: merge.into.clone() });
    let closed = definition.statuses.iter().find(|status| status.kind == StatusKind::Closed);
    if let Some(closed) = closed.filter(|_| case.status.kind != StatusKind::Closed) {
        let closing = if merge.cancels { Closing::cancelling() } else { Closing::default() };
        let reason = format!("Merged into {}", merge.into.number);
        close::set_status(&mut draft, closed.clone(), Some(&reason), &closing);
    }
    Ok(draft.decided(()))
}

/// The other case did not take this one in.
pub(crate) fn abandon_merge(
    case: &Case,
    definition: &CaseDefinition,
    refusal: MergeRefusal,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard(case)?;
    let Some(merge) = case.merge.as_ref().filter(|merge| merge.phase == MergePhase::Requested) else {
        return Ok(Decision { events: Vec::new(), answer: () });
    };
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::MergeAbandoned { into: merge.into.clone(), refusal });
    Ok(draft.decided(()))
}

/// A case as others name it.
pub(crate) fn reference_to(case: &Case) -> NamedCase {
    NamedCase { id: case.id.clone(), number: case.number.clone() }
}
