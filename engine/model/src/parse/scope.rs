//! One level: a process or a subprocess. The order of the passes is Camunda's, because the order of its errors is.

use super::process::Draft;
use super::{activity, event, flow, validate};
use crate::diagnostic::Code;
use crate::model::NodeIndex;
use crate::xml::Element;

/// Reads the nodes and flows directly in `element`; `scope` is its node, none for the process.
pub(super) fn parse<'t>(
    draft: &mut Draft<'_, 't>,
    element: Element<'t>,
    scope: Option<NodeIndex>,
    children: &[NodeIndex],
) {
    let named = |draft: &Draft<'_, 't>, name: &str| -> Vec<NodeIndex> {
        let is_named = |index: &&NodeIndex| draft.element_of(**index).name() == name;
        children.iter().filter(is_named).copied().collect()
    };
    let starts = named(draft, "startEvent");
    for index in &starts {
        event::start::parse(draft, *index, starts[0], scope);
    }
    if starts.is_empty() && matches!(element.name(), "process" | "subProcess") {
        let message = format!("{} must define a startEvent element", element.name());
        draft.cx.findings.error(Code::MissingStartEvent, element, message);
    }
    if element.name() == "adHocSubProcess" {
        ad_hoc_content(draft, element, children);
    }
    if scope.is_none() {
        event::start::check_initial(draft, &starts);
    }
    let (handlers, activities): (Vec<NodeIndex>, Vec<NodeIndex>) =
        children.iter().copied().partition(|index| draft.node(*index).is_for_compensation);
    for index in activities {
        activity::parse(draft, index);
    }
    for index in named(draft, "intermediateCatchEvent") {
        if !draft.behind_gateway.contains(&index) {
            event::catch::parse(draft, index);
        }
    }
    for index in named(draft, "endEvent") {
        event::end::parse(draft, index, scope);
    }
    for index in named(draft, "boundaryEvent") {
        event::boundary::parse(draft, index, scope);
    }
    flow::sequence_flows(draft, element, scope);
    flow::associations(draft, element, scope);
    for index in handlers {
        activity::parse(draft, index);
    }
    validate::compensated_activities(draft, scope);
}

/// BPMN 2.0.2 section 10.3.5: an ad-hoc subprocess has activities, and neither start nor end events.
fn ad_hoc_content(draft: &mut Draft<'_, '_>, element: Element<'_>, children: &[NodeIndex]) {
    let id = element.id().unwrap_or("");
    for index in children {
        let inside = draft.element_of(*index);
        if matches!(inside.name(), "startEvent" | "endEvent") {
            let message = format!("Ad-hoc subprocess '{id}' must have no {} inside.", inside.name());
            draft.cx.findings.error(Code::AdHocContent, inside, message);
        }
    }
    let can_be_started = children.iter().any(|index| {
        let inside = draft.element_of(*index);
        !matches!(inside.name(), "startEvent" | "endEvent" | "boundaryEvent")
            && !draft.node(*index).is_for_compensation
            && !inside.id().is_some_and(|id| draft.flows_to.contains_key(id))
    });
    if !can_be_started {
        let message =
            format!("Ad-hoc subprocess '{id}' has nothing to start: no activity without an incoming sequence flow.");
        draft.cx.findings.error(Code::AdHocContent, element, message);
    }
}
