//! Where in a process something stands: the columns that most rows of a process have.

use casewright_rows::Row;
use smol_str::SmolStr;

/// The place of what a row tells of. Rows of what belongs to no process have none of it.
#[derive(Clone, Debug, Row)]
pub struct PlaceRow {
    pub process_instance_id: Option<SmolStr>,
    pub root_process_instance_id: Option<SmolStr>,
    pub process_definition_id: Option<SmolStr>,
    pub process_definition_key: Option<SmolStr>,
    pub execution_id: Option<SmolStr>,
    /// The element of the model; none at the process itself.
    pub activity_id: Option<SmolStr>,
    /// None where no activity has begun.
    pub activity_instance_id: Option<SmolStr>,
    /// Tenant of the contract: an attribute of the definition.
    pub tenant_id: Option<SmolStr>,
}

/// When a row of history goes, where it states a time of its own.
#[derive(Clone, Debug, Row)]
pub struct RemovalRow {
    pub removal_time: Option<casewright_engine_value::Instant>,
}
