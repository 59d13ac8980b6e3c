//! Lists page by cursor: `?limit=50&cursor=...` -> `{"items": [...], "nextCursor": ..., "total": ...}`.

use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Items of a page when the caller does not say.
pub const DEFAULT_LIMIT: u64 = 50;
/// How far the items of a list are counted for `total`.
pub const MOST_COUNTED: u64 = 100_000;
/// The most items of one page.
pub const MAX_LIMIT: u64 = 200;

/// What a caller says about the page it wants. An extractor; other parameters are left to other extractors.
#[derive(Clone, Debug, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// Items at most: 1 to 200, 50 when not given.
    #[param(minimum = 1, maximum = 200, default = 50, required = false)]
    pub limit: u64,
    /// Where to go on: `nextCursor` of the page before.
    #[param(required = false)]
    pub cursor: Option<String>,
    /// Whether `total` is wanted; counting costs, so it ends at 100,000.
    #[param(default = false, required = false)]
    pub total: bool,
}

impl Default for PageParams {
    fn default() -> Self {
        Self { limit: DEFAULT_LIMIT, cursor: None, total: false }
    }
}

#[derive(Deserialize)]
struct Raw {
    limit: Option<u64>,
    cursor: Option<String>,
    total: Option<bool>,
}

impl<S: Send + Sync> FromRequestParts<S> for PageParams {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let refused = |detail: &str| {
            Problem::bad_request("invalid-parameter", detail).with_error("?limit", "invalid-parameter", detail)
        };
        let axum::extract::Query(raw) = axum::extract::Query::<Raw>::try_from_uri(&parts.uri)
            .map_err(|_| refused("limit is a number, cursor a text, total true or false."))?;
        let limit = raw.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(refused("limit is between 1 and 200."));
        }
        Ok(Self { limit, cursor: raw.cursor.filter(|cursor| !cursor.is_empty()), total: raw.total.unwrap_or(false) })
    }
}

/// One page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageBody<T> {
    pub items: Vec<T>,
    /// Null: that was all.
    pub next_cursor: Option<String>,
    /// Null unless `total=true` was asked for. 100,000 stands for that many or more: no further is counted.
    pub total: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(uri: &str) -> Result<PageParams, Problem> {
        let (mut parts, ()) = axum::http::Request::get(uri).body(()).unwrap().into_parts();
        PageParams::from_request_parts(&mut parts, &()).await
    }

    #[tokio::test]
    async fn page_parameters_have_defaults_and_leave_others_alone() {
        assert_eq!(read("/x?status=open").await.unwrap(), PageParams::default());
        let page = read("/x?limit=3&cursor=abc&total=true").await.unwrap();
        assert_eq!(page, PageParams { limit: 3, cursor: Some("abc".into()), total: true });
    }

    #[tokio::test]
    async fn a_limit_out_of_bounds_is_refused() {
        for uri in ["/x?limit=0", "/x?limit=201", "/x?limit=a"] {
            assert_eq!(read(uri).await.unwrap_err().code, "invalid-parameter");
        }
    }
}
