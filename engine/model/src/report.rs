//! What reading a file came to.

use smol_str::SmolStr;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::Definitions;

/// A model that can be compiled.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub definitions: Definitions,
    pub warnings: Vec<Diagnostic>,
    /// What the file says beyond what is executed, one for each kind: `related_ids` has all of them.
    pub notes: Vec<Diagnostic>,
}

/// A file that cannot be deployed. `errors` is never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{resource} cannot be deployed: {}", errors.first().map_or("", |e| e.message.as_str()))]
pub struct Rejected {
    /// Name of the file in the deployment.
    pub resource: String,
    /// In the order in which Camunda 7 reports them.
    pub errors: Vec<Diagnostic>,
    pub warnings: Vec<Diagnostic>,
}

impl Rejected {
    /// The file is not XML that may be read.
    pub fn is_malformed(&self) -> bool {
        [Code::MalformedXml, Code::DoctypeForbidden, Code::UndeclaredEntity, Code::UnsupportedEncoding]
            .iter()
            .any(|code| self.errors.iter().any(|e| e.code == code.id()))
    }
}

/// Keys of the processes that a deployment of this file creates, in document order.
pub fn executable_keys(definitions: &Definitions) -> Vec<&SmolStr> {
    definitions.processes.iter().map(|p| &p.id).collect()
}
