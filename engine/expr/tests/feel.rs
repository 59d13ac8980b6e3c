//! FEEL over the public seam.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_engine_expr::Expressions;
use casewright_engine_value::{EvaluationError, Evaluator, Instant, Language, Value};
use proptest::prelude::*;
use support::{MapScope, list, map, string};

fn evaluate(text: &str, scope: &mut MapScope) -> Result<Value, EvaluationError> {
    Expressions::new().evaluate(Language::Feel, text, scope)
}

#[test]
fn expressions_see_variables_and_give_values() {
    let variables = [
        ("amount", Value::Integer(20)),
        ("name", string("anna")),
        (
            "order",
            map(&[
                ("total", Value::Double(12.5)),
                ("Net Sum", Value::Integer(7)),
                ("lines", list(&[Value::Integer(1), Value::Integer(2)])),
            ]),
        ),
        ("Monthly Income", Value::Long(3_000)),
        ("when", Value::Date(Instant(0))),
        ("sum", Value::Integer(150)),
        ("date", string("a variable")),
    ];
    let cases = [
        ("plain text", string("plain text")),
        ("= amount * 2 > 30 and starts with(name, \"a\")", Value::Boolean(true)),
        ("=amount + 1", Value::Long(21)),
        ("= amount / 8", Value::Double(2.5)),
        ("= order.total * 2", Value::Long(25)),
        ("= order.lines[2]", Value::Long(2)),
        ("= order.Net Sum * 2 + order.total", Value::Double(26.5)),
        ("= Monthly Income * 12", Value::Long(36_000)),
        ("= if amount > 10 then \"big\" else \"small\"", string("big")),
        ("= for l in order.lines return l * 2", list(&[Value::Long(2), Value::Long(4)])),
        ("= some l in order.lines satisfies l > 1", Value::Boolean(true)),
        ("= every l in order.lines satisfies l > 1", Value::Boolean(false)),
        ("= order.lines[item > 1]", list(&[Value::Long(2)])),
        ("= {a: amount, b: a + 1}.b", Value::Long(21)),
        ("= sum > 100", Value::Boolean(true)),
        ("= sum([1, 2, 3])", Value::Long(6)),
        ("= missing", Value::Null),
        ("= amount = null", Value::Boolean(false)),
        ("= now()", Value::Date(Instant(86_400_000))),
        ("= today()", Value::Date(Instant(86_400_000))),
        ("= when < now()", Value::Boolean(true)),
        ("= date(\"2030-01-02\")", Value::Date(Instant(1_893_542_400_000))),
        ("= duration(\"PT1H\")", string("PT1H")),
        ("= string length(name)", Value::Long(4)),
        ("= {f: function(x) x * 2, r: f(21)}.r", Value::Long(42)),
        ("= [1, 2][1]", Value::Long(1)),
    ];
    for (text, expected) in cases {
        let mut scope = MapScope::with(&variables);
        scope.now = 86_400_000;
        assert_eq!(evaluate(text, &mut scope), Ok(expected), "{text}");
    }
}

#[test]
fn a_context_is_an_expression_of_its_own() {
    let expressions = Expressions::new();
    let mut scope = MapScope::with(&[("applicant", map(&[("name", string("Ada"))]))]);
    let text = "={\n  \"name\": applicant.name,\n  size: 2\n}";
    assert_eq!(expressions.check(Language::Feel, text), Ok(()));
    assert_eq!(evaluate(text, &mut scope), Ok(map(&[("name", string("Ada")), ("size", Value::Long(2))])));
}

#[test]
fn unary_tests_test_their_input() {
    let expressions = Expressions::new();
    let scope = MapScope::with(&[("limit", Value::Integer(10))]);
    for (tests, input, expected) in [
        ("> 5", Value::Integer(6), true),
        ("[1..5]", Value::Integer(6), false),
        ("< limit", Value::Integer(6), true),
        ("\"a\", \"b\"", string("b"), true),
        ("not(\"a\", \"b\")", string("b"), false),
        ("-", Value::Null, true),
        ("null", Value::Null, true),
        ("? * 2 > limit", Value::Integer(6), true),
        ("true", Value::Boolean(true), true),
        (">= 12", Value::Double(13.37), true),
        ("> 5", string("x"), false),
        // A Date has no zone in Camunda's tables, and what has none is comparable to none with one.
        ("date and time(\"1970-01-01T00:00:00Z\")", Value::Date(Instant(0)), false),
        ("date and time(\"1970-01-01T00:00:00\")", Value::Date(Instant(0)), true),
        ("> date and time(\"1969-12-31T00:00:00\")", Value::Date(Instant(0)), true),
        ("contains(\"xyz\", \"z\")", string("anything"), true),
        ("not(contains(?, \"z\"))", string("xyz"), false),
        ("< limit + 10", Value::Integer(19), true),
    ] {
        assert_eq!(expressions.unary_test(tests, &input, &scope), Ok(expected), "{tests} of {input:?}");
    }
}

#[test]
fn loops_and_recursion_end_at_a_limit() {
    for text in [
        "= count(for i in 1..1000000 return i)",
        "= {f: function(g) g(g), r: f(f)}.r",
        "= for a in 1..1000 return for b in 1..1000 return a",
        // Each entry twice the one before.
        r#"= for i in 1..64 return if i = 1 then "aa" else partial[-1] + partial[-1]"#,
        r#"= {f: function(s, n) if n = 0 then s else f(s + s, n - 1), r: f("a", 64)}.r"#,
        "= for i in 1..64 return partial",
    ] {
        assert!(
            matches!(evaluate(text, &mut MapScope::default()), Err(EvaluationError::Limit { .. })),
            "{text}: {:?}",
            evaluate(text, &mut MapScope::default())
        );
    }
    // What is shared costs nothing, and is no more than it says.
    for text in [
        "= for i in 1..64 return function() partial",
        "= for i in 1..64 return [partial..1]",
        r#"= for i in [@"1980-01-01"..@"1980-03-04"] return partial.matches("input", [])"#,
    ] {
        assert_eq!(evaluate(text, &mut MapScope::default()), Ok(list(&[const { Value::Null }; 64])), "{text}");
    }
    assert_eq!(
        evaluate("= for i in 1..64 return >= partial", &mut MapScope::default()),
        Ok(list(&[const { Value::Null }; 64]))
    );
    for (text, expected) in [
        ("= (function(x) function(y) x - y)(5)(3)", 2),
        ("= {a: 10, f: function(x) function(y) x - y + a, r: f(5)(3)}.r", 12),
        ("= {fs: for i in 1..3 return function(x) x * i, r: fs[3](7)}.r", 21),
        ("= {twice: function(g) function(x) g(g(x)), r: twice(function(n) n + 1)(40)}.r", 42),
    ] {
        assert_eq!(evaluate(text, &mut MapScope::default()), Ok(Value::Long(expected)), "{text}");
    }
    let row = format!("= a{}", ".b*c + d".repeat(80));
    assert_eq!(evaluate(&row, &mut MapScope::default()), Ok(Value::Null));
    let text = format!("= string length(\"{}\")", "many words - ".repeat(500));
    assert_eq!(evaluate(&text, &mut MapScope::default()), Ok(Value::Long(6500)));
    let deep = format!("= {}1{}", "(".repeat(10_000), ")".repeat(10_000));
    assert!(matches!(evaluate(&deep, &mut MapScope::default()), Err(EvaluationError::Limit { .. })));
}

#[test]
fn subtractions_that_cannot_be_done_take_no_longer_with_every_one_more() {
    // Would take four days if the library evaluated each side twice.
    let text = format!("= x{}", " - x".repeat(40));
    let mut scope = MapScope::default();
    assert_eq!(evaluate(&text, &mut scope), Ok(Value::Null));
    assert_eq!(evaluate("= 10 - 2 - 3 - (4 - 1)", &mut scope), Ok(Value::Long(2)));
    let days = r#"= date("2026-01-03") - date("2026-01-01") = duration("P2D")"#;
    assert_eq!(evaluate(days, &mut scope), Ok(Value::Boolean(true)));
}

#[test]
fn numbers_that_overflow_are_null() {
    let mut scope = MapScope::default();
    for text in ["= 1e6144*614144*6144", "= -9E6144 * 10", "= [1..1e6144*614144]"] {
        assert_eq!(evaluate(text, &mut scope), Ok(Value::Null), "{text}");
    }
    assert_eq!(evaluate("= {a: 1e6144*1e6144}.a = null", &mut scope), Ok(Value::Boolean(false)));
    assert_eq!(evaluate("= 1e3 * 2.5", &mut scope), Ok(Value::Long(2500)));
}

#[test]
fn what_does_not_parse_is_found_on_deployment_and_external_functions_are_refused() {
    let expressions = Expressions::new();
    for text in ["= 1 +", "= (", "= if x then"] {
        assert!(matches!(expressions.check(Language::Feel, text), Err(EvaluationError::Syntax(_))), "{text}");
    }
    assert_eq!(expressions.check(Language::Feel, "= a + b"), Ok(()));
    assert_eq!(expressions.check(Language::Feel, "no expression ("), Ok(()));
    assert!(matches!(
        expressions.check(
            Language::Feel,
            "= {f: function(x) external {java: {class: \"java.lang.Math\", method signature: \"abs(double)\"}}}.f(1)"
        ),
        Err(EvaluationError::Unsupported(_))
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_text_never_panics(text in "\\PC{0,40}") {
        let mut scope = MapScope::with(&[("a", Value::Integer(1))]);
        let _ = evaluate(&format!("= {text}"), &mut scope);
        let _ = Expressions::new().unary_test(&text, &Value::Integer(1), &scope);
    }

    #[test]
    fn random_expressions_never_panic(
        tokens in proptest::collection::vec(
            prop::sample::select(vec![
                "a", "b", "1", "2.5", "\"t\"", "(", ")", "[", "]", "{", "}", ":", ".", ",", "+", "-", "*", "/", "**",
                "=", "<", ">=", " and ", " or ", "not(", " in ", " between ", "if ", " then ", " else ", "for i in ",
                " return ", "some i in ", " satisfies ", "..", "null", "date(", "@\"PT1H\"", "function(x) ", " instance of ",
                "string length(", "?", " ",
            ]),
            0..16,
        )
    ) {
        let mut scope = MapScope::with(&[("a", Value::Integer(1)), ("b", list(&[Value::Integer(1)]))]);
        let text = tokens.concat();
        let _ = evaluate(&format!("= {text}"), &mut scope);
        let _ = Expressions::new().unary_test(&text, &Value::Integer(1), &scope);
    }
}
