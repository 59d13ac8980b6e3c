//! A decision table, short as it is recorded, and as the DMN file that it stands for.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Table {
    /// With the aggregator behind it: `COLLECT SUM`.
    #[serde(default)]
    pub(crate) policy: String,
    pub(crate) inputs: Vec<Clause>,
    pub(crate) outputs: Vec<Clause>,
    /// Cells of inputs, then of outputs.
    pub(crate) rules: Vec<Vec<String>>,
}

/// An input with its expression, or an output with its name; each with its type, where it has one.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Clause {
    pub(crate) text: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) kind: String,
    /// Of an output: its values in order of priority.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) values: String,
}

impl Table {
    pub(crate) fn dmn(&self) -> String {
        let mut words = self.policy.split(' ');
        let mut policy = String::new();
        if let Some(name) = words.next().filter(|name| !name.is_empty()) {
            policy.push_str(&format!(r#" hitPolicy="{}""#, name.replace('_', " ")));
        }
        if let Some(aggregator) = words.next() {
            policy.push_str(&format!(r#" aggregation="{aggregator}""#));
        }
        let inputs: String = self.inputs.iter().enumerate().map(|(at, input)| {
            format!(
                r#"<input id="i{at}" label="Input {at}"><inputExpression id="e{at}" expressionLanguage="feel"{}><text>{}</text></inputExpression></input>"#,
                type_of(input), escaped(&input.text)
            )
        }).collect();
        let outputs: String = self
            .outputs
            .iter()
            .enumerate()
            .map(|(at, output)| {
                let values = match output.values.as_str() {
                    "" => String::new(),
                    values => format!(r#"<outputValues id="v{at}"><text>{}</text></outputValues>"#, escaped(values)),
                };
                format!(r#"<output id="o{at}" name="{}"{}>{values}</output>"#, escaped(&output.text), type_of(output))
            })
            .collect();
        let rules: String = self
            .rules
            .iter()
            .enumerate()
            .map(|(at, rule)| {
                let cells: String = rule
                    .iter()
                    .enumerate()
                    .map(|(column, text)| {
                        let kind = if column < self.inputs.len() { "inputEntry" } else { "outputEntry" };
                        format!(
                            r#"<{kind} id="c{at}x{column}" expressionLanguage="feel"><text>{}</text></{kind}>"#,
                            escaped(text)
                        )
                    })
                    .collect();
                format!(r#"<rule id="r{at}">{cells}</rule>"#)
            })
            .collect();
        format!(
            r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="defs" name="Defs" namespace="http://camunda.org/schema/1.0/dmn"><decision id="d" name="D"><decisionTable id="t"{policy}>{inputs}{outputs}{rules}</decisionTable></decision></definitions>"#
        )
    }

    pub(crate) fn texts(&self) -> Vec<&str> {
        let inputs = self.inputs.iter().map(|input| input.text.as_str());
        inputs.chain(self.rules.iter().flatten().map(String::as_str)).collect()
    }
}

fn type_of(clause: &Clause) -> String {
    match clause.kind.as_str() {
        "" => String::new(),
        kind => format!(r#" typeRef="{kind}""#),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
