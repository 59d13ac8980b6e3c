//! The sign-in form comes back: the name and the password. What the account asks beside them is asked by [`super::step`].

use super::authorize::{AuthorizationRequest, Refusal};
use super::pending::Pending;
use super::{cookie, page, step};
use crate::access::Access;
use crate::attempts::{Account, Attempt, Network};
use crate::error::store_problem;
use crate::extract::ClientAddress;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use casewright_journal::{StoreError, TenantId};
use casewright_service::Problem;
use serde::Deserialize;

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
    let attempt = Attempt { account: Account::user(&tenant, &user), network: address.map(Network::from), device };
    let verified = access.try_password(attempt, &tenant, &user, &form.password, address, "form").await;
    match verified {
        Err(problem) => told(problem, |text| page::sign_in(&access, &headers, request, Some(text))),
        Ok(None) => page::sign_in(&access, &headers, request, Some("User name or password is wrong.")),
        Ok(Some(verified)) => {
            let pending = Pending::new(request, &tenant, &verified);
            step::go_on(&access, &step::Place { address, headers: &headers }, pending, verified.demands).await
        }
    }
}

/// Who has to wait reads it on the page they are at; everything else is a problem.
pub(super) fn told(problem: Problem, page: impl FnOnce(&str) -> Response) -> Response {
    if problem.status() != StatusCode::TOO_MANY_REQUESTS {
        return problem.into_response();
    }
    let mut response = page(&problem.detail);
    *response.status_mut() = problem.status();
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Whom a name means: the user who is spelled like that, else the one in lower case, as people on telephones need it.
async fn user_of(access: &Access, tenant: &TenantId, name: &str) -> Result<String, StoreError> {
    let is_spelled_so = access.accounts().user(tenant, name).await?.is_some();
    Ok(if is_spelled_so { name.to_owned() } else { name.to_lowercase() })
}
