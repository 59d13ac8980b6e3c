//! Who makes a request.

use casewright_access::{Access, Subject};

/// Who is signed in, and who judges what they may do. In the extensions of a request.
#[derive(Clone)]
pub(crate) struct SignedIn {
    pub(crate) access: Access,
    pub(crate) subject: Subject,
}
