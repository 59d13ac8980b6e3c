//! Local times where the process is in Berlin, as a Camunda 7.24 with `-Duser.timezone=Europe/Berlin` tells them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_engine_expr::Expressions;
use casewright_engine_value::{Evaluator, Instant, Language, TimerKind, Value, zone};
use support::{MapScope, string};

/// A process has one time zone: all tests of this file are in Berlin.
fn berlin() -> Expressions {
    zone::set_local(jiff::tz::TimeZone::get("Europe/Berlin").expect("a known zone"));
    Expressions::new()
}

/// `2036-03-29T12:00:00+01:00`.
fn at(text: &str) -> Instant {
    Instant::from(text.parse::<jiff::Timestamp>().expect("a test date"))
}

/// The next dates of a cycle from a moment on, when nobody is late.
fn firings(text: &str, from: &str, most: usize) -> Vec<Instant> {
    let expressions = berlin();
    let mut found = Vec::new();
    let mut next = Some(expressions.schedule(TimerKind::Cycle, &string(text), at(from)).expect("a cycle"));
    while let Some(schedule) = next.filter(|_| found.len() < most) {
        found.push(schedule.due);
        next = expressions.next_due(&schedule.repeat.unwrap(), schedule.due, schedule.due).expect("its own repeat");
    }
    found
}

/// The eve of summer time, at noon.
const NOON: &str = "2036-03-29T12:00:00+01:00";

fn scope() -> MapScope {
    let mut scope = MapScope::with(&[("d", Value::Date(at(NOON)))]);
    scope.now = at(NOON).0;
    scope
}

fn evaluated(language: Language, text: &str) -> Value {
    berlin().evaluate(language, text, &mut scope()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn cycles_keep_their_local_time_over_the_switch_to_summer_time_and_back() {
    for (text, from, expected) in [
        ("0 0 9 * * ?", NOON, ["2036-03-30T09:00:00+02:00", "2036-03-31T09:00:00+02:00"]),
        ("R/2036-03-28T09:00:00+01:00/P1D", NOON, ["2036-03-30T09:00:00+02:00", "2036-03-31T09:00:00+02:00"]),
        ("R/2036-03-28T09:00:00/P1D", NOON, ["2036-03-30T09:00:00+02:00", "2036-03-31T09:00:00+02:00"]),
        ("R/P1D", NOON, ["2036-03-30T12:00:00+02:00", "2036-03-31T12:00:00+02:00"]),
        ("R/PT24H", NOON, ["2036-03-30T13:00:00+02:00", "2036-03-31T13:00:00+02:00"]),
        ("0 0 9 * * ?", "2036-10-25T12:00:00+02:00", ["2036-10-26T09:00:00+01:00", "2036-10-27T09:00:00+01:00"]),
        // Camunda stays at the time of the day on which there was no half past two.
        ("R/2036-03-29T02:30:00/P1D", NOON, ["2036-03-30T03:30:00+02:00", "2036-03-31T02:30:00+02:00"]),
        ("R/P1D/2036-04-01T02:30:00", NOON, ["2036-03-30T03:30:00+02:00", "2036-03-31T02:30:00+02:00"]),
        (
            "R/2036-10-25T02:30:00+02:00/P1D",
            "2036-10-25T12:00:00+02:00",
            ["2036-10-26T02:30:00+02:00", "2036-10-27T02:30:00+01:00"],
        ),
    ] {
        assert_eq!(firings(text, from, 2), expected.map(at), "{text} from {from}");
    }
}

#[test]
fn a_time_that_the_clocks_leap_over_is_left_out_and_one_they_show_twice_is_there_once() {
    for (text, from, expected) in [
        ("0 30 2 * * ?", NOON, ["2036-03-31T02:30:00+02:00", "2036-04-01T02:30:00+02:00"]),
        ("0 0/20 * * * ?", "2036-03-30T01:50:00+01:00", ["2036-03-30T03:00:00+02:00", "2036-03-30T03:20:00+02:00"]),
        ("0 30 2 * * ?", "2036-10-25T12:00:00+02:00", ["2036-10-26T02:30:00+02:00", "2036-10-27T02:30:00+01:00"]),
    ] {
        assert_eq!(firings(text, from, 2), expected.map(at), "{text} from {from}");
    }
}

#[test]
fn a_schedule_of_every_hour_goes_on_while_the_clocks_show_an_hour_again() {
    let expected = [
        "2036-10-26T02:20:00+02:00",
        "2036-10-26T02:40:00+02:00",
        "2036-10-26T02:00:00+01:00",
        "2036-10-26T02:20:00+01:00",
        "2036-10-26T02:40:00+01:00",
        "2036-10-26T03:00:00+01:00",
    ];
    assert_eq!(firings("0 0/20 * * * ?", "2036-10-26T02:10:00+02:00", 6), expected.map(at));
}

#[test]
fn a_date_without_an_offset_is_local_time() {
    let expressions = berlin();
    for (text, expected) in [
        ("2036-12-24T09:00:00", Some("2036-12-24T09:00:00+01:00")),
        ("2036-07-01", Some("2036-07-01T00:00:00+02:00")),
        ("2036-07-01T10:00:00Z", Some("2036-07-01T12:00:00+02:00")),
        ("2036-10-26T02:30:00", Some("2036-10-26T02:30:00+02:00")),
        // Joda: "Illegal instant due to time zone offset transition".
        ("2036-03-30T02:30:00", None),
    ] {
        assert_eq!(expressions.date(&string(text), at(NOON)).ok(), expected.map(at), "{text}");
    }
    assert_eq!(expressions.date(&string("P1D"), at(NOON)), Ok(at("2036-03-30T12:00:00+02:00")));
}

#[test]
fn juel_shows_dates_as_a_jvm_in_berlin_does() {
    for (text, expected) in [
        ("x${now()}", "xSat Mar 29 12:00:00 CET 2036"),
        ("x${d}", "xSat Mar 29 12:00:00 CET 2036"),
        ("x${d.hours} ${d.date} ${d.timezoneOffset}", "x12 29 -60"),
        ("x${d == 'Sat Mar 29 12:00:00 CET 2036'}", "xtrue"),
        ("x${dateTime()}", "x2036-03-29T12:00:00.000+01:00"),
        ("${dateTime().toString('yyyy-MM-dd HH:mm ZZ Z z')}", "2036-03-29 12:00 +01:00 +0100 CET"),
        ("x${dateTime().plusHours(24)}", "x2036-03-30T13:00:00.000+02:00"),
        ("x${dateTime().plusDays(1)}", "x2036-03-30T12:00:00.000+02:00"),
        ("x${dateTime().plusDays(1).withTimeAtStartOfDay().plusHours(3)}", "x2036-03-30T04:00:00.000+02:00"),
        ("x${dateTime().plusMonths(3).toDate()}", "xSun Jun 29 12:00:00 CEST 2036"),
        ("x${dateTime().hourOfDay}", "x12"),
    ] {
        assert_eq!(evaluated(Language::Juel, text), string(expected), "{text}");
    }
    let start_of_day = evaluated(Language::Juel, "${dateTime().withTimeAtStartOfDay().toDate()}");
    assert_eq!(start_of_day, Value::Date(at("2036-03-29T00:00:00+01:00")));
}

#[test]
fn feel_has_local_dates_and_gives_them_back() {
    for (text, expected) in [
        ("=string(now())", string("2036-03-29T12:00:00@Europe/Berlin")),
        ("=string(now() + duration(\"P1D\"))", string("2036-03-30T13:00:00@Europe/Berlin")),
        ("=string(d)", string("2036-03-29T12:00:00")),
        ("=string(d + duration(\"P1D\"))", string("2036-03-30T12:00:00")),
        ("=d = date and time(\"2036-03-29T12:00:00\")", Value::Boolean(true)),
        // To Camunda 8 a date is an instant, whatever the clocks show.
        ("=d < now()", Value::Boolean(false)),
        ("=d = now()", Value::Boolean(true)),
        ("=now() - d = duration(\"PT0S\")", Value::Boolean(true)),
        ("=d", Value::Date(at(NOON))),
        ("=now()", Value::Date(at(NOON))),
        ("=today()", Value::Date(at("2036-03-29T00:00:00+01:00"))),
        ("=date(\"2036-07-01\")", Value::Date(at("2036-07-01T00:00:00+02:00"))),
        ("=date and time(\"2036-07-01T10:00:00\")", Value::Date(at("2036-07-01T10:00:00+02:00"))),
        ("=date and time(\"2036-07-01T10:00:00Z\")", Value::Date(at("2036-07-01T12:00:00+02:00"))),
    ] {
        assert_eq!(evaluated(Language::Feel, text), expected, "{text}");
    }
}

#[test]
fn today_begins_at_local_midnight() {
    let mut scope = scope();
    scope.now = at("2036-07-01T00:30:00+02:00").0;
    let today = berlin().evaluate(Language::Feel, "=string(today())", &mut scope);
    assert_eq!(today, Ok(string("2036-07-01")));
}
