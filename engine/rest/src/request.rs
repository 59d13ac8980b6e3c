//! A request of the contract as a handler sees it: path, query, body and caller, with the body rules in one place.

use super::error::{RestError, RestResult};
use super::multipart::{self, Part};
use super::query::{Input, Paging, input::TEXT};
use super::signed_in::SignedIn;
use crate::operations;
use crate::state::RestState;
use axum::RequestExt as _;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, OriginalUri, RawPathParams, Request};
use axum::response::{IntoResponse, Response};
use casewright_access::accounts::Accounts;
use casewright_engine_runtime::{Caller, Engine};
use casewright_service::idempotency::MAX_LENGTH;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::{Map, Value as Json};
use std::sync::{Mutex, PoisonError};

/// What handlers return.
pub(crate) type Reply = RestResult<Response>;

/// One request.
pub(crate) struct Req {
    pub(crate) engine: Engine,
    /// Users and groups of the contract.
    pub(crate) accounts: Accounts,
    pub(crate) caller: Caller,
    /// None where nobody is asked who they are.
    pub(crate) signed_in: Option<SignedIn>,
    path: Vec<(String, String)>,
    /// Where the contract is mounted, as the caller spelled it: `/engine-rest` or `/engine-rest/engine/default`.
    mount: String,
    /// The path behind the mount, as the caller spelled it.
    pub(crate) own_path: String,
    query: Option<String>,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    /// Nothing of a multipart body: that one is read by [`Req::multipart`].
    pub(crate) body: Bytes,
    unread: Mutex<Option<Body>>,
}

impl FromRequest<RestState> for Req {
    type Rejection = Response;

    async fn from_request(request: Request, state: &RestState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let mount = mount_of(&parts);
        // Whoever came through the door has one.
        let engine =
            parts.extensions.get::<Engine>().cloned().ok_or_else(|| RestError::unavailable().into_response())?;
        let caller = parts.extensions.get::<Caller>().cloned().unwrap_or_default();
        let path = RawPathParams::from_request_parts(&mut parts, state)
            .await
            .map_err(IntoResponse::into_response)?
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let (method, uri, headers) = (parts.method.clone(), parts.uri.clone(), std::mem::take(&mut parts.headers));
        let signed_in = parts.extensions.get::<SignedIn>().cloned();
        let is_deployment = operations::action(&parts) == operations::DEPLOY;
        let mut limited = Request::from_parts(parts, body);
        if is_deployment {
            DefaultBodyLimit::max(engine.config().deployment_bytes).apply(&mut limited);
        }
        // Parts are read one by one, by who wants them.
        let (body, unread) = match multipart::boundary(&headers) {
            Some(_) => (Ok(Bytes::new()), Some(limited.into_limited_body())),
            None => (Bytes::from_request(limited, state).await, None),
        };
        Ok(Self {
            engine,
            accounts: state.accounts.clone(),
            caller,
            signed_in,
            path,
            mount,
            own_path: uri.path().to_owned(),
            query: uri.query().map(str::to_owned),
            method,
            headers,
            body: body.map_err(|rejection| broken_off(&rejection).into_response())?,
            unread: Mutex::new(unread),
        })
    }
}

/// Why there is no body: it has more bytes than its operation takes, or it broke off.
fn broken_off(rejection: &BytesRejection) -> RestError {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => RestError::invalid("The body of the request broke off"),
    }
}

pub(crate) fn too_large() -> RestError {
    let status = StatusCode::PAYLOAD_TOO_LARGE;
    RestError::new(status, "InvalidRequestException", "The request is too large", None)
}

/// What the routers took off the front of the path.
fn mount_of(parts: &http::request::Parts) -> String {
    let whole = parts.extensions.get::<OriginalUri>().map_or_else(|| parts.uri.path(), |uri| uri.path());
    let whole = whole.strip_suffix('/').unwrap_or(whole);
    whole.strip_suffix(parts.uri.path()).unwrap_or_default().to_owned()
}

impl Req {
    /// A path parameter; the router guarantees those it declares.
    pub(crate) fn path(&self, name: &str) -> &str {
        self.path.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn has_path(&self, name: &str) -> bool {
        self.path.iter().any(|(key, _)| key == name)
    }

    pub(crate) fn id(&self) -> &str {
        self.path("id")
    }

    pub(crate) fn query(&self) -> Input {
        Input::from_query(self.query.as_deref())
    }

    pub(crate) fn content_type(&self) -> Option<&str> {
        self.headers.get(header::CONTENT_TYPE)?.to_str().ok()
    }

    /// The key under which the caller wants it done once: `Idempotency-Key`, 1 to 200 visible ASCII characters. Camunda 7 knows none.
    pub(crate) fn idempotency_key(&self) -> RestResult<Option<&str>> {
        let Some(value) = self.headers.get("idempotency-key") else {
            return Ok(None);
        };
        let key = value.to_str().unwrap_or_default();
        if key.is_empty() || key.len() > MAX_LENGTH {
            return Err(RestError::invalid(format!("Idempotency-Key is 1 to {MAX_LENGTH} visible ASCII characters")));
        }
        Ok(Some(key))
    }

    /// The JSON object of the body. No body counts as an empty object, whatever its content type: what Camunda's
    /// distributions do about `Content-Type: application/json` with nothing behind it.
    pub(crate) fn json(&self) -> RestResult<Fields> {
        if self.body.iter().all(u8::is_ascii_whitespace) && multipart::boundary(&self.headers).is_none() {
            return Ok(Fields(Map::new()));
        }
        self.expect_json()?;
        match serde_json::from_slice(&self.body).map_err(|error| RestError::not_json(&error))? {
            Json::Object(map) => Ok(Fields(map)),
            Json::Null => Ok(Fields(Map::new())),
            other => Err(RestError::misfit("", "Object", &other)),
        }
    }

    /// The parts of a multipart body, in order. Its body is read here, once.
    pub(crate) async fn multipart(&self) -> RestResult<Vec<Part>> {
        let unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (Some(boundary), Some(body)) = (multipart::boundary(&self.headers), unread) else {
            return Err(unsupported_media_type());
        };
        let most = self.engine.config().deployment_parts;
        multipart::read(body, boundary, multipart::announced(&self.headers), most).await
    }

    /// Whether it has a body, of whatever kind.
    pub(crate) fn has_body(&self) -> bool {
        !self.body.is_empty() || multipart::boundary(&self.headers).is_some()
    }

    fn expect_json(&self) -> RestResult<()> {
        let is_json =
            self.content_type().is_none_or(|value| value.to_ascii_lowercase().starts_with("application/json"));
        if is_json { Ok(()) } else { Err(unsupported_media_type()) }
    }

    /// A switch of the query string, see [`Input::switch`].
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.query().switch(name)
    }

    /// The page that is asked for, when it is not longer than the configuration allows.
    pub(crate) fn paging(&self) -> RestResult<Paging> {
        let paging = self.query().paging()?;
        let Some(limit) = self.engine.config().query_max_results_limit else {
            return Ok(paging);
        };
        match paging.max {
            None => Err(RestError::bad_user_request("An unbound number of results is forbidden!")),
            Some(max) if max > u64::from(limit) => {
                Err(RestError::bad_user_request(format!("Max results limit of {limit} exceeded!")))
            }
            Some(_) => Ok(paging),
        }
    }

    /// Beginning of every absolute link.
    pub(crate) fn base(&self) -> String {
        let host = self.headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("localhost");
        // Only a proxy of ours can say so: the door takes off what others send. Even so it is one of two words.
        let is_https = self.headers.get("x-forwarded-proto").is_some_and(|value| value.as_bytes() == b"https");
        let scheme = if is_https { "https" } else { "http" };
        format!("{scheme}://{host}{}", self.mount)
    }
}

pub(crate) fn unsupported_media_type() -> RestError {
    RestError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "NotSupportedException", "HTTP 415 Unsupported Media Type", None)
}

/// Fields of a JSON body, coerced as Jackson does; null counts as absent.
#[derive(Clone, Debug)]
pub(crate) struct Fields(pub(crate) Map<String, Json>);

impl Fields {
    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn input(&self) -> Input {
        Input::Body(self.0.clone())
    }

    pub(crate) fn text(&self, name: &str) -> RestResult<Option<String>> {
        match self.get(name) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text.clone())),
            Some(found @ (Json::Array(_) | Json::Object(_))) => Err(RestError::misfit(name, TEXT, found)),
            Some(scalar) => Ok(Some(scalar.to_string())),
        }
    }

    pub(crate) fn boolean(&self, name: &str) -> RestResult<bool> {
        self.get(name).map_or(Ok(false), |json| super::query::input::boolean(name, json))
    }

    pub(crate) fn integer(&self, name: &str) -> RestResult<Option<i64>> {
        self.get(name).map(|json| super::query::input::integer(name, json)).transpose()
    }

    /// Days that history is kept, as definitions are told: none keeps it for good.
    pub(crate) fn history_time_to_live(&self) -> RestResult<Option<i64>> {
        let days = self.integer("historyTimeToLive")?;
        if days.is_some_and(|days| days < 0) {
            return Err(RestError::bad_user_request("historyTimeToLive is not greater than or equal to 0"));
        }
        Ok(days)
    }

    pub(crate) fn object(&self, name: &str) -> RestResult<Option<Fields>> {
        match self.get(name) {
            None => Ok(None),
            Some(Json::Object(map)) => Ok(Some(Fields(map.clone()))),
            Some(found) => Err(RestError::misfit(name, "java.util.Map", found)),
        }
    }

    pub(crate) fn list(&self, name: &str) -> RestResult<Option<Vec<String>>> {
        self.input().list(name)
    }
}

/// 200 with JSON: exactly `application/json`.
pub(crate) fn ok(body: impl Into<Json>) -> Reply {
    Ok(axum::Json(body.into()).into_response())
}

/// 204, empty.
pub(crate) fn no_content() -> Reply {
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// 200 with text.
pub(crate) fn plain_text(text: String) -> Reply {
    Ok(([(header::CONTENT_TYPE, "text/plain")], text).into_response())
}

/// 200 with bytes of a media type.
pub(crate) fn content(bytes: Vec<u8>, media: &str) -> Reply {
    download(bytes, media, None)
}

/// 200 with bytes, as a download when it has a name.
pub(crate) fn download(bytes: Vec<u8>, media: &str, filename: Option<&str>) -> Reply {
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    if let Ok(value) = media.parse() {
        headers.insert(header::CONTENT_TYPE, value);
    }
    if let Some(filename) = filename {
        let plain: String = filename.chars().filter(|c| *c != '"' && !c.is_control()).collect();
        let encoded = percent_encoding::utf8_percent_encode(filename, ATTRIBUTE_CHAR);
        let text = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
        if let Ok(value) = http::HeaderValue::from_bytes(text.as_bytes()) {
            headers.insert(header::CONTENT_DISPOSITION, value);
        }
    }
    Ok(response)
}

/// RFC 8187, section 3.2.1: what need not be encoded in an extended value.
const ATTRIBUTE_CHAR: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');
