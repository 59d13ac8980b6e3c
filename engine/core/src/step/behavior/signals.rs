//! Signals reach everyone who waits for their name: here at once, elsewhere by an effect.

use super::{calls, events};
use crate::command::NewVariable;
use crate::ids::Id;
use crate::outcome::EffectAction;
use crate::step::fault::Done;
use crate::step::run::Step;
use crate::step::scope::Context;
use casewright_engine_model::model::SignalThrow;
use casewright_engine_value::Value;
use smol_str::SmolStr;

pub(crate) fn throw(step: &mut Step<'_>, thrower: Id, signal: &SignalThrow) -> Done {
    let name = step.evaluate_text(Context::of(thrower), &signal.name)?.unwrap_or_default();
    let variables = calls::read(step, thrower, &signal.payload)?;
    let tenant_id = step.place_of(thrower)?.definition.tenant_id.clone();
    step.request(EffectAction::BroadcastSignal {
        name: name.clone(),
        variables: variables.clone(),
        tenant_id,
        own_root_has_it: !signal.is_async,
    });
    if signal.is_async {
        return Ok(());
    }
    receive(step, &name, &variables)
}

/// Everyone in this root instance who waits for the name.
fn receive(step: &mut Step<'_>, name: &SmolStr, variables: &[(SmolStr, Value)]) -> Done {
    let given: Vec<NewVariable> =
        variables.iter().map(|(name, value)| NewVariable::new(name.clone(), value.clone())).collect();
    let waiting: Vec<Id> = step.state.signals.keys().map(Id).collect();
    for id in waiting {
        let Some(subscription) = step.state.subscription(id).cloned() else {
            continue;
        };
        let is_suspended = step.state.instance(subscription.place.instance).is_none_or(|instance| instance.suspended);
        if subscription.name.as_ref() == Some(name) && !is_suspended {
            let owner = subscription.place.element;
            events::fire_with(step, owner, subscription.node, &given, &[], &[])?;
        }
    }
    Ok(())
}
