//! Comments: everybody who may comment writes; only its author changes one.

use super::disposal::guard_unheld;
use super::{CaseRejection, Decided, Draft, guard};
use crate::domain::case::event::Fact;
use crate::domain::case::state::{Case, Comment};
use crate::domain::definition::model::CaseDefinition;
use crate::domain::person::Person;
use casewright_forms::FieldFault;
use casewright_journal::Decision;
use jiff::Timestamp;

/// Longest comment, in bytes.
const MAX_COMMENT: usize = 64 * 1024;

/// A comment that is to be written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewComment<'a> {
    pub(crate) id: &'a str,
    pub(crate) body: &'a str,
    pub(crate) mentions: &'a [String],
    /// Id of the mail of the case that it is about.
    pub(crate) mail: Option<&'a str>,
}

pub(crate) fn add_comment(
    case: &Case,
    definition: &CaseDefinition,
    comment: NewComment<'_>,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard(case)?;
    let NewComment { id, body, mentions, mail } = comment;
    // The id comes from the idempotency key, so a repeat finds the comment.
    if case.comments.contains_key(id) {
        return Ok(Decision { events: Vec::new(), answer: () });
    }
    check_comment(body)?;
    if mail.is_some_and(|mail| !case.mails.contains(mail)) {
        let fault = FieldFault::new("/mailId", "unknown-mail", "the case has no such mail");
        return Err(CaseRejection::Invalid(vec![fault]));
    }
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::CommentAdded {
        comment_id: id.to_owned(),
        body: body.to_owned(),
        mentions: mentions.to_vec(),
        mail_id: mail.map(str::to_owned),
    });
    Ok(draft.decided(()))
}

pub(crate) fn edit_comment(
    case: &Case,
    definition: &CaseDefinition,
    id: &str,
    body: &str,
    mentions: &[String],
    by: &Person,
    at: Timestamp,
) -> Decided {
    let comment = own_comment(case, id, by)?;
    check_comment(body)?;
    if comment.body == body {
        return Ok(Decision { events: Vec::new(), answer: () });
    }
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::CommentEdited { comment_id: id.to_owned(), body: body.to_owned(), mentions: mentions.to_vec() });
    Ok(draft.decided(()))
}

pub(crate) fn delete_comment(
    case: &Case,
    definition: &CaseDefinition,
    id: &str,
    by: &Person,
    at: Timestamp,
) -> Decided {
    own_comment(case, id, by)?;
    guard_unheld(case)?;
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::CommentDeleted { comment_id: id.to_owned() });
    Ok(draft.decided(()))
}

fn own_comment<'a>(case: &'a Case, id: &str, by: &Person) -> Result<&'a Comment, CaseRejection> {
    guard(case)?;
    let comment = case.comments.get(id).filter(|c| !c.is_deleted).ok_or(CaseRejection::CommentNotFound)?;
    if comment.author.id != by.id {
        return Err(CaseRejection::NotTheAuthor);
    }
    Ok(comment)
}

fn check_comment(body: &str) -> Result<(), CaseRejection> {
    let fault = if body.trim().is_empty() {
        FieldFault::new("/body", "required", "a comment needs text")
    } else if body.len() > MAX_COMMENT {
        FieldFault::new("/body", "too-long", "a comment is limited to 64 KiB")
    } else {
        return Ok(());
    };
    Err(CaseRejection::Invalid(vec![fault]))
}
