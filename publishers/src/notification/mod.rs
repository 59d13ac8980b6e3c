//! Notifications: one aggregate per person and occasion, delivered over the channels that person wants.
//!
//! [`people`] finds who is concerned, [`create`] makes a notification for one of them.
//!
//! Ids are derived from occasion and person, and Message-IDs from them: reading an entry twice, or sending again after a
//! crash, is seen as the same by us and by the receiver's mail program.

pub(crate) mod create;
pub(crate) mod people;
