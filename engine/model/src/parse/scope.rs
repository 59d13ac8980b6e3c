//! One level: a process or a subprocess. The order of the passes is Camunda's, because the order of its errors is.

use super::draft::Draft;
use super::{activity, event, flow, validate};
use crate::diagnostic::Code;
use crate::element::Reader;
use crate::model::{NodeIndex, SubProcessKind};
use crate::xml::Element;

/// Reads the nodes and flows directly in `element`; `scope` is its node, none for the process.
pub(super) fn parse<'t>(
    draft: &mut Draft<'_, 't>,
    element: Element<'t>,
    scope: Option<NodeIndex>,
    children: &[NodeIndex],
) {
    let read_as = |draft: &Draft<'_, 't>, is_meant: fn(Reader) -> bool| -> Vec<NodeIndex> {
        children.iter().copied().filter(|index| is_meant(draft.reader_of(*index))).collect()
    };
    let starts = read_as(draft, |reader| matches!(reader, Reader::StartEvent));
    for index in &starts {
        event::start::parse(draft, *index, starts[0], scope);
    }
    let kind = scope.and_then(|scope| draft.node(scope).kind.sub_process_kind()).cloned();
    let begins_at_start_event = match &kind {
        None | Some(SubProcessKind::Embedded | SubProcessKind::Event) => true,
        Some(SubProcessKind::Transaction | SubProcessKind::AdHoc(_)) => false,
    };
    if starts.is_empty() && begins_at_start_event {
        let message = format!("{} must define a startEvent element", element.name());
        draft.cx.findings.error(Code::MissingStartEvent, element, message);
    }
    if matches!(kind, Some(SubProcessKind::AdHoc(_))) {
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
    for index in read_as(draft, |reader| matches!(reader, Reader::CatchEvent)) {
        if !draft.behind_gateway.contains(&index) {
            event::catch::parse(draft, index);
        }
    }
    for index in read_as(draft, |reader| matches!(reader, Reader::EndEvent)) {
        event::end::parse(draft, index, scope);
    }
    for index in read_as(draft, |reader| matches!(reader, Reader::BoundaryEvent)) {
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
        if matches!(draft.reader_of(*index), Reader::StartEvent | Reader::EndEvent) {
            let message = format!("Ad-hoc subprocess '{id}' must have no {} inside.", inside.name());
            draft.cx.findings.error(Code::AdHocContent, inside, message);
        }
    }
    let can_be_started = children.iter().any(|index| {
        !matches!(draft.reader_of(*index), Reader::StartEvent | Reader::EndEvent | Reader::BoundaryEvent)
            && !draft.node(*index).is_for_compensation
            && !draft.element_of(*index).id().is_some_and(|id| draft.flows_to.contains_key(id))
    });
    if !can_be_started {
        let message =
            format!("Ad-hoc subprocess '{id}' has nothing to start: no activity without an incoming sequence flow.");
        draft.cx.findings.error(Code::AdHocContent, element, message);
    }
}
