//! `Authenticated(subject)`: how a handler gets its subject.

use crate::access::Access;
use crate::subject::Subject;
use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use axum::http::request::Parts;
use casewright_service::Problem;
use std::net::{IpAddr, SocketAddr};

/// The caller, authenticated. Rejects with 401; the rest is up to [`Access::authorize`].
#[derive(Clone, Debug)]
pub struct Authenticated(pub Subject);

impl<S> FromRequestParts<S> for Authenticated
where
    S: Send + Sync,
    Access: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        authenticate(&Access::from_ref(state), parts).await.map(Self)
    }
}

/// What came of asking who sent a request. In its extensions.
#[derive(Clone)]
struct Found(Result<Subject, Problem>);

/// Who sent a request. However many ask, it is found out once: a wrong password is one guess.
///
/// # Errors
/// As [`Access::authenticate`].
pub async fn authenticate(access: &Access, parts: &mut Parts) -> Result<Subject, Problem> {
    if let Some(Found(found)) = parts.extensions.get::<Found>() {
        return found.clone();
    }
    let found = access.authenticate(&parts.headers, address_of(access, parts)).await;
    parts.extensions.insert(Found(found.clone()));
    found
}

/// Where a request came from, for counting what one address does; none when it is not known.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub Option<IpAddr>);

impl<S> FromRequestParts<S> for ClientAddress
where
    S: Send + Sync,
    Access: FromRef<S>,
{
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, std::convert::Infallible> {
        Ok(Self(address_of(&Access::from_ref(state), parts)))
    }
}

/// [`ClientAddress`] for those who are no handlers: the peer, or what our own proxy says when it is to be believed.
#[must_use]
pub fn address_of(access: &Access, parts: &Parts) -> Option<IpAddr> {
    let forwarded = access
        .config()
        .trust_forwarded
        .then(|| parts.headers.get_all("x-forwarded-for").iter().next_back())
        .flatten()
        .and_then(|value| value.to_str().ok())
        // The last hop is the one our own proxy has seen; the others are anybody's word.
        .and_then(|value| value.rsplit(',').next())
        .and_then(|address| address.trim().parse().ok());
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
    forwarded.or(peer)
}
