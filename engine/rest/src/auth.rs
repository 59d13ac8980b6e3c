//! Who may call `/engine-rest`: nobody is asked, or Basic and Bearer through the platform's access.

use crate::authorization;
use crate::error::RestError;
use crate::signed_in::SignedIn;
use crate::visit::{OWN, engine_name, unknown_engine, visit};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use casewright_access::accounts::Accounts;
use casewright_access::{Access, extract};
use casewright_engine_runtime::{Caller, Engines};
use casewright_journal::TenantId;
use casewright_service::Problem;
use http::{HeaderValue, StatusCode, header};
use smol_str::SmolStr;

/// How `/engine-rest` is protected.
#[derive(Clone)]
pub enum EngineRestAuth {
    /// Open to everybody who reaches it; what conformance runs use. Users and groups of the contract are these accounts.
    Open(Accounts),
    /// By name and password or by token; users and groups of the contract are those who sign in.
    Required(Access),
}

impl EngineRestAuth {
    pub(crate) fn accounts(&self) -> &Accounts {
        match self {
            Self::Open(accounts) => accounts,
            Self::Required(access) => access.accounts(),
        }
    }
}

/// Camunda's 401: the challenge, and an empty body.
fn challenge() -> Response {
    let mut response = StatusCode::UNAUTHORIZED.into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"default\""));
    response
}

/// Why nobody was recognised. Only a missing or wrong password is answered by Camunda's challenge: a client that is told to
/// wait, or that a password is not enough, must not ask its user for another password.
fn refused(problem: &Problem) -> Response {
    match problem.status() {
        StatusCode::TOO_MANY_REQUESTS => told(problem),
        StatusCode::UNAUTHORIZED if problem.challenge.is_some() => told(problem),
        status if status.is_server_error() => RestError::unavailable().into_response(),
        _ => challenge(),
    }
}

/// In the words of the contract, with what the problem says in headers.
fn told(problem: &Problem) -> Response {
    let refusal = RestError::new(problem.status(), "AuthenticationException", problem.detail.as_str(), None);
    let mut response = refusal.into_response();
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(challenge) = problem.challenge.as_deref().and_then(|text| HeaderValue::from_str(text).ok()) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

pub(crate) fn forbidden(message: &str) -> Response {
    RestError::new(StatusCode::FORBIDDEN, "AuthorizationException", message, Some(0)).into_response()
}

/// Gives a request its caller and the engine it is about, or refuses it.
pub(crate) async fn authenticate(engines: Engines, auth: EngineRestAuth, mut request: Request, next: Next) -> Response {
    let name = engine_name(request.uri().path()).to_owned();
    let EngineRestAuth::Required(access) = auth else {
        let organisation = if name == OWN { TenantId::DEFAULT } else { &name };
        return match engines.named(organisation).await {
            Ok(Some(engine)) => {
                request.extensions_mut().insert(engine);
                next.run(request).await
            }
            Ok(None) => unknown_engine(&name),
            Err(error) => RestError::from(error).into_response(),
        };
    };
    let (mut parts, body) = request.into_parts();
    let subject = match extract::authenticate(&access, &mut parts).await {
        Ok(subject) => subject,
        Err(problem) => return refused(&problem),
    };
    let visit = match visit(&engines, &access, subject, &name).await {
        Ok(visit) => visit,
        Err(response) => return *response,
    };
    if let Err(refusal) = authorization::check(&visit.engine, &access, &visit.subject, &parts).await {
        return refusal.into_response();
    }
    parts.extensions.insert(visit.engine);
    parts.extensions.insert(Caller {
        user: Some(SmolStr::new(visit.subject.actor().id)),
        groups: visit.subject.groups.iter().map(SmolStr::new).collect(),
        is_job: false,
    });
    parts.extensions.insert(SignedIn { access, subject: visit.subject });
    next.run(Request::from_parts(parts, body)).await
}
