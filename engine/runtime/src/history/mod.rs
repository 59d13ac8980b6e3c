//! History: how long it is kept, what deletes it, and what is written into it without a process.

mod cleanup;
mod decisions;
mod deletion;
mod notes;
mod removal_time;
pub(crate) mod retention;

pub(crate) use cleanup::{Cleaned, Cleaning};
pub use deletion::Rows;

use crate::base::Base;
use crate::batch::Batches;
use crate::records::Records;
use crate::registry::Catalog;
use std::sync::Arc;

/// History as it is changed on purpose: dated, deleted, annotated.
pub struct History {
    pub(crate) base: Base,
    catalog: Arc<Catalog>,
    records: Arc<Records>,
    batches: Arc<Batches>,
}

impl History {
    pub(crate) fn new(base: Base, catalog: Arc<Catalog>, records: Arc<Records>, batches: Arc<Batches>) -> Self {
        Self { base, catalog, records, batches }
    }
}
