//! Signals reach everyone who waits for their name: here at once, elsewhere by an effect.

use super::catch;
use crate::command::NewVariable;
use crate::ids::Id;
use crate::outcome::EffectAction;
use crate::step::context::Step;
use crate::step::element::Signal;
use crate::step::fault::Done;
use casewright_engine_value::Value;
use smol_str::SmolStr;

pub(crate) fn broadcast(step: &mut Step<'_>, thrower: Id, signal: Signal) -> Done {
    let tenant_id = step.place_of(thrower)?.definition.tenant_id.clone();
    step.request(EffectAction::BroadcastSignal {
        name: signal.name.clone(),
        variables: signal.variables.clone(),
        tenant_id,
        own_root_has_it: !signal.is_async,
    });
    if signal.is_async {
        return Ok(());
    }
    receive(step, &signal.name, &signal.variables)
}

/// Everyone in this root instance who waits for the name.
fn receive(step: &mut Step<'_>, name: &SmolStr, variables: &[(SmolStr, Value)]) -> Done {
    let given: Vec<NewVariable> =
        variables.iter().map(|(name, value)| NewVariable::new(name.clone(), value.clone())).collect();
    let waiting: Vec<Id> = step.state().signals.keys().map(Id).collect();
    for id in waiting {
        let Some(subscription) = step.state().subscription(id).cloned() else {
            continue;
        };
        let is_suspended = step.state().instance(subscription.place.instance).is_none_or(|instance| instance.suspended);
        if subscription.name.as_ref() == Some(name) && !is_suspended {
            let owner = subscription.place.element;
            catch::fire_with(step, owner, subscription.node, &given, &[], &[])?;
        }
    }
    Ok(())
}
