//! `/api/v1/me/second-factor`: everybody's own second factor: setting it up, another one in its place, taking it away.

use crate::access::Access;
use crate::accounts::{FactorState, Verified, wrong_code};
use crate::config::SecondFactorUse;
use crate::error::{AccessError, store_problem};
use crate::extract::{Authenticated, ClientAddress};
use crate::otp::Secret;
use crate::own::{own, prove};
use crate::picture;
use crate::subject::Subject;
use axum::extract::State;
use axum::http::StatusCode;
use casewright_instant::{Instant, rfc3339};
use casewright_journal::TenantId;
use casewright_service::instant::InstantSchema;
use casewright_service::{Json, Problem};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use utoipa::ToSchema;

/// Seconds in which what was begun is confirmed.
const SECONDS: i64 = 600;
const PURPOSE: &str = "second factor enrolment";
/// A sealed enrolment is a fraction of it.
const LONGEST: usize = 2048;

/// What is told of a second factor.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecondFactorBody {
    /// What the installation asks for.
    pub rule: SecondFactorUse,
    /// Whether this account needs one by that.
    pub is_required: bool,
    /// The one that is set up; null: none.
    pub enrolled: Option<EnrolledFactor>,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnrolledFactor {
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    pub since: Instant,
    pub recovery_codes_left: usize,
}

impl SecondFactorBody {
    pub(crate) async fn of(access: &Access, tenant: &TenantId, id: &str) -> Result<Self, Problem> {
        let accounts = access.accounts();
        let is_required = accounts.needs_factor(tenant, id).await.map_err(AccessError::into_problem)?;
        let state = accounts.factor(tenant, id).await.map_err(|error| store_problem(&error))?;
        let enrolled = state.map(|FactorState { since, recovery_codes_left }| EnrolledFactor {
            since: since.into(),
            recovery_codes_left,
        });
        Ok(Self { rule: access.config().second_factor, is_required, enrolled })
    }
}

/// That it is the person of the account who asks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FactorProof {
    /// The password there is.
    pub password: String,
    /// Where a second factor is set up: a code of it, or a recovery code.
    #[serde(default)]
    pub code: Option<String>,
}

/// What an authenticator app is given.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FactorOffer {
    /// To type in.
    pub secret: String,
    /// `otpauth://totp/...`
    pub uri: String,
    /// The address as a picture: one of type `data:`.
    pub picture: Option<String>,
    /// Comes back with the first code, within ten minutes.
    pub enrolment: String,
}

/// The first code of a second factor.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FactorConfirmation {
    pub enrolment: String,
    pub code: String,
}

/// Codes for who has lost the app, each good once. They are told this once only.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodes {
    pub recovery_codes: Vec<String>,
}

/// An enrolment that was begun.
#[derive(Serialize, Deserialize)]
struct Enrolment {
    tenant: TenantId,
    user: String,
    /// Version of the credential that was proved.
    version: u64,
    secret: String,
    expires: i64,
}

/// My second factor.
#[utoipa::path(get, path = "/api/v1/me/second-factor", tag = "access", operation_id = "own_second_factor",
    responses((status = 200, body = SecondFactorBody), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
) -> Result<Json<SecondFactorBody>, Problem> {
    access.authorize(&subject, "read", &own(&subject)).await?;
    SecondFactorBody::of(&access, &subject.tenant, &subject.id).await.map(Json)
}

/// Begins to set a second factor up, in place of the one there is. Nothing is changed before it is confirmed.
#[utoipa::path(post, path = "/api/v1/me/second-factor/enrolment", tag = "access", operation_id = "begin_own_second_factor", request_body = FactorProof,
    responses((status = 200, body = FactorOffer), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn begin(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
    ClientAddress(address): ClientAddress,
    Json(proof): Json<FactorProof>,
) -> Result<Json<FactorOffer>, Problem> {
    access.authorize(&subject, "update", &own(&subject)).await?;
    if access.config().second_factor == SecondFactorUse::Off {
        let detail = "Second factors are turned off here (access.second_factor).";
        return Err(Problem::conflict("second-factor-off", detail));
    }
    let verified = prove_both(&access, &subject, &proof, address).await?;
    let secret = Secret::random();
    let enrolment = Enrolment {
        tenant: subject.tenant.clone(),
        user: subject.id.clone(),
        version: verified.version,
        secret: secret.text(),
        expires: access.now_seconds() + SECONDS,
    };
    let plain = serde_json::to_vec(&enrolment).map_err(|_| Problem::internal())?;
    let uri = secret.uri(&subject.id);
    Ok(Json(FactorOffer {
        secret: secret.text(),
        picture: picture::of(&uri),
        uri,
        enrolment: access.inner.vault.seal(PURPOSE, &plain),
    }))
}

/// Sets up what was begun, by its first code; I stay signed in here and am signed out everywhere else.
#[utoipa::path(post, path = "/api/v1/me/second-factor", tag = "access", operation_id = "confirm_own_second_factor", request_body = FactorConfirmation,
    responses((status = 200, body = RecoveryCodes), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn confirm(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
    Json(confirmation): Json<FactorConfirmation>,
) -> Result<Json<RecoveryCodes>, Problem> {
    access.authorize(&subject, "update", &own(&subject)).await?;
    let begun = opened(&access, &subject, &confirmation.enrolment).ok_or_else(|| {
        let detail = "This was begun too long ago, or by somebody else. Begin again.";
        Problem::unprocessable("enrolment-over", detail).with_error("/enrolment", "enrolment-over", detail)
    })?;
    let secret = Secret::from_text(&begun.secret).ok_or_else(Problem::internal)?;
    let keeps = subject.sign_in.as_ref().map(|sign_in| sign_in.session.clone());
    let accounts = access.accounts();
    let enrolled = accounts.enrol(&begun.tenant, &begun.user, begun.version, &secret, &confirmation.code, keeps).await;
    let recovery_codes = enrolled.map_err(AccessError::into_problem)?.recovery_codes;
    Ok(Json(RecoveryCodes { recovery_codes }))
}

fn opened(access: &Access, subject: &Subject, sealed: &str) -> Option<Enrolment> {
    let sealed = Some(sealed).filter(|sealed| sealed.len() <= LONGEST)?;
    let plain = access.inner.vault.open_sealed(PURPOSE, sealed)?;
    let begun: Enrolment = serde_json::from_slice(&plain).ok()?;
    let is_theirs = begun.tenant == subject.tenant && begun.user == subject.id;
    Some(begun).filter(|begun| is_theirs && access.now_seconds() <= begun.expires)
}

/// Takes my second factor away; I stay signed in here and am signed out everywhere else.
#[utoipa::path(post, path = "/api/v1/me/second-factor/removal", tag = "access", operation_id = "remove_own_second_factor", request_body = FactorProof,
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn remove(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
    ClientAddress(address): ClientAddress,
    Json(proof): Json<FactorProof>,
) -> Result<StatusCode, Problem> {
    access.authorize(&subject, "update", &own(&subject)).await?;
    let (tenant, id, accounts) = (&subject.tenant, &subject.id, access.accounts());
    if accounts.needs_factor(tenant, id).await.map_err(AccessError::into_problem)? {
        let detail = "This account needs a second factor (access.second_factor). Set up another one in its place.";
        return Err(Problem::conflict("second-factor-needed", detail));
    }
    prove_both(&access, &subject, &proof, address).await?;
    let keeps = subject.sign_in.as_ref().map(|sign_in| sign_in.session.clone());
    accounts.remove_factor(tenant, id, id, keeps).await.map_err(AccessError::into_problem)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The password, and a code where there is a second factor.
async fn prove_both(
    access: &Access,
    subject: &Subject,
    proof: &FactorProof,
    address: Option<IpAddr>,
) -> Result<Verified, Problem> {
    let (tenant, id) = (&subject.tenant, &subject.id);
    let verified = prove(access, subject, &proof.password, "/password", address).await?;
    let has_factor = access.accounts().factor(tenant, id).await.map_err(|error| store_problem(&error))?.is_some();
    if !has_factor {
        return Ok(verified);
    }
    let code = proof.code.as_deref().unwrap_or_default();
    if !access.try_code(tenant, id, None, code, address).await? {
        return Err(wrong_code());
    }
    Ok(verified)
}
