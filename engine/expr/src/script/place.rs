//! Where scripts may run, and models may be read: not on a thread that others wait for.
//!
//! Whether a step of a process runs a script is known when it comes to one. So a step is tried where it is cheap, without
//! what may take long; one that asks for it is begun again where it may take its time. Steps are pure: nothing is lost but
//! the work up to there.

use casewright_engine_value::EvaluationError;
use std::cell::Cell;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Anywhere,
    /// What takes long is refused; nothing such was asked for by now.
    Without,
    /// It was.
    Asked,
}

thread_local! {
    static PLACE: Cell<Place> = const { Cell::new(Place::Anywhere) };
}

/// Gives the thread back as it was, also when the work panics.
struct Restore(Place);

impl Drop for Restore {
    fn drop(&mut self) {
        PLACE.set(self.0);
    }
}

/// Does work that may do anything but what takes long: run scripts in JavaScript, wherever they stand (in a script task, a
/// listener, a condition, a cell of a decision table), or read a model. None: it asked for that, and what it came to is
/// worth nothing.
pub fn without_long_work<T>(work: impl FnOnce() -> T) -> Option<T> {
    let _before = Restore(PLACE.replace(Place::Without));
    let done = work();
    (PLACE.get() == Place::Without).then_some(done)
}

/// May something that takes long be done here? The refusal is noted: [`without_long_work`] gives nothing then, whatever
/// becomes of it.
#[must_use]
pub fn may_take_long() -> bool {
    if PLACE.get() == Place::Anywhere {
        return true;
    }
    PLACE.set(Place::Asked);
    false
}

/// May a script run here?
pub(super) fn admit() -> Result<(), EvaluationError> {
    match may_take_long() {
        true => Ok(()),
        false => Err(EvaluationError::Failed("a script does not run on this thread".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_asks_for_what_takes_long_comes_to_nothing_and_leaves_the_thread_as_it_was() {
        assert_eq!(without_long_work(|| 1), Some(1));
        assert_eq!(without_long_work(|| admit().is_err()), None);
        assert_eq!(without_long_work(may_take_long), None);
        assert!(std::panic::catch_unwind(|| without_long_work(|| -> () { panic!("on purpose") })).is_err());
        assert!(admit().is_ok());
    }
}
