//! Who and what a case is about: records in their roles.

use serde::{Deserialize, Serialize};

/// A record in a role: the `claimant` of this case is that contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseParty {
    pub(crate) id: String,
    /// In the words of the organisation: `claimant`, `insured-object`.
    pub(crate) role: String,
    /// Id of the record.
    pub(crate) record: String,
}
