//! What `cargo xtask bench feel` drives of ours: a prepared expression, and decision tables of files, evaluated from values that
//! are there already. Its peers (`bench/peers`) answer to the same lines:
//!
//! - `check CASE` answers what the case gives for each input, with commas between;
//! - `run CASE MILLISECONDS` evaluates for so long and answers how many evaluations took how many nanoseconds.
//!
//! Cases are `expression`, the tables of the files that the arguments name (`CASE=FILE`), and `deploy`, which reads the file of
//! the case of that name again and again.

#![allow(clippy::print_stdout, reason = "it is spoken to over its pipes")]

use casewright_engine_expr::{DecisionDeployment, DecisionResource, Expressions};
use casewright_engine_feel::{Budget, Expression, Host, Names, Value as Feel};
use casewright_engine_value::{Instant, Value};
use indexmap::IndexMap;
use smol_str::SmolStr;
use std::collections::HashMap;
use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead as _, Write as _, stdin, stdout};
use std::sync::Arc;
use std::time::{Duration, Instant as Clock};

type Outcome<T> = Result<T, Box<dyn Error>>;

const EXPRESSION: &str = "amount * 2 > 30 and starts with(name, \"a\")";
/// Inputs of each case, taken in turn.
const INPUTS: usize = 16;

/// The variables of the expression.
struct Person {
    amount: Feel,
    name: Feel,
}

impl Host for Person {
    fn variable(&self, name: &str) -> Option<Feel> {
        match name {
            "amount" => Some(self.amount.clone()),
            "name" => Some(self.name.clone()),
            _ => None,
        }
    }

    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::UNIX_EPOCH
    }

    fn random(&self) -> u128 {
        0
    }
}

/// Something that is evaluated for an input of this place.
type Case = Box<dyn Fn(usize) -> Outcome<String>>;

fn expression() -> Outcome<Case> {
    let parsed = Expression::parse(EXPRESSION, &Names::default())?;
    let person = |input: usize| Person {
        amount: Feel::Number(i64::try_from(input).unwrap_or_default().into()),
        name: Feel::string(if input.is_multiple_of(3) { "anna" } else { "bert" }),
    };
    let people: Vec<Person> = (0..INPUTS).map(|input| person(input + 8)).collect();
    Ok(Box::new(move |input| {
        let value = parsed.evaluate(&people[input], Budget::default()).map_err(|failure| format!("{failure:?}"))?;
        Ok(value.to_string())
    }))
}

fn table(case: &str, file: &str) -> Outcome<Case> {
    let expressions = Expressions::new();
    deploy(&expressions, &std::fs::read_to_string(file)?)?;
    let inputs: Vec<IndexMap<SmolStr, Value>> = (0..INPUTS).map(|input| variables(case, input)).collect();
    Ok(Box::new(move |input| {
        let found = expressions.decisions().evaluate("pick", inputs[input].clone(), Instant(0))?;
        match found.rules.first().and_then(|rule| rule.values().next()) {
            Some(Value::String(text)) => Ok(text.to_string()),
            other => Err(format!("no text: {other:?}").into()),
        }
    }))
}

fn variables(case: &str, input: usize) -> IndexMap<SmolStr, Value> {
    let (category, amount) = match case {
        "table-20" => (format!("c{}", input % 5), 50 + input / 5 * 100),
        _ => (format!("k{}", (input * 625 + 7) % 10_000), 50),
    };
    let amount = Value::Long(i64::try_from(amount).unwrap_or_default());
    IndexMap::from([("category".into(), Value::string(&category)), ("amount".into(), amount)])
}

fn deploy(expressions: &Expressions, xml: &str) -> Outcome<()> {
    let about = DecisionDeployment {
        definition_id: "pick".into(),
        key: "pick".into(),
        version: 1,
        version_tag: None,
        tenant: None,
        deployment: "bench".into(),
    };
    let resource = DecisionResource::parse(xml).map_err(|findings| format!("{findings:?}"))?;
    expressions.decisions().deploy_parsed(about, Arc::new(resource));
    Ok(())
}

fn deployment(file: &str) -> Outcome<Case> {
    let (expressions, xml) = (Expressions::new(), std::fs::read_to_string(file)?);
    Ok(Box::new(move |_| deploy(&expressions, &xml).map(|()| String::new())))
}

/// Evaluations, and how many nanoseconds they took.
fn measured(case: &Case, time: Duration) -> Outcome<(u64, u128)> {
    let begin = Clock::now();
    let mut evaluations = 0;
    while begin.elapsed() < time {
        for input in 0..INPUTS {
            black_box(case(black_box(input))?);
            evaluations += 1;
            // Where one takes long it is looked at the clock after each.
            if evaluations < 64 && begin.elapsed() >= time {
                break;
            }
        }
    }
    Ok((evaluations, begin.elapsed().as_nanos()))
}

fn main() -> Outcome<()> {
    let mut cases: HashMap<String, Case> = HashMap::from([("expression".to_owned(), expression()?)]);
    for argument in std::env::args().skip(1) {
        let (name, file) = argument.split_once('=').ok_or("an argument is CASE=FILE")?;
        let case = if name == "deploy" { deployment(file)? } else { table(name, file)? };
        cases.insert(name.to_owned(), case);
    }
    for line in stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        let case = |name: &str| cases.get(name).ok_or_else(|| format!("there is no case {name}"));
        let answer = match words.as_slice() {
            ["check", name] => (0..INPUTS).map(case(name)?).collect::<Outcome<Vec<_>>>()?.join(","),
            ["run", name, time] => {
                let (evaluations, nanoseconds) = measured(case(name)?, Duration::from_millis(time.parse()?))?;
                format!("{evaluations} {nanoseconds}")
            }
            _ => return Err(format!("what is '{line}'?").into()),
        };
        println!("{answer}");
        stdout().flush()?;
    }
    Ok(())
}
