//! Requests from the thread a script runs on to the thread that holds the scope.
//!
//! The JavaScript engine keeps its callbacks for as long as it lives, so they cannot borrow the scope. They ask over a
//! channel instead, and the caller answers until the script is over.

use casewright_engine_value::{EvaluationError, Facade, Scope, Value};
use std::sync::mpsc::{Receiver, Sender};

pub(super) enum Request {
    Property(Facade, String),
    Invoke(Facade, String, Vec<Value>),
}

pub(super) type Reply = Result<Option<Value>, EvaluationError>;

/// The script's end.
pub(super) struct Caller {
    pub(super) requests: Sender<Request>,
    pub(super) replies: Receiver<Reply>,
}

impl Caller {
    pub(super) fn ask(&self, request: Request) -> Reply {
        let gone = |_| EvaluationError::Failed("the script's scope is gone".to_owned());
        self.requests.send(request).map_err(|_| gone(()))?;
        self.replies.recv().map_err(|_| gone(()))?
    }
}

/// Answers until the script's end is dropped.
pub(super) fn serve(requests: &Receiver<Request>, replies: &Sender<Reply>, scope: &mut dyn Scope) {
    while let Ok(request) = requests.recv() {
        if replies.send(answer(request, scope)).is_err() {
            return;
        }
    }
}

fn answer(request: Request, scope: &mut dyn Scope) -> Reply {
    match request {
        Request::Property(facade, name) => Ok(scope.property(facade, &name)),
        Request::Invoke(facade, method, arguments) => {
            if arguments.is_empty()
                && let Some(name) = crate::object::getter_property(&method)
                && let Some(value) = scope.property(facade, &name)
            {
                return Ok(Some(value));
            }
            scope.invoke(facade, &method, &arguments).map(Some)
        }
    }
}
