//! Sequence flows that were taken, for the diagram.

use crate::HISTORY_FLOW;
use crate::row::Names;
use crate::specs::view;
use casewright_engine_core::entity::ElementInstance;
use casewright_journal::{ViewSpec, ViewWrites};
use casewright_rows::Row;
use smol_str::SmolStr;

/// A row of [`HISTORY_FLOW`].
#[derive(Clone, Debug, Row)]
#[row(view = HISTORY_FLOW)]
pub struct FlowRow {
    pub process_instance_id: SmolStr,
    pub flow_id: SmolStr,
}

pub(crate) const SPEC: ViewSpec = view(HISTORY_FLOW, &[&[FlowRow::PROCESS_INSTANCE_ID]]);

/// One row per flow and instance: the diagram wants to know that it was taken, not how often.
pub(crate) fn flow_taken(names: &Names<'_>, flow: &str, element: &ElementInstance, out: &mut ViewWrites) {
    let instance = names.id(element.activity.place.instance);
    let id = format!("{instance}:{flow}");
    let row = FlowRow { process_instance_id: instance, flow_id: SmolStr::new(flow) };
    out.put(names.tenant, HISTORY_FLOW, &id, row);
}
