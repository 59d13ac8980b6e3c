//! Boxed expressions of a file (DMN 1.5, 7.3 and 10.2) to what can be evaluated. Every text is read here, once, with the names
//! that exist where it stands.

use super::super::element::text_child;
use super::super::findings::Findings;
use crate::feel::unreadable;
use crate::xml::Element;
use casewright_engine_feel::{Expression, Names, Parameter, Quantifier, SyntaxError, Type, UnaryTests};
use smol_str::SmolStr;
use std::sync::Arc;

const EXPRESSIONS: [&str; 12] = [
    "literalExpression",
    "context",
    "list",
    "relation",
    "invocation",
    "functionDefinition",
    "conditional",
    "filter",
    "for",
    "some",
    "every",
    "decisionTable",
];

/// The child that is an expression.
pub(super) fn expression_of(element: &Element) -> Option<&Element> {
    expressions(element).next()
}

fn expressions(element: &Element) -> impl Iterator<Item = &Element> {
    element.children.iter().map(Arc::as_ref).filter(|child| EXPRESSIONS.contains(&child.local_name()))
}

/// Reads expressions of one model; the names grow and shrink on the way down.
pub(super) struct Reader<'f, 'text> {
    pub(super) names: Names,
    /// Key of the element that is read.
    pub(super) owner: SmolStr,
    pub(super) tables_of_owner: usize,
    /// Tables that were read, with how many rules they have.
    pub(super) tables: Vec<(String, usize)>,
    pub(super) findings: &'f mut Findings<'text>,
}

impl Reader<'_, '_> {
    pub(super) fn expression(&mut self, element: &Element) -> Expression {
        let expression = match element.local_name() {
            "literalExpression" => self.literal(element),
            "context" => self.context(element),
            "list" => Expression::list(expressions(element).map(|item| self.expression(item)).collect()),
            "relation" => self.relation(element),
            "invocation" => self.invocation(element),
            "functionDefinition" => self.function(element, Type::Any),
            "conditional" => {
                let [condition, then, otherwise] = ["if", "then", "else"].map(|name| self.part(element, name));
                Expression::conditional(condition, then, otherwise)
            }
            "filter" => {
                let list = self.part(element, "in");
                self.names.enter_filter();
                let condition = self.part(element, "match");
                self.names.leave_filter();
                Expression::filter(list, condition)
            }
            "for" => {
                let (variable, list, body) = self.iterator(element, "return");
                Expression::iteration(variable, list, body)
            }
            "some" => self.quantified(element, Quantifier::Some),
            "every" => self.quantified(element, Quantifier::Every),
            "decisionTable" => self.table(element),
            other => {
                self.findings.error("unsupported-logic", element, format!("The logic '{other}' is not supported"));
                Expression::null()
            }
        };
        expression.typed(self.kind_of(element))
    }

    /// The type that an element says it has; one that nobody knows is told, and asks for nothing.
    pub(super) fn kind_of(&mut self, element: &Element) -> Type {
        let Some(name) = element.attribute("typeRef").map(str::trim).filter(|name| !name.is_empty()) else {
            return Type::Any;
        };
        let own = name.rsplit(':').next().unwrap_or(name);
        if let Some(kind) = self.names.type_named(name).or_else(|| self.names.type_named(own)) {
            return kind;
        }
        self.findings.warning("unknown-type", element, format!("There is no type '{name}'"));
        Type::Any
    }

    /// The expression in a child of this name.
    fn part(&mut self, element: &Element, name: &str) -> Expression {
        match element.child(name).and_then(expression_of) {
            Some(inner) => self.expression(inner),
            None => {
                let message = format!("The {} has no '{name}'", element.local_name());
                self.findings.error("missing-logic", element, message);
                Expression::null()
            }
        }
    }

    /// What is in `<text>`; an empty one is null.
    pub(super) fn literal(&mut self, element: &Element) -> Expression {
        let language = element.attribute("expressionLanguage").unwrap_or_default();
        if !language.is_empty() && !language.to_ascii_lowercase().contains("feel") {
            let message = format!("DMN-01006 Unable to find script engine for expression language '{language}'.");
            self.findings.error("unsupported-language", element, message);
            return Expression::null();
        }
        self.read(element, Expression::parse).unwrap_or_else(Expression::null)
    }

    pub(super) fn tests(&mut self, element: &Element) -> Option<UnaryTests> {
        self.read(element, UnaryTests::parse)
    }

    fn read<T>(&mut self, element: &Element, parse: fn(&str, &Names) -> Result<T, SyntaxError>) -> Option<T> {
        let text = text_child(element)?;
        match parse(text, &self.names) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.findings.error("expression-syntax", element, unreadable(text, &error).to_string());
                None
            }
        }
    }

    fn context(&mut self, element: &Element) -> Expression {
        let mark = self.names.mark();
        let mut entries = Vec::new();
        let mut result = None;
        for entry in element.children("contextEntry") {
            let variable = entry.child("variable");
            let mut value = match expression_of(entry) {
                Some(inner) => self.expression(inner),
                None => Expression::null(),
            };
            if let Some(variable) = variable {
                value = value.typed(self.kind_of(variable));
            }
            match variable.and_then(|variable| variable.attribute("name")) {
                Some(name) => {
                    self.names.bind(name);
                    entries.push((SmolStr::new(name), value));
                }
                None => result = Some(value),
            }
        }
        self.names.release(mark);
        Expression::context(entries, result)
    }

    fn relation(&mut self, element: &Element) -> Expression {
        let columns: Vec<(SmolStr, Type)> = element
            .children("column")
            .map(|column| (SmolStr::new(column.attribute("name").unwrap_or_default()), self.kind_of(column)))
            .collect();
        let mut rows = Vec::new();
        for row in element.children("row") {
            let cells: Vec<Expression> = expressions(row).map(|cell| self.expression(cell)).collect();
            if cells.len() != columns.len() {
                let message = format!("The row has {} cells, the relation {} columns", cells.len(), columns.len());
                self.findings.error("relation-width", row, message);
                continue;
            }
            let entries =
                columns.iter().zip(cells).map(|((name, kind), cell)| (name.clone(), cell.typed(kind.clone())));
            rows.push(Expression::context(entries.collect(), None));
        }
        Expression::list(rows)
    }

    fn invocation(&mut self, element: &Element) -> Expression {
        let function = match expression_of(element) {
            Some(called) => self.expression(called),
            None => Expression::null(),
        };
        let mut bindings = Vec::new();
        for binding in element.children("binding") {
            let Some(name) = binding.child("parameter").and_then(|parameter| parameter.attribute("name")) else {
                self.findings.error("missing-parameter", binding, "The binding names no parameter".to_owned());
                continue;
            };
            let argument = match expression_of(binding) {
                Some(inner) => self.expression(inner),
                None => Expression::null(),
            };
            bindings.push((SmolStr::new(name), argument));
        }
        Expression::invocation(function, bindings)
    }

    /// A function definition, or the logic of a business knowledge model.
    pub(super) fn function(&mut self, element: &Element, result: Type) -> Expression {
        let parameters: Vec<Parameter> = element
            .children("formalParameter")
            .map(|parameter| Parameter {
                name: SmolStr::new(parameter.attribute("name").unwrap_or_default()),
                kind: self.kind_of(parameter),
            })
            .collect();
        let mark = self.names.mark();
        for parameter in &parameters {
            self.names.bind(&parameter.name);
        }
        let body = match expression_of(element) {
            Some(body) => self.expression(body),
            None => Expression::null(),
        };
        self.names.release(mark);
        Expression::function(parameters, body, result)
    }

    fn quantified(&mut self, element: &Element, quantifier: Quantifier) -> Expression {
        let (variable, list, condition) = self.iterator(element, "satisfies");
        Expression::quantified(quantifier, variable, list, condition)
    }

    fn iterator(&mut self, element: &Element, body: &str) -> (SmolStr, Expression, Expression) {
        let variable = SmolStr::new(element.attribute("iteratorVariable").unwrap_or_default());
        let list = self.part(element, "in");
        let mark = self.names.mark();
        self.names.bind(&variable);
        let body = self.part(element, body);
        self.names.release(mark);
        (variable, list, body)
    }
}
