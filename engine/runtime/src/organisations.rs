//! Which organisations have an engine of their own here.
//!
//! One aggregate of the installation knows them, so that every start, and every process that shares the store, runs what is
//! due in each of them, whoever is signed in.

use crate::EngineResult;
use casewright_journal::{
    Aggregate, AggregateKey, CommandContext, DecideContext, Decision, EntryMeta, Journal, TenantHandle, TenantId,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::convert::Infallible;

/// There is one.
const ID: &str = "all";
/// Who notes that an organisation has begun.
const ACTOR: &str = "system:engine";

/// The organisations that have used the engine.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Organisations {
    begun: BTreeSet<TenantId>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub(crate) enum OrganisationsEvent {
    /// Somebody of it has used the engine for the first time.
    OrganisationBegun { tenant: TenantId },
}

impl Aggregate for Organisations {
    type Event = OrganisationsEvent;

    const KIND: &'static str = "engine-organisations";

    fn empty(_: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &OrganisationsEvent, _: &EntryMeta) {
        let OrganisationsEvent::OrganisationBegun { tenant } = event;
        self.begun.insert(tenant.clone());
    }

    fn event_name(_: &OrganisationsEvent) -> &'static str {
        "organisation-begun"
    }
}

/// Where they are noted: in the organisation that every installation has.
fn book(journal: &Journal) -> TenantHandle {
    journal.tenant(&TenantId::default())
}

/// All that have begun, and the one that every installation has.
///
/// # Errors
/// The journal cannot be read.
pub(crate) async fn known(journal: &Journal) -> EngineResult<BTreeSet<TenantId>> {
    let noted = book(journal).load::<Organisations>(ID).await?;
    let mut all = noted.map(|(noted, _)| noted.begun.clone()).unwrap_or_default();
    all.insert(TenantId::default());
    Ok(all)
}

/// Notes that an organisation has begun; once however often it is said.
///
/// # Errors
/// The journal cannot be written.
pub(crate) async fn note(journal: &Journal, tenant: &TenantId) -> EngineResult<()> {
    if known(journal).await?.contains(tenant) {
        return Ok(());
    }
    let context = CommandContext { actor: ACTOR.into(), ..CommandContext::default() };
    let tenant = tenant.clone();
    let decide =
        move |noted: &Organisations, _: &DecideContext| -> Result<Decision<OrganisationsEvent, ()>, Infallible> {
            let is_new = !noted.begun.contains(&tenant);
            let begun = is_new.then(|| OrganisationsEvent::OrganisationBegun { tenant: tenant.clone() });
            Ok(Decision { events: begun.into_iter().collect(), answer: () })
        };
    book(journal).execute(ID, context, decide).await?;
    Ok(())
}
