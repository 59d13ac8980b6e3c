//! Call activities. Cases (CMMN) and Java variable mappings cannot be run and are refused.

use super::binding;
use crate::diagnostic::Code;
use crate::model::{CallActivity, Dialect, NodeIndex, NodeKind};
use crate::parse::draft::Draft;
use crate::parse::extension::variables;
use crate::parse::zeebe;

pub(crate) fn parse(draft: &mut Draft<'_, '_>, index: NodeIndex) -> NodeKind {
    let element = draft.element_of(index);
    if draft.cx.dialect == Dialect::Zeebe {
        return NodeKind::CallActivity(zeebe::called_element(element, &mut draft.cx.findings));
    }
    let findings = &mut draft.cx.findings;
    let called = element.attribute("calledElement");
    match (called, element.camunda("caseRef")) {
        (None, None) => {
            let message = "Missing attribute 'calledElement' or 'caseRef'";
            findings.error(Code::MissingCalledElement, element, message);
        }
        (Some(_), Some(_)) => {
            let message = "The attributes 'calledElement' or 'caseRef' cannot be used together: Use either 'calledElement' or 'caseRef'";
            findings.error(Code::MissingCalledElement, element, message);
        }
        (None, Some(case)) => {
            let message = format!("CMMN case '{case}' cannot be called");
            findings.error(Code::UnsupportedExtension, element, message);
        }
        (Some(_), None) => {}
    }
    for name in ["variableMappingClass", "variableMappingDelegateExpression"] {
        if element.camunda(name).is_some() {
            let message = format!("Attribute '{name}' of callActivity is not supported");
            findings.error(Code::UnsupportedExtension, element, message);
        }
    }
    let binding = binding::parse(element, "calledElement", findings);
    let owner = element.id().unwrap_or("");
    let ins = variables::ins(element, owner, findings);
    let outs = variables::outs(element, owner, findings);
    NodeKind::CallActivity(CallActivity {
        called_element: called.unwrap_or("").to_owned(),
        binding,
        tenant_id: element.camunda("calledElementTenantId").filter(|id| !id.is_empty()).map(str::to_owned),
        business_key: ins.business_key,
        ins: ins.mappings,
        outs,
        propagate_all_child: false,
        propagate_all_parent: false,
    })
}
