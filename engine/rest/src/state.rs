//! What the operations of the contract stand on.

use casewright_access::accounts::Accounts;
use casewright_engine_runtime::Engine;

/// The engine, and whose users and groups those of the contract are.
#[derive(Clone)]
pub(crate) struct RestState {
    pub(crate) engine: Engine,
    pub(crate) accounts: Accounts,
}
