//! Decisions that were evaluated, by a process or by a call.

use crate::place::{PlaceRow, PlaceRowColumns};
use crate::row::{Names, row, with};
use crate::specs::view;
use crate::{HISTORY_DECISION, RemovalRow, entity_id};
use casewright_engine_core::entity::Place;
use casewright_engine_value::Instant;
use casewright_journal::{Cell, TenantId, ViewSpec, ViewWrites};
use casewright_rows::Row;
use serde_json::Value as Json;
use smol_str::SmolStr;

/// A row of [`HISTORY_DECISION`]. What was evaluated by a call stands at no place.
#[derive(Clone, Debug, Row)]
#[row(view = HISTORY_DECISION)]
pub struct DecisionInstanceRow {
    #[row(flatten)]
    pub place: PlaceRow,
    pub id: SmolStr,
    pub decision_definition_id: Json,
    pub decision_definition_key: Json,
    pub decision_definition_name: Json,
    pub evaluation_time: Instant,
    /// Who asked for it by a call.
    pub user_id: Option<SmolStr>,
    pub inputs: Json,
    pub outputs: Json,
    pub collect_result_value: Json,
    /// Why it is what it is: the tables that were evaluated, each with `refusals`, by rule the place of the column whose cell
    /// refused the input, from 0, and null for a rule that hit; those beyond the end were not asked. Tables of standard models
    /// have `table` and `inputs` as well. Null where nothing was kept: of long tables, and of what was evaluated long ago.
    pub tables: Json,
    /// What became null on the way, and why.
    pub explanation: Json,
    /// None: it is the one that was asked for.
    pub root_decision_instance_id: Option<SmolStr>,
}

pub(crate) const SPEC: ViewSpec = view(
    HISTORY_DECISION,
    &[
        &[DecisionInstanceRow::PROCESS_INSTANCE_ID],
        &[DecisionInstanceRow::DECISION_DEFINITION_ID],
        &[DecisionInstanceRow::ROOT_DECISION_INSTANCE_ID],
        &[RemovalRow::REMOVAL_TIME],
    ],
);

/// What a row of a decision that was evaluated by a call has of a place.
pub(crate) fn called(tenant_id: Option<Json>, removal_time: Option<Json>) -> Row {
    row! { DecisionInstanceRow::TENANT_ID => tenant_id, RemovalRow::REMOVAL_TIME => removal_time }
}

/// The trace lists every decision evaluated on the way, the asked one first.
pub(crate) fn decision(
    names: &Names<'_>,
    place: &Place,
    decision: &str,
    trace: Option<&Json>,
    at: Instant,
    out: &mut ViewWrites,
) {
    let base = names.place(place).into();
    decision_rows(names.tenant, base, &names.log_id(0), decision, trace, at, None, out);
}

/// One row per decision that was evaluated; the first of the trace is the one that was asked for.
#[expect(clippy::too_many_arguments, reason = "a row has that many sources")]
pub(crate) fn decision_rows(
    tenant: &TenantId,
    base: Row,
    id: &str,
    decision: &str,
    trace: Option<&Json>,
    at: Instant,
    user: Option<&str>,
    out: &mut ViewWrites,
) {
    let empty = Vec::new();
    let steps = trace.and_then(Json::as_array).unwrap_or(&empty);
    let is_root = |step: &Json| step.get("decisionDefinitionId").and_then(Json::as_str) == Some(decision);
    for (nth, step) in steps.iter().enumerate() {
        let root = is_root(step);
        let own = if root { id.to_owned() } else { entity_id(&[id, &nth.to_string()]) };
        let field = |name: &str| step.get(name).cloned().unwrap_or_default();
        let key = [field("decisionDefinitionKey"), field("key")].into_iter().find(|key| !key.is_null());
        let document = with(
            base.clone(),
            row! {
                DecisionInstanceRow::ID => own.as_str(),
                DecisionInstanceRow::DECISION_DEFINITION_ID => field("decisionDefinitionId"),
                DecisionInstanceRow::DECISION_DEFINITION_KEY => key,
                DecisionInstanceRow::DECISION_DEFINITION_NAME => field("name"),
                DecisionInstanceRow::EVALUATION_TIME => at,
                DecisionInstanceRow::USER_ID => user,
                DecisionInstanceRow::INPUTS => field("inputs"),
                DecisionInstanceRow::OUTPUTS => field("outputs"),
                DecisionInstanceRow::COLLECT_RESULT_VALUE => field("collectResult"),
                DecisionInstanceRow::TABLES => field("tables"),
                DecisionInstanceRow::EXPLANATION => field("explanation"),
                DecisionInstanceRow::ROOT_DECISION_INSTANCE_ID => if root { Cell::Null } else { id.into() },
            },
        );
        out.put(tenant, HISTORY_DECISION, &own, document);
    }
}
