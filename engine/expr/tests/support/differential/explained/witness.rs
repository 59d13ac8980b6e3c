//! Questions that are changed a little.

use super::super::case::{Case, Question};
use super::super::ours;
use super::text;
use casewright_engine_feel::{Dialect, Expression, SyntaxError, UnaryTests};
use serde_json::{Value as Json, json};
use std::cell::Cell;

impl Case {
    pub(super) fn with_texts(&self, change: &dyn Fn(&str) -> String) -> Self {
        let mut changed = self.clone();
        match &mut changed.question {
            Question::Expression { text } | Question::Tests { text, .. } => *text = change(text),
            Question::Table { table } => {
                table.inputs.iter_mut().for_each(|input| input.text = change(&input.text));
                table.rules.iter_mut().flatten().for_each(|cell| *cell = change(cell));
            }
        }
        changed
    }

    /// Each text with what it is: tests, or an expression.
    pub(super) fn with_roles(&self, change: &dyn Fn(&str, bool) -> String) -> Self {
        let mut changed = self.clone();
        match &mut changed.question {
            Question::Expression { text } => *text = change(text, false),
            Question::Tests { text, .. } => *text = change(text, true),
            Question::Table { table } => {
                let inputs = table.inputs.len();
                table.inputs.iter_mut().for_each(|input| input.text = change(&input.text, false));
                for rule in &mut table.rules {
                    let cells = rule.iter_mut().enumerate().filter(|(_, cell)| !cell.is_empty());
                    cells.for_each(|(column, cell)| *cell = change(cell, column < inputs));
                }
            }
        }
        changed
    }

    pub(super) fn with_values(&self, change: &dyn Fn(&Json) -> Json) -> Self {
        let mut changed = self.clone();
        changed.variables.values_mut().for_each(|value| *value = change(value));
        if let Question::Tests { input, .. } = &mut changed.question {
            *input = change(input);
        }
        changed
    }
}

/// The question with null for each call that cannot be made, as feel-scala has it when it comes to it. What cannot be read
/// for another reason is `otherwise`, as long as there is no need of it.
pub(super) fn with_null_for_calls(case: &Case, otherwise: &str) -> Case {
    let names = ours::names(&ours::Variables(case.values()), Dialect::Camunda);
    case.with_roles(&|text, is_tests| {
        let repaired = match is_tests {
            true => repaired(text, &|text| UnaryTests::parse(text, &names).err()),
            false => repaired(text, &|text| Expression::parse(text, &names).err()),
        };
        repaired.unwrap_or_else(|| otherwise.to_owned())
    })
}

/// None where something else is wrong with it.
fn repaired(text: &str, fault: &dyn Fn(&str) -> Option<SyntaxError>) -> Option<String> {
    let mut text = text.to_owned();
    for _ in 0..8 {
        let Some(error) = fault(&text) else {
            return Some(text);
        };
        let is_call =
            ["there is no function", "is called", "is no date, time"].iter().any(|part| error.message.contains(part));
        if !is_call {
            return None;
        }
        let at = text.char_indices().nth(error.column.checked_sub(1)? as usize)?.0;
        let end = match text[at..].starts_with('@') {
            true => at + 2 + text[at + 2..].find('"')? + 1,
            false => text::closing(&text, at + text[at..].find('(')?)?,
        };
        text.replace_range(at..end, "null");
    }
    None
}

/// The question with null for calls of functions that feel-scala 1.19 does not have.
pub(super) fn without_later_functions(case: &Case) -> Case {
    case.with_texts(&|text| {
        let mut changed = text.to_owned();
        for name in ["to json", "from json", "list replace"] {
            changed = text::with_calls(&changed, name, &|_| Some("null".to_owned()));
        }
        text::with_calls(&changed, "sort", &|inner| (text::arguments(inner) == 1).then(|| "null".to_owned()))
    })
}

/// The question with years cut to 32 bits, as Java's are.
pub(super) fn with_small_years(case: &Case) -> Case {
    case.with_texts(&|text| {
        text::with_calls(text, "date", &|inner| {
            let end = text::end_of_expression(inner, 0, &[","]);
            let (year, rest) = inner.split_at(end);
            let cut = format!("modulo(round down({year}, 0) + 2147483648, 4294967296) - 2147483648");
            (text::arguments(inner) == 3).then(|| format!("date({cut}{rest})"))
        })
    })
}

/// The question without the fractions of seconds that it says itself, all or one of them, or that its values have as well.
pub(super) fn with_whole_seconds(case: &Case) -> Vec<Case> {
    const MOST: usize = 8;
    let Ok(fractions) = regex::Regex::new(r"T0\.[0-9]+S|(:[0-9]{2})\.[0-9]+") else {
        return Vec::new();
    };
    let date = |value: &Json| match value.get("Date").and_then(Json::as_str).and_then(|text| text.parse::<i64>().ok()) {
        Some(millis) => json!({ "Date": (millis.div_euclid(1_000) * 1_000).to_string() }),
        None => value.clone(),
    };
    let all = case.with_texts(&|text| fractions.replace_all(text, "$1").into_owned());
    let one = |wanted: usize| {
        let count = Cell::new(0);
        case.with_texts(&|text| {
            let change = |found: &regex::Captures<'_>| {
                let place = count.replace(count.get() + 1);
                let whole = found.get(1).map_or("", |whole| whole.as_str());
                if place == wanted { whole.to_owned() } else { found[0].to_owned() }
            };
            fractions.replace_all(text, change).into_owned()
        })
    };
    let count = case.texts().iter().map(|text| fractions.find_iter(text).count()).sum::<usize>();
    let values = all.with_values(&date);
    [all, values].into_iter().chain((0..count.min(MOST)).map(one)).collect()
}

/// The question with the end of a range that is the body of a function taken for that of the function, as feel-scala does.
pub(super) fn with_ends_of_functions(case: &Case) -> Case {
    case.with_texts(&|text| {
        let ends = regex::Regex::new(r"(function\([^()]*\) [\[(\]][^\[\](){}]*\.\.[^\[\](){}]*[\])\[])\.");
        ends.map_or_else(|_| text.to_owned(), |ends| ends.replace_all(text, "($1).").into_owned())
    })
}

/// The question with two letters for each that Java counts as two.
pub(super) fn with_halves(case: &Case) -> Case {
    let halves = |text: &str| text.replace('😀', HALVES);
    case.with_values(&|value| super::java::each_text(value, &halves)).with_texts(&halves)
}

/// Letters that nobody else uses.
const HALVES: &str = "\u{e000}\u{e001}";

/// What is left of [`HALVES`] where they were parted is what Java writes for half a letter.
pub(super) fn without_halves(answer: &Json) -> Json {
    super::java::each_text(answer, &|text| text.replace(HALVES, "😀").replace(['\u{e000}', '\u{e001}'], "?"))
}

/// The question with all that is not false or null true in conditions.
pub(super) fn with_truth(case: &Case) -> Case {
    let truth = |condition: &str| {
        format!("(if ({condition}) = null then false else if ({condition}) = false then false else true)")
    };
    case.with_texts(&|text| {
        let mut text = text.to_owned();
        for (word, ends) in [("satisfies ", &[","][..]), ("if ", &[" then "])] {
            let mut places = text::places(&text, word);
            while let Some(at) = places.pop() {
                let from = at + word.len();
                let end = text::end_of_expression(&text, from, ends);
                let made = truth(&text[from..end]);
                text.replace_range(from..end, &made);
            }
        }
        text
    })
}

/// Whether `and` or `or` follows what follows `in`.
pub(super) fn has_open_membership(case: &Case) -> bool {
    case.texts().iter().any(|text| {
        text::places(text, "in ").into_iter().any(|at| {
            let before = text[..at].trim_end();
            let name = before.rfind(|c: char| !c.is_alphanumeric()).map_or("", |end| before[..end].trim_end());
            let is_loop = ["some", "every", "for"].iter().any(|word| name.ends_with(word));
            let end = text::end_of_expression(text, at, &[" and ", " or "]);
            !is_loop && text[end..].starts_with([' '])
        })
    })
}

/// Whether two answers differ only in numbers within texts, which are the same to a double.
pub(super) fn are_alike_in_doubles(ours: &Json, theirs: &Json) -> bool {
    match (ours, theirs) {
        (Json::String(ours), Json::String(theirs)) if are_near_behind_the_same(ours, theirs) => true,
        (Json::String(ours), Json::String(theirs)) => {
            let Ok(numbers) = regex::Regex::new(r"-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?") else {
                return false;
            };
            let parts = |text: &str| {
                let found: Vec<f64> = numbers.find_iter(text).filter_map(|found| found.as_str().parse().ok()).collect();
                (numbers.replace_all(text, "#").into_owned(), found)
            };
            let ((ours, a), (theirs, b)) = (parts(ours), parts(theirs));
            let is_near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-12 * a.abs().max(b.abs());
            ours == theirs && a.len() == b.len() && a.iter().zip(&b).all(is_near)
        }
        // Letters of one text.
        (Json::Array(ours), Json::Array(theirs)) if ours.len() != theirs.len() => {
            let joined = |all: &[Json]| all.iter().map(Json::as_str).collect::<Option<String>>().map(Json::String);
            joined(ours).zip(joined(theirs)).is_some_and(|(a, b)| are_alike_in_doubles(&a, &b))
        }
        (Json::Array(ours), Json::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| are_alike_in_doubles(a, b))
        }
        (ours, theirs) => ours == theirs,
    }
}

/// Whether two numbers, which are the same to a double, stand behind the same text, of which the end may be a number as well.
fn are_near_behind_the_same(ours: &str, theirs: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    let same = ours.char_indices().zip(theirs.chars()).take_while(|((_, a), b)| a == b);
    same.into_iter().any(|((at, letter), _)| {
        let at = at + letter.len_utf8();
        match (number(&ours[at..]), number(&theirs[at..])) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-12 * a.abs().max(b.abs()),
            _ => false,
        }
    })
}

/// The question with 0 for the number of a text of blanks.
pub(super) fn with_nothing_as_zero(case: &Case) -> Case {
    case.with_texts(&|text| {
        text::with_calls(text, "number", &|inner| Some(format!("(if is blank({inner}) then 0 else number({inner}))")))
    })
}

/// Whether it asks whether something is in brackets, of which one or the other is null.
pub(super) fn asks_for_null(case: &Case) -> bool {
    let is_null = |text: &str| {
        let question = Question::Expression { text: text.to_owned() };
        ours::answer(&Case { question, variables: case.variables.clone() }, Dialect::Forms).is_null()
    };
    case.texts().iter().any(|text| {
        text::places(text, "in (").into_iter().any(|at| {
            let Some(end) = text::closing(text, at + 3) else {
                return false;
            };
            let mut from = at + 4;
            let mut tests = Vec::new();
            while from < end {
                let until = text::end_of_expression(text, from, &[","]).min(end - 1);
                tests.push(&text[from..until]);
                from = until + 1;
            }
            is_null(&text[..at]) || tests.into_iter().any(is_null)
        })
    })
}
