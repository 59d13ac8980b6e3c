//! The sign-in form comes back.

use super::authorize::{AuthorizationRequest, Refusal};
use super::code::SessionCookie;
use super::{cookie, page};
use crate::access::Access;
use crate::accounts::Verified;
use crate::attempts::{Account, Attempt, Network};
use crate::error::{problem_of, store_problem};
use crate::extract::ClientAddress;
use crate::sessions::{Session, SessionEvent, browser};
use axum::extract::{Form, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use casewright_journal::{CommandContext, Decision, StoreError, TenantId};
use casewright_service::Problem;
use serde::Deserialize;
use std::net::IpAddr;

#[derive(Deserialize)]
pub(crate) struct SignInForm {
    #[serde(flatten)]
    request: AuthorizationRequest,
    username: String,
    password: String,
    form_token: String,
}

pub(crate) async fn submit(
    State(access): State<Access>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    Form(form): Form<SignInForm>,
) -> Response {
    let request = &form.request;
    match request.check(&access) {
        Ok(()) => {}
        Err(Refusal::Page(text)) => return page::notice(text),
        Err(Refusal::Redirect(code, text)) => return request.refuse(&access, code, text),
    }
    if !cookie::is_own_form(&access, &headers, &form.form_token) {
        // Mostly a form that lay open for days, or cookies that are off.
        return page::sign_in(&access, &headers, request, Some("This form had expired. Please sign in again."));
    }
    let tenant = request.tenant();
    let user = match user_of(&access, &tenant, form.username.trim()).await {
        Ok(user) => user,
        Err(error) => return store_problem(&error).into_response(),
    };
    let device = cookie::device(&access, &headers, &tenant, &user);
    let attempt =
        Attempt { account: Account::user(&tenant, &user), network: address.map(Network::from), device: device.clone() };
    let verified = access.try_password(attempt, &tenant, &user, &form.password, address, "form").await;
    match verified {
        Err(problem) if problem.status() == StatusCode::TOO_MANY_REQUESTS => {
            let mut response = page::sign_in(&access, &headers, request, Some(&problem.detail));
            *response.status_mut() = problem.status();
            if let Some(seconds) = problem.retry_after {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            response
        }
        Err(problem) => problem.into_response(),
        Ok(None) => page::sign_in(&access, &headers, request, Some("User name or password is wrong.")),
        Ok(Some(verified)) => match start(&access, &tenant, &verified, address, &headers).await {
            Ok(known) => {
                let mut response = request.grant(&access, &tenant, &known.session);
                let set = cookie::set_session(&access, &known);
                response.headers_mut().append(header::SET_COOKIE, set);
                if device.is_none() {
                    let remember = cookie::set_device(&access, &tenant, &verified.user.id);
                    response.headers_mut().append(header::SET_COOKIE, remember);
                }
                response
            }
            Err(problem) => problem.into_response(),
        },
    }
}

/// Whom a name means: the user who is spelled like that, else the one in lower case, as people on telephones need it.
async fn user_of(access: &Access, tenant: &TenantId, name: &str) -> Result<String, StoreError> {
    let is_spelled_so = access.accounts().user(tenant, name).await?.is_some();
    Ok(if is_spelled_so { name.to_owned() } else { name.to_lowercase() })
}

/// Starts a sign-in; a new id each time, so that no id known before becomes one of a signed-in person.
async fn start(
    access: &Access,
    tenant: &TenantId,
    verified: &Verified,
    address: Option<IpAddr>,
    headers: &HeaderMap,
) -> Result<SessionCookie, Problem> {
    let session = uuid::Uuid::new_v4().simple().to_string();
    let known = SessionCookie::new(tenant, &session);
    let user = &verified.user.id;
    let browser = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).and_then(browser::name);
    let started = SessionEvent::Started {
        user: user.clone(),
        cookie_hash: known.hash(),
        version: verified.version,
        address: address.map(|address| address.to_canonical().to_string()),
        browser,
    };
    let context = CommandContext { actor: user.into(), ..CommandContext::default() };
    access
        .inner
        .journal
        .tenant(tenant)
        .execute(&session, context, move |_: &Session, _| {
            Ok::<_, Problem>(Decision { events: vec![started.clone()], answer: () })
        })
        .await
        .map_err(problem_of)?;
    Ok(known)
}
