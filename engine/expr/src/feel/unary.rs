//! Unary tests as one boolean expression over the input.
//!
//! A test is a value to be equal to, a range or comparison to be in, or a condition (`? * 2 > limit`, `contains(?, "x")`).
//! `dsntk` knows the first two; a condition is taken out of the list and decides by itself (DMN 1.3, 7.3.2).

use dsntk_feel::Name;
use dsntk_feel_parser::AstNode;

pub(super) fn test_of(input: &str, tests: AstNode) -> AstNode {
    let input = AstNode::Name(Name::from(input));
    match tests {
        AstNode::ExpressionList(items) => any_of(&input, items),
        AstNode::NegatedList(items) if items.iter().any(|item| is_condition(&input, item)) => {
            let accepted = any_of(&input, items);
            equal(accepted, false)
        }
        other if is_condition(&input, &other) => equal(other, true),
        other => is_in(&input, other),
    }
}

fn any_of(input: &AstNode, items: Vec<AstNode>) -> AstNode {
    let (conditions, values): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| is_condition(input, item));
    let mut tests: Vec<AstNode> = conditions.into_iter().map(|condition| equal(condition, true)).collect();
    if !values.is_empty() {
        tests.push(is_in(input, AstNode::ExpressionList(values)));
    }
    let first = tests.pop().unwrap_or(AstNode::Boolean(false));
    tests.into_iter().fold(first, |left, right| AstNode::Or(Box::new(left), Box::new(right)))
}

fn is_in(input: &AstNode, tests: AstNode) -> AstNode {
    AstNode::In(Box::new(input.clone()), Box::new(tests))
}

fn equal(node: AstNode, value: bool) -> AstNode {
    AstNode::Eq(Box::new(node), Box::new(AstNode::Boolean(value)))
}

fn is_condition(input: &AstNode, node: &AstNode) -> bool {
    matches!(
        node,
        AstNode::Gt(..)
            | AstNode::Ge(..)
            | AstNode::Lt(..)
            | AstNode::Le(..)
            | AstNode::Eq(..)
            | AstNode::Nq(..)
            | AstNode::And(..)
            | AstNode::Or(..)
            | AstNode::In(..)
            | AstNode::Between(..)
            | AstNode::Some(..)
            | AstNode::Every(..)
            | AstNode::InstanceOf(..)
    ) || format!("{node:?}").contains(&format!("{input:?}"))
}
