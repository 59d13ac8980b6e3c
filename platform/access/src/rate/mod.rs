//! How often who may ask: by address, person or machine client, and organisation.
//!
//! A limit is a rate with room for a burst ([`config`]), kept in [`bucket`]s. Who stays within is told where they stand, who
//! does not gets 429 and when to come again (draft-ietf-httpapi-ratelimit-headers, sections 3 and 4).

mod bucket;
pub mod config;

pub use config::{Rate, RateConfig};

use crate::access::Access;
use crate::attempts::Network;
use crate::extract::{address_of, authenticate};
use crate::subject::Subject;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use bucket::{Buckets, Standing};
use casewright_journal::TenantId;
use casewright_service::Problem;
use casewright_service::http::{is_guarded, refusal};
use std::sync::Arc;
use std::time::{Duration, Instant};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STANDING: HeaderName = HeaderName::from_static("ratelimit");

/// The limits of this process. Cheap to clone.
#[derive(Clone)]
pub struct Rates(Arc<Limits>);

struct Limits {
    access: Access,
    holds_for_loopback: bool,
    address: Buckets<Network>,
    user: Buckets<(TenantId, String)>,
    client: Buckets<(TenantId, String)>,
    tenant: Buckets<TenantId>,
}

impl Rates {
    #[must_use]
    pub fn new(access: Access, config: &RateConfig) -> Self {
        Self(Arc::new(Limits {
            access,
            holds_for_loopback: config.loopback,
            address: Buckets::new("address", config.address),
            user: Buckets::new("user", config.user),
            client: Buckets::new("client", config.client),
            tenant: Buckets::new("tenant", config.tenant),
        }))
    }
}

/// A layer around everything that is asked for with a name: counts, tells, refuses.
pub async fn limit(State(Rates(limits)): State<Rates>, request: Request, next: Next) -> Response {
    if !is_guarded(request.uri().path()) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let address = address_of(&limits.access, &parts);
    if !limits.holds_for_loopback && address.is_some_and(|address| address.to_canonical().is_loopback()) {
        return next.run(Request::from_parts(parts, body)).await;
    }
    let now = Instant::now();
    let mut standings: Vec<Standing> = Vec::with_capacity(3);
    // A token is judged at once, and the rooms of a platform may all have one address. A password costs more, and who guesses
    // has no more guesses than their address.
    let mut found = if is_token(&parts.headers) { authenticate(&limits.access, &mut parts).await.ok() } else { None };
    if !found.as_ref().is_some_and(Subject::is_system) {
        standings.extend(address.and_then(|address| limits.address.take(Network::from(address), now)));
    }
    let may_go_on = standings.iter().all(|standing| standing.wait.is_none());
    if may_go_on && found.is_none() && parts.headers.contains_key(header::AUTHORIZATION) {
        found = authenticate(&limits.access, &mut parts).await.ok();
    }
    if let Some(subject) = found.filter(|_| may_go_on) {
        standings.extend(limits.of(&subject, now));
    }
    let wait = standings.iter().filter_map(|standing| standing.wait).max();
    let mut response = match wait {
        None => next.run(Request::from_parts(parts, body)).await,
        Some(wait) => refusal(parts.uri.path(), too_many(wait)),
    };
    tell(response.headers_mut(), &standings);
    response
}

impl Limits {
    fn of(&self, subject: &Subject, now: Instant) -> impl Iterator<Item = Standing> {
        let own = if subject.is_system() { &self.client } else { &self.user };
        let own = own.take((subject.tenant.clone(), subject.id.clone()), now);
        // What is refused already costs the organisation nothing.
        let is_refused = own.is_some_and(|own| own.wait.is_some());
        let tenant = if is_refused { None } else { self.tenant.take(subject.tenant.clone(), now) };
        own.into_iter().chain(tenant)
    }
}

fn is_token(headers: &HeaderMap) -> bool {
    let scheme =
        headers.get(header::AUTHORIZATION).and_then(|value| value.as_bytes().split(|byte| *byte == b' ').next());
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer"))
}

fn too_many(wait: Duration) -> Problem {
    Problem::too_many_requests("You ask more often than this platform allows (server.rate).", seconds(wait))
}

/// Whole seconds, after which it is certain.
fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// All limits that count, and where the one stands that is nearest.
fn tell(headers: &mut HeaderMap, standings: &[Standing]) {
    let Some(nearest) = standings.iter().min_by_key(|standing| standing.left) else {
        return;
    };
    let policies: Vec<String> = standings.iter().map(policy).collect();
    let until_full = f64::from(nearest.rate.burst - nearest.left) / f64::from(nearest.rate.per_second);
    let reset = nearest.wait.map_or_else(|| until_full.ceil().to_string(), |wait| seconds(wait).to_string());
    let told = format!("\"{}\";r={};t={reset}", nearest.limit, nearest.left);
    for (name, text) in [(POLICY, policies.join(", ")), (STANDING, told)] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(name, value);
        }
    }
}

/// A burst, and the time in which as much comes back.
fn policy(Standing { limit, rate, .. }: &Standing) -> String {
    format!("\"{limit}\";q={};w={}", rate.burst, rate.burst.div_ceil(rate.per_second))
}
