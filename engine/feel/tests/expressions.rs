//! Expressions and unary tests in the readings of forms and of Camunda.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use casewright_engine_feel::{
    Budget, DateTime, Dialect, Expression, Failure, Host, Names, Number, UnaryTests, Value, Zone,
};
use proptest::prelude::*;
use std::collections::HashMap;

#[derive(Default)]
struct Variables(HashMap<&'static str, Value>);

impl Host for Variables {
    fn variable(&self, name: &str) -> Option<Value> {
        self.0.get(name).cloned()
    }

    fn now(&self) -> jiff::Timestamp {
        "2026-11-30T12:43:30.48Z".parse().unwrap()
    }

    fn random(&self) -> u128 {
        0x0123_4567_89ab_cdef_0123_4567_89ab_cdef
    }
}

fn variables() -> Variables {
    let number = |n: i64| Value::Number(Number::from(n));
    let local = |text: &str| Value::DateTime(DateTime::new(text.parse().unwrap(), Zone::Local));
    Variables(HashMap::from([
        ("a", number(3)),
        ("t", Value::Boolean(true)),
        ("list", Value::string("x")),
        ("string", Value::string("x")),
        ("index", Value::string("x")),
        ("day", local("2026-01-01T00:00:00")),
        ("name", Value::string("anna")),
    ]))
}

/// The value as FEEL writes it.
fn written(text: &str) -> String {
    let expression =
        Expression::parse(text, &Names::new(["Net Sum"])).unwrap_or_else(|error| panic!("{text}: {error}"));
    match expression.evaluate(&variables(), Budget::default()) {
        Ok(Value::String(text)) => format!("{text:?}"),
        Ok(value) => value.to_string(),
        Err(failure) => format!("! {failure}"),
    }
}

#[test]
fn expressions_give_what_they_say() {
    for (text, expected) in [
        ("1 + 2 * 3 - 4 / 2", "5"),
        ("0.1 + 0.2", "0.3"),
        ("10 / 3", "3.333333333333333333333333333333333"),
        ("2 ** 3 ** 2", "64"),
        ("-2 ** 2", "4"),
        ("1 / 0", "null"),
        ("5 - -3", "8"),
        ("\"a\" + \"b\"", "\"ab\""),
        ("\"a\" + 1", "null"),
        ("if(a != null and a > 1) then \"x\" else null", "\"x\""),
        ("if t then(1)else(2)", "1"),
        ("t and(t)", "true"),
        ("false or(t)", "true"),
        ("a in(1,3)", "true"),
        ("a in (1..5)", "true"),
        ("a in [1..2]", "false"),
        ("a in > 2", "true"),
        ("a in (> 5, < 1)", "false"),
        ("a in [1, 3]", "true"),
        ("for i in [1] return(i)", "[1]"),
        ("some i in [1] satisfies(i>0)", "true"),
        ("every i in [1, 2], j in [3] satisfies i < j", "true"),
        ("\"Dear customer,\nplease call us.\"", "\"Dear customer,\\nplease call us.\""),
        ("if \"x\" then 1 else 2", "2"),
        ("if missing then 1 else 2", "2"),
        ("missing = null", "true"),
        ("null = 1", "false"),
        ("1 = \"1\"", "null"),
        ("null < 1", "null"),
        ("a between 1 and 3", "true"),
        ("[1, 2, 3][item > 1]", "[2, 3]"),
        ("[1, 2, 3][-1]", "3"),
        ("[1, 2, 3][4]", "null"),
        ("[{p: 1}, {p: 2}][p > 1]", "[{p:2}]"),
        ("[{p: 1}, {p: 2}].p", "[1, 2]"),
        ("{a: 1, b: a + 1}.b", "2"),
        ("{\"Net Sum\": 7}.Net Sum * 2", "14"),
        ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(5)}.r", "120"),
        ("{f: function(g, n) if n < 2 then 1 else n * g(g, n - 1), r: f(f, 5)}.r", "120"),
        ("(function(x) function(y) x - y)(5)(3)", "2"),
        ("for i in 1..3 return i * i", "[1, 4, 9]"),
        ("for i in 3..1 return i", "[3, 2, 1]"),
        ("for i in 1..4 return if i = 1 then 1 else partial[-1] * 2", "[1, 2, 4, 8]"),
        ("// a comment\n1 /* another */ + 1", "2"),
        ("`a`+ 1", "4"),
        ("a instance of number", "true"),
        ("[1] instance of list<number>", "true"),
        ("@\"2026-01-01\" instance of date", "true"),
        ("day > date and time(\"2015-11-30T12:00:00\")", "true"),
        ("day = date and time(\"2026-01-01T00:00:00Z\")", "true"),
        ("date(\"2026-01-31\") + duration(\"P1M\")", "2026-02-28"),
        ("date(\"2026-01-03\") - date(\"2026-01-01\")", "P2D"),
        ("time(\"16:00\")", "16:00:00"),
        ("time(\"16:00:00.5+01:00\")", "16:00:00.5+01:00"),
        ("date and time(\"2026-01-01T10:00\")", "2026-01-01T10:00:00"),
        ("date and time(\"2026-07-01T10:00:00@Europe/Berlin\").time offset", "PT2H"),
        ("now()", "2026-11-30T12:43:30.48Z"),
        ("today()", "2026-11-30"),
        ("{d: string(today())}.d", "\"2026-11-30\""),
        ("duration(\"PT90M\")", "PT1H30M"),
        ("duration(\"P1D\") * 1.5", "P1DT12H"),
        ("@\"P1Y6M\".months", "6"),
        ("[1..5].end", "5"),
        ("(< 5).end included", "false"),
        ("list contains([\"a\"], \"a\")", "true"),
        ("string length(\"abc\")", "3"),
        ("index of([1, 2], 2)", "[2]"),
    ] {
        assert_eq!(written(text), expected, "{text}");
    }
}

#[test]
fn built_in_functions_answer_as_camundas() {
    for (text, expected) in [
        ("is defined(zz)", "false"),
        ("is defined(a)", "true"),
        ("is empty([])", "true"),
        ("is blank(\" \")", "true"),
        ("get or else(null, 1)", "1"),
        ("assert(1, true, \"x\")", "1"),
        ("assert(1, false, \"not so\")", "! FEEL assertion failed: not so"),
        ("trim(\" a \")", "\"a\""),
        ("extract(\"abc\", \"b\")", "[\"b\"]"),
        ("replace(\"abcd\", \"(ab)|(a)\", \"[1=$1]\")", "\"[1=ab]cd\""),
        ("split(\"a;b\", \";\")", "[\"a\", \"b\"]"),
        ("matches(\"Abc\", \"^a\", \"i\")", "true"),
        ("substring(\"foobar\", -2, 1)", "\"a\""),
        ("substring(string: \"foobar\", start position: 3)", "\"obar\""),
        ("substring after(\"foobar\", \"ob\")", "\"ar\""),
        ("partition([1,2,3], 2)", "[[1, 2], [3]]"),
        ("duplicate values([1, 2, 1, \"a\", \"a\"])", "[1, \"a\"]"),
        ("distinct values([1, 2, 1.0])", "[1, 2]"),
        ("flatten([[1, [2]], 3])", "[1, 2, 3]"),
        ("sort([3, 1, 2], function(x, y) x > y)", "[3, 2, 1]"),
        ("string join([\"a\", null, \"b\"], \", \")", "\"a, b\""),
        ("sublist([1, 2, 3], -2, 1)", "[2]"),
        ("insert before([1, 3], 2, 2)", "[1, 2, 3]"),
        ("list replace([1, 2], 2, 5)", "[1, 5]"),
        ("min(1, 2)", "1"),
        ("max([\"a\", \"b\"])", "\"b\""),
        ("sum([0.1, 0.2])", "0.3"),
        ("median([8, 2, 5, 3])", "4"),
        ("mode([6, 3, 9, 6, 6])", "[6]"),
        ("stddev([2, 4, 7, 5])", "2.081665999466132735282297706979931"),
        ("and([true, false])", "false"),
        ("all([])", "true"),
        ("decimal(1/3, 2)", "0.33"),
        ("round half up(5.5, 0)", "6"),
        ("floor(-1.5)", "-2"),
        ("modulo(-12, 5)", "3"),
        ("modulo(1000000, 1 / 14)", "0.07142857142857142857142857140857143"),
        ("sqrt(16)", "4"),
        ("odd(3)", "true"),
        ("number(\"1.5\")", "1.5"),
        ("number(\"1,000.5\", \",\")", "1000.5"),
        ("number(\"x\")", "null"),
        ("string(last day of month(date(\"2026-02-01\")))", "\"2026-02-28\""),
        ("day of week(date(\"2019-09-17\"))", "\"Tuesday\""),
        ("week of year(date(2019, 9, 17))", "38"),
        ("years and months duration(date(\"2011-12-22\"), date(\"2013-08-24\"))", "P1Y8M"),
        ("to base64(\"a\")", "\"YQ==\""),
        ("uuid()", "\"01234567-89ab-4def-8123-456789abcdef\""),
        ("random number() < 1", "true"),
        ("to json({a: [1, null, \"x\"]})", "\"{\\\"a\\\":[1,null,\\\"x\\\"]}\""),
        ("from json(\"[1.50]\")", "[1.5]"),
        ("put({a: 1}, \"b\", 2)", "{a:1, b:2}"),
        ("context put({x: {y: 1}}, [\"x\", \"y\"], 2)", "{x:{y:2}}"),
        ("context merge([{a: 1}, {a: 2}])", "{a:2}"),
        ("get value({a: {b: 1}}, [\"a\", \"b\"])", "1"),
        ("get entries({a: 1})[1].key", "\"a\""),
        ("overlaps([1..5], [3..8])", "true"),
        ("before([1..5), 5)", "true"),
        ("includes([1..5], 5)", "true"),
        ("met by([5..8], [1..5])", "true"),
        ("is(time(\"10:00:00Z\"), time(\"10:00:00+00:00\"))", "true"),
        ("abs(duration(\"-PT5H\"))", "PT5H"),
        ("not(null)", "null"),
    ] {
        assert_eq!(written(text), expected, "{text}");
    }
}

#[test]
fn unary_tests_accept_as_camundas() {
    let number = |n: i64| Value::Number(Number::from(n));
    for (tests, input, expected) in [
        ("-", Value::Null, true),
        ("> 5", number(6), true),
        ("< a + 10", number(12), true),
        ("[1..5], 9", number(9), true),
        ("\"a\", \"b\"", Value::string("b"), true),
        ("not(\"a\", \"b\")", Value::string("c"), true),
        ("not(\"a\")", Value::string("a"), false),
        ("null", Value::Null, true),
        ("? > 5 and ? < 9", number(6), true),
        ("contains(?, \"z\")", Value::string("xyz"), true),
        ("contains(name, \"z\")", Value::string("anything"), false),
        ("contains(name, \"nn\")", Value::string("anything"), true),
        ("contains(name, \"z\"), \"other\"", Value::string("other"), true),
        ("not(contains(?, \"z\"))", Value::string("xyz"), false),
        ("not(contains(?, \"z\"))", Value::string("abc"), true),
        ("odd(a)", number(1), true),
        ("name", Value::string("anna"), true),
        ("[\"x\", \"y\"]", Value::string("y"), true),
        ("true", Value::Boolean(false), false),
        ("false", Value::Boolean(false), true),
        ("if a = 3 then \"yes\" else \"no\"", Value::string("yes"), true),
        ("> 5", Value::string("x"), false),
        (
            "[date and time(\"2025-01-01T00:00:00\")..date and time(\"2027-01-01T00:00:00\")]",
            variables().0["day"].clone(),
            true,
        ),
        ("> date and time(\"2027-01-01T00:00:00\")", variables().0["day"].clone(), false),
    ] {
        let parsed = UnaryTests::parse(tests, &Names::default()).unwrap_or_else(|error| panic!("{tests}: {error}"));
        assert_eq!(parsed.accept(&input, &variables(), Budget::default()), Ok(expected), "{tests} of {input:?}");
    }
}

#[test]
fn what_cannot_be_read_says_where_and_why() {
    for (text, line, column, part) in [
        ("1 +", 1, 4, "expected an expression, found the end"),
        ("if (a then", 1, 7, "expected ')', found 'then'"),
        ("a == b", 1, 3, "'==' is no operator"),
        ("\n  foo(1)", 2, 3, "there is no function 'foo'"),
        ("1 in (< 2, > foo(1))", 1, 14, "there is no function 'foo'"),
        ("1 in ([1..5], foo(1))", 1, 15, "there is no function 'foo'"),
        ("[1..2[foo(1)]]", 1, 7, "there is no function 'foo'"),
        ("substring(\"a\")", 1, 1, "substring(string, start position, length)"),
        ("\"open", 1, 1, "does not end"),
        ("a b", 1, 3, "expected an operator or the end, found 'b'"),
        ("x instance of thing", 1, 15, "there is no type 'thing'"),
        ("function(x) external {}", 1, 1, "external"),
        ("@\"nonsense\"", 1, 1, "no date"),
    ] {
        let error = Expression::parse(text, &Names::default()).unwrap_err();
        assert_eq!((error.line, error.column), (line, column), "{text}: {error}");
        assert!(error.message.contains(part), "{text}: {error}");
    }
    let deep = format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000));
    assert!(Expression::parse(&deep, &Names::default()).unwrap_err().is_limit);
}

#[test]
fn what_is_long_but_flat_is_no_trouble() {
    let many = (0..6_000).map(|i| format!("a = {i}")).collect::<Vec<_>>().join(" or ");
    assert_eq!(written(&many), "true");
    let sum = vec!["1"; 20_000].join(" + ");
    assert_eq!(written(&sum), "20000");
}

#[test]
fn evaluations_end_at_their_budget() {
    for text in [
        "count(for i in 1..1000000000 return i)",
        "{f: function(g) g(g), r: f(f)}.r",
        "for a in 1..10000 return for b in 1..10000 return a",
        "for i in 1..64 return if i = 1 then \"aa\" else partial[-1] + partial[-1]",
        "{f: function(f, s, n) if n = 0 then s else f(f, s + s, n - 1), r: f(f, \"a\", 64)}.r",
        "for i in 1..200 return [partial[-1]]",
        "for i in 1..64 return [partial, partial]",
        "some i in 1..1000000000 satisfies i < 0",
        "9 ** 999999999 ** 2 ** 999999999",
    ] {
        let expression = Expression::parse(text, &Names::default()).unwrap();
        let outcome = expression.evaluate(&variables(), Budget::default());
        let is_bounded = matches!(outcome, Err(Failure::Limit(_))) || text.starts_with('9') && outcome.is_ok();
        assert!(is_bounded, "{text}: {outcome:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn random_text_never_panics(text in "\\PC{0,60}") {
        if let Ok(expression) = Expression::parse(&text, &Names::default()) {
            let _ = expression.evaluate(&variables(), Budget::default());
        }
        let _ = UnaryTests::parse(&text, &Names::default());
    }

    #[test]
    fn random_expressions_never_panic(
        tokens in proptest::collection::vec(
            prop::sample::select(vec![
                "a", "list", "1", "2.5", "1e30", "\"t\"", "(", ")", "[", "]", "{", "}", ":", ".", ",", "+", "-", "*", "/", "**",
                "=", "<", ">=", " and ", " or ", "not(", " in ", " between ", "if ", " then ", " else ", "for i in ",
                " return ", "some i in ", " satisfies ", "..", "null", "date(", "@\"PT1H\"", "@\"2026-01-01\"", "function(x) ",
                " instance of ", "string length(", "sort(", "replace(", "?", " ", "day", "partial", "put(",
            ]),
            0..24,
        )
    ) {
        let text = tokens.concat();
        if let Ok(expression) = Expression::parse(&text, &Names::default())
            && let Ok(value) = expression.evaluate(&variables(), Budget::default())
        {
            let _ = value.to_string();
        }
        if let Ok(tests) = UnaryTests::parse(&text, &Names::default()) {
            let _ = tests.accept(&Value::Null, &variables(), Budget::default());
        }
    }

    /// What is computed with whole numbers is what Rust computes.
    #[test]
    fn arithmetic_of_whole_numbers_is_exact(a in -1_000_000_i64..1_000_000, b in -1_000_000_i64..1_000_000, c in 1_i64..1_000) {
        let text = format!("({a}) + ({b}) * {c} - modulo({a}, {c})");
        prop_assert_eq!(written(&text), (a + b * c - a.rem_euclid(c)).to_string());
    }
}

#[test]
fn ranges_relate_as_the_specification_has_it() {
    for (text, expected) in [
        ("overlaps before([1..5], (1..5])", "true"),
        ("overlaps before([1..5), (1..5])", "true"),
        ("overlaps before([1..5], [3..8])", "true"),
        ("overlaps before([1..5], [1..5])", "false"),
        ("overlaps after((1..5], [1..5])", "true"),
        ("before(point: 1, range: [2..3])", "true"),
        ("includes(range1: [1..5], range2: (1..5))", "true"),
        ("range(\"[18..21)\") = [18..21)", "true"),
        ("range(\"(..10]\")", "(..10]"),
        ("range(\"[..10]\")", "null"),
        ("range(\"[21..18]\")", "null"),
        ("range(\"no range\")", "null"),
        ("date and time(2026, 1, 31, 10, 30, 0.5)", "2026-01-31T10:30:00.5"),
        ("date and time(2026, 1, 31, 10, 30, 0, @\"PT1H\")", "2026-01-31T10:30:00+01:00"),
        ("date and time(2026, 1, 31, 10, 30, 0, \"Europe/Berlin\")", "2026-01-31T10:30:00@Europe/Berlin"),
        ("date and time(2026, 2, 31, 10, 30, 0)", "null"),
        ("string(date(\"999999999-12-31\"))", "\"999999999-12-31\""),
        ("date(\"12026-01-31\") + duration(\"P1M\")", "12026-02-28"),
        ("date(\"12026-01-02\") - date(\"12026-01-01\")", "P1D"),
        ("string length(\"\\uD83D\\uDE00\")", "1"),
    ] {
        assert_eq!(written(text), expected, "{text}");
    }
}

/// The value as Camunda 7, Camunda 8 and forms have it.
#[test]
fn dialects_differ_where_their_engines_do() {
    const SAME: &str = "=";
    for (text, camunda, camunda8, forms) in [
        ("[1..5]", "null", SAME, "[1..5]"),
        ("3 in [1..5]", "true", SAME, "true"),
        ("count(5)", "null", SAME, "1"),
        ("5[item = 5]", "null", SAME, "[5]"),
        ("for x in 5 return x", "null", SAME, "[5]"),
        ("for x in 1.5..3 return x", "[1.5, 2.5]", SAME, "null"),
        ("concatenate([1], 2, null)", "[1, 2, null]", SAME, "[1, 2, null]"),
        ("sublist([1, 2], 5)", "[]", SAME, "null"),
        ("insert before([1, 2], 5, 9)", "[1, 2, 9]", SAME, "null"),
        ("remove([1, 2], 5)", "[1, 2]", SAME, "null"),
        ("[1, 2, 3][-2.5]", "1", SAME, "null"),
        ("sort([1, null], function(x, y) x < y)", "null", SAME, "[1, null]"),
        ("number(5)", "null", SAME, "5"),
        ("substring(\"abc\", 0)", "", SAME, "null"),
        ("split(\"ab\", \"\")", "[\"a\", \"b\", \"\"]", SAME, "[\"a\", \"b\"]"),
        ("replace(\"a\", \"a\", \"$1\")", "null", SAME, ""),
        ("string length(\"\\u00e9\")", "6", SAME, "1"),
        ("string([\"a\\\"b\"])", "[\"a\"b\"]", SAME, "[\"a\\\"b\"]"),
        ("-duration(\"P1D\")", "null", SAME, "-P1D"),
        ("duration(\"P1D\") * 1.5", "P1D", SAME, "P1DT12H"),
        ("duration(\"P1D\") / duration(\"PT7H\")", "3", SAME, "3.428571428571428571428571428571429"),
        ("sum([duration(\"P1D\"), duration(\"P1D\")])", "null", SAME, "P2D"),
        ("date and time(date(\"2026-01-01\"))", "null", SAME, "2026-01-01T00:00:00"),
        (
            "date and time(day, \"Europe/Berlin\")",
            "2026-01-01T00:00:00@Europe/Berlin",
            SAME,
            "2026-01-01T01:00:00@Europe/Berlin",
        ),
        ("odd(2.5)", "false", SAME, "null"),
        ("sqrt(2)", "1.4142135623730951", SAME, "1.414213562373095048801688724209698"),
        ("7 ** -2", "0.02040816326530612244897959183673469", SAME, "0.02040816326530612244897959183673469"),
        ("null instance of Null", "false", SAME, "true"),
        ("2 between 3 and 1", "false", SAME, "true"),
        ("day < now()", "null", "true", "true"),
        ("day = date and time(\"2026-01-01T00:00:00Z\")", "null", "true", "true"),
        ("fromAi(a, \"what\")", "!", "3", "!"),
        ("string(1.50)", "1.50", SAME, "1.5"),
        ("string(1 / 3)", "0.3333333333333333333333333333333333", SAME, "0.3333333333333333"),
        ("string({a: 2 / 3})", "{a:0.6666666666666666666666666666666667}", SAME, "{a: 0.6666666666666666}"),
        ("string(9007199254740993)", "9007199254740993", SAME, "9007199254740993"),
        ("0 between 1 and null", "false", SAME, "null"),
        ("if true then 1 else 2 in (3) = null", "!", SAME, "!"),
    ] {
        for (dialect, expected) in [
            (Dialect::Camunda, camunda),
            (Dialect::Camunda8, if camunda8 == SAME { camunda } else { camunda8 }),
            (Dialect::Forms, forms),
        ] {
            let value = match Expression::parse(text, &Names::default().reading(dialect)) {
                Ok(expression) => expression.evaluate(&variables(), Budget::default()).unwrap().to_string(),
                Err(_) => "!".to_owned(),
            };
            assert_eq!(value, expected, "{text} as {dialect:?}");
        }
    }
}

#[test]
fn cells_of_camunda_are_answers_when_they_ask_about_their_input() {
    let number = |n: i64| Value::Number(Number::from(n));
    for (tests, input, expected) in [
        ("? > 1", Value::Null, false),
        ("?", Value::Boolean(false), false),
        ("true, 5", number(3), true),
        ("(true)", number(3), true),
        ("true", number(3), false),
        ("(false)", Value::Boolean(false), true),
        ("5, true", number(3), false),
        ("not(\"a\")", number(3), false),
        ("not(4)", number(3), true),
        ("not(true)", Value::Boolean(false), false),
        ("5, not(5)", number(3), false),
        ("[1..5]", number(3), true),
    ] {
        let parsed = UnaryTests::parse(tests, &Names::default().reading(Dialect::Camunda)).unwrap();
        assert_eq!(parsed.accept(&input, &variables(), Budget::default()), Ok(expected), "{tests} of {input:?}");
    }
}
