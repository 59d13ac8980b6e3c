//! Search over everything that cases hold, records and people: an index of documents, and what it is asked.
//!
//! What this crate must never do: decide who may see what (the policy's filter comes with every question), be the only place
//! where something is kept (an index is built anew from the log whenever it is gone), or read what strangers wrote without a
//! budget.
//!
//! - [`document`] is what is indexed: the documents of one case at a time, with what policies and qualifiers ask of the case; records and
//!   people likewise.
//! - [`index`] is the contract of an index; [`embedded`] the one that lives in a folder of this process.
//! - [`query`] reads what a person types; [`words`] says what a word is; [`excerpt`] shows where it was found.
//! - [`policy`] is which filters an index can answer itself.
//! - [`extract`] makes text of files.

pub mod document;
pub mod embedded;
pub mod excerpt;
pub mod extract;
pub mod index;
pub mod policy;
pub mod query;
pub mod words;

pub use document::{
    Awaited, CaseFacts, Content, Counts, Document, Facts, Kind, Known, Named, RecordFacts, Scope, Thing, Whole,
    WholeDocuments, Work,
};
pub use embedded::Embedded;
pub use index::{Batch, Found, Hit, Index, IndexError, Request};
pub use policy::Policies;
pub use query::{Fault, FaultCode, Query};
