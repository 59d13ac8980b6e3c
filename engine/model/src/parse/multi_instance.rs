//! Loop markers. Multi-instance is read; the standard loop is not executed and says so.

use super::draft::Draft;
use super::node::{Continuation, retry_time_cycle};
use super::text::is_true;
use super::zeebe;
use crate::diagnostic::Code;
use crate::model::{Dialect, MultiInstance, NodeIndex};
use crate::xml::Element;

pub(super) fn parse(draft: &mut Draft<'_, '_>, index: NodeIndex) {
    let element = draft.element_of(index);
    if let Some(standard) = element.child("standardLoopCharacteristics") {
        let message = "Ignoring unsupported standardLoopCharacteristics";
        draft.cx.findings.warning(Code::IgnoredLoop, standard, message).about(element.id().unwrap_or(""));
    }
    let Some(marker) = element.child("multiInstanceLoopCharacteristics") else {
        return;
    };
    let multi_instance = match draft.cx.dialect {
        Dialect::Camunda => read(marker),
        Dialect::Zeebe => zeebe::multi_instance(marker),
    };
    check(draft, marker, element, &multi_instance);
    draft.node_mut(index).loop_characteristics = Some(multi_instance);
}

fn read(marker: Element<'_>) -> MultiInstance {
    let text = |name: &str| marker.child(name).and_then(Element::trimmed_text);
    let continuation = Continuation::of(marker);
    let element_variable = marker
        .child("inputDataItem")
        .and_then(|item| item.attribute("name"))
        .or_else(|| marker.camunda("elementVariable"));
    MultiInstance {
        is_sequential: is_true(marker.attribute("isSequential")),
        cardinality: text("loopCardinality").map(str::to_owned),
        collection: text("loopDataInputRef").or_else(|| marker.camunda("collection")).map(str::to_owned),
        element_variable: element_variable.map(Into::into),
        completion_condition: text("completionCondition").map(str::to_owned),
        async_before: continuation.before,
        async_after: continuation.after,
        exclusive: continuation.exclusive,
        retry_time_cycle: retry_time_cycle(marker),
        output_collection: None,
        output_element: None,
    }
}

fn check(draft: &mut Draft<'_, '_>, marker: Element<'_>, activity: Element<'_>, read: &MultiInstance) {
    let body = format!("{}#multiInstanceBody", activity.id().unwrap_or(""));
    let mut error = |message: &str| {
        draft.cx.findings.error(Code::InvalidMultiInstance, marker, message).about(&body);
    };
    if marker.child("loopCardinality").is_some() && read.cardinality.is_none() {
        error("loopCardinality must be defined for a multiInstanceLoopCharacteristics definition ");
    } else if read.cardinality.is_none() && read.collection.is_none() {
        error("Either loopCardinality or loopDataInputRef/activiti:collection must be set");
    }
    if read.collection.is_none() && read.element_variable.is_some() {
        error("LoopDataInputRef/activiti:collection must be set when using inputDataItem or activiti:elementVariable");
    }
}
