//! Variable filters: `variables=name_op_value,...` in a query string, `{"name","operator","value"}` in a body.
//!
//! A row of a variable view carries its value once per kind (`text`, `number`, `flag`, `date`), so that numbers compare
//! across numeric types and a string that is a date compares as a date, as Camunda does.

use super::input::{Input, LIST};
use crate::error::{RestError, RestResult};
use casewright_engine_views::criteria::{all, eq, in_view, is_null, like};
use casewright_engine_views::date;
use casewright_engine_views::{ValueRow, VariableFieldsColumns as _, VariableRow};
use casewright_journal::{Column, Filter};
use serde_json::{Value as Json, json};

/// One comparison as it was stated.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Comparison {
    /// None for a comparison with the field of the criterion itself (job due dates).
    pub(crate) name: Option<String>,
    pub(crate) operator: String,
    pub(crate) value: Json,
}

/// Reads the criterion `name`: values in a query string are always texts, those of a body have their JSON type.
///
/// The words of a bad operator begin with `what` ("variable", "process variable").
pub(crate) fn comparisons(input: &Input, name: &str) -> RestResult<Vec<Comparison>> {
    if input.is_body() {
        return match input.json(name) {
            None => Ok(Vec::new()),
            Some(Json::Array(items)) => items.iter().map(|item| from_body(name, item)).collect(),
            Some(found) => Err(RestError::misfit(name, LIST, found)),
        };
    }
    let Some(text) = input.text(name)? else {
        return Ok(Vec::new());
    };
    text.split(',')
        .map(|part| {
            let parts: Vec<&str> = part.split('_').collect();
            let [name_part, operator, value] = parts[..] else {
                return Err(RestError::invalid(format!(
                    "Cannot set query parameter '{name}' to value '{part}': variable query parameter has to have format KEY_OPERATOR_VALUE."
                )));
            };
            Ok(Comparison {
                name: Some(name_part.to_owned()),
                operator: operator.to_owned(),
                value: json!(value),
            })
        })
        .collect()
}

fn from_body(name: &str, item: &Json) -> RestResult<Comparison> {
    let item = item.as_object().ok_or_else(|| RestError::misfit(name, "VariableQueryParameterDto", item))?;
    let word = |key: &str| item.get(key).and_then(Json::as_str).map(str::to_owned);
    Ok(Comparison {
        name: word("name"),
        operator: word("operator").unwrap_or_default(),
        value: item.get("value").cloned().unwrap_or(Json::Null),
    })
}

/// `variableNamesIgnoreCase`, `variableValuesIgnoreCase`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct IgnoreCase {
    names: bool,
    values: bool,
}

impl IgnoreCase {
    pub(crate) fn read(input: &Input) -> RestResult<Self> {
        Ok(Self {
            names: input.boolean("variableNamesIgnoreCase")? == Some(true),
            values: input.boolean("variableValuesIgnoreCase")? == Some(true),
        })
    }
}

/// Where the variables stand that a criterion is about.
#[derive(Clone, Copy)]
pub(crate) struct Join {
    /// Column of the queried rows.
    pub(crate) field: Column,
    /// View of the variables.
    pub(crate) view: &'static str,
    /// Column of the variable rows that must be among the former.
    pub(crate) select: Column,
    /// Only variables of the process instance scope.
    pub(crate) only_instance_scope: bool,
    /// What a message calls it.
    pub(crate) what: &'static str,
}

/// Pushes one semi-join per comparison.
pub(crate) fn join(input: &Input, name: &'static str, join: Join, out: &mut Vec<Filter>) -> RestResult<()> {
    let ignore = IgnoreCase::read(input)?;
    for comparison in comparisons(input, name)? {
        let mut row = row_filter(&comparison, ignore, join.what)?;
        if join.only_instance_scope {
            row.push(eq(VariableRow::IS_INSTANCE_SCOPE, true));
        }
        out.push(in_view(join.field, join.view, join.select, all(row)));
    }
    Ok(())
}

/// [`join`] where Camunda compares for equality only.
pub(crate) fn join_equal(input: &Input, name: &'static str, on: Join, out: &mut Vec<Filter>) -> RestResult<()> {
    if let Some(other) = comparisons(input, name)?.iter().find(|comparison| comparison.operator != "eq") {
        return Err(RestError::invalid(format!("Invalid {} comparator specified: {}", on.what, other.operator)));
    }
    join(input, name, on, out)
}

/// What a variable row must be.
pub(crate) fn row_filter(comparison: &Comparison, ignore: IgnoreCase, what: &str) -> RestResult<Vec<Filter>> {
    let mut out = Vec::new();
    if let Some(name) = &comparison.name {
        out.push(if ignore.names {
            Filter::EqIgnoreCase(VariableRow::NAME.into(), name.clone())
        } else {
            eq(VariableRow::NAME, name.clone())
        });
    }
    out.push(value_filter(comparison, ignore, what)?);
    Ok(out)
}

fn value_filter(comparison: &Comparison, ignore: IgnoreCase, what: &str) -> RestResult<Filter> {
    let operator = comparison.operator.as_str();
    if !matches!(operator, "eq" | "neq" | "gt" | "gteq" | "lt" | "lteq" | "like" | "notLike") {
        return Err(RestError::invalid(format!("Invalid {what} comparator specified: {operator}")));
    }
    if matches!(comparison.value, Json::Null | Json::Bool(_)) && !matches!(operator, "eq" | "neq") {
        return Err(RestError::engine(format!("Booleans and null cannot be used in '{}' condition", words(operator))));
    }
    let (column, value): (Column, Json) = match &comparison.value {
        Json::Null => {
            return match operator {
                "eq" => Ok(is_null()),
                _ => Ok(all(vec![
                    Filter::Ne(ValueRow::TYPE.into(), json!("Null")),
                    Filter::IsNull(ValueRow::IS_NULL.into()),
                ])),
            };
        }
        Json::Bool(flag) => (ValueRow::FLAG, json!(flag)),
        Json::Number(n) => (ValueRow::NUMBER, Json::Number(n.clone())),
        Json::String(text) => match date::parse(text) {
            Some(at) => (ValueRow::DATE, json!(at.0)),
            None => (ValueRow::TEXT, json!(text)),
        },
        other => (ValueRow::TEXT, json!(other.to_string())),
    };
    let text = value.as_str().map(str::to_owned);
    Ok(match (operator, text) {
        ("like", Some(pattern)) => text_like(pattern, ignore),
        ("notLike", Some(pattern)) => {
            Filter::And(vec![Filter::NotNull(ValueRow::TEXT.into()), Filter::Not(Box::new(text_like(pattern, ignore)))])
        }
        ("like", None) => like(ValueRow::TEXT, value.to_string()),
        ("eq", Some(text)) if ignore.values => Filter::EqIgnoreCase(ValueRow::TEXT.into(), text),
        ("neq", Some(text)) if ignore.values => {
            Filter::Not(Box::new(Filter::EqIgnoreCase(ValueRow::TEXT.into(), text)))
        }
        ("eq", _) => Filter::Eq(column.into(), value),
        ("neq", _) => Filter::Or(vec![Filter::IsNull(column.into()), Filter::Ne(column.into(), value)]),
        ("gt", _) => Filter::Gt(column.into(), value),
        ("gteq", _) => Filter::Gte(column.into(), value),
        ("lt", _) => Filter::Lt(column.into(), value),
        _ => Filter::Lte(column.into(), value),
    })
}

fn words(operator: &str) -> &'static str {
    match operator {
        "gt" => "greater than",
        "gteq" => "greater than or equal",
        "lt" => "less than",
        "lteq" => "less than or equal",
        _ => "like",
    }
}

fn text_like(pattern: String, ignore: IgnoreCase) -> Filter {
    Filter::Like { field: ValueRow::TEXT.into(), pattern, ignore_case: ignore.values }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_string_comparison_has_exactly_three_parts() {
        let input = Input::from_query(Some("variables=who_anna"));
        let error = comparisons(&input, "variables").expect_err("two parts");
        assert_eq!(
            error.message,
            "Cannot set query parameter 'variables' to value 'who_anna': variable query parameter has to have format KEY_OPERATOR_VALUE."
        );
        let input = Input::from_query(Some("variables=n_gteq_5,who_eq_anna"));
        let read = comparisons(&input, "variables").expect("two comparisons");
        assert_eq!(read[0].value, json!("5"));
        assert_eq!(read[1].name.as_deref(), Some("who"));
    }

    #[test]
    fn an_unknown_operator_is_named() {
        let comparison = Comparison { name: Some("a".into()), operator: "is".into(), value: json!(1) };
        let error = row_filter(&comparison, IgnoreCase::default(), "process variable").expect_err("no operator");
        assert_eq!(error.message, "Invalid process variable comparator specified: is");
    }
}
