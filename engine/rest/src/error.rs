//! The one mapping from what went wrong to what a Camunda 7 client reads: `{type, message, code}` and a status.
//!
//! Handlers return [`RestError`] and nothing else; internals never reach the message, they go to the log.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

/// An answer of the error kind. `code` is 0 for an error of the engine, null for one of the REST layer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RestError {
    pub status: StatusCode,
    /// Simple class name of the Camunda exception.
    pub kind: &'static str,
    pub message: String,
    pub code: Option<i32>,
    /// The body is no JSON or has another shape than its operation reads.
    pub misfit: bool,
    /// Further keys of the body (`details`, `validationReport`).
    pub extra: Vec<(&'static str, Value)>,
}

/// Characters of a value that a message repeats.
const SHOWN: usize = 100;

/// What handlers return.
pub(crate) type RestResult<T> = Result<T, RestError>;

impl RestError {
    pub(crate) fn new(status: StatusCode, kind: &'static str, message: impl Into<String>, code: Option<i32>) -> Self {
        Self { status, kind, message: message.into(), code, misfit: false, extra: Vec::new() }
    }

    /// 400 of the REST layer.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidRequestException", message, None)
    }

    /// 400: the body is no JSON.
    pub(crate) fn not_json(error: &serde_json::Error) -> Self {
        Self { misfit: true, ..Self::invalid(format!("The body is not valid JSON: {error}")) }
    }

    /// 400: something in the body is no value of the Java type that Camunda reads there, in Jackson's words. `place` names the
    /// field; empty for the body itself.
    pub(crate) fn misfit(place: &str, java: &str, found: &Value) -> Self {
        let shown = match found {
            Value::String(text) => format!("String \"{}\"", text.chars().take(SHOWN).collect::<String>()),
            Value::Array(_) => "Array value (token `JsonToken.START_ARRAY`)".to_owned(),
            Value::Object(_) => "Object value (token `JsonToken.START_OBJECT`)".to_owned(),
            scalar => format!("value {scalar}"),
        };
        let chain = if place.is_empty() { String::new() } else { format!(" (through reference chain: [\"{place}\"])") };
        let message = format!("Cannot deserialize value of type `{java}` from {shown}{chain}");
        Self { misfit: true, ..Self::invalid(message) }
    }

    /// 404 of the REST layer.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "InvalidRequestException", message, None)
    }

    /// 404 with the type that key look-ups use.
    pub(crate) fn rest_not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "RestException", message, None)
    }

    /// 400 of the engine: `BadUserRequestException`.
    pub(crate) fn bad_user_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadUserRequestException", message, Some(0))
    }

    /// 400 of the engine: `NotValidException`.
    pub(crate) fn not_valid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "NotValidException", message, Some(0))
    }

    /// 500 of the engine: a required argument is null.
    pub(crate) fn null_value(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "NullValueException", message, Some(0))
    }

    /// 500 of the engine.
    pub(crate) fn engine(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "ProcessEngineException", message, Some(0))
    }

    /// 500 of the engine as several resources wrap it.
    pub(crate) fn rest_500(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "RestException", message, Some(0))
    }

    /// 503: the journal is not there; nothing happened, the call may be made again.
    pub(crate) fn unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "ProcessEngineException",
            "The engine's store is not available at the moment. Please try again later.",
            Some(0),
        )
    }

    /// 501 for operations of the contract that are not implemented.
    pub(crate) fn not_implemented(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_IMPLEMENTED,
            "NotImplementedException",
            format!("{what} is not supported by this engine"),
            None,
        )
    }

    /// The text put before the message, as resources wrap their causes.
    #[must_use]
    pub(crate) fn wrap(mut self, prefix: &str) -> Self {
        self.message = format!("{prefix}{}", self.message);
        self
    }

    /// Keeps the message and changes status and type.
    #[must_use]
    pub(crate) fn with_kind(mut self, status: StatusCode, kind: &'static str) -> Self {
        self.status = status;
        self.kind = kind;
        self
    }

    /// An engine error (code 0) as `RestException` with the given prefix; an error of the REST layer only prefixed.
    #[must_use]
    pub(crate) fn wrap_engine(self, prefix: &str) -> Self {
        let wrapped = self.wrap(prefix);
        let is_as_it_is = matches!(wrapped.status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::FORBIDDEN);
        if wrapped.code.is_some() && !is_as_it_is {
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            wrapped.with_kind(status, "RestException")
        } else {
            wrapped
        }
    }
}

impl IntoResponse for RestError {
    fn into_response(self) -> Response {
        let mut body = json!({"type": self.kind, "message": self.message, "code": self.code});
        if let Some(map) = body.as_object_mut() {
            for (key, value) in self.extra {
                map.insert(key.to_owned(), value);
            }
        }
        (self.status, Json(body)).into_response()
    }
}
