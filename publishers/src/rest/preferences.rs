//! What the caller wants to be told.

use crate::domain::preferences::Preferences;
use crate::state::PublishersState;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, problem_of, store_problem};
use casewright_journal::CommandContext;
use casewright_service::{IfMatch, Json, Problem, etag};
use http::header;

/// Preferences of the caller; what is not said is as the platform has it by default.
#[utoipa::path(get, path = "/api/v1/notification-preferences", tag = "notifications", responses((status = 200, body = Preferences)))]
pub(crate) async fn read(
    State(state): State<PublishersState>,
    Authenticated(subject): Authenticated,
) -> Result<Response, Problem> {
    let loaded = state.journal().tenant(&subject.tenant).load::<Preferences>(&subject.id).await;
    let (preferences, version) = match loaded.map_err(|error| store_problem(&error))? {
        Some((preferences, version)) => (preferences.as_ref().clone(), version),
        None => (Preferences::default(), 0),
    };
    Ok(([(header::ETAG, etag(version))], Json(preferences)).into_response())
}

/// Sets the preferences of the caller.
#[utoipa::path(put, path = "/api/v1/notification-preferences", tag = "notifications", request_body = Preferences,
    responses((status = 200, body = Preferences), (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn write(
    State(state): State<PublishersState>,
    Authenticated(subject): Authenticated,
    IfMatch(version): IfMatch,
    Json(preferences): Json<Preferences>,
) -> Result<Response, Problem> {
    check(&preferences)?;
    let context =
        CommandContext { actor: subject.id.as_str().into(), expected_version: version, ..CommandContext::default() };
    let (wanted, channels) = (preferences.clone(), state.clone());
    let committed = state
        .journal()
        .tenant(&subject.tenant)
        .execute::<Preferences, (), Problem, _>(&subject.id, context, move |present, _| {
            match present.asks_in_vain(&wanted, |channel| channels.channels().has(channel)) {
                None => Ok(present.set(&wanted)),
                Some((pointer, _)) => Err(not_there(&pointer)),
            }
        })
        .await
        .map_err(problem_of)?;
    Ok(([(header::ETAG, etag(committed.version))], Json(preferences)).into_response())
}

fn not_there(pointer: &str) -> Problem {
    let detail = "This channel is not set up here; /api/v1/notification-channels names those that are.";
    Problem::unprocessable("channel-unavailable", detail).with_error(pointer, "channel-unavailable", detail)
}

fn check(preferences: &Preferences) -> Result<(), Problem> {
    match preferences.malformed() {
        None => Ok(()),
        Some((pointer, should)) => {
            Err(Problem::unprocessable("invalid-preferences", should).with_error(pointer, "invalid-value", should))
        }
    }
}
