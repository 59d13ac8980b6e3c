//! Tokens of an external OpenID provider (Keycloak): discovery, key set with rotation, and strict verification.

use super::strength;
use crate::config::ExternalIssuer;
use crate::error::AccessError;
use crate::openid::{self, CallError};
use crate::refusal::{expired_token, invalid_token};
use crate::subject::Subject;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use casewright_contracts::actor::is_machine;
use casewright_journal::{Causes, TenantId};
use casewright_service::Problem;
use chrono::{TimeDelta, Utc};
use openidconnect::core::{
    CoreGenderClaim, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{
    AdditionalClaims, ClaimsVerificationError, ClientId, DiscoveryError, IdToken, IssuerUrl, JsonWebKey as _,
    JsonWebTokenType, Nonce,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::RwLock;

const TIMEOUT: Duration = Duration::from_secs(5);
/// Keys are read again after this long.
const REFRESH: Duration = Duration::from_secs(15 * 60);
/// An unknown key id makes us look, but not more often than this: anybody can invent key ids.
const UNKNOWN_KEY_PAUSE: Duration = Duration::from_secs(10);
/// Clocks may differ by this much.
const LEEWAY: TimeDelta = TimeDelta::seconds(30);
/// What is accepted: no header can choose another, such as one with a shared secret.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 2] =
    [CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, CoreJwsSigningAlgorithm::EcdsaP256Sha256];
/// `typ` of a token's header: a JSON web token, or one that says it is an access token (RFC 9068, section 2.1).
const TYPES: [&str; 2] = ["JWT", "at+jwt"];

/// One provider.
pub(crate) struct External {
    config: ExternalIssuer,
    issuer: IssuerUrl,
    client: reqwest::Client,
    keys: RwLock<KeySet>,
}

#[derive(Default)]
struct KeySet {
    /// None: they could not be read yet.
    known: Option<Arc<Keys>>,
    tried_at: Option<Instant>,
}

/// The provider's keys, and what tokens are checked with by them.
struct Keys {
    set: CoreJsonWebKeySet,
    verifier: CoreIdTokenVerifier<'static>,
    read_at: Instant,
}

/// Claims of an access token beside those of an ID token (OpenID Connect Core, section 2).
#[derive(Debug, Deserialize, Serialize)]
struct Further {
    /// Not valid before this time, in seconds since 1970 (RFC 7519, section 4.1.5).
    #[serde(default)]
    nbf: Option<i64>,
}

impl AdditionalClaims for Further {}

type AccessToken = IdToken<Further, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

impl External {
    pub(crate) fn new(config: ExternalIssuer) -> Result<Self, AccessError> {
        let wrong = || AccessError::Url { key: "access.oidc.issuer", value: config.issuer.clone() };
        let issuer = IssuerUrl::new(config.issuer.clone()).map_err(|_| wrong())?;
        let client = casewright_client::http_client(TIMEOUT).map_err(|_| wrong())?;
        Ok(Self { config, issuer, client, keys: RwLock::default() })
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
        let keys = self.keys_with(kid.ok_or_else(invalid_token)?).await?;
        let claims = keys.claims(token).map_err(|refused| match refused {
            Refused::Expired => expired_token(),
            Refused::Invalid(reason) => {
                tracing::debug!(reason, "a token of the external issuer was refused");
                invalid_token()
            }
        })?;
        // Keycloak marks what it issued: an ID token or a refresh token opens nothing.
        if claims.get("typ").is_some_and(|typ| typ != "Bearer") {
            return Err(invalid_token());
        }
        let subject = self.subject(&claims).ok_or_else(invalid_token)?;
        if let Some(authentication) = &subject.authentication {
            strength::check(&self.config, authentication, Utc::now().timestamp())?;
        }
        Ok(subject)
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
        let machine = roles.iter().find(|role| is_machine(role));
        let is_service_account = id.starts_with("service-account-");
        let id = match machine {
            Some(role) if is_service_account => role.clone(),
            _ => id.to_owned(),
        };
        if !is_service_account && is_machine(&id) {
            return None;
        }
        let name = Some(text("name")).filter(|name| !name.is_empty()).unwrap_or(&id).to_owned();
        let groups = texts(claims, &self.config.groups_claim);
        Some(Subject {
            issuer: (!is_machine(&id)).then(|| self.config.name().to_owned()),
            name,
            email: text("email").to_owned(),
            roles,
            groups: groups.into_iter().map(|group| group.trim_start_matches('/').to_owned()).collect(),
            // Programs prove themselves by their secret.
            authentication: (!is_machine(&id)).then(|| strength::told(claims)),
            ..Subject::person(&tenant, &id)
        })
    }

    /// The provider's keys, among which is this one.
    async fn keys_with(&self, kid: &str) -> Result<Arc<Keys>, Problem> {
        let now = Instant::now();
        let has = |keys: &KeySet| keys.known.as_ref().filter(|known| known.has(kid)).map(Arc::clone);
        if let Some(fresh) = has(&*self.keys.read().await).filter(|known| now.duration_since(known.read_at) < REFRESH) {
            return Ok(fresh);
        }
        let mut keys = self.keys.write().await;
        let tried_lately = keys.tried_at.is_some_and(|at| now.saturating_duration_since(at) < UNKNOWN_KEY_PAUSE);
        let read_meanwhile = keys.known.as_ref().is_some_and(|known| known.read_at > now);
        if !tried_lately && !read_meanwhile {
            keys.tried_at = Some(now);
            match self.discover().await {
                Ok(metadata) => keys.known = Some(Arc::new(self.keys_of(&metadata, now))),
                Err(error) => {
                    let error = Causes(&error);
                    tracing::warn!(error = %error, "the keys of the external issuer cannot be read");
                }
            }
        }
        // Known keys go on working while the provider does not answer.
        if let Some(known) = has(&keys) {
            return Ok(known);
        }
        if keys.known.is_none() {
            return Err(Problem::unavailable("The identity provider does not answer."));
        }
        Err(invalid_token())
    }

    fn keys_of(&self, metadata: &CoreProviderMetadata, read_at: Instant) -> Keys {
        let (audience, set) = (ClientId::new(self.config.audience.clone()), metadata.jwks().clone());
        let types = TYPES.map(|typ| JsonWebTokenType::new(typ.to_owned()).normalize());
        let verifier = CoreIdTokenVerifier::new_public_client(audience, self.issuer.clone(), set.clone())
            .set_allowed_algs(ALGORITHMS)
            .set_allowed_jose_types(types.into_iter().flatten())
            // A token is for several APIs at once, and names them.
            .set_other_audience_verifier_fn(|_| true)
            .set_time_fn(|| Utc::now() - LEEWAY);
        Keys { set, verifier, read_at }
    }

    /// What the provider says of itself, with its keys (OpenID Connect Discovery 1.0, section 4). A document that names another
    /// issuer is refused.
    async fn discover(&self) -> Result<CoreProviderMetadata, DiscoveryError<CallError>> {
        let call = |request| openid::call(self.client.clone(), request);
        CoreProviderMetadata::discover_async(self.issuer.clone(), &call).await
    }
}

impl Keys {
    fn has(&self, kid: &str) -> bool {
        self.set.keys().iter().any(|key| key.key_id().is_some_and(|id| id.as_str() == kid))
    }

    /// All claims of a token whose signature, issuer, audience and times are right.
    fn claims(&self, token: &str) -> Result<Value, Refused> {
        let invalid = |reason: &dyn std::fmt::Display| Refused::Invalid(reason.to_string());
        let parsed: AccessToken = token.parse().map_err(|error: serde_json::Error| invalid(&error))?;
        // A nonce is the business of whom an ID token is for.
        let verified = parsed.claims(&self.verifier, |_: Option<&Nonce>| Ok(())).map_err(|error| match error {
            ClaimsVerificationError::Expired(_) => Refused::Expired,
            error => invalid(&error),
        })?;
        if verified.additional_claims().nbf.is_some_and(|nbf| nbf > (Utc::now() + LEEWAY).timestamp()) {
            return Err(Refused::Invalid("it is not valid yet".to_owned()));
        }
        let payload = token.split('.').nth(1).unwrap_or_default();
        let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|error| invalid(&error))?;
        serde_json::from_slice(&payload).map_err(|error| invalid(&error))
    }
}

/// Why a token opens nothing.
enum Refused {
    /// It did once.
    Expired,
    Invalid(String),
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
        let subject = external.subject(&claims).unwrap();
        assert_eq!((subject.actor().id, subject.actor().issuer), ("anna", Some("issuer.test")));
        claims["on_behalf_of"] = json!({"id": "root", "name": "Rita Admin"});
        assert_eq!(external.subject(&claims), None);
    }
}
