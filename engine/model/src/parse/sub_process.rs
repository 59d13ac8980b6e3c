//! Which kind of subprocess a tag with nodes inside is.

use super::text::{is_not_false, is_true};
use crate::model::{AdHoc, SubProcessKind};
use crate::xml::Element;

pub(crate) fn embedded_or_event(element: Element<'_>) -> SubProcessKind {
    if is_true(element.attribute("triggeredByEvent")) { SubProcessKind::Event } else { SubProcessKind::Embedded }
}

pub(crate) fn ad_hoc(element: Element<'_>) -> SubProcessKind {
    let active = element.zeebe_extension("adHoc").and_then(|ad_hoc| ad_hoc.attribute("activeElementsCollection"));
    SubProcessKind::AdHoc(AdHoc {
        is_sequential: element.attribute("ordering") == Some("Sequential"),
        completion_condition: element.child("completionCondition").and_then(Element::trimmed_text).map(str::to_owned),
        cancels_remaining: is_not_false(element.attribute("cancelRemainingInstances")),
        active_elements: active.filter(|text| !text.is_empty()).map(str::to_owned),
    })
}
