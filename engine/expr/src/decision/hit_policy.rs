//! What a hit policy makes of the rules that matched (DMN 1.3, 8.2.8).

use super::model::{Aggregation, HitPolicy, Output, Table};
use super::scope::Layer;
use super::table::{Match, Outputs, clause_value};
use super::typing;
use crate::java::to_text;
use crate::languages::Languages;
use casewright_engine_feel::Context;
use casewright_engine_value::{EvaluationError, Value};
use smol_str::SmolStr;

pub(super) fn apply(
    table: &Table,
    mut matches: Vec<Match>,
    languages: &Languages,
    scope: &mut Layer<'_>,
) -> Result<(Vec<Match>, Option<Value>), EvaluationError> {
    if let HitPolicy::Collect(Some(aggregation)) = table.hit_policy {
        return collect(table, matches, aggregation);
    }
    if matches.is_empty() {
        return Ok((defaults(table, languages, scope)?, None));
    }
    match table.hit_policy {
        HitPolicy::Unique if matches.len() > 1 => {
            return Err(violation(format!(
                "DMN-03001 Hit policy 'UNIQUE' only allows a single rule to match. Actually match rules: '{}'.",
                names(table, &matches)
            )));
        }
        HitPolicy::Any => {
            if matches.iter().any(|found| found.outputs != matches[0].outputs) {
                return Err(violation(format!(
                    "DMN-03002 Hit policy 'ANY' only allows multiple rules to match if all their outputs are equal. Actually match rules: '{}'.",
                    names(table, &matches)
                )));
            }
            matches.truncate(1);
        }
        HitPolicy::First => matches.truncate(1),
        HitPolicy::Priority => {
            rank(table, &mut matches, languages, scope)?;
            matches.truncate(1);
        }
        HitPolicy::OutputOrder => rank(table, &mut matches, languages, scope)?,
        HitPolicy::Unique | HitPolicy::RuleOrder | HitPolicy::Collect(_) => {}
    }
    Ok((matches, None))
}

/// One result of the default outputs, when the table has any.
fn defaults(table: &Table, languages: &Languages, scope: &mut Layer<'_>) -> Result<Vec<Match>, EvaluationError> {
    let (mut outputs, mut plain) = (Outputs::new(), Context::new());
    for output in &table.outputs {
        if let Some(cell) = &output.default {
            let given = clause_value(cell, output.type_ref.as_deref(), languages, scope)?;
            plain.extend(given.plain.map(|plain| (SmolStr::new(&output.name), plain)));
            outputs.insert(SmolStr::new(&output.name), given.value);
        }
    }
    if outputs.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![Match { rule: None, outputs, plain }])
}

/// Sorts by the place of each output in the list of its values, the first output first; what is not listed comes last.
fn rank(
    table: &Table,
    matches: &mut [Match],
    languages: &Languages,
    scope: &mut Layer<'_>,
) -> Result<(), EvaluationError> {
    let mut priorities: Vec<Vec<Value>> = Vec::with_capacity(table.outputs.len());
    for output in &table.outputs {
        let mut values = Vec::with_capacity(output.values.len());
        for cell in &output.values {
            values.push(clause_value(cell, output.type_ref.as_deref(), languages, scope)?.value);
        }
        priorities.push(values);
    }
    matches.sort_by_key(|found| {
        table
            .outputs
            .iter()
            .zip(&priorities)
            .map(|(output, values)| {
                found
                    .outputs
                    .get(output.name.as_str())
                    .and_then(|value| values.iter().position(|listed| listed == value))
                    .unwrap_or(usize::MAX)
            })
            .collect::<Vec<usize>>()
    });
    Ok(())
}

fn collect(
    table: &Table,
    matches: Vec<Match>,
    aggregation: Aggregation,
) -> Result<(Vec<Match>, Option<Value>), EvaluationError> {
    if let Some(compound) = matches.iter().find(|found| found.outputs.len() > 1) {
        let outputs: Vec<String> =
            compound.outputs.iter().map(|(name, value)| format!("{name}={}", to_text(value))).collect();
        return Err(violation(format!(
            "DMN-03003 Unable to execute aggregation '{}' on compound decision output '{{{}}}'. Only one output entry allowed.",
            aggregation_name(aggregation),
            outputs.join(", ")
        )));
    }
    let values: Vec<&Value> = matches.iter().filter_map(|found| found.outputs.values().next()).collect();
    if aggregation == Aggregation::Count {
        let count = i32::try_from(values.len()).unwrap_or(i32::MAX);
        return Ok((matches, Some(Value::Integer(count))));
    }
    if values.is_empty() {
        return Ok((matches, None));
    }
    // What is declared to be a text is none to reckon with, whatever it says.
    let given: Vec<&SmolStr> = matches.iter().filter_map(|found| found.outputs.keys().next()).collect();
    let is_text = |output: &Output| {
        given.iter().any(|name| output.name == name.as_str()) && typing::is_text(output.type_ref.as_deref())
    };
    let are_texts = table.outputs.iter().any(is_text);
    let collected = aggregate(aggregation, &values).filter(|_| !are_texts).ok_or_else(|| {
        let values: Vec<String> = values.iter().map(|value| to_text(value)).collect();
        violation(format!(
            "DMN-03004 Unable to convert value '[{}]' to one of the supported aggregatable types '[class java.lang.Integer, class java.lang.Long, class java.lang.Double]'. Table outputs: {}",
            values.join(", "),
            table.outputs.len()
        ))
    })?;
    Ok((matches, Some(collected)))
}

/// As integers when all are, else as longs, else as doubles.
fn aggregate(aggregation: Aggregation, values: &[&Value]) -> Option<Value> {
    let are_integers = values.iter().all(|value| matches!(value, Value::Integer(_) | Value::Short(_)));
    let wholes: Option<Vec<i64>> = values.iter().map(|value| whole(value)).collect();
    if let Some(wholes) = wholes {
        let result = match aggregation {
            Aggregation::Sum => wholes.iter().copied().fold(0_i64, i64::wrapping_add),
            Aggregation::Min => wholes.iter().copied().min()?,
            _ => wholes.iter().copied().max()?,
        };
        return Some(match i32::try_from(result) {
            Ok(small) if are_integers => Value::Integer(small),
            _ => Value::Long(result),
        });
    }
    let doubles: Vec<f64> = values.iter().map(|value| double(value)).collect::<Option<_>>()?;
    Some(Value::Double(match aggregation {
        Aggregation::Sum => doubles.iter().sum(),
        Aggregation::Min => doubles.iter().copied().fold(f64::INFINITY, f64::min),
        _ => doubles.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    }))
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Short(n) => Some(i64::from(*n)),
        Value::Integer(n) => Some(i64::from(*n)),
        Value::Long(n) => Some(*n),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn double(value: &Value) -> Option<f64> {
    match value {
        Value::Double(n) => Some(*n),
        Value::String(text) => text.parse().ok(),
        other => whole(other).map(|n| n as f64),
    }
}

fn aggregation_name(aggregation: Aggregation) -> &'static str {
    match aggregation {
        Aggregation::Sum => "SUM",
        Aggregation::Min => "MIN",
        Aggregation::Max => "MAX",
        Aggregation::Count => "COUNT",
    }
}

fn names(table: &Table, matches: &[Match]) -> String {
    let rules: Vec<String> = matches
        .iter()
        .filter_map(|found| found.rule)
        .map(|rule| format!("DmnEvaluatedDecisionRule{{id='{}'}}", table.rules[rule].id))
        .collect();
    format!("[{}]", rules.join(", "))
}

fn violation(message: String) -> EvaluationError {
    EvaluationError::Failed(message)
}
