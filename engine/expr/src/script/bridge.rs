//! Requests from where a script runs (a thread, or a process of its own) to the thread that holds the scope.
//!
//! The JavaScript engine keeps its callbacks for as long as it lives, so they cannot borrow the scope. They ask over a
//! channel instead, and the caller answers until the script is over, or until its time is.

use casewright_engine_value::{EvaluationError, Facade, Scope, Value};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::Instant as Clock;

pub(super) enum Request {
    Property(Facade, String),
    Invoke(Facade, String, Vec<Value>),
    /// The script is over.
    Over(Result<Value, EvaluationError>),
}

pub(super) type Reply = Result<Option<Value>, EvaluationError>;

/// The script's end of it.
pub(super) trait Ask {
    /// Waits for the answer.
    ///
    /// # Errors
    /// What the scope refused, or nobody is there to answer.
    fn ask(&self, request: Request) -> Reply;
}

/// The end of a script on a thread.
pub(super) struct Caller {
    pub(super) requests: Sender<Request>,
    pub(super) replies: Receiver<Reply>,
}

impl Ask for Caller {
    fn ask(&self, request: Request) -> Reply {
        self.requests.send(request).map_err(|_| gone())?;
        self.replies.recv().map_err(|_| gone())?
    }
}

/// Nobody is there to answer.
pub(super) fn gone() -> EvaluationError {
    EvaluationError::Failed("the script's scope is gone".to_owned())
}

/// How serving a script ended.
pub(super) enum End {
    Over(Result<Value, EvaluationError>),
    /// It is at work in something that nothing interrupts.
    Late,
    /// It ended without a word: its thread panicked, or its process ended.
    Gone,
}

/// Answers until the script is over, at most until `deadline`. `reply` says whether there is still somebody to answer.
pub(super) fn serve(
    requests: &Receiver<Request>,
    mut reply: impl FnMut(Reply) -> bool,
    scope: &mut dyn Scope,
    deadline: Clock,
) -> End {
    loop {
        let request = match requests.recv_timeout(deadline.saturating_duration_since(Clock::now())) {
            Ok(Request::Over(outcome)) => return End::Over(outcome),
            Ok(request) => request,
            Err(RecvTimeoutError::Timeout) => return End::Late,
            Err(RecvTimeoutError::Disconnected) => return End::Gone,
        };
        if let Some(answer) = answer(request, scope)
            && !reply(answer)
        {
            return End::Gone;
        }
    }
}

/// None: nothing was asked.
fn answer(request: Request, scope: &mut dyn Scope) -> Option<Reply> {
    Some(match request {
        Request::Over(_) => return None,
        Request::Property(facade, name) => Ok(scope.property(facade, &name)),
        Request::Invoke(facade, method, arguments) => {
            if arguments.is_empty()
                && let Some(name) = crate::object::getter_property(&method)
                && let Some(value) = scope.property(facade, &name)
            {
                return Some(Ok(Some(value)));
            }
            scope.invoke(facade, &method, &arguments).map(Some)
        }
    })
}
