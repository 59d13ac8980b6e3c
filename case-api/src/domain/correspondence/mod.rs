//! What is being written to others about a case: drafts of mails, and whose turn it is to send one. The aggregate
//! `case-correspondence` has the id of its case; what was sent is the case's own.

mod draft;
mod state;

pub(crate) use draft::{DraftContent, WhoseDraft};
pub(crate) use state::{Correspondence, CorrespondenceEvent, MailDraft, Saved, Sending};
