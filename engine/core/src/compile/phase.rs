//! Which conditions behind a complex gateway ask for its phase (BPMN 2.0.2, section 13.4.5): only those are asked again on
//! reset. Told by the variables that a condition looks at, whatever else its text has in it.

use casewright_engine_model::Join;
use casewright_engine_model::model::{Condition, FlowIndex, Process, Script, ScriptSource};
use casewright_engine_value::{EvaluationError, Evaluator, Language};
use std::collections::HashSet;

/// The variable that is true as long as the gateway waits for start.
pub(crate) const WAITING_FOR_START: &str = "waitingForStart";

/// Where the conditions of a process are found, and who can read them.
pub(super) struct Reader<'a> {
    pub(super) evaluator: &'a dyn Evaluator,
    pub(super) language: Language,
    pub(super) deployment: &'a str,
}

impl Reader<'_> {
    /// The flows out of complex gateways whose condition tells the phases apart.
    pub(super) fn asking(&self, process: &Process) -> HashSet<FlowIndex> {
        let gateways = process.nodes.iter().filter(|node| node.kind.facts().join == Join::Conditional);
        gateways.flat_map(|node| node.outgoing.iter().copied()).filter(|flow| self.asks(process, *flow)).collect()
    }

    /// What cannot be read asks nothing: deployment refuses it, and where it is met all the same it is an incident on start.
    fn asks(&self, process: &Process, flow: FlowIndex) -> bool {
        let asks = match &process.flows[flow.0 as usize].condition {
            Some(Condition::Expression(text)) => self.evaluator.mentions(self.language, text, WAITING_FOR_START),
            Some(Condition::Script(script)) => self.script_asks(script),
            None => return false,
        };
        asks.unwrap_or_default()
    }

    fn script_asks(&self, script: &Script) -> Result<bool, EvaluationError> {
        let source = match &script.source {
            ScriptSource::Inline(source) => source,
            // One that an expression names is known only when it runs.
            ScriptSource::Resource(resource) => {
                let name = resource.strip_prefix("deployment://").unwrap_or(resource);
                &*self.evaluator.resource(self.deployment, name)?
            }
        };
        self.evaluator.script_mentions(&script.format, source, WAITING_FOR_START)
    }
}

#[cfg(test)]
mod tests {
    use crate::compile::{DefinitionInfo, Graph, compile};
    use casewright_engine_expr::Expressions;
    use casewright_engine_model::{Limits, parse};

    /// A complex gateway with one flow out of it.
    fn graph(namespace: &str, condition: &str) -> Graph {
        let model = format!(
            r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 {namespace} targetNamespace="t"><process id="p" isExecutable="true"><startEvent id="start"/><complexGateway id="join" default="on"/>
 <endEvent id="end"/><sequenceFlow id="in" sourceRef="start" targetRef="join"/><sequenceFlow id="on" sourceRef="join" targetRef="end"/>
 <sequenceFlow id="late" sourceRef="join" targetRef="end">{condition}</sequenceFlow></process></definitions>"#
        );
        let parsed = parse(model.as_bytes(), "p.bpmn", &Limits::default())
            .unwrap_or_else(|rejected| panic!("{condition}: {:#?}", rejected.errors));
        let dialect = parsed.definitions.dialect;
        let process = parsed.definitions.processes.into_iter().next().expect("a process");
        let info = DefinitionInfo {
            id: "p:1".into(),
            key: "p".into(),
            version: 1,
            tenant_id: None,
            deployment_id: "d".into(),
        };
        let expressions = Expressions::new();
        expressions.add_resource("d", "late.js", "!waitingForStart");
        expressions.add_resource("d", "other.js", "'waitingForStart' === x");
        compile(process, dialect, info, &expressions)
    }

    fn asks(namespace: &str, condition: &str) -> bool {
        let graph = graph(namespace, condition);
        graph.asks_for_phase(graph.find_flow("late").expect("the flow"))
    }

    const CAMUNDA: &str = r#"xmlns:camunda="http://camunda.org/schema/1.0/bpmn""#;
    const ZEEBE: &str = r#"xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.5.0""#;

    #[test]
    fn a_condition_that_looks_at_the_variable_asks_for_the_phase() {
        for (language, text) in [
            ("", "${!waitingForStart &amp;&amp; late}"),
            ("", "${execution.getVariable('waitingForStart') == false}"),
            (r#"language="feel""#, "not(waitingForStart)"),
            (r#"language="javascript""#, "late || !waitingForStart"),
            (r#"language="javascript" camunda:resource="deployment://late.js""#, ""),
        ] {
            let condition =
                format!(r#"<conditionExpression xsi:type="tFormalExpression" {language}>{text}</conditionExpression>"#);
            assert!(asks(CAMUNDA, &condition), "{condition}");
        }
        let condition =
            r#"<conditionExpression xsi:type="tFormalExpression">=not(waitingForStart)</conditionExpression>"#;
        assert!(asks(ZEEBE, condition));
    }

    #[test]
    fn the_word_in_a_text_or_in_a_longer_name_asks_nothing() {
        for (language, text) in [
            ("", "${state == 'waitingForStart'}"),
            ("", "${notWaitingForStart || waitingForStartOfShift}"),
            ("", "${order.waitingForStart}"),
            (r#"language="feel""#, r#"state = "waitingForStart""#),
            (r#"language="javascript""#, "state === 'waitingForStart' // waitingForStart"),
            (r#"language="javascript" camunda:resource="deployment://other.js""#, ""),
        ] {
            let condition =
                format!(r#"<conditionExpression xsi:type="tFormalExpression" {language}>{text}</conditionExpression>"#);
            assert!(!asks(CAMUNDA, &condition), "{condition}");
        }
        let condition =
            r#"<conditionExpression xsi:type="tFormalExpression">=state = "waitingForStart"</conditionExpression>"#;
        assert!(!asks(ZEEBE, condition));
    }
}
