//! Where a case goes and who gets it, for requests and followers alike: what the pure rules of [`crate::domain::routing`] are
//! asked of is looked up here.
//!
//! [`place`] asks the rules, [`people`] knows who works a queue, who is away and who stands in, [`urgent`] which case is next.

pub(crate) mod people;
pub(crate) mod place;
pub(crate) mod urgent;
