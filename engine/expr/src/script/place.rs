//! Where scripts may run: not on a thread that others wait for.
//!
//! Whether a step of a process runs a script is known when it comes to one. So a step is tried where it is cheap, without
//! scripts; one that asks for a script is begun again where it may take its time. Steps are pure: nothing is lost but
//! the work up to the script.

use casewright_engine_value::EvaluationError;
use std::cell::Cell;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Anywhere,
    /// Scripts are refused; none was asked for by now.
    Without,
    /// One was.
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

/// Does work that may evaluate anything but scripts in JavaScript, wherever they stand: in a script task, a listener, a condition,
/// a cell of a decision table. None: it asked for one, and what it came to is worth nothing.
pub fn without_scripts<T>(work: impl FnOnce() -> T) -> Option<T> {
    let _before = Restore(PLACE.replace(Place::Without));
    let done = work();
    (PLACE.get() == Place::Without).then_some(done)
}

/// May a script run here? The refusal is noted: whoever swallows the error does not swallow that.
pub(super) fn admit() -> Result<(), EvaluationError> {
    if PLACE.get() == Place::Anywhere {
        return Ok(());
    }
    PLACE.set(Place::Asked);
    Err(EvaluationError::Failed("a script does not run on this thread".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_asks_for_a_script_comes_to_nothing_and_leaves_the_thread_as_it_was() {
        assert_eq!(without_scripts(|| 1), Some(1));
        assert_eq!(without_scripts(|| admit().is_err()), None);
        assert!(std::panic::catch_unwind(|| without_scripts(|| -> () { panic!("on purpose") })).is_err());
        assert!(admit().is_ok());
    }
}
