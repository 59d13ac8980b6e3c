//! What the operations of the contract stand on.

use casewright_access::accounts::Accounts;

/// Whose users and groups those of the contract are. The engine is in the extensions of a request: that of its caller's
/// organisation.
#[derive(Clone)]
pub(crate) struct RestState {
    pub(crate) accounts: Accounts,
}
