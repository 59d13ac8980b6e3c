//! Texts of timers: dates, durations and cycles (ISO 8601, cron), followed for a while.
#![no_main]

use casewright_engine_expr::Expressions;
use casewright_engine_value::{Evaluator, Instant, TimerKind, Value};
use casewright_fuzz::bounded;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static EXPRESSIONS: LazyLock<Expressions> = LazyLock::new(Expressions::new);
const NOW: Instant = Instant(1_700_000_000_000);
/// Turns of a cycle that are followed.
const TURNS: usize = 50;

fuzz_target!(|text: &str| bounded(|| read(text)));

fn read(text: &str) {
    let value = Value::string(text);
    // Refused or not: who writes a due date must get an answer.
    let _ = EXPRESSIONS.date(&value, NOW);
    for kind in [TimerKind::Date, TimerKind::Duration, TimerKind::Cycle] {
        let Ok(mut schedule) = EXPRESSIONS.schedule(kind, &value, NOW) else { continue };
        for _ in 0..TURNS {
            let Some(repeat) = &schedule.repeat else { break };
            let fired = schedule.due;
            let Ok(Some(next)) = EXPRESSIONS.next_due(repeat, fired, fired.max(NOW)) else { break };
            assert!(next.due >= fired, "'{repeat}' after {fired:?} is due at {:?}", next.due);
            schedule = next;
        }
    }
}
