//! The row of view `case-digest`.

use crate::domain::case::document::{CaseDocument, FileDigest};
use crate::domain::case::event::Fact;
use casewright_journal::{TenantId, ViewWrites};
use casewright_rows::Row;

/// A case has, or had, a file with these bytes, as a document or with a mail.
#[derive(Clone, Debug, PartialEq, Eq, Row)]
#[row(view = "case-digest")]
pub(crate) struct CaseDigestRow {
    /// In hex.
    pub(crate) sha256: String,
    pub(crate) case_id: String,
}

/// Writes a row for each of the files that came with this.
pub(super) fn put(tenant: &TenantId, case: &str, fact: &Fact, out: &mut ViewWrites) {
    let came: Vec<FileDigest> = match fact {
        Fact::DocumentAdded { document, .. } => CaseDocument::digest(document).into_iter().collect(),
        Fact::MailReceived { files, .. } | Fact::MailTaken { files, .. } => files.clone(),
        _ => return,
    };
    for FileDigest { sha256, .. } in came {
        let id = format!("{case}:{sha256}");
        out.put(tenant, CaseDigestRow::VIEW, &id, CaseDigestRow { sha256, case_id: case.to_owned() });
    }
}
