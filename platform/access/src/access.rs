//! `Access`: what a service holds to know who asks and whether they may.

use crate::accounts::{Accounts, User};
use crate::apart::Apart;
use crate::attempts::{Attempts, Network};
use crate::basic::BasicCache;
use crate::config::AccessConfig;
use crate::error::{AccessError, store_problem};
use crate::explain::{AccessReason, is_watched, note};
use crate::flight::Flights;
use crate::policy::{AccessRequest, Policies};
use crate::refusal::{expired_token, invalid_token, over, passwords_off, unreadable};
use crate::sessions::over::Over;
use crate::sessions::{Lifetime, Sessions};
use crate::subject::{Resource, Subject};
use crate::token as tokens;
use crate::token::claims::{ACCESS_TYPE, AUDIENCE, AccessClaims};
use crate::token::external::External;
use crate::token::keys::Keys;
use crate::token::verified::Verified;
use crate::vault::Vault;
use axum::http::{HeaderMap, header};
use casewright_contracts::actor::{OnBehalfOf, is_machine};
use casewright_journal::{Filter, Journal, TenantId};
use casewright_service::seldom::{HOUR, MINUTE, Seldom};
use casewright_service::{Problem, Shutdown};
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, Validation};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Longest `Authorization` header that is looked at.
const MAX_HEADER: usize = 16 * 1024;
/// How often keys are looked after.
const KEY_UPKEEP: Duration = Duration::from_secs(60);
/// Life of a token one room shows another, in seconds.
pub(crate) const SERVICE_TOKEN_SECONDS: i64 = 300;
/// Clocks of nodes may differ by this many seconds.
const LEEWAY: u64 = 10;
/// Seconds from the end of a sign-in until no token of it is being signed any more.
const SIGNING: i64 = 60;

/// Authenticates and authorises. Cheap to clone.
#[derive(Clone)]
pub struct Access {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) journal: Journal,
    pub(crate) config: AccessConfig,
    pub(crate) vault: Arc<Vault>,
    pub(crate) accounts: Accounts,
    pub(crate) sessions: Sessions,
    pub(crate) keys: Keys,
    pub(crate) attempts: Attempts,
    external: Option<Provider>,
    policies: Policies,
    pub(crate) basic: BasicCache,
    pub(crate) flights: Flights,
    /// Of whom, from where it was told lately that they use HTTP Basic.
    pub(crate) told: Seldom<(TenantId, String, Option<Network>)>,
    /// From where it was told lately that a token is not one.
    forged: Seldom<Option<Network>>,
    verified: Verified,
}

/// The external issuer, and who of its people may be whom.
struct Provider {
    provider: External,
    apart: Apart,
}

impl Access {
    /// Opens access over a journal that was opened with [`crate::projectors`]. Makes the key file and the first signing
    /// key when they are not there.
    ///
    /// # Errors
    /// See [`AccessError`]: a key file that does not fit, a policy that is not one, a journal that does not answer.
    pub async fn open(journal: Journal, config: AccessConfig) -> Result<Self, AccessError> {
        if !config.built_in_passwords && config.oidc.is_none() {
            return Err(AccessError::NobodySignsIn);
        }
        if !config.names_roles_for_second_factor() {
            return Err(AccessError::NoRolesForSecondFactor);
        }
        let vault = Arc::new(Vault::open(&config.key_file)?);
        let keys = Keys::open(journal.clone(), vault.clone(), config.key_rotation_days).await?;
        let provider = config.oidc.clone().map(External::new).transpose()?;
        let policies = match &config.opa {
            Some(url) => Policies::remote(url)?,
            None => Policies::embedded(config.policies.as_deref())?,
        };
        let memory = i64::from(config.access_token_seconds) + SIGNING + i64::try_from(LEEWAY).unwrap_or(SIGNING);
        let endings = Arc::new(Over::new(SignedDuration::from_secs(memory)));
        let accounts = Accounts::new(journal.clone(), vault.clone(), Arc::clone(&endings), &config);
        let external = provider
            .map(|provider| Provider { provider, apart: Apart::new(accounts.clone(), Arc::clone(&endings), &config) });
        Ok(Self {
            inner: Arc::new(Inner {
                sessions: Sessions::new(journal.clone(), accounts.clone(), endings, Lifetime::from(&config)),
                accounts,
                journal,
                config,
                vault,
                keys,
                attempts: Attempts::default(),
                external,
                policies,
                basic: BasicCache::default(),
                flights: Flights::default(),
                told: Seldom::every(HOUR),
                forged: Seldom::every(MINUTE),
                verified: Verified::default(),
            }),
        })
    }

    /// Looks after the signing keys, learns which sign-ins end elsewhere, and forgets those that are long over, until a stop is
    /// requested. Every process that takes tokens runs it.
    pub async fn run(&self, shutdown: Shutdown) {
        let sessions = &self.inner.sessions;
        tokio::join!(self.keep_keys(&shutdown), sessions.follow(&shutdown), sessions.forget(&shutdown));
    }

    async fn keep_keys(&self, shutdown: &Shutdown) {
        while shutdown.unless_requested(tokio::time::sleep(KEY_UPKEEP)).await.is_some() {
            if let Err(error) = self.inner.keys.rotate().await {
                tracing::error!(error = %error, "the signing keys could not be looked after");
            }
        }
    }

    /// Users and groups of the built-in issuer.
    #[must_use]
    pub fn accounts(&self) -> &Accounts {
        &self.inner.accounts
    }

    #[must_use]
    pub fn config(&self) -> &AccessConfig {
        &self.inner.config
    }

    /// Who sent these headers: `Authorization: Bearer` (our issuer's or the external one's access token) or `Basic`
    /// (a built-in user). `address` is where they came from ([`crate::extract::address_of`]): wrong passwords are counted by it.
    ///
    /// # Errors
    /// 401 when nobody valid did; 429 after too many wrong passwords; 503 when it cannot be found out.
    pub async fn authenticate(&self, headers: &HeaderMap, address: Option<IpAddr>) -> Result<Subject, Problem> {
        let value = headers
            .get(header::AUTHORIZATION)
            .ok_or_else(|| Problem::unauthorized("This needs a signed-in caller."))?;
        let text = value.to_str().ok().filter(|text| text.len() <= MAX_HEADER).ok_or_else(unreadable)?;
        let (scheme, credentials) = text.split_once(' ').ok_or_else(unreadable)?;
        let credentials = credentials.trim();
        if scheme.eq_ignore_ascii_case("bearer") {
            self.verify_token_from(credentials, address).await.map(|(subject, _)| subject)
        } else if scheme.eq_ignore_ascii_case("basic") {
            self.authenticate_basic(credentials, address).await
        } else {
            Err(unreadable())
        }
    }

    /// Who an access token is of. For callers that have the token but no header, as a websocket has.
    ///
    /// # Errors
    /// As [`Access::authenticate`].
    pub async fn authenticate_token(&self, token: &str) -> Result<Subject, Problem> {
        self.verify_token(token).await.map(|(subject, _)| subject)
    }

    /// [`Access::authenticate_token`] with the time the token expires, in seconds since 1970; none when an external
    /// issuer's token does not end the connection by itself.
    ///
    /// # Errors
    /// As [`Access::authenticate`].
    pub async fn verify_token(&self, token: &str) -> Result<(Subject, Option<i64>), Problem> {
        self.verify_token_from(token, None).await
    }

    async fn verify_token_from(&self, token: &str, address: Option<IpAddr>) -> Result<(Subject, Option<i64>), Problem> {
        let verified = self.verify_unlogged(token).await;
        // What has ended is refused every day; what was never good is somebody's attempt.
        let is_attempt = verified.as_ref().is_err_and(|problem| *problem == invalid_token());
        if is_attempt && self.inner.forged.is_due(address.map(Network::from), Instant::now()) {
            let address = address.map(|address| address.to_string()).unwrap_or_default();
            tracing::warn!(address, "a token that is none of ours or our provider's was refused");
        }
        verified
    }

    async fn verify_unlogged(&self, token: &str) -> Result<(Subject, Option<i64>), Problem> {
        if token.len() > MAX_HEADER {
            return Err(invalid_token());
        }
        if tokens::local::is_one(token) {
            let verified = tokens::local::verify(&self.inner.vault, token, self.now_seconds());
            return verified.map(|(subject, expires)| (subject, Some(expires))).ok_or_else(invalid_token);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| invalid_token())?;
        // Only to choose whose keys verify it; nothing of it is trusted before.
        let unverified: Unverified =
            jsonwebtoken::dangerous::insecure_decode_claims(token).map_err(|_| invalid_token())?;
        if let Some(external) = &self.inner.external
            && external.provider.is_issuer(&unverified.iss)
        {
            let subject = external.provider.verify(header.kid.as_deref(), token).await?;
            external.apart.check(&subject).await?;
            return Ok((subject, unverified.exp));
        }
        if header.typ.as_deref() != Some(ACCESS_TYPE) {
            return Err(invalid_token());
        }
        let kid = header.kid.ok_or_else(invalid_token)?;
        let claims = self.verify_own(&kid, token)?;
        let (expires, sign_in) = (claims.exp, claims.sign_in().map_err(|_| over())?);
        if let Some(sign_in) = &sign_in {
            if !self.inner.config.built_in_passwords {
                return Err(passwords_off());
            }
            let is_over = self.inner.sessions.is_over(&claims.tenant, &claims.sub, sign_in).await;
            if is_over.map_err(|error| store_problem(&error))? {
                return Err(over());
            }
        }
        Ok((AccessClaims::clone(&claims).into_subject(sign_in), Some(expires)))
    }

    /// Whether the sign-in of somebody who was let in has ended since: they signed out, the password changed, the account was
    /// disabled. For connections that outlive a request; [`Access::endings`] says when to ask.
    #[must_use]
    pub fn is_over(&self, subject: &Subject) -> bool {
        let over = self.inner.sessions.over();
        subject.sign_in.as_ref().is_some_and(|sign_in| over.holds(&subject.tenant, &subject.id, sign_in))
    }

    /// Changes whenever sign-ins end.
    #[must_use]
    pub fn endings(&self) -> watch::Receiver<u64> {
        self.inner.sessions.over().changes()
    }

    fn verify_own(&self, kid: &str, token: &str) -> Result<Arc<AccessClaims>, Problem> {
        let key = self.inner.keys.decoding(kid).ok_or_else(invalid_token)?;
        let claims = self.inner.verified.claims(token, || {
            let mut validation = Validation::new(Algorithm::ES256);
            // By the journal's clock, below: it is the platform's, and tests set it.
            validation.validate_exp = false;
            validation.set_issuer(&[&self.inner.config.issuer]);
            validation.set_audience(&[AUDIENCE]);
            validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
            let decoded = jsonwebtoken::decode::<AccessClaims>(token, &key, &validation);
            decoded.map(|decoded| decoded.claims).map_err(|_| invalid_token())
        })?;
        let now = self.now_seconds();
        if now > claims.exp.saturating_add_unsigned(LEEWAY) {
            return Err(expired_token());
        }
        // Rooms pass calls on; a person does not act as another one.
        if claims.on_behalf_of.is_some() && !is_machine(&claims.sub) {
            return Err(invalid_token());
        }
        Ok(claims)
    }

    /// Whether the subject may do this; `action` may carry the kind (`case:read`) or not (`read`).
    ///
    /// # Errors
    /// 403 `forbidden`.
    pub async fn authorize(&self, subject: &Subject, action: &str, resource: &Resource) -> Result<(), Problem> {
        if self.allows(subject, action, resource).await {
            return Ok(());
        }
        if !is_watched() {
            tracing::info!(subject = subject.id, action, kind = resource.kind, id = resource.id, "forbidden");
        }
        Err(Problem::forbidden(format!("You may not do this: {action} on {}.", resource.kind)))
    }

    /// [`Access::authorize`] for those who choose what to show or send: a no is the expected answer here, not somebody's
    /// attempt, and is not logged as one.
    pub async fn allows(&self, subject: &Subject, action: &str, resource: &Resource) -> bool {
        let request = AccessRequest { subject, action, resource };
        let is_allowed = self.inner.policies.allows(request).await;
        note(&request, is_allowed);
        is_allowed
    }

    /// Why policy decides so; none: it gives no reasons. `is_operation`: of `/engine-rest`.
    pub(crate) async fn reasons(&self, request: AccessRequest<'_>, is_operation: bool) -> Option<Vec<AccessReason>> {
        self.inner.policies.reasons(request, is_operation).await
    }

    /// Whether an Open Policy Agent decides, and not this process.
    pub(crate) fn asks_an_agent(&self) -> bool {
        self.inner.policies.are_remote()
    }

    /// Whether the subject may do an operation of `/engine-rest`, by its action (`deployment:create`). What policies say of
    /// `read` and `write` they say of each operation, as `attributes.method` of the resource reads or writes.
    pub async fn allows_operation(&self, subject: &Subject, action: &str, resource: &Resource) -> bool {
        let request = AccessRequest { subject, action, resource };
        let is_allowed = self.inner.policies.allows_operation(request).await;
        note(&request, is_allowed);
        is_allowed
    }

    /// What a list of `kind` may show the subject, to become part of the query.
    ///
    /// # Errors
    /// 403 `forbidden` when it may show nothing.
    pub async fn list_filter(&self, subject: &Subject, action: &str, kind: &str) -> Result<Filter, Problem> {
        let filter = self.filter(subject, action, kind).await;
        filter.ok_or_else(|| Problem::forbidden(format!("You may not list {kind}.")))
    }

    /// What policy lets the subject see of a kind; none: nothing.
    pub(crate) async fn filter(&self, subject: &Subject, action: &str, kind: &str) -> Option<Filter> {
        let resource = Resource::kind(kind);
        self.inner.policies.filter(AccessRequest { subject, action, resource: &resource }).await
    }

    /// What the portal may offer the subject: `kind:action`, where `*` is every kind or action. Sorted.
    pub async fn permissions(&self, subject: &Subject) -> Vec<String> {
        let resource = Resource::kind("");
        let request = AccessRequest { subject, action: "", resource: &resource };
        self.inner.policies.permissions(request).await
    }

    /// A short-lived token of a machine client of ours, for calls between rooms, in tenant `default`.
    #[must_use]
    pub fn service_token(&self, client: &str) -> String {
        self.service_token_of(&TenantId::default(), client)
    }

    /// [`Access::service_token`] for another tenant. `client` is `system:<role>`; it lives 5 minutes.
    #[must_use]
    pub fn service_token_of(&self, tenant: &TenantId, client: &str) -> String {
        self.service_token_for(tenant, client, None)
    }

    /// [`Access::service_token_of`] to do what somebody else called for: what is written down names them.
    #[must_use]
    pub fn service_token_for(&self, tenant: &TenantId, client: &str, caller: Option<&OnBehalfOf>) -> String {
        debug_assert!(is_machine(client));
        let subject = Subject { on_behalf_of: caller.cloned(), ..Subject::system(tenant, client) };
        self.sign_access(&subject, client, "", SERVICE_TOKEN_SECONDS)
    }

    /// A keyed digest of a text for one purpose, the same on every node: what signs our own URLs. base64url.
    #[must_use]
    pub fn signature(&self, purpose: &str, text: &str) -> String {
        self.inner.vault.digest(purpose, text)
    }

    /// Whether [`Access::signature`] of this text is this one; takes the same time wherever they differ.
    #[must_use]
    pub fn is_signature(&self, purpose: &str, text: &str, signature: &str) -> bool {
        crate::vault::is_same(&self.signature(purpose, text), signature)
    }

    /// Signs an access token for a subject; it is good while their sign-in lasts.
    pub(crate) fn sign_access(&self, subject: &Subject, client: &str, scope: &str, seconds: i64) -> String {
        let now = self.now_seconds();
        let (sign_in, authentication) = (subject.sign_in.as_ref(), subject.authentication.as_ref());
        let claims = AccessClaims {
            iss: self.inner.config.issuer.clone(),
            sub: subject.id.clone(),
            aud: AUDIENCE.to_owned(),
            exp: now + seconds,
            iat: now,
            jti: uuid::Uuid::new_v4().simple().to_string(),
            client_id: client.to_owned(),
            sid: sign_in.map(|sign_in| sign_in.session.clone()),
            gid: sign_in.map(|sign_in| sign_in.grant.clone()),
            ver: sign_in.map(|sign_in| sign_in.version),
            scope: scope.to_owned(),
            tenant: subject.tenant.clone(),
            name: subject.name.clone(),
            email: subject.email.clone(),
            roles: subject.roles.clone(),
            groups: subject.groups.clone(),
            on_behalf_of: subject.on_behalf_of.clone(),
            topics: subject.topics.clone(),
            acr: authentication.and_then(|authentication| authentication.acr.clone()),
            amr: authentication.map(|authentication| authentication.amr.clone()).unwrap_or_default(),
            auth_time: authentication.and_then(|authentication| authentication.auth_time),
        };
        self.inner.keys.sign(ACCESS_TYPE, &claims)
    }

    pub(crate) fn now_seconds(&self) -> i64 {
        self.inner.journal.clock().now().as_second()
    }
}

#[derive(serde::Deserialize)]
struct Unverified {
    iss: String,
    exp: Option<i64>,
}

pub(crate) fn subject_of(tenant: &TenantId, user: &User) -> Subject {
    Subject {
        name: user.name.clone(),
        email: user.email.clone(),
        roles: user.roles.clone(),
        groups: user.groups.clone(),
        ..Subject::person(tenant, &user.id)
    }
}
