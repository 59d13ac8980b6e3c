//! Which names an expression looks at.

use crate::ast::{Domain, Expr, INPUT, Test};
use crate::builtin;
use crate::table::Table;

/// Whether an expression looks at a variable of this name.
pub(crate) fn mentions(expression: &Expr, name: &str) -> bool {
    any_name(expression, &|own| own == name)
}

/// Whether tests look at no variable but their input.
pub(crate) fn are_constant(tests: &[Test]) -> bool {
    !tests.iter().any(|test| test_mentions(test, &|name| name != INPUT))
}

/// Whether one of the names that an expression looks at is such a one. What is called is no variable where it is built in.
fn any_name(expression: &Expr, name: &dyn Fn(&str) -> bool) -> bool {
    let within = |expressions: &[Expr]| expressions.iter().any(|inner| any_name(inner, name));
    match expression {
        Expr::Const(_) => false,
        Expr::Name(own) => name(own),
        Expr::List(items) | Expr::And(items) | Expr::Or(items) => within(items),
        Expr::Context(entries) => entries.iter().any(|(_, value)| any_name(value, name)),
        Expr::Range(range) => range.low.iter().chain(&range.high).any(|end| any_name(end, name)),
        Expr::Negate(inner) | Expr::Point(inner) | Expr::Path(inner, _) | Expr::InstanceOf(inner, _) => {
            any_name(inner, name)
        }
        Expr::Sum(first, rest) | Expr::Product(first, rest) => {
            any_name(first, name) || rest.iter().any(|(_, inner)| any_name(inner, name))
        }
        Expr::Power(first, rest) => any_name(first, name) || within(rest),
        Expr::Compare(_, sides) => any_name(&sides.0, name) || any_name(&sides.1, name),
        Expr::Filter(parts) => any_name(&parts.0, name) || any_name(&parts.1, name),
        Expr::Between(parts) | Expr::If(parts) => {
            [&parts.0, &parts.1, &parts.2].into_iter().any(|inner| any_name(inner, name))
        }
        // It has an answer without an input as well.
        Expr::InputIn(range) => any_name(range, name),
        // The input of its tests is the value.
        Expr::In(value, tests) => {
            let outside = |own: &str| own != INPUT && name(own);
            any_name(value, name) || tests.iter().any(|test| test_mentions(test, &outside))
        }
        Expr::For(domains, body) | Expr::Quantified(_, domains, body) => {
            any_name(body, name)
                || domains.iter().any(|(_, domain)| match domain {
                    Domain::Values(values) => any_name(values, name),
                    Domain::Span(first, last) => any_name(first, name) || any_name(last, name),
                })
        }
        Expr::Function(definition) => any_name(&definition.body, name),
        Expr::Call(call) => {
            (!builtin::exists(&call.name) && name(&call.name))
                || call.arguments.expressions().any(|inner| any_name(inner, name))
        }
        Expr::Invoke(function, arguments) => {
            any_name(function, name) || arguments.expressions().any(|inner| any_name(inner, name))
        }
        Expr::Typed(inner, _) => any_name(inner, name),
        Expr::Block(entries, result) => {
            any_name(result, name) || entries.iter().any(|(_, value)| any_name(value, name))
        }
        Expr::Table(table) => table_mentions(table, name),
    }
}

fn table_mentions(table: &Table, name: &dyn Fn(&str) -> bool) -> bool {
    let rules = table.rules.iter().any(|rule| {
        rule.conditions.iter().filter_map(|tests| tests.tests.as_ref()).flatten().any(|test| test_mentions(test, name))
            || rule.conclusions.iter().any(|conclusion| any_name(&conclusion.root, name))
    });
    rules || table.inputs.iter().any(|input| any_name(&input.expression.root, name))
}

fn test_mentions(test: &Test, name: &dyn Fn(&str) -> bool) -> bool {
    match test {
        Test::Compare(_, inner) | Test::Literal(inner) | Test::Expression(inner) | Test::Condition(inner) => {
            any_name(inner, name)
        }
        Test::Not(tests) => tests.iter().any(|test| test_mentions(test, name)),
    }
}
