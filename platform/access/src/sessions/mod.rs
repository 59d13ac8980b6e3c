//! Sign-ins of people at the built-in issuer: what is kept of one, who is signed in where, and what is over.
//!
//! A sign-in ends by itself ([`Lifetime`]), by an event of its own, or with all others of its account: a new password, a
//! removed one and "sign out everywhere" raise the version of the account's credential, and a sign-in is of the version it
//! began with. So one event ends them all, and none that is just being made is missed.
//!
//! - [`session`] is the aggregate, [`sign_in`] what an access token says of it.
//! - [`over`] remembers what ended, for as long as tokens of it could live; [`follow`] fills it from the journal.
//! - [`forget`] takes what is long over out of the journal.
//! - [`views`] and [`list`] show people where they are signed in, [`browser`] is how they recognise a place.

pub(crate) mod browser;
mod follow;
mod forget;
mod lifetime;
mod list;
pub(crate) mod over;
mod session;
mod sign_in;
pub(crate) mod views;

pub(crate) use lifetime::Lifetime;
pub use list::SessionEntry;
pub(crate) use session::{Outcome, Session, SessionEvent};
pub use sign_in::SignIn;

use crate::accounts::Accounts;
use crate::error::{problem_of, store_problem};
use casewright_journal::{CommandContext, DecideContext, Decision, Journal, StoreError, TenantId};
use casewright_service::Problem;
use over::{End, Over};
use smol_str::SmolStr;
use std::sync::Arc;

/// The sign-ins of all tenants.
#[derive(Clone)]
pub(crate) struct Sessions {
    journal: Journal,
    accounts: Accounts,
    over: Arc<Over>,
    lifetime: Lifetime,
}

impl Sessions {
    pub(crate) fn new(journal: Journal, accounts: Accounts, over: Arc<Over>, lifetime: Lifetime) -> Self {
        Self { journal, accounts, over, lifetime }
    }

    pub(crate) fn lifetime(&self) -> Lifetime {
        self.lifetime
    }

    pub(crate) fn over(&self) -> &Over {
        &self.over
    }

    /// Runs a decision on a sign-in. What ends by it opens nothing any more when this returns.
    ///
    /// # Errors
    /// 503 when the journal does not answer, 421 when another node looks after this sign-in.
    pub(crate) async fn decide<F>(
        &self,
        tenant: &TenantId,
        session: &str,
        actor: &str,
        decide: F,
    ) -> Result<Outcome, Problem>
    where
        F: Fn(&Session, &DecideContext) -> Decision<SessionEvent, Outcome> + Send + 'static,
    {
        let context = CommandContext { actor: SmolStr::new(actor), ..CommandContext::default() };
        let committed = self
            .journal
            .tenant(tenant)
            .execute(session, context, move |state: &Session, context| {
                let Decision { events, answer } = decide(state, context);
                let ends: Vec<End> =
                    events.iter().filter_map(|event| End::of_session(&context.key.id, event)).collect();
                Ok::<_, Problem>(Decision { events, answer: (answer, ends) })
            })
            .await
            .map_err(problem_of)?;
        let (outcome, ends) = committed.answer;
        for end in ends {
            self.over.note(self.journal.clock().now(), end);
        }
        Ok(outcome)
    }

    /// Ends a sign-in of this user.
    ///
    /// # Errors
    /// 404 when there is none of this user; else as [`Sessions::decide`].
    pub(crate) async fn end(&self, tenant: &TenantId, user: &str, session: &str, actor: &str) -> Result<(), Problem> {
        let missing = || Problem::not_found("There is no such session.");
        let known =
            self.journal.tenant(tenant).load::<Session>(session).await.map_err(|error| store_problem(&error))?;
        known.filter(|(session, _)| session.user == user).ok_or_else(missing)?;
        self.decide(tenant, session, actor, |session, _| session.end()).await?;
        Ok(())
    }

    /// Whether what a token came of is over. Asked of memory once that is filled, and of the log before.
    ///
    /// # Errors
    /// When the journal does not answer.
    pub(crate) async fn is_over(&self, tenant: &TenantId, user: &str, sign_in: &SignIn) -> Result<bool, StoreError> {
        if self.over.holds(tenant, user, sign_in) {
            return Ok(true);
        }
        if self.over.is_complete() {
            return Ok(false);
        }
        let session = self.journal.tenant(tenant).load::<Session>(&sign_in.session).await?;
        let is_open = session.is_some_and(|(session, _)| session.user == user && session.holds(&sign_in.grant));
        Ok(!is_open || !self.is_standing(tenant, user, &sign_in.session, sign_in.version).await?)
    }

    /// Whether the account still stands behind a sign-in that began with this version of its credential, and asks for nothing
    /// that it did not ask for then.
    ///
    /// # Errors
    /// When the journal does not answer.
    pub(crate) async fn is_standing(
        &self,
        tenant: &TenantId,
        user: &str,
        session: &str,
        version: u64,
    ) -> Result<bool, StoreError> {
        if !self.accounts.standing(tenant, user).await?.admits(session, version) {
            return Ok(false);
        }
        let admitted = self.accounts.admitted(tenant, user).await?;
        Ok(admitted.is_some_and(|admitted| admitted.demands.let_go_on()))
    }
}
