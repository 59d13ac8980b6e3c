//! What was set of an instance: every change of a variable, every text of a form.

use super::variable::VariableChange;
use crate::HISTORY_DETAIL;
use crate::place::{PlaceRow, PlaceRowColumns};
use crate::row::{Names, row, with};
use crate::runtime::{VariableFields, VariableFieldsColumns};
use crate::specs::view;
use crate::value::{ValueRow, ValueRowColumns};
use casewright_engine_core::entity::{Place, Variable};
use casewright_engine_core::ids::Id;
use casewright_engine_value::Instant;
use casewright_journal::{ViewSpec, ViewWrites};
use casewright_rows::Row;
use smol_str::SmolStr;

/// A row of [`HISTORY_DETAIL`]. Texts of forms have no value and no name.
#[derive(Clone, Debug, Row)]
#[row(view = HISTORY_DETAIL)]
pub struct DetailRow {
    #[row(flatten)]
    pub place: PlaceRow,
    #[row(flatten)]
    pub value: ValueRow,
    /// `id` is that of the detail.
    #[row(flatten)]
    pub fields: VariableFields,
    pub state: Option<SmolStr>,
    /// A variable that the instance was started with.
    pub initial: Option<bool>,
    /// The variable was removed.
    pub removed: Option<bool>,
    /// `variableUpdate` or `formField`.
    pub detail: SmolStr,
    pub variable_instance_id: Option<SmolStr>,
    pub time: Instant,
    pub sequence: u64,
    pub field_id: Option<SmolStr>,
    pub field_value: Option<String>,
}

pub(crate) const SPEC: ViewSpec =
    view(HISTORY_DETAIL, &[&[DetailRow::PROCESS_INSTANCE_ID], &[DetailRow::VARIABLE_INSTANCE_ID]]);

pub(super) fn variable_detail(
    names: &Names<'_>,
    variable: &Variable,
    change: &VariableChange<'_>,
    document: Row,
    out: &mut ViewWrites,
) {
    let instance = variable.place.instance;
    let by = (!change.by_activity_id.is_empty()).then(|| names.element(instance, change.by, change.by_activity_id));
    let log = names.log_id(0);
    let detail = with(
        document,
        row! {
            DetailRow::ID => log.as_str(),
            DetailRow::DETAIL => "variableUpdate",
            DetailRow::VARIABLE_INSTANCE_ID => names.id(variable.id),
            DetailRow::ACTIVITY_INSTANCE_ID => by.as_deref(),
            DetailRow::TIME => change.at,
            DetailRow::SEQUENCE => names.seq,
        },
    );
    out.insert(names.tenant, HISTORY_DETAIL, &log, detail);
}

/// Only texts of a form are kept in history.
pub(crate) fn form_submitted(
    names: &Names<'_>,
    place: &Place,
    task: Option<Id>,
    fields: &[(SmolStr, String)],
    at: Instant,
    out: &mut ViewWrites,
) {
    for (nth, (field, text)) in fields.iter().enumerate() {
        let id = names.log_id(nth);
        let document = with(
            names.place(place),
            row! {
                DetailRow::ID => id.as_str(),
                DetailRow::DETAIL => "formField",
                DetailRow::TASK_ID => names.optional(task),
                DetailRow::FIELD_ID => field.as_str(),
                DetailRow::FIELD_VALUE => text.as_str(),
                DetailRow::TIME => at,
                DetailRow::SEQUENCE => names.seq,
            },
        );
        out.insert(names.tenant, HISTORY_DETAIL, &id, document);
    }
}
