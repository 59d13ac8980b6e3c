//! Due dates: what the text of a timer, a due date or a retry interval means at a given moment.
//!
//! Follows Camunda 7's business calendars (due date, duration, cycle). Never reads the clock: `now` comes in. Dates without
//! an offset, cron expressions and days of periods go by a time zone that comes in, too.

mod cron;
mod cycle;
mod iso;

use casewright_engine_value::{EvaluationError, Instant, TimerKind, TimerSchedule, Value, zone};
use jiff::tz::TimeZone;

/// First due date of a timer.
pub(crate) fn schedule(
    kind: TimerKind,
    value: &Value,
    now: Instant,
    zone: &TimeZone,
) -> Result<TimerSchedule, EvaluationError> {
    let text = match value {
        Value::Date(due) => return Ok(once(*due)),
        Value::String(text) => text.trim(),
        _ => return Err(not_configured()),
    };
    let found = match kind {
        TimerKind::Date => date_text(text, now, zone).map(once),
        TimerKind::Duration => {
            cycle::Interval::parse(text, now, zone).and_then(|interval| interval.after(now, zone)).map(once)
        }
        TimerKind::Cycle if text.starts_with('R') => cycle::first(text, now, zone),
        TimerKind::Cycle => cron_schedule(text, now, zone),
    };
    found.ok_or_else(|| unresolvable(text))
}

/// The schedule after a cycle fired; none when it has fired as often as it says.
pub(crate) fn next_due(
    repeat: &str,
    fired: Instant,
    now: Instant,
    zone: &TimeZone,
) -> Result<Option<TimerSchedule>, EvaluationError> {
    if repeat.starts_with('R') {
        return cycle::next(repeat, fired, now, zone).ok_or_else(|| unresolvable(repeat));
    }
    let cron = cron::Cron::parse(repeat).ok_or_else(|| unresolvable(repeat))?;
    Ok(cron.next(fired.max(now), zone).map(|due| TimerSchedule { due, repeat: Some(repeat.to_owned()) }))
}

/// A due date, follow-up date or retry interval.
pub(crate) fn date(value: &Value, now: Instant, zone: &TimeZone) -> Result<Instant, EvaluationError> {
    match value {
        Value::Date(date) => Ok(*date),
        Value::String(text) => date_text(text.trim(), now, zone).ok_or_else(|| unresolvable(text)),
        other => Err(EvaluationError::Failed(format!(
            "Due date expression does not resolve to a Date or Date string: {}",
            crate::java::to_text(other)
        ))),
    }
}

fn date_text(text: &str, now: Instant, zone: &TimeZone) -> Option<Instant> {
    if iso::is_period(text) {
        return iso::Period::parse(text)?.add_to(now, zone);
    }
    iso::parse_date(text, zone)
}

fn cron_schedule(text: &str, now: Instant, zone: &TimeZone) -> Option<TimerSchedule> {
    let due = cron::Cron::parse(text)?.next(now, zone)?;
    Some(TimerSchedule { due, repeat: Some(text.to_owned()) })
}

fn once(due: Instant) -> TimerSchedule {
    TimerSchedule { due, repeat: None }
}

fn unresolvable(text: &str) -> EvaluationError {
    EvaluationError::DueDate { text: text.to_owned() }
}

fn not_configured() -> EvaluationError {
    EvaluationError::Failed(
        "Timer was not configured with a valid duration/time, either hand in a java.util.Date or a String in format 'yyyy-MM-dd'T'hh:mm:ss'".to_owned(),
    )
}

/// A date in the time zone of the process unless it carries an offset.
pub(crate) fn parse_date(text: &str) -> Option<Instant> {
    iso::parse_date(text, zone::local())
}
