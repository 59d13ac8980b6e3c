//! All that a case holds, from its own entries: its state, and when each part of it came.

use crate::domain::case::Case;
use crate::domain::case::event::{CaseEvent, Fact};
use crate::views::entry;
use casewright_journal::{Aggregate, AggregateKey, StoreError, TenantHandle};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Entries read at once.
const PAGE: usize = 1_000;

pub(super) struct Story {
    pub(super) case: Case,
    /// When a comment was written, by its id.
    pub(super) comments: BTreeMap<String, Timestamp>,
    /// By the id of the mail.
    pub(super) mails: BTreeMap<String, Letter>,
}

/// A mail, as the case knows it.
pub(super) struct Letter {
    pub(super) at: Timestamp,
    pub(super) subject: String,
    /// None: it is of the case.
    pub(super) from: Option<String>,
}

/// None: there is no such case.
pub(super) async fn read(handle: &TenantHandle, id: &str) -> Result<Option<Story>, StoreError> {
    let key = AggregateKey::new(handle.tenant(), Case::KIND, id);
    let mut story = Story { case: Case::empty(&key), comments: BTreeMap::new(), mails: BTreeMap::new() };
    let mut after = 0;
    loop {
        let entries = handle.entries(Case::KIND, id, after, PAGE).await?;
        let count = entries.len();
        for entry in entries {
            after = entry.meta.seq;
            let Some(event) = entry::read::<CaseEvent>(&entry) else {
                continue;
            };
            story.note(&event.fact, entry.meta.at);
            story.case.apply(&event, &entry.meta);
        }
        if count < PAGE {
            // What is being deleted is found no more.
            let is_there = story.case.exists() && story.case.disposal.is_none();
            return Ok(is_there.then_some(story));
        }
    }
}

impl Story {
    fn note(&mut self, fact: &Fact, at: Timestamp) {
        match fact {
            Fact::CommentAdded { comment_id, .. } => {
                self.comments.insert(comment_id.clone(), at);
            }
            Fact::MailReceived { mail_id, from, subject, .. } => {
                let letter = Letter { at, subject: subject.clone(), from: Some(from.clone()) };
                self.mails.insert(mail_id.clone(), letter);
            }
            Fact::MailSent { mail_id, subject, .. } => {
                self.mails.insert(mail_id.clone(), Letter { at, subject: subject.clone(), from: None });
            }
            _ => {}
        }
    }
}
