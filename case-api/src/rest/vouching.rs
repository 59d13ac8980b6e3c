//! On whose word a process acts on a case or a mail.
//!
//! The built-in workers may change every case, and a variable may come from anybody whose model calls one that uses them. So what
//! a process acts on was vouched for in the engine's log: by the room of the platform that started it, by a worker of the
//! platform, or by somebody whom policy lets set the variable. What a model sets, by a script, a mapping of a call or the
//! payload of a message, is vouched for by nobody: then who started the process must have the right themselves.

use super::error::store;
use crate::directory;
use crate::state::CaseApiState;
use casewright_access::{Resource, Subject, Whose};
use casewright_contracts::process::{CASE_ID, Instance, MAIL_ID, variable_named};
use casewright_contracts::{CaseRow, ProcessEvent, kinds};
use casewright_journal::{Entry, TenantHandle, TenantId};
use casewright_service::Problem;
use http::StatusCode;

/// Rooms that start processes for a case or a mail.
const STARTERS: [&str; 3] = ["system:case-api", "system:email-to-case", "system:external-tasks"];
/// Entries that are looked at in one go. What a process is about is mostly said as it starts.
const PAGE: usize = 200;

/// A root process instance, as the engine's log has it.
pub(super) struct Process<'a> {
    state: &'a CaseApiState,
    tenant: &'a TenantId,
    handle: TenantHandle,
    root: String,
    /// The start; none when there is no such instance.
    started: Option<Entry>,
}

impl<'a> Process<'a> {
    pub(super) async fn read(state: &'a CaseApiState, tenant: &'a TenantId, root: String) -> Result<Self, Problem> {
        let handle = state.tenant(tenant);
        let first = handle.entries(kinds::PROCESS_INSTANCE, &root, 0, 1).await.map_err(store)?;
        let started = first.into_iter().next().filter(|entry| entry.event == "instance-started");
        Ok(Self { state, tenant, handle, root, started })
    }

    pub(super) fn root(&self) -> &str {
        &self.root
    }

    /// Who started it, a person or a machine; none: the engine did.
    pub(super) fn starter(&self) -> Option<&str> {
        self.started.as_ref().map(|entry| entry.meta.actor.as_str()).filter(|actor| !actor.is_empty())
    }

    pub(super) fn business_key(&self) -> Option<String> {
        match self.started.as_ref().and_then(crate::views::entry::of_process) {
            Some(ProcessEvent::InstanceStarted(Instance { business_key, .. })) => business_key,
            _ => None,
        }
    }

    /// # Errors
    /// 403 `not-vouched`.
    pub(super) async fn acts_on_case(&self, case: &str) -> Result<(), Problem> {
        let is_vouched = self.is_vouched(CASE_ID, case).await? || self.is_started_for_case(case).await?;
        if is_vouched || self.starter_may_change(case).await? {
            return Ok(());
        }
        Err(refused("case", case))
    }

    /// # Errors
    /// 403 `not-vouched`.
    pub(super) async fn acts_on_mail(&self, mail: &str) -> Result<(), Problem> {
        let is_started_for_it = self.is_started_by_a_room() && self.business_key().as_deref() == Some(mail);
        if is_started_for_it || self.is_vouched(MAIL_ID, mail).await? || self.starter_may_use(mail).await? {
            return Ok(());
        }
        Err(refused("mail", mail))
    }

    /// Whether who may set the variable has ever given it this value.
    async fn is_vouched(&self, variable: &str, value: &str) -> Result<bool, Problem> {
        let mut seen = 0;
        loop {
            let page = self.handle.entries(kinds::PROCESS_INSTANCE, &self.root, seen, PAGE).await.map_err(store)?;
            if page.iter().any(|entry| vouches(entry, variable, value)) {
                return Ok(true);
            }
            match page.last() {
                Some(last) if page.len() == PAGE => seen = last.meta.seq,
                _ => return Ok(false),
            }
        }
    }

    fn is_started_by_a_room(&self) -> bool {
        self.starter().is_some_and(|starter| STARTERS.contains(&starter))
    }

    /// Instances that an earlier release started say by their business key only which case they are for.
    async fn is_started_for_case(&self, case: &str) -> Result<bool, Problem> {
        if !self.is_started_by_a_room() {
            return Ok(false);
        }
        let Some(number) = self.business_key() else {
            return Ok(false);
        };
        let row = self.handle.get(CaseRow::VIEW, case).await.map_err(store)?;
        Ok(row.as_ref().and_then(|row| CaseRow::NUMBER.text(row)) == Some(&*number))
    }

    async fn starter_may_change(&self, case: &str) -> Result<bool, Problem> {
        match self.starting_person().await? {
            Some(person) => self.may_change_all(&person, Whose::Case(case)).await,
            None => Ok(false),
        }
    }

    async fn starter_may_use(&self, mail: &str) -> Result<bool, Problem> {
        let Some(person) = self.starting_person().await? else {
            return Ok(false);
        };
        let whose = Whose::Mail(mail);
        let resource = Resource::new(kinds::MAIL, mail);
        let is_read = self.state.access().allows_within(&person, "read", resource, whose).await.map_err(store)?;
        Ok(is_read && self.may_change_all(&person, whose).await?)
    }

    /// Whether somebody may read and change every case that something belongs to. A case that is none is nobody's to change.
    async fn may_change_all(&self, person: &Subject, whose: Whose<'_>) -> Result<bool, Problem> {
        let access = self.state.access();
        let cases = access.cases_of(self.tenant, whose).await.map_err(store)?;
        for case in &cases {
            let case = Resource::case(case);
            if !access.allows(person, "read", &case).await || !access.allows(person, "update", &case).await {
                return Ok(false);
            }
        }
        Ok(!cases.is_empty() || matches!(whose, Whose::Mail(_)))
    }

    /// Who started the process, with the rights of their account as it is now; none: a machine or the engine did, or a person
    /// without an account here, whose rights are known only while they call.
    async fn starting_person(&self) -> Result<Option<Subject>, Problem> {
        let Some(starter) = self.starter() else {
            return Ok(None);
        };
        let account = directory::account(&self.handle, self.tenant, starter).await.map_err(store)?;
        Ok(account.filter(|account| account.enabled).map(|account| account.subject))
    }
}

fn vouches(entry: &Entry, variable: &str, value: &str) -> bool {
    match variable_named(&entry.event, &entry.payload, variable) {
        Ok(named) => named.is_some_and(|named| named.vouched && named.text == value),
        Err(error) => {
            tracing::error!(id = %entry.meta.key.id, seq = entry.meta.seq, %error, "a variable in the journal could not be read");
            false
        }
    }
}

fn refused(kind: &str, id: &str) -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "not-vouched",
        format!(
            "The model names the {kind} '{id}' by itself: the platform did not start the process for it, and who started it may not change it."
        ),
    )
}
