//! What one root process instance wants of others: done after the commit, at least once, with an id of its own.

use super::Messages;
use super::correlation::{Correlation, SignalTarget, stored};
use crate::Caller;
use casewright_engine_core::ids::root_of;
use casewright_engine_core::{Effect, EffectAction};
use smol_str::SmolStr;
use std::sync::Arc;

impl Messages<'_> {
    /// Does the effects of a step. A failure is logged: the step itself is durable and stays so.
    pub async fn perform(&self, root: &str, effects: Vec<Arc<Effect>>) {
        for effect in effects {
            let done = match &effect.action {
                EffectAction::BroadcastSignal { name, variables, tenant_id, own_root_has_it } => {
                    let target = SignalTarget {
                        name: name.clone(),
                        variables: stored(variables),
                        tenant: tenant_id.clone().map_or(TenantScope::Any, TenantScope::WithShared),
                        except_root: if *own_root_has_it { root_of(root) } else { None },
                    };
                    self.broadcast(&Caller::default(), target).await
                }
                EffectAction::CorrelateMessage {
                    name,
                    business_key,
                    process_instance_id,
                    correlation_keys,
                    variables,
                    tenant_id,
                } => {
                    let correlation = Correlation {
                        message: Some(name.clone()),
                        business_key: business_key.clone(),
                        process_instance: process_instance_id.clone(),
                        correlation_keys: correlation_keys.clone(),
                        variables: stored(variables),
                        tenant: tenant_id.clone().map_or(TenantScope::Any, TenantScope::Only),
                        ..Correlation::default()
                    };
                    self.correlate(&Caller::default(), &correlation).await.map(drop)
                }
            };
            if let Err(error) = done {
                tracing::error!(effect = %effect.id, root, code = error.code(), "an effect failed");
            }
        }
    }
}

/// Which tenants an event reaches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TenantScope {
    #[default]
    Any,
    /// Only this tenant.
    Only(SmolStr),
    /// Only what has no tenant.
    Without,
    /// This tenant and what has none.
    WithShared(SmolStr),
}

impl TenantScope {
    /// May the event reach what is of this tenant?
    pub fn admits(&self, tenant: Option<&str>) -> bool {
        match self {
            Self::Any => true,
            Self::Only(wanted) => tenant == Some(wanted),
            Self::Without => tenant.is_none(),
            Self::WithShared(wanted) => tenant.is_none_or(|tenant| tenant == wanted),
        }
    }
}
