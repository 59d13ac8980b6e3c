//! The last value of a variable.

use super::detail::{DetailRow, variable_detail};
use crate::HISTORY_VARIABLE;
use crate::place::{PlaceRow, PlaceRowColumns};
use crate::row::{Names, row, with};
use crate::runtime::{VariableFields, VariableFieldsColumns, VariableRow, variable_row};
use crate::specs::view;
use crate::value::{ValueRow, ValueRowColumns};
use casewright_engine_core::entity::{Holder, Variable};
use casewright_engine_core::ids::Id;
use casewright_engine_value::Instant;
use casewright_journal::{ViewSpec, ViewWrites};
use casewright_rows::Row;
use serde_json::Value as Json;
use smol_str::SmolStr;

/// A row of [`HISTORY_VARIABLE`].
#[derive(Clone, Debug, Row)]
#[row(view = HISTORY_VARIABLE)]
pub struct PastVariableRow {
    #[row(flatten)]
    pub place: PlaceRow,
    #[row(flatten)]
    pub value: ValueRow,
    #[row(flatten)]
    pub fields: VariableFields,
    /// `CREATED` or `DELETED`.
    pub state: SmolStr,
}

pub(crate) const SPEC: ViewSpec = view(
    HISTORY_VARIABLE,
    &[
        &[PastVariableRow::PROCESS_INSTANCE_ID],
        &[PastVariableRow::NAME, PastVariableRow::TEXT],
        &[PastVariableRow::TASK_ID],
    ],
);

/// Who set a variable, and when.
pub(crate) struct VariableChange<'a> {
    pub(crate) by: Id,
    pub(crate) by_activity_id: &'a str,
    pub(crate) at: Instant,
}

pub(crate) fn variable_set(
    names: &Names<'_>,
    holder: Holder,
    variable: &Variable,
    change: &VariableChange<'_>,
    out: &mut ViewWrites,
) {
    let id = names.id(variable.id);
    let VariableRow { place, value, fields } = variable_row(names, holder, variable);
    let document = Row::from(PastVariableRow { place, value, fields, state: SmolStr::new_static("CREATED") });
    if variable.revision == 0 {
        out.insert(names.tenant, HISTORY_VARIABLE, &id, document.clone());
    } else {
        out.put(names.tenant, HISTORY_VARIABLE, &id, document.clone());
    }
    // Initial are the variables an instance was started with: set by the process itself.
    let initial = variable.revision == 0 && change.by == variable.place.instance;
    let detail = with(document, row! { DetailRow::INITIAL => initial });
    variable_detail(names, variable, change, detail, out);
}

/// The detail of a removal keeps the type, and has no value.
pub(crate) fn variable_removed(
    names: &Names<'_>,
    holder: Holder,
    variable: &Variable,
    change: &VariableChange<'_>,
    out: &mut ViewWrites,
) {
    let id = names.id(variable.id);
    out.patch(names.tenant, HISTORY_VARIABLE, &id, row! { PastVariableRow::STATE => "DELETED" });
    let mut row = variable_row(names, holder, variable);
    row.value = ValueRow { value: Json::Null, text: None, number: Json::Null, flag: None, date: None, ..row.value };
    let document = with(
        row,
        row! { DetailRow::INITIAL => false, DetailRow::REMOVED => true, DetailRow::REVISION => variable.revision + 1 },
    );
    variable_detail(names, variable, change, document, out);
}
