//! Tokens of an external OpenID provider (Keycloak): discovery, key set with rotation, and strict verification.

use crate::config::ExternalIssuer;
use crate::error::AccessError;
use crate::subject::Subject;
use casewright_journal::TenantId;
use casewright_service::Problem;
use jsonwebtoken::jwk::{JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::RwLock;

const TIMEOUT: Duration = Duration::from_secs(5);
/// Keys are read again after this long.
const REFRESH: Duration = Duration::from_secs(15 * 60);
/// An unknown key id makes us look, but not more often than this: anybody can invent key ids.
const UNKNOWN_KEY_PAUSE: Duration = Duration::from_secs(10);
/// Clocks may differ by this many seconds.
const LEEWAY: u64 = 30;

/// One provider.
pub(crate) struct External {
    config: ExternalIssuer,
    client: reqwest::Client,
    keys: RwLock<KeySet>,
}

#[derive(Default)]
struct KeySet {
    by_id: Arc<HashMap<String, (Algorithm, DecodingKey)>>,
    read_at: Option<Instant>,
    tried_at: Option<Instant>,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

impl External {
    pub(crate) fn new(config: ExternalIssuer) -> Result<Self, AccessError> {
        let wrong = || AccessError::Url { key: "access.oidc.issuer", value: config.issuer.clone() };
        url::Url::parse(&config.issuer).map_err(|_| wrong())?;
        let client = crate::internal::http_client(TIMEOUT).map_err(|_| wrong())?;
        Ok(Self { config, client, keys: RwLock::default() })
    }

    /// Whether the token says it is of this provider.
    pub(crate) fn is_issuer(&self, issuer: &str) -> bool {
        self.config.issuer == issuer
    }

    /// Verifies a token and says who it is of.
    ///
    /// # Errors
    /// 401 when it is not valid; 503 when the provider's keys cannot be read.
    pub(crate) async fn verify(&self, kid: Option<&str>, token: &str) -> Result<Subject, Problem> {
        let invalid = || Problem::unauthorized("The token is not valid.");
        let (algorithm, key) = self.key(kid.ok_or_else(invalid)?).await?;
        let mut validation = Validation::new(algorithm);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_issuer(&[&self.config.issuer]);
        validation.set_audience(&[&self.config.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let claims = jsonwebtoken::decode::<Value>(token, &key, &validation)
            .map_err(|error| {
                tracing::debug!(reason = %error, "a token of the external issuer was refused");
                invalid()
            })?
            .claims;
        // Keycloak marks what it issued: an ID token or a refresh token opens nothing.
        if claims.get("typ").is_some_and(|typ| typ != "Bearer") {
            return Err(invalid());
        }
        self.subject(&claims).ok_or_else(invalid)
    }

    fn subject(&self, claims: &Value) -> Option<Subject> {
        let text = |claim: &str| at(claims, claim).and_then(Value::as_str).unwrap_or_default();
        let id = text(&self.config.subject_claim);
        // Only we say whose call a room passes on: a provider that lets somebody say so is not believed at all.
        if id.is_empty() || claims.get("on_behalf_of").is_some() {
            return None;
        }
        let tenant = match self.config.tenant_claim.as_str() {
            "" => TenantId::default(),
            claim => TenantId::new(Some(text(claim)).filter(|tenant| !tenant.is_empty())?),
        };
        let roles = texts(claims, &self.config.roles_claim);
        // A service account is a machine client: it goes by its role, as the built-in clients do.
        let machine = roles.iter().find(|role| role.starts_with(crate::subject::role::SYSTEM_PREFIX));
        let is_service_account = id.starts_with("service-account-");
        let id = match machine {
            Some(role) if is_service_account => role.clone(),
            _ => id.to_owned(),
        };
        if !is_service_account && id.starts_with(crate::subject::role::SYSTEM_PREFIX) {
            return None;
        }
        let name = Some(text("name")).filter(|name| !name.is_empty()).unwrap_or(&id).to_owned();
        Some(Subject {
            tenant,
            name,
            email: text("email").to_owned(),
            roles,
            groups: texts(claims, &self.config.groups_claim)
                .into_iter()
                .map(|group| group.trim_start_matches('/').to_owned())
                .collect(),
            id,
            on_behalf_of: None,
        })
    }

    async fn key(&self, kid: &str) -> Result<(Algorithm, DecodingKey), Problem> {
        let now = Instant::now();
        let is_fresh = {
            let keys = self.keys.read().await;
            let is_fresh = keys.read_at.is_some_and(|at| now.duration_since(at) < REFRESH);
            if let Some(key) = keys.by_id.get(kid)
                && is_fresh
            {
                return Ok(key.clone());
            }
            is_fresh
        };
        let mut keys = self.keys.write().await;
        let tried_lately = keys.tried_at.is_some_and(|at| now.saturating_duration_since(at) < UNKNOWN_KEY_PAUSE);
        let read_meanwhile = keys.read_at.is_some_and(|at| at > now);
        if !tried_lately && !read_meanwhile {
            keys.tried_at = Some(now);
            match self.fetch().await {
                Ok(by_id) => {
                    keys.by_id = Arc::new(by_id);
                    keys.read_at = Some(now);
                }
                Err(error) => {
                    tracing::warn!(error = %error.without_url(), "the keys of the external issuer cannot be read");
                }
            }
        }
        // Known keys go on working while the provider does not answer.
        if let Some(key) = keys.by_id.get(kid) {
            return Ok(key.clone());
        }
        if keys.read_at.is_none() && !is_fresh {
            return Err(Problem::unavailable("The identity provider does not answer."));
        }
        Err(Problem::unauthorized("The token is not valid."))
    }

    async fn fetch(&self) -> Result<HashMap<String, (Algorithm, DecodingKey)>, reqwest::Error> {
        let base = self.config.issuer.trim_end_matches('/');
        let discovery: Discovery = self
            .client
            .get(format!("{base}/.well-known/openid-configuration"))
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        if discovery.issuer != self.config.issuer {
            tracing::error!("the discovery document names another issuer; its keys are not used");
            return Ok(HashMap::new());
        }
        let set: JwkSet = self.client.get(&discovery.jwks_uri).send().await?.error_for_status()?.json().await?;
        Ok(usable(&set))
    }
}

/// Signature keys of the two algorithms we accept. Everything else (an encryption key, HMAC) is left out, so that no
/// header can choose it.
fn usable(set: &JwkSet) -> HashMap<String, (Algorithm, DecodingKey)> {
    use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, KeyAlgorithm};
    let mut keys = HashMap::new();
    for jwk in &set.keys {
        let Some(kid) = &jwk.common.key_id else {
            continue;
        };
        if jwk.common.public_key_use.as_ref().is_some_and(|used| *used != PublicKeyUse::Signature) {
            continue;
        }
        let algorithm = match (&jwk.algorithm, jwk.common.key_algorithm) {
            (AlgorithmParameters::RSA(_), None | Some(KeyAlgorithm::RS256)) => Algorithm::RS256,
            (AlgorithmParameters::EllipticCurve(ec), None | Some(KeyAlgorithm::ES256))
                if ec.curve == EllipticCurve::P256 =>
            {
                Algorithm::ES256
            }
            _ => continue,
        };
        if let Ok(key) = DecodingKey::from_jwk(jwk) {
            keys.insert(kid.clone(), (algorithm, key));
        }
    }
    keys
}

/// A claim by dotted path; a claim whose own name has dots is found first.
fn at<'a>(claims: &'a Value, path: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(path) {
        return Some(value);
    }
    path.split('.').try_fold(claims, |value, name| value.get(name))
}

fn texts(claims: &Value, path: &str) -> Vec<String> {
    let items = at(claims, path).and_then(Value::as_array);
    items.into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_provider_does_not_say_on_whose_behalf() {
        let config = ExternalIssuer { issuer: "http://issuer.test".to_owned(), ..ExternalIssuer::default() };
        let external = External::new(config).unwrap();
        let mut claims = json!({"preferred_username": "anna", "realm_access": {"roles": ["case-worker"]}});
        assert_eq!(external.subject(&claims).unwrap().actor().id, "anna");
        claims["on_behalf_of"] = json!({"id": "root", "name": "Rita Admin"});
        assert_eq!(external.subject(&claims), None);
    }
}
