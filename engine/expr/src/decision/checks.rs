//! What no DMN file may have, whatever its dialect.

use super::findings::Findings;
use crate::xml::Element;
use std::collections::{HashMap, HashSet};

/// Functions in Java or PMML are code that this engine does not run.
pub(super) fn refuse_external_functions(root: &Element, findings: &mut Findings<'_>) {
    let is_external = |element: &Element| {
        let by_kind = matches!(element.attribute("kind"), Some("Java" | "PMML" | "J" | "P"))
            && matches!(element.local_name(), "encapsulatedLogic" | "functionDefinition");
        let by_text = element.local_name() == "text"
            && element.text.split("external").skip(1).any(|after| after.trim_start().starts_with('{'));
        by_kind || by_text
    };
    for element in &root.children {
        if element.any(&is_external) {
            findings.error(
                "external-function",
                element,
                "External functions (Java, PMML) are not supported".to_owned(),
            );
        }
    }
}

/// Every rule has an entry for each input and output of its table (DMN 1.5, 8.3.3).
pub(super) fn refuse_ragged_rules(element: &Element, findings: &mut Findings<'_>) {
    if element.local_name() == "decisionTable" {
        let [inputs, outputs] = ["input", "output"].map(|name| element.children(name).count());
        for rule in element.children("rule") {
            let [conditions, conclusions] = ["inputEntry", "outputEntry"].map(|name| rule.children(name).count());
            if conditions != inputs || conclusions != outputs {
                let id = rule.attribute("id").unwrap_or_default();
                let message = format!(
                    "The rule '{id}' has {conditions} input and {conclusions} output entries, the table has {inputs} inputs and {outputs} outputs"
                );
                findings.error("rule-width", rule, message);
            }
        }
    }
    for child in &element.children {
        refuse_ragged_rules(child, findings);
    }
}

/// Ids of what an element of this file requires in it; a decision service requires what it gives.
fn requirements<'a>(element: &'a Element, namespace: &str) -> Vec<&'a str> {
    let targets = element.children.iter().flat_map(|child| match child.local_name() {
        "informationRequirement" | "knowledgeRequirement" => child.children.as_slice(),
        "outputDecision" | "encapsulatedDecision" => std::slice::from_ref(child),
        _ => &[],
    });
    let hrefs = targets.filter_map(|target| target.attribute("href"));
    hrefs.filter_map(|href| own_id(href, namespace)).collect()
}

/// The id that a reference names, when it is one of this file.
pub(super) fn own_id<'a>(href: &'a str, namespace: &str) -> Option<&'a str> {
    match href.rsplit_once('#') {
        None => Some(href),
        Some((place, id)) => (place.is_empty() || place == namespace).then_some(id),
    }
}

/// Each element is looked at once: on the way down it is open, and what leads to an open one is a loop.
pub(super) fn refuse_cycles(root: &Element, findings: &mut Findings<'_>) {
    let namespace = root.attribute("namespace").unwrap_or_default();
    let named = || root.children.iter().filter_map(|element| Some((element.attribute("id")?, element)));
    let graph: HashMap<&str, Vec<&str>> = named().map(|(id, element)| (id, requirements(element, namespace))).collect();
    let mut done: HashSet<&str> = HashSet::new();
    for (id, element) in named() {
        if !matches!(element.local_name(), "decision" | "decisionService" | "businessKnowledgeModel") {
            continue;
        }
        if let Some(looping) = loop_from(id, &graph, &mut done) {
            let message = format!("DMN-02015 The decision '{looping}' has a loop.");
            let place = named().find(|(id, _)| *id == looping).map_or(element, |(_, element)| element);
            findings.error("requirement-cycle", place, message);
            return;
        }
    }
}

/// An element that requires itself, among those that this one leads to.
fn loop_from<'a>(id: &'a str, graph: &HashMap<&'a str, Vec<&'a str>>, done: &mut HashSet<&'a str>) -> Option<&'a str> {
    let targets = |id: &str| graph.get(id).map_or(&[][..], Vec::as_slice);
    let mut open: HashSet<&str> = HashSet::from([id]);
    let mut path = vec![(id, targets(id).iter())];
    while let Some((id, rest)) = path.last_mut() {
        let Some(next) = rest.next() else {
            open.remove(id);
            done.insert(*id);
            path.pop();
            continue;
        };
        if open.contains(next) {
            return Some(*next);
        }
        if !done.contains(next) && graph.contains_key(next) {
            open.insert(*next);
            path.push((*next, targets(next).iter()));
        }
    }
    None
}
