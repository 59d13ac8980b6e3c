//! `Query<T>`: query parameters whose rejections are problems.

use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// Query parameters in. Page parameters are an extractor of their own ([`crate::PageParams`]), so `T` must not deny
/// unknown fields on a list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<T>(pub T);

impl<T, S> FromRequestParts<S> for Query<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        axum::extract::Query::<T>::try_from_uri(&parts.uri).map(|axum::extract::Query(value)| Query(value)).map_err(
            |rejection| {
                let text = rejection.body_text();
                let text = text.rsplit("query string: ").next().unwrap_or(&text).to_owned();
                Problem::bad_request("invalid-parameter", format!("The query parameters are not acceptable: {text}."))
            },
        )
    }
}
