//! A variable, where it can be seen.

use crate::VARIABLE;
use crate::place::{PlaceRow, PlaceRowColumns};
use crate::row::Names;
use crate::specs::view;
use crate::value::{ValueRow, ValueRowColumns};
use casewright_engine_core::entity::{Holder, Variable};
use casewright_engine_value::Instant;
use casewright_journal::{ViewSpec, ViewWrites};
use casewright_rows::Row;
use smol_str::SmolStr;

/// A row of [`VARIABLE`].
#[derive(Clone, Debug, Row)]
#[row(view = VARIABLE)]
pub struct VariableRow {
    #[row(flatten)]
    pub place: PlaceRow,
    #[row(flatten)]
    pub value: ValueRow,
    #[row(flatten)]
    pub fields: VariableFields,
}

/// What a variable is besides its place and its value, in the present and in history.
#[derive(Clone, Debug, Row)]
pub struct VariableFields {
    pub id: SmolStr,
    pub name: SmolStr,
    pub name_lower: String,
    pub task_id: Option<SmolStr>,
    /// The task or the execution that holds it.
    pub scope_id: SmolStr,
    pub is_instance_scope: bool,
    pub revision: u32,
    pub create_time: Instant,
}

pub(crate) const SPEC: ViewSpec = view(
    VARIABLE,
    &[
        &[VariableRow::PROCESS_INSTANCE_ID],
        &[VariableRow::NAME, VariableRow::TEXT],
        &[VariableRow::EXECUTION_ID],
        &[VariableRow::TASK_ID],
    ],
);

pub(crate) fn variable_set(names: &Names<'_>, holder: Holder, variable: &Variable, out: &mut ViewWrites) {
    let row = variable_row(names, holder, variable);
    let id = names.id(variable.id);
    if variable.revision == 0 {
        out.insert(names.tenant, VARIABLE, &id, row);
    } else {
        out.put(names.tenant, VARIABLE, &id, row);
    }
}

/// A variable, for runtime and history alike.
pub(crate) fn variable_row(names: &Names<'_>, holder: Holder, variable: &Variable) -> VariableRow {
    let place = &variable.place;
    VariableRow {
        place: names.place(place),
        value: ValueRow::of(&variable.value),
        fields: VariableFields {
            id: names.id(variable.id),
            name: variable.name.clone(),
            name_lower: variable.name.to_lowercase(),
            task_id: names.optional(variable.task),
            scope_id: match holder {
                Holder::Task(task) => names.id(task),
                Holder::Element(_) => names.id(place.execution),
            },
            is_instance_scope: matches!(holder, Holder::Element(id) if id == place.instance),
            revision: variable.revision,
            create_time: variable.created,
        },
    }
}
