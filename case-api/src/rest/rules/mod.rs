//! `/api/v1/case-definitions/{key}/rules`: what rules did, and what one would have done.

pub(super) mod dry_run;
pub(super) mod runs;

use crate::domain::rule::RuleRun;
use crate::views::case::CaseListRow;
use casewright_contracts::CaseRowColumns;
use casewright_instant::{Instant, rfc3339};
use casewright_journal::Document;
use casewright_rows::Column;
use casewright_service::instant::InstantSchema;
use serde::Serialize;
use utoipa::ToSchema;

/// The case that a rule looked at.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleCase {
    id: String,
    number: String,
    title: String,
}

impl RuleCase {
    /// The columns that it is made of.
    const COLUMNS: &'static [Column] = &[CaseListRow::ID, CaseListRow::NUMBER, CaseListRow::TITLE];

    fn of(id: &str, row: &Document) -> Self {
        let text = |column: Column| column.text(row).unwrap_or_default().to_owned();
        Self { id: id.to_owned(), number: text(CaseListRow::NUMBER), title: text(CaseListRow::TITLE) }
    }
}

/// One time that a rule was asked, or would have been.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleRunBody {
    case: RuleCase,
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    at: Instant,
    /// Number of the entry of the case's timeline that it answers; null: its time had come.
    entry: Option<u64>,
    #[serde(flatten)]
    run: RuleRun,
}
