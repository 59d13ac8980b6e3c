//! An element instance that lives: where the tokens of an instance are.

use crate::EXECUTION;
use crate::place::{PlaceRow, PlaceRowColumns};
use crate::row::Names;
use crate::specs::view;
use casewright_engine_core::entity::{ElementInstance, Phase};
use casewright_engine_core::ids::Id;
use casewright_journal::{ViewSpec, ViewWrites};
use casewright_rows::Row;
use smol_str::SmolStr;

/// A row of [`EXECUTION`], by its element. `id` is its execution, which several elements may share.
#[derive(Clone, Debug, Row)]
#[row(view = EXECUTION)]
pub struct ExecutionRow {
    #[row(flatten)]
    pub place: PlaceRow,
    pub id: SmolStr,
    pub element_id: SmolStr,
    pub activity_type: SmolStr,
    pub phase: SmolStr,
    pub owns_execution: bool,
    /// The execution of a concurrent branch, when it has one.
    pub branch: Option<SmolStr>,
    pub called_process_instance_id: Option<SmolStr>,
}

pub(crate) const SPEC: ViewSpec =
    view(EXECUTION, &[&[ExecutionRow::ID], &[ExecutionRow::PROCESS_INSTANCE_ID], &[ExecutionRow::ACTIVITY_ID]]);

/// A token that was not there before this entry.
pub(crate) fn token_placed(names: &Names<'_>, element: &ElementInstance, out: &mut ViewWrites) {
    out.insert(names.tenant, EXECUTION, &names.id(element.id), row_of(names, element));
}

pub(crate) fn element(names: &Names<'_>, element: &ElementInstance, out: &mut ViewWrites) {
    out.put(names.tenant, EXECUTION, &names.id(element.id), row_of(names, element));
}

pub(crate) fn element_gone(names: &Names<'_>, element: Id, out: &mut ViewWrites) {
    out.remove(names.tenant, EXECUTION, &names.id(element));
}

fn row_of(names: &Names<'_>, element: &ElementInstance) -> ExecutionRow {
    let place = &element.activity.place;
    let is_process = element.scope.is_none();
    let stands = names.place(place);
    ExecutionRow {
        id: names.id(place.execution),
        element_id: names.id(element.id),
        activity_type: element.activity.activity_type.clone(),
        phase: SmolStr::new_static(match element.phase {
            Phase::Arriving => "arriving",
            Phase::Active => "active",
            Phase::Leaving => "leaving",
            Phase::Compensating => "compensating",
        }),
        owns_execution: is_process || element.parent_execution.is_some(),
        branch: names.optional(element.branch),
        called_process_instance_id: names.optional(element.called),
        place: PlaceRow { activity_id: stands.activity_id.filter(|_| !is_process), ..stands },
    }
}
