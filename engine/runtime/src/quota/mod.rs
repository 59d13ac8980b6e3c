//! What an organisation may take of an engine beside which others have theirs.
//!
//! - [`instances`] counts process instances that are open.
//! - [`script_time`] keeps account of how long scripts run.

mod instances;
mod script_time;

pub(crate) use instances::OpenInstances;
pub(crate) use script_time::ScriptTime;

use casewright_journal::TenantId;
use std::collections::BTreeMap;
use std::time::Duration;

/// When it makes sense to ask again for what somebody else has to end first.
const UNTIL_SOMETHING_ENDED: Duration = Duration::from_secs(60);

/// What one organisation may take; none: as much as it wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quota {
    /// Root process instances that are open.
    pub instances: Option<u64>,
    /// How long its scripts may run in a minute.
    pub script_time: Option<Duration>,
}

/// What organisations may take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quotas {
    /// Of those that are not named.
    pub others: Quota,
    pub of: BTreeMap<TenantId, Quota>,
}

impl Quotas {
    /// That of an organisation.
    #[must_use]
    pub fn of(&self, tenant: &TenantId) -> Quota {
        self.of.get(tenant).copied().unwrap_or(self.others)
    }
}

/// What an organisation takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usage {
    pub quota: Quota,
    /// Root process instances that are open.
    pub instances: u64,
    /// How long scripts have run that still count; nothing where there is no limit.
    pub script_time: Duration,
}

/// What was asked for is more than the organisation may take. Nothing has changed; it may be asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverQuota {
    #[error("The organisation has as many open process instances as it may: {most} (quotas.instances)")]
    Instances { most: u64 },
    #[error(
        "Scripts of the organisation have run for as long as they may: {} s in a minute (quotas.script_seconds_per_minute)",
        .most.as_secs()
    )]
    ScriptTime { most: Duration, wait: Duration },
}

impl OverQuota {
    /// When it makes sense to ask again.
    #[must_use]
    pub fn wait(&self) -> Duration {
        match self {
            Self::Instances { .. } => UNTIL_SOMETHING_ENDED,
            Self::ScriptTime { wait, .. } => *wait,
        }
    }

    /// Counts a refusal, and gives it.
    fn counted(self, tenant: &TenantId) -> Self {
        let quota = match self {
            Self::Instances { .. } => "instances",
            Self::ScriptTime { .. } => "script-time",
        };
        let tenant = tenant.as_str().to_owned();
        metrics::counter!("engine_quota_refusals_total", "tenant" => tenant, "quota" => quota).increment(1);
        self
    }
}
