//! All tags of BPMN, and the one place to look them up.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::ElementType;
use super::definitions::DEFINITIONS;
use super::events::EVENTS;
use super::gateways::GATEWAYS;
use super::kept::KEPT;
use super::subprocesses::SUBPROCESSES;
use super::tasks::TASKS;

const ELEMENTS: [&[ElementType]; 6] = [DEFINITIONS, EVENTS, GATEWAYS, KEPT, SUBPROCESSES, TASKS];

/// The element with this tag; none: BPMN knows no such tag.
pub(crate) fn find(tag: &str) -> Option<&'static ElementType> {
    static BY_TAG: LazyLock<HashMap<&str, &ElementType>> =
        LazyLock::new(|| ELEMENTS.into_iter().flatten().map(|element| (element.tag, element)).collect());
    BY_TAG.get(tag).copied()
}

/// Tags of the flow nodes that are executed, in no order. Who shows a diagram has a word for each.
pub fn flow_node_tags() -> impl Iterator<Item = &'static str> {
    ELEMENTS.into_iter().flatten().filter(|element| element.is_flow_node()).map(|element| element.tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_tag_stands_in_one_row() {
        let mut seen = HashSet::new();
        for element in ELEMENTS.into_iter().flatten() {
            assert!(seen.insert(element.tag), "{}", element.tag);
        }
    }

    #[test]
    fn what_is_read_of_an_element_may_stand_in_it() {
        for element in ELEMENTS.into_iter().flatten() {
            for name in element.reads.into_iter().flatten() {
                assert!(element.allows_attribute(name), "{name} of {}", element.tag);
            }
            for name in element.required {
                assert!(element.allows_attribute(name), "{name} of {}", element.tag);
            }
        }
    }

    #[test]
    fn flow_nodes_are_executed() {
        for element in ELEMENTS.into_iter().flatten().filter(|element| element.is_flow_node()) {
            assert!(element.is_executed(), "{}", element.tag);
        }
    }
}
