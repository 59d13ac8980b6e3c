//! Who may call `/engine-rest`: nobody is asked, or Basic and Bearer through the platform's access.

use crate::authorization;
use crate::error::RestError;
use crate::signed_in::SignedIn;
use crate::visit::{OWN, engine_name, unknown_engine, visit};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use casewright_access::accounts::Accounts;
use casewright_access::{Access, Subject, extract};
use casewright_engine_runtime::{Caller, Engines};
use casewright_journal::TenantId;
use casewright_service::Problem;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use smol_str::SmolStr;

/// How `/engine-rest` is protected.
#[derive(Clone)]
pub enum EngineRestAuth {
    /// Open to everybody who reaches it; what conformance runs use. Users and groups of the contract are these accounts.
    Open(Accounts),
    /// Open to everybody as well, but who brings a good access token is who it says, with their rights: the platform's own
    /// rooms start processes over it, and what they vouch for is theirs.
    OpenUnlessNamed(Access),
    /// By name and password or by token; users and groups of the contract are those who sign in.
    Required(Access),
}

impl EngineRestAuth {
    pub(crate) fn accounts(&self) -> &Accounts {
        match self {
            Self::Open(accounts) => accounts,
            Self::OpenUnlessNamed(access) | Self::Required(access) => access.accounts(),
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

/// Who calls, if anybody is asked or says so by a token that is good; else nobody is known.
///
/// # Errors
/// What a caller is answered who has to say who they are.
async fn recognise(auth: EngineRestAuth, parts: &mut Parts) -> Result<Option<(Access, Subject)>, Problem> {
    match auth {
        EngineRestAuth::Open(_) => Ok(None),
        EngineRestAuth::OpenUnlessNamed(access) => {
            if !brings_a_token(&parts.headers) {
                return Ok(None);
            }
            match extract::authenticate(&access, parts).await {
                Ok(subject) => Ok(Some((access, subject))),
                // Who cannot be asked about now may be one of our rooms: it tries again, and is not taken for nobody.
                Err(problem) if problem.status().is_server_error() => Err(problem),
                // To anybody's token of elsewhere it is as open as to none.
                Err(_) => Ok(None),
            }
        }
        EngineRestAuth::Required(access) => {
            let subject = extract::authenticate(&access, parts).await?;
            Ok(Some((access, subject)))
        }
    }
}

fn brings_a_token(headers: &HeaderMap) -> bool {
    let scheme = headers.get(header::AUTHORIZATION).and_then(|value| value.as_bytes().get(..7));
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer "))
}

/// Gives a request its caller and the engine it is about, or refuses it.
pub(crate) async fn authenticate(engines: Engines, auth: EngineRestAuth, request: Request, next: Next) -> Response {
    let name = engine_name(request.uri().path()).to_owned();
    let (mut parts, body) = request.into_parts();
    let (access, subject) = match recognise(auth, &mut parts).await {
        Ok(Some(known)) => known,
        Ok(None) => return serve_anybody(&engines, &name, Request::from_parts(parts, body), next).await,
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

/// Of nobody in particular, about the engine of that name.
async fn serve_anybody(engines: &Engines, name: &str, mut request: Request, next: Next) -> Response {
    let organisation = if name == OWN { TenantId::DEFAULT } else { name };
    match engines.named(organisation).await {
        Ok(Some(engine)) => {
            request.extensions_mut().insert(engine);
            next.run(request).await
        }
        Ok(None) => unknown_engine(name),
        Err(error) => RestError::from(error).into_response(),
    }
}
