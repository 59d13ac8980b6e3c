//! Rows of several views of history that are dated or deleted on purpose.

use crate::CLEANED_VIEWS;
use crate::place::RemovalRow;
use crate::row::{Names, row};
use casewright_engine_value::Instant;
use casewright_journal::ViewWrites;
use smol_str::SmolStr;

/// Sets the time from which rows may be removed.
pub(crate) fn removal_time_set(
    names: &Names<'_>,
    rows: &[(SmolStr, Vec<SmolStr>)],
    at: Option<Instant>,
    out: &mut ViewWrites,
) {
    for (view, ids) in rows {
        if let Some(view) = CLEANED_VIEWS.iter().copied().find(|known| known == view) {
            for id in ids {
                out.patch(names.tenant, view, id, row! { RemovalRow::REMOVAL_TIME => at });
            }
        }
    }
}

/// Rows of these views, as the deletion listed them.
pub(crate) fn deleted(names: &Names<'_>, rows: &[(SmolStr, Vec<SmolStr>)], out: &mut ViewWrites) {
    for (view, ids) in rows {
        if let Some(view) = CLEANED_VIEWS.iter().copied().find(|known| known == view) {
            for id in ids {
                out.remove(names.tenant, view, id);
            }
        }
    }
}
