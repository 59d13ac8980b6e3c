//! Long lists in little memory: portions of answers go into the body while it is sent.

use super::error::{RestError, RestResult};
use super::request::{Reply, ok};
use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use casewright_engine_views::pieces::{joined, written};
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use http::{HeaderValue, header};
use serde_json::Value as Json;
use std::io;

/// 200 with a JSON array. What fails before two portions are there is an error as ever; behind them the body breaks off.
pub(crate) async fn array(items: impl Stream<Item = RestResult<Vec<Json>>> + Send + 'static) -> Reply {
    let mut items = items.boxed();
    let first = items.try_next().await?.unwrap_or_default();
    let Some(second) = items.try_next().await? else {
        return ok(first);
    };
    let items = stream::iter([Ok(first), Ok(second)]).chain(items);
    Ok(sent("application/json", "[".to_owned(), items.boxed(), Box::new(|| Box::pin(async { Ok("]".to_owned()) }))))
}

/// What is written behind the last item.
pub(crate) type Tail = Box<dyn FnOnce() -> BoxFuture<'static, RestResult<String>> + Send>;

/// 200 with items, separated by commas, between a head and a tail that is made when the last one is written.
pub(crate) fn sent(
    media: &'static str,
    head: String,
    items: BoxStream<'static, RestResult<Vec<Json>>>,
    tail: Tail,
) -> Response {
    let tail = stream::once(async move { tail().await.map(Bytes::from) });
    streamed(media, written(head).chain(joined(items)).chain(tail))
}

/// 200 with the pieces of a body as they come.
pub(crate) fn streamed(
    media: &'static str,
    pieces: impl Stream<Item = RestResult<Bytes>> + Send + 'static,
) -> Response {
    let mut response = Body::from_stream(pieces.map_err(broken)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response
}

/// The status has been sent: all that is left is to end the connection, so that nobody takes a part for the whole.
fn broken(error: RestError) -> io::Error {
    tracing::error!(message = %error.message, "a list broke off while it was being sent");
    io::Error::other("the list cannot be read to its end")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[tokio::test]
    async fn portions_without_items_leave_no_comma() {
        let portions = [vec![], vec![json!(1)], vec![], vec![json!(2), json!(3)], vec![]];
        let response = array(stream::iter(portions.map(Ok))).await.expect("a list");
        let body = axum::body::to_bytes(response.into_body(), 100).await.expect("a body");
        assert_eq!(&body[..], b"[1,2,3]");
    }

    #[tokio::test]
    async fn what_fails_on_the_way_breaks_the_body_off() {
        let portions = [Ok(vec![json!(1)]), Ok(vec![json!(2)]), Err(RestError::unavailable())];
        let response = array(stream::iter(portions)).await.expect("a list");
        assert!(axum::body::to_bytes(response.into_body(), 100).await.is_err());
        let at_once = [Ok(vec![json!(1)]), Err(RestError::unavailable())];
        assert_eq!(array(stream::iter(at_once)).await.map(drop), Err(RestError::unavailable()));
    }
}
