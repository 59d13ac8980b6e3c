//! What every flow node may have: async and job attributes, listeners, properties, mappings.

use super::draft::Draft;
use super::extension::{input_output, listener, priority, properties};
use super::zeebe;
use crate::model::{Dialect, NodeIndex};
use crate::xml::Element;

/// `camunda:asyncBefore` and its kin, of an activity or of a multi-instance marker.
#[derive(Clone, Copy)]
pub(super) struct Continuation {
    pub(super) before: bool,
    pub(super) after: bool,
    pub(super) exclusive: bool,
}

impl Continuation {
    pub(super) fn of(element: Element<'_>) -> Self {
        let is = |name: &str| element.camunda(name) == Some("true");
        Self {
            before: is("async") || is("asyncBefore"),
            after: is("asyncAfter"),
            exclusive: element.camunda("exclusive").is_none_or(|v| v == "true"),
        }
    }
}

/// Text of `camunda:failedJobRetryTimeCycle`.
pub(super) fn retry_time_cycle(element: Element<'_>) -> Option<String> {
    element.extension("failedJobRetryTimeCycle").and_then(Element::trimmed_text).map(str::to_owned)
}

/// Everything that does not depend on the kind of node.
pub(super) fn common(draft: &mut Draft<'_, '_>, index: NodeIndex) {
    let element = draft.element_of(index);
    let findings = &mut draft.cx.findings;
    let job_priority = priority::parse(element, "jobPriority", findings);
    let continuation = Continuation::of(element);
    let listeners = listener::of_scope(element, findings);
    let retries = retry_time_cycle(element).or_else(|| {
        element.children().filter(|child| child.name().ends_with("EventDefinition")).find_map(retry_time_cycle)
    });
    let properties = match draft.cx.dialect {
        Dialect::Camunda => properties::parse(element).unwrap_or_default(),
        Dialect::Zeebe => zeebe::properties(element),
    };
    let node = draft.node_mut(index);
    node.job_priority = job_priority;
    node.async_before = continuation.before;
    node.async_after = continuation.after;
    node.exclusive = continuation.exclusive;
    node.retry_time_cycle = retries;
    node.listeners = listeners;
    node.properties = properties;
}

/// Input and output mappings, where the node may have them.
pub(super) fn input_output(draft: &mut Draft<'_, '_>, index: NodeIndex) {
    let element = draft.element_of(index);
    let mappings = match draft.cx.dialect {
        Dialect::Camunda => {
            let node = &draft.nodes[index.0 as usize];
            input_output::of_node(element, node, &mut draft.cx.findings)
        }
        Dialect::Zeebe => zeebe::input_output(element),
    };
    let node = draft.node_mut(index);
    node.inputs = mappings.inputs;
    node.outputs = mappings.outputs;
}
