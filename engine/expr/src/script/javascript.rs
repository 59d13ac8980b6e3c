//! JavaScript in QuickJS: a runtime of its own for every run, with limits on time, memory and stack; in a process of another
//! ([`super::isolated`]) where there are such, else on a thread of its own.
//!
//! Scripts see the variables as globals and the facades by name; they have no files, no network, no modules, no timers,
//! and the engine's clock instead of the machine's. Assigning to a global does not change a variable: `setVariable` does.

use super::bridge::{self, Ask, Caller, End, Request};
use super::convert::Account;
use super::isolated;
use super::meter::ScriptMeter;
use super::place;
use casewright_engine_value::{EvaluationError, Facade, Instant, Scope, Value};
use rquickjs::context::EvalOptions;
use rquickjs::{Array, Context, Ctx, Exception, Function, Object, Runtime, Value as Js};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant as Clock};

pub(super) const MAX_TIME: Duration = Duration::from_secs(5);
/// How much later a script is given up that does not end: it is in a native function, which nothing interrupts. Its process is
/// ended then; a thread is left to itself.
pub(super) const GRACE: Duration = Duration::from_secs(1);
/// Scripts that were given up and still have a thread of this process. With more of them no script is begun.
const MAX_LEFT: usize = 4;
/// It bounds what a native function works on, too, since nothing interrupts one.
const MAX_MEMORY: usize = 32 << 20;
const MAX_STACK: usize = 1 << 20;
const THREAD_STACK: usize = 4 << 20;
const MAX_SOURCE: usize = 1 << 20;

const GUARDS: &str = include_str!("guards.js");
const PRELUDE: &str = include_str!("prelude.js");
/// What the prelude gives back, kept where no script can name it by accident.
pub(super) const KIT: &str = "\u{1}casewright";

const FACADES: [(Facade, &str); 3] =
    [(Facade::Execution, "execution"), (Facade::Task, "task"), (Facade::ExternalTask, "externalTask")];

/// Runs a script and gives the value of its last expression.
///
/// # Errors
/// None on a thread that is [`without_long_work`](super::without_long_work), or where the meter says no. `BpmnError` when it threw one, `Limit` when it used too much, `Failed` with the message of any other exception.
pub(crate) fn run(source: &str, scope: &mut dyn Scope, meter: &dyn ScriptMeter) -> Result<Value, EvaluationError> {
    place::admit()?;
    if source.len() > MAX_SOURCE {
        return Err(limit("length of a script", format!("{MAX_SOURCE} bytes")));
    }
    meter.admit()?;
    let script = Script {
        source: source.to_owned(),
        globals: visible_variables(source, scope),
        facades: (0..FACADES.len()).filter(|id| scope.has(facade_of(*id))).collect(),
        now: scope.now(),
    };
    match isolated::processes() {
        Some(processes) => processes.run(script, scope, meter),
        None => {
            let begun = Clock::now();
            let outcome = on_a_thread(script, scope);
            meter.spend(begun.elapsed());
            outcome
        }
    }
}

fn on_a_thread(script: Script, scope: &mut dyn Scope) -> Result<Value, EvaluationError> {
    if left_alone() >= MAX_LEFT {
        return Err(limit("number of scripts that do not end", MAX_LEFT.to_string()));
    }
    let (request_sender, requests) = mpsc::channel();
    let (replies, reply_receiver) = mpsc::channel();
    let caller = Caller { requests: request_sender, replies: reply_receiver };
    let alive = Arc::new(());
    let thread_lives = Arc::downgrade(&alive);
    let thread = std::thread::Builder::new()
        .name("script".to_owned())
        .stack_size(THREAD_STACK)
        .spawn(move || {
            let _alive = alive;
            let over = caller.requests.clone();
            // Who gave the script up does not hear how it ended.
            let _heard: Result<(), _> = over.send(Request::Over(script.run(Rc::new(caller))));
        })
        .map_err(|error| EvaluationError::Failed(format!("no thread for a script: {error}")))?;
    let reply = |reply| replies.send(reply).is_ok();
    match bridge::serve(&requests, reply, scope, Clock::now() + MAX_TIME + GRACE) {
        End::Over(outcome) => outcome,
        End::Late => {
            LEFT.lock().unwrap_or_else(PoisonError::into_inner).push(thread_lives);
            Err(late())
        }
        End::Gone => match thread.join() {
            Ok(()) => Err(EvaluationError::Failed("a script ended without a word".to_owned())),
            Err(panic) => std::panic::resume_unwind(panic),
        },
    }
}

/// Threads of scripts that were given up; those that are over go with the next look.
static LEFT: Mutex<Vec<Weak<()>>> = Mutex::new(Vec::new());

fn left_alone() -> usize {
    let mut left = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
    left.retain(|thread| thread.strong_count() > 0);
    left.len()
}

pub(super) fn late() -> EvaluationError {
    limit("time of a script", format!("{} s", MAX_TIME.as_secs()))
}

/// Only what the text mentions: a process may carry large variables that no script looks at.
fn visible_variables(source: &str, scope: &dyn Scope) -> Vec<(SmolStr, Value)> {
    scope
        .names()
        .into_iter()
        .filter(|name| source.contains(name.as_str()))
        .filter_map(|name| scope.get(&name).map(|value| (name, value)))
        .collect()
}

/// What is to run, with all that it may see.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Script {
    source: String,
    globals: Vec<(SmolStr, Value)>,
    /// By their places in [`FACADES`].
    facades: Vec<usize>,
    now: Instant,
}

/// What ended a script from the outside.
#[derive(Default)]
struct Ending {
    timed_out: Cell<bool>,
    account: Account,
    /// The error of the last call into the scope, and the message it was thrown with.
    raised: RefCell<Option<(String, EvaluationError)>>,
}

impl Script {
    /// Runs it here and now; `caller` is who holds the scope.
    pub(super) fn run(self, caller: Rc<dyn Ask>) -> Result<Value, EvaluationError> {
        let broken = |error: rquickjs::Error| EvaluationError::Failed(format!("Unable to evaluate script: {error}"));
        let runtime = Runtime::new().map_err(broken)?;
        runtime.set_memory_limit(MAX_MEMORY);
        runtime.set_max_stack_size(MAX_STACK);
        let ending = Rc::new(Ending::default());
        let started = Clock::now();
        let interrupted = Rc::clone(&ending);
        runtime.set_interrupt_handler(Some(Box::new(move || {
            let is_late = started.elapsed() > MAX_TIME;
            if is_late {
                interrupted.timed_out.set(true);
            }
            is_late || interrupted.account.is_overdrawn()
        })));
        let context = Context::full(&runtime).map_err(broken)?;
        context.with(|ctx| {
            let outcome = self.evaluate(&ctx, &caller, &ending);
            match outcome {
                Ok(_) if ending.account.is_overdrawn() => Err(too_large()),
                outcome => outcome.map_err(|error| explain(&ctx, &error, &ending)),
            }
        })
    }

    fn evaluate(&self, ctx: &Ctx<'_>, caller: &Rc<dyn Ask>, ending: &Rc<Ending>) -> rquickjs::Result<Value> {
        let host = Object::new(ctx.clone())?;
        host.set("property", property_function(ctx, caller, ending)?)?;
        host.set("invoke", invoke_function(ctx, caller, ending)?)?;
        let globals = ctx.globals();
        let guard: Function<'_> = ctx.eval(GUARDS)?;
        let install: Function<'_> = ctx.eval(PRELUDE)?;
        guard.call::<_, ()>((globals.clone(),))?;
        let kit: Object<'_> = install.call((globals.clone(), host, self.now.0 as f64))?;
        globals.set(KIT, kit.clone())?;
        for (name, value) in &self.globals {
            if !globals.contains_key(name.as_str())? {
                globals.set(name.as_str(), ending.account.to_js(ctx, value, 0)?)?;
            }
        }
        let facade: Function<'_> = kit.get("facade")?;
        for id in &self.facades {
            let object: Object<'_> = facade.call((*id,))?;
            globals.set(facade_name(*id), object)?;
        }
        let mut options = EvalOptions::default();
        options.strict = false;
        let result: Js<'_> = ctx.eval_with_options(self.source.as_str(), options)?;
        ending.account.value_of(ctx, &result, 0)
    }
}

pub(super) fn facade_id(facade: Facade) -> usize {
    FACADES.iter().position(|(known, _)| *known == facade).unwrap_or_default()
}

fn facade_name(id: usize) -> &'static str {
    FACADES.get(id).map_or("execution", |(_, name)| name)
}

pub(super) fn facade_of(id: usize) -> Facade {
    FACADES.get(id).map_or(Facade::Execution, |(facade, _)| *facade)
}

fn property_function<'js>(
    ctx: &Ctx<'js>,
    caller: &Rc<dyn Ask>,
    ending: &Rc<Ending>,
) -> rquickjs::Result<Function<'js>> {
    let caller = Rc::clone(caller);
    let ending = Rc::clone(ending);
    Function::new(ctx.clone(), move |ctx: Ctx<'js>, id: usize, name: String| -> rquickjs::Result<Js<'js>> {
        match caller.ask(Request::Property(facade_of(id), name)) {
            Ok(Some(value)) => ending.account.to_js(&ctx, &value, 0),
            Ok(None) => Ok(Js::new_undefined(ctx)),
            Err(error) => Err(Exception::throw_message(&ctx, &error.to_string())),
        }
    })
}

fn invoke_function<'js>(ctx: &Ctx<'js>, caller: &Rc<dyn Ask>, ending: &Rc<Ending>) -> rquickjs::Result<Function<'js>> {
    let caller = Rc::clone(caller);
    let ending = Rc::clone(ending);
    Function::new(
        ctx.clone(),
        move |ctx: Ctx<'js>, id: usize, method: String, arguments: Array<'js>| -> rquickjs::Result<Js<'js>> {
            let values = ending.account.list(&ctx, &arguments, 0)?;
            match caller.ask(Request::Invoke(facade_of(id), method, values)) {
                Ok(value) => ending.account.to_js(&ctx, &value.unwrap_or_default(), 0),
                Err(error) => {
                    let message = error.to_string();
                    *ending.raised.borrow_mut() = Some((message.clone(), error));
                    Err(Exception::throw_message(&ctx, &message))
                }
            }
        },
    )
}

/// Why the script ended without a value.
fn explain(ctx: &Ctx<'_>, error: &rquickjs::Error, ending: &Ending) -> EvaluationError {
    if ending.timed_out.get() {
        return late();
    }
    if ending.account.is_overdrawn() {
        return too_large();
    }
    let thrown = ctx.catch();
    if let Some(object) = thrown.as_object()
        && let Some(bpmn_error) = thrown_bpmn_error(ctx, object)
    {
        return bpmn_error;
    }
    let message = match thrown.as_exception() {
        Some(exception) => exception.message().unwrap_or_default(),
        None if thrown.is_null() || thrown.is_undefined() => error.to_string(),
        None => match ending.account.value_of(ctx, &thrown, 0) {
            Ok(value) => crate::java::to_text(&value),
            Err(_) => error.to_string(),
        },
    };
    if let Some((raised_message, raised)) = ending.raised.borrow_mut().take()
        && raised_message == message
    {
        return raised;
    }
    if message.contains("out of memory") || matches!(error, rquickjs::Error::Allocation) {
        return limit("memory of a script", format!("{} MiB", MAX_MEMORY >> 20));
    }
    if message.contains("stack") && message.contains("exceeded") || message == "stack overflow" {
        return limit("stack of a script", format!("{} KiB", MAX_STACK >> 10));
    }
    let name = thrown
        .as_object()
        .and_then(|object| object.get::<_, String>("name").ok())
        .unwrap_or_else(|| "Error".to_owned());
    EvaluationError::Failed(format!("Unable to evaluate script: {name}: {message}"))
}

fn thrown_bpmn_error<'js>(ctx: &Ctx<'js>, thrown: &Object<'js>) -> Option<EvaluationError> {
    let kit: Object<'js> = ctx.globals().get(KIT).ok()?;
    let recognise: Function<'js> = kit.get("bpmnError").ok()?;
    let recognised: Js<'js> = recognise.call((thrown.clone(),)).ok()?;
    let error = recognised.as_object()?;
    Some(EvaluationError::BpmnError {
        code: error.get("errorCode").ok()?,
        message: error.get::<_, Option<String>>("errorMessage").unwrap_or_default(),
    })
}

fn too_large() -> EvaluationError {
    limit("size of the values of a script", Account::LIMIT.to_owned())
}

/// What a script may use too much of.
pub(super) const MEASURES: [&str; 6] = [
    "number of scripts that do not end",
    "length of a script",
    "time of a script",
    "memory of a script",
    "stack of a script",
    "size of the values of a script",
];

fn limit(what: &'static str, limit: String) -> EvaluationError {
    EvaluationError::Limit { what, limit }
}
