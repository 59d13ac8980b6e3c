//! What Camunda 7.24 answers where DMN leaves it open, or says otherwise: each was seen there.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use casewright_engine_feel::{Budget, Dialect, Expression, Failure, Host, Names, UnaryTests, Value};

struct Nothing;

impl Host for Nothing {
    fn variable(&self, _: &str) -> Option<Value> {
        None
    }

    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::UNIX_EPOCH
    }

    fn random(&self) -> u128 {
        0
    }
}

fn evaluate(text: &str) -> Result<Value, Failure> {
    let expression = Expression::parse(text, &Names::default().reading(Dialect::Camunda))
        .unwrap_or_else(|error| panic!("{text}: {error}"));
    expression.evaluate(&Nothing, Budget::default())
}

/// Fails with all that are answered otherwise.
fn hold(expected: &[(&str, &str)]) {
    let told = |text: &str| match evaluate(text) {
        Ok(value) => value.to_string(),
        Err(failure) => format!("! {failure}"),
    };
    let wrong: Vec<String> = expected
        .iter()
        .filter(|(text, expected)| told(text) != *expected)
        .map(|(text, expected)| format!("{text}\n    is       {}\n    should be {expected}", told(text)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn times_of_parts_keep_their_fraction_unless_their_offset_is_null() {
    hold(&[
        ("time(10, 1, 1.50, duration(\"PT0S\"))", "10:01:01.5Z"),
        ("time(10, 1, 1.50)", "10:01:01.5"),
        ("time(10, 1, 1.50, null)", "10:01:01"),
        ("time(10, 1, 1.1234567891, duration(\"PT0S\"))", "10:01:01.123456789Z"),
        ("time(10, 1, 59.9999999999)", "10:01:59.999999999"),
        ("time(10, 1, 60, duration(\"PT0S\"))", "null"),
    ]);
}

#[test]
fn the_time_of_a_moment_in_a_named_zone_has_the_offset_of_its_day() {
    const SUMMER: &str = "time(date and time(\"2026-07-01T12:00:00@Europe/Berlin\"))";
    hold(&[
        (SUMMER, "12:00:00@Europe/Berlin"),
        (&format!("{SUMMER}.time offset"), "PT2H"),
        (&format!("({SUMMER} + duration(\"PT1H\")).time offset"), "PT2H"),
        (&format!("time(\"00:00:00Z\") - {SUMMER}"), "PT10H"),
        (&format!("{SUMMER} < time(\"12:00:00@Europe/Berlin\")"), "true"),
        (&format!("{SUMMER} = time(\"12:00:00@Europe/Berlin\")"), "false"),
        ("time(\"12:00:00@Europe/Berlin\").time offset", "PT1H"),
        (&format!("date and time(date(\"2026-01-01\"), {SUMMER}).time offset"), "PT1H"),
    ]);
}

#[test]
fn seconds_of_a_duration_are_counted_downwards() {
    hold(&[
        ("(-10 * duration(\"P1D\") / 0.1).seconds", "-26"),
        ("duration(\"-PT0.5S\").seconds", "-1"),
        ("duration(\"-PT60.5S\").minutes", "-1"),
        ("duration(\"-P1DT0.5S\").days", "-1"),
        ("duration(\"PT60.5S\").seconds", "0"),
    ]);
}

#[test]
fn separators_that_are_all_null_are_none() {
    hold(&[
        ("number(\"0\", null, null)", "null"),
        ("number(\"0\", null)", "null"),
        ("number(\"0\", \".\", null)", "0"),
        ("number(\"1,5\", null, \",\")", "1.5"),
        ("string join([\"a\", \"b\"], \"\", null, null)", "ab"),
        ("string join([\"a\", \"b\"], \"-\", null, \"x\")", "null"),
        ("string join([\"a\", \"b\"], \"-\", \"x\", null)", "null"),
    ]);
}

#[test]
fn the_greatest_of_one_list_is_that_list_when_its_items_could_be_compared() {
    hold(&[
        ("max([[1, null, 2]])", "null"),
        ("min([[\"a\", 2]])", "null"),
        ("max([[]])", "null"),
        ("max([[1, 2]])", "[1, 2]"),
        ("max([[[1], [true]]])", "[[1], [true]]"),
        ("max([[[true], [1]]])", "null"),
        ("max([[time(\"10:00:00\"), time(\"10:00:00Z\")]])", "null"),
    ]);
}

#[test]
fn a_part_of_a_list_may_begin_before_it() {
    hold(&[
        ("sublist([3], -3.25, 1.50)", "[]"),
        ("sublist([1, 2, 3], -4, 2)", "[1]"),
        ("sublist([1, 2, 3], -4)", "[1, 2, 3]"),
        ("sublist([1, 2, 3], -3, 1)", "[1]"),
        ("sublist([1, 2, 3], 0.5, 1)", "[]"),
        ("sublist([1, 2, 3], 0, 1)", "null"),
        ("insert before([1, 2], -5, 9)", "[9, 1, 2]"),
        ("insert before([1, 2], 0.5, 9)", "[1, 2, 9]"),
    ]);
}

#[test]
fn domains_of_a_loop_are_all_evaluated_and_see_nothing_of_one_another() {
    hold(&[
        ("for x in [], y in 1 return x", "null"),
        ("for x in [], y in (for x in 1 return x) return x + y", "null"),
        ("for x in [], y in partition((for x in 1..3 return x), 0) return x + y", "null"),
        ("for x in [[1]], y in x return y", "null"),
        ("some x in [], y in 1 satisfies true", "null"),
        ("for x in [], y in [1] return x", "[]"),
        ("for x in [1, 2], y in 3..1 return x + y", "[4, 3, 2, 5, 4, 3]"),
        ("sort([5], function(x) x)", "null"),
    ]);
}

#[test]
fn what_follows_in_is_a_range_or_all_that_there_is() {
    hold(&[
        ("1 in [1, 2] and true", "false"),
        ("1 in [1] or false", "false"),
        ("1 in (1 or true)", "true"),
        ("(1 in [1, 2]) and true", "true"),
        ("1 in (1, 2) and true", "true"),
        ("1 in [1..2] and true", "true"),
        ("1 in > 0 and true", "true"),
        ("(> 1 or true)", "true"),
        ("{} in \"\" = \"\"", "true"),
        ("[1] in [3, 1] in null", "false"),
        ("1 in 3 > 2", "true"),
        ("0 in 1 != null", "true"),
        ("1 in 1 between 0 and 2", "true"),
        ("1 in if true then 1 else 2", "true"),
        ("(function(x) [1..5]) instance of function", "true"),
        ("function(x) [1..5] instance of function", "true"),
    ]);
}

#[test]
fn a_cell_that_asks_about_another_input_asks_not_about_its_own() {
    for (tests, expected) in [
        ("0 in (if ? > \"true\" then true else false)", true),
        ("0 in (? > 1)", true),
        ("if ? then true else false", false),
        ("? in (true)", true),
    ] {
        let parsed = UnaryTests::parse(tests, &Names::default().reading(Dialect::Camunda)).unwrap();
        let accepted = parsed.accept(&Value::Boolean(false), &Nothing, Budget::default());
        assert_eq!(accepted, Ok(expected), "{tests}");
    }
}

#[test]
fn a_path_that_leads_to_no_function_cannot_be_called() {
    const FAILS: &str = "! what is called is no function";
    hold(&[
        ("{c: {n: 1}, v: c.n(7)}.v", FAILS),
        ("missing.f(1)", FAILS),
        ("date(\"2026-01-01\").year(1)", FAILS),
        ("[missing.f(1)]", FAILS),
        ("missing.f(1) = null", FAILS),
        ("{c: {f: function(x) x}, v: c.f(1, 2)}.v", "! a function is called with other arguments than (x)"),
        ("{c: {f: function(x) x}, v: c.f(1)}.v", "1"),
        ("{f: 3, v: f(1)}.v", "null"),
        ("0 between 1 and assert(2, false)", "false"),
        // What is reckoned with, looped over, asked for or handed on is null.
        ("missing.f(1) + 1", "null"),
        ("-missing.f(1)", "null"),
        ("abs(missing.f(1))", "null"),
        ("for x in missing.f(1) return x", "null"),
        ("[1, 2][missing.f(1)]", "null"),
        ("if missing.f(1) then 1 else 2", "2"),
        ("missing.f(1) or true", "true"),
        ("1 between missing.f(1) and 0", "false"),
        ("{f: function(x) missing.f(x), v: f(1)}.v", "null"),
        ("1 in missing.f(1)", "false"),
        ("1 in (> missing.f(1), 1)", "true"),
        ("1 in > missing.f(1)", FAILS),
    ]);
}

#[test]
fn there_is_no_input_outside_of_cells() {
    hold(&[
        ("? = 1", "! there is no input that '?' could stand for"),
        ("? in (1)", "! there is no input that '?' could stand for"),
        ("1 in (? = 1)", "true"),
    ]);
}

#[test]
fn numbers_are_written_with_all_their_digits() {
    hold(&[
        ("string(1.50)", "1.50"),
        ("string(decimal(12, 2))", "12.00"),
        ("string(decimal(12.5, 2)) + \" EUR\"", "12.50 EUR"),
        ("string(floor(2.5))", "2"),
        ("string(floor(2.5, -3))", "0E+3"),
        ("string(1.50 + 1)", "2.50"),
        ("string(0 * 1.50)", "0.00"),
        ("string(1.50 * 1.50)", "2.2500"),
        ("string(1.50 ** 2)", "2.2500"),
        ("string(10 / 4)", "2.5"),
        ("string(1.00 / 2)", "0.50"),
        ("string(100.0 / 2.00)", "5E+1"),
        ("string(0 / 1.50)", "0E+2"),
        ("string(1 / 3)", "0.3333333333333333333333333333333333"),
        ("string(0.1 * 0.000001)", "1E-7"),
        ("string(sqrt(16))", "4.0"),
        ("string(modulo(-2.5, 0.1))", "0.0"),
        ("string(modulo(1000000, 1 / 14))", "0.07142857142857142857142857140857147"),
        ("string(mean([1.50, 1.50]))", "1.50"),
        ("string(mean([sqrt(99999999999999999999), floor(0, -1)]))", "5.00000000E+9"),
        ("string(sqrt(0.01))", "0.1"),
        ("string(decimal(1, 40))", "1.0000000000000000000000000000000000000000"),
        ("string([-1.50, 1.0])", "[-1.50, 1.0]"),
        // What is equal is equal.
        ("1.50 = 1.5", "true"),
        ("distinct values([1, 1.0, 1.00])", "[1]"),
        ("[1, 2, 3][2.0]", "2"),
        ("odd(3.0)", "true"),
    ]);
}
