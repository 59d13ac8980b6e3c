//! Records: what cases are about and outlives them: contacts, accounts, products, policies. A record type says what its records
//! are made of; it is an aggregate of its own (`record-type`), and so is each record (`record`).

mod one;
mod record_type;

pub(crate) use one::{Record, RecordEvent};
pub(crate) use record_type::{RecordType, RecordTypeContent, RecordTypeEvent, is_of_records};
