//! dsntk as `cargo xtask bench feel` drives it; `engine/expr/examples/bench_feel.rs` says what the lines mean.

use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value;
use dsntk_feel::{FeelNumber, FeelScope, Name};
use dsntk_model_evaluator::ModelEvaluator;
use std::collections::HashMap;
use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead, Write, stdin, stdout};
use std::time::{Duration, Instant};

type Outcome<T> = Result<T, Box<dyn Error>>;

const EXPRESSION: &str = "amount * 2 > 30 and starts with(name, \"a\")";
const NAMESPACE: &str = "https://casewright.example/bench";
/// Inputs of each case, taken in turn.
const INPUTS: usize = 16;

/// Something that is evaluated for an input of this place.
type Case = Box<dyn Fn(usize) -> String>;

fn context(entries: &[(&str, Value)]) -> FeelContext {
    let mut context = FeelContext::default();
    for (name, value) in entries {
        context.set_entry(&Name::from(*name), value.clone());
    }
    context
}

fn number(n: usize) -> Value {
    Value::Number(FeelNumber::new(i64::try_from(n).unwrap_or_default(), 0))
}

fn expression() -> Outcome<Case> {
    let scope_of = |input: usize| {
        let name = if input % 3 == 0 { "anna" } else { "bert" };
        FeelScope::from(context(&[("amount", number(input)), ("name", Value::String(name.to_owned()))]))
    };
    let scopes: Vec<FeelScope> = (0..INPUTS).map(|input| scope_of(input + 8)).collect();
    let node = dsntk_feel_parser::parse_expression(&scopes[0], EXPRESSION, false).map_err(|error| error.to_string())?;
    let prepared = dsntk_feel_evaluator::prepare(&node);
    Ok(Box::new(move |input| prepared(&scopes[input]).to_string()))
}

fn table(case: &str, file: &str) -> Outcome<Case> {
    let xml = std::fs::read_to_string(file)?;
    let definitions = dsntk_model::parse(&xml).map_err(|error| error.to_string())?;
    let evaluator = ModelEvaluator::new(&[definitions]).map_err(|error| error.to_string())?;
    let inputs: Vec<FeelContext> = (0..INPUTS)
        .map(|input| {
            let (category, amount) = match case {
                "table-20" => (format!("c{}", input % 5), 50 + input / 5 * 100),
                _ => (format!("k{}", (input * 625 + 7) % 10_000), 50),
            };
            context(&[("category", Value::String(category)), ("amount", number(amount))])
        })
        .collect();
    Ok(Box::new(move |input| match evaluator.evaluate_invocable(NAMESPACE, "bench", "pick", &inputs[input]) {
        Value::String(text) => text,
        other => format!("no text: {other}"),
    }))
}

/// Evaluations, and how many nanoseconds they took.
fn measured(case: &Case, time: Duration) -> (u64, u128) {
    let begin = Instant::now();
    let mut evaluations = 0;
    while begin.elapsed() < time {
        for input in 0..INPUTS {
            black_box(case(black_box(input)));
            evaluations += 1;
            // Where one takes long it is looked at the clock after each.
            if evaluations < 64 && begin.elapsed() >= time {
                break;
            }
        }
    }
    (evaluations, begin.elapsed().as_nanos())
}

fn main() -> Outcome<()> {
    let mut cases: HashMap<String, Case> = HashMap::from([("expression".to_owned(), expression()?)]);
    for argument in std::env::args().skip(1) {
        let (name, file) = argument.split_once('=').ok_or("an argument is CASE=FILE")?;
        cases.insert(name.to_owned(), table(name, file)?);
    }
    for line in stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        let case = |name: &str| cases.get(name).ok_or_else(|| format!("there is no case {name}"));
        let answer = match words.as_slice() {
            ["check", name] => (0..INPUTS).map(case(name)?).collect::<Vec<_>>().join(","),
            ["run", name, time] => {
                let (evaluations, nanoseconds) = measured(case(name)?, Duration::from_millis(time.parse()?));
                format!("{evaluations} {nanoseconds}")
            }
            _ => return Err(format!("what is '{line}'?").into()),
        };
        println!("{answer}");
        stdout().flush()?;
    }
    Ok(())
}
