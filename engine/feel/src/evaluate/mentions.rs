//! Which names an expression looks at.

use crate::ast::{Domain, Expr, Test};
use crate::table::Table;

/// Whether a body may look at the results so far.
pub(super) fn mentions(expression: &Expr, name: &str) -> bool {
    let within = |expressions: &[Expr]| expressions.iter().any(|inner| mentions(inner, name));
    let tests = |tests: &[Test]| tests.iter().any(|test| test_mentions(test, name));
    match expression {
        Expr::Const(_) => false,
        Expr::Name(own) => own == name,
        Expr::List(items) | Expr::And(items) | Expr::Or(items) => within(items),
        Expr::Context(entries) => entries.iter().any(|(_, value)| mentions(value, name)),
        Expr::Range(range) => range.low.iter().chain(&range.high).any(|end| mentions(end, name)),
        Expr::Negate(inner) | Expr::Point(inner) | Expr::Path(inner, _) | Expr::InstanceOf(inner, _) => {
            mentions(inner, name)
        }
        Expr::Sum(first, rest) | Expr::Product(first, rest) => {
            mentions(first, name) || rest.iter().any(|(_, inner)| mentions(inner, name))
        }
        Expr::Power(first, rest) => mentions(first, name) || within(rest),
        Expr::Compare(_, sides) => mentions(&sides.0, name) || mentions(&sides.1, name),
        Expr::Filter(parts) => mentions(&parts.0, name) || mentions(&parts.1, name),
        Expr::Between(parts) | Expr::If(parts) => {
            [&parts.0, &parts.1, &parts.2].into_iter().any(|inner| mentions(inner, name))
        }
        Expr::In(value, all) => mentions(value, name) || tests(all),
        Expr::For(domains, body) | Expr::Quantified(_, domains, body) => {
            mentions(body, name)
                || domains.iter().any(|(_, domain)| match domain {
                    Domain::Values(values) => mentions(values, name),
                    Domain::Span(first, last) => mentions(first, name) || mentions(last, name),
                })
        }
        Expr::Function(definition) => mentions(&definition.body, name),
        Expr::Call(own, arguments) => own == name || arguments.expressions().any(|inner| mentions(inner, name)),
        Expr::Invoke(function, arguments) => {
            mentions(function, name) || arguments.expressions().any(|inner| mentions(inner, name))
        }
        Expr::Typed(inner, _) => mentions(inner, name),
        Expr::Block(entries, result) => {
            mentions(result, name) || entries.iter().any(|(_, value)| mentions(value, name))
        }
        Expr::Table(table) => table_mentions(table, name),
    }
}

fn table_mentions(table: &Table, name: &str) -> bool {
    let rules = table.rules.iter().any(|rule| {
        rule.conditions.iter().filter_map(|tests| tests.tests.as_ref()).flatten().any(|test| test_mentions(test, name))
            || rule.conclusions.iter().any(|conclusion| mentions(&conclusion.root, name))
    });
    rules || table.inputs.iter().any(|input| mentions(&input.expression.root, name))
}

fn test_mentions(test: &Test, name: &str) -> bool {
    match test {
        Test::Compare(_, inner) | Test::Literal(inner) | Test::Expression(inner) => mentions(inner, name),
        Test::Not(tests) => tests.iter().any(|test| test_mentions(test, name)),
    }
}
