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
        ("performance.timeOrigin + performance.now()", Value::Integer(21_000)),
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

/// Ends with a limit, and within the time a script has.
#[track_caller]
fn assert_limited(source: &str) {
    let outcome = run(source, &mut MapScope::default());
    assert!(matches!(outcome, Err(EvaluationError::Limit { .. })), "{source}: {outcome:?}");
}

#[test]
fn what_a_script_gives_back_is_counted_before_it_is_made() {
    for source in [
        "let a = 1; for (let i = 0; i < 24; i++) a = [a, a]; a",
        "let a = {}; for (let i = 0; i < 60; i++) a = {a, b: a}; a",
        "new Array(4294967295)",
        "new Array(20000000)",
        "execution.setVariable('x', new Array(4294967295))",
        "let t = 'a'.repeat(1 << 20); new Array(100).fill(t)",
    ] {
        assert_limited(source);
    }
}

#[test]
fn a_script_that_catches_the_limit_is_over_all_the_same() {
    let mut scope = MapScope::default();
    let source =
        "try { execution.setVariable('x', new Array(4294967295)) } catch (e) {} execution.setVariable('y', 1); 1";
    let outcome = run(source, &mut scope);
    assert!(matches!(outcome, Err(EvaluationError::Limit { .. })), "{outcome:?}");
}

#[test]
fn what_a_script_is_given_is_counted_too() {
    let large = Value::List(Arc::new(vec![Value::Integer(1); 300_000]));
    let mut scope = MapScope::with(&[("large", large), ("small", list(&[Value::Integer(1)]))]);
    assert_eq!(run("small.length", &mut scope), Ok(Value::Integer(1)), "a variable that no script names costs nothing");
    let outcome = run("large.length", &mut scope);
    assert!(matches!(outcome, Err(EvaluationError::Limit { .. })), "{outcome:?}");
}

#[test]
fn native_functions_that_would_run_for_hours_do_not() {
    for source in [
        "let h = 'a'.repeat(300000), n = 'a'.repeat(150000) + 'b'; h.indexOf(n)",
        "let h = 'a'.repeat(300000), n = 'a'.repeat(150000) + 'b'; h.includes(n) ? 1 : -1",
        "let h = 'a'.repeat(300000) + 'b', n = 'a'.repeat(150000) + 'b'; h.indexOf(n) - 150001",
    ] {
        // On a machine that is busy its time may be over before it is through; it is over then.
        match run(source, &mut MapScope::default()) {
            Ok(found) => assert_eq!(found, Value::Integer(-1), "{source}"),
            Err(error) => assert!(matches!(error, EvaluationError::Limit { .. }), "{source}: {error}"),
        }
    }
    for source in [
        "'a'.repeat(300000).split('a'.repeat(150000) + 'b')",
        "'a'.repeat(300000).replaceAll('a'.repeat(150000) + 'b', 'c')",
        "'a'.repeat(300000).lastIndexOf('b' + 'a'.repeat(150000))",
        "Array.prototype.indexOf.call({length: 2 ** 53 - 1}, 1)",
        "Array.prototype.forEach.call({get length() { return 2 ** 53 - 1 }}, () => 1)",
        "Array.prototype.forEach.call(new Proxy([], {get(t, k) { return k == 'length' ? 2 ** 53 - 1 : 1 }}), () => 1)",
        "new Array(4294967295).indexOf(1)",
        "new Array(4294967295).reverse()",
        "let a = []; for (let i = 0; i < 60; i++) a = [a, a]; a.flat(Infinity)",
        "[].concat({length: 2 ** 53 - 1, [Symbol.isConcatSpreadable]: true})",
        "Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0)",
        "let t = 'a'.repeat(1 << 20), a = []; for (let i = 0; i < 100000; i++) a.push(t + i % 2); a.includes(t + 'c')",
        "let t = 'a'.repeat(1 << 20), a = []; for (let i = 0; i < 9; i++) a.push(t + i); while (true) a.sort()",
    ] {
        let outcome = run(source, &mut MapScope::default());
        assert!(outcome.is_err() || outcome == Ok(Value::Boolean(false)), "{source}: {outcome:?}");
    }
}

#[test]
fn guarded_functions_do_what_the_native_ones_do() {
    let cases = [
        ("[3, 1, 10, undefined].sort().map(String).join()", string("1,10,3,undefined")),
        ("[3, 1, 10].sort((a, b) => a - b).join()", string("1,3,10")),
        ("[3, 1, 2].toSorted().join() + [1, 2].toReversed().join()", string("1,2,32,1")),
        ("[1, [2, [3, [4]]]].flat(2).length", Value::Integer(4)),
        ("[1, , 3].flat().length", Value::Integer(2)),
        ("(function () { return Array.prototype.slice.call(arguments, 1).join('-') })(1, 2, 3)", string("2-3")),
        ("Array.prototype.map.call('abc', c => c + c).join('')", string("aabbcc")),
        ("[1].concat([2], 3, [[4]]).length", Value::Integer(4)),
        ("[1, 2, 3].splice(1, 1)[0] + [5].fill(7)[0] + [1, 2].reverse()[0]", Value::Integer(11)),
        (
            "[1, 2, NaN].includes(NaN) && [1, 2, 1].lastIndexOf(1) === 2 && [1, 2].indexOf(2, -1) === 1",
            Value::Boolean(true),
        ),
        ("const t = 'x'.repeat(300); [1, t].indexOf(t) + [t].lastIndexOf(t)", Value::Integer(1)),
        ("'abcabc'.lastIndexOf('b') + 'a-b-c'.split('-').length", Value::Integer(7)),
        (
            "'aXbX'.replace('X', '1') + 'aXbX'.replaceAll('X', m => m + m) + 'ab'.replace(/b/g, '$&$&')",
            string("a1bXaXXbXXabb"),
        ),
        ("'a1b2'.split(/\\d/).join() + 'a'.indexOf() + 'undefined'.indexOf()", string("a,b,-10")),
        ("new Proxy({a: 1}, {get: (t, k) => k}).b", string("b")),
    ];
    for (source, expected) in cases {
        assert_eq!(run(source, &mut MapScope::default()), Ok(expected), "{source}");
    }
}
