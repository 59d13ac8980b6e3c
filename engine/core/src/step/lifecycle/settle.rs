//! Works the agenda off: a step is over when every token waits.

use super::carry_out::throw_error;
use super::{advance, scope};
use crate::step::agenda::Work;
use crate::step::behavior::branches;
use crate::step::context::Step;
use crate::step::event::conditions;
use crate::step::fault::{Done, Fault};

/// Works until every token waits.
pub(crate) fn settle(step: &mut Step<'_>) -> Done {
    loop {
        // What a condition begins runs after the work that was next, unless it takes that work away (as in Camunda 7).
        let next = step.next_work();
        conditions::notice_changes(step)?;
        let Some(work) = next.or_else(|| step.next_work()) else {
            scope::look_again(step)?;
            if !step.has_work() {
                return branches::tidy(step);
            }
            continue;
        };
        step.count_work()?;
        take_up(step, work)?;
    }
}

/// Work for an element instance that is gone is gone with it.
fn take_up(step: &mut Step<'_>, work: Work) -> Done {
    let element = work.element();
    let Some(activity_id) = step.state().element(element).map(|element| element.activity.place.activity_id.clone())
    else {
        return Ok(());
    };
    let performed = step.within_limits(element).and_then(|()| advance::perform(step, work));
    let done = match performed {
        Err(Fault::Thrown { code, message }) => throw_error(step, element, &code, message.as_deref()),
        done => done,
    };
    if done.is_err() {
        step.note_fault_at(activity_id);
    }
    done
}
