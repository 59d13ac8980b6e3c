//! Writes down what policy is asked, and what it answers, while a question is looked at.

use crate::policy::AccessRequest;
use crate::subject::Resource;
use std::cell::RefCell;

/// Questions of one look that are kept; a thing of more cases asks about each of them.
const KEPT: usize = 50;

/// What policy was asked, and its answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    pub(super) action: String,
    pub(super) resource: Resource,
    pub(super) is_allowed: bool,
}

tokio::task_local! {
    static WITNESS: RefCell<Vec<Asked>>;
}

/// What the work comes to, and what policy was asked on the way.
pub(super) async fn watched<T>(work: impl Future<Output = T>) -> (T, Vec<Asked>) {
    WITNESS
        .scope(RefCell::default(), async {
            let answer = work.await;
            (answer, WITNESS.with(RefCell::take))
        })
        .await
}

/// Whether this is a question about somebody, and no request of theirs.
pub(crate) fn is_watched() -> bool {
    WITNESS.try_with(|_| ()).is_ok()
}

/// Writes down what policy answered, while somebody looks.
pub(crate) fn note(request: &AccessRequest<'_>, is_allowed: bool) {
    // Nobody looks at most requests.
    let _ = WITNESS.try_with(|asked| {
        let mut asked = asked.borrow_mut();
        let asks = |known: &Asked| known.action == request.action && known.resource == *request.resource;
        if asked.len() < KEPT && !asked.iter().any(asks) {
            let (action, resource) = (request.action.to_owned(), request.resource.clone());
            asked.push(Asked { action, resource, is_allowed });
        }
    });
}
