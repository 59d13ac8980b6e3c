//! What every fuzz target shares: the bound on what one input may cost, and variables to evaluate with.
//!
//! An input that takes too long is a finding like a panic. Time is that of the processor, not of the clock: a target that
//! shares its machine must not report what others do. Memory is bounded by libFuzzer (`-rss_limit_mb`).

use casewright_engine_value::{EvaluationError, Facade, Instant, Scope, Value};
use indexmap::IndexMap;
use nix::time::{ClockId, clock_gettime};
use smol_str::SmolStr;
use std::sync::{Arc, Once};
use std::time::Duration;

/// Processor time that one input may take, all threads together: an evaluation of FEEL may take a second before it is ended, and
/// an input is evaluated twice.
const MAX_TIME: Duration = Duration::from_secs(3);

/// Runs `work`.
///
/// # Panics
/// When it used more than [`MAX_TIME`]; and when `work` panics. A panic that the product itself catches is
/// none: libFuzzer's hook, which would end the process at once, is taken out.
pub fn bounded(work: impl FnOnce()) {
    static UNHOOK: Once = Once::new();
    UNHOOK.call_once(|| {
        let default = |info: &std::panic::PanicHookInfo<'_>| eprintln!("{info}");
        std::panic::set_hook(Box::new(default));
    });
    let before = used();
    work();
    let took = used().saturating_sub(before);
    assert!(took <= MAX_TIME, "one input took {took:?} of processor time");
}

fn used() -> Duration {
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).map(Duration::from).expect("every process has a clock")
}

/// A variable of every type that expressions meet.
pub fn variables() -> IndexMap<SmolStr, Value> {
    let map = IndexMap::from([("total".into(), Value::Double(12.5)), ("Net Sum".into(), Value::Long(-3))]);
    let list = vec![Value::Integer(2), Value::string("b"), Value::Null, Value::Boolean(true)];
    [
        ("n", Value::Integer(3)),
        ("big", Value::Long(i64::MAX)),
        ("small", Value::Short(i16::MIN)),
        ("d", Value::Double(f64::MIN_POSITIVE)),
        ("s", Value::string("träge 🐢 text")),
        ("t", Value::Boolean(true)),
        ("nothing", Value::Null),
        ("when", Value::Date(Instant(1_700_000_000_000))),
        ("json", Value::Json(Arc::from(r#"{"a": [1, {"b": "c"}], "d": null}"#))),
        ("xml", Value::Xml(Arc::from("<a x='1'><b>text</b></a>"))),
        ("list", Value::List(Arc::new(list))),
        ("map", Value::Map(Arc::new(map))),
        ("Monthly Income", Value::Integer(4000)),
    ]
    .into_iter()
    .map(|(name, value)| (SmolStr::new(name), value))
    .collect()
}

/// A scope over [`variables`] and nothing else.
pub struct Variables(pub IndexMap<SmolStr, Value>);

impl Scope for Variables {
    fn get(&self, name: &str) -> Option<Value> {
        self.0.get(name).cloned()
    }

    fn names(&self) -> Vec<SmolStr> {
        self.0.keys().cloned().collect()
    }

    fn set(&mut self, name: &str, value: Value) {
        self.0.insert(SmolStr::new(name), value);
    }

    fn has(&self, facade: Facade) -> bool {
        facade == Facade::Execution
    }

    fn property(&self, _: Facade, name: &str) -> Option<Value> {
        (name == "processInstanceId").then(|| Value::string("00010203-0405-0607-0809-000000000001"))
    }

    fn invoke(&mut self, _: Facade, method: &str, arguments: &[Value]) -> Result<Value, EvaluationError> {
        match (method, arguments) {
            ("getVariable", [Value::String(name)]) => Ok(self.get(name).unwrap_or_default()),
            ("setVariable", [Value::String(name), value]) => {
                self.set(name, value.clone());
                Ok(Value::Null)
            }
            _ => Err(EvaluationError::Failed(format!("Method not found: {method}"))),
        }
    }

    fn now(&self) -> Instant {
        Instant(1_700_000_000_000)
    }

    fn current_user(&self) -> Option<SmolStr> {
        Some("mary".into())
    }

    fn current_user_groups(&self) -> Vec<SmolStr> {
        vec!["sales".into()]
    }
}
