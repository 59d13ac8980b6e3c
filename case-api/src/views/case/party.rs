//! The row of view `case-party`.

use casewright_rows::Row;

/// A record in its role in a case.
#[derive(Clone, Debug, PartialEq, Eq, Row)]
#[row(view = "case-party")]
pub(crate) struct CasePartyRow {
    pub(crate) record_id: String,
    pub(crate) case_id: String,
    pub(crate) role: String,
}
