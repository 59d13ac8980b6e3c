//! FEEL by `dsntk`: expressions of the `zeebe:` dialect, and the cells of decision tables.
//!
//! `dsntk` must know the names in scope before it parses, since FEEL names may hold blanks and operators; so a text is
//! prepared for the names that occur in it, and kept by both. It must never run unbounded: `meter` puts a counter into
//! every loop and function, and external functions are refused. `now()` and `today()` are the scope's, not the machine's.

mod convert;
mod meter;
mod names;
mod unary;

use crate::cache::Cache;
use casewright_engine_value::{EvaluationError, Instant, Scope, Value};
use dsntk_feel::context::FeelContext;
use dsntk_feel::{Evaluator, FeelScope, Name};
use dsntk_feel_parser::AstNode;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub(crate) use convert::{from_feel, to_feel};

const CACHED_TEXTS: usize = 4_096;
const MAX_TEXT: usize = 64 * 1024;
/// Brackets within brackets.
const MAX_NESTING: usize = 64;
/// A chain of operators makes a tree as deep as it is long.
const MAX_OPERATORS: usize = 500;
/// Names may hold spaces and operators, so the parser tries every part of such a row as the end of a name, at every part: the
/// time is that of its cube.
const MAX_ROW: usize = 120;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grammar {
    Expression,
    /// Tests of the variable `?`.
    UnaryTests,
}

struct Prepared {
    evaluator: Evaluator,
    /// What the text refers to, as far as the scope that it was prepared for had it.
    names: Vec<String>,
    calls_functions: bool,
}

pub(crate) struct Feel {
    prepared: Cache<String, Prepared>,
}

/// The input value under test in unary tests.
const INPUT: &str = "?";

impl Feel {
    pub(crate) fn new() -> Self {
        Self { prepared: Cache::new(CACHED_TEXTS) }
    }

    /// The value of an expression; what FEEL cannot compute is null.
    pub(crate) fn evaluate(&self, text: &str, scope: &dyn Scope) -> Result<Value, EvaluationError> {
        let prepared = self.prepare(Grammar::Expression, text, scope)?;
        let value = run(&prepared, context(&prepared.names, scope), scope.now())?;
        Ok(from_feel(&value))
    }

    /// Do the tests accept `input`?
    pub(crate) fn unary_test(&self, tests: &str, input: &Value, scope: &dyn Scope) -> Result<bool, EvaluationError> {
        let prepared = self.prepare(Grammar::UnaryTests, tests, scope)?;
        let mut context = context(&prepared.names, scope);
        context.set_entry(&Name::from(INPUT), to_feel(input));
        Ok(run(&prepared, context, scope.now())?.is_true())
    }

    /// Checks that an expression parses.
    pub(crate) fn check(text: &str) -> Result<(), EvaluationError> {
        // Which words are one name is known where the variables are; here it is enough that the text can be read.
        let as_read_with =
            |wordy: &[String]| prepare(Grammar::Expression, text, &names::mentioned(text, wordy)).map(drop);
        as_read_with(&[]).or_else(|error| as_read_with(&names::runs_of_words(text)).map_err(|_| error))
    }

    /// Checks that unary tests parse.
    pub(crate) fn check_unary_tests(text: &str) -> Result<(), EvaluationError> {
        let names = names::mentioned(text, &[]);
        prepare(Grammar::UnaryTests, text, &names).map(drop)
    }

    fn prepare(
        &self,
        grammar: Grammar,
        text: &str,
        scope: &dyn Scope,
    ) -> Result<std::sync::Arc<Prepared>, EvaluationError> {
        let wordy = names::wordy(text, scope);
        let key = format!("{grammar:?}\u{1}{}\u{1}{text}", wordy.join("\u{2}"));
        self.prepared.get_or_make(key.as_str(), || prepare(grammar, text, &names::mentioned(text, &wordy)))
    }
}

fn prepare(grammar: Grammar, text: &str, names: &[String]) -> Result<Prepared, EvaluationError> {
    check_size(text)?;
    let scope = FeelScope::default();
    for name in names {
        scope.set_name(Name::from(name.as_str()));
    }
    scope.set_name(Name::from(INPUT));
    let node = parse(grammar, text, &scope)?;
    let node = match grammar {
        Grammar::Expression => node,
        Grammar::UnaryTests => unary::test_of(INPUT, node),
    };
    let metered = meter::meter(node)?;
    Ok(Prepared {
        evaluator: dsntk_feel_evaluator::prepare(&metered.node),
        names: names.to_vec(),
        calls_functions: metered.calls_functions,
    })
}

/// A broken invariant of the parser is a syntax error here: it must not take the shard with it.
fn parse(grammar: Grammar, text: &str, scope: &FeelScope) -> Result<AstNode, EvaluationError> {
    let parsed = catch_unwind(AssertUnwindSafe(|| match grammar {
        Grammar::Expression => dsntk_feel_parser::parse_expression(scope, text, false),
        Grammar::UnaryTests => dsntk_feel_parser::parse_unary_tests(scope, text, false),
    }));
    let cause = match parsed {
        Ok(Ok(node)) => return Ok(node),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "the parser failed".to_owned(),
    };
    Err(EvaluationError::Syntax(format!("FEEL/SCALA-01008 Error while parsing expression '{text}': {cause}")))
}

/// Deep texts are refused before they are parsed: parser, evaluator and destructors recurse over the tree.
fn check_size(text: &str) -> Result<(), EvaluationError> {
    let limit = |what, limit: usize| EvaluationError::Limit { what, limit: limit.to_string() };
    if text.len() > MAX_TEXT {
        return Err(limit("length of a FEEL expression", MAX_TEXT));
    }
    let mut depth = 0_usize;
    let mut operators = 0_usize;
    let (mut row, mut longest_row) = (0_usize, 0_usize);
    let mut quoted = false;
    let mut previous = ' ';
    for letter in text.chars() {
        match letter {
            '"' if previous != '\\' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '+' | '-' | '*' | '/' | '<' | '>' | '=' | '.' => operators += 1,
            _ => {}
        }
        match letter {
            _ if quoted => row = 0,
            '.' | '/' | '-' | '\'' | '+' | '*' => row += 1,
            ' ' | '\n' | '\r' | '\t' if previous != letter => row += 1,
            _ if letter.is_alphanumeric() || letter == '_' || letter.is_whitespace() => {}
            _ => row = 0,
        }
        longest_row = longest_row.max(row);
        if depth > MAX_NESTING {
            return Err(limit("nesting of a FEEL expression", MAX_NESTING));
        }
        previous = letter;
    }
    if longest_row > MAX_ROW {
        return Err(limit("number of words and operators in a row in a FEEL expression", MAX_ROW));
    }
    let words =
        text.split_whitespace().filter(|word| matches!(*word, "and" | "or" | "if" | "then" | "for" | "in")).count();
    // A unary test list is flat; only what stands between two commas makes a tree.
    let lists = text.matches(',').count() + 1;
    if (operators + words) / lists > MAX_OPERATORS {
        return Err(limit("number of operators in a FEEL expression", MAX_OPERATORS));
    }
    Ok(())
}

fn context(names: &[String], scope: &dyn Scope) -> FeelContext {
    let mut context = FeelContext::default();
    for name in names {
        if let Some(value) = scope.get(name) {
            context.set_entry(&Name::from(name.as_str()), to_feel(&value));
        }
    }
    context
}

fn run(prepared: &Prepared, context: FeelContext, now: Instant) -> Result<dsntk_feel::values::Value, EvaluationError> {
    meter::run(&prepared.evaluator, context, now, prepared.calls_functions)
}
