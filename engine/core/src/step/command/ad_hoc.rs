//! Starting what is in an ad-hoc subprocess.

use super::{Reply, ensure_active};
use crate::command::NewVariable;
use crate::ids::Id;
use crate::rejection::{Lacking, Subject};
use crate::step::behavior::variables;
use crate::step::context::Step;
use crate::step::element::ad_hoc;
use crate::step::fault::Done;
use smol_str::SmolStr;

pub(crate) fn start(step: &mut Step<'_>, id: Id, activities: &[SmolStr], given: &[NewVariable]) -> Done<Reply> {
    let element = step.element(id)?;
    let instance = element.activity.place.instance;
    ensure_active(step, instance, Subject::ProcessInstance, instance)?;
    if activities.is_empty() {
        return Err(Lacking::Activities.into());
    }
    variables::set_all(step, id, given)?;
    let graph = step.graph_of(&element)?;
    ad_hoc::start(step, &graph, id, activities)?;
    Ok(Reply::Done)
}
