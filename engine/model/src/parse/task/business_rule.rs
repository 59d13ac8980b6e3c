//! Business rule tasks: a decision, or anything a service task may be.

use super::{binding, service};
use crate::diagnostic::Code;
use crate::model::{BusinessRuleTask, Dialect, MapDecisionResult, NodeIndex, NodeKind};
use crate::parse::draft::Draft;
use crate::parse::zeebe;

pub(crate) fn parse(draft: &mut Draft<'_, '_>, index: NodeIndex) -> NodeKind {
    let element = draft.element_of(index);
    if draft.cx.dialect == Dialect::Zeebe
        && let Some(task) = zeebe::called_decision(element, &mut draft.cx.findings)
    {
        return NodeKind::BusinessRuleTask(task);
    }
    let Some(decision) = element.camunda("decisionRef") else {
        let task = service::parse(draft, element, "businessRuleTask");
        return NodeKind::BusinessRuleTask(BusinessRuleTask::Service(task));
    };
    let findings = &mut draft.cx.findings;
    let binding = binding::parse(element, "decisionRef", findings);
    let map_decision_result = match element.camunda("mapDecisionResult") {
        None => None,
        Some("singleEntry") => Some(MapDecisionResult::SingleEntry),
        Some("singleResult") => Some(MapDecisionResult::SingleResult),
        Some("collectEntries") => Some(MapDecisionResult::CollectEntries),
        Some("resultList") => Some(MapDecisionResult::ResultList),
        Some(other) => {
            let message = format!(
                "No decision result mapper found for name '{other}'. Supported mappers are 'singleEntry', 'singleResult', 'collectEntries' and 'resultList'."
            );
            findings.error(Code::InvalidDecision, element, message);
            None
        }
    };
    NodeKind::BusinessRuleTask(BusinessRuleTask::Decision {
        decision: decision.to_owned(),
        binding,
        tenant_id: element.camunda("decisionRefTenantId").filter(|id| !id.is_empty()).map(str::to_owned),
        map_decision_result,
        result_variable: service::result_variable(element),
    })
}
