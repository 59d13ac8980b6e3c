//! Evaluation of a decision table: inputs, the rules they match, and what those conclude.

use super::hit_policy;
use super::model::{Cell, Condition, HitPolicy, Input, Language, Table};
use super::scope::Layer;
use super::typing;
use crate::feel::{Feel, to_feel};
use crate::languages::Languages;
use casewright_engine_feel::{Value as FeelValue, Verdict};
use casewright_engine_value::{EvaluationError, Scope, Value};
use indexmap::IndexMap;
use smol_str::SmolStr;

pub(super) type Outputs = IndexMap<SmolStr, Value>;

pub(super) struct Evaluated {
    /// In the order of the table's inputs.
    pub(super) inputs: Vec<Value>,
    /// What the hit policy left of the rules that matched.
    pub(super) rules: Vec<Match>,
    pub(super) collected: Option<Value>,
}

pub(super) struct Match {
    /// Position in the table, from 0; none for the default outputs.
    pub(super) rule: Option<usize>,
    pub(super) outputs: Outputs,
}

/// `verdicts` has what became of each rule, where somebody asks.
pub(super) fn evaluate(
    table: &Table,
    languages: &Languages,
    scope: &mut dyn Scope,
    mut verdicts: Option<&mut Vec<Verdict>>,
) -> Result<Evaluated, EvaluationError> {
    let (mut inputs, mut candidates) = candidates(table, languages, scope)?;
    if let Some(verdicts) = &mut verdicts {
        // Rules that the index leaves out are refused by its column.
        let left_out = table.index.as_ref().map_or(Verdict::Hit, |index| Verdict::Refused(index.column()));
        verdicts.resize(table.rules.len(), left_out);
        for rule in &candidates {
            verdicts[*rule] = Verdict::Hit;
        }
    }
    for (position, input) in table.inputs.iter().enumerate() {
        let value = match inputs.get(position) {
            Some(known) => Value::clone(known),
            None => input_value(input, languages, scope)?,
        };
        let mut layer = Layer::over(scope);
        if input.expression.is_some() {
            layer.values.insert(SmolStr::new_static("inputVariableName"), Value::string(&input.variable));
            layer.values.insert(SmolStr::new(&input.variable), value.clone());
        }
        let plain = to_feel(&value);
        let mut left = Vec::with_capacity(candidates.len());
        for rule in candidates {
            let condition = table.rules[rule].conditions[position].as_ref();
            if accepts(condition, &value, &plain, languages, &mut layer)? {
                left.push(rule);
            } else if let Some(verdicts) = &mut verdicts {
                verdicts[rule] = Verdict::Refused(position);
            }
        }
        candidates = left;
        if inputs.len() == position {
            inputs.push(value);
        }
    }
    if let Some(verdicts) = verdicts
        && table.hit_policy == HitPolicy::First
    {
        let after =
            verdicts.iter().position(|verdict| *verdict == Verdict::Hit).map_or(verdicts.len(), |first| first + 1);
        verdicts[after..].fill(Verdict::NotAsked);
    }
    let mut matches = Vec::with_capacity(candidates.len());
    for rule in candidates {
        matches.push(Match { rule: Some(rule), outputs: conclude(table, rule, languages, scope)? });
    }
    let (rules, collected) = hit_policy::apply(table, matches, languages, scope)?;
    Ok(Evaluated { inputs, rules, collected })
}

/// An input without an expression is the variable of its name, which is how tables of Camunda read plain variables.
fn input_value(input: &Input, languages: &Languages, scope: &mut dyn Scope) -> Result<Value, EvaluationError> {
    let Some(expression) = &input.expression else {
        return Ok(scope.get(&input.variable).unwrap_or_default());
    };
    let value = typed_value(expression, input.type_ref.as_deref(), languages, scope)?;
    typing::convert(value, input.type_ref.as_deref())
}

/// Rules that may match, by the index where the table has one, and the inputs up to its column.
fn candidates(
    table: &Table,
    languages: &Languages,
    scope: &mut dyn Scope,
) -> Result<(Vec<Value>, Vec<usize>), EvaluationError> {
    let Some(index) = &table.index else {
        return Ok((Vec::new(), (0..table.rules.len()).collect()));
    };
    let mut inputs = Vec::with_capacity(table.inputs.len());
    for input in &table.inputs[..=index.column()] {
        inputs.push(input_value(input, languages, scope)?);
    }
    let telling = inputs.last().map(to_feel).unwrap_or_default();
    Ok((inputs, index.candidates(&telling).to_vec()))
}

fn accepts(
    condition: Option<&Condition>,
    input: &Value,
    plain: &FeelValue,
    languages: &Languages,
    scope: &mut Layer<'_>,
) -> Result<bool, EvaluationError> {
    let Some(Condition { cell, tests }) = condition else {
        return Ok(true);
    };
    if let Some(tests) = tests {
        return Feel::accept(tests, plain, scope).map_err(|error| in_cell(cell, error));
    }
    if cell.language == Language::Feel {
        return languages.unary_test(&cell.text, input, scope).map_err(|error| in_cell(cell, error));
    }
    Ok(cell_value(cell, languages, scope)? == Value::Boolean(true))
}

fn conclude(
    table: &Table,
    rule: usize,
    languages: &Languages,
    scope: &mut dyn Scope,
) -> Result<Outputs, EvaluationError> {
    let mut outputs = Outputs::new();
    for (output, cell) in table.outputs.iter().zip(&table.rules[rule].conclusions) {
        let Some(cell) = cell else {
            continue;
        };
        let value = typed_value(cell, output.type_ref.as_deref(), languages, scope)?;
        outputs.insert(SmolStr::new(&output.name), typing::convert(value, output.type_ref.as_deref())?);
    }
    Ok(outputs)
}

pub(super) fn cell_value(cell: &Cell, languages: &Languages, scope: &mut dyn Scope) -> Result<Value, EvaluationError> {
    match cell.language {
        Language::Feel => languages.feel(&cell.text, scope),
        Language::Juel => languages.juel(&cell.text, scope),
        Language::JavaScript => languages.script("javascript", &cell.text, scope),
    }
    .map_err(|error| in_cell(cell, error))
}

/// [`cell_value`] of a clause with a type: in a text a date of FEEL is as FEEL writes it.
pub(super) fn typed_value(
    cell: &Cell,
    type_ref: Option<&str>,
    languages: &Languages,
    scope: &mut dyn Scope,
) -> Result<Value, EvaluationError> {
    if cell.language == Language::Feel && typing::is_text(type_ref) {
        return languages.feel_as_text(&cell.text, scope).map_err(|error| in_cell(cell, error));
    }
    cell_value(cell, languages, scope)
}

fn in_cell(cell: &Cell, error: EvaluationError) -> EvaluationError {
    match error {
        EvaluationError::Failed(cause) | EvaluationError::Syntax(cause) => EvaluationError::Failed(format!(
            "DMN-01002 Unable to evaluate expression for language '{}': '{}': {cause}",
            cell.language.name(),
            cell.text
        )),
        other => other,
    }
}
