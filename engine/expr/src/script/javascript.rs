//! JavaScript in QuickJS: a runtime of its own for every run, on a thread of its own, with limits on time, memory and stack.
//!
//! Scripts see the variables as globals and the facades by name; they have no files, no network, no modules, no timers,
//! and the engine's clock instead of the machine's. Assigning to a global does not change a variable: `setVariable` does.

use super::bridge::{self, Caller, Request};
use crate::object::json;
use casewright_engine_value::{EvaluationError, Facade, Instant, Scope, Value};
use indexmap::IndexMap;
use rquickjs::context::EvalOptions;
use rquickjs::function::This;
use rquickjs::{Array, Constructor, Context, Ctx, Exception, Function, Object, Runtime, Value as Js};
use smol_str::SmolStr;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, Instant as Clock};

const MAX_TIME: Duration = Duration::from_secs(5);
const MAX_MEMORY: usize = 64 << 20;
const MAX_STACK: usize = 1 << 20;
const THREAD_STACK: usize = 4 << 20;
const MAX_SOURCE: usize = 1 << 20;
/// How deep arrays and objects may be on their way in or out.
const MAX_DEPTH: usize = 64;

const PRELUDE: &str = include_str!("prelude.js");
/// What the prelude gives back, kept where no script can name it by accident.
const KIT: &str = "\u{1}casewright";

const FACADES: [(Facade, &str); 3] =
    [(Facade::Execution, "execution"), (Facade::Task, "task"), (Facade::ExternalTask, "externalTask")];

/// Runs a script and gives the value of its last expression.
///
/// # Errors
/// `BpmnError` when it threw one, `Limit` when it used too much, `Failed` with the message of any other exception.
pub(crate) fn run(source: &str, scope: &mut dyn Scope) -> Result<Value, EvaluationError> {
    if source.len() > MAX_SOURCE {
        return Err(limit("length of a script", format!("{MAX_SOURCE} bytes")));
    }
    let script = Script {
        source: source.to_owned(),
        globals: visible_variables(source, scope),
        facades: FACADES.into_iter().filter(|(facade, _)| scope.has(*facade)).collect(),
        now: scope.now(),
    };
    let (request_sender, requests) = mpsc::channel();
    let (replies, reply_receiver) = mpsc::channel();
    let caller = Caller { requests: request_sender, replies: reply_receiver };
    let thread = std::thread::Builder::new()
        .name("script".to_owned())
        .stack_size(THREAD_STACK)
        .spawn(move || script.run(caller))
        .map_err(|error| EvaluationError::Failed(format!("no thread for a script: {error}")))?;
    bridge::serve(&requests, &replies, scope);
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
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

struct Script {
    source: String,
    globals: Vec<(SmolStr, Value)>,
    facades: Vec<(Facade, &'static str)>,
    now: Instant,
}

/// What ended a script from the outside.
#[derive(Default)]
struct Ending {
    timed_out: Cell<bool>,
    /// The error of the last call into the scope, and the message it was thrown with.
    raised: RefCell<Option<(String, EvaluationError)>>,
}

impl Script {
    fn run(self, caller: Caller) -> Result<Value, EvaluationError> {
        let broken = |error: rquickjs::Error| EvaluationError::Failed(format!("Unable to evaluate script: {error}"));
        let runtime = Runtime::new().map_err(broken)?;
        runtime.set_memory_limit(MAX_MEMORY);
        runtime.set_max_stack_size(MAX_STACK);
        let ending = Rc::new(Ending::default());
        let started = Clock::now();
        let interrupted = Rc::clone(&ending);
        runtime.set_interrupt_handler(Some(Box::new(move || {
            let is_over = started.elapsed() > MAX_TIME;
            if is_over {
                interrupted.timed_out.set(true);
            }
            is_over
        })));
        let context = Context::full(&runtime).map_err(broken)?;
        context.with(|ctx| {
            let outcome = self.evaluate(&ctx, Rc::new(caller), &ending);
            outcome.map_err(|error| explain(&ctx, &error, &ending))
        })
    }

    fn evaluate(&self, ctx: &Ctx<'_>, caller: Rc<Caller>, ending: &Rc<Ending>) -> rquickjs::Result<Value> {
        let host = Object::new(ctx.clone())?;
        host.set("property", property_function(ctx, &caller)?)?;
        host.set("invoke", invoke_function(ctx, &caller, ending)?)?;
        let globals = ctx.globals();
        let install: Function<'_> = ctx.eval(PRELUDE)?;
        let kit: Object<'_> = install.call((globals.clone(), host, self.now.0 as f64))?;
        globals.set(KIT, kit.clone())?;
        for (name, value) in &self.globals {
            if !globals.contains_key(name.as_str())? {
                globals.set(name.as_str(), to_js(ctx, value, 0)?)?;
            }
        }
        let facade: Function<'_> = kit.get("facade")?;
        for (id, name) in &self.facades {
            let object: Object<'_> = facade.call((facade_id(*id),))?;
            globals.set(*name, object)?;
        }
        let mut options = EvalOptions::default();
        options.strict = false;
        let result: Js<'_> = ctx.eval_with_options(self.source.as_str(), options)?;
        from_js(ctx, &result, 0)
    }
}

fn facade_id(facade: Facade) -> usize {
    FACADES.iter().position(|(known, _)| *known == facade).unwrap_or_default()
}

fn facade_of(id: usize) -> Facade {
    FACADES.get(id).map_or(Facade::Execution, |(facade, _)| *facade)
}

fn property_function<'js>(ctx: &Ctx<'js>, caller: &Rc<Caller>) -> rquickjs::Result<Function<'js>> {
    let caller = Rc::clone(caller);
    Function::new(ctx.clone(), move |ctx: Ctx<'js>, id: usize, name: String| -> rquickjs::Result<Js<'js>> {
        match caller.ask(Request::Property(facade_of(id), name)) {
            Ok(Some(value)) => to_js(&ctx, &value, 0),
            Ok(None) => Ok(Js::new_undefined(ctx)),
            Err(error) => Err(Exception::throw_message(&ctx, &error.to_string())),
        }
    })
}

fn invoke_function<'js>(ctx: &Ctx<'js>, caller: &Rc<Caller>, ending: &Rc<Ending>) -> rquickjs::Result<Function<'js>> {
    let caller = Rc::clone(caller);
    let ending = Rc::clone(ending);
    Function::new(
        ctx.clone(),
        move |ctx: Ctx<'js>, id: usize, method: String, arguments: Array<'js>| -> rquickjs::Result<Js<'js>> {
            let mut values = Vec::with_capacity(arguments.len());
            for argument in arguments.iter::<Js<'js>>() {
                values.push(from_js(&ctx, &argument?, 0)?);
            }
            match caller.ask(Request::Invoke(facade_of(id), method, values)) {
                Ok(value) => to_js(&ctx, &value.unwrap_or_default(), 0),
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
        return limit("time of a script", format!("{} s", MAX_TIME.as_secs()));
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
        None => match from_js(ctx, &thrown, 0) {
            Ok(value) => crate::object::to_text(&value),
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

fn limit(what: &'static str, limit: String) -> EvaluationError {
    EvaluationError::Limit { what, limit }
}

/// `Json` variables are Spin nodes to a script, dates are `Date`, lists and maps are arrays and objects with Java's readers.
fn to_js<'js>(ctx: &Ctx<'js>, value: &Value, depth: usize) -> rquickjs::Result<Js<'js>> {
    check_depth(ctx, depth)?;
    Ok(match value {
        Value::Null | Value::Bytes(_) | Value::File(_) => Js::new_null(ctx.clone()),
        Value::Boolean(value) => Js::new_bool(ctx.clone(), *value),
        Value::Short(n) => Js::new_int(ctx.clone(), i32::from(*n)),
        Value::Integer(n) => Js::new_int(ctx.clone(), *n),
        Value::Long(n) => Js::new_number(ctx.clone(), *n as f64),
        Value::Double(n) => Js::new_float(ctx.clone(), *n),
        Value::String(text) | Value::Xml(text) => string(ctx, text)?,
        Value::Date(instant) => date_class(ctx)?.construct((instant.0 as f64,))?,
        Value::Json(text) => {
            let kit: Object<'js> = ctx.globals().get(KIT)?;
            let spin: Function<'js> = kit.get("spin")?;
            spin.call((text.as_ref(),))?
        }
        Value::Object(object) => match json::parse_object(object) {
            Some(parsed) => to_js(ctx, &parsed, depth + 1)?,
            None => string(ctx, object.serialized.as_deref().unwrap_or_default())?,
        },
        Value::List(items) => {
            let array = Array::new(ctx.clone())?;
            for (index, item) in items.iter().enumerate() {
                array.set(index, to_js(ctx, item, depth + 1)?)?;
            }
            array.into_value()
        }
        Value::Map(entries) => {
            let kit: Object<'js> = ctx.globals().get(KIT)?;
            let map: Function<'js> = kit.get("map")?;
            let object: Object<'js> = map.call(())?;
            for (key, value) in entries.iter() {
                object.set(key.as_str(), to_js(ctx, value, depth + 1)?)?;
            }
            object.into_value()
        }
    })
}

fn string<'js>(ctx: &Ctx<'js>, text: &str) -> rquickjs::Result<Js<'js>> {
    Ok(rquickjs::String::from_str(ctx.clone(), text)?.into_value())
}

fn date_class<'js>(ctx: &Ctx<'js>) -> rquickjs::Result<Constructor<'js>> {
    let kit: Object<'js> = ctx.globals().get(KIT)?;
    kit.get("RealDate")
}

/// Whole numbers become `Integer` or `Long`, fractions `Double`, functions and `undefined` null.
fn from_js<'js>(ctx: &Ctx<'js>, value: &Js<'js>, depth: usize) -> rquickjs::Result<Value> {
    check_depth(ctx, depth)?;
    if let Some(value) = value.as_bool() {
        return Ok(Value::Boolean(value));
    }
    if let Some(number) = value.as_number() {
        return Ok(number_value(number));
    }
    if let Some(text) = value.as_string() {
        return Ok(Value::string(&text.to_string()?));
    }
    if let Some(big) = value.as_big_int() {
        return Ok(Value::Long(big.clone().to_i64()?));
    }
    if let Some(array) = value.as_array() {
        let mut items = Vec::with_capacity(array.len());
        for item in array.iter::<Js<'js>>() {
            items.push(from_js(ctx, &item?, depth + 1)?);
        }
        return Ok(Value::List(Arc::new(items)));
    }
    match value.as_object() {
        Some(object) if !value.is_function() => object_value(ctx, object, depth),
        _ => Ok(Value::Null),
    }
}

fn object_value<'js>(ctx: &Ctx<'js>, object: &Object<'js>, depth: usize) -> rquickjs::Result<Value> {
    let kit: Object<'js> = ctx.globals().get(KIT)?;
    let is_spin: Function<'js> = kit.get("isSpin")?;
    if is_spin.call((object.clone(),))? {
        let to_text: Function<'js> = object.get("toString")?;
        let text: String = to_text.call((This(object.clone()),))?;
        return Ok(Value::Json(Arc::from(text)));
    }
    if object.is_instance_of(date_class(ctx)?.as_value()) {
        let get_time: Function<'js> = object.get("getTime")?;
        let time: f64 = get_time.call((This(object.clone()),))?;
        return Ok(if time.is_finite() { Value::Date(Instant(time as i64)) } else { Value::Null });
    }
    let mut entries = IndexMap::new();
    for property in object.props::<String, Js<'js>>() {
        let (key, value) = property?;
        if value.is_function() || value.is_undefined() {
            continue;
        }
        entries.insert(SmolStr::from(key), from_js(ctx, &value, depth + 1)?);
    }
    Ok(Value::Map(Arc::new(entries)))
}

fn number_value(number: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() != 0.0 || number.abs() > EXACT {
        return Value::Double(number);
    }
    let whole = number as i64;
    i32::try_from(whole).map_or(Value::Long(whole), Value::Integer)
}

fn check_depth(ctx: &Ctx<'_>, depth: usize) -> rquickjs::Result<()> {
    if depth <= MAX_DEPTH {
        return Ok(());
    }
    Err(Exception::throw_message(ctx, "a value is nested too deeply, or contains itself"))
}
