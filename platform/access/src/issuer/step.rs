//! What an account asks beside the password, page by page: a code of its second factor, another password in place of one that
//! somebody else chose, a second factor where one is needed. Only then there is a session.

use super::code::SessionCookie;
use super::pending::{Lost, Pending, Step};
use super::sign_in::told;
use super::{cookie, page, step_page};
use crate::access::Access;
use crate::accounts::{Demands, FactorDemand, PasswordDemand, expired};
use crate::authentication::CODE;
use crate::error::{AccessError, problem_of, store_problem};
use crate::extract::ClientAddress;
use crate::sessions::{Session, SessionEvent, browser};
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use casewright_journal::{CommandContext, Decision};
use casewright_service::Problem;
use serde::Deserialize;
use std::net::IpAddr;

/// Where somebody signs in.
pub(super) struct Place<'a> {
    pub(super) address: Option<IpAddr>,
    pub(super) headers: &'a HeaderMap,
}

/// What a page of a step sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct StepForm {
    pending: String,
    form_token: String,
    code: String,
    password: String,
    again: String,
}

/// Shows the next page, or lets in who has done all that is asked.
pub(super) async fn go_on(access: &Access, place: &Place<'_>, pending: Pending, demands: Demands) -> Response {
    let has_code = pending.methods.iter().any(|method| method == CODE);
    match demands {
        Demands { password: PasswordDemand::Expired, .. } => {
            page::sign_in(access, place.headers, &pending.request, Some(&expired().detail))
        }
        Demands { factor: FactorDemand::Code, .. } if !has_code => {
            step_page::code(access, place.headers, &pending, None)
        }
        Demands { password: PasswordDemand::Change, .. } => step_page::password(access, place.headers, &pending, None),
        Demands { factor: FactorDemand::Enrolment, .. } => step_page::enrolment(access, place.headers, pending, None),
        Demands { .. } => match let_in(access, place, &pending).await {
            Ok(response) => response,
            Err(problem) => problem.into_response(),
        },
    }
}

/// A code of the second factor.
pub(crate) async fn code(
    State(access): State<Access>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    Form(form): Form<StepForm>,
) -> Response {
    let (mut pending, demands) = match resumed(&access, &headers, &form, Step::Code).await {
        Ok(resumed) => resumed,
        Err(response) => return *response,
    };
    let device = cookie::device(&access, &headers, &pending.tenant, &pending.user);
    let (tenant, user) = (&pending.tenant, &pending.user);
    match access.try_code(tenant, user, device.as_deref(), &form.code, address).await {
        Err(problem) => told(problem, |text| step_page::code(&access, &headers, &pending, Some(text))),
        Ok(false) => {
            step_page::code(&access, &headers, &pending, Some("This code is not right, or it was used before."))
        }
        Ok(true) => {
            pending.methods.push(CODE.to_owned());
            go_on(&access, &Place { address, headers: &headers }, pending, demands).await
        }
    }
}

/// A password in place of one that somebody else chose.
pub(crate) async fn password(
    State(access): State<Access>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    Form(form): Form<StepForm>,
) -> Response {
    let (mut pending, demands) = match resumed(&access, &headers, &form, Step::Password).await {
        Ok(resumed) => resumed,
        Err(response) => return *response,
    };
    if form.password != form.again {
        return step_page::password(&access, &headers, &pending, Some("The two passwords are not the same."));
    }
    let accounts = access.accounts();
    match accounts.replace_initial(&pending.tenant, &pending.user, pending.version, &form.password).await {
        Ok(version) => {
            pending.version = version;
            let demands = Demands { password: PasswordDemand::None, ..demands };
            go_on(&access, &Place { address, headers: &headers }, pending, demands).await
        }
        Err(AccessError::Account(problem)) if problem.code == "weak-password" => {
            step_page::password(&access, &headers, &pending, Some(&problem.detail))
        }
        Err(error) => told(error.into_problem(), |text| step_page::password(&access, &headers, &pending, Some(text))),
    }
}

/// The first code of a second factor that is being set up.
pub(crate) async fn enrolment(
    State(access): State<Access>,
    headers: HeaderMap,
    Form(form): Form<StepForm>,
) -> Response {
    let (mut pending, _) = match resumed(&access, &headers, &form, Step::Enrolment).await {
        Ok(resumed) => resumed,
        Err(response) => return *response,
    };
    let (secret, accounts) = (pending.enrolment(), access.accounts());
    let (tenant, user) = (pending.tenant.clone(), pending.user.clone());
    match accounts.enrol(&tenant, &user, pending.version, &secret, &form.code, None).await {
        Ok(enrolled) => {
            pending.version = enrolled.version;
            pending.methods.push(CODE.to_owned());
            step_page::recovery_codes(&access, &headers, &pending, &enrolled.recovery_codes)
        }
        Err(AccessError::Account(problem)) if problem.code == "wrong-code" => {
            step_page::enrolment(&access, &headers, pending, Some(&problem.detail))
        }
        Err(error) => error.into_problem().into_response(),
    }
}

/// Recovery codes were shown.
pub(crate) async fn end(
    State(access): State<Access>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    Form(form): Form<StepForm>,
) -> Response {
    match resumed(&access, &headers, &form, Step::End).await {
        Ok((pending, demands)) => go_on(&access, &Place { address, headers: &headers }, pending, demands).await,
        Err(response) => *response,
    }
}

/// The sign-in that a form goes on with, and what its account asks by now. Whatever has happened to the account since its last
/// page, a disabled one or another password, ends it.
async fn resumed(
    access: &Access,
    headers: &HeaderMap,
    form: &StepForm,
    step: Step,
) -> Result<(Pending, Demands), Box<Response>> {
    let lost =
        || Box::new(page::notice("This page is of no sign-in that is going on in this browser. Please begin again."));
    if !cookie::is_own_form(access, headers, &form.form_token) {
        return Err(lost());
    }
    let again = |request: &_, text: &str| Box::new(page::sign_in(access, headers, request, Some(text)));
    let pending = Pending::open(access, &form.pending, step, &form.form_token).map_err(|reason| match reason {
        Lost::Expired(request) => again(&request, "That took too long. Please sign in again."),
        Lost::Foreign => lost(),
    })?;
    if pending.request.check(access).is_err() {
        return Err(lost());
    }
    let unanswered = |error| Box::new(store_problem(&error).into_response());
    let (accounts, tenant, user) = (access.accounts(), &pending.tenant, &pending.user);
    let version = accounts.credential_version(tenant, user).await.map_err(unanswered)?;
    let admitted = accounts.admitted(tenant, user).await.map_err(unanswered)?;
    match admitted.filter(|_| version == pending.version) {
        Some(admitted) => Ok((pending, admitted.demands)),
        None => Err(again(&pending.request, "The account was changed meanwhile. Please sign in again.")),
    }
}

/// Starts the session, and sends back to where the person came from.
async fn let_in(access: &Access, place: &Place<'_>, pending: &Pending) -> Result<Response, Problem> {
    let known = start(access, place, pending).await?;
    let Pending { tenant, user, methods, .. } = pending;
    let address = place.address.map(|address| address.to_string()).unwrap_or_default();
    tracing::info!(tenant = tenant.as_str(), user, address, way = "form", methods = methods.join(" "), "signed in");
    let mut response = pending.request.grant(access, tenant, &known.session);
    let set = cookie::set_session(access, &known);
    response.headers_mut().append(header::SET_COOKIE, set);
    if cookie::device(access, place.headers, tenant, user).is_none() {
        let remember = cookie::set_device(access, tenant, user);
        response.headers_mut().append(header::SET_COOKIE, remember);
    }
    Ok(response)
}

/// A new session each time, with an id that nobody knew before the person signed in.
async fn start(access: &Access, place: &Place<'_>, pending: &Pending) -> Result<SessionCookie, Problem> {
    let known = SessionCookie::new(&pending.tenant, &pending.session);
    let agent = place.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let started = SessionEvent::Started {
        user: pending.user.clone(),
        cookie_hash: known.hash(),
        version: pending.version,
        address: place.address.map(|address| address.to_canonical().to_string()),
        browser: agent.and_then(browser::name),
        methods: pending.methods.clone(),
    };
    let context = CommandContext { actor: pending.user.as_str().into(), ..CommandContext::default() };
    access
        .inner
        .journal
        .tenant(&pending.tenant)
        .execute(&pending.session, context, move |_: &Session, context| {
            // The last page was sent twice.
            if context.version > 0 {
                return Err(Problem::new(
                    StatusCode::CONFLICT,
                    "sign-in-over",
                    "This sign-in is done. Begin a new one.",
                ));
            }
            Ok(Decision { events: vec![started.clone()], answer: () })
        })
        .await
        .map_err(problem_of)?;
    Ok(known)
}
