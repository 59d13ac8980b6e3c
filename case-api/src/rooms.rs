//! The other rooms, over HTTP with the token of this room's machine client. What a user may do was decided before: the
//! other room sees `system:case-api`, and whose call is passed on, which is who it writes down.

use crate::person::Person;
use crate::state::CaseApiConfig;
use casewright_access::{Access, InternalClient, OnBehalfOf, Subject};
use casewright_journal::TenantId;
use casewright_service::{RequestPath, path};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// This room's machine client.
pub(crate) const CLIENT: &str = "system:case-api";

#[derive(Debug, thiserror::Error)]
pub enum RoomError {
    #[error("no HTTP client can be made")]
    Client(#[source] reqwest::Error),
    #[error("{path} gave no answer")]
    NoAnswer {
        path: String,
        #[source]
        source: reqwest::Error,
    },
    /// The other room said no.
    #[error("{path} answered {status}: {detail}")]
    Refused { path: String, status: StatusCode, detail: String },
}

impl RoomError {
    /// Whether the same call may succeed later.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Refused { status, .. } => {
                status.is_server_error() && *status != StatusCode::INTERNAL_SERVER_ERROR
                    || matches!(
                        *status,
                        StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS | StatusCode::MISDIRECTED_REQUEST
                    )
            }
            _ => true,
        }
    }

    /// For people: what the other room said, without where and how it was asked.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Refused { detail, .. } if !detail.is_empty() => detail.clone(),
            other => other.to_string(),
        }
    }

    pub(crate) fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }
}

pub(crate) struct Rooms {
    engine: InternalClient,
    mail: InternalClient,
    storage: InternalClient,
}

/// For whom another room is called.
pub(crate) struct Behalf {
    tenant: TenantId,
    /// None: this room does it by itself.
    caller: Option<OnBehalfOf>,
}

impl Behalf {
    /// Because of what somebody did: a person, or a machine client.
    pub(crate) fn of(tenant: &TenantId, by: &Person) -> Self {
        let person = by.on_behalf_of.as_ref().map(|who| Box::new(OnBehalfOf::new(&who.id, &who.name)));
        let caller = OnBehalfOf { on_behalf_of: person, ..OnBehalfOf::new(&by.id, &by.name) };
        Self { tenant: tenant.clone(), caller: Some(caller) }
    }
}

impl From<&Subject> for Behalf {
    fn from(subject: &Subject) -> Self {
        Self { tenant: subject.tenant.clone(), caller: Some(subject.actor().passed_on()) }
    }
}

impl From<&TenantId> for Behalf {
    fn from(tenant: &TenantId) -> Self {
        Self { tenant: tenant.clone(), caller: None }
    }
}

/// One call to another room.
struct Call<'a> {
    room: &'a InternalClient,
    behalf: Behalf,
    method: Method,
    path: RequestPath,
    body: Option<&'a Value>,
    idempotency_key: Option<&'a str>,
}

impl Rooms {
    pub(crate) fn new(access: &Access, config: &CaseApiConfig) -> Result<Self, RoomError> {
        let client = |base: &str| InternalClient::new(access.clone(), CLIENT, base).map_err(RoomError::Client);
        Ok(Self {
            engine: client(&config.engine_url)?,
            mail: client(&config.mail_url)?,
            storage: client(&config.storage_url)?,
        })
    }

    /// A call to `/engine-rest`; null when the answer has no body.
    pub(crate) async fn engine(
        &self,
        behalf: impl Into<Behalf>,
        method: Method,
        path: &RequestPath,
        body: Option<&Value>,
    ) -> Result<Value, RoomError> {
        let (path, behalf) = (path.below("/engine-rest"), behalf.into());
        self.send(Call { room: &self.engine, behalf, method, path, body, idempotency_key: None }).await
    }

    pub(crate) async fn mail(
        &self,
        behalf: impl Into<Behalf>,
        method: Method,
        path: &RequestPath,
        body: Option<&Value>,
        idempotency_key: Option<&str>,
    ) -> Result<Value, RoomError> {
        let path = path.below("/api/v1");
        self.send(Call { room: &self.mail, behalf: behalf.into(), method, path, body, idempotency_key }).await
    }

    pub(crate) async fn file(&self, behalf: impl Into<Behalf>, id: &str) -> Result<Value, RoomError> {
        let path = path!("/api/v1/files/{}", id);
        let behalf = behalf.into();
        self.send(Call { room: &self.storage, behalf, method: Method::GET, path, body: None, idempotency_key: None })
            .await
    }

    /// Starts a process for a case unless this very start was done before, and gives the instance's id. `start_id` is kept
    /// in the variable `caseStartId`, so that a start whose answer was lost is found again.
    pub(crate) async fn start_process(
        &self,
        tenant: &TenantId,
        start: &ProcessStart<'_>,
        by: &Person,
    ) -> Result<String, RoomError> {
        let known = json!({
            "processInstanceBusinessKey": start.business_key,
            "processDefinitionKey": start.key,
            "variables": [{"name": "caseStartId", "operator": "eq", "value": start.start_id}],
        });
        let found = self.engine(tenant, Method::POST, &path!("/history/process-instance"), Some(&known)).await?;
        if let Some(id) = found.pointer("/0/id").and_then(Value::as_str) {
            return Ok(id.to_owned());
        }
        let body = json!({"businessKey": start.business_key, "variables": start.variables});
        let path = path!("/process-definition/key/{}/start", start.key);
        let started = self.engine(Behalf::of(tenant, by), Method::POST, &path, Some(&body)).await?;
        started.get("id").and_then(Value::as_str).map(str::to_owned).ok_or_else(|| RoomError::Refused {
            path: path.to_string(),
            status: StatusCode::BAD_GATEWAY,
            detail: "the answer has no instance id".to_owned(),
        })
    }

    async fn send(&self, call: Call<'_>) -> Result<Value, RoomError> {
        let mut request = call.room.request_for(&call.behalf.tenant, call.behalf.caller, call.method, &call.path);
        if let Some(body) = call.body {
            request = request.json(body);
        }
        if let Some(key) = call.idempotency_key {
            request = request.header("Idempotency-Key", key);
        }
        let path = call.path.to_string();
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(source) => return Err(RoomError::NoAnswer { path, source }),
        };
        let status = answer.status();
        let text = match answer.text().await {
            Ok(text) => text,
            Err(source) => return Err(RoomError::NoAnswer { path, source }),
        };
        let value: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        if status.is_success() {
            return Ok(value);
        }
        // `detail` of a problem, `message` of the Camunda 7 contract.
        let said = ["detail", "message"].iter().find_map(|name| value.get(*name).and_then(Value::as_str));
        let detail = said.unwrap_or_else(|| status.canonical_reason().unwrap_or("no reason given")).to_owned();
        Err(RoomError::Refused { path, status, detail })
    }
}

/// What to start, and the key under which it is done once.
pub(crate) struct ProcessStart<'a> {
    pub(crate) key: &'a str,
    pub(crate) business_key: &'a str,
    pub(crate) start_id: &'a str,
    /// Typed, as the Camunda 7 contract wants them.
    pub(crate) variables: Value,
}

/// A JSON value with the type the Camunda 7 contract gives it.
pub(crate) fn typed(value: &Value) -> Value {
    let (kind, value) = match value {
        Value::Null => ("Null", Value::Null),
        Value::Bool(_) => ("Boolean", value.clone()),
        Value::Number(number) => match number.as_i64() {
            Some(integer) if i32::try_from(integer).is_ok() => ("Integer", value.clone()),
            Some(_) => ("Long", value.clone()),
            None => ("Double", value.clone()),
        },
        Value::String(_) => ("String", value.clone()),
        Value::Array(_) | Value::Object(_) => ("Json", Value::String(value.to_string())),
    };
    json!({"value": value, "type": kind})
}

/// All of them.
pub(crate) fn typed_map(values: &serde_json::Map<String, Value>) -> serde_json::Map<String, Value> {
    values.iter().map(|(key, value)| (key.clone(), typed(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_values_get_the_types_of_the_contract() {
        assert_eq!(typed(&json!(7)), json!({"value": 7, "type": "Integer"}));
        assert_eq!(typed(&json!(7_000_000_000_i64))["type"], "Long");
        assert_eq!(typed(&json!(7.5))["type"], "Double");
        assert_eq!(typed(&json!({"a": 1})), json!({"value": "{\"a\":1}", "type": "Json"}));
    }
}
