//! Evaluation of a decision table: inputs, the rules they match, and what those conclude.

use super::hit_policy;
use super::model::{Cell, Condition, HitPolicy, Input, Language, Table};
use super::scope::Layer;
use super::typing;
use crate::feel::{Feel, beyond_variables, from_feel, to_feel};
use crate::languages::Languages;
use casewright_engine_feel::{Context, Value as FeelValue, Verdict};
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
    /// Of the outputs what FEEL knows beyond them.
    pub(super) plain: Context,
}

/// What a clause gave: the value of a variable, and what FEEL knows beyond it.
#[derive(Default)]
pub(super) struct Given {
    pub(super) value: Value,
    pub(super) plain: Option<FeelValue>,
}

impl Given {
    fn of(value: Value) -> Self {
        Self { value, plain: None }
    }

    fn seen(&self) -> FeelValue {
        self.plain.clone().unwrap_or_else(|| to_feel(&self.value))
    }
}

/// `verdicts` has what became of each rule, where somebody asks.
pub(super) fn evaluate(
    table: &Table,
    languages: &Languages,
    scope: &mut Layer<'_>,
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
        if inputs.len() == position {
            inputs.push(given(input, languages, scope)?);
        }
        let given = &inputs[position];
        let mut layer = Layer::within(scope);
        if input.expression.is_some() {
            layer.values.insert(SmolStr::new_static("inputVariableName"), Value::string(&input.variable));
            layer.values.insert(SmolStr::new(&input.variable), given.value.clone());
            layer.know(SmolStr::new(&input.variable), given.plain.clone());
        }
        let plain = given.seen();
        let mut left = Vec::with_capacity(candidates.len());
        for rule in candidates {
            let condition = table.rules[rule].conditions[position].as_ref();
            if accepts(condition, &plain, languages, &mut layer)? {
                left.push(rule);
            } else if let Some(verdicts) = &mut verdicts {
                verdicts[rule] = Verdict::Refused(position);
            }
        }
        candidates = left;
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
        let (outputs, plain) = conclude(table, rule, languages, scope)?;
        matches.push(Match { rule: Some(rule), outputs, plain });
    }
    let (rules, collected) = hit_policy::apply(table, matches, languages, scope)?;
    Ok(Evaluated { inputs: inputs.into_iter().map(|given| given.value).collect(), rules, collected })
}

/// An input without an expression is the variable of its name, which is how tables of Camunda read plain variables.
fn given(input: &Input, languages: &Languages, scope: &mut Layer<'_>) -> Result<Given, EvaluationError> {
    match &input.expression {
        Some(expression) => clause_value(expression, input.type_ref.as_deref(), languages, scope),
        None => Ok(Given {
            value: scope.get(&input.variable).unwrap_or_default(),
            plain: scope.plain.get(input.variable.as_str()).cloned(),
        }),
    }
}

/// Rules that may match, by the index where the table has one, and the inputs up to its column.
fn candidates(
    table: &Table,
    languages: &Languages,
    scope: &mut Layer<'_>,
) -> Result<(Vec<Given>, Vec<usize>), EvaluationError> {
    let Some(index) = &table.index else {
        return Ok((Vec::new(), (0..table.rules.len()).collect()));
    };
    let mut inputs = Vec::with_capacity(table.inputs.len());
    for input in &table.inputs[..=index.column()] {
        inputs.push(given(input, languages, scope)?);
    }
    let telling = inputs.last().map(Given::seen).unwrap_or_default();
    Ok((inputs, index.candidates(&telling).to_vec()))
}

fn accepts(
    condition: Option<&Condition>,
    input: &FeelValue,
    languages: &Languages,
    scope: &mut Layer<'_>,
) -> Result<bool, EvaluationError> {
    let Some(Condition { cell, tests }) = condition else {
        return Ok(true);
    };
    if let Some(tests) = tests {
        return Feel::accept(tests, input, scope.seen()).map_err(|error| in_cell(cell, error));
    }
    if cell.language == Language::Feel {
        return languages.cell_accepts(&cell.text, input, scope.seen()).map_err(|error| in_cell(cell, error));
    }
    Ok(cell_value(cell, languages, scope)? == Value::Boolean(true))
}

fn conclude(
    table: &Table,
    rule: usize,
    languages: &Languages,
    scope: &mut Layer<'_>,
) -> Result<(Outputs, Context), EvaluationError> {
    let (mut outputs, mut plain) = (Outputs::new(), Context::new());
    for (output, cell) in table.outputs.iter().zip(&table.rules[rule].conclusions) {
        let Some(cell) = cell else {
            continue;
        };
        let given = clause_value(cell, output.type_ref.as_deref(), languages, scope)?;
        plain.extend(given.plain.map(|plain| (SmolStr::new(&output.name), plain)));
        outputs.insert(SmolStr::new(&output.name), given.value);
    }
    Ok((outputs, plain))
}

fn cell_value(cell: &Cell, languages: &Languages, scope: &mut Layer<'_>) -> Result<Value, EvaluationError> {
    match cell.language {
        Language::Feel => languages.feel_value(&cell.text, scope.seen()).and_then(|value| from_feel(&value)),
        Language::Juel => languages.juel(&cell.text, scope),
        Language::JavaScript => languages.script("javascript", &cell.text, scope),
    }
    .map_err(|error| in_cell(cell, error))
}

/// What the cell of a clause gives, in its type where it has one. In a text a date of FEEL is as FEEL writes it; a function is
/// its text, which fits no other type.
pub(super) fn clause_value(
    cell: &Cell,
    type_ref: Option<&str>,
    languages: &Languages,
    scope: &mut Layer<'_>,
) -> Result<Given, EvaluationError> {
    if cell.language != Language::Feel {
        return Ok(Given::of(typing::convert(cell_value(cell, languages, scope)?, type_ref)?));
    }
    let found = languages.feel_value(&cell.text, scope.seen()).map_err(|error| in_cell(cell, error))?;
    let is_text = typing::is_text(type_ref);
    let value = match &found {
        FeelValue::Date(_) | FeelValue::DateTime(_) if is_text => Value::string(&found.to_string()),
        FeelValue::Function(_) if typing::converts(type_ref) => Value::string(&found.to_string()),
        other => from_feel(other)?,
    };
    // The type takes a date of FEEL, which Camunda gives up at.
    let stays = !typing::converts(type_ref) || typing::is_date(type_ref) && matches!(found, FeelValue::Date(_));
    let plain = stays.then(|| beyond_variables(&found)).flatten();
    Ok(Given { value: typing::convert(value, type_ref)?, plain })
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
