//! Where a case goes: ordered rules with a catch-all, of a definition or of the organisation, asked when a case begins, when
//! mail comes to it, and on request.
//!
//! [`table`] is what the rules say, [`condition`] whether one holds, [`skill`] what work asks of people, [`state`] the
//! aggregate that keeps the organisation's rules, [`choice`] who of a queue gets the next piece of work,
//! [`turn`] whose turn it was.

pub(crate) mod choice;
pub(crate) mod condition;
pub(crate) mod skill;
pub(crate) mod state;
pub(crate) mod table;
pub(crate) mod turn;

pub(crate) use choice::Candidate;
pub(crate) use condition::Facts;
pub(crate) use skill::Skill;
pub(crate) use state::OrganisationRouting;
pub(crate) use table::{Routed, RoutingMoment, RoutingScope, RoutingTable, RuleVerdict};
