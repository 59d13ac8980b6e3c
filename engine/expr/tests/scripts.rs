//! JavaScript over the public seam.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_engine_expr::Expressions;
use casewright_engine_value::{EvaluationError, Evaluator, Instant, Value};
use std::sync::Arc;
use support::{MapScope, list, map, string};

fn run(source: &str, scope: &mut MapScope) -> Result<Value, EvaluationError> {
    Expressions::new().run_script("javascript", source, scope)
}

#[test]
fn the_last_expression_is_the_result_with_the_types_of_the_contract() {
    let cases = [
        ("1 + 2", Value::Integer(3)),
        ("3.0", Value::Integer(3)),
        ("4294967296", Value::Long(4_294_967_296)),
        ("0.5", Value::Double(0.5)),
        ("'a' + \"b\"", string("ab")),
        ("true && !false", Value::Boolean(true)),
        ("null", Value::Null),
        ("undefined", Value::Null),
        ("var x = 5", Value::Null),
        ("[1, 'a', [null]]", list(&[Value::Integer(1), string("a"), list(&[Value::Null])])),
        ("({a: {b: 1.5}})", map(&[("a", map(&[("b", Value::Double(1.5))]))])),
        ("new Date(86400000)", Value::Date(Instant(86_400_000))),
        ("function add(a, b) { return a + b } add(1, 2)", Value::Integer(3)),
        ("10n", Value::Long(10)),
    ];
    for (source, expected) in cases {
        assert_eq!(run(source, &mut MapScope::default()), Ok(expected), "{source}");
    }
}

#[test]
fn variables_are_globals_and_assigning_one_does_not_change_the_variable() {
    let variables = [
        ("n", Value::Integer(5)),
        ("text", string("x")),
        ("items", list(&[string("a"), string("b")])),
        ("m", map(&[("k", Value::Integer(1))])),
        ("d", Value::Date(Instant(1_000))),
        ("j", Value::Json(Arc::from(r#"{"a": {"b": "c"}, "l": [1, 2]}"#))),
    ];
    let cases = [
        ("n * 2", Value::Integer(10)),
        ("n = 7; execution.getVariable('n')", Value::Integer(5)),
        ("items.size() + items.length", Value::Integer(4)),
        ("items.map(i => i + text).join('')", string("axbx")),
        ("m.k + m.get('k')", Value::Integer(2)),
        ("Object.keys(m).length", Value::Integer(1)),
        ("d.getTime()", Value::Integer(1_000)),
        ("j.prop('a').prop('b').stringValue()", string("c")),
        ("S(j).prop('l').elements().get(1).numberValue()", Value::Integer(2)),
        ("JSON.parse(j).l[0]", Value::Integer(1)),
        ("j.prop('n', 1)", Value::Json(Arc::from(r#"{"a":{"b":"c"},"l":[1,2],"n":1}"#))),
        ("JSON.stringify(j.prop('a'))", string(r#"{"b":"c"}"#)),
        ("new Date().getTime() + Date.now()", Value::Integer(42_000)),
        ("typeof process + typeof require", string("undefinedundefined")),
    ];
    for (source, expected) in cases {
        let mut scope = MapScope::with(&variables);
        scope.now = 21_000;
        assert_eq!(run(source, &mut scope), Ok(expected), "{source}");
        assert_eq!(scope.variables["n"], Value::Integer(5));
    }
}

#[test]
fn a_script_reads_and_writes_through_the_execution() {
    let mut scope = MapScope::with(&[(
        "caseEmail",
        string(r#"{"caseInstanceBusinessKey": "K-1", "from": "a@b.example", "tags": ["x"]}"#),
    )]);
    scope.properties.insert("processInstanceId".into(), string("p1"));
    let result = run(
        r#"var caseEmail = JSON.parse(execution.getVariable('caseEmail'));
           if (caseEmail && caseEmail.caseInstanceBusinessKey) {
             execution.setBusinessKey(caseEmail.caseInstanceBusinessKey);
           }
           execution.setVariable('from', caseEmail.from);
           execution.setVariable('tags', caseEmail.tags);
           execution.setVariable('node', S('{"a":1}'));
           execution.getBusinessKey() + '/' + execution.processInstanceId + '/' + execution.getVariable('from')"#,
        &mut scope,
    );
    assert_eq!(result, Ok(string("K-1/p1/a@b.example")));
    assert_eq!(scope.variables["tags"], list(&[string("x")]));
    assert_eq!(scope.variables["node"], Value::Json(Arc::from(r#"{"a":1}"#)));
}

#[test]
fn a_message_correlation_reaches_the_scope_as_one_call() {
    let mut scope = MapScope::default();
    run(
        "execution.getProcessEngineServices().getRuntimeService().createMessageCorrelation('paid')
            .processInstanceBusinessKey('K-1').setVariable('sum', 12).correlate();",
        &mut scope,
    )
    .expect("correlates");
    let [(method, arguments)] = scope.calls.as_slice() else {
        panic!("one call: {:?}", scope.calls);
    };
    assert_eq!(method, "correlateMessage");
    assert_eq!(
        arguments.as_slice(),
        [map(&[
            ("messageName", string("paid")),
            ("variables", map(&[("sum", Value::Integer(12))])),
            ("correlationKeys", map(&[])),
            ("businessKey", string("K-1")),
        ])]
    );
}

#[test]
fn a_thrown_bpmn_error_is_one_in_every_spelling() {
    for source in [
        "throw new BpmnError('E1', 'why')",
        "throw new org.camunda.bpm.engine.delegate.BpmnError('E1', 'why')",
        "var E = Java.type('org.camunda.bpm.engine.delegate.BpmnError'); throw new E('E1', 'why')",
    ] {
        assert_eq!(
            run(source, &mut MapScope::default()),
            Err(EvaluationError::BpmnError { code: "E1".to_owned(), message: Some("why".to_owned()) })
        );
    }
    assert_eq!(
        run("execution.fail()", &mut MapScope::default()),
        Err(EvaluationError::BpmnError { code: "from-scope".to_owned(), message: None })
    );
    assert_eq!(run("try { execution.fail() } catch (e) { 'caught' }", &mut MapScope::default()), Ok(string("caught")));
}

#[test]
fn other_exceptions_fail_with_their_message() {
    for (source, message) in [
        ("throw new Error('no')", "Unable to evaluate script: Error: no"),
        ("missing", "Unable to evaluate script: ReferenceError: missing is not defined"),
        ("throw 'text'", "Unable to evaluate script: Error: text"),
        ("execution.nope()", "Method not found: nope"),
        (
            "var a = {}; a.a = a; a",
            "Unable to evaluate script: Error: a value is nested too deeply, or contains itself",
        ),
    ] {
        assert_eq!(run(source, &mut MapScope::default()), Err(EvaluationError::Failed(message.to_owned())), "{source}");
    }
    assert!(matches!(
        run("if (", &mut MapScope::default()),
        Err(EvaluationError::Failed(message)) if message.contains("SyntaxError")
    ));
}

#[test]
fn endless_loops_memory_and_recursion_end_at_their_limits() {
    for (source, what) in [
        ("while (true) {}", "time of a script"),
        ("var a = []; while (true) { a.push('x'.repeat(100000) + a.length) }", "memory of a script"),
        ("function f() { return f() + 1 } f()", "stack of a script"),
        ("try { while (true) {} } catch (e) { 'escaped' }", "time of a script"),
    ] {
        match run(source, &mut MapScope::default()) {
            Err(EvaluationError::Limit { what: limit, .. }) => assert_eq!(limit, what, "{source}"),
            other => panic!("{source}: {other:?}"),
        }
    }
}

#[test]
fn formats_without_an_engine_are_refused_by_name() {
    let expressions = Expressions::new();
    let mut scope = MapScope::with(&[("a", Value::Integer(1))]);
    for format in ["groovy", "python", "ruby"] {
        assert_eq!(
            expressions.run_script(format, "1", &mut scope),
            Err(EvaluationError::Unsupported(format!("script format '{format}' (use javascript, feel or juel)")))
        );
        assert!(Expressions::check_script_format(format).is_err());
    }
    for (format, source, expected) in [
        ("ECMAScript", "a + 1", Value::Integer(2)),
        ("graal.js", "a + 1", Value::Integer(2)),
        ("Juel", "${a + 1}", Value::Long(2)),
        ("feel", "a + 1", Value::Long(2)),
    ] {
        assert_eq!(expressions.run_script(format, source, &mut scope), Ok(expected));
    }
}
