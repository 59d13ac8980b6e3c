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
