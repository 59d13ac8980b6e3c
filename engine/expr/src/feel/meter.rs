//! Bounds on what a FEEL evaluation may cost.
//!
//! `dsntk` cannot be interrupted: `count(for i in 1..20000 return i*i)` takes seconds. So the tree is rewritten before it
//! is prepared: the body of every loop, filter and function first calls a counter, which unwinds out of the evaluation when
//! the count, the time or the stack is used up; and what is put together is weighed, which unwinds when the memory is.
//! The unwinding is caught here and nowhere else sees it.
//!
//! `dsntk` also evaluates the sides of a subtraction that cannot be done once more, for its message: nested, that doubles
//! with every level. A subtraction is therefore the call of a function, whose arguments are evaluated once.

use crate::feel::convert::instant_to_feel;
use casewright_engine_value::{EvaluationError, Instant};
use dsntk_feel::closure::Closure;
use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use dsntk_feel::{Evaluator, FeelScope, FeelType, FunctionBody, Name};
use dsntk_feel_parser::AstNode;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant as Clock};

const MAX_ITERATIONS: u64 = 100_000;
const MAX_TIME: Duration = Duration::from_secs(1);
/// Functions may call themselves: they run on a stack of their own, of which this much may be used.
const MAX_STACK: usize = 24 << 20;
const STACK: usize = 32 << 20;
/// Bytes that an evaluation may put into lists and contexts, all together: `for i in 1..64 return partial` doubles with
/// every round, and the library holds several copies.
const MAX_KEPT: u64 = 64 << 20;
/// Bytes that an evaluation may add up and pass to functions, all together: each is copied, and gone soon.
const MAX_PASSED: u64 = 512 << 20;
/// No text can spell these names.
const COUNTER: &str = "\u{1}count";
const KEPT: &str = "\u{1}kept";
const PASSED: &str = "\u{1}passed";
const VALUE: &str = "\u{1}value";
const SUBTRACT: &str = "\u{1}subtract";
const LEFT: &str = "\u{1}left";
const RIGHT: &str = "\u{1}right";

pub(super) struct Metered {
    pub(super) node: AstNode,
    pub(super) calls_functions: bool,
}

/// # Errors
/// `Unsupported` for external functions.
pub(super) fn meter(node: AstNode) -> Result<Metered, EvaluationError> {
    let mut metering = Metering { calls_functions: false, has_external: false };
    let node = metering.rewrite(node);
    if metering.has_external {
        return Err(EvaluationError::Unsupported("an external function in FEEL".to_owned()));
    }
    Ok(Metered { node, calls_functions: metering.calls_functions })
}

struct Metering {
    calls_functions: bool,
    has_external: bool,
}

#[expect(clippy::boxed_local, reason = "the tree is made of boxes, which go in and come out")]
impl Metering {
    fn rewrite(&mut self, node: AstNode) -> AstNode {
        use AstNode as N;
        macro_rules! one {
            ($kind:ident, $a:expr) => {
                N::$kind(self.boxed($a))
            };
        }
        macro_rules! two {
            ($kind:ident, $a:expr, $b:expr) => {
                N::$kind(self.boxed($a), self.boxed($b))
            };
        }
        macro_rules! many {
            ($kind:ident, $a:expr) => {
                N::$kind($a.into_iter().map(|node| self.rewrite(node)).collect())
            };
        }
        match node {
            N::For(contexts, body) => N::For(self.boxed(contexts), self.counted(KEPT, body)),
            N::Some(contexts, body) => N::Some(self.boxed(contexts), self.counted_condition(body)),
            N::Every(contexts, body) => N::Every(self.boxed(contexts), self.counted_condition(body)),
            N::FunctionBody(body, false) => {
                self.calls_functions = true;
                N::FunctionBody(self.counted(PASSED, body), false)
            }
            N::FunctionBody(body, true) => {
                self.has_external = true;
                N::FunctionBody(body, true)
            }
            N::Add(a, b) => weighed(PASSED, two!(Add, a, b)),
            N::And(a, b) => two!(And, a, b),
            N::Between(a, b, c) => N::Between(self.boxed(a), self.boxed(b), self.boxed(c)),
            N::CommaList(items) => many!(CommaList, items),
            N::Context(items) => many!(Context, items),
            N::ContextEntry(a, b) => N::ContextEntry(self.boxed(a), Box::new(weighed(KEPT, self.rewrite(*b)))),
            N::Div(a, b) => two!(Div, a, b),
            N::Eq(a, b) => two!(Eq, a, b),
            N::EvaluatedExpression(a) => one!(EvaluatedExpression, a),
            N::Exp(a, b) => two!(Exp, a, b),
            N::ExpressionList(items) => many!(ExpressionList, items),
            N::Filter(a, b) => two!(Filter, a, b),
            N::FunctionDefinition(a, b) => two!(FunctionDefinition, a, b),
            N::FunctionInvocation(a, b) => two!(FunctionInvocation, a, b),
            N::Ge(a, b) => two!(Ge, a, b),
            N::Gt(a, b) => two!(Gt, a, b),
            N::If(a, b, c) => N::If(self.boxed(a), self.boxed(b), self.boxed(c)),
            N::In(a, b) => two!(In, a, b),
            N::InstanceOf(a, b) => two!(InstanceOf, a, b),
            N::IntervalEnd(a, kind) => N::IntervalEnd(self.boxed(a), kind),
            N::IntervalStart(a, kind) => N::IntervalStart(self.boxed(a), kind),
            N::IterationContexts(items) => many!(IterationContexts, items),
            N::IterationContextSingle(a, b) => two!(IterationContextSingle, a, b),
            N::IterationContextInterval(a, b, c) => {
                N::IterationContextInterval(self.boxed(a), self.boxed(b), self.boxed(c))
            }
            N::Le(a, b) => two!(Le, a, b),
            N::Lt(a, b) => two!(Lt, a, b),
            N::List(items) => N::List(items.into_iter().map(|item| weighed(KEPT, self.rewrite(item))).collect()),
            N::Mul(a, b) => two!(Mul, a, b),
            N::NamedParameter(a, b) => N::NamedParameter(self.boxed(a), Box::new(weighed(PASSED, self.rewrite(*b)))),
            N::NamedParameters(items) => many!(NamedParameters, items),
            N::NegatedList(items) => many!(NegatedList, items),
            N::Neg(a) => one!(Neg, a),
            N::Nq(a, b) => two!(Nq, a, b),
            N::Or(a, b) => two!(Or, a, b),
            N::Out(a, b) => two!(Out, a, b),
            N::Path(a, b) => two!(Path, a, b),
            N::PositionalParameters(items) => {
                N::PositionalParameters(items.into_iter().map(|item| weighed(PASSED, self.rewrite(item))).collect())
            }
            N::QuantifiedContexts(items) => many!(QuantifiedContexts, items),
            N::QuantifiedContext(a, b) => two!(QuantifiedContext, a, b),
            N::Range(a, b) => two!(Range, a, b),
            N::Satisfies(a) => one!(Satisfies, a),
            N::Sub(a, b) => call(SUBTRACT, vec![self.rewrite(*a), self.rewrite(*b)]),
            N::UnaryGe(a) => one!(UnaryGe, a),
            N::UnaryGt(a) => one!(UnaryGt, a),
            N::UnaryLe(a) => one!(UnaryLe, a),
            N::UnaryLt(a) => one!(UnaryLt, a),
            N::UnaryEq(a) => one!(UnaryEq, a),
            N::UnaryNe(a) => one!(UnaryNe, a),
            leaf => leaf,
        }
    }

    fn boxed(&mut self, node: Box<AstNode>) -> Box<AstNode> {
        Box::new(self.rewrite(*node))
    }

    /// `if count() then body else null`; the counter always answers true.
    fn counted(&mut self, scale: &str, body: Box<AstNode>) -> Box<AstNode> {
        let body = match *body {
            // The evaluated expression of a loop keeps its place on the outside.
            AstNode::EvaluatedExpression(inner) => {
                return Box::new(AstNode::EvaluatedExpression(self.counted(scale, inner)));
            }
            other => self.rewrite(other),
        };
        let call = call(COUNTER, Vec::new());
        Box::new(AstNode::If(Box::new(call), Box::new(weighed(scale, body)), Box::new(AstNode::Null)))
    }

    fn counted_condition(&mut self, body: Box<AstNode>) -> Box<AstNode> {
        match *body {
            AstNode::Satisfies(inner) => Box::new(AstNode::Satisfies(self.counted(PASSED, inner))),
            other => self.counted(PASSED, Box::new(other)),
        }
    }
}

fn call(function: &str, parameters: Vec<AstNode>) -> AstNode {
    AstNode::FunctionInvocation(
        Box::new(AstNode::Name(Name::from(function))),
        Box::new(AstNode::PositionalParameters(parameters)),
    )
}

/// Its value counts against [`MAX_KEPT`] or [`MAX_PASSED`]. What is written in the text is bounded by the text.
fn weighed(scale: &str, node: AstNode) -> AstNode {
    use AstNode as N;
    match node {
        N::Numeric(..) | N::String(_) | N::Boolean(_) | N::Null => node,
        node => call(scale, vec![node]),
    }
}

/// What the counter unwinds with.
struct Exhausted(&'static str, String);

/// Evaluates within the bounds; on a stack of its own when functions are called, which may recurse.
pub(super) fn run(
    evaluator: &Evaluator,
    mut context: FeelContext,
    now: Instant,
    calls_functions: bool,
) -> Result<Feel, EvaluationError> {
    set_clock(&mut context, now);
    if !calls_functions {
        return bounded(evaluator, context, usize::MAX);
    }
    std::thread::scope(|threads| {
        std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(threads, || bounded(evaluator, context, MAX_STACK))
            .map_err(|error| EvaluationError::Failed(format!("no thread for FEEL: {error}")))?
            .join()
            .unwrap_or_else(|panic| resume_unwind(panic))
    })
}

fn bounded(evaluator: &Evaluator, mut context: FeelContext, stack: usize) -> Result<Feel, EvaluationError> {
    context.set_entry(&Name::from(COUNTER), counter(stack));
    context.set_entry(&Name::from(KEPT), scales(MAX_KEPT));
    context.set_entry(&Name::from(PASSED), scales(MAX_PASSED));
    context.set_entry(&Name::from(SUBTRACT), SUBTRACTION.clone());
    let scope = FeelScope::from(context);
    catch_unwind(AssertUnwindSafe(|| evaluator(&scope))).map_err(|panic| {
        match panic.downcast::<Exhausted>() {
            Ok(exhausted) => EvaluationError::Limit { what: exhausted.0, limit: exhausted.1 },
            // A broken invariant inside the FEEL library must not take the shard with it.
            Err(_) => EvaluationError::Failed("FEEL evaluation failed".to_owned()),
        }
    })
}

fn counter(stack: usize) -> Feel {
    let used = AtomicU64::new(0);
    let started = Clock::now();
    let bottom = stack_position();
    function(
        &[],
        Box::new(move |_| {
            let count = used.fetch_add(1, Ordering::Relaxed) + 1;
            if count > MAX_ITERATIONS {
                resume_unwind(Box::new(Exhausted(
                    "number of iterations of a FEEL expression",
                    MAX_ITERATIONS.to_string(),
                )));
            }
            if count.is_multiple_of(64) && started.elapsed() > MAX_TIME {
                resume_unwind(Box::new(Exhausted("time of a FEEL expression", format!("{} s", MAX_TIME.as_secs()))));
            }
            if bottom.abs_diff(stack_position()) > stack {
                resume_unwind(Box::new(Exhausted(
                    "recursion of a FEEL expression",
                    format!("{} MiB of stack", stack >> 20),
                )));
            }
            Feel::Boolean(true)
        }),
    )
}

/// Prepared once: every evaluation is given it.
static SUBTRACTION: LazyLock<Feel> = LazyLock::new(|| {
    let sides = [LEFT, RIGHT].map(Name::from);
    let [left, right] = sides.clone().map(|side| Box::new(AstNode::Name(side)));
    function(&sides, dsntk_feel_evaluator::prepare(&AstNode::Sub(left, right)))
});

/// Answers its argument.
fn scales(limit: u64) -> Feel {
    let value = Name::from(VALUE);
    let used = AtomicU64::new(0);
    let parameter = value.clone();
    function(
        &[parameter],
        Box::new(move |scope| {
            let argument = scope.get_value(&value).unwrap_or(Feel::Null(None));
            let weight = weight(&argument);
            if used.fetch_add(weight, Ordering::Relaxed) + weight > limit {
                let limit = format!("{} MiB", limit >> 20);
                resume_unwind(Box::new(Exhausted("memory of a FEEL expression", limit)));
            }
            argument
        }),
    )
}

/// About the bytes it takes, with all that it holds.
fn weight(value: &Feel) -> u64 {
    use Feel as V;
    const OWN: u64 = size_of::<Feel>() as u64;
    /// A context is a map whose nodes have room for eleven entries, even for one.
    const NODE: u64 = 11 * (size_of::<Name>() + size_of::<Feel>()) as u64;
    let held = match value {
        V::String(text) | V::Null(Some(text)) => text.len() as u64,
        V::List(items) | V::ExpressionList(items) | V::NegatedCommaList(items) | V::PositionalParameters(items) => {
            items.iter().map(weight).sum()
        }
        V::ParameterTypes(items) => items.iter().map(weight).sum(),
        V::Context(context) | V::FunctionDefinition(_, _, _, _, context, _) => {
            NODE + context.iter().map(|(_, value)| weight(value)).sum::<u64>()
        }
        V::NamedParameters(parameters) => NODE + parameters.values().map(|(value, _)| weight(value)).sum::<u64>(),
        V::ContextEntry(_, value)
        | V::IntervalEnd(value, _)
        | V::IntervalStart(value, _)
        | V::UnaryGreater(value)
        | V::UnaryGreaterOrEqual(value)
        | V::UnaryLess(value)
        | V::UnaryLessOrEqual(value)
        | V::UnaryEqual(value)
        | V::UnaryNotEqual(value)
        | V::Transparent(value) => weight(value),
        V::NamedParameter(left, right) | V::Range(left, _, right, _) => weight(left) + weight(right),
        _ => 0,
    };
    OWN + held
}

#[inline(never)]
fn stack_position() -> usize {
    let here = 0_u8;
    std::ptr::from_ref(&here).addr()
}

/// `now()` and `today()` of the evaluation; FEEL looks names up before its own functions.
fn set_clock(context: &mut FeelContext, now: Instant) {
    let moment = instant_to_feel(now);
    let today = match &moment {
        Feel::DateTime(moment) => Feel::Date(moment.date()),
        _ => Feel::Null(None),
    };
    for (name, value) in [("now", moment), ("today", today)] {
        if !context.contains_entry(&Name::from(name)) {
            context.set_entry(&Name::from(name), function(&[], Box::new(move |_| value.clone())));
        }
    }
}

fn function(parameters: &[Name], body: Evaluator) -> Feel {
    Feel::FunctionDefinition(
        parameters.iter().map(|name| (name.clone(), FeelType::Any)).collect(),
        FunctionBody::LiteralExpression(Arc::new(body)),
        false,
        Closure::default(),
        FeelContext::default(),
        FeelType::Any,
    )
}
