//! Due dates, durations and cycles over the public seam.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_engine_expr::Expressions;
use casewright_engine_value::{EvaluationError, Evaluator, Instant, TimerKind, TimerSchedule, Value};
use support::string;

fn at(text: &str) -> Instant {
    let timestamp: jiff::Timestamp = text.parse().expect("a test date");
    Instant(timestamp.as_millisecond())
}

const NOW: &str = "2030-01-31T10:00:00.500Z";

fn due(kind: TimerKind, text: &str) -> Result<Instant, EvaluationError> {
    Expressions::new().schedule(kind, &string(text), at(NOW)).map(|schedule| schedule.due)
}

#[test]
fn dates_are_read_as_leniently_as_camunda_reads_them() {
    for (text, expected) in [
        ("2031-02-03T04:05:06Z", "2031-02-03T04:05:06Z"),
        ("2031-02-03T04:05:06", "2031-02-03T04:05:06Z"),
        ("2031-02-03T04:05:06.789+02:00", "2031-02-03T02:05:06.789Z"),
        ("2031-02-03T04:05:06.7+0200", "2031-02-03T02:05:06.700Z"),
        ("2031-02-03T04:05-03", "2031-02-03T07:05:00Z"),
        ("2031-02-03T04", "2031-02-03T04:00:00Z"),
        ("2031-2-3", "2031-02-03T00:00:00Z"),
        ("2031-02", "2031-02-01T00:00:00Z"),
        ("2031", "2031-01-01T00:00:00Z"),
        ("2031-034", "2031-02-03T00:00:00Z"),
        ("2031-W06-1", "2031-02-03T00:00:00Z"),
        ("PT1H", "2030-01-31T11:00:00.500Z"),
    ] {
        assert_eq!(due(TimerKind::Date, text), Ok(at(expected)), "{text}");
    }
}

#[test]
fn durations_know_months_weeks_and_intervals() {
    for (text, expected) in [
        ("PT1S", "2030-01-31T10:00:01.500Z"),
        ("PT0.25S", "2030-01-31T10:00:00.750Z"),
        ("P1M", "2030-02-28T10:00:00.500Z"),
        ("P1W", "2030-02-07T10:00:00.500Z"),
        ("P1Y2M3DT4H5M6S", "2031-04-03T14:05:06.500Z"),
        ("P1D", "2030-02-01T10:00:00.500Z"),
        ("2030-06-01T00:00:00Z/P1D", "2030-06-02T00:00:00Z"),
        ("P1D/2030-06-02T00:00:00Z", "2030-06-02T00:00:00Z"),
        ("-PT1H", "2030-01-31T09:00:00.500Z"),
    ] {
        assert_eq!(due(TimerKind::Duration, text), Ok(at(expected)), "{text}");
    }
}

#[test]
fn what_is_no_timer_is_refused_with_its_text() {
    for (kind, text) in [
        (TimerKind::Date, "tomorrow"),
        (TimerKind::Date, "2030-13-01"),
        (TimerKind::Duration, "P"),
        (TimerKind::Duration, "PT"),
        (TimerKind::Duration, "10 minutes"),
        (TimerKind::Duration, "P999999999999999999999D"),
        (TimerKind::Cycle, "R3"),
        (TimerKind::Cycle, "* * * * *"),
        (TimerKind::Cycle, "0 0 12 1 * MON"),
        (TimerKind::Cycle, "61 * * * * ?"),
    ] {
        assert_eq!(due(kind, text), Err(EvaluationError::DueDate { text: text.to_owned() }));
    }
    assert!(matches!(
        Expressions::new().schedule(TimerKind::Date, &Value::Null, at(NOW)),
        Err(EvaluationError::Failed(message)) if message.contains("was not configured with a valid duration/time")
    ));
}

#[test]
fn a_date_value_is_due_then_whatever_the_kind() {
    for kind in [TimerKind::Date, TimerKind::Duration, TimerKind::Cycle] {
        assert_eq!(
            Expressions::new().schedule(kind, &Value::Date(at(NOW)), Instant(0)),
            Ok(TimerSchedule { due: at(NOW), repeat: None })
        );
    }
}

/// All dates on which a cycle fires when nobody is late.
fn firings(text: &str, most: usize) -> Vec<Instant> {
    let expressions = Expressions::new();
    let mut found = Vec::new();
    let mut next = Some(expressions.schedule(TimerKind::Cycle, &string(text), at(NOW)).expect("a cycle"));
    while let Some(schedule) = next.filter(|_| found.len() < most) {
        found.push(schedule.due);
        let repeat = schedule.repeat.expect("cycles repeat");
        next = expressions.next_due(&repeat, schedule.due, schedule.due).expect("its own repeat");
    }
    found
}

#[test]
fn cycles_count_from_their_start() {
    for (text, expected) in [
        ("R3/PT10M", vec!["2030-01-31T10:10:00.500Z", "2030-01-31T10:20:00.500Z", "2030-01-31T10:30:00.500Z"]),
        ("R2/P1M", vec!["2030-02-28T10:00:00.500Z", "2030-03-28T10:00:00.500Z"]),
        ("R/2030-02-01T00:00:00Z/P1D", vec!["2030-02-01T00:00:00Z", "2030-02-02T00:00:00Z", "2030-02-03T00:00:00Z"]),
        ("R2/2030-01-31T08:00:00Z/PT90M", vec!["2030-01-31T11:00:00Z"]),
        ("R/PT1H/2030-01-31T12:30:00Z", vec!["2030-01-31T10:30:00Z", "2030-01-31T11:30:00Z", "2030-01-31T12:30:00Z"]),
    ] {
        let expected: Vec<Instant> = expected.into_iter().map(at).collect();
        assert_eq!(firings(text, 3), expected, "{text}");
    }
    assert!(Expressions::new().schedule(TimerKind::Cycle, &string("R1/2020-01-01T00:00:00Z/PT1H"), at(NOW)).is_err());
}

#[test]
fn a_late_cycle_skips_what_is_past() {
    let expressions = Expressions::new();
    let first = expressions.schedule(TimerKind::Cycle, &string("R10/PT10M"), at(NOW)).expect("a cycle");
    let next = expressions
        .next_due(&first.repeat.expect("repeats"), first.due, at("2030-01-31T10:35:00Z"))
        .expect("its own repeat")
        .expect("seven are left");
    assert_eq!(next.due, at("2030-01-31T10:40:00.500Z"));
}

#[test]
fn quartz_expressions_name_their_dates() {
    for (text, expected) in [
        ("0 0/5 * * * ?", vec!["2030-01-31T10:05:00Z", "2030-01-31T10:10:00Z"]),
        ("0 0 12 * * ?", vec!["2030-01-31T12:00:00Z", "2030-02-01T12:00:00Z"]),
        ("0 15 10 ? * MON-FRI", vec!["2030-01-31T10:15:00Z", "2030-02-01T10:15:00Z", "2030-02-04T10:15:00Z"]),
        ("0 15 10 L * ?", vec!["2030-01-31T10:15:00Z", "2030-02-28T10:15:00Z"]),
        ("0 0 9 ? * 6L", vec!["2030-02-22T09:00:00Z", "2030-03-29T09:00:00Z"]),
        ("0 0 9 ? * 2#1", vec!["2030-02-04T09:00:00Z", "2030-03-04T09:00:00Z"]),
        ("0 0 9 15W * ?", vec!["2030-02-15T09:00:00Z", "2030-03-15T09:00:00Z"]),
        ("0 0 9 LW * ?", vec!["2030-02-28T09:00:00Z", "2030-03-29T09:00:00Z"]),
        ("0 0 0 1 JAN ? 2031-2032", vec!["2031-01-01T00:00:00Z", "2032-01-01T00:00:00Z"]),
        ("*/20 * * * * ?", vec!["2030-01-31T10:00:20Z", "2030-01-31T10:00:40Z", "2030-01-31T10:01:00Z"]),
        ("0 0 22-2 * * ?", vec!["2030-01-31T22:00:00Z", "2030-01-31T23:00:00Z", "2030-02-01T00:00:00Z"]),
        ("0 0 9 ? * FRI-MON", vec!["2030-02-01T09:00:00Z", "2030-02-02T09:00:00Z"]),
        ("0 0 9 1 NOV-FEB ?", vec!["2030-02-01T09:00:00Z", "2030-11-01T09:00:00Z"]),
        ("0 0 9 L-3 * ?", vec!["2030-02-25T09:00:00Z", "2030-03-28T09:00:00Z"]),
        ("0 0 9 ? * L", vec!["2030-02-02T09:00:00Z", "2030-02-09T09:00:00Z"]),
    ] {
        let expected: Vec<Instant> = expected.into_iter().map(at).collect();
        assert_eq!(firings(text, expected.len()), expected, "{text}");
    }
}

#[test]
fn what_is_no_cron_of_quartz_is_no_cycle() {
    for text in
        ["@daily", "0 0 9 1 * MON", "0 0 9 L,15 * ?", "0 0 9 ? * 2#1,6#3", "0 0 9 * *", "60 * * * * ?", "0 0 9 ? * 8"]
    {
        assert!(Expressions::new().schedule(TimerKind::Cycle, &string(text), at(NOW)).is_err(), "{text}");
    }
}
