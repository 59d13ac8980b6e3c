//! Guesses at passwords and codes, each counted before it is checked; and HTTP Basic, where a password comes with every call.

use crate::access::{Access, subject_of};
use crate::accounts::{User, Verified};
use crate::attempts::{Account, Attempt, Network};
use crate::authentication::Authentication;
use crate::error::store_problem;
use crate::refusal::{passwords_off, unreadable, wrong_password};
use crate::subject::Subject;
use casewright_journal::TenantId;
use casewright_service::Problem;
use std::net::IpAddr;
use std::time::Instant;

impl Access {
    pub(crate) async fn authenticate_basic(
        &self,
        credentials: &str,
        address: Option<IpAddr>,
    ) -> Result<Subject, Problem> {
        if !self.inner.config.built_in_passwords {
            return Err(passwords_off());
        }
        let (name, password) = crate::basic::decode(credentials).ok_or_else(unreadable)?;
        let (tenant, user) = crate::basic::whose(&name);
        let attempt =
            Attempt { account: Account::user(&tenant, user), network: address.map(Network::from), device: None };
        let version =
            self.inner.accounts.credential_version(&tenant, user).await.map_err(|error| store_problem(&error))?;
        // Before what is remembered is asked, and nothing is waited for from here to the place that is taken: else who is
        // refused, or many at once, could go on guessing at that.
        self.inner.attempts.check(&attempt, Instant::now())?;
        let key = self.inner.basic.key(&attempt, &password, version);
        if !self.inner.basic.is_known(&key, Instant::now()) {
            let find = async {
                let verified = self.try_password(attempt, &tenant, user, &password, address, "basic").await?;
                Ok(verified.is_some())
            };
            // A boxed future: it holds a whole look-up, and most calls never come here.
            if !Box::pin(self.inner.flights.share(key, find)).await? {
                return Err(wrong_password());
            }
            self.inner.basic.remember(key, Instant::now());
        }
        let admitted = self.inner.accounts.admitted(&tenant, user).await.map_err(|error| store_problem(&error))?;
        let admitted = admitted.ok_or_else(wrong_password)?;
        admitted.demands.by_password_alone()?;
        self.tell_basic(&tenant, &admitted.user, address);
        Ok(Subject { authentication: Some(Authentication::by_password()), ..subject_of(&tenant, &admitted.user) })
    }

    /// Whose calls with HTTP Basic are taken, for those who read logs: they come with every call, so each is told once an hour.
    fn tell_basic(&self, tenant: &TenantId, user: &User, address: Option<IpAddr>) {
        let key = (tenant.clone(), user.id.clone(), address.map(Network::from));
        if self.inner.told.is_due(key, Instant::now()) {
            let address = address.map(|address| address.to_string()).unwrap_or_default();
            tracing::info!(tenant = tenant.as_str(), user = user.id, address, way = "basic", "signed in");
        }
    }

    /// One guess at the password of a built-in user: counted before it is checked, logged when it is wrong. None: it is.
    ///
    /// # Errors
    /// 429 after too many wrong ones, or when too many are being checked; 503 when it cannot be found out.
    pub(crate) async fn try_password(
        &self,
        attempt: Attempt,
        tenant: &TenantId,
        user: &str,
        password: &str,
        address: Option<IpAddr>,
        way: &'static str,
    ) -> Result<Option<Verified>, Problem> {
        let place = self.inner.attempts.begin(attempt, Instant::now())?;
        match self.inner.accounts.verify_password(tenant, user, password).await {
            Ok(Some(verified)) => {
                place.right();
                Ok(Some(verified))
            }
            Ok(None) => {
                place.wrong(Instant::now());
                self.tell_failure(tenant, user, address, way).await;
                Ok(None)
            }
            Err(problem) => {
                place.unknown();
                Err(problem)
            }
        }
    }

    /// Whether a user could sign in with this and nothing beside it. A guess at a password like any other: it is counted.
    ///
    /// # Errors
    /// 429 after too many wrong ones, or when too many are being checked; 503 when it cannot be found out.
    pub async fn is_password(&self, tenant: &TenantId, user: &str, password: &str) -> Result<bool, Problem> {
        if !self.inner.config.built_in_passwords {
            return Ok(false);
        }
        let attempt = Attempt { account: Account::user(tenant, user), network: None, device: None };
        let verified = self.try_password(attempt, tenant, user, password, None, "asked").await?;
        Ok(verified.is_some_and(|verified| verified.demands.by_password_alone().is_ok()))
    }

    /// One guess at the code of a user who has given the right password: counted before it is checked, logged when it is wrong.
    ///
    /// # Errors
    /// As [`Access::try_password`].
    pub(crate) async fn try_code(
        &self,
        tenant: &TenantId,
        user: &str,
        device: Option<&str>,
        code: &str,
        address: Option<IpAddr>,
    ) -> Result<bool, Problem> {
        let place = self.inner.attempts.begin(Attempt::at_factor(tenant, user, device), Instant::now())?;
        match self.inner.accounts.use_code(tenant, user, code).await {
            Ok(true) => {
                place.right();
                Ok(true)
            }
            Ok(false) => {
                place.wrong(Instant::now());
                self.tell_failure(tenant, user, address, "code").await;
                Ok(false)
            }
            Err(problem) => {
                place.unknown();
                Err(problem)
            }
        }
    }

    /// Who failed to sign in, for those who read logs. A name that nobody has may be a password in the wrong field: of
    /// those only a digest is told, the same for the same name.
    async fn tell_failure(&self, tenant: &TenantId, user: &str, address: Option<IpAddr>, way: &'static str) {
        let known = self.inner.accounts.user(tenant, user).await.ok().flatten();
        let digest = self.inner.vault.digest("name in a log", user);
        let name = known.as_ref().map_or_else(|| format!("unknown-{:.8}", digest), |user| user.id.clone());
        let address = address.map(|address| address.to_string()).unwrap_or_default();
        tracing::warn!(tenant = tenant.as_str(), user = name, address, way, "a sign-in failed");
    }
}
