//! A mail while it is being written: nothing in it has to be right yet.

use casewright_forms::FieldFault;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long a line of it may be, in bytes.
const LONGEST_LINE: usize = 8 * 1024;
/// How long its text may be, in bytes.
const LONGEST_TEXT: usize = 256 * 1024;
const MOST_FILES: usize = 50;

/// Who writes it, of those who work on the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WhoseDraft {
    /// The caller's, which nobody else sees.
    Mine,
    /// Everybody's who works on the case.
    Shared,
}

/// What a draft says. Addresses are as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DraftContent {
    pub to: String,
    pub cc: String,
    pub bcc: String,
    pub subject: String,
    pub text: String,
    /// Id of the mail it answers.
    pub in_reply_to: Option<String>,
    /// Id of the mail that it passes on.
    pub forward_of: Option<String>,
    /// Id of the template it was made of.
    pub template: Option<String>,
    pub attachments: Vec<DraftFile>,
}

/// A file that is to go with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DraftFile {
    pub id: String,
    pub name: String,
    pub content_type: String,
    /// Bytes.
    pub size: u64,
}

impl DraftContent {
    /// What is too much of it, if anything.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let lines = [("/to", &self.to), ("/cc", &self.cc), ("/bcc", &self.bcc), ("/subject", &self.subject)];
        let too_long = lines.into_iter().filter(|(_, line)| line.len() > LONGEST_LINE);
        let mut faults: Vec<FieldFault> =
            too_long.map(|(pointer, _)| FieldFault::new(pointer, "too-long", "8 KiB at most")).collect();
        if self.text.len() > LONGEST_TEXT {
            faults.push(FieldFault::new("/text", "too-long", "256 KiB at most"));
        }
        if self.attachments.len() > MOST_FILES {
            faults.push(FieldFault::new("/attachments", "too-many", &format!("{MOST_FILES} files at most")));
        }
        faults
    }

    pub(crate) fn has_file(&self, id: &str) -> bool {
        self.attachments.iter().any(|file| file.id == id)
    }
}
