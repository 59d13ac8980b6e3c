//! Criteria as they arrive: query parameters of a GET or the JSON body of a POST, read with Camunda's coercions.

use crate::error::{RestError, RestResult};
use casewright_engine_value::Instant;
use casewright_engine_views::date;
use http::StatusCode;
use serde_json::{Map, Value as Json};

/// The Java types that messages name.
pub(crate) const TEXT: &str = "java.lang.String";
pub(crate) const LIST: &str = "java.util.ArrayList";
const DATE: &str = "java.util.Date";
const INTEGER: &str = "java.lang.Integer";

/// Where criteria come from. Unknown names are ignored by never being asked for.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    Parameters(Vec<(String, String)>),
    Body(Map<String, Json>),
}

/// `firstResult` and `maxResults`: query parameters even of a POST.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Paging {
    pub(crate) first: u64,
    pub(crate) max: Option<u64>,
}

impl Paging {
    /// The page of rows that no store can cut, because they are made here.
    pub(crate) fn cut<T>(self, rows: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
        let length = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        rows.into_iter().skip(length(self.first)).take(self.max.map_or(usize::MAX, length))
    }
}

impl Input {
    pub(crate) fn from_query(query: Option<&str>) -> Self {
        Self::Parameters(url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect())
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        match self {
            Self::Parameters(all) => all.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()),
            Self::Body(_) => None,
        }
    }

    fn field(&self, name: &str) -> Option<&Json> {
        match self {
            Self::Parameters(_) => None,
            Self::Body(body) => body.get(name).filter(|value| !value.is_null()),
        }
    }

    /// The raw JSON of a body field.
    pub(crate) fn json(&self, name: &str) -> Option<&Json> {
        self.field(name)
    }

    pub(crate) fn is_body(&self) -> bool {
        matches!(self, Self::Body(_))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.parameter(name).is_some() || self.field(name).is_some()
    }

    pub(crate) fn text(&self, name: &str) -> RestResult<Option<String>> {
        if let Some(value) = self.parameter(name) {
            return Ok(Some(value.to_owned()));
        }
        match self.field(name) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text.clone())),
            Some(found @ (Json::Array(_) | Json::Object(_))) => Err(RestError::misfit(name, TEXT, found)),
            Some(scalar) => Ok(Some(scalar.to_string())),
        }
    }

    /// Comma separated, or a JSON array; a single value is not an array.
    pub(crate) fn list(&self, name: &str) -> RestResult<Option<Vec<String>>> {
        if let Some(value) = self.parameter(name) {
            return Ok(Some(value.split(',').map(str::to_owned).collect()));
        }
        match self.field(name) {
            None => Ok(None),
            Some(Json::Array(items)) => items
                .iter()
                .map(|item| match item {
                    Json::String(text) => Ok(text.clone()),
                    Json::Array(_) | Json::Object(_) => Err(RestError::misfit(name, TEXT, item)),
                    Json::Null => Err(RestError::null_value(format!("{name} contains null value"))),
                    scalar => Ok(scalar.to_string()),
                })
                .collect::<RestResult<_>>()
                .map(Some),
            Some(found) => Err(RestError::misfit(name, LIST, found)),
        }
    }

    /// A criterion: `true` or `false`, or a number as JSON has it. Switches are laxer, see [`Self::switch`].
    pub(crate) fn boolean(&self, name: &str) -> RestResult<Option<bool>> {
        if let Some(value) = self.parameter(name) {
            return match value.trim() {
                "true" => Ok(Some(true)),
                "false" => Ok(Some(false)),
                text => match text.parse::<i64>() {
                    Ok(number) => Ok(Some(number != 0)),
                    Err(_) => Err(refused(name, value, value, "java.lang.Boolean")),
                },
            };
        }
        match self.field(name) {
            None => Ok(None),
            Some(json) => boolean(name, json).map(Some),
        }
    }

    /// A parameter that is no criterion (`deserializeValues`, `cascade`, ...): `true` in any case, as Java's
    /// `Boolean.parseBoolean`; all other words are false, and nothing at all is as if it were not stated.
    pub(crate) fn switch(&self, name: &str) -> Option<bool> {
        let is_true = |text: &str| text.trim().eq_ignore_ascii_case("true");
        if let Some(text) = self.parameter(name) {
            return (!text.trim().is_empty()).then(|| is_true(text));
        }
        self.field(name).map(|json| match json {
            Json::Bool(value) => *value,
            Json::String(text) => is_true(text),
            _ => false,
        })
    }

    /// `java` is the type the message names: `java.lang.Integer` or `java.lang.Long`.
    pub(crate) fn number(&self, name: &str, java: &str) -> RestResult<Option<i64>> {
        if let Some(value) = self.parameter(name) {
            return value.trim().parse().map(Some).map_err(|_| refused(name, value, value, java));
        }
        match self.field(name) {
            None => Ok(None),
            Some(json) => integer(name, json).map(Some),
        }
    }

    pub(crate) fn date(&self, name: &str) -> RestResult<Option<Instant>> {
        if let Some(value) = self.parameter(name) {
            if value.trim().is_empty() {
                return Ok(None);
            }
            return date::parse(value)
                .map(Some)
                .ok_or_else(|| refused(name, value, &format!("\"{value}\""), "java.util.Date"));
        }
        match self.field(name) {
            None => Ok(None),
            Some(found @ Json::String(text)) => {
                date::parse(text).map(Some).ok_or_else(|| RestError::misfit(name, DATE, found))
            }
            Some(Json::Number(ms)) => Ok(ms.as_i64().map(Instant)),
            Some(found) => Err(RestError::misfit(name, DATE, found)),
        }
    }

    pub(crate) fn paging(&self) -> RestResult<Paging> {
        // Nothing behind the sign is as if it were not stated; Java's parameters of 32 bits.
        let read = |name: &str| match self.parameter(name).filter(|text| !text.trim().is_empty()) {
            None => Ok(None),
            Some(text) => text
                .parse::<i32>()
                .map(|number| Some(i64::from(number)))
                .map_err(|_| RestError::new(StatusCode::NOT_FOUND, "QueryParamException", "HTTP 404 Not Found", None)),
        };
        let first = read("firstResult")?.unwrap_or(0);
        let max = read("maxResults")?;
        Ok(Paging { first: u64::try_from(first).unwrap_or(0), max: max.map(|m| u64::try_from(m).unwrap_or(0)) })
    }
}

fn refused(name: &str, value: &str, shown: &str, java: &str) -> RestError {
    RestError::invalid(format!(
        "Cannot set query parameter '{name}' to value '{value}': Cannot convert value {shown} to java type {java}"
    ))
}

/// A JSON scalar as a boolean, as Jackson coerces it.
pub(crate) fn boolean(name: &str, json: &Json) -> RestResult<bool> {
    match json {
        Json::Bool(value) => Ok(*value),
        Json::Number(n) if n.is_i64() => Ok(n.as_i64() != Some(0)),
        Json::String(text) if matches!(text.trim(), "true" | "True" | "TRUE") => Ok(true),
        Json::String(text) if matches!(text.trim(), "false" | "False" | "FALSE") => Ok(false),
        _ => Err(RestError::misfit(name, "java.lang.Boolean", json)),
    }
}

/// A JSON scalar as an integer, as Jackson coerces it.
pub(crate) fn integer(name: &str, json: &Json) -> RestResult<i64> {
    match json {
        Json::Number(n) => {
            n.as_i64().or_else(|| n.as_f64().map(|v| v as i64)).ok_or_else(|| RestError::misfit(name, INTEGER, json))
        }
        Json::String(text) => text.trim().parse().map_err(|_| RestError::misfit(name, INTEGER, json)),
        _ => Err(RestError::misfit(name, INTEGER, json)),
    }
}
