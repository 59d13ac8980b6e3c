//! BPMN files that attempts are made with.

/// A process of nodes in a row, each with an id of its own.
pub(crate) fn model(key: &str, nodes: &[&str]) -> String {
    let mut ids = vec!["s"];
    ids.extend(nodes.iter().map(|node| id_of(node)));
    ids.push("e");
    let flow = |(nth, pair): (usize, &[&str])| {
        format!(r#"<bpmn:sequenceFlow id="f{nth}" sourceRef="{}" targetRef="{}"/>"#, pair[0], pair[1])
    };
    let flows: String = ids.windows(2).enumerate().map(flow).collect();
    process(key, &format!(r#"<bpmn:startEvent id="s"/>{}<bpmn:endEvent id="e"/>{flows}"#, nodes.concat()))
}

/// A process of these elements.
pub(crate) fn process(key: &str, elements: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="t"><bpmn:message id="go" name="go-{key}"/><bpmn:process id="{key}" isExecutable="true" camunda:historyTimeToLive="P1D">{elements}</bpmn:process></bpmn:definitions>"#
    )
}

fn id_of(node: &str) -> &str {
    node.split_once("id=\"").and_then(|(_, rest)| rest.split_once('"')).unwrap().0
}

/// A task of one of the platform's own topics.
pub(crate) fn topic(topic: &str, inputs: &[(&str, &str)]) -> String {
    let input = |(name, value): &(&str, &str)| {
        format!(r#"<camunda:inputParameter name="{name}">{value}</camunda:inputParameter>"#)
    };
    let inputs: String = inputs.iter().map(input).collect();
    format!(
        r#"<bpmn:serviceTask id="n1" camunda:type="external" camunda:topic="{topic}"><bpmn:extensionElements><camunda:inputOutput>{inputs}</camunda:inputOutput></bpmn:extensionElements></bpmn:serviceTask>"#
    )
}

/// A task whose result is the variable `out`.
pub(crate) fn script(source: &str, format: &str, attributes: &str) -> String {
    format!(
        r#"<bpmn:scriptTask id="sc" scriptFormat="{format}" camunda:resultVariable="out" {attributes}><bpmn:script><![CDATA[{source}]]></bpmn:script></bpmn:scriptTask>"#
    )
}

pub(crate) const WAIT: &str = r#"<bpmn:userTask id="u"/>"#;
