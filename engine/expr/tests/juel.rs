//! Camunda 7's expression language over the public seam.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_engine_expr::Expressions;
use casewright_engine_value::{EvaluationError, Evaluator, Instant, Language, ObjectValue, Value};
use proptest::prelude::*;
use std::sync::Arc;
use support::{MapScope, list, map, string};

fn evaluate(text: &str, scope: &mut MapScope) -> Result<Value, EvaluationError> {
    Expressions::new().evaluate(Language::Juel, text, scope)
}

/// The variables under which `verified.txt` was recorded on Camunda 7.24.
fn recorded_scope() -> MapScope {
    MapScope::with(&[
        ("s", string("abc")),
        ("i", Value::Integer(5)),
        ("l", Value::Long(5)),
        ("n", Value::Null),
        ("b", Value::Boolean(true)),
        ("d", Value::Date(Instant(0))),
        ("lst", list(&[string("x"), string("y")])),
        ("arr", list(&[string("p"), string("q")])),
        ("m", map(&[("k", string("v")), ("n", Value::Null)])),
    ])
}

/// `Double 0.5`, `String abc`, `null`: how the recording writes a result.
fn written(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Double(n) if n.is_infinite() => "Double Infinity".to_owned(),
        Value::Double(n) => format!("Double {n:?}"),
        Value::Date(_) => format!("Date {}", java_text(value)),
        other => format!("{} {}", other.type_name(), java_text(other)),
    }
}

fn java_text(value: &Value) -> String {
    let mut scope = MapScope::with(&[("v", value.clone())]);
    match evaluate("${v}${''}", &mut scope) {
        Ok(Value::String(text)) => text.to_string(),
        other => panic!("no text of {value:?}: {other:?}"),
    }
}

fn expected_error(text: &str, recorded: &str) -> EvaluationError {
    let (class, cause) = recorded.split_once(": ").expect("class and cause");
    let prefix = match class {
        "TreeBuilderException" => return EvaluationError::Syntax(cause.to_owned()),
        "PropertyNotFoundException" => {
            let message = format!("Unknown property used in expression: {text}. Cause: {cause}");
            return EvaluationError::UnknownProperty(message);
        }
        "MethodNotFoundException" => "Unknown method used in expression",
        _ => "Error while evaluating expression",
    };
    EvaluationError::Failed(format!("{prefix}: {text}. Cause: {cause}"))
}

#[test]
fn every_expression_verified_on_camunda_has_the_result_it_had_there() {
    let mut differences = Vec::new();
    let mut count = 0;
    for line in include_str!("juel/verified.txt").lines() {
        // The result column begins at character 35, so that an arrow in an expression is not taken for it.
        let (at, _) = line.match_indices("-> ").find(|(at, _)| *at >= 35).expect("a recorded result");
        let (text, recorded) = (line[..at].trim_end(), line[at + 3..].trim());
        count += 1;
        let result = evaluate(text, &mut recorded_scope());
        let agrees = match recorded.strip_prefix("!! ") {
            Some(error) => result == Err(expected_error(text, error)),
            None => result.as_ref().is_ok_and(|value| written(value).trim() == recorded),
        };
        if !agrees {
            differences.push(format!("{text}: recorded {recorded}, is {result:?}"));
        }
    }
    assert_eq!(count, 79);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn methods_answer_what_java_answers() {
    let order = Value::Object(Arc::new(ObjectValue {
        type_name: "org.example.Order".to_owned(),
        format: "application/json".to_owned(),
        serialized: Some(Arc::from(r#"{"price": 12.5, "lines": [1, 2]}"#)),
    }));
    let java_list = Value::Object(Arc::new(ObjectValue {
        type_name: "java.util.ArrayList".to_owned(),
        format: "application/json".to_owned(),
        serialized: Some(Arc::from(r#"["a", "b"]"#)),
    }));
    let json = Value::Json(Arc::from(r#"{"a": {"b": "x"}, "n": [1, 2.5], "t": true, "z": null}"#));
    let variables = [
        ("s", string("Hello, World")),
        ("lst", list(&[Value::Integer(1), Value::Integer(2)])),
        ("m", map(&[("k", Value::Integer(7))])),
        ("order", order),
        ("jl", java_list),
        ("j", json),
        ("d", Value::Date(Instant(1_700_000_000_123))),
        ("x", string("<a id=\"1\"><b>t</b></a>")),
    ];
    let cases = [
        ("${s.substring(0, 5).toUpperCase()}", string("HELLO")),
        ("${s.replace('l', 'L')}", string("HeLLo, WorLd")),
        ("${s.split(', ').size()}", Value::Integer(2)),
        ("${s.indexOf('World')}", Value::Integer(7)),
        ("${s.charAt(0)}", string("H")),
        ("${s.replaceAll('([A-Z])', '<$1>')}", string("<H>ello, <W>orld")),
        ("${lst.contains(2)}", Value::Boolean(true)),
        ("${lst.indexOf(3)}", Value::Integer(-1)),
        ("${lst.isEmpty()}", Value::Boolean(false)),
        ("${m.containsKey('k')}", Value::Boolean(true)),
        ("${m.get('k') + 1}", Value::Long(8)),
        ("${m.getOrDefault('q', 'w')}", string("w")),
        ("${order.price * 2}", Value::Double(25.0)),
        ("${order.getPrice()}", Value::Double(12.5)),
        ("${order.lines[1]}", Value::Integer(2)),
        ("${jl.size()}", Value::Integer(2)),
        ("${jl[0]}", string("a")),
        ("${empty jl}", Value::Boolean(false)),
        ("${S(j).prop('a').prop('b').stringValue()}", string("x")),
        ("${j.prop('n').elements().get(1).numberValue()}", Value::Double(2.5)),
        ("${j.prop('n').elements().size()}", Value::Integer(2)),
        ("${j.prop('t').boolValue()}", Value::Boolean(true)),
        ("${j.prop('z').isNull()}", Value::Boolean(true)),
        ("${j.hasProp('q')}", Value::Boolean(false)),
        ("${j.jsonPath('$.a.b').stringValue()}", string("x")),
        ("${j.jsonPath('$.n').elementList().size()}", Value::Integer(2)),
        ("${JSON('{\"q\": 1}').prop('q').value()}", Value::Integer(1)),
        ("${XML(x).childElement('b').textContent()}", string("t")),
        ("${S(x).attr('id').value()}", string("1")),
        ("${d.getTime()}", Value::Long(1_700_000_000_123)),
        ("${d.time}", Value::Long(1_700_000_000_123)),
        ("${dateTime().plusDays(1).toDate()}", Value::Date(Instant(86_400_000))),
        ("${dateTime().plusMonths(1).toString('yyyy-MM-dd')}", string("1970-02-01")),
        ("${dateTime().withHourOfDay(9).plusMinutes(30)}", Value::Date(Instant(34_200_000))),
        ("${now()}", Value::Date(Instant(0))),
        ("${now() == dateTime().toDate()}", Value::Boolean(true)),
        ("${currentUser()}", string("demo")),
        ("${currentUserGroups()[0]}", string("sales")),
        ("${execution.processInstanceId}", string("p1")),
        ("${execution.getProcessInstanceId()}", string("p1")),
        ("${execution.getVariable('m').k}", Value::Integer(7)),
    ];
    for (text, expected) in cases {
        let mut scope = MapScope::with(&variables);
        scope.user = Some("demo".into());
        scope.properties.insert("processInstanceId".into(), string("p1"));
        assert_eq!(evaluate(text, &mut scope), Ok(expected), "{text}");
    }
}

#[test]
fn a_call_that_changes_a_collection_is_written_back_to_its_variable() {
    let mut scope =
        MapScope::with(&[("lst", list(&[string("a")])), ("m", map(&[])), ("j", Value::Json(Arc::from("{}")))]);
    for text in ["${lst.add('b')}", "${m.put('k', 1)}", "${j.prop('k', 'v')}"] {
        evaluate(text, &mut scope).expect(text);
    }
    assert_eq!(scope.variables["lst"], list(&[string("a"), string("b")]));
    assert_eq!(scope.variables["m"], map(&[("k", Value::Long(1))]));
    assert_eq!(scope.variables["j"], Value::Json(Arc::from(r#"{"k":"v"}"#)));
}

#[test]
fn failures_carry_camundas_words() {
    let cases = [
        ("${x}", "Unknown property used in expression: ${x}. Cause: Cannot resolve identifier 'x'"),
        (
            "${execution.nope}",
            "Unknown property used in expression: ${execution.nope}. Cause: The class 'org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity' does not have the property 'nope'.",
        ),
        (
            "${n.size()}",
            "Unknown property used in expression: ${n.size()}. Cause: Target unreachable, base expression 'n' resolved to null",
        ),
        (
            "${S('{}').prop('a')}",
            "Error while evaluating expression: ${S('{}').prop('a')}. Cause: SPIN/JACKSON-JSON-01004 Unable to find property 'a'",
        ),
    ];
    for (text, message) in cases {
        let mut scope = MapScope::with(&[("n", Value::Null)]);
        assert_eq!(evaluate(text, &mut scope).map_err(|error| error.to_string()), Err(message.to_owned()));
    }
    assert_eq!(
        evaluate("${execution.fail()}", &mut MapScope::default()),
        Err(EvaluationError::BpmnError { code: "from-scope".to_owned(), message: None })
    );
}

#[test]
fn unknown_functions_and_mixed_braces_are_refused_on_deployment() {
    let expressions = Expressions::new();
    for text in ["${foo()}", "${now(1)}", "${a} #{b}", "${", "${a", "${'x}", "${a.}", "${5.intValue()}"] {
        assert!(matches!(expressions.check(Language::Juel, text), Err(EvaluationError::Syntax(_))), "{text}");
    }
    for text in ["", "plain", "{}", "a \\${b} c", "${a.b['c'](1, 2).d}"] {
        assert_eq!(expressions.check(Language::Juel, text), Ok(()), "{text}");
    }
}

#[test]
fn deep_and_long_expressions_end_at_a_limit_instead_of_the_stack() {
    let expressions = Expressions::new();
    let deep = format!("${{{}1{}}}", "(".repeat(5_000), ")".repeat(5_000));
    let unary = format!("${{{}1}}", "-".repeat(5_000));
    let long = format!("${{1{}}}", "+1".repeat(5_000));
    for text in [deep, unary, long] {
        assert!(matches!(expressions.check(Language::Juel, &text), Err(EvaluationError::Limit { .. })));
    }
    let allowed = format!("${{{}1{}}}", "(".repeat(190), ")".repeat(190));
    assert_eq!(evaluate(&allowed, &mut MapScope::default()), Ok(Value::Long(1)));
    let chain = format!("${{0{}}}", "+1".repeat(299));
    assert_eq!(evaluate(&chain, &mut MapScope::default()), Ok(Value::Long(299)));
}

proptest! {
    #[test]
    fn random_text_never_panics(text in "\\PC{0,60}") {
        let _ = evaluate(&text, &mut recorded_scope());
    }

    #[test]
    fn random_expressions_never_panic(
        tokens in proptest::collection::vec(
            prop::sample::select(vec![
                "i", "s", "m", "lst", "n", "1", "2.5", "'t'", "(", ")", "[", "]", ".", ",", "+", "-", "*", "/", "%",
                "==", "<", ">=", "&&", "or", "not ", "empty ", "?", ":", "null", "true", ".size()", ".k", "[0]",
                "S(", "now()", ".substring(1)", " ",
            ]),
            0..24,
        )
    ) {
        let text = format!("${{{}}}", tokens.concat());
        let _ = evaluate(&text, &mut recorded_scope());
    }
}

#[test]
fn no_chain_of_methods_makes_more_text_than_there_is_room_for() {
    let ten = "'aaaaaaaaaa'";
    let grown = |method: &str, times: usize| format!("${{{ten}{}.length()}}", method.repeat(times));
    let expressions = Expressions::new();
    let evaluate = |text: &str, scope: &mut MapScope| expressions.evaluate(Language::Juel, text, scope);
    assert_eq!(
        evaluate(&grown(".replace('a','aaaaaaaaaa')", 4), &mut MapScope::default()),
        Ok(Value::Integer(100_000))
    );
    for method in [
        ".replace('a','aaaaaaaaaa')",
        ".replaceAll('a','aaaaaaaaaa')",
        ".replaceAll('a','$0$0$0$0')",
        ".replace('','aaaaaaaaaa')",
    ] {
        let outcome = evaluate(&grown(method, 30), &mut MapScope::default());
        assert!(matches!(outcome, Err(EvaluationError::Limit { .. })), "{method}: {outcome:?}");
    }
    let long = Value::string(&"a".repeat(900_000));
    let outcome = evaluate("${long.concat(long)}", &mut MapScope::with(&[("long", long.clone())]));
    assert!(matches!(outcome, Err(EvaluationError::Limit { .. })), "{outcome:?}");
    let sum = "${long.trim()}".repeat(40);
    let outcome = evaluate(&sum, &mut MapScope::with(&[("long", long)]));
    assert!(matches!(outcome, Err(EvaluationError::Limit { .. })), "{outcome:?}");
}

#[test]
fn a_list_that_is_put_into_itself_ends_at_the_limit() {
    let mut scope = MapScope::with(&[("l", Value::List(Arc::new(vec![Value::Integer(1)])))]);
    let outcome = Expressions::new().evaluate(Language::Juel, &"${l.add(l)}".repeat(60), &mut scope);
    assert!(matches!(outcome, Err(EvaluationError::Limit { .. })), "{outcome:?}");
}
