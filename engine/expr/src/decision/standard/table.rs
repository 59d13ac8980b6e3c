//! Decision tables of standard models.

use super::super::camunda::hit_policy;
use super::super::element::text_child;
use super::boxed::Reader;
use crate::xml::Element;
use casewright_engine_feel::{Expression, HitPolicy, Input, Output, Rule, Table, UnaryTests};
use smol_str::SmolStr;

impl Reader<'_, '_> {
    pub(super) fn table(&mut self, element: &Element) -> Expression {
        // What is wrong is among the findings.
        let policy = hit_policy(element, self.findings).unwrap_or(HitPolicy::Unique);
        let inputs: Vec<Input> = element.children("input").map(|input| self.input(input)).collect();
        let outputs: Vec<Output> = element.children("output").map(|output| self.output(output)).collect();
        if outputs.is_empty() {
            self.findings.error("table-without-output", element, "The decision table has no output".to_owned());
        }
        let rules: Vec<Rule> = element.children("rule").map(|rule| self.rule(rule)).collect();
        let name = self.table_name();
        self.tables.push((name.to_string(), rules.len()));
        Expression::table(Table::new(name, policy, inputs, outputs, rules))
    }

    /// The key of the element, and from its second table on a number.
    fn table_name(&mut self) -> SmolStr {
        self.tables_of_owner += 1;
        match self.tables_of_owner {
            1 => self.owner.clone(),
            number => SmolStr::new(format!("{}#{number}", self.owner)),
        }
    }

    fn input(&mut self, input: &Element) -> Input {
        let (expression, kind) = match input.child("inputExpression") {
            Some(element) => (self.literal(element), self.kind_of(element)),
            None => (Expression::null(), casewright_engine_feel::Type::Any),
        };
        let text = input.child("inputExpression").and_then(text_child);
        let label = SmolStr::new(input.attribute("label").or(text).unwrap_or_default());
        Input { label, expression, kind, allowed: input.child("inputValues").and_then(|values| self.tests(values)) }
    }

    fn output(&mut self, output: &Element) -> Output {
        Output {
            name: output.attribute("name").filter(|name| !name.is_empty()).map(SmolStr::new),
            kind: self.kind_of(output),
            allowed: output.child("outputValues").and_then(|values| self.tests(values)),
            default: output.child("defaultOutputEntry").map(|entry| self.literal(entry)),
        }
    }

    fn rule(&mut self, rule: &Element) -> Rule {
        Rule {
            conditions: rule
                .children("inputEntry")
                .map(|entry| self.tests(entry).unwrap_or_else(UnaryTests::any))
                .collect(),
            conclusions: rule.children("outputEntry").map(|entry| self.literal(entry)).collect(),
        }
    }
}
