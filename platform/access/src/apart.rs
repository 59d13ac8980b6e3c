//! What a built-in account means for a person of the external issuer who has its id. That is asked with every call, so the
//! answer is remembered as long as no account changes.

use crate::accounts::Accounts;
use crate::config::AccessConfig;
use crate::error::store_problem;
use crate::refusal::over as sign_in_over;
use crate::sessions::over::Over;
use crate::subject::Subject;
use axum::http::StatusCode;
use casewright_journal::{StoreError, TenantId};
use casewright_service::Problem;
use lru::LruCache;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

/// Who has not called for longest is looked up again.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(10_000).expect("10,000 is not zero");

/// What stands beside a person of the external issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beside {
    /// No account, or one that nobody signs in with.
    Nothing,
    /// An account that is closed, to them as well.
    Disabled,
    /// An account that may be somebody else's.
    Another,
}

/// Tells people of the external issuer and built-in accounts apart.
pub(crate) struct Apart {
    accounts: Accounts,
    over: Arc<Over>,
    /// Nobody but the external issuer lets people in, or an account and a person of one id are one.
    are_one: bool,
    /// Answers, each with the state of all accounts that it is of.
    known: Mutex<LruCache<(TenantId, String), (u64, Beside)>>,
}

impl Apart {
    pub(crate) fn new(accounts: Accounts, over: Arc<Over>, config: &AccessConfig) -> Self {
        let are_linked = config.oidc.as_ref().is_some_and(|external| external.link_accounts);
        let are_one = are_linked || !config.built_in_passwords;
        Self { accounts, over, are_one, known: Mutex::new(LruCache::new(REMEMBERED)) }
    }

    /// Refuses a person of the external issuer whose id is that of a built-in account: with a password of its own, which is
    /// somebody else as long as nobody says otherwise, or disabled.
    ///
    /// # Errors
    /// 401, `two-accounts` where both exist; 503 when the journal does not answer.
    pub(crate) async fn check(&self, subject: &Subject) -> Result<(), Problem> {
        if subject.is_system() {
            return Ok(());
        }
        match self.beside(&subject.tenant, &subject.id).await.map_err(|error| store_problem(&error))? {
            Beside::Nothing => Ok(()),
            Beside::Disabled => Err(sign_in_over()),
            Beside::Another => {
                tracing::warn!(
                    subject = subject.id,
                    "a token of the external issuer names a built-in account and is refused; access.oidc.link_accounts makes them one person"
                );
                Err(two_accounts())
            }
        }
    }

    async fn beside(&self, tenant: &TenantId, id: &str) -> Result<Beside, StoreError> {
        // Before it is looked up: what changes meanwhile makes the answer one of before.
        let generation = self.over.is_complete().then(|| self.over.generation());
        let key = (tenant.clone(), id.to_owned());
        if let Some(generation) = generation
            && let Some((of, known)) = self.lock().get(&key)
            && *of == generation
        {
            return Ok(*known);
        }
        let found = self.look(tenant, id).await?;
        if let Some(generation) = generation {
            self.lock().put(key, (generation, found));
        }
        Ok(found)
    }

    async fn look(&self, tenant: &TenantId, id: &str) -> Result<Beside, StoreError> {
        let Some(user) = self.accounts.user(tenant, id).await? else {
            return Ok(Beside::Nothing);
        };
        if !user.enabled {
            return Ok(Beside::Disabled);
        }
        let is_another = !self.are_one && self.accounts.has_password(tenant, id).await?;
        Ok(if is_another { Beside::Another } else { Beside::Nothing })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LruCache<(TenantId, String), (u64, Beside)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn two_accounts() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "two-accounts",
        "You are signed in at the identity provider, and there is a built-in account of the same name, which may be somebody else's. Both exist until an administrator removes one or says that they are one person (access.oidc.link_accounts).",
    )
    .challenge("Bearer realm=\"casewright\"")
}
