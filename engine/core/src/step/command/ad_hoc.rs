//! Starting what is in an ad-hoc subprocess.

use super::{Reply, ensure_active};
use crate::command::NewVariable;
use crate::ids::Id;
use crate::outcome::Rejection;
use crate::step::behavior::variables;
use crate::step::context::Step;
use crate::step::element::ad_hoc;
use crate::step::fault::Done;
use smol_str::SmolStr;

pub(crate) fn start(step: &mut Step<'_>, id: Id, activities: &[SmolStr], given: &[NewVariable]) -> Done<Reply> {
    let element = step.element(id)?;
    let instance = element.activity.place.instance;
    let text = step.state().text(instance);
    ensure_active(step, instance, &format!("process instance with id '{text}'"))?;
    if activities.is_empty() {
        return Err(Rejection::NullValue("activities is empty".to_owned()).into());
    }
    variables::set_all(step, id, given)?;
    let graph = step.graph_of(&element)?;
    ad_hoc::start(step, &graph, id, activities)?;
    Ok(Reply::Done)
}
